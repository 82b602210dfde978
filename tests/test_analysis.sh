#!/bin/sh
# test_analysis.sh BUILD SOURCE clang_tidy|cppcheck|gcc: looks at every file of src/ without running it. What is silenced
# stands with its reason in .clang-tidy and tests/cppcheck.txt; gcc's analyzer needs nothing silenced. Any finding is a
# failure. 77: the tool is not installed.
set -u
build=$1 source=$2 tool=$3
commands=$build/compile_commands.json
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cd "$source" || exit 1

# each COMMAND...: for each file, on every processor
each() {
	printf '%s\n' src/*/*.c | xargs -P "$(nproc)" -n 16 "$@"
}

case $tool in
clang_tidy)
	command -v clang-tidy >/dev/null || exit 77
	each clang-tidy -p "$build" --quiet >"$out/found" 2>"$out/errors"
	result=$?
	grep -Ev '^[0-9]+ warnings? ' "$out/errors" | grep -v '^Suppressed\|^Use -header-filter' >>"$out/found" ;;
cppcheck)
	command -v cppcheck >/dev/null || exit 77
	cppcheck -j "$(nproc)" --enable=warning,style,performance,portability --inline-suppr --quiet \
		--error-exitcode=1 --suppressions-list=tests/cppcheck.txt --file-filter='*src/*' \
		--project="$commands" >"$out/found" 2>&1
	result=$? ;;
gcc)
	# with the very words that each file is built with, but one of the variants of base/vector.h: the three have the
	# same source, and of loops over sixteen numbers the analyzer loses count
	gcc --version >/dev/null 2>&1 && grep -Eq '"command": "([^ ]*ccache )?[^ ]*(gcc|cc) ' "$commands" || exit 77
	sed -n 's/^ *"command": "\(.* -c [^ ]*\/src\/[^ ]*\.c\)",*$/\1/p' "$commands" |
		sed 's/\\\(.\)/\1/g; s/ -o [^ ]*\.o / -o \/dev\/null /; s/ -c / -DSTILLROOM_ONE_VARIANT -fanalyzer -c /' >"$out/lines"
	[ "$(wc -l <"$out/lines")" -gt 100 ] || { echo "only few files were found in $commands" >&2; exit 1; }
	cd "$build" || exit 1
	tr '\n' '\0' <"$out/lines" | xargs -0 -P "$(nproc)" -n 1 sh -c >"$out/found" 2>&1
	result=$? ;;
esac
cat "$out/found" >&2
exit "$result"

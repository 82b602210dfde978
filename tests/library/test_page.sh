#!/bin/sh
# routines/README.md is what the program makes of the routines today.
# usage: test_page.sh BUILD_DIR SOURCE_DIR
set -u
cd "$2" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work" XDG_DATA_HOME="$work" XDG_DATA_DIRS="$work" LC_ALL=C.UTF-8
if "$1/bin/stillroom" list --markdown routines >"$work/README.md" && diff -u routines/README.md "$work/README.md"; then
	exit 0
fi
echo "FAILED: routines/README.md is not what the routines are today; this mends it:"
echo "  ./run list --markdown routines >routines/README.md"
exit 1

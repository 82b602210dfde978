#!/bin/sh
# test_hardening.sh BUILD: what protects the built programs, read off them by readelf: position-independent, all of the
# relocation table read-only before main, no executable stack, stack guards, jump targets marked (x86), checked calls.
# A test of the release build. 77: there is no readelf.
set -u
command -v readelf >/dev/null || exit 77
failed=0

# has PROGRAM WHAT PATTERN READELF-OPTION...
has() {
	program=$1 what=$2 pattern=$3
	shift 3
	readelf -W "$@" "$program" 2>/dev/null | grep -Eq "$pattern" && return
	echo "$program: $what is missing" >&2
	failed=1
}

for program in "$1"/bin/stillroom "$1"/libexec/stillroom/*; do
	has "$program" "position independence" 'Type: +DYN' -h
	has "$program" "the position-independent executable" 'FLAGS_1.*PIE' -d
	has "$program" "RELRO" GNU_RELRO -l
	has "$program" "binding before main" 'FLAGS.*(BIND_NOW|NOW)' -d
	has "$program" "a stack without execution" 'GNU_STACK .* RW ' -l
	has "$program" "the stack guard" __stack_chk_fail --dyn-syms
	[ "${program##*/}" = stillroom-decoder ] || # it calls nothing whose sizes are not known when it is built
		has "$program" "_FORTIFY_SOURCE" '__(sn|vsn|f|vf)?printf_chk|__read_chk|__memcpy_chk' --dyn-syms
	if [ "$(uname -m)" = x86_64 ]; then
		# the property of the whole program goes with one unmarked object of a library's; ours have a mark each
		[ "$(objdump -d "$program" --no-show-raw-insn 2>/dev/null | grep -c endbr64)" -gt 20 ] || {
			echo "$program: marked jump targets are missing" >&2
			failed=1
		}
	fi
done
exit $failed

#!/bin/bash
# Both packs hold every line that the library and the program speak, the names of sessions and parts among them; and
# each recording says its line: see hear_packs.sh. Without a recogniser only the lines are compared, and it is a skip.
# usage: test_voices.sh BUILD SOURCE [--measure]; STILLROOM_VOICES is another folder with the two packs
set -euo pipefail
export LC_ALL=C
build=$1 source=$2
shift 2
voices=${STILLROOM_VOICES:-$source/voices}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fold() {
	sed -E "s/'//g; s/[^A-Za-z0-9]+/ /g; s/^ | \$//g" | tr 'A-Z' 'a-z' | sort -u
}

STILLROOM=$build/bin/stillroom "$source/voices/make-shipped" --lines | fold >"$work/wanted"
bad=0
for name in en-clb en-bdl; do
	sed -nE 's/^  - text: "(.*)"$/\1/p' "$voices/$name/pack.yaml" | fold >"$work/has"
	comm -23 "$work/wanted" "$work/has" >"$work/missing"
	sed "s/^/$name lacks: /" "$work/missing"
	[ ! -s "$work/missing" ] || bad=1
done
if [ $bad -ne 0 ]; then
	echo "FAILED: voices/make-shipped makes them"
	exit 1
fi
"$source/tests/library/hear_packs.sh" "$@" "$build" "$voices/en-clb" "$voices/en-bdl"

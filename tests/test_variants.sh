#!/bin/bash
# The same session gives the same samples from every compiler and at every level of optimisation, and from both copies of
# a VECTOR function (base/vector.h): builds the program anew for each, and compares raw samples.
# usage: test_variants.sh BUILD SOURCE; 77: there is no clang
set -eu
BUILD=$1 SOURCE=$2
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
command -v gcc >/dev/null && command -v clang >/dev/null || exit 77
cd "$DIR"
cat >session.yaml <<'END'
stillroom: 1
title: Everything that sounds
breath: {in: 2s, out: 3s}
bed: {track: rain, level: full}
steps:
  - breathe: 3 breaths
  - stroke: {shape: sweep, per-breath: 1, for: 2 breaths}
    say: And roll, slowly.
  - bed: {track: drone}
  - stroke: {shape: circle, side: left, for: 10s}
  - bed: {track: bed.wav}
  - rest: 8s
end: {fade: 5s}
END
"$BUILD/bin/stillroom" render evening --for 20s -o bed.wav 2>/dev/null

samples() { "$1/bin/stillroom" render "$2" --for 1m --format f32 -o - 2>/dev/null | sha256sum; }

status=0
for variant in "gcc -O3 -DSTILLROOM_ONE_VARIANT" "gcc -O0" "clang -O3" "clang -O0"; do
	read -r compiler flags <<<"$variant"
	cmake -S "$SOURCE" -B "$compiler" -DCMAKE_C_COMPILER="$compiler" -DCMAKE_BUILD_TYPE= -DCMAKE_C_FLAGS="$flags" \
		-DBUILD_TESTING=OFF >log 2>&1 && cmake --build "$compiler" -j "$(nproc)" --target stillroom >>log 2>&1 || {
		tail -n 30 log
		exit 1
	}
	for routine in session.yaml temple-breath; do
		if [ "$(samples "$BUILD" $routine)" != "$(samples "$compiler" $routine)" ]; then
			echo "$variant: $routine sounds otherwise"
			status=1
		fi
	done
	rm -rf "$compiler"
done
exit $status

#!/bin/bash
# The same routine gives the same samples on every run, by any portions, and from gcc and clang at -O0 and -O3, with each
# copy of hot loops (base/vector.h) that this machine can run, bit for bit: it chooses the widest itself.
# What makes sound is built anew for each; the program itself is the reference. usage: test_same_sound.sh BUILD SOURCE
set -u
BUILD=$1
SOURCE=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
command -v clang gcc >/dev/null || {
	echo "skipped: there is no clang or gcc"
	exit 77
}

# Every kind of sound: all built-in beds, a file at another rate as a loop and as grains, words, breaths, strokes, an ending.
cp "$SOURCE/voices/en-clb/all-your-fingers-to-the-centre-of-your-forehead.flac" own.flac
{
	printf 'stillroom: 1\ntitle: All\nfor: attack\nbreath: {in: 2s, out: 3s}\nbed: {track: rain, level: soft}\nsteps:\n'
	for bed in sea brook wind night brown drone own.flac; do
		printf '  - bed: {track: %s, fade: 1s}\n  - rest: 3s\n' $bed
	done
	printf '  - say: Breathe in.\n  - breathe: 1 breath\n  - bed: {track: own.flac, as: texture, fade: 1s}\n'
	for shape in circle sweep pull tap still; do
		printf '  - stroke: {shape: %s, side: left, for: 1 breath}\n' $shape
	done
	printf '  - hold: 2s\n    release: 2s\nend: {fade: 4s}\n'
} >all.yaml
PACK=$SOURCE/voices/en-clb

# make NAME COMPILER...: NAME/bin/mix_raw and the decoder where it looks for it, of the sources that make sound
make() {
	local name=$1
	shift
	mkdir -p "$name/objects" "$name/bin" "$name/libexec/stillroom"
	printf '%s\n' "$SOURCE"/src/{base,yaml,audio,sound,routine,voice,score,mix}/*.c "$SOURCE/tests/tools/mix_raw.c" |
		xargs -P 2 -I{} sh -c 'n=$(echo {} | sed "s,.*/\(.*\)/,\1_,") && exec "$@" -c {} -o "'"$name"'/objects/$n.o"' \
			sh "$@" -std=c17 -D_GNU_SOURCE -ffp-contract=off -I"$SOURCE/src" $FLAGS || return
	"$1" -o "$name/libexec/stillroom/stillroom-decoder" "$name"/objects/{base,audio}_*.o $LIBRARIES || return
	rm "$name/objects/audio_decoder_main.c.o"
	"$1" -o "$name/bin/mix_raw" "$name"/objects/*.o $LIBRARIES
}
FLAGS=$(pkg-config --cflags yaml-0.1 sndfile soxr libebur128) || exit 1
LIBRARIES="$(pkg-config --libs yaml-0.1 sndfile soxr libebur128) -lm -lpthread"

bad=0
# same WHAT FILE
same() {
	if cmp -s reference.raw "$2"; then
		echo "ok   $1"
	else
		echo "FAIL $1: $(cmp reference.raw "$2" 2>&1)"
		bad=1
	fi
}

"$BUILD/bin/stillroom" render all.yaml -o - --format f32 >reference.raw || exit 1
[ "$(stat -c %s reference.raw)" -gt $((48000 * 8 * 60)) ] || exit 1
"$BUILD/bin/stillroom" render all.yaml -o - --format f32 >again.raw
same "a second run" again.raw
rows=("gcc -O0:997" "gcc -O3 -DSTILLROOM_ONE_VARIANT:64" "clang -O0:1024" "clang -O3:100000")
! grep -q '\bavx512bw\b' /proc/cpuinfo || rows+=("gcc -O3 -mavx2 -DSTILLROOM_ONE_VARIANT:4096")
for row in "${rows[@]}"; do
	name=${row%%:*}
	name=${name// /}
	make "$name" ${row%%:*} || exit 1
	"$name/bin/mix_raw" all.yaml "$PACK" "${row#*:}" >"$name.raw" || exit 1
	same "${row%%:*}, by ${row#*:} frames" "$name.raw"
done
exit $bad

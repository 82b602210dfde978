#!/bin/bash
# What a session costs, beside the peers that are installed. Nothing is asserted.
# usage: run_bench.sh BUILD SOURCE [--readme] [--times N] [render|memory|play|growth|diary ...]
#   --readme   puts the tables in README.md, between its two marks
set -eu
BUILD=$1 SOURCE=$2 TIMES=5 README=
shift 2
PARTS=()
while [ $# -gt 0 ]; do
	case $1 in
	--readme) README=yes ;;
	--times) TIMES=$2 && shift ;;
	*) PARTS+=("$1") ;;
	esac
	shift
done
[ ${#PARTS[@]} -gt 0 ] || PARTS=(render memory play growth diary)
TOOLS=$BUILD/tests/bench STILLROOM=$BUILD/bin/stillroom
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"
RECORD=$DIR/record
export HOME=$DIR XDG_STATE_HOME=$DIR/state XDG_RUNTIME_DIR=$DIR

say() { echo "$@" >&2; }
has() { command -v "$1" >/dev/null; }

# Nobody pays for the file before, nor for what is still on its way to the disk.
clean() { rm -f out.wav out.flac && sync; }

# ---- the peers: each renders the reference session to $1 ----
render_loop() { "$TOOLS/measure" "$RECORD" "$2" "$TOOLS/loop" . "$1"; }

render_bound() { "$TOOLS/measure" "$RECORD" "$2" "$TOOLS/bound" reference.wav "$1" bed.flac voices/bench/*.flac; }

render_stillroom() { "$TOOLS/measure" "$RECORD" "$2" "$STILLROOM" render "$3.yaml" --jobs "$4" -o "$1"; }

render_sox() {
	local pads="pad $FIRST" i
	for i in $(seq $((CLIPS - 1))); do pads="$pads $((EVERY - CLIP))@$((i * CLIP))"; done
	"$TOOLS/measure" "$RECORD" "$2" sox -m \
		-v 1 "|sox -T -v 1 '|sox loop.flac -p repeat 10 trim 0 600' -v 1 duck.wav -p" -v 1 tones.wav \
		-v 0.794328 "|sox voices/bench/line*.flac -p rate 48k $pads channels 2" -b 16 -C 5 "$1"
}

render_ffmpeg() {
	local inputs=() graph="" joined="" i
	for i in $(seq 0 $((CLIPS - 1))); do
		inputs+=(-i "$(printf 'voices/bench/line%02d.flac' "$i")")
		graph="${graph}[$((i + 3)):a]aresample=48000,apad=whole_dur=${EVERY}[c$i];" joined="${joined}[c$i]"
	done
	graph="$graph${joined}concat=n=$CLIPS:v=0:a=1,volume=-2dB,adelay=${FIRST}000,pan=stereo|c0=c0|c1=c0[v];"
	graph="${graph}[0:a][1:a]amultiply[b];[b][2:a][v]amix=inputs=3:normalize=0:duration=longest"
	"$TOOLS/measure" "$RECORD" "$2" ffmpeg -nostdin -v error -y -stream_loop -1 -i loop.flac -i duck.wav -i tones.wav \
		"${inputs[@]}" -filter_complex "$graph" -t 600 -sample_fmt s16 "$1"
}

# Its envelopes are straight lines, searched from their begin: five points to a curve.
render_ecasound() {
	local level points
	level=$(awk '{print $1 * 100}' bed-gain)
	points=$(awk -v clips=$CLIPS -v first=$FIRST -v every=$EVERY -v clip=$CLIP '
		function point(t, depth) { n++; s = s "," t "," 10 ^ (-8 * depth / 20) }
		BEGIN { pi = atan2(0, -1)
			for (i = 0; i < clips; i++) {
				b = first + every * i
				for (u = 0; u <= 1; u += 0.25) point(b - 0.6 + 0.7 * u, 0.5 - 0.5 * cos(pi * u))
				for (u = 0; u <= 1; u += 0.25) point(b + clip + 2 * u, 0.5 + 0.5 * cos(pi * u))
			}
			print n s }')
	"$TOOLS/measure" "$RECORD" "$2" ecasound -q -b:4096 -f:f32_le,2,48000 -t:600 -a:bed -i:audioloop,loop.flac \
		"-ea:$level" "-klg:1,0,$level,$points" -a:tones -i tones.wav -a:voice -i voice.wav \
		-a:all -f:s16_le,2,48000 -o "$1"
}

render_csound() {
	{
		cat <<'END'
<CsoundSynthesizer>
<CsInstruments>
sr = 48000
ksmps = 64
nchnls = 2
0dbfs = 1
instr 1
  a1, a2 diskin2 "loop.flac", 1, 0, 1
  ad1, ad2 diskin2 "duck.wav", 1
  at1, at2 diskin2 "tones.wav", 1
  outs a1 * ad1 + at1, a2 * ad2 + at2
endin
instr 2
  Sname sprintf "voices/bench/line%02d.flac", p4
  a1 diskin2 Sname, 1, 0, 0, 0, 4
  outs a1 * 0.794328, a1 * 0.794328
endin
</CsInstruments>
<CsScore>
i1 0 600
END
		for i in $(seq 0 $((CLIPS - 1))); do echo "i2 $((FIRST + EVERY * i)) $CLIP.1 $i"; done
		printf 'e\n</CsScore>\n</CsoundSynthesizer>\n'
	} >reference.csd
	local format=--format=wav
	[ "${1%.flac}" = "$1" ] || format=--format=flac
	"$TOOLS/measure" "$RECORD" "$2" csound -d -m0 $format -s -o "$1" reference.csd
}

number() { sed -n "s/.*\b$1 = \([0-9]*\),.*/\1/p" "$SOURCE/tests/bench/reference.h"; }

# The median of a column of the record: median NAME COLUMN
median() { awk -v name="$1" -v column="$2" '$1 == name { print $column }' "$RECORD" | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

row() { # NAME RECORD BOUND: cpu, wall, memory, ratio to the bound and to the loop
	local cpu wall kb
	cpu=$(median "$2" 2) wall=$(median "$2" 3) kb=$(median "$2" 4)
	[ -n "$cpu" ] || return 0
	printf '| %s | %.3f | %.3f | %.0f | %s | %s | %s |\n' "$1" "$cpu" "$wall" "$(awk -v k="$kb" 'BEGIN { print k / 1024 }')" \
		"$(ratio "$cpu" "$(median "$3" 2)")" "$(ratio "$cpu" "$(median "loop-${3#bound-}" 2)")" "$(cat "equal-$2" 2>/dev/null)"
}

part_render() {
	local time peer kind jobs peers=(loop)
	for peer in csound ffmpeg ecasound sox; do
		if has $peer; then peers+=("$peer"); else say "bench: $peer is not installed"; fi
	done
	"$STILLROOM" render reference.yaml -o reference.wav 2>/dev/null
	for time in $(seq "$TIMES"); do
		say "bench: round $time of $TIMES"
		for kind in wav flac; do
			clean && render_bound out.$kind bound-$kind
			for jobs in 1 2; do
				clean && render_stillroom out.$kind reference-$jobs-$kind reference $jobs
				clean && render_stillroom out.$kind full-$jobs-$kind full $jobs
			done
			for peer in "${peers[@]}"; do
				[ "$peer-$kind" != ecasound-flac ] || continue # it pipes to another program
				clean && "render_$peer" out.$kind "$peer-$kind"
				[ "$time" != 1 ] || [ $kind != wav ] ||
					"$TOOLS/compare" reference.wav out.wav | awk '{ print $1 " dB" }' >"equal-$peer-wav"
			done
		done
	done
	for kind in wav flac; do
		echo
		echo "| to ${kind^^} | CPU s | wall s | MB | CPU / bound | CPU / C loop | differs at most |"
		echo "|---|---|---|---|---|---|---|"
		row "bound" bound-$kind bound-$kind
		row "reference, one job" reference-1-$kind bound-$kind
		row "reference, two jobs" reference-2-$kind bound-$kind
		row "full, one job" full-1-$kind bound-$kind
		row "full, two jobs" full-2-$kind bound-$kind
		row "plain C loop" loop-$kind bound-$kind
		for peer in csound ffmpeg ecasound sox; do row $peer $peer-$kind bound-$kind; done
	done
}

# A session so long, in minutes: spoken to, breathed to, with strokes and a bed.
long_routine() {
	printf 'stillroom: 1\ntitle: Long\nvoice: bench\nbed: {track: rain, level: soft}\nsteps:\n  - repeat: %d\n    steps:\n' "$1"
	printf '      - say: Line 1.\n      - breathe: 20s\n        words: none\n      - stroke: {shape: circle, for: 37s}\nend: {fade: 30s}\n'
}

part_memory() {
	local minutes
	echo
	echo "| length, to FLAC, two jobs | 1 min | 10 min | 1 h | 8 h |"
	echo "|---|---|---|---|---|"
	printf '| peak memory, MB '
	for minutes in 1 10 60 480; do
		long_routine "$minutes" >long.yaml
		"$TOOLS/measure" "$RECORD" "memory-$minutes" "$STILLROOM" render long.yaml --jobs 2 -o long.flac
		printf '| %.1f ' "$(awk -v k="$(median "memory-$minutes" 4)" 'BEGIN { print k / 1024 }')"
		rm -f long.flac
	done
	echo "|"
}

player() { # NAME COMMAND...
	local name=$1 told
	shift
	if told=$("$TOOLS/player" 60 "$DIR/first" "$@"); then
		echo "$told" | awk -v name="$name" '{ printf "| %s | %s | %s | %.0f | %s |\n", name, $1, $2, $3 / 1024, $4 }'
	else
		say "bench: $name did not play"
	fi
}

part_play() {
	local module=$BUILD/tests/alsa/libasound_module_pcm_paced.so
	[ -e "$module" ] || { say "bench: there is no paced output" && return; }
	printf 'pcm_type.paced { lib "%s" }\npcm.!default { type paced file "%s/heard" first "%s/first" }\n' \
		"$module" "$DIR" "$DIR" >asound.conf
	export ALSA_CONFIG_PATH=$DIR/asound.conf
	printf 'stillroom: 1\ntitle: Play\nbed: {track: rain, level: soft}\nsteps: [{rest: 10m}]\n' >play.yaml
	"$STILLROOM" render play.yaml --from 10s --for 2m -o play.wav 2>/dev/null
	echo
	echo "| playing 60 s | CPU, % of a core | wake-ups a second | resident MB | first sound, ms |"
	echo "|---|---|---|---|---|"
	player stillroom "$STILLROOM" play play.yaml --no-questions
	! has sox || AUDIODRIVER=alsa player sox sox -q play.wav -d
	! has mpv || player mpv mpv --no-config --no-video --really-quiet --ao=alsa play.wav
	! has ffplay || SDL_AUDIODRIVER=alsa player ffplay ffplay -nodisp -loglevel quiet play.wav
}

. "$SOURCE/tests/bench/growth.sh"

part_diary() { echo && "$TOOLS/diary"; }

tables() {
	local part
	for part in "${PARTS[@]}"; do "part_$part"; done
}

CLIPS=$(number CLIPS) FIRST=$(number FIRST_CLIP_SEC) EVERY=$(number CLIP_EVERY_SEC) CLIP=$(number CLIP_SEC)
say "bench: making the material"
"$TOOLS/material" "$DIR"
tables | tee tables.md
if [ -n "$README" ]; then
	awk -v tables="$DIR/tables.md" '
		/<!-- bench ends/ { skip = 0 }
		!skip { print }
		/<!-- bench begins/ { skip = 1; while ((getline line < tables) > 0) print line; print "" }' \
		"$SOURCE/README.md" >README.new
	cat README.new >"$SOURCE/README.md"
fi

#!/bin/bash
# A long night: one session, followed frame by frame from its first to its last, while memory, descriptors and processes
# are looked at. usage: night.sh BUILD SERVER MINUTES [SPEED]
#
#   night.sh $PWD/build jack 60        a true hour through jackd -S
#   night.sh $PWD/build paced 480 20   8 hours at 20 times the speed, on an idle machine
#
# CI plays session/test_night instead, where nothing can come too late.
#
# Against a faster clock the player may come too late: it fades, waits and goes on, and loses no frame of its place.
set -u
. "$(dirname "$0")/servers.sh"
BUILD=$1
SERVER=$2
MINUTES=$3
SPEED=${4:-1}
servers_begin
cd "$SERVERS" || exit 1
STILLROOM=$BUILD/bin/stillroom
to=device
[ "$SERVER" = jack ] && to=device:testsink

# Words every minute, breaths and strokes in between.
cat >night.yaml <<END
stillroom: 1
title: Night
bed: {track: brown, level: soft}
steps:
  - repeat: $MINUTES
    steps:
      - say: Breathe in.
      - breathe: 2 breaths
      - stroke: {shape: circle, side: left, per-breath: 2, for: 1 breath}
      - rest: 30s
END

# look PID: its own memory in kB, and how many descriptors it has
look() { echo "$(awk '/^RssAnon/ { print $2 }' "/proc/$1/status" 2>/dev/null) $(ls "/proc/$1/fd" 2>/dev/null | wc -l)"; }

# Session seconds, then what look says of player and device: one line each time.
watch_player() {
	local line
	while kill -0 "$PLAYER" 2>/dev/null; do
		line="$(told at) $(look "$PLAYER") $(look "$child")"
		[ "$(wc -w <<<"$line")" -ne 5 ] || echo "$line"
		sleep $((SPEED > 1 ? 2 : 20))
	done >looks
}

# slope COLUMN: kB an hour of the session, by least squares, after the first tenth
slope() {
	awk -v c="$1" '{ at[NR] = $1 / 3600; kb[NR] = $c }
		END { for (i = int(NR / 10) + 1; i <= NR; i++) { n++; x += at[i]; y += kb[i]; xx += at[i] ^ 2; xy += at[i] * kb[i] }
			d = n * xx - x * x; printf "%.2f", (d > 0 ? (n * xy - x * y) / d : 0) }' looks
}
is_flat() { [ -n "$1" ] && awk -v slope="$1" 'BEGIN { exit !(slope < 1) }'; }
# Whoever asks for the place has one for a moment: so the fewest, of both halves.
steady() {
	awk -v c="$1" -v all="$(wc -l <looks)" '
		{ half = NR > all / 2; if (!(half in least) || $c < least[half]) least[half] = $c }
		END { exit !(all > 1 && least[1] <= least[0]) }' looks
}

rm -f "$HEARD"
mkfifo "$HEARD" reference
"$STILLROOM" render night -o - --format f32 >reference 2>/dev/null &
"$BUILD/tests/follow_capture" "$HEARD" reference >followed &
FOLLOWER=$!
"start_$SERVER" $([ "$SERVER" != paced ] || echo "speed $SPEED") || exit
began=$EPOCHREALTIME
"$STILLROOM" play night --to "$to" >out 2>err </dev/null &
PLAYER=$!
SERVER_PIDS+=($PLAYER)
expect "it plays" plays_for 1
child=$(pgrep -P "$PLAYER" -x stillroom-devic)
watch_player
wait "$PLAYER"
status=$?
took=$(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
stop_capture
expect "it ends well" [ "$status" -eq 0 -a ! -s err ]
expect "no process is left" await 5 no_process_left
wait "$FOLLOWER"
measured=$(cat followed)
eval "$measured"
echo "$MINUTES minutes, $SERVER: $took s; $measured"
echo "memory: player $(slope 2) kB an hour ($(awk 'END { print $2 }' looks) kB at the end), device $(slope 4); $(wc -l <looks) looks"
expect "every frame is heard, none louder, and none is lost" [ "$strange" -eq 0 -a "$left" -eq 0 ]
expect "all of them" [ "$reference" -gt $((MINUTES * 60 * 48000)) ]
if [ "$MINUTES" -ge 30 ]; then # its first minutes say nothing
	expect "the player's memory is flat" is_flat "$(slope 2)"
	expect "the device's memory is flat" is_flat "$(slope 4)"
fi
expect "no descriptor of the player is left" steady 3
expect "nor of the device" steady 5
[ "$SERVER" = paced ] || expect "not a frame was late" [ "$same" -eq "$reference" ]
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

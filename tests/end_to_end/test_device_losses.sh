#!/bin/bash
# Every row of PortAudio's losses that can be made without a card: the device sink notices, stops within its bound, and
# leaves no process. usage: test_device_losses.sh BUILD SOURCE [ROW...]; a row is SERVER:HOW.
set -u
. "$(dirname "$0")/servers.sh"
BUILD=$1
shift 2
servers_begin
PROGRAM=$BUILD/libexec/stillroom/stillroom-device
ROWS=("$@")
[ $# -gt 0 ] || ROWS=(
	'paced:die' 'paced:poll' 'paced:stall' 'paced:freeze'
	'jack:server' 'jack:freeze'
	'pulse:server' 'pulse:sink' 'pulse:suspend' 'pulse:freeze'
	'pipewire:server' 'pipewire:protocol' 'pipewire:sink' 'pipewire:freeze'
)
bad=0 ran=0


try_row() {
	local server=${1%%:*} how=${1#*:} device=- code=0 expected=3
	# The server moves the sound to another sink and tells nobody: only a watch on the server itself can see it.
	[ "$1" = pipewire:sink ] && expected=0
	rm -f "$SERVERS"/play.*
	[ "$server" = jack ] && device=testsink
	if [ "$server" = paced ]; then
		start_paced "fault $how after_ms 700"
	else
		"start_$server" || return
	fi
	"$BUILD/tests/play_noise" "$PROGRAM" "$device" 8 "$SERVERS/reference.raw" >"$SERVERS/play.log" 2>"$SERVERS/play.err" &
	local player=$!
	await 10 grep -q started "$SERVERS/play.log" || return 1
	local child
	child=$(pgrep -P "$player") || return 1
	sleep 1
	[ "$server" = paced ] || lose "$how"
	await 20 sh -c "! kill -0 $player" || kill -KILL "$player"
	wait "$player" || code=$?
	tail -n 2 "$SERVERS/play.log" | sed "s/^/    /"
	[ "$code" -eq "$expected" ] || echo "    exit $code instead of $expected"
	[ -s "$SERVERS/play.err" ] && echo "    noise on stderr" && code=1
	kill -0 "$child" 2>/dev/null && echo "    the child is left" && code=1
	[ "$code" -eq "$expected" ]
}

for row in "${ROWS[@]}"; do
	try_row "$row"
	case $? in
	0) echo "ok   $row" ;;
	77) echo "skip $row" ;;
	*)
		echo "FAIL $row"
		bad=$((bad + 1))
		;;
	esac
	stop_all
	ran=$((ran + 1))
done
echo "$bad of $ran rows failed"
[ "$bad" -eq 0 ]

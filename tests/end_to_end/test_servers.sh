#!/bin/bash
# The whole program on real sound servers: through jackd -S it is heard sample for sample; and whatever becomes of a
# server, it plays on, or waits for it, and in the end ends by itself with a plain error that says where to go on, or waits
# for a key when its output alone has gone; and it leaves no process.
# usage: test_servers.sh BUILD SOURCE [ROW...]; a row is SERVER:HOW
set -u
. "$(dirname "$0")/servers.sh"
BUILD=$1
shift 2
servers_begin
cd "$SERVERS" || exit 1
STILLROOM=$BUILD/bin/stillroom
printf 'stillroom: 1\ntitle: Short\nbed: {track: rain, level: soft}\nsteps: [{say: Breathe in.}, {breathe: 1 breath}]\nend: {fade: 3s}\n' >short.yaml
printf 'stillroom: 1\ntitle: Long\nbed: {track: brown, level: soft}\nsteps: [{rest: 5m}]\n' >long.yaml
ROWS=("$@")
[ $# -gt 0 ] || ROWS=(jack:nothing jack:server jack:freeze pulse:server pulse:sink pulse:suspend pulse:freeze
	pulse:restart pulse:away pulse:asleep pipewire:server pipewire:protocol pipewire:freeze)

heard_sample_for_sample() {
	"$STILLROOM" render short -o - --format f32 >reference.raw
	"$STILLROOM" play short --to "$to" >out 2>err </dev/null
	status=$?
	stop_capture
	expect "a session is done" [ "$status" -eq 0 ]
	expect "it is heard sample for sample" "$BUILD/tests/compare_capture" "$HEARD" reference.raw
}

# Kills PulseAudio and starts it anew, after so many seconds.
restart_pulse() {
	lose server
	stop_all
	sleep "$1"
	start_pulse
}

is_heard_here() { [ "$(tr -d '\0' <"$HEARD" | wc -c)" -gt 100000 ]; }

goes_on_after_a_restart() {
	expect "it plays" plays_for 1
	restart_pulse "$1"
	expect "it is heard by the server that has started anew" await 30 is_heard_here
	expect "and plays on" kill -0 "$PLAYER"
	stop_capture
	kill -TERM "$PLAYER"
	wait "$PLAYER" 2>/dev/null
	status=$?
	expect "SIGTERM ends it" [ "$status" -eq 143 ]
}

# A sink that nobody has played to holds 2 s before it asks for more.
begins_once_on_a_sink_that_slept() {
	stop_capture
	timeout 5 pactl unload-module module-null-sink
	timeout 5 pactl load-module module-null-sink sink_name=sleeper >/dev/null
	timeout 5 pactl set-default-sink sleeper
	sleep 3
	"$STILLROOM" play long >out 2>err </dev/null &
	PLAYER=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		timeout 5 pactl list short sink-inputs | cut -f 1
		sleep 0.5
	done | sort -u >inputs
	expect "it begins once" [ "$(wc -l <inputs)" -eq 1 ]
	kill -TERM "$PLAYER"
	wait "$PLAYER" 2>/dev/null
	status=$?
	expect "SIGTERM ends it" [ "$status" -eq 143 ]
}

# Its only output has gone: nothing resumes by itself, and a key may bring it back.
waits_for_a_key() {
	expect "it plays" plays_for 1
	lose "$1"
	expect "it pauses" await 20 is state paused
	sleep 6
	expect "it waits, paused" is state paused
	expect "with the output closed" await 5 no_process_left
	kill -TERM "$PLAYER"
	wait "$PLAYER" 2>/dev/null
	status=$?
	expect "SIGTERM ends it" [ "$status" -eq 143 ]
}

ends_with_a_plain_error() {
	expect "it plays" plays_for 1
	lose "$1"
	expect "it waits" soon state waiting
	sleep 3
	expect "for longer than a moment" kill -0 "$PLAYER"
	leap_to_its_end
	wait "$PLAYER" 2>/dev/null
	status=$?
	expect "it ends by itself" [ "$status" -eq 1 ]
	expect "it says where to go on" grep -q -- "--from" err
	expect "it says so shortly" [ "$(wc -l <err)" -le 3 ]
}

for row in "${ROWS[@]}"; do
	server=${row%%:*} how=${row#*:} status=0 to=device
	[ "$server" = jack ] && to=device:testsink
	: >err
	"start_$server"
	case $? in
	0) ;;
	77) stop_all; echo "skip $row"; continue ;;
	*) expect "the server starts" false; stop_all; continue ;;
	esac
	if [ "$how" = nothing ]; then
		heard_sample_for_sample
	elif [ "$how" = asleep ]; then
		begins_once_on_a_sink_that_slept
	else
		leap_clock
		env "${LEAPING[@]}" "$STILLROOM" play long --to "$to" >out 2>err </dev/null &
		PLAYER=$!
		if [ "$how" = restart ]; then
			goes_on_after_a_restart 0
		elif [ "$how" = away ]; then
			goes_on_after_a_restart 6
		elif [ "$how" = sink ]; then
			waits_for_a_key "$how"
		else
			ends_with_a_plain_error "$how"
		fi
	fi
	expect "no process is left" await 5 no_process_left
	stop_all
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/bin/bash
# The whole program through the real PortAudio into the paced output of tests/alsa: what is heard is what is rendered;
# keys, signals and every fault of a device act as they should; no process is left.
# usage: test_play.sh BUILD SOURCE [ROW...]; a row is heard, signals, keys, shell, faults, losses or nowhere
set -u
. "$(dirname "$0")/servers.sh"
BUILD=$1
SOURCE=$2
shift 2
ROWS=("$@")
[ $# -gt 0 ] || ROWS=(heard signals keys shell faults losses nowhere)
servers_begin
cd "$SERVERS" || exit 1
STILLROOM=$BUILD/bin/stillroom
REFERENCE=$SERVERS/reference.raw

# Twelve seconds: a bed that rises, words, breaths, strokes, an ending.
mkdir voices
cat >short.yaml <<'END'
stillroom: 1
title: Short
breath: {in: 1s, out: 1s}
bed: {track: rain, level: soft}
steps:
  - part: One
  - say: Breathe in.
  - part: Two
  - stroke: {shape: circle, side: left, per-breath: 2, for: 1 breath}
  - part: Three
  - rest: 1s
end: {fade: 3s}
END
printf 'stillroom: 1\ntitle: Long\nbed: {track: brown, level: soft}\nsteps: [{part: One}, {rest: 30s}, {part: Two}, {rest: 30s}]\n' >long.yaml

render() {
	"$STILLROOM" render "$1" -o - --format f32 >"$REFERENCE" 2>/dev/null
}

# play NAME OPTIONS...: in the foreground, without keys; leaves err and status
play() {
	rm -f "$HEARD"
	timeout 60 "$STILLROOM" play "$@" >out 2>err </dev/null
	status=$?
}

# play_beside NAME: in the background; PLAYER is its process
play_beside() {
	rm -f "$HEARD"
	"$STILLROOM" play "$@" >out 2>err </dev/null &
	PLAYER=$!
	await 10 test -s "$HEARD"
}

measure() {
	measured=$("$BUILD/tests/measure_capture" "$HEARD" "$REFERENCE")
	eval "$measured"
}

soon_no_process_left() { await 5 no_process_left; }

# --- what is heard is what is rendered
row_heard() {
	render short
	start_paced
	play short
	measure
	expect "a session is heard whole, sample for sample, to its last one" \
		[ "$head" -eq "$reference" -a "$heard" -eq "$reference" ]
	expect "a session that is over is done" [ "$status" -eq 0 ]
	expect "nothing is said on stderr" [ ! -s err ]
	expect "no process is left after the end" no_process_left

	start_paced speed 8
	render long
	play long
	measured=$("$BUILD/tests/follow_capture" "$HEARD" "$REFERENCE") # a busy machine may come too late: it fades, and goes on
	eval "$measured"
	expect "a faster clock gets every frame, in order" [ "$strange" -eq 0 -a "$left" -eq 0 ]

	start_paced
	play short --volume -6
	render short
	measure
	expect "a softer volume is never over the reference" [ "$over" -eq 0 ]
	"$STILLROOM" render short --volume -6 -o - --format f32 >"$REFERENCE"
	measure
	expect "a softer volume is the softer render" [ "$heard" -eq "$reference" -a "$over" -eq 0 ]
}

# --- signals
row_signals() {
	start_paced
	for signal in INT TERM HUP; do
		play_beside long
		sleep 2
		kill -"$signal" "$PLAYER"
		wait "$PLAYER" 2>/dev/null
		status=$?
		render long
		measure
		expect "SIG$signal ends it as shells expect" [ "$status" -eq $((128 + $(kill -l "$signal"))) ]
		expect "SIG$signal fades out over about a second" [ $((heard - head)) -gt 30000 -a $((heard - head)) -lt 80000 ]
		expect "SIG$signal: never louder than the session" [ "$over" -eq 0 ]
		expect "SIG$signal leaves no process" soon_no_process_left
	done

	play_beside long
	sleep 1
	kill -KILL "$PLAYER"
	wait "$PLAYER" 2>/dev/null
	expect "kill -9 of the player ends the device's process" soon_no_process_left
}

# --- keys, in a terminal of their own
with_keys() { # with_keys NAME SCRIPT-OF-KEYS
	rm -f "$HEARD"
	rm -f over
	(eval "$2") | (
		timeout 60 script -qefc "stty -echo; exec $STILLROOM play $1" /dev/null >out 2>&1
		code=$?
		touch over
		exit $code
	)
	status=$?
}

# A player with a voice that says the session's lines and nothing else, so that no answer stands beside the session's sound.
silence_answers() {
	mkdir -p mute/bin mute/libexec/stillroom voices/few
	cp "$STILLROOM" mute/bin/stillroom
	cp "$BUILD"/libexec/stillroom/* mute/libexec/stillroom/
	cp "$SOURCE"/voices/en-clb/breathe-{in,out}.flac voices/few/
	awk '/^  - text:/ { keep = /"Breathe (in|out)\."/ } /^lines:/ || !/^  / || keep' "$SOURCE/voices/en-clb/pack.yaml" |
		sed 's/^name: .*/name: few/' >voices/few/pack.yaml
	sed -i 's/^title: .*/&\nvoice: few/' short.yaml long.yaml
	STILLROOM=$SERVERS/mute/bin/stillroom
}

row_keys() {
	silence_answers
	start_paced
	render short
	with_keys short 'await 10 test -s "$HEARD"; sleep 4; printf " "; sleep 4; printf " "; sleep 1; printf " "; sleep 3; printf " "; await 20 test -e over'
	measure
	expect "space pauses" [ "$silence" -gt 48000 ]
	expect "space resumes and plays to the end" [ "$tail" -gt 48000 -a "$heard" -gt "$reference" ]
	expect "a pause is never louder than the session" [ "$over" -eq 0 ]
	with_keys short 'await 10 test -s "$HEARD"; sleep 4; printf " "; sleep 3; printf "\033[D"; sleep 1; printf " "; await 20 test -e over'
	measure
	expect "a jump in a pause plays the new place only, to the end" [ "$tail" -gt 96000 -a "$heard" -gt "$reference" ]
	expect "a jump in a pause is never louder than the session" [ "$over" -eq 0 ]
	render long
	with_keys long 'await 10 test -s "$HEARD"; sleep 3; printf "\033[C"; sleep 3; printf q; await 3 test -e over'
	measure
	expect "right goes to the next part, q ends" [ "$status" -eq 0 -a "$heard" -lt 600000 ]
	expect "a jump goes through silence" [ "$silence" -gt 0 ]
}

# --- a job of an interactive shell: stopped unawares, it goes on behind, and `fg` sends no signal to what already runs
times_dark() { [ "$(grep -ao '1049h' seen | wc -l)" -eq "$1" ]; }
back_in_front() {
	sleep 1 # for the shell
	echo "$STILLROOM play long --no-questions"
	await 30 test -s "$HEARD" || return
	PLAYER=$(pgrep -P "$(cat pid)") || return
	kill -STOP "$PLAYER"
	await 10 grep -q Stopped seen
	kill -CONT "$PLAYER"
	sleep 1
	echo fg
	await 10 times_dark 2 && touch dark_again
	printf q
	await 10 player_has_ended || kill -KILL "$PLAYER"
	echo exit # with the player's status
	await 10 test -e over
}

row_shell() {
	start_paced
	in_terminal "env TERM=xterm LC_ALL=C bash --norc -i" back_in_front 2>/dev/null
	expect "in front again it is dark again" test -e dark_again
	expect "and a key ends it" [ "$status" -eq 0 ]
	expect "no process is left" soon_no_process_left
}

# --- faults of the device
row_faults() {
	for fault in die poll stall freeze; do
		start_paced "fault $fault after_ms 3000 once \"$SERVERS/$fault.done\""
		render short
		play short
		measure
		expect "$fault: the session goes on and ends" [ "$status" -eq 0 ]
		expect "$fault: what was heard before is right" [ "$head" -gt 96000 ]
		expect "$fault: it is right again after the ramp, to the last sample" [ "$tail" -gt 48000 ]
		expect "$fault: never louder than the session" [ "$over" -eq 0 ]
		expect "$fault: nothing is skipped" [ "$heard" -ge "$((reference - 48000))" ]
		expect "$fault: no process is left" soon_no_process_left
	done
}

row_losses() {
	start_paced "fault freeze after_ms 1500"
	play_beside long
	sleep 2
	kill -TERM "$PLAYER"
	wait "$PLAYER"
	expect "SIGTERM ends it while the device hangs" [ $? -eq 143 ]
	expect "and leaves no process" soon_no_process_left

	start_paced "fault die after_ms 1000"
	leap_clock
	rm -f "$HEARD"
	env "${LEAPING[@]}" "$STILLROOM" play long >out 2>err </dev/null &
	PLAYER=$!
	sleep 7
	expect "four losses in a row do not end it" kill -0 "$PLAYER"
	leap_to_its_end
	wait "$PLAYER"
	status=$?
	expect "losses without an end end it with an error" [ "$status" -eq 1 ]
	expect "the error tells where to go on" grep -q -- "--from" err
	expect "the error is short" [ "$(wc -l <err)" -le 3 ]
	expect "no process is left after all these losses" soon_no_process_left
}

# --- no output at all
row_nowhere() {
	echo 'pcm.!default { type hw card 7 }' >"$ALSA_CONFIG_PATH"
	play short
	expect "without an output the session becomes a file" [ "$status" -eq 0 -a -s short.opus ]
	expect "and the file is named" grep -q "short.opus" err
	expect "and none of the drivers' noise is heard of" [ "$(wc -l <err)" -eq 2 ]
	play short
	expect "a second file does not replace the first" [ -s short-2.opus ]
	local odd
	odd=$(printf 'odd\033[31m')
	cp short.yaml "$odd.yaml"
	play "$odd"
	expect "a name of the file gives no orders to a terminal" grep -qxF 'It is in odd?[31m.opus.' err
	play short --to device:nowhere
	expect "a device that was asked for and is not there is an error" [ "$status" -eq 1 ]
}

for row in "${ROWS[@]}"; do
	"row_$row"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

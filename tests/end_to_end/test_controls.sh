#!/bin/bash
# The whole program is led from outside: by the real playerctl on a bus of its own, by `stillroom ctl` and a signal, and
# by a headset that goes away. usage: test_controls.sh BUILD SOURCE [ROW...]; a row is desktop, ctl, hurt, attack, asked, pulse or pipewire
set -u
. "$(dirname "$0")/servers.sh"
BUILD=$1
SOURCE=$2
shift 2
ROWS=("$@")
[ $# -gt 0 ] || ROWS=(desktop ctl hurt attack asked pulse pipewire)
servers_begin
cd "$SERVERS" || exit 1

cat >evening.yaml <<'END_OF_ROUTINE'
stillroom: 1
title: Evening
bed: {track: brown, level: soft}
steps: [{part: One}, {rest: 20s}, {part: Two}, {rest: 20s}, {part: Three}, {rest: 20s}]
END_OF_ROUTINE

state_stays() { # state_stays STATE SECONDS
	local looks=$(($2 * 4))
	while ((looks-- > 0)); do
		is state "$1" || return
		sleep 0.25
	done
}

begin_playing() {
	"$STILLROOM" play evening >out 2>err </dev/null &
	PLAYER=$!
	SERVER_PIDS+=($PLAYER) # should the row break off
	soon state playing && await 10 is_heard_at_home
}

begins() {
	local before=$failed
	expect "it plays" begin_playing
	[ "$failed" -eq "$before" ]
}

# It ends by itself, soon; leaves status
await_end() {
	await 10 sh -c "! kill -0 $PLAYER" || kill -KILL "$PLAYER"
	wait "$PLAYER" 2>/dev/null
	status=$?
}

ended_well() { [ "$status" -eq 0 ] && await 5 no_process_left; }

# --- the desktop: what a lock screen or a headset's button asks for
desktop() { playerctl --player=stillroom "$@" 2>/dev/null; }
shows() { [ "$(desktop "${@:2}")" = "$1" ]; }
position() { desktop position | cut -d. -f1; }
is_at() { [ "$(position)" -ge "$1" -a "$(position)" -le "$2" ] 2>/dev/null; }
stands_still() {
	local before
	before=$(desktop position)
	sleep 0.7
	[ "$before" = "$(desktop position)" ]
}
has_players() { playerctl --list-all 2>/dev/null | grep -q stillroom; }
frames_over() { # frames_over DB SOUND: louder than the session at a volume of so many decibels
	"$STILLROOM" render evening --volume "$1" -o - --format f32 >reference.raw 2>/dev/null
	[ -s "$2" ] && "$BUILD/tests/measure_capture" "$2" reference.raw | sed 's/.*over=\([0-9]*\).*/\1/'
}

# A voice of one line, so that no answer stands beside the session's sound. The program finds no other from there.
be_mute() {
	mkdir -p mute/bin mute/libexec/stillroom voices/few
	cp "$BUILD/bin/stillroom" mute/bin/
	cp "$BUILD"/libexec/stillroom/* mute/libexec/stillroom/
	cp "$SOURCE/voices/en-clb/breathe-in.flac" voices/few/
	awk '/^  - text:/ { keep = /"Breathe in\."/ } /^lines:/ || !/^  / || keep' "$SOURCE/voices/en-clb/pack.yaml" |
		sed 's/^name: .*/name: few/' >voices/few/pack.yaml
	sed -i 's/^title: .*/&\nvoice: few/' evening.yaml
	STILLROOM=$SERVERS/mute/bin/stillroom
}

row_desktop() {
	have playerctl || return
	start_bus || return
	start_paced
	be_mute
	begins || return
	expect "playerctl finds it" await 5 shows Playing status
	expect "its title is the session before the first part" shows Evening metadata title
	desktop next
	expect "and then the part" await 5 shows One metadata title
	expect "of that album" shows Evening metadata album
	desktop pause
	expect "pause pauses" await 5 shows Paused status
	sleep 2 # past the fade
	desktop pause
	expect "and again stays paused" state_stays paused 1
	expect "where it was" stands_still
	desktop play
	expect "play goes on" await 5 shows Playing status
	desktop next
	expect "next goes to the next part" await 5 shows Two metadata title
	expect "and its place" await 5 is_at 28 34
	desktop position 50
	expect "a position is gone to" await 5 is_at 50 55
	expect "and has its part" await 5 shows Three metadata title
	desktop volume 0.5
	expect "half the volume is 6 dB less" soon volume -6.0
	sleep 2 # a volume goes slowly
	local bytes
	bytes=$(stat -c %s "$HEARD")
	sleep 1.5
	tail -c +$((bytes / 8 * 8 + 1)) "$HEARD" >softer.raw
	desktop volume 1.0
	expect "the whole is 0 dB" soon volume 0.0
	desktop volume 4.0
	sleep 3 # 3 dB a second
	expect "and there is no more" is volume 0.0
	desktop stop
	await_end
	expect "stop ends it well" ended_well
	expect "its name is gone" await 5 eval '! has_players'
	expect "half the volume was heard" [ "$(frames_over -5.9 softer.raw)" = 0 ]
	expect "it was never louder than the session" [ "$(frames_over 0 "$HEARD")" = 0 ]
	expect "nothing is said on stderr" [ ! -s err ]
}

# --- a bedside button, ssh, a rule of the house
ctl() { "$STILLROOM" ctl "$@" >answer 2>refusal; }
nobody_plays() {
	ctl pause
	[ $? -eq 1 ] && grep -qx 'stillroom: no session is playing' refusal
}
socket() { echo "$XDG_RUNTIME_DIR"/stillroom/player-*; }

row_ctl() {
	start_paced
	expect "without a session it says so" nobody_plays
	begins || return
	expect "only its owner can lead it" [ "$(stat -c %a "$XDG_RUNTIME_DIR/stillroom" "$(socket)" | tr '\n' ' ')" = "700 600 " ]
	ctl next
	expect "next goes to the first part" soon part One
	sleep 2
	expect "where is answered" ctl where
	expect "in words" grep -qE '^playing, part 1 of 3: One, at (9|1[0-9])s of ' answer
	ctl pause
	expect "pause pauses" soon state paused
	ctl pause
	expect "and again stays paused" state_stays paused 2
	ctl resume
	expect "resume goes on" soon state playing
	ctl resume
	expect "and again plays on" state_stays playing 1
	kill -USR1 "$PLAYER"
	expect "SIGUSR1 pauses" soon state paused
	sleep 2
	kill -USR1 "$PLAYER"
	expect "SIGUSR1 goes on" soon state playing
	ctl next
	expect "and next to the next" soon part Two
	ctl quieter
	expect "quieter is 2 dB less" soon volume -2.0
	ctl dance
	expect "an unknown word is refused" [ $? -eq 2 ]
	expect "and changes nothing" is state playing
	ctl stop
	await_end
	expect "stop ends it well" ended_well
	expect "its socket is gone" [ ! -e "$(socket)" ]
	expect "and nobody is there to lead" nobody_plays
}

# --- what hurts is left out for the rest of the session, and a kill does not end that
row_hurt() {
	start_paced
	cat >hurt.yaml <<-'END_OF_ROUTINE'
		stillroom: 1
		title: Evening
		steps:
		  - part: One
		  - rest: 5s
		  - part: Forehead
		  - use: techniques/forehead-sweep
		    with: {length: 6 breaths}
		  - part: Three
		  - rest: 60s
	END_OF_ROUTINE
	"$STILLROOM" play hurt >out 2>err </dev/null &
	PLAYER=$!
	SERVER_PIDS+=($PLAYER)
	expect "it plays" soon part One
	ctl next
	expect "up to the forehead" soon part Forehead
	ctl hurt
	expect "which hurts, and is passed over" soon part Three
	sleep 1.5 # that is kept
	kill -KILL "$PLAYER"
	wait "$PLAYER" 2>/dev/null
	expect "the kill leaves no process" await 5 no_process_left
	"$STILLROOM" resume >out 2>err </dev/null &
	PLAYER=$!
	SERVER_PIDS+=($PLAYER)
	expect "it is picked up" soon part Three
	ctl previous
	sleep 1
	ctl previous
	expect "the way back does not lead there" state_stays playing 2
	expect "but passes over it" is part Three
	ctl stop
	await_end
	expect "it ends well" ended_well
}

# --- an attack that a bedside button begins, where there is no terminal: silence takes the gentler way
play_attack() {
	rm -f "$HEARD"
	"$STILLROOM" play attack "$@" >out 2>err </dev/null &
	PLAYER=$!
	SERVER_PIDS+=($PLAYER)
	await 10 is_heard_at_home
}
hands_rest() { grep -qa -e --sore "$XDG_STATE_HOME/stillroom/bookmark"; }

row_attack() {
	start_paced
	sed 's/^title: .*/&\nfor: attack/' evening.yaml >attack.yaml
	play_attack
	sleep 2
	expect "it asks before it plays" is state asking
	await 40 is state playing
	sleep 1
	expect "by silence the hands only rest" hands_rest
	ctl stop
	await_end
	expect "it ends well" ended_well
	rm "$XDG_STATE_HOME/stillroom/bookmark"
	echo 'good: -20.0' >"$XDG_STATE_HOME/stillroom/comfort"
	play_attack
	await 20 ctl digit 2
	expect "an answer is heeded" soon state playing
	expect "and its place is kept" await 10 test -s "$XDG_STATE_HOME/stillroom/bookmark"
	sleep 1
	expect "by a no they do not only rest" eval '! hands_rest'
	expect "it is no louder than a good day" is volume -20.0
	ctl stop
	await_end
	play_attack --remote "$SERVERS/none"
	await 20 ctl digit 2
	sleep 3
	expect "a remote can answer, so the rest is asked too" is state asking
	ctl stop
	await_end
	play_attack --no-questions
	expect "without questions nothing is asked" soon state playing
	ctl stop
	await_end
}

# --- a headset that is unplugged: its owner sleeps beside somebody, and the loudspeaker is the other output
plug_in() {
	timeout 5 pactl load-module module-null-sink sink_name=testsink rate=48000 channels=2 >/dev/null
	await 10 sh -c 'timeout 2 pactl list short sinks | grep -q testsink' || return
	timeout 5 pactl set-default-sink testsink
	capture_pulse
}

lose_headset() {
	add_second_sink
	capture_speaker
	begins || return
	sleep 1
	stop_capture
	SINK_MODULE=$(timeout 5 pactl list short modules | awk '/sink_name=testsink/ {print $1; exit}')
	lose sink
	expect "its loss pauses" soon state paused
	sleep 1
	measured=$("$BUILD/tests/measure_spill" "$ELSEWHERE")
	echo "    elsewhere: $measured"
	expect "the speaker gives at most 50 ms above -60 dBFS" [ "${measured#*ms=}" -le 50 ]
	measured=
	kill "$RECORDER" # WirePlumber would move it to the headset
	return 0
}

row_route() {
	"start_$1" || return
	lose_headset || return
	expect "the headset can come back" plug_in
	expect "nothing goes on by itself" state_stays paused 5
	expect "nor is heard" eval '! is_heard_at_home'
	kill -USR1 "$PLAYER"
	expect "a wish goes on" soon state playing
	expect "in the headset" await 10 is_heard_at_home
	ctl stop
	await_end
	expect "it ends well" ended_well
}

# Questions stay in the headset as well: one that sounds when it goes, and the one after a session that it has left.
begin_asking() { # begin_asking ROUTINE
	"$STILLROOM" play "$1" --remote "$SERVERS/none" >out 2>err </dev/null &
	PLAYER=$!
	SERVER_PIDS+=($PLAYER)
	await 10 is_heard_at_home
}
unplug() {
	stop_capture
	SINK_MODULE=$(timeout 5 pactl list short modules | awk '/sink_name=testsink/ {print $1; exit}')
	lose sink
	sleep 1
}
speaker_is_spared() {
	sleep 1
	measured=$("$BUILD/tests/measure_spill" "$ELSEWHERE")
	[ "${measured#*ms=}" -le 50 ]
}
is_past() { [ "$(told at | cut -d. -f1)" -ge "$1" ]; }

row_asked() {
	start_pulse || return
	add_second_sink
	capture_speaker
	sed 's/^title: .*/&\nfor: attack/' evening.yaml >attack.yaml
	expect "it asks" begin_asking attack
	sleep 1
	unplug
	ctl pause # as some desktops do
	ctl quieter
	expect "a pause does not bring a question to the speaker" speaker_is_spared
	kill "$RECORDER" # a new default would take it along
	ctl stop
	await_end
	expect "it ends well" ended_well
	expect "the headset can come back" plug_in
	capture_speaker
	expect "it asks again" begin_asking evening
	await 20 ctl digit 5
	expect "it plays" soon state playing
	expect "for more than a minute" await 80 is_past 63
	unplug
	expect "the loss pauses" soon state paused
	ctl stop
	await_end
	expect "nothing is asked over the speaker" speaker_is_spared
	expect "and it ends well" ended_well
	measured=
}

row_pulse() { row_route pulse; }
row_pipewire() { row_route pipewire; }

skipped=0 measured=
for row in "${ROWS[@]}"; do
	rm -f "$HEARD"
	STILLROOM=$BUILD/bin/stillroom
	"row_$row"
	[ $? -ne 77 ] || skipped=$((skipped + 1))
	stop_all
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$skipped" -lt ${#ROWS[@]} ] || exit 77
[ "$failed" -eq 0 ]

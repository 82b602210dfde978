#!/bin/bash
# An attack noted in the dark, in a terminal of its own: with two keys, with all its questions, from the menu; told and
# not begun twice; ended; kept through kill -9; and the question two hours after a session, asked once. The rows are read
# from the diary's file. Sound is eight times as fast, waits are real.
# usage: test_attack.sh BUILD SOURCE
set -u
. "$(dirname "$0")/servers.sh"
BUILD=$1
servers_begin
cd "$SERVERS" || exit 1
STILLROOM=$BUILD/bin/stillroom
STATE=$XDG_STATE_HOME/stillroom
export TERM=xterm

# Rows, a line each, with | between the values; - is what is missing
ask_diary() { "$BUILD/tests/ask_diary" "$STATE/diary.sqlite" "$1"; }
diary_is() { [ "$(ask_diary "$1" 2>/dev/null)" = "$2" ]; }
SIGNS="SELECT strength, side, nausea, light, sound, aura, sore FROM attack ORDER BY began DESC, rowid DESC LIMIT 1"
LAST="(SELECT id FROM attack ORDER BY began DESC, rowid DESC LIMIT 1)"
MEDICINE="SELECT kind FROM medication WHERE attack = $LAST"
has_ended() { diary_is "SELECT ended IS NOT NULL FROM attack WHERE id = $LAST" 1; }
attacks() { ask_diary "SELECT count(*) FROM attack"; }

is_asked() { await 30 test -s "$HEARD" && sleep 0.5; } # a key that comes before its question waits for it
key() { printf "$1" && sleep 1.5; }                    # a question that follows is asked by then, or the key waits
# press KEY SQL ROW: pressed, and in the diary before the next one
press() {
	printf "$1"
	await 20 diary_is "$2" "$3"
	sleep 0.5 # no doubled press
}

# ---- Nobody to ask

"$STILLROOM" attack >out 2>err </dev/null
status=$?
expect "without a terminal it is noted" diary_is "$SIGNS" "-|-|-|-|-|-|-"
expect "which is told in one line" [ "$(wc -l <out)" -eq 1 -a "$(wc -c <err)" -eq 0 ]
expect "and is all that was wanted" [ "$status" -eq 0 ]
"$STILLROOM" attack 7 >out 2>err </dev/null
expect "it is not begun twice" [ "$(attacks)" -eq 1 ]
expect "which is told" grep -q 'noted already' out
expect "its strength is kept" diary_is "$SIGNS" "7|-|-|-|-|-|-"
"$STILLROOM" attack 4 >out 2>err </dev/null
expect "a weaker hour later is no weaker attack" diary_is "$SIGNS" "7|-|-|-|-|-|-"
"$STILLROOM" attack over >out 2>err </dev/null
status=$?
expect "attack over ends it" has_ended
expect "and says so" [ "$status" -eq 0 -a "$(grep -c 'is over' out)" -eq 1 ]
"$STILLROOM" attack over >out 2>err </dev/null
status=$?
expect "what is over is not ended again" [ "$status" -eq 1 -a "$(wc -l <err)" -eq 1 ]
"$STILLROOM" attack ten >out 2>err </dev/null
expect "another word notes nothing" [ "$?" -eq 2 -a "$(attacks)" -eq 1 ]

# A terminal, and no output that opens
echo "pcm.!default { type hw card 77 }" >"$ALSA_CONFIG_PATH"
in_terminal "$STILLROOM attack --no-questions" "await 60 test -e over"
expect "--no-questions notes it" [ "$status" -eq 0 -a "$(attacks)" -eq 2 ]
ask_diary "UPDATE attack SET ended = began" >/dev/null
in_terminal "$STILLROOM attack" "await 60 test -e over"
expect "without an output it is noted too" [ "$status" -eq 0 -a "$(attacks)" -eq 3 ]
expect "in one line ($(tr -d '\r' <seen | grep -c attack))" grep -q 'nothing was asked' seen
ask_diary "UPDATE attack SET ended = began" >/dev/null

# ---- By ear

start_paced speed 8

two_keys() {
	is_asked || return
	printf 6
	await 60 test -e over # silence passes the rest over
}
in_terminal "$STILLROOM attack" two_keys
expect "two keys note an attack" diary_is "$SIGNS" "6|-|-|-|-|-|-"
expect "and silence ends it" [ "$status" -eq 0 ]
dark_text() { sed 's/\x1b\[?1049l.*//' seen | sed 's/\x1b\[[0-9;?]*[A-Za-z]//g' | tr -d '\r\n'; }
expect "nothing is seen meanwhile ($(dark_text | head -c 60))" [ -z "$(dark_text)" ]

# That one runs: told, and more of it is noted; then that a medicine was taken
more() {
	is_asked || return
	key 2
	press 1 "$SIGNS" "6|left|-|-|-|-|-"
	press '\r' "$SIGNS" "6|left|-|-|-|-|-" # Enter passes over
	press 1 "$SIGNS" "6|left|-|1|-|-|-"
	press 2 "$SIGNS" "6|left|-|1|0|-|-"
	press q "$SIGNS" "6|left|-|1|0|-|-"
	await 20 test -e over
}
in_terminal "$STILLROOM attack" more
expect "more is told of one that runs" diary_is "$SIGNS" "6|left|-|1|0|-|-"
expect "which is still the one" [ "$(attacks)" -eq 4 ]

# The number pad of a terminal in its application mode: ESC O and a letter
medicine() {
	is_asked || return
	key '\033Oq'
	press '\033Or' "$MEDICINE" simple
	await 20 test -e over
}
in_terminal "$STILLROOM attack" medicine
expect "a medicine is noted by the number pad" diary_is "$MEDICINE" simple

over() {
	is_asked || return
	printf 3
	await 20 test -e over
}
in_terminal "$STILLROOM attack" over
expect "its end is noted by ear" has_ended

all() {
	is_asked || return
	press 9 "$SIGNS" "9|-|-|-|-|-|-"
	press 3 "$SIGNS" "9|both|-|-|-|-|-"
	press 1 "$SIGNS" "9|both|1|-|-|-|-"
	press 1 "$SIGNS" "9|both|1|1|-|-|-"
	press 2 "$SIGNS" "9|both|1|1|0|-|-"
	press 2 "$SIGNS" "9|both|1|1|0|0|-"
	press 1 "$SIGNS" "9|both|1|1|0|0|1"
	press 1 "$MEDICINE" other # its kind comes to it
	press 1 "$MEDICINE" triptan
	await 20 test -e over
}
in_terminal "$STILLROOM attack" all
expect "every question has its key" diary_is "$SIGNS" "9|both|1|1|0|0|1"
expect "and the medicine its kind" diary_is "$MEDICINE" triptan
in_terminal "$STILLROOM attack over" "await 60 test -e over"
expect "attack over ends it in the dark" has_ended
expect "and is heard" test -s "$HEARD"

killed() {
	is_asked || return
	press 5 "$SIGNS" "5|-|-|-|-|-|-"
	press 2 "$SIGNS" "5|right|-|-|-|-|-"
	kill -9 "$(cat pid)"
	await 20 test -e over
}
in_terminal "$STILLROOM attack" killed
expect "kill -9 leaves what was answered" diary_is "$SIGNS" "5|right|-|-|-|-|-"
expect "and a whole file" diary_is "PRAGMA integrity_check" ok
"$STILLROOM" attack over >out 2>err </dev/null

# ---- From the menu: the same two keys, then the attack's sessions

from_menu() {
	is_asked || return
	key 8
	press 4 "$SIGNS" "4|-|-|-|-|-|-"
	key 2 # the second session for an attack
	key '\r'
	printf 2 # touch is not sore; the pain was told
	await 30 diary_is "SELECT value FROM rating WHERE moment = 'before'" 4
	await 20 sh -c "'$STILLROOM' ctl status | grep -q playing"
	await 20 test -s "$STATE/bookmark" && sleep 1.5 # it is unfinished
	printf q
	await 20 test -e over
}
count=$(attacks)
in_terminal "$STILLROOM" from_menu
expect "two keys of the menu note an attack" [ "$(attacks)" -eq $((count + 1)) ]
expect "its strength is the pain before the session" \
	diary_is "SELECT routine, value FROM session JOIN rating ON id = session WHERE rating.moment = 'before'" "during-attack|4"

slip() {
	is_asked || return
	key 8
	printf q
	await 20 test -e over
}
"$STILLROOM" attack over >out 2>err </dev/null
in_terminal "$STILLROOM" slip
expect "who ends it at once notes nothing" [ "$(attacks)" -eq $((count + 1)) ]

# All is there at once, what is unfinished and what is due: the key stays, and what is for any time comes last
ask_diary "INSERT INTO session(id, began, zone_min, routine, heard_sec, ending)
	VALUES('x', strftime('%s', 'now') - 5 * 86400, 0, 'evening', 600, 'to the end')" >/dev/null
crowded() {
	is_asked || return
	key 8
	press 3 "$SIGNS" "3|-|-|-|-|-|-"
	key 9 # back
	key 6 # every day
	key 8 # for something else
	key 2
	key '\r'
	await 20 sh -c "'$STILLROOM' ctl status | grep -q playing"
	printf q
	await 20 test -e over
}
in_terminal "$STILLROOM" crowded
expect "the key is the same in a full menu" [ "$(attacks)" -eq $((count + 2)) ]
expect "which has all sessions" diary_is "SELECT routine FROM session ORDER BY began DESC LIMIT 1" sinus
"$STILLROOM" attack over >out 2>err </dev/null

# ---- Two hours after a session, once

ask_diary "DELETE FROM rating WHERE moment = 'later'" >/dev/null
ask_diary "UPDATE session SET began = began - 10000, ended = ended - 10000, heard_sec = 600" >/dev/null
ask_diary "UPDATE rating SET at = at - 10000" >/dev/null
later() {
	is_asked || return
	printf 2
	await 20 diary_is "SELECT count(*) FROM rating WHERE moment = 'later'" 1
	sleep 0.5
	printf q
	await 20 test -e over
}
in_terminal "$STILLROOM play rain-only" later
expect "the next start asks how it was two hours later" diary_is "SELECT value FROM rating WHERE moment = 'later'" 2
once() {
	is_asked || return
	printf 3 # the pain before this one
	await 20 sh -c "'$STILLROOM' ctl status | grep -q playing"
	printf q
	await 20 test -e over
}
in_terminal "$STILLROOM play rain-only" once
expect "and asks it once" diary_is "SELECT group_concat(value) FROM rating WHERE moment = 'later'" 2
# ---- The summary: said, and written where nothing can be heard
in_terminal "$STILLROOM diary report --say" "await 60 test -e over"
expect "the summary is heard" [ "$status" -eq 0 -a "$(stat -c %s "$HEARD")" -gt 1000000 ]
expect "and not seen" [ -z "$(dark_text)" -a "$(grep -c 'thirty days' seen)" -eq 0 ]
echo "pcm.!default { type hw card 77 }" >"$ALSA_CONFIG_PATH"
"$STILLROOM" diary report --say >out 2>err </dev/null
expect "without an output it is printed ($(head -c 60 out))" grep -q '^In the last thirty days, .*The page tells more.$' out
expect "no process is left" await 5 no_process_left

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

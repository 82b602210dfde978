#!/bin/bash
# A night by ear in a terminal of its own: the menu, its questions, a session, its end; picked up again after kill -9; and
# nothing on the screen all the while. Only digits and Enter are pressed. Sound is eight times as fast, waits are real.
# usage: test_menu.sh BUILD SOURCE
set -u
. "$(dirname "$0")/servers.sh"
BUILD=$1
servers_begin
cd "$SERVERS" || exit 1
STILLROOM=$BUILD/bin/stillroom
STATE=$XDG_STATE_HOME/stillroom
export TERM=xterm
start_paced speed 8

status_has() { "$STILLROOM" ctl status | grep -q -- "$1"; }
at_least() { [ "$("$STILLROOM" ctl status | sed -n 's/.*"at": \([0-9]*\).*/\1/p')" -ge "$1" ]; }
diary() { "$STILLROOM" diary export --json; }
entry() { diary | grep "\"kind\":\"$1\"" | grep -q -- "$2"; } # a row of a kind with this in it
asked() { sleep 0.5; } # a key that comes before its question waits for it

# What was written between going dark and coming back, without the terminal's own commands
dark_text() {
	sed 's/\x1b\[?1049l.*//' seen | sed 's/\x1b\[[0-9;?]*[A-Za-z]//g' | tr -d '\r\n'
}

evening() {
	await 30 test -s "$HEARD" || return
	asked
	printf 1 # for an attack: nothing is due on the first night
	asked
	printf 2 # the second of these
	asked
	printf '\r' # at once
	asked
	printf 2 # touch is not sore
	await 20 test -s "$STATE/bookmark" || return
	asked
	printf 5 # the pain
	await 20 status_has '"title": "During an attack"' || return
	await 30 at_least 100 || return # in the second part
	printf q
	await 20 entry session '"ending":"stopped"' || return
	asked
	printf 3
	await 20 test -e over
}
in_terminal "$STILLROOM" evening
expect "the menu leads to a session and back" [ "$status" -eq 0 ]
expect "nothing is seen meanwhile ($(dark_text | head -c 60))" [ -z "$(dark_text)" ]
expect "the pain before is kept" entry session '"routine":"during-attack".*"before":5'
expect "and after it" entry session '"after":3'
expect "as is that touch was not sore" entry session '"sore":false'
expect "and what was touched, how long and how firmly ($(diary | grep '"area"'))" \
	entry area '"name":"temples".*"side":"\(left\|right\|both\)","pressure":"[a-z]*","seconds":[1-9]'
expect "for nobody else" [ "$(stat -c %a "$STATE/diary.sqlite")" = 600 ]

# It was not played to its end: it is the menu's first offer, and killed at that.
again() {
	await 30 test -s "$HEARD" || return
	asked
	printf '\r'
	sleep 0.5 # no doubled press
	printf '\r'
	await 20 at_least 55 || return
	"$STILLROOM" ctl status >before
	"$STILLROOM" ctl go-to 200
	echo $? >answer
	await 20 at_least 210 || return
	sleep 1.5 # a second of it is kept
	"$STILLROOM" ctl status >before
	kill -9 "$(cat pid)"
	await 20 test -e over
}
in_terminal "$STILLROOM" again
expect "Enter goes on where it stopped" grep -q '"title": "During an attack"' before
expect "ctl is heeded" grep -qx 0 answer
expect "what was killed is in the diary, without an ending" [ "$(diary | grep '"kind":"session"' | grep -vc '"ending"')" -eq 1 ]
expect "and how much of it was heard" [ "$(diary | grep '"kind":"session"' | grep -v '"ending"' | grep -c '"heard_sec":[1-9]')" -eq 1 ]

resumed() {
	await 30 status_has playing || return
	"$STILLROOM" ctl status >after
	printf q
	await 20 test -e over
}
in_terminal "$STILLROOM resume --no-questions" resumed
position() { sed -n 's/.*"at": \([0-9]*\).*/\1/p' "$1"; }
expect "after kill -9 at most a second is lost ($(position before), $(position after))" \
	[ "$(($(position before) - $(position after)))" -le 16 ] # eight seconds of sound a second
expect "and the title is the same" grep -q '"title": "During an attack"' after
expect "resume ends well" [ "$status" -eq 0 ]
expect "--no-questions asks nothing" [ "$(diary | grep '"kind":"session"' | grep -c '"before_at"')" -eq 1 ]
expect "and each session has its row" [ "$(diary | grep -c '"kind":"session"')" -eq 3 ]

# A diary that cannot be written to takes no session away: it is told in one line, after the sound.
cp "$STATE/diary.sqlite" good.sqlite
printf '\143' | dd of="$STATE/diary.sqlite" bs=1 seek=63 conv=notrunc 2>/dev/null # its version, 99
cp "$STATE/diary.sqlite" newer.sqlite
short() {
	await 30 status_has playing || return
	await 20 at_least 10 || return
	printf q
	await 20 test -e over
}
in_terminal "$STILLROOM play evening --no-questions" short
expect "a session plays without a diary" [ "$status" -eq 0 -a -s "$HEARD" ]
expect "which is told once" [ "$(grep -c 'the diary is from a newer stillroom' seen)" -eq 1 ]
expect "and in no other words" [ "$(grep -c 'nothing of this session' seen)" -eq 0 ]
expect "a newer diary is left as it is" cmp -s "$STATE/diary.sqlite" newer.sqlite
rm -f "$STATE"/diary.sqlite*
cp good.sqlite "$STATE/diary.sqlite"

# The comfortable loudness: a key too soon is a slip, and one that came in time is kept.
too_soon() {
	await 30 test -s "$HEARD" || return
	asked
	printf 2 # a good day
	sleep 12
	printf ' '
	await 20 test -e over
}
in_terminal "$STILLROOM calibrate" too_soon
expect "a key before the sound is heard changes nothing" [ "$status" -eq 0 -a ! -e "$STATE/comfort" ]

in_time() {
	await 30 test -s "$HEARD" || return
	asked
	printf 2
	sleep 32
	printf ' '
	await 20 test -e over
}
in_terminal "$STILLROOM calibrate" in_time
kept() { sed -n 's/^good: *\(-[0-9]*\).*/\1/p' "$STATE/comfort"; }
expect "a key in time is kept for good days ($(cat "$STATE/comfort" 2>&1))" [ "$(kept)" -gt -37 -a "$(kept)" -lt 0 ]
expect "and for no other" [ "$(grep -c attack "$STATE/comfort")" -eq 0 ]

# Without a terminal nobody is asked.
"$STILLROOM" >out 2>err </dev/null
status=$?
expect "without a terminal it is the help" grep -q Commands err
expect "which is no session" [ "$status" -eq 2 ]
expect "no process is left" await 5 no_process_left

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

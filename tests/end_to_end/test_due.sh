#!/bin/bash
# What is planned is the menu's first offer, on the first night too; and done, it is no more due.
# usage: test_due.sh BUILD SOURCE
set -u
. "$(dirname "$0")/servers.sh"
BUILD=$1
servers_begin
cd "$SERVERS" || exit 1
STILLROOM=$BUILD/bin/stillroom
export TERM=xterm
start_paced speed 8

at_least() { [ "$("$STILLROOM" ctl status | sed -n 's/.*"at": \([0-9]*\).*/\1/p')" -ge "$1" ]; }
due() { "$STILLROOM" due --json | grep '"routine": "breathe-only"'; }

"$STILLROOM" plan set breathe-only 2/week
expect "it is due ($(due))" grep -q '"due_today": true, "done_today": 0' <(due)
rm -f "$HEARD"
(
	await 30 test -s "$HEARD" || exit
	sleep 0.5
	printf 1 # due today
	sleep 0.5
	printf '\r'
	sleep 0.5
	printf 5 # the pain
	await 30 at_least 70 || exit
	"$STILLROOM" ctl status >playing
	printf q
	sleep 3
	printf 3
	await 30 test -e over
) | (
	timeout 100 script -qefc "exec $STILLROOM" /dev/null >seen 2>&1
	touch over
)
expect "the menu begins with it" grep -q '"title": "Breathe only"' playing
expect "done, it is not due today ($(due))" grep -q '"due_today": false, "done_today": 1, "done_this_week": 1, "left_this_week": 1' <(due)
expect "and the report counts it" grep -q '<td class="name">Breathe only</td><td>2 per week</td><td>0 of 1</td>' <("$STILLROOM" diary report -o -)
expect "no process is left" await 5 no_process_left

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

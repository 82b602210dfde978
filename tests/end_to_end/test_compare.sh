#!/bin/bash
# A comparison night from its draw to its report: rated before and after, noted as it was drawn, and the same draw all evening.
# usage: test_compare.sh BUILD SOURCE
set -u
. "$(dirname "$0")/servers.sh"
BUILD=$1
servers_begin
cd "$SERVERS" || exit 1
STILLROOM=$BUILD/bin/stillroom
export TERM=xterm
start_paced speed 8

at_least() { [ "$("$STILLROOM" ctl status | sed -n 's/.*"at": \([0-9]*\).*/\1/p')" -ge "$1" ]; }

night() {
	rm -f "$HEARD" over
	(
		await 30 test -s "$HEARD" || exit
		sleep 0.5
		printf 6
		await 30 at_least 70 || exit
		"$STILLROOM" ctl status >playing
		printf q
		sleep 3
		printf 4
		await 30 test -e over
	) | (
		timeout 100 script -qefc "exec $STILLROOM play evening --with tool=massager --compare" /dev/null >seen 2>&1
		code=$?
		touch over
		exit $code
	)
	status=$?
}
nights() { "$STILLROOM" diary report -o - | sed -n "s|^<tr><td>$1</td><td>\([0-9]*\)</td><td>\([0-9]*\)</td>.*|\1 \2|p"; }

night
"$STILLROOM" diary report -o - >report
drawn=hands title="Evening" other="breath only"
if grep -q '"title": "Breathe only"' playing; then
	drawn="breath only" title="Breathe only" other=hands
fi
expect "it plays to its end by a key" [ "$status" -eq 0 ]
expect "what was drawn is what plays" grep -q "\"title\": \"$title\"" playing
expect "it is noted as drawn, with both ratings ($drawn: $(nights "$drawn"))" [ "$(nights "$drawn")" = "1 1" ]
expect "and the other not" [ "$(nights "$other")" = "0 0" ]
night
expect "the same evening has one draw ($drawn: $(nights "$drawn"))" [ "$(nights "$drawn")" = "2 2" ]
expect "no process is left" await 5 no_process_left

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/bin/bash
# The audio callback, and what is written in its place, under a guard (tests/guard): over a whole session with a storm of
# keys, a device that dies and one that stalls, it allocates nothing, locks nothing and makes no system call. And the
# guard catches each of those.
# usage: test_callback.sh BUILD SOURCE [ROW...]; a row is storm, losses, guard or jack
set -u
. "$(dirname "$0")/servers.sh"
BUILD=$1
SOURCE=$2
shift 2
ROWS=("$@")
[ $# -gt 0 ] || ROWS=(storm losses guard jack)
[ -e "$BUILD/tests/guard/callback_guard.so" ] || exit 77
[ -e "$BUILD/tests/alsa/libasound_module_pcm_paced.so" ] || exit 77
servers_begin
cd "$SERVERS" || exit 1
STILLROOM=$BUILD/bin/stillroom
GUARD=$BUILD/tests/guard/callback_guard.so
REPORT=$SERVERS/report
export CALLBACK_GUARD_REPORT=$REPORT

cat >short.yaml <<'END'
stillroom: 1
title: Short
breath: {in: 1s, out: 1s}
bed: {track: rain, level: soft}
steps:
  - part: One
  - say: Breathe in.
  - rest: 4s
  - part: Two
  - stroke: {shape: circle, side: left, per-breath: 2, for: 2 breaths}
  - say: Breathe out.
  - rest: 4s
  - part: Three
  - breathe: 2 breaths
  - rest: 2s
end: {fade: 3s}
END

watched() { sed -n 's/^watched //p' "$REPORT" | awk '{ n += $1 } END { print n + 0 }'; }

# Every key there is, in an order that is the same each time: about 12 a second.
storm() {
	await 10 test -s "$HEARD"
	local keys=(' ' '\033[C' '\033[D' + - . , r w '?' x ' ' '\033[A' '\033[B' z 1 ' ') seed=7 i
	for ((i = 0; i < 260; i++)); do
		((seed = (seed * 1103515245 + 12345) % 2147483648))
		printf "${keys[seed / 65536 % ${#keys[@]}]}"
		sleep 0.08
	done
	printf '\r' # whatever it was asking
	sleep 1
	printf q
	await 20 test -e over
	printf q # after a question, once more
}

row_storm() {
	start_paced
	storm | (
		timeout 120 script -qefc \
			"stty -echo; LD_PRELOAD=$GUARD exec $STILLROOM play short --no-questions" /dev/null >out 2>&1
		echo $? >status
		touch over
	)
	status=$(cat status)
	expect "the session with a storm of keys ends as it should" [ "$status" -eq 0 ]
	expect "the callback was watched all the time" [ "$(watched)" -gt 100 ]
	expect "nothing was caught" sh -c "! grep caught '$REPORT'"
}

row_losses() {
	for fault in die stall; do
		rm -f "$REPORT" "$HEARD"
		start_paced "fault $fault after_ms 3000 once \"$SERVERS/$fault.done\""
		LD_PRELOAD=$GUARD timeout 60 "$STILLROOM" play short >out 2>err </dev/null
		status=$?
		expect "$fault: the session goes on and ends" [ "$status" -eq 0 ]
		expect "$fault: a second stream was opened under the guard" [ "$(grep -c ^watching "$REPORT")" -ge 2 ]
		expect "$fault: nothing was caught" sh -c "! grep caught '$REPORT'"
	done
}

# caught MISBEHAVIOUR OPTIONS...: what the guard says of it
caught() {
	rm -f "$REPORT"
	MISBEHAVIOUR=$1 LD_PRELOAD="$BUILD/tests/guard/misbehave.so $GUARD" \
		"$STILLROOM" play short --no-questions "${@:2}" >out 2>err </dev/null &
	await 20 grep -q caught "$REPORT"
	kill -TERM $! 2>/dev/null
	wait $! 2>/dev/null
	sed -n 's/^caught //p' "$REPORT" | head -n 1
}

row_guard() {
	start_paced
	expect "an allocation is caught" [ "$(caught malloc)" = malloc ]
	expect "a cleared allocation is caught" [ "$(caught calloc)" = calloc ]
	expect "a growing allocation is caught" [ "$(caught realloc)" = realloc ]
	expect "a free is caught" [ "$(caught free)" = free ]
	expect "a lock that nobody holds is caught" [ "$(caught lock)" = pthread_mutex_lock ]
	expect "a lock that is tried is caught" [ "$(caught trylock)" = pthread_mutex_trylock ]
	expect "a wake-up is caught" [ "$(caught signal)" = pthread_cond_signal ]
	expect "a print is caught" [ "$(caught print)" = fprintf ]
	expect "a log call is caught" [ "$(caught log)" = syslog ]
	expect "a file's opening is caught" [ "$(caught fopen)" = fopen ]
	if grep -q "^watching$" "$REPORT"; then # the kernel helps
		for call in open read sleep; do
			expect "a system call is caught: $call" [ "$(caught "$call" | sed 's/ [0-9]*$//')" = "system call" ]
		done
	fi

	# and one that does nothing of the kind is let through
	rm -f "$REPORT"
	MISBEHAVIOUR=none LD_PRELOAD="$BUILD/tests/guard/misbehave.so $GUARD" \
		timeout 60 "$STILLROOM" play short --no-questions >out 2>err </dev/null
	status=$?
	expect "a good callback is let through" [ "$status" -eq 0 -a "$(watched)" -gt 50 ]
	expect "and nothing is said of it" sh -c "! grep caught '$REPORT'"
}

# JACK calls back; ALSA, in the rows above, is written to. One misbehaviour, at the end: a server that waits for its
# clients waits for the dead one, too.
row_jack() {
	start_jack || return
	LD_PRELOAD=$GUARD timeout 60 "$STILLROOM" play short --no-questions --to device:testsink >out 2>err </dev/null
	status=$?
	expect "a session through JACK ends as it should" [ "$status" -eq 0 ]
	expect "its callback was watched" [ "$(watched)" -gt 500 ]
	expect "nothing was caught" sh -c "! grep caught '$REPORT'"
	expect "an allocation is caught there" [ "$(caught malloc --to device:testsink)" = malloc ]
}

for row in "${ROWS[@]}"; do
	"row_$row"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

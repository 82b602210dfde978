#!/bin/sh
# stillroom plan and stillroom due, as one types them.
# usage: test_due.sh BUILD_DIR SOURCE_DIR
set -u
stillroom=$1/bin/stillroom
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export HOME="$work/home" XDG_STATE_HOME="$work/state" XDG_DATA_HOME="$work/home/data" LC_ALL=C.UTF-8
passed=0
failed=0
status=0

expect() {
	what=$1
	shift
	if "$@" >why; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $what (status $status)"
		cat why out err
	fi
}
run() {
	"$stillroom" "$@" >out 2>err </dev/null
	status=$?
}
has() { grep -qF -- "$2" "$1"; }
exits() { [ "$status" -eq "$1" ]; }

run due
expect "nothing is due on the first day" has out "Nothing is due today."
expect "and how to plan is told" has out "stillroom plan set neck-week 3/week"
expect "which is well" exits 0
run due --json
expect "nothing, for a program" [ "$(cat out)" = "[]" ]
run plan
expect "there is no plan" has out "There is no plan"

run plan set neck-week 3/week
expect "a plan is set" exits 0
run plan set evening daily
run plan set jaw "2 per week"
run plan set sinus "when needed"
run plan
printf 'evening\n    daily\njaw\n    2 per week\nneck-week\n    3 per week\nsinus\n    when needed\n' >expected
expect "the plan is shown" diff expected out
run due
expect "the planned is due" has out "  neck-week
      Neck week"
expect "with what the week has left" has out "      3 per week: done 0, left 3"
expect "what is for need alone is not" [ "$(grep -c sinus out)" -eq 0 ]
run due --json
expect "for a program" has out '  {"routine": "neck-week", "title": "Neck week", "per_week": 3, "planned": true, "due_today": true, "done_today": 0, "done_this_week": 0, "left_this_week": 3}'
run plan clear neck-week
expect "a plan is cleared" exits 0
run plan clear neck-week
expect "once" exits 1
expect "and that is told" has err '"neck-week" is not in the plan'

for often in 0/week 15/week 3 3/day "3 / week" 3/weeks 1.5/week never ""; do
	run plan set jaw "$often"
	expect "\"$often\" is no plan" exits 2
	expect "\"$often\": what would be right is told" has err 'daily, 1/week to 14/week, or "when needed"'
done
run plan set nek-week 3/week
expect "a name that there is not" exits 2
expect "and the nearest" has err 'did you mean "neck-week"?'
for words in "set jaw" "set" "clear" "clear a b" "jaw 3/week" "set jaw 3/week more"; do
	# shellcheck disable=SC2086
	run plan $words
	expect "plan $words" exits 2
	expect "plan $words: an example" has err "stillroom plan set neck-week 3/week"
done
run due jaw
expect "due takes no name" exits 2
for words in "--moment attack" "--from 10s" "--to null" "--no-questions" "--sleep 20m" "breathe-only"; do
	# shellcheck disable=SC2086
	run play --compare $words
	expect "play --compare $words" exits 2
	expect "play --compare $words: why" has err "stillroom: --compare "
done
touch file
XDG_STATE_HOME=$work/file run due
expect "no place for a diary" exits 1

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

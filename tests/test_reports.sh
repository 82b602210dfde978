#!/bin/sh
# test_reports.sh FOLDER: what a sanitizer has reported of any process while the tests ran: of the children, too, whose
# words and whose end nobody looks at. Each report is a file, and a failure; but not one that only says that a thread
# ended while the leaks of its process were looked for, whose stack the looker then passes by.
cd "$1" || exit 1
result=0
for report in report.*; do
	if [ -e "$report" ] && grep -qv '^==[0-9]*==Unable to get registers from thread [0-9]*\.$' "$report"; then
		cat "$report" >&2
		result=1
	fi
done
exit $result

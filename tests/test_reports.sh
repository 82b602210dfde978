#!/bin/sh
# test_reports.sh FOLDER: what a sanitizer has reported of any process while the tests ran: of the children, too, whose
# words and whose end nobody looks at. Each report is a file, and a failure.
cd "$1" || exit 1
for report in report.*; do
	[ -e "$report" ] || exit 0
	cat "$report" >&2
done
exit 1

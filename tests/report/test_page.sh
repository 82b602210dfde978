#!/bin/sh
# The page in a browser: what it may contain, what overlaps, what contrast each colour has, light, dark and on paper.
# usage: test_page.sh BUILD_DIR SOURCE_DIR
set -u
build=$1
source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export HOME="$work/home" XDG_STATE_HOME="$work/state" XDG_DATA_HOME="$work/home/data" LC_ALL=C.UTF-8 TZ=UTC
state=$XDG_STATE_HOME/stillroom
mkdir -p "$state" && chmod 700 "$state"
sanitized=$(grep -E '^STILLROOM_SANITIZE:STRING=.' "$build/CMakeCache.txt")
passed=0
failed=0

expect() {
	what=$1
	shift
	if "$@" >why 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $what"
		head -n 20 why
	fi
}
has() { grep -qF -- "$2" "$1"; }
lacks() { ! grep -inE -- "$2" "$1"; }
report() { "$build/bin/stillroom" diary report "$@" >out 2>err </dev/null; }

# ---- The file
report
expect "an empty diary has a page" has report.html "Noted: sessions 0, attacks 0"
rm report.html
"$build/tests/make_diary" "$state" 7 1 hostile || exit 1
report
expect "its path is told" has out "The report is in $work/report.html"
expect "it is for its owner alone" [ "$(stat -c %a report.html)" = 600 ]
expect "nothing is left beside it" [ "$(find . -maxdepth 1 -name '*report*' -o -maxdepth 1 -name '.report*' | wc -l)" = 1 ]
report
expect "a report of ours is replaced" [ "$(find . -maxdepth 1 -name 'report*.html' | wc -l)" = 1 ]
mkdir foreign && echo "my own" >foreign/report.html
(cd foreign && "$build/bin/stillroom" diary report >out)
expect "another's file stays" has foreign/report.html "my own"
expect "and the report goes beside it" has foreign/out "report-2.html"
report -o nowhere/report.html
expect "no such folder: exit status 1" [ $? -eq 1 ]
expect "no such folder is told" has err "nowhere/report.html"
report -o - >/dev/null
expect "to standard output" has out "</html>"
expect "a page refers to nothing outside" lacks report.html '(href|src|srcset|action|data|url|@import|https?:|//) *[=(:]'
expect "a page has no scripts" lacks report.html '<script|javascript:|<iframe|<object|<embed|<form|<link'
expect "names are escaped" has report.html "&lt;/svg&gt;&lt;script&gt;document.title=1&lt;/script&gt;"
expect "no attribute comes from the diary" has report.html "&lt;b onload=alert(1)&gt;&amp;&quot;&#39;"
report --text
expect "a terminal gets no control characters" lacks out "$(printf '\033')"
expect "a terminal gets 80 columns" lacks out '^.{81,}'
for month in 2026-13 2026 x; do
	report --month $month
	expect "--month $month: exit status 2" [ $? -eq 2 ]
done
report --month 1999-01 --text
expect "a month before the diary" has out "January 1999: the diary has nothing of it"

# ---- In a browser: once, for the page is the same
if [ "$sanitized" ]; then
	echo "$passed passed, $failed failed"
	exit $((failed > 0))
fi
browser=$(command -v chromium || command -v chromium-browser)
if [ -z "$browser" ]; then
	echo "$passed passed, $failed failed; no chromium, so no picture is measured"
	[ "$failed" -eq 0 ] || exit 1
	exit 77
fi
browse() {
	timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
		--disable-component-update --disable-sync --hide-scrollbars --user-data-dir="$work/profile" "$@" 2>browser.log
}

# measure NAME THEME(0 dark, 1 light) WIDTH MEDIUM GROUND: of report.html.
measure() {
	{
		sed -e '/http-equiv/d' -e "s/<html /<html data-medium=\"$4\" /" -e '/<\/body>/,$d' report.html
		echo "<script>"
		cat "$source/tests/report/measure.js"
		echo "</script></body></html>"
	} >measured.html
	browse --blink-settings=preferredColorScheme="$2" --window-size="$3",900 --dump-dom "file://$work/measured.html" >dom
	sed -n '/^begin measured/,/^end measured/p' dom | sed '1d;$d' >measured
	expect "$1: it was measured" has measured "ground $5 texts"
	expect "$1: no fault" lacks measured '^(contrast|the page|a line|a mark|.*overlaps|.*leaves|.*wide)'
	set -- "$1" $(tail -n 1 measured)
	expect "$1: there is much to measure" [ "${5-0}" -gt 300 -a "${7-0}" -gt 100 -a "${9-0}" -gt 500 ]
}
report
measure "light" 1 900 screen 246,243,236
measure "dark" 0 900 screen 23,22,20
measure "a telephone" 1 500 screen 246,243,236
measure "paper" 1 680 print 255,255,255
measure "paper, by one who reads in the dark" 0 680 print 255,255,255
rm -r "$state" && mkdir -m 700 "$state"
"$build/tests/make_diary" "$state" 8 160 || exit 1
report
expect "100,000 sessions" [ "$(sed -n 's/^<p>Noted: sessions \([0-9]*\),.*/\1/p' report.html)" -gt 90000 ]
# The history of one takes about 700 bytes, and the rest does not grow.
kb=$("$build/tests/peak_memory" "$build/bin/stillroom" diary report | tail -n 1)
expect "100,000 sessions in 120 MB" [ "$kb" -lt 120000 ]
measure "100,000 sessions" 1 900 screen 246,243,236
browse --no-pdf-header-footer --print-to-pdf=page.pdf "file://$work/report.html" >/dev/null
expect "it prints" has page.pdf "%PDF-"
pages=$(grep -ac '/Type */Page\b' page.pdf)
expect "on few sheets" [ "$pages" -ge 2 -a "$pages" -le 8 ]

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/bin/sh
# The diary from the command line: what is added, shown, changed, found and taken out; files there and back; what is asked
# first; and that nothing of it knows a network.
# usage: test_diary.sh BUILD_DIR SOURCE_DIR
set -u
build=$1
stillroom=$1/bin/stillroom
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 1
export HOME="$work/home" LC_ALL=C.UTF-8 TZ=CET-1
unset XDG_STATE_HOME
mkdir -p "$HOME"
state=$HOME/.local/state/stillroom
passed=0
failed=0

expect() {
	what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $what"
		echo "  status $status; stdout:"
		head -n 5 out
		echo "  stderr:"
		head -n 5 err
	fi
}

# run WORDS...: `answer` is what is typed
run() {
	printf '%s' "${answer-}" | timeout 60 "$stillroom" diary "$@" >out 2>err
	status=$?
	answer=
}

has() { grep -qF -- "$2" "$1"; }
lacks() { ! has "$@"; }
empty() { [ ! -s "$1" ]; }
exits() { [ "$status" -eq "$1" ]; }
id_of() { sed -n 's/.*\[\(.*\)\].*/\1/p' out | head -n 1; }

run
expect "an empty diary says so" has err "the diary is empty"
expect "and that is no failure" exits 0
expect "its file is for its owner alone" [ "$(stat -c %a "$state/diary.sqlite")" = 600 ]

run add attack began="2026-11-22 08:00" ended=2026-11-22T13:30:00+01:00 strength=7 side=left nausea=yes aura=no \
	suspected="red wine; sleep" tags=work note="bad day"
expect "an attack is added" exits 0
expect "and shown" has out "Sun 2026-11-22 08:00  attack      strength 7, left side, 5 h 30 min"
expect "with its signs" has out "nausea, no aura"
expect "what may have led to it" has out "perhaps from red wine, sleep"
attack=$(id_of)
run add medication type=triptan name=sumatriptan dose="50 mg" at="22.11.2026 8:30" attack="$attack"
expect "medication is added" has out "Sun 2026-11-22 08:30  medication  triptan, sumatriptan, 50 mg"
run add session routine=evening heard_sec=600 before=5 after=3 began="2026-11-23 21:00"
expect "a session without the program is added" has out "evening, 10 min"
expect "with its ratings" has out "pain 5 before, 3 after"
session=$(id_of)

run add attack strenght=3
expect "a near field is offered" has err 'did you mean "strength"?'
expect "a wrong field is wrong" exits 2
run add attack strength=12 side=front began=whenever
expect "a strength above 9 is told" has err 'strength "12": it is a whole number from 0 to 9'
expect "with all else that is wrong" has err 'side "front": it is left, right or both'
expect "and the time" has err 'began "whenever": it is a time such as'
run add attack began="2026-11-22 08:00" ended="2026-11-22 07:00"
expect "an end before its begin" has err '"ended" is before "began"'
run add attack 7
expect "a word without a field" has err "it is written field=value"
run add headache
expect "another kind" has err "add takes attack, session or medication"
run add medication name=x
expect "medication without its kind" has err '"type" is missing'
run add medication type=simple attack=nowhere
expect "an attack that is not there" has err 'there is no entry "nowhere"'

run
expect "the list has all of them, the last one below" [ "$(grep -c '^[A-Z]' out)" -eq 3 ]
expect "and goes by time" [ "$(grep '^[A-Z]' out | tail -n 1 | cut -c1-14)" = "Mon 2026-11-23" ]
run --last 1
expect "--last 1 is the last one" [ "$(grep -c '^[A-Z]' out)" -eq 1 ]
run -n none
expect "--last takes a number" exits 2
run find WINE bad
expect "find looks for all words, whatever their case" has out "strength 7"
expect "and shows no other" [ "$(grep -c '^[A-Z]' out)" -eq 1 ]
run find wine evening
expect "what has only one of them is not shown" exits 1
run find
expect "find needs a word" exits 2

run edit "$attack" strength=6 note= nausea=no
expect "an entry is changed" has out "strength 6, left side"
expect "a value is taken away" lacks out "bad day"
expect "another one is changed" has out "no nausea"
expect "what was not named stays" has out "red wine, sleep"
run edit "$attack" strength=10
expect "a change is checked" exits 2
run edit "$session" strength=3
expect "a field of another kind" has err 'a row of kind session has no field "strength"'
run edit nothing strength=3
expect "no such entry" has err 'there is no entry "nothing"'
run edit 2026112 strength=3
expect "a piece that means several" has err "means more than one entry"

run export all.csv
expect "export by the name's ending" has all.csv "strength"
expect "an export is for its owner alone" [ "$(stat -c %a all.csv)" = 600 ]
run export --json
expect "JSON to standard output" has out '"rows":['
cp out all.json
run export all
expect "which format" has err "--csv or --json"
run export --csv nowhere/all.csv
expect "a folder that is not there" exits 1

run import all.csv
expect "nothing is doubled" has err "0 rows came in; 3 were there already"
run backup copy.sqlite
expect "a backup" exits 0
expect "is for its owner alone" [ "$(stat -c %a copy.sqlite)" = 600 ]

run delete "$attack"
expect "without an answer it stays" has err "it stays"
expect "and that is told" exits 1
answer='y
' run delete "$attack"
expect "only yes is yes" exits 1
answer='yes
' run delete "$attack"
expect "yes deletes" exits 0
run find wine
expect "it is gone" exits 1
expect "from the bytes of the file too" lacks "$state/diary.sqlite" "red wine"
run delete --yes "$session"
expect "--yes does not ask" [ "$status" -eq 0 -a "$(grep -c Type err)" -eq 0 ]
run import all.json
expect "an export brings it back" has err "2 rows came in; 1 was there already"
run export --csv
expect "as it was" [ "$(grep '^attack' out)" = "$(grep '^attack' all.csv)" ]

printf 'kind,began\nattack,2026-11-22\n' >bad.csv
run import bad.csv
expect "a fault with file and line" has err 'bad.csv:2: began "2026-11-22": it is a time such as'
expect "an import at fault is wrong" exits 2
run import nowhere.csv
expect "a file that is not there" exits 2
run import .
expect "a folder" has err "that is a folder"
printf 'Datum;Schmerz\n24.11.2026;5\n' >theirs.csv
run import theirs.csv --map date=Datum,strength=Schmerz
expect "another diary comes in through a map" has err "1 row came in"
printf 'date = Datum\nstrength = Schmerz\n' >map
run import theirs.csv --map map
expect "the same by the map's file" has err "0 rows came in; 1 was there already"
run import theirs.csv --map no-map
expect "a map that is not there" has err "no-map"
run import theirs.csv --map date=Tag
expect "a column that is not there" has err 'theirs.csv:1: there is no column "Tag"'

esc=$(printf '\033')
run add attack note="a${esc}[2Jb"
expect "no control character reaches the terminal" lacks out "$esc"

answer='no
' run erase
expect "erase asks" has err "Type yes to erase it"
expect "and keeps all without a yes" has err "nothing was erased"
run erase everything
expect "erase takes nothing" exits 2
answer='yes
' run erase
expect "erase erases" exits 0
expect "every byte" lacks "$state/diary.sqlite" "sumatriptan"
run
expect "and the diary is empty" has err "the diary is empty"

run erse
expect "a near word is offered" has err 'did you mean "erase"?'
expect "an unknown word is wrong" exits 2

# A damaged file is told in one line, a newer one too, and no home.
printf 'not a diary, but long enough to be looked at twice before it is set aside\n' >"$state/diary.sqlite"
run
expect "a damaged diary is set aside by name" grep -q "set aside as diary.damaged-.*sqlite" err
expect "and a new one begun" exits 0
chmod 500 "$state"
if [ "$(id -u)" != 0 ]; then
	run add attack
	expect "no place" exits 1
fi
chmod 700 "$state"
HOME='' run
expect "no home is told" has err "there is no folder that the diary could be kept in"
expect "and is a failure" exits 1

# No network: the diary's own code names nothing of it, nor does SQLite; and the program links no library for it.
network='socket|connect|getaddrinfo|gethostbyname|sendto|recvfrom|sendmsg|recvmsg|listen|accept|accept4|bind|res_query'
status=0
nm -u "$build/libfloor_diary.a" | sed -n 's/^ *U //p' | sort -u >names
sort -u names >out
expect "the diary's symbols can be read" has names sqlite3_open_v2
expect "the diary's code calls nothing of the network" [ "$(grep -cxE "$network" names)" -eq 0 ]
sqlite=$(ldd "$stillroom" | sed -n 's/.*libsqlite3[^ ]* => \([^ ]*\).*/\1/p')
nm -D --undefined-only "$sqlite" | sed 's/.* U //; s/@.*//' | sort -u >names
expect "SQLite's symbols can be read" grep -q '^fcntl' names
expect "SQLite calls nothing of the network" [ "$(grep -cxE "$network" names)" -eq 0 ]
ldd "$stillroom" >out
expect "no library for the web is linked" [ "$(grep -cE 'libcurl|libssl|libgnutls|libsoup|libnghttp' out)" -eq 0 ]

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

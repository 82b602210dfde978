#!/bin/sh
# Proves the floors: a file includes only its own folder and folders below it.
# usage: test_floors.sh SOURCE_DIR
set -eu
cd "$1/src"
allowed() {
	case $1 in
	base) echo "base" ;;
	yaml | audio | sound) echo "base $1" ;;
	routine) echo "base yaml sound routine" ;;
	voice) echo "base yaml audio sound voice" ;;
	score) echo "base yaml audio sound routine voice score" ;;
	mix) echo "base audio sound routine voice score mix" ;;
	out) echo "base sound routine voice score mix out" ;;
	control) echo "base control" ;;
	diary) echo "base diary" ;;
	report) echo "base diary report" ;;
	session) echo "base sound routine voice score mix out control diary session" ;;
	cli) echo "base yaml audio sound routine voice score mix out control diary report session cli" ;;
	*) echo "" ;;
	esac
}
bad=0
for folder in */; do
	folder=${folder%/}
	floors=$(allowed "$folder")
	[ -n "$floors" ] || { echo "src/$folder: no floor; name it in tests/test_floors.sh"; bad=1; continue; }
	for include in $(grep -hoE '^#include "[^"]+"' "$folder"/*.[ch] | cut -d'"' -f2 | sort -u); do
		case " $floors " in
		*" ${include%%/*} "*) ;;
		*)
			bad=1
			grep -n "\"$include\"" "$folder"/*.[ch] | while read -r where; do
				echo "src/${where%%:#*}: $include is not on a floor below $folder"
			done
			;;
		esac
	done
done
exit $bad

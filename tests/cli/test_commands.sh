#!/bin/sh
# The command line as people use it: words, exit status, where messages go, what files are left.
# usage: test_commands.sh BUILD_DIR SOURCE_DIR
set -u
stillroom=$1/bin/stillroom
source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export HOME="$work/home" XDG_DATA_HOME="$work/home/data" LC_ALL=C.UTF-8
mkdir -p "$XDG_DATA_HOME"
passed=0
failed=0

# expect WHAT CONDITION...: the condition is a command.
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

# run WORDS...: leaves out, err and status.
run() {
	timeout 120 "$stillroom" "$@" >out 2>err </dev/null
	status=$?
}

has() { grep -qF -- "$2" "$1"; }
lacks() { ! has "$@"; }
empty() { [ ! -s "$1" ]; }
exits() { [ "$status" -eq "$1" ]; }

run --help
expect "help goes to stdout" has out "stillroom play"
expect "help is no failure" exits 0
run
expect "no command prints help to stderr" has err "Commands"
expect "no command is wrong" exits 2
run --version
expect "version" has out "stillroom "
for command in play resume ctl calibrate render list show check voice diary devices; do
	run $command --help
	expect "$command --help begins with examples" has out "Examples"
	expect "$command --help is no failure" exits 0
done
run plya
expect "a near command is offered" has err 'did you mean "play"?'
expect "an unknown command is wrong" exits 2
run render evening --ouptut x.wav
expect "a near option is offered" has err "did you mean --output?"
expect "an unknown option is wrong" exits 2
run render evening
expect "render needs a target" has err "-o FILE"
expect "a missing target is wrong" exits 2
run render evening -o
expect "an option without its value" has err "needs a value"
run render evening -xj
expect "an unknown letter is named" has err "there is no option -x;"
run play nowhere
expect "an unknown routine" has err 'there is no routine "nowhere"'
expect "an unknown routine is wrong" exits 2
run play evning
expect "a near routine is offered" has err 'did you mean "evening"?'
run play evening --voice en-clp
expect "a near voice is offered" has err 'did you mean "en-clb"?'
run play --form 2m
expect "a beginning of an option is a slip" has err "did you mean --from?"
run devices all
expect "devices takes no names" exits 2

# A word that is repeated in a complaint gives no orders to a terminal, and no second line.
odd=$(printf 'x\033[31m\ny')
one_plain_line() {
	[ "$(wc -l <err)" -eq 1 ] && [ "$(LC_ALL=C tr -cd '\001-\037\177' <err | wc -c)" -eq 1 ] && has err 'x?[31m?y'
}
# plain WHAT WORDS...
plain() {
	what=$1
	shift
	run "$@"
	expect "$what is repeated in one plain line" one_plain_line
}
plain "an unknown command" "$odd"
plain "an unknown command after help" help "$odd"
plain "an unknown option" render evening "--$odd"
plain "a routine that render misses" render "$odd" -o odd.wav
plain "a routine that show misses" show "$odd"
plain "a routine that play misses" play "$odd"
plain "-o" render evening -o "$odd"
plain "a folder of -o" render evening -o "$odd/odd.wav"
plain "--from" render evening -o odd.wav --from "$odd"
plain "--from of play" play evening --to null --from "$odd"
plain "--for" render evening -o odd.wav --for "$odd"
plain "--volume" render evening -o odd.wav --volume "$odd"
plain "--format" render evening -o - --format "$odd"
plain "--jobs" render evening -o odd.wav --jobs "$odd"
plain "--with" render evening -o odd.wav --with "$odd"
plain "--voice" render evening -o odd.wav --voice "$odd"
plain "--to" play evening --to "$odd"
plain "--sleep" play evening --sleep "$odd"
plain "--moment" play --moment "$odd"
plain "a folder to list" list "$odd"
plain "a routine for the plan" plan set "$odd" daily
plain "how often" plan set evening "$odd"
plain "what is not in the plan" plan clear "$odd"
plain "a word to the diary" diary "$odd"
plain "--last" diary --last "$odd"
plain "a field without its value" diary add attack "$odd"
plain "an unknown field" diary add attack "$odd=3"
plain "an unknown entry" diary delete "$odd"
plain "a file to export" diary export "$odd/odd.csv"
plain "a file to import" diary import "$odd"
plain "--month" diary report --month "$odd"

timeout 60 "$stillroom" show evening >/dev/full 2>err
status=$?
expect "a full standard output is told" exits 1
mkdir -p mine/voices
cp -r "$source/voices/en-clb" mine/voices/own
printf 'stillroom: 1\ntitle: Own\nvoice: own\nsteps: [{say: Breathe in.}]\n' >mine/own.yaml
run check mine/own.yaml
expect "a voice is looked for beside the routine" exits 0
mv mine/voices/own mine/voices/.own
ln -s .own mine/voices/own
run check mine/own.yaml
expect "a link to it within the folder is one, too" exits 0
rm mine/voices/own
mv mine/voices/.own elsewhere
ln -s ../../elsewhere mine/voices/own
run check mine/own.yaml
expect "a voice that leads out of the routine's folder is refused" exits 2
expect "in one line with its place" grep -qx 'mine/own.yaml:3:8: the voice "own" .*: it leads out of its folder' err
expect "and no other" [ "$(wc -l <err)" -eq 1 ]
ln -s circle.yaml circle.yaml
ln -s gone.yaml dangling.yaml
for command in check play; do
	run $command circle.yaml
	expect "$command tells a circle of links" grep -qx 'circle.yaml: links lead in a circle there' err
	run $command circle.yaml/mine
	expect "$command tells one on the way" grep -qx 'circle.yaml/mine: links lead in a circle there' err
	run $command dangling.yaml
	expect "$command tells a link to nothing" grep -qx 'dangling.yaml: it is a link to a file that is not there' err
	expect "and that is wrong" exits 2
done
run play evening --volume 3
expect "never louder than 0" has err "never louder than 0"
expect "a volume above 0 is wrong" exits 2
run play evening --fast
expect "--fast is not for devices" exits 2
run play evening --moment attack
expect "a routine or a moment" exits 2
run play --moment atack
expect "an unknown moment names those there are" has err "first-sign"
expect "an unknown moment is wrong" exits 2
run play --moment attack --to null
expect "a moment is for the ear" exits 2
run play evening --sleep 3h
expect "a sleep that is too long is told" has err "--sleep 3h"
run play evening --sleep 20m --to - --fast --from 1h
expect "--sleep is an ending of that length" grep -q "within 2[45]m" err
mkdir -m 700 run
export XDG_RUNTIME_DIR="$work/run" XDG_STATE_HOME="$work/home/state"
run ctl pause
expect "ctl without a session is told" has err "no session is playing"
expect "and has failed" exits 1
run ctl
expect "ctl needs a word" exits 2
run help render
expect "help render is the help of render" has out "stillroom render evening"
run ctl --help
expect "ctl --help lists the words" has out "too-much"
run resume
expect "nothing to resume is told" has err "no session was left unfinished"
expect "and has failed" exits 1
run resume evening
expect "resume takes no routine" exits 2
run calibrate
expect "calibrate needs a terminal" has err "needs a terminal"
expect "and is wrong without one" exits 2
run play evening --voice nobody
expect "an unknown voice" has err 'there is no voice "nobody"'
run play evening --from Nowhere
expect "an unknown part names those there are" has err '"Forehead"'
expect "an unknown part is wrong" exits 2

run check evening
expect "evening has no fault" empty err
expect "evening is right" exits 0
cat >bad.yaml <<'END'
stillroom: 1
title: Bad
steps:
  - strok: {shape: circle, for: 90}
  - say: Nobody has recorded this.
END
run check bad.yaml
expect "a fault goes to stderr with its place" has err "bad.yaml:4:5:"
expect "and nothing to stdout" empty out
expect "faults exit 2" exits 2
cat >many.yaml <<'END'
stillroom: 1
title: Many
bed: {track: broken.wav}
steps:
  - rest: 9
  - say: Nobody has recorded this.
  - strok: {shape: circle, for: 90s}
END
echo noise >broken.wav
run check many.yaml
expect "a wrong length, a missing recording, a slip and a damaged bed are told in one run" [ "$(wc -l <err)" -eq 4 ]
expect "the damaged bed has its place" has err "many.yaml:3:"
run play bad.yaml --to null --fast
expect "a fault never plays" exits 2
expect "its fault goes to stderr" has err "bad.yaml:4:5:"
run render bad.yaml -o bad.wav
expect "a fault never renders" [ ! -e bad.wav ]

# Recordings that are not what their heads and their pack say: a whole file hears them as it mixes, all else before.
mkdir -p voices/hurt
cp "$source"/voices/en-clb/* voices/hurt/
for file in and-roll-slowly and-still; do
	head -c 9000 "$source/voices/en-clb/$file.flac" >"voices/hurt/$file.flac"
done
printf 'stillroom: 1\ntitle: Hurt\nvoice: hurt\nsteps: [say: And again., say: And still., say: And roll slowly.]\n' >hurt.yaml
for jobs in 1 2; do
	run render hurt.yaml -o hurt.wav --jobs $jobs
	expect "a render of cut recordings is wrong, $jobs jobs" exits 2
	expect "each of them is told" [ "$(grep -c "ends before its header says" err)" -eq 2 ]
	expect "with its place" grep -q "pack.yaml:[0-9]*:[0-9]*: the recording and-still.flac cannot" err
	expect "and nothing is left of it" [ -z "$(ls -a | grep "hurt.wav")" ]
done
run render hurt.yaml -o - --for 1s
expect "a pipe gets nothing of it" exits 2
expect "not a byte" empty out
sed -i.true '/text: "And again\."/,/lufs:/s/lufs: .*/lufs: -34.0/' voices/hurt/pack.yaml
printf 'stillroom: 1\ntitle: Loud\nvoice: hurt\nsteps: [say: And again.]\n' >loud.yaml
for command in "check loud.yaml" "play loud.yaml --to null --fast" "render loud.yaml -o loud.wav"; do
	run $command
	expect "a recording louder than its pack says: $command" exits 2
	cat out err >told
	expect "and how loud it is: $command" grep -q "again.flac is louder than written here (-2.*LUFS, not -34.0)" told
done
mv voices/hurt/pack.yaml.true voices/hurt/pack.yaml

# One job takes one processor: a render that nobody reads waits while it is looked at.
mkfifo samples
processors_of() { grep -c "Cpus_allowed_list:.*[-,]" "/proc/$1/status"; }
for jobs in 1 2; do
	"$stillroom" render evening --jobs $jobs -o - >samples 2>err &
	exec 3<samples
	head -c 1000 <&3 >out
	several=$(processors_of $!)
	expect "$jobs jobs" [ "$several" = $((jobs > 1 && $(nproc) > 1)) ]
	exec 3<&-
	wait $!
done

# What a session is made of is not written over by it.
run render evening -o self.wav --for 30s
printf 'stillroom: 1\ntitle: Self\nvoice: hurt\nbed: {track: self.wav}\nsteps: [say: And again.]\n' >self.yaml
ln -s self.wav other.wav
for part in self.wav ./self.wav other.wav voices/hurt/and-again.flac; do
	sum=$(cksum "$part")
	run render self.yaml -o "$part"
	expect "$part is a part of it, and refused" exits 2
	expect "in plain words" grep -qxF "stillroom: $part is a part of the session; give another name" err
	expect "and left alone" [ "$sum" = "$(cksum "$part")" ]
done
run render self.yaml -o third.wav
expect "another file is written" [ -s third.wav ]

run show evening
expect "the timetable tells the words" has out '"Lie down'
run show evening --score
expect "the score tells frames" has out "voice "
run voice lines evening temple-circles
expect "lines are told once" [ "$(sort out | uniq -d | wc -l)" -eq 0 ]
expect "lines hold the spoken words" has out "Breathe in."

# The whole routines that README.md and FORMAT.md show, with the voice that ships.
mkdir pages
cat "$source/README.md" "$source/routines/FORMAT.md" | awk '
	/^```yaml/ { inside = 1; next }
	/^```/ { inside = 0; whole = 0; next }
	inside && /^stillroom: 1/ { whole = 1; name = sprintf("pages/%d.yaml", ++count) }
	inside && whole { print > name }'
for page in pages/*.yaml; do
	! grep -q ^technique "$page" || continue
	run check "$page"
	expect "the example $page of the pages is right" exits 0
done
expect "the pages show whole routines" [ "$(ls pages | wc -l)" -ge 3 ]

cp "$source/routines/evening.yaml" mine.yaml
run check mine.yaml
expect "a routine elsewhere finds the installed techniques" exits 0
mkdir routines
printf 'stillroom: 1\ntitle: Local\nsteps: [{rest: 2s}]\n' >routines/local.yaml
run show local
expect "./routines is looked in" has out "Local"
mkdir -p "$XDG_DATA_HOME/stillroom/routines"
printf 'stillroom: 1\ntitle: Of the user\nsteps: [{rest: 2s}]\n' >"$XDG_DATA_HOME/stillroom/routines/own.yaml"
run show own
expect "the XDG data folder is looked in" has out "Of the user"

# A technique alone, and parameters. Lines that the voice has.
mkdir routines/techniques
frame() { printf 'stillroom: 1\ntechnique: %s\narea: whole\nsteps: [{say: %s.}]\n' "$1" "$2"; }
frame "Settle down" "Breathe in" >routines/techniques/settle.yaml
frame "The close" "Breathe out" >routines/techniques/close.yaml
cat >routines/techniques/rub.yaml <<'END'
stillroom: 1
technique: Rub
area: scalp
with:
  tool: {default: hands, one-of: [hands, massager]}
  length: {from: 2s, to: 9s}
steps:
  - when: {tool: hands}
    steps: [{say: Let your hands rest.}]
  - when: {tool: massager}
    steps: [{say: Let your jaw hang.}]
  - rest: {length}
END
cat >routines/day.yaml <<'END'
stillroom: 1
title: Day
with:
  tool: {default: hands, one-of: [hands, massager]}
  words: {default: many, one-of: [many, few]}
steps:
  - use: techniques/rub
    with: {tool: "{tool}", length: 3s}
  - when: {words: many}
    steps: [{use: techniques/rub, with: {length: 2s}}]
  - when: {tool: massager, words: many}
    steps: [{say: Breathe in.}]
  - when: {tool: hands, words: few}
    steps: [{say: Breathe out.}]
END
run show rub --with length=3s
expect "a technique is found by its name and is a session" exits 0
expect "with the library's settle before it" grep -q '"Breathe in' out
expect "with its title as a part" grep -q Rub out
expect "with the library's close behind it" grep -q '"Breathe out' out
expect "with its default" has out '"Let your hands rest'
run show rub --with length=3s --with tool=massager
expect "--with takes another tool's words" has out '"Let your jaw hang'
expect "and not the hands'" lacks out '"Let your hands rest'
run show rub --with length=3s --score
expect "a technique alone has rain" has out rain
run play rub --to null --fast
expect "what has no default must be given" has err "add --with length=2s"
expect "a missing value is wrong" exits 2
run check rub
expect "check alone takes what fits" exits 0
run check rub --with length=1m
expect "check tells a value that does not fit" has err 'from 2s to 9s'
run play techniques/rub --to null --fast --with length=2s
expect "a technique is played by its folder and name" exits 0
run render day --with tool=massager -o - --for 1s
expect "render takes --with" exits 0
run play day --with toll=massager
expect "a near parameter is offered" has err 'did you mean `tool`?'
expect "an unknown parameter is wrong" exits 2
run play day --with tool
expect "--with needs a name and a value" has err "--with tool=massager"
expect "--with without a value is wrong" exits 2
run play rubb
expect "a near technique is offered" has err 'did you mean "rub"?'
run voice lines day
expect "the lines of every choice" [ "$(grep -c . out)" -eq 4 ]
expect "of the one" has out "Let your hands rest."
expect "of the other" has out "Let your jaw hang."
expect "and of both together" has out "Breathe in."
run voice lines rub
expect "the lines of a technique are those of its session" [ "$(grep -c . out)" -eq 4 ]
{
	printf 'stillroom: 1\ntitle: Many\nwith:\n'
	for name in a b c d e f g; do printf '  %s: {default: x, one-of: [x, y]}\n' $name; done
	printf 'steps: [{rest: 2s}]\n'
} >routines/ways.yaml
run voice lines ways
expect "too many choices are told" has err "more than 64 ways"
expect "too many choices are wrong" exits 2
sed -i '/^  g:/d' routines/ways.yaml
run voice lines ways
expect "64 choices are not too many" exits 0
cp routines/techniques/rub.yaml routines/rub.yaml
sed -i 's/^technique: .*/title: The routine/; /^area/d; s/{from: 2s/{default: 2s, from: 2s/' routines/rub.yaml
run show rub
expect "a routine comes before a technique of its name" has out "The routine"

for ending in wav flac ogg opus mp3; do
	run render local -o "a.$ending" --for 1s
	expect "render makes $ending" [ -s "a.$ending" ]
	expect "render of $ending is done" exits 0
	expect "render says nothing when nothing is wrong" empty err
done
run render local -o a.xyz
expect "an unknown ending names those there are" has err "flac"
expect "an unknown ending is wrong" exits 2
run render local -o nowhere/a.wav
expect "a missing folder is told" exits 1
printf 'stillroom: 1\ntitle: Long\nsteps: [{rest: 7h}]\n' >long.yaml
run render long.yaml -o long.wav
expect "a session too long for a WAV is told" has err "choose flac"
expect "and is wrong" exits 2
run_limited() { # as a shell starts a program, whoever started us
	(ulimit -f 100 && exec env --default-signal=XFSZ timeout 120 "$stillroom" "$@" >out 2>err </dev/null)
	status=$?
}
for ending in wav flac ogg opus mp3; do
	run_limited render long.yaml -o "limited.$ending" --for 20m
	expect "a $ending larger than is allowed is told" has err "limited.$ending: the file has grown larger than is allowed"
	expect "and is no crash" exits 1
done
run_limited render long.yaml -o - --for 1m
expect "raw samples more than are allowed are told" has err "-: the file has grown larger than is allowed"
expect "and are no crash" exits 1
run_limited check evening
expect "check tells what it cannot read under a limit" has err "cannot be used"
expect "and that is wrong" exits 2
expect "nothing of them is left" [ -z "$(ls -d limited.* 2>/dev/null)" ]
trap "" HUP
"$stillroom" render rain-only -o hup.wav 2>err &
trap - HUP
for wait in 1 2 3 4 5 6 7 8 9 10; do kill -HUP $! && sleep 0.1; done 2>/dev/null
wait $!
status=$?
expect "a render under nohup goes on when the terminal goes" [ "$status" -eq 0 -a -s hup.wav ]
rm -f hup.wav
expect "nothing is left of what failed" [ "$(find . -name '.*stillroom*' | wc -l)" -eq 0 ]

run render evening -o - --from 1m --for 2s --format f32
expect "raw samples: two seconds of two floats" [ "$(wc -c <out)" -eq $((2 * 48000 * 8)) ]
cp out whole.raw
expect "a part begins softly" [ "$(od -An -tf4 -N 8 out | tr -d ' 0.\n-')" = "" ]
for from in 1:00 0:01:00 0h1m 60s; do
	run render evening -o - --from $from --for 2s --format f32
	expect "--from $from is one minute" cmp -s out whole.raw
done
mkfifo early # it has begun, and cannot end before it is read
"$stillroom" render evening -o - --for 30s >early 2>err &
exec 9<early
dd bs=1 count=1 <&9 >out 2>/dev/null
kill -USR1 $!
cat <&9 >out
exec 9<&-
wait $!
status=$?
expect "a bedside button before the session is there ends nothing" exits 0
run render evening -o - --from 1h --for 2s
expect "a time beyond the end is wrong" exits 2
run render evening -o - --for 1x
expect "a length needs its unit" exits 2
run play evening --to - --fast --from 1m --format f32
tail -c +$((48000 * 8 * 4 + 1)) out | head -c $((48000 * 8 * 10)) >play.raw
run render evening -o - --from 1m --format f32
tail -c +$((48000 * 8 * 4 + 1)) out | head -c $((48000 * 8 * 10)) >render.raw
expect "play --fast and render give the same samples" cmp -s play.raw render.raw
run render evening -o - --format f32
tail -c +$((48000 * 8 * 64 + 1)) out | head -c $((48000 * 8 * 10)) >whole.raw
expect "a part has the samples of the whole" cmp -s render.raw whole.raw

# Ten thousand cues of all lengths in under 32 MB: a hundred lines a hundred times, with any number of threads, and ten
# thousand steps of a file. A sanitizer has memory of its own.
under_32_mb() {
	peak=$("$1" "$stillroom" render $2.yaml -o $2.wav --for 10m --jobs $3)
	status=$?
	expect "10,000 $2 by $3 threads hold under 32 MB ($peak kB)" [ "$status" -eq 0 -a "$peak" -lt 32000 ]
}
if ! grep -qa -e __asan_init -e __tsan_init "$stillroom"; then
	sed -n 's/^ *- text: /say: /p' "$source/voices/en-clb/pack.yaml" >spoken
	for many in cues steps; do printf 'stillroom: 1\ntitle: Cues\nbed: rain\nsteps:\n' >$many.yaml; done
	printf '  - repeat: 100\n    steps:\n' >>cues.yaml
	awk 'NR % 3 == 1 && n++ < 100 { print "      - " $0 }' spoken >>cues.yaml
	awk '{ line[NR] = $0 } END { for (i = 0; i < 10000; i++) print "  - " line[i * 7 % NR + 1] }' spoken >>steps.yaml
	for jobs in 1 2 8; do under_32_mb "$1/tests/peak_memory" cues $jobs; done
	for jobs in 1 2; do under_32_mb "$1/tests/peak_memory" steps $jobs; done
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

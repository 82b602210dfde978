#!/bin/sh
# stillroom list, over a small library of its own: what it says in each form, whose routine wins, and what is missing.
# usage: test_list.sh BUILD_DIR SOURCE_DIR
set -u
stillroom=$1/bin/stillroom
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export HOME="$work/home" XDG_DATA_HOME="$work/home/data" XDG_DATA_DIRS="$work/none" LC_ALL=C.UTF-8
passed=0
failed=0

# expect WHAT CONDITION...: the condition is a command.
expect() {
	what=$1
	shift
	if "$@" >why; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $what"
		echo "  status $status"
		cat why err
	fi
}

# run WORDS...: leaves out, err and status.
run() {
	timeout 120 "$stillroom" "$@" >out 2>err </dev/null
	status=$?
}

says() { diff -u expected out; }
has() { grep -qF -- "$2" "$1"; }
lacks() { ! grep -F -- "$2" "$1"; }
exits() { [ "$status" -eq "$1" ]; }
fits_80() { ! grep -E '^.{81,}' "$1"; }

mkdir -p lib/techniques
cat >lib/still.yaml <<'END'
stillroom: 1
title: 'The "still" hour | of \ hands'
about: 'For when touch hurts, café and crème brûlée: bûche, tête, forêt, çà et là, où l’été dort déjà près. More is said here.'
for: attack
often: 3 per week
bed: rain
steps:
  - use: techniques/circles
    with: {length: 3m, tool: ball}
  - use: techniques/settle
  - rest: 3m
END
cat >'lib/my sleep.yaml' <<'END'
stillroom: 1
title: Sleep
about: The rain goes
for: bedtime
often: daily
bed: rain
with: {length: {default: 5m, from: 1m}}
steps: [{rest: "{length}"}]
end: {fade: 20m}
END
cat >lib/broken.yaml <<'END'
stillroom: 1
title: Broken
steps: [{rest: 6}]
END
cat >lib/techniques/circles.yaml <<'END'
stillroom: 1
technique: Circles
about: Small circles, 2.5 a breath. Slowly.
caution: Not where it *hurts*.
area: temples
pressure: light
with:
  length: {default: 1m, from: 30s, to: 5m}
  tool: {default: hands, one-of: [hands, massager, ball]}
steps: [{stroke: {shape: circle, for: "{length}"}}]
END
cat >lib/techniques/words.yaml <<'END'
stillroom: 1
technique: Words
area: whole
with: {times: {to: 9}}
steps: [{repeat: "{times}", steps: [{rest: 5s}]}]
END
cat >lib/techniques/settle.yaml <<'END'
stillroom: 1
technique: Settle
area: whole
steps: [{rest: 12.25s}]
END
cp lib/techniques/settle.yaml lib/techniques/close.yaml
sed -i s/Settle/Close/ lib/techniques/close.yaml

cat >expected <<'END'
During an attack
  lib/still
      The "still" hour | of \ hands, 7 min, 3 per week. For when touch hurts,
      café and crème brûlée: bûche, tête, forêt, çà et là, où l’été dort déjà
      près.

Bedtime
  'lib/my sleep'
      Sleep, 5 min, then 20 min fading to sleep, daily. The rain goes

Techniques, each alone
  lib/techniques/circles
      Circles: temples, light pressure, 2 min. Small circles, 2.5 a breath.
  lib/techniques/close
      Close: whole body, 50 s.
  lib/techniques/settle
      Settle: whole body, 50 s.
  lib/techniques/words
      Words: whole body. Needs --with times=...

Cannot be played; to see why:
  stillroom check lib/broken

To play one: stillroom play lib/still
END
run list lib/
expect "the text of a folder" says
expect "a faulty routine does not stop the rest" exits 0
expect "80 columns" fits_80 out

cat >expected <<'END'
[
  {"kind": "session", "file": "lib/still.yaml", "name": "still", "title": "The \"still\" hour | of \\ hands", "about": "For when touch hurts, café and crème brûlée: bûche, tête, forêt, çà et là, où l’été dort déjà près. More is said here.", "moment": "attack", "often_per_week": 3, "seconds": 410.250, "fade_seconds": 30.000, "areas": ["temples", "whole"], "techniques": ["Circles", "Settle"], "parameters": []},
  {"kind": "session", "file": "lib/my sleep.yaml", "name": "my sleep", "title": "Sleep", "about": "The rain goes", "moment": "bedtime", "often_per_week": 7, "seconds": 1508.000, "fade_seconds": 1200.000, "areas": [], "techniques": [], "parameters": [{"name": "length", "default": "5m", "from": "1m"}]},
  {"kind": "technique", "file": "lib/techniques/circles.yaml", "name": "circles", "title": "Circles", "about": "Small circles, 2.5 a breath. Slowly.", "area": "temples", "pressure": "light", "caution": "Not where it *hurts*.", "seconds": 122.500, "fade_seconds": 30.000, "parameters": [{"name": "length", "default": "1m", "from": "30s", "to": "5m"}, {"name": "tool", "default": "hands", "one_of": ["hands", "massager", "ball"]}]},
  {"kind": "technique", "file": "lib/techniques/close.yaml", "name": "close", "title": "Close", "about": "", "area": "whole", "pressure": null, "caution": null, "seconds": 50.250, "fade_seconds": 30.000, "parameters": []},
  {"kind": "technique", "file": "lib/techniques/settle.yaml", "name": "settle", "title": "Settle", "about": "", "area": "whole", "pressure": null, "caution": null, "seconds": 50.250, "fade_seconds": 30.000, "parameters": []},
  {"kind": "technique", "file": "lib/techniques/words.yaml", "name": "words", "title": "Words", "about": "", "area": "whole", "pressure": null, "caution": null, "seconds": null, "fade_seconds": null, "parameters": [{"name": "times", "default": null, "to": "9"}]},
  {"kind": "faulty", "file": "lib/broken.yaml", "name": "broken"}
]
END
run list --json lib
expect "the JSON of a folder" says
expect "the JSON ends well" exits 0

cat >expected <<'END'
# The library

Every session and every technique of this folder: `stillroom play NAME` plays one. This page is made from
the files, not written; where they have changed, this makes it anew:

    stillroom list --markdown routines >routines/README.md

## Sessions

| when | name | length | areas | how often | what |
|---|---|---|---|---|---|
| During an attack | [still](still.yaml) | 7 min | temples | 3 per week | **The "still" hour \| of \\ hands.** For when touch hurts, café and crème brûlée: bûche, tête, forêt, çà et là, où l’été dort déjà près. More is said here. |
| Bedtime | [my sleep](my%20sleep.yaml) | 5 min, then 20 min fading to sleep |  | daily | **Sleep.** The rain goes |

## Techniques

Each can be played alone, or used in a routine of your own. The length is that of playing it alone, with
settling before it and a close after it; `--with NAME=VALUE` sets a parameter.

| name | area | pressure | length | parameters | what | take care |
|---|---|---|---|---|---|---|
| [circles](techniques/circles.yaml) | temples | light | 2 min | length: 1m (30s to 5m); tool: hands (hands, massager or ball) | **Circles.** Small circles, 2.5 a breath. Slowly. | Not where it \*hurts\*. |
| [close](techniques/close.yaml) | whole body |  | 50 s |  | **Close.** |  |
| [settle](techniques/settle.yaml) | whole body |  | 50 s |  | **Settle.** |  |
| [words](techniques/words.yaml) | whole body |  |  | times: must be given (up to 9) | **Words.** |  |

## Cannot be played

`stillroom check NAME` says why.

- broken
END
run list lib --markdown
expect "the page of a folder" says

# Installed, with this library as the one that ships. The user's own goes before it, and ./routines before both; a folder
# that is asked for has nothing else.
mkdir -p prefix/bin prefix/share/stillroom
cp "$stillroom" prefix/bin/
ln -s "$work/lib" prefix/share/stillroom/routines
ln -s "$(readlink -f "$1/share/stillroom/voices")" prefix/share/stillroom/voices
stillroom=$work/prefix/bin/stillroom
user=$XDG_DATA_HOME/stillroom/routines
mkdir -p "$user/techniques" routines
printf 'stillroom: 1\ntitle: Of the user\nsteps: [{rest: 50s}]\n' | tee "$user/still.yaml" >"$user/local.yaml"
printf 'stillroom: 1\ntitle: Of this folder\nsteps: [{rest: 50s}]\n' >routines/local.yaml
cp lib/techniques/circles.yaml "$user/techniques/local.yaml"
run list
expect "what ships is listed" has out "Sleep, 5 min"
expect "all folders are listed" has out "Of this folder, 50 s."
expect "the user's routine is listed" has out "Of the user, 50 s."
expect "a name is listed once" [ "$(grep -cx '  still' out)" -eq 1 -a "$(grep -cx '  local' out)" -eq 1 ]
expect "a technique goes by its path where a routine has its name" has out "  techniques/local"
expect "a technique goes by its name" grep -qx '  circles' out
expect "80 columns of all" fits_80 out
names=$(sed -n "/^To play\|^Cannot/,\$d; s/^  \([^ '].*\)/\1/p" out)
expect "there are names to type" [ "$(echo "$names" | wc -l)" -eq 7 ]
for name in $names; do
	run check "$name"
	expect "$name is what one types" lacks err "there is no routine"
	expect "$name is found" lacks err "there is no such file"
done
run list lib --json
expect "nothing slips into a folder's list" lacks out "Of the user"

# With no voice anywhere, lengths are left out and the rest stands.
rm prefix/share/stillroom/voices
run list lib
expect "no voice is told" has out 'Lengths are left out: there is no voice "en-clb" to speak the sessions.'
expect "no voice: the rest stands" has out 'hands, 3 per week. For'
expect "no voice: exit status 0" exits 0
run list lib --json
expect "no voice: no seconds" has out '"seconds": null, "fade_seconds": null, "areas": ["temples", "whole"]'
stillroom=$1/bin/stillroom

# A voice that a routine names itself must be there.
mkdir named empty
printf 'stillroom: 1\ntitle: Named\nvoice: nobody\nsteps: [{rest: 50s}]\n' >named/named.yaml
run list named
expect "nothing to play: still told" has out "stillroom check named/named"
expect "nothing to play: exit status 1" exits 1
run list empty
expect "an empty folder" has err "there is no routine in empty"
expect "an empty folder: exit status 1" exits 1
run list nowhere
expect "no folder" has err 'there is no folder "nowhere"'
expect "no folder: exit status 2" exits 2
run list --json --markdown
expect "one form at a time" exits 2

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

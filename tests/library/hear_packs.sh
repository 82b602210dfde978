#!/bin/bash
# A speech recogniser listens to voice packs: does each recording say its line? Two wrong words fail a line; so does one
# when it makes another line of the pack; else one is listed. As a proof that it can fail, it also hears recordings
# under the words of others, and every one of them must fail.
# usage: hear_packs.sh [--measure] BUILD [PACK...]; 77 when there is no recogniser
#   --measure: how many swapped recordings, and recordings with their ending cut off, are found, of all lines
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
measure=no
[ "${1-}" = --measure ] && measure=yes && shift
build=$1
shift
[ $# -gt 0 ] || set -- "$here/../../voices/en-clb" "$here/../../voices/en-bdl"
model=/usr/share/pocketsphinx/model/en-us
if ! command -v pocketsphinx_batch >/dev/null || [ ! -e "$model/cmudict-en-us.dict" ]; then
	echo "there is no recogniser (Debian: pocketsphinx, pocketsphinx-en-us)" >&2
	exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The packs speak at about two thirds of the pace that the recogniser has learnt: it takes 65 steps a second for 100.
PACE=65
# Words that might be heard in place of others, besides those of the lines.
numbers="zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand"

fold() {
	tr 'A-Z' 'a-z' | sed -E "s/[^a-z'0-9\t]+/ /g; s/ *\t */\t/; s/ +\$//"
}

# What may be heard in a pack: a language model of its lines, and how their words sound.
learn() {
	cut -f2 wanted >text
	tr ' ' '\n' <<<"$numbers" >>text
	awk -f "$here/language_model.awk" text >lines.lm
	tr ' ' '\n' <text | sort -u | sed '/^$/d' >vocabulary
	cat "$here/pronunciations.txt" "$model/cmudict-en-us.dict" | awk '
		FILENAME == ARGV[1] { wanted[$1]; next }
		{ word = $1; sub(/\(.*/, "", word) }
		word in wanted && !seen[$1]++ { print; known[word] }
		END { for (word in wanted) if (!(word in known)) { print "hear_packs: tests/library/pronunciations.txt lacks: " word > "/dev/stderr"; bad = 1 } exit bad }
	' vocabulary - >sounds
}

# hear SPEECH HEARD: what is said in SPEECH/NUMBER.raw, for each line of `wanted`, on all cores, after what has to keep time.
hear() {
	local part
	cut -f1 wanted | split -e -n "r/$(nproc)" - part.
	for part in part.*; do
		pocketsphinx_batch -hmm "$model/en-us" -lm lines.lm -dict sounds -adcin yes -cepdir "$1" -cepext .raw \
			-frate $PACE -dither yes -seed 1 -ctl "$part" -hyp "heard.$part" >"log.$part" 2>&1 &
	done
	wait
	sed -nE 's/^(.*) ?\(([0-9]+) -?[0-9.e+]+\)$/\2\t\1/p' heard.part.* | sed -E 's/ +$//' >"$2"
	rm -f part.* heard.part.*
	[ "$(wc -l <"$2")" -eq "$(wc -l <wanted)" ] || {
		tail -n 5 log.part.* >&2
		echo "hear_packs: the recogniser has not heard all recordings" >&2
		exit 1
	}
}

errors() {
	awk -f "$here/word_errors.awk" sounds wanted "$1"
}

# told HOW WORDS FILE: the lines of FILE that are so (said, listed, wrong), in words.
told() {
	awk -F '\t' -v how="$1" -v words="$name: $2" '$1 == how { printf "%s \"%s\", heard as \"%s\"\n", words, $3, $4 }' "$3"
}

count() {
	awk -F '\t' -v how="$1" '$1 == how { n++ } END { print n + 0 }' "$2"
}

# swap: recordings of some lines, each under the words of the line after it.
swap() {
	local order=() i
	mkdir swapped
	cp wanted all
	if [ $measure = no ]; then
		awk -F '\t' 'split($2, words, " ") > 3 && ++lines % 8 == 0' all >wanted
	fi
	mapfile -t order < <(cut -f1 wanted)
	for ((i = 0; i < ${#order[@]}; i++)); do
		cp "speech/${order[i]}.raw" "swapped/${order[(i + 1) % ${#order[@]}]}.raw"
	done
	hear swapped heard
	mv all wanted
	errors heard >swapped.found
}

# Lines of two words and more without their last 0.7 s; a quarter of a second of that is silence or fading.
cut_off() {
	mkdir cut
	cp wanted all
	awk -F '\t' '$2 ~ / /' all >wanted
	cut -f1 wanted | while read -r number; do
		head -c -22400 "speech/$number.raw" >"cut/$number.raw"
	done
	hear cut heard
	mv all wanted
	errors heard >cut.found
}

bad=0
for pack in "$@"; do
	pack=$(realpath "$pack")
	name=$(basename "$pack")
	mkdir -p "$work/$name/speech"
	cd "$work/$name"
	"$build/tests/pack_speech" "$pack" speech >lines
	fold <lines >wanted
	learn
	hear speech heard
	errors heard >found
	swap
	told listed "listed:" found
	told wrong "NOT SAID:" found
	told listed "passes, though the recording is another's:" swapped.found
	echo "$name: $(count said found) of $(wc -l <found) lines heard word for word, $(count wrong found) not said;" \
		"$(count wrong swapped.found) of $(wc -l <swapped.found) swapped recordings found"
	[ "$(count wrong found)" -eq 0 ] && [ "$(count wrong swapped.found)" -eq "$(wc -l <swapped.found)" ] || bad=1
	if [ $measure = yes ]; then
		cut_off
		echo "$name: of $(wc -l <cut.found) cut endings $(count listed cut.found) are listed, $(count wrong cut.found) fail"
	fi
done
exit $bad

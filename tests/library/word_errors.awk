# What was heard against what should be said. usage: awk -f word_errors.awk DICTIONARY WANTED HEARD
# DICTIONARY holds words and their sounds; words that sound alike are alike. WANTED and HEARD: NUMBER, a tab, words.
# Prints for each line that was heard at all: said, listed or wrong; NUMBER; wanted; heard; between tabs.
BEGIN {
	FS = "\t"
	OFS = "\t"
}

FILENAME == ARGV[1] {
	word = $0
	sub(/ .*/, "", word)
	sounds = $0
	sub(/[^ ]* /, "", sounds)
	if (word !~ /\(/)
		sound[word] = sounds
	next
}

FILENAME == ARGV[2] {
	wanted[$1] = $2
	line[$2]
	next
}

{
	heard[$1] = $2
	order[++lines] = $1
}

function least(a, b) {
	return a < b ? a : b
}

# The fewest words to add, take or change.
function distance(left, right,    a, b, m, n, i, j, row, before, corner) {
	m = split(left, a, " ")
	n = split(right, b, " ")
	for (j = 0; j <= n; j++)
		row[j] = j
	for (i = 1; i <= m; i++) {
		corner = row[0]
		row[0] = i
		for (j = 1; j <= n; j++) {
			before = row[j]
			row[j] = least(corner + (sound[a[i]] != sound[b[j]]), least(row[j], row[j - 1]) + 1)
			corner = before
		}
	}
	return row[n]
}

# Two errors are wrong; one is listed, unless it makes another line.
function verdict(should, was,    errors) {
	errors = distance(should, was)
	if (errors == 0)
		return "said"
	return errors > 1 || was in line ? "wrong" : "listed"
}

END {
	for (k = 1; k <= lines; k++) {
		number = order[k]
		print verdict(wanted[number], heard[number]), number, wanted[number], heard[number]
	}
}

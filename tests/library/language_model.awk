# Lines of words (one a line, folded) to a trigram language model in ARPA's format. Absolute discounting: each pair and
# triple that was seen gives half a count to what was not, so that a recording that says something else is heard as
# something else. Every line is a sentence.
function add(a, b, c) {
	if (!((a, b, c) in triple)) {
		triple[a, b, c] = 0
		kinds2[a, b]++
	}
	triple[a, b, c]++
	after2[a, b]++
}

function add_pair(a, b) {
	if (!((a, b) in pair)) {
		pair[a, b] = 0
		kinds[a]++
	}
	pair[a, b]++
	after[a]++
}

function log10(x) {
	return log(x) / log(10)
}

NF {
	before = ""
	last = "<s>"
	for (i = 1; i <= NF + 1; i++) {
		word = i > NF ? "</s>" : $i
		single[word]++
		all++
		add_pair(last, word)
		if (before != "")
			add(before, last, word)
		before = last
		last = word
	}
}

END {
	half = 0.5
	for (key in pair) {
		split(key, w, SUBSEP)
		pairs++
		p2[key] = (pair[key] - half) / after[w[1]]
		taken[w[1]] += single[w[2]] / all
	}
	for (key in triple) {
		split(key, w, SUBSEP)
		triples++
		# what the pair alone gives to the third word
		taken2[w[1], w[2]] += p2[w[2], w[3]]
	}
	for (word in single)
		words++
	printf "\\data\\\nngram 1=%d\nngram 2=%d\nngram 3=%d\n\n\\1-grams:\n", words + 1, pairs, triples
	for (word in after)
		back[word] = half * kinds[word] / after[word] / (1 - taken[word] + 1e-9)
	printf "-99 <s> %.5f\n", log10(back["<s>"])
	for (word in single)
		printf "%.5f %s %.5f\n", log10(single[word] / all), word, word in back ? log10(back[word]) : 0
	printf "\n\\2-grams:\n"
	for (key in pair) {
		split(key, w, SUBSEP)
		b = key in after2 ? log10(half * kinds2[key] / after2[key] / (1 - taken2[key] + 1e-9)) : 0
		printf "%.5f %s %s %.5f\n", log10(p2[key]), w[1], w[2], b
	}
	printf "\n\\3-grams:\n"
	for (key in triple) {
		split(key, w, SUBSEP)
		printf "%.5f %s %s %s\n", log10((triple[key] - half) / after2[w[1], w[2]]), w[1], w[2], w[3]
	}
	printf "\n\\end\\\n"
}

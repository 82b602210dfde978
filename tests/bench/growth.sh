# shellcheck shell=bash
# How the cost grows with the number of cues, the length of a session, and the size of a routine's text: three rows of
# measures, and how steep the line through them is (1: twice as much takes twice as long). Read by run_bench.sh.

growth_head() { printf 'stillroom: 1\ntitle: Growth\nvoice: tick\n'; }

cues_routine() { # CUES: repeats in repeats
	growth_head
	local outer=$(($1 / 1000)) inner=1000
	[ "$outer" -gt 0 ] || { outer=1 && inner=$1; }
	printf 'steps:\n  - repeat: %d\n    steps:\n      - repeat: %d\n        steps: [{say: Tick.}]\n' "$outer" "$inner"
}

length_routine() { # MINUTES
	growth_head
	printf 'bed: {track: rain, level: soft}\nsteps:\n  - breathe: %dm\n    words: none\n' "$1"
}

text_routine() { # BYTES
	growth_head
	echo "steps:"
	awk -v bytes="$1" 'BEGIN { for (n = 40; n < bytes - 100; n += 80) printf "  - rest: 1s %67s\n", "# a line of eighty bytes as one that an author writes" }'
}

grow() { # NAME UNIT ROUTINE_OF COMMAND... -- SIZES...
	local name=$1 unit=$2 make=$3 command=() size
	shift 3
	while [ "$1" != -- ]; do command+=("$1") && shift; done
	shift
	for size in "$@"; do
		"$make" "$size" >growth.yaml
		for time in $(seq 31); do # the shorter, the more often
			"$TOOLS/measure" "$RECORD" "$name-$size" "${command[@]}"
			awk -v cpu="$(median "$name-$size" 2)" -v times="$time" 'BEGIN { exit cpu * times > 1 }' || break
		done
		echo "$name $size $(median "$name-$size" 2)" >>growth
	done
	awk -v name="$name" -v unit="$unit" '
		$1 == name { sizes = sizes " | " $2; times = times " | " sprintf("%.3f", $3); x[++n] = $2; y[n] = $3 }
		END {
			start = y[1]; # what a program costs that does next to nothing
			slope = log((y[n] - start) / (y[n - 1] - start)) / log(x[n] / x[n - 1])
			printf "| %s (%s)%s | |\n| CPU s%s | %.2f |\n", name, unit, sizes, times, slope
		}' growth
}

# growth.svg beside the program: both axes logarithmic, a line for each row.
plot_growth() {
	awk 'function px(v) { return 60 + 540 * v }
		function py(v) { return 340 - 60 * (log(v) / log(10) + 3) }
		BEGIN { print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\" height=\"400\" font-family=\"sans-serif\" font-size=\"12\"><rect width=\"640\" height=\"400\" fill=\"white\"/>"
			for (e = -3; e <= 2; e++) printf "<path d=\"M60 %g H600\" stroke=\"#ddd\"/><text x=\"8\" y=\"%g\">%g s</text>\n", py(10 ^ e), py(10 ^ e) + 4, 10 ^ e
			split("#357 #735 #573", colour, " ") }
		{ if (!($1 in first)) { first[$1] = $2; names[++n] = $1 } last[$1] = $2; count[$1]++; size[$1, count[$1]] = $2; cost[$1, count[$1]] = $3 > 0.001 ? $3 : 0.001 }
		END { for (k = 1; k <= n; k++) { name = names[k]; d = ""
			for (i = 1; i <= count[name]; i++) d = d (i == 1 ? "M" : "L") px(log(size[name, i] / first[name]) / log(last[name] / first[name])) " " py(cost[name, i]) " "
			printf "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/><text x=\"70\" y=\"%d\" fill=\"%s\">%s: %s to %s</text>\n", d, colour[k], 20 * k, colour[k], name, first[name], last[name] }
			print "</svg>" }' growth >"$BUILD/growth.svg"
}

part_growth() {
	rm -f growth
	echo
	echo "| growth | | | | | | steepness |"
	echo "|---|---|---|---|---|---|---|"
	grow cues number cues_routine "$STILLROOM" show growth.yaml --score -- 10 100 1000 10000 100000
	grow length minutes length_routine "$STILLROOM" play growth.yaml --to - --fast -- 1 10 60 240 1430
	grow text bytes text_routine "$STILLROOM" check growth.yaml -- 10000 30000 100000 300000 1000000
	plot_growth
	say "bench: the plot is $BUILD/growth.svg"
}

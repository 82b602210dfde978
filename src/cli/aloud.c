// Recorded lines are made to stand one after another to the ear: a number is one, and ends like a sentence. On paper a line
// goes on from one that ends in a comma, and what is counted goes on from its number.
#include "cli/aloud.h"

#include "cli/sitting.h"

#include <ctype.h>
#include <string.h>

static bool is_one_of(const char *line, const char *const *words)
{
	for (; *words; words++)
		if (strncmp(line, *words, strlen(*words)) == 0)
			return true;
	return false;
}

// Whether it goes on in the sentence before.
static bool goes_on(const char *line, const char *before)
{
	static const char *const counted[] = {"Days with ", "Sessions.", "And,", NULL};
	return before && (before[strlen(before) - 1] == ',' || is_one_of(line, counted));
}

// Its last sign, unless the next line needs none before it.
static int length(const char *line, const char *next)
{
	static const char *const joints[] = {"Between,", "And,", "More than,", NULL};
	bool is_joint = is_one_of(line, joints), ends_in_comma = line[strlen(line) - 1] == ',';
	bool open = is_joint || (next && !ends_in_comma && goes_on(next, line));
	return (int)strlen(line) - open;
}

void aloud_print(const char *const *lines, FILE *out)
{
	for (int i = 0; lines[i]; i++) {
		bool on = goes_on(lines[i], i ? lines[i - 1] : NULL);
		int first = (unsigned char)lines[i][0];
		fprintf(out, "%s%c%.*s", i ? " " : "", on ? tolower(first) : first, length(lines[i], lines[i + 1]) - 1,
		        lines[i] + 1);
	}
	fputc('\n', out);
}

int aloud(struct play_options *options, const char *const *lines)
{
	struct sitting sitting;
	sitting_open(&sitting, options);
	if (sitting.phrases)
		ask_to_hear(sitting.stage, lines, &sitting.sound);
	bool heard = sitting.phrases && stage_feed(sitting.stage);
	int signal = stage_signal(sitting.stage);
	sitting_close(&sitting);
	if (signal)
		output_die_by(signal);
	if (!heard)
		aloud_print(lines, stdout);
	return EXIT_DONE;
}

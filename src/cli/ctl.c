#include "cli/command.h"
#include "cli/complaint.h"
#include "cli/options.h"
#include "control/line.h"
#include "control/socket.h"
#include "control/verb.h"

#include <stdio.h>
#include <string.h>

void command_ctl_words(FILE *out)
{
	size_t count;
	const struct verb_row *rows = verb_rows(&count);
	fputs("\nWords\n", out);
	for (size_t i = 0; i < count; i++)
		if (rows[i].word)
			fprintf(out, "  %-12s %s\n", rows[i].word, rows[i].does);
}

// One line of all words; false when it is longer than any that there is.
static bool join(int argc, char **argv, char *line, size_t bytes)
{
	size_t used = 0;
	for (int i = 1; i < argc; i++) {
		int n = snprintf(line + used, bytes - used, "%s%s", i > 1 ? " " : "", argv[i]);
		if (n < 0 || (size_t)n >= bytes - used)
			return false;
		used += (size_t)n;
	}
	return used > 0;
}

int command_ctl(int argc, char **argv)
{
	char line[LINE_MOST_BYTES + 1], answer[4096] = "";
	if (!join(argc, argv, line, sizeof line)) {
		fputs("stillroom: ctl needs a word, as in: stillroom ctl pause\n", stderr);
		return EXIT_WRONG;
	}
	switch (socket_send(line, answer, sizeof answer)) {
	case SOCKET_DONE:
		if (answer[0])
			puts(answer);
		return EXIT_DONE;
	case SOCKET_REFUSED:
		complaint_print("%s", answer);
		return EXIT_WRONG;
	case SOCKET_SILENT:
		fputs("stillroom: the session gives no answer\n", stderr);
		return EXIT_FAILED;
	default:
		fputs("stillroom: no session is playing\n", stderr);
		return EXIT_FAILED;
	}
}

// The words of a command line: options with and without a value, and operands. Control thread.
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>

enum {
	OPTIONS_MOST = 20,
	OPTIONS_MOST_AGAIN = 40, // times that one option may be given
	OPTION_AGAIN = '+',
};

struct option_spec {
	const char *name; // without the dashes; NULL ends a table
	char letter;      // short form, or 0; OPTION_AGAIN: it may be given again and again
	const char **
		value; // where its value goes; with OPTION_AGAIN the first of OPTIONS_MOST_AGAIN + 1, zeroed; NULL for a flag
	bool *flag;
};

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_WRONG = 2 };

// Reads argv[1..argc) by the table. Returns how many operands there are, moved to argv[1..]; -1 after a message to stderr
// for a word it does not know. Operands may stand anywhere; `--` ends the options; `-` is an operand.
int options_read(int argc, char **argv, const struct option_spec *table);

// Reads a level such as -6, "-6 dB" or 0. False when it is none, or above 0, or below -60.
bool options_level(const char *text, double *db);

#endif

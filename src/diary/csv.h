// Comma-separated values (RFC 4180), row by row, within bounds: whatever a file is, reading a row takes bounded memory, and
// what is no CSV is refused where it stands. Any thread.
#ifndef DIARY_CSV_H
#define DIARY_CSV_H

#include <stdbool.h>
#include <stdio.h>

enum { CSV_MOST_CELLS = 200, CSV_MOST_ROW_BYTES = 65536 };

struct csv {
	FILE *in;
	char separator; // 0: found out by the first row: a comma, a semicolon or a tab
	int line;       // that the row began on, from 1
	int next_line;
	const char *wrong; // why there is no next row; NULL: the file has ended
	int count;
	char *cells[CSV_MOST_CELLS]; // of the row; without quotes, with a NUL behind
	size_t used;
	char bytes[CSV_MOST_ROW_BYTES];
};

// Large: not for a small stack. `in` outlives it.
void csv_begin(struct csv *csv, FILE *in);

// The next row that is not empty; false: it ended, or `wrong` says what would be right, and `line` where.
bool csv_next(struct csv *csv);

// A cell with its quotes when it needs them; not the separator.
void csv_print(FILE *out, const char *text);

#endif

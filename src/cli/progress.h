// A line of progress on a terminal. Control thread.
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

struct progress {
	FILE *out; // NULL: nothing is shown
	const char *what;
	double began_sec;
};

// Shows only when `out` is a terminal.
struct progress progress_begin(FILE *out, const char *what);
void progress_show(void *progress, int64_t done,
                   int64_t all);              // a bar, per cent and time left; for whoever tells how far it is
void progress_end(struct progress *progress); // clears the line

#endif

// A loaded session to a file or a raw pipe, with progress, a stop by signal, and plain words when it fails: what render
// does, and play when it is told to or has no device. Control thread.
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "cli/load.h"
#include "out/writer.h"

struct output_options {
	const char *path; // "-" for raw samples to standard output, "null" for nowhere
	enum sample_format format;
	int64_t begin_frames, end_frames;
	int jobs;
	double volume_db;
};

// Gives an exit status; dies by the signal that stopped it, after cleaning up.
int output_render(struct loaded *loaded, const struct output_options *options);

// False after a message when raw samples would go to a terminal.
bool output_allows(const char *path);

// Options that commands share; false after a message to stderr. NULL text leaves the default.
bool output_parse_format(const char *text, enum sample_format *format);
bool output_parse_volume(const char *text, double *volume_db);

// Ends the program as the signal would have, so that shells and services see what happened.
void output_die_by(int signal_number);

#endif

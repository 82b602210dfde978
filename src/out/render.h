// The session's sound to a writer as fast as the machine can: mixed by several threads, written in order.
// Control thread.
#ifndef OUT_RENDER_H
#define OUT_RENDER_H

#include "mix/mix.h"
#include "out/writer.h"

#include <stdatomic.h>

struct render_options {
	int64_t begin_frames, end_frames; // the part of the session
	int jobs;                         // threads; 0: one for each core
	double volume_db;                 // at most 0
	// Told about every half second, from the caller's thread; may be NULL.
	void (*progress)(void *user, int64_t done_frames, int64_t all_frames);
	void *user;
	const atomic_int *stop; // non-zero ends the render with STATUS_STOPPED; may be NULL
};

enum status render(const struct score *score, struct writer *writer, const struct render_options *options,
                   struct fault_list *faults, const char **why);

#endif

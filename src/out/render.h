// The session's sound to a writer as fast as the machine can: mixed by several threads, written in order.
// Control thread.
#ifndef OUT_RENDER_H
#define OUT_RENDER_H

#include "mix/mix.h"
#include "out/writer.h"

#include <stdatomic.h>

struct render_options {
	int64_t begin_frames, end_frames;        // the part of the session
	int64_t fade_in_frames, fade_out_frames; // at the part's edges; 0: none
	int jobs;         // threads; 0: one for each core; more than 8 bring nothing and count as 8
	double volume_db; // at most 0; FADE_FLOOR_DB or below is silence
	// Told about every half second, and at the end, from the caller's thread; may be NULL.
	void (*progress)(void *user, int64_t done_frames, int64_t all_frames);
	void *user;
	// Non-zero ends the render with STATUS_STOPPED within 0.1 s, or soon after 1 s where a file keeps the decoder
	// waiting; may be NULL.
	const atomic_int *stop;
};

// Writes the part to the writer, which the caller then commits; the ceiling is lower by the writer's headroom.
// STATUS_FAULTY with faults when a bed or a recording cannot be played, or with *why when the part is too long for the
// writer; STATUS_FAILED with *why when writing failed. *why is NULL when it has nothing to say.
enum status render(const struct score *score, struct writer *writer, const struct render_options *options,
                   struct fault_list *faults, const char **why);

#endif

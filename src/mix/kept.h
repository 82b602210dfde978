// A recording kept decoded, with 16 bits a sample, in a file without a name: on the disk, so that a session's memory stays
// small; where there is none to write on, in memory. Written by one thread, or by two in parts of their own, then read by any number of
// threads, each with a reader of its own.
#ifndef MIX_KEPT_H
#define MIX_KEPT_H

#include "base/frames.h"

#include <stdbool.h>
#include <stdint.h>

enum { KEPT_AHEAD_FRAMES = 16 * BLOCK_FRAMES };

struct kept;

struct kept *kept_create(int64_t frames); // NULL: there is no room
void kept_destroy(struct kept *kept);     // NULL is fine

// Stereo frames [at, at + n); at is a multiple of 32, and so is n except at the recording's end. False: it is not kept.
bool kept_write(struct kept *kept, int64_t at_frames, const float *in, int64_t n_frames);

// Begins as {.kept = ...}, which holds nothing yet.
struct kept_reader {
	const struct kept *kept;
	int64_t begin_frames, n_frames; // what was read ahead
	int16_t *samples;
};

// Frames [at, at + n), which are in the recording. What the disk no longer gives is silence.
void kept_read(struct kept_reader *reader, int64_t at_frames, float *out, int64_t n_frames);
void kept_reader_end(struct kept_reader *reader); // one that never read is fine

#endif

// How loud a bed's file is, by twenty places spread over its length. Any thread; two may hear places of their own for one
// hearing.
#ifndef MIX_HEAR_H
#define MIX_HEAR_H

#include "base/frames.h"

#include <stdint.h>

enum {
	HEAR_PLACES = 20,
	HEAR_PORTION_FRAMES = 2400, // what is read at once
	HEAR_PORTIONS = 11,         // of each place
	HEAR_FRAMES = HEAR_PORTIONS * HEAR_PORTION_FRAMES,
	HEAR_BLOCKS = 2, // of 0.4 s, in each place
};

struct hearing {
	double blocks[HEAR_BLOCKS * HEAR_PLACES];   // the power of each, as EBU R 128 weighs it: 1 is 0 LUFS
	double powers[HEAR_PORTIONS * HEAR_PLACES]; // the mean square of each portion
};

// Stereo frames [at, at + n) of the file.
typedef void hear_read_fn(void *source, int64_t at_frames, float *out, int64_t n_frames);

// Places [first, last) of a file that is at least HEAR_FRAMES long.
void hear_places(struct hearing *hearing, int first, int last, int64_t file_frames, hear_read_fn *read, void *source);

// When all were heard: EBU R 128's loudness by these blocks; -HUGE_VAL for silence.
double hear_lufs(const struct hearing *hearing);

#endif

// A gain over one block: a knot every 32 frames, joined by straight lines. Any thread.
#ifndef MIX_LEVEL_H
#define MIX_LEVEL_H

#include "base/frames.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	LEVEL_KNOT_FRAMES = 32,
	LEVEL_KNOTS = BLOCK_FRAMES / LEVEL_KNOT_FRAMES + 1, // the last one is the next block's first
};

struct level {
	int64_t begin_frames; // of the block
	float knots[LEVEL_KNOTS];
};

void level_init(struct level *level, int64_t begin_frames, double gain);

// Multiplies by a curve that rises from 0 at begin to 1 at end, or falls from 1 to 0; a range without frames does
// nothing. Before and after the range the curve keeps its end's value.
typedef double level_curve_fn(double u);
void level_rise(struct level *level, int64_t begin_frames, int64_t end_frames, level_curve_fn *curve);
void level_fall(struct level *level, int64_t begin_frames, int64_t end_frames, level_curve_fn *curve);

bool level_is_silent(const struct level *level);
bool level_is_steady(const struct level *level); // one gain for the whole block: knots[0]

// gain[0..BLOCK_FRAMES) is set to the lines, or multiplied by them.
void level_fill(const struct level *level, float *gain);
void level_scale(const struct level *level, float *gain);

#endif

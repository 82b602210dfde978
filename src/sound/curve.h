// Ramps and curves as pure functions of position. Any thread.
#ifndef SOUND_CURVE_H
#define SOUND_CURVE_H

#include "base/frames.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Raised-cosine S-curve: 0 for u <= 0, 1 for u >= 1.
double curve_s(double u);

// A fade from silence (u <= 0 gives exactly 0) to full (u >= 1 gives exactly 1) that is a straight line in decibels
// above FADE_DEPTH_DB and reaches zero without a step.
double curve_fade_gain(double u);

// Equal-power crossfade: sin and cos of a quarter turn; in^2 + out^2 = 1.
double curve_power_in(double u);

// A stretch of frames in which words are spoken.
struct span {
	int64_t begin, end;
};

// Joins spans (sorted by begin) whose gaps are under DUCK_HOLD_GAP_SEC, in place; returns how many are left.
size_t duck_merge(struct span *spans, size_t count);

// The duck at a frame in decibels, 0 to DUCK_DB, from merged spans: computed from when words are spoken, which is
// known in advance, so that it starts before the voice. Finds its place by binary search.
double duck_db(const struct span *spans, size_t count, int64_t at_frames);

// How far down the duck is over one block, which is the same for all that it moves: 0 not at all, 1 fully.
enum { DUCK_KNOT_FRAMES = 32, DUCK_KNOTS = BLOCK_FRAMES / DUCK_KNOT_FRAMES + 1 };
struct duck {
	double deep[DUCK_KNOTS]; // every DUCK_KNOT_FRAMES, from the block's first frame to the next block's
	bool moves;              // else all of them are the same
};
void duck_find(struct duck *duck, const struct span *spans, size_t count, int64_t at_frames);

// Its gain where it is depth_db deep (DUCK_DB, TONES_DUCK_DB): at the block's first frame, which tells all of it when it
// does not move; and throughout, by straight lines from knot to knot (an S-curve of 0.7 s is straight within 1e-4 over 32
// frames).
double duck_first_gain(const struct duck *duck, double depth_db);
void duck_fill(const struct duck *duck, double depth_db, float gain[BLOCK_FRAMES]);

#endif

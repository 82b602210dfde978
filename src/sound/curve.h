// Ramps and curves as pure functions of position. Any thread.
#ifndef SOUND_CURVE_H
#define SOUND_CURVE_H

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

// Fills gain[0..n) with the gains at [at, at + n) of a duck that is depth_db deep (DUCK_DB, TONES_DUCK_DB) and moves as
// duck_db does. Curves are evaluated every 32 frames from the block's start
// and joined by straight lines (an S-curve of 0.7 s is straight within 1e-4 over 32 frames). at must be a multiple of 32.
// Returns false when all is exactly 1.
bool duck_gain(const struct span *spans, size_t count, double depth_db, int64_t at_frames, float *gain, int n_frames);

#endif

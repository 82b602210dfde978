// The ceiling: a true-peak limiter with finite memory. Any thread; no state.
//
// The gain at a frame depends on the LIMITER_REACH_FRAMES before and after it and nothing else: the needed reduction
// (from the true peak, eight points a frame), its minimum over a window, smoothed by a window of the same reach. There is
// no endless release, so a session can be entered anywhere with the same samples.
//
// True peak is what a meter draws between samples, and no two draw it alike. Under the ceiling it is by the filter of ITU-R
// BS.1770-4 annex 2, by libebur128, ffmpeg, sox (rate -v), and by 160 taps that go up to 24 kHz, for noise, square waves
// and high tones of any height.
#ifndef SOUND_LIMITER_H
#define SOUND_LIMITER_H

#include "base/frames.h"

#include <stdbool.h>

enum { LIMITER_REACH_FRAMES = 576 }; // before and after; under BLOCK_FRAMES

// `in` holds LIMITER_REACH_FRAMES + BLOCK_FRAMES + LIMITER_REACH_FRAMES stereo frames, the block in the middle; `out`
// gets the block. ceiling_gain is the linear true-peak ceiling, above 0. Where nothing needs reducing the samples are
// copied. What is not a number, or more than 120 dB above full scale, counts as 0: `out` is always finite and no sample is
// over the ceiling.
void limiter_block(const float *in, float ceiling_gain, float *out);

// Whether samples are so low that no curve between them can reach the ceiling. Where that is so of a block and all of
// its reach, limiter_block copies it.
bool limiter_is_idle(const float *samples, int count, float ceiling_gain);

#endif

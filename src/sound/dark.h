// A darker sound for hurting ears: one soft low-pass over everything. Any thread; no state.
#ifndef SOUND_DARK_H
#define SOUND_DARK_H

#include "base/frames.h"

enum { DARK_REACH_FRAMES = 20 }; // before and after each frame

// -3 dB at 1.4 kHz, -9.4 dB at 2.5 kHz, -24 dB at 4 kHz. `in` holds DARK_REACH_FRAMES + n_frames + DARK_REACH_FRAMES
// stereo frames; `out` gets the n_frames in the middle, in the same place. No sample of it is beyond the highest of `in`.
void dark_filter(const float *in, float *out, int n_frames);

#endif

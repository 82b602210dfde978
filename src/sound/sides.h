// One sound, or two, added to the two sides of interleaved frames, by way of a copy: compilers make good vectors of this,
// and bad ones of reading and writing every second sample. Always inlined, to have its caller's variant. Any thread.
#ifndef SOUND_SIDES_H
#define SOUND_SIDES_H

#include "base/frames.h"

// left_gain and right_gain times wave[0..n), n at most BLOCK_FRAMES.
static inline __attribute__((always_inline)) void sides_add_one(const float *wave, float left_gain, float right_gain,
                                                                float *out, int n)
{
	float both[BLOCK_FRAMES * ENGINE_CHANNELS];
	for (int i = 0; i < n; i++) {
		both[2 * i] = left_gain * wave[i];
		both[2 * i + 1] = right_gain * wave[i];
	}
	for (int i = 0; i < 2 * n; i++)
		out[i] += both[i];
}

// gain times left[0..n) and right[0..n), n at most BLOCK_FRAMES.
static inline __attribute__((always_inline)) void sides_add_two(const float *left, const float *right, float gain,
                                                                float *out, int n)
{
	float both[BLOCK_FRAMES * ENGINE_CHANNELS];
	for (int i = 0; i < n; i++) {
		both[2 * i] = left[i];
		both[2 * i + 1] = right[i];
	}
	for (int i = 0; i < 2 * n; i++)
		out[i] += gain * both[i];
}

#endif

// Soft noise by place: the same frames whenever they are asked for, without memory. Any thread.
#ifndef SOUND_NOISE_H
#define SOUND_NOISE_H

#include <stdint.h>

enum { NOISE_STEP_FRAMES = 128 };

// A band of noise an octave and a half wide, its peak at a quarter of its knots' rate. By how many frames lie between
// knots, as a power of two.
enum noise_band {
	NOISE_1500_HZ = 3,
	NOISE_750_HZ = 4,
	NOISE_375_HZ = 5,
};

// Writes the frames of a step: [128 * step, 128 * step + 128). RMS 1. step is at least 0.
void noise_step(uint64_t seed, enum noise_band band, int64_t step, float out[NOISE_STEP_FRAMES]);

#endif

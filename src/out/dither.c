// The sum of two even random numbers (Lipshitz, Wannamaker, Vanderkooy 1992, "Quantization and dither: a theoretical
// survey"): noise whose level does not follow the sound. One hash gives a frame's four numbers, 16 bits each.
#include "out/dither.h"

#include "base/hash.h"

static const uint64_t DITHER_SEED = 0x5d17;

// Adding and taking away 1.5 * 2^23 rounds a float to a whole number, as a vector and in every libm.
static const float ROUNDER = 12582912.0f;

static int16_t quantize(float sample, uint32_t random)
{
	float dither = (float)((int32_t)(random & 0xffff) + (int32_t)(random >> 16) - 0xffff) * (1.0f / 65536.0f);
	float scaled = sample * 32768.0f;
	scaled += sample == 0.0f ? 0.0f : dither;
	scaled = scaled < 32767.0f ? scaled : 32767.0f;
	scaled = scaled > -32768.0f ? scaled : -32768.0f;
	return (int16_t)((scaled + ROUNDER) - ROUNDER);
}

void dither_s16(const float *in, int64_t at_frames, int16_t *out, int64_t n_frames)
{
	for (int64_t i = 0; i < n_frames; i++) {
		uint64_t random = hash64(DITHER_SEED, (uint64_t)(at_frames + i));
		out[2 * i] = quantize(in[2 * i], (uint32_t)random);
		out[2 * i + 1] = quantize(in[2 * i + 1], (uint32_t)(random >> 32));
	}
}

// The sum of two even random numbers (Lipshitz, Wannamaker, Vanderkooy 1992, "Quantization and dither: a theoretical
// survey"): noise whose level does not follow the sound.
//
// A hash for every frame would cost more than all the rest of a render. So hashes of a block's number seed 32
// xorshift generators side by side (Marsaglia 2003, "Xorshift RNGs"), in a shape that compilers make vectors of, and
// each of their numbers is a sample's: its two halves are the two even numbers.
#include "out/dither.h"

#include "base/frames.h"
#include "base/hash.h"
#include "base/vector.h"

#include <string.h>

enum { DITHER_FRAMES = 512, DITHER_SAMPLES = DITHER_FRAMES * ENGINE_CHANNELS, LANES = 32 };

static const uint64_t DITHER_SEED = 0x5d17;

struct generators {
	uint32_t x[LANES];
};

static struct generators seed(int64_t block)
{
	struct generators g;
	for (int i = 0; i < LANES / 2; i++) {
		uint64_t random = hash64(DITHER_SEED, (uint64_t)(block * (LANES / 2) + i));
		g.x[2 * i] = (uint32_t)random | 1; // a generator at 0 stays there
		g.x[2 * i + 1] = (uint32_t)(random >> 32) | 1;
	}
	return g;
}

// The next noise of each, in units of 2^-16 LSB.
static inline void next_noise(struct generators *g, float noise[LANES])
{
	for (int i = 0; i < LANES; i++) {
		uint32_t x = g->x[i];
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		g->x[i] = x;
		noise[i] = (float)((int32_t)(x & 0xffff) + (int32_t)(x >> 16) - 0xffff);
	}
}

// Each loop has one of the two limits: gcc makes no good vectors of both at once.
static inline void add_sound(const float *in, float noise[LANES])
{
	for (int i = 0; i < LANES; i++) {
		float sum = in[i] * 0x1p31f + (in[i] == 0.0f ? 0.0f : noise[i]);
		noise[i] = sum < 0x7fffp16f ? sum : 0x7fffp16f;
	}
}

// Adding 1.5 * 2^39 rounds to whole LSBs, and leaves them as the float's last 16 bits.
static inline void round_to_s16(const float *in, int16_t *out)
{
	for (int i = 0; i < LANES; i++) {
		float sum = (in[i] > -0x8000p16f ? in[i] : -0x8000p16f) + 0x1.8p39f;
		uint32_t bits;
		memcpy(&bits, &sum, sizeof bits);
		out[i] = (int16_t)bits;
	}
}

VECTOR static void dither_block(int64_t block, const float *in, int16_t *out)
{
	struct generators g = seed(block);
	for (int at = 0; at < DITHER_SAMPLES; at += LANES) {
		float noise[LANES];
		next_noise(&g, noise);
		add_sound(in + at, noise);
		round_to_s16(noise, out + at);
	}
}

void dither_s16(const float *in, int64_t at_frames, int16_t *out, int64_t n_frames)
{
	while (n_frames > 0) {
		int64_t within = at_frames % DITHER_FRAMES, n = DITHER_FRAMES - within,
			block = at_frames / DITHER_FRAMES;
		n = n < n_frames ? n : n_frames;
		if (n == DITHER_FRAMES) {
			dither_block(block, in, out);
		} else {
			float part[DITHER_SAMPLES] = {0};
			int16_t dithered[DITHER_SAMPLES];
			memcpy(part + within * ENGINE_CHANNELS, in, (size_t)(n * ENGINE_CHANNELS) * sizeof *in);
			dither_block(block, part, dithered);
			memcpy(out, dithered + within * ENGINE_CHANNELS, (size_t)(n * ENGINE_CHANNELS) * sizeof *out);
		}
		at_frames += n;
		in += n * ENGINE_CHANNELS;
		out += n * ENGINE_CHANNELS;
		n_frames -= n;
	}
}

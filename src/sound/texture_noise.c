// Noise of any colour that never repeats and needs no table.
//
// Band b has a random knot every 2^b frames, the difference of two neighbouring numbers of hash(seed, k). From the
// slowest band to the fastest, the sum so far is made twice as dense by the subdivision of cubic B-splines (Lane,
// Riesenfeld 1980: (1 6 1) / 8 on a knot, (1 1) / 2 between two), and the next band's knots are added. So each band is
// a soft hump in the spectrum (noise.c gives its shape), all together cost little more than the fastest alone, and a
// block needs only its own knots and one or two to either side.
//
// Two of these, middle and side, make the two channels: left = middle + side, right = middle - side. The side is weak
// where the sound is low. So the sound is wide, and nothing is lost when a loudspeaker adds the channels.
#include "sound/texture_parts.h"

#include "base/hash.h"
#include "base/vector.h"
#include "sound/sides.h"

#include <stdbool.h>

enum {
	FASTEST = 1,
	SLOWEST = BANDS - 1,
	HALF_FRAMES = BLOCK_FRAMES >> FASTEST,
	LEFT = 1,  // knots to the left of the block
	RIGHT = 2, // and from its end on
	GROUP = 4, // numbers to a hash
};

_Static_assert((BLOCK_FRAMES >> SLOWEST) % GROUP == 0, "a block begins with a new hash in every band");

// How much of a band is in the side channel.
static const float side[BANDS] = {0, 0.9f, 0.9f, 0.9f, 0.85f, 0.75f, 0.55f, 0.35f, 0.2f};

// RMS of a band is 1 in the middle channel: a difference of uniform 16-bit numbers, and what splines leave of it.
#define TO_RMS_1 (2.49f / 32768.0f)

// Differences of random numbers at the block's knots -LEFT to count + RIGHT - 1.
VECTOR static void band_knots(uint64_t seed, int band, int64_t block, float *knots)
{
	const int count = BLOCK_FRAMES >> band;
	const int64_t first_group = block * (count / GROUP) - 1;
	float number[HALF_FRAMES + 2 * GROUP];
	for (int group = 0; group < count / GROUP + 2; group++) {
		uint64_t hash =
			hash64(seed + (uint64_t)band * UINT64_C(0xd1342543de82ef95), (uint64_t)(first_group + group));
		for (int k = 0; k < GROUP; k++)
			number[group * GROUP + k] = (float)(int16_t)(hash >> 16 * k);
	}
	for (int j = 0; j < count + LEFT + RIGHT; j++)
		knots[j] = number[j + GROUP - LEFT] - number[j + GROUP - LEFT - 1];
}

VECTOR static void add_band(uint64_t seed, int band, int64_t block, double gains[EDGES][BANDS], float share, float *sum)
{
	const int count = BLOCK_FRAMES >> band;
	if (gains[0][band] == 0.0 && gains[1][band] == 0.0 && gains[2][band] == 0.0 && gains[3][band] == 0.0)
		return;
	float knots[HALF_FRAMES + LEFT + RIGHT], edge[EDGES];
	for (int e = 0; e < EDGES; e++)
		edge[e] = (float)gains[e][band] * share * TO_RMS_1;
	band_knots(seed, band, block, knots);
	const float to_block = 1.0f / (float)count;
	const float *inner = knots + LEFT;
	float slope = (edge[2] - edge[1]) * to_block;
	for (int j = 0; j < count; j++)
		sum[LEFT + j] += inner[j] * (edge[1] + slope * (float)j);
	sum[0] += knots[0] * (edge[1] - (edge[1] - edge[0]) * to_block);
	sum[LEFT + count] += inner[count] * edge[2];
	sum[LEFT + count + 1] += inner[count + 1] * (edge[2] + (edge[3] - edge[2]) * to_block);
}

// Twice as dense: knots -1 to count + 1 of the finer band from those of the coarser one.
VECTOR static void subdivide(const float *coarse, int count, float *fine)
{
	const float *c = coarse + LEFT;
	float *f = fine + LEFT;
	f[-1] = 0.5f * (c[-1] + c[0]);
	for (int i = 0; i < count / 2; i++) {
		f[2 * i] = 0.125f * (c[i - 1] + 6.0f * c[i] + c[i + 1]);
		f[2 * i + 1] = 0.5f * (c[i] + c[i + 1]);
	}
	const float *last = c + count / 2;
	f[count] = 0.125f * (last[-1] + 6.0f * last[0] + last[1]);
	f[count + 1] = 0.5f * (last[0] + last[1]);
}

// One channel of noise at the density of the fastest band: knots -1 to HALF_FRAMES + 1.
static void make_channel(uint64_t seed, int64_t block, double gains[EDGES][BANDS], bool sideways, float *sum)
{
	float other[HALF_FRAMES + LEFT + RIGHT];
	float *coarse = other, *fine = sum;
	if ((SLOWEST - FASTEST) % 2 == 0) {
		coarse = sum;
		fine = other;
	}
	for (int j = 0; j < (BLOCK_FRAMES >> SLOWEST) + LEFT + RIGHT; j++)
		coarse[j] = 0.0f;
	for (int band = SLOWEST;; band--) {
		add_band(seed, band, block, gains, sideways ? side[band] : 1.0f, coarse);
		if (band == FASTEST)
			break;
		subdivide(coarse, BLOCK_FRAMES >> (band - 1), fine);
		float *swap = coarse;
		coarse = fine;
		fine = swap;
	}
}

VECTOR void texture_add_noise(uint64_t seed, int64_t block, double gains[EDGES][BANDS], float *out)
{
	float middle[HALF_FRAMES + LEFT + RIGHT], sideways[HALF_FRAMES + LEFT + RIGHT];
	make_channel(hash64(seed, 1), block, gains, false, middle);
	make_channel(hash64(seed, 2), block, gains, true, sideways);
	const float *m = middle + LEFT, *s = sideways + LEFT;
	float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
	for (int i = 0; i < HALF_FRAMES; i++) {
		float m0 = 0.125f * (m[i - 1] + 6.0f * m[i] + m[i + 1]), m1 = 0.5f * (m[i] + m[i + 1]);
		float s0 = 0.125f * (s[i - 1] + 6.0f * s[i] + s[i + 1]), s1 = 0.5f * (s[i] + s[i + 1]);
		left[2 * i] = m0 + s0;
		left[2 * i + 1] = m1 + s1;
		right[2 * i] = m0 - s0;
		right[2 * i + 1] = m1 - s1;
	}
	sides_add_two(left, right, 1.0f, out, BLOCK_FRAMES);
}

// Soft noise by place.
//
// Knot k of a band holds the difference of two neighbouring random numbers, k and k - 1, four of which are the parts of
// one hash: noise without rumble. A cubic B-spline goes past the knots (Unser 1999, "Splines: a perfect fit for signal
// processing"). Its spectrum is 2 sin(pi x) sinc(x)^4 with x = f / knot rate: a soft hump from x = 0.11 to 0.42, 9 dB
// down at a half, 38 dB at three quarters. Any frame needs five numbers and nothing that came before.
#include "sound/noise.h"

#include "base/hash.h"
#include "base/vector.h"

enum {
	MOST_SPANS = NOISE_STEP_FRAMES >> NOISE_1500_HZ,
	GROUP = 4, // numbers to a hash
	MOST_GROUPS = MOST_SPANS / GROUP + 3,
};

// The differences of uniform numbers of 16 bits, as parts of 1, have a mean square of 2/3; the spline leaves 0.24 of it.
#define TO_RMS_1 (2.5298f / 32768.0f)

static inline void draw_spline(const float *knot, int spans, int knot_frames, float *out)
{
	const float to_unit = 1.0f / (float)knot_frames;
	for (int span = 0; span < spans; span++) {
		const float *c = knot + span;
		float a0 = (c[0] + 4.0f * c[1] + c[2]) * (1.0f / 6.0f), a1 = (c[2] - c[0]) * 0.5f;
		float a2 = (c[0] - 2.0f * c[1] + c[2]) * 0.5f;
		float a3 = (c[3] - c[0] + 3.0f * (c[1] - c[2])) * (1.0f / 6.0f);
		for (int i = 0; i < knot_frames; i++) {
			float t = (float)i * to_unit;
			out[span * knot_frames + i] = a0 + t * (a1 + t * (a2 + t * a3));
		}
	}
}

VECTOR void noise_step(uint64_t seed, enum noise_band band, int64_t step, float out[NOISE_STEP_FRAMES])
{
	const int spans = NOISE_STEP_FRAMES >> band;
	const int64_t first = step * spans;
	const uint64_t stream = seed ^ ((uint64_t)band << 60); // bands of one seed are strangers
	const int64_t group = (first - 2) >> 2;                // rounded down
	float number[MOST_GROUPS * GROUP], knot[MOST_SPANS + 3];
	for (int g = 0; g < spans / GROUP + 3; g++) {
		uint64_t hash = hash64(stream, (uint64_t)(group + g));
		for (int k = 0; k < GROUP; k++)
			number[g * GROUP + k] = (float)(int16_t)(hash >> 16 * k);
	}
	const float *at = number + (first - 2 - group * GROUP);
	for (int k = 0; k < spans + 3; k++)
		knot[k] = TO_RMS_1 * (at[k + 1] - at[k]);
	switch (band) { // whose lengths compilers then know
	case NOISE_1500_HZ:
		draw_spline(knot, NOISE_STEP_FRAMES >> NOISE_1500_HZ, 1 << NOISE_1500_HZ, out);
		break;
	case NOISE_750_HZ:
		draw_spline(knot, NOISE_STEP_FRAMES >> NOISE_750_HZ, 1 << NOISE_750_HZ, out);
		break;
	case NOISE_375_HZ:
		draw_spline(knot, NOISE_STEP_FRAMES >> NOISE_375_HZ, 1 << NOISE_375_HZ, out);
		break;
	}
}

// A Gaussian, since nothing else falls so smoothly in time and in frequency at once: no echo, no ringing, and consonants
// lose their edge but keep their place. It is symmetric, so every frequency stays where it is, and each frame depends on
// DARK_REACH_FRAMES around it and no more. All weights are above 0 and add up to 1.
#include "sound/dark.h"

enum { CHUNK_SAMPLES = 64 };

// exp(-(k / 4.5)^2 / 2) over the sum of all, for k frames from the middle.
static const float weights[DARK_REACH_FRAMES + 1] = {
	0.0886542831f,   0.0864920921f,   0.080316808f,    0.0709888004f,   0.0597209344f,   0.0478207859f,
	0.0364468654f,   0.02643973f,     0.0182560664f,   0.0119980525f,   0.00750529329f,  0.00446866643f,
	0.00253245399f,  0.0013660247f,   0.000701340464f, 0.000342730379f, 0.000159415176f, 7.0576495e-05f,
	2.97401988e-05f, 1.19283674e-05f, 4.55377435e-06f,
};

static void filter_chunk(const float *middle, float *out, int count)
{
	float sum[CHUNK_SAMPLES];
	for (int i = 0; i < count; i++)
		sum[i] = weights[0] * middle[i];
	for (int k = 1; k <= DARK_REACH_FRAMES; k++) {
		const float *before = middle - k * ENGINE_CHANNELS, *after = middle + k * ENGINE_CHANNELS;
		for (int i = 0; i < count; i++)
			sum[i] += weights[k] * (before[i] + after[i]);
	}
	for (int i = 0; i < count; i++)
		out[i] = sum[i];
}

void dark_filter(const float *in, float *out, int n_frames)
{
	const float *middle = in + DARK_REACH_FRAMES * ENGINE_CHANNELS;
	int samples = n_frames * ENGINE_CHANNELS, at = 0;
	for (; at + CHUNK_SAMPLES <= samples; at += CHUNK_SAMPLES)
		filter_chunk(middle + at, out + at, CHUNK_SAMPLES);
	if (at < samples)
		filter_chunk(middle + at, out + at, samples - at);
}

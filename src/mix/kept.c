// A loop is heard many times, and decoding it each time would be the dearest part of the mix; as floats a minute takes
// 23 MB. So every 32 frames share a power of two that their highest sample just fits under, and each sample is a whole
// number of 16 bits below it: half the memory, what is lost lies 96 dB below the sound of the moment, and recordings of
// 16 bits at 48 kHz lose nothing.
#include "mix/kept.h"

#include "base/frames.h"
#include "base/memory.h"
#include "base/peak.h"
#include "base/vector.h"

#include <math.h>
#include <stdlib.h>

enum {
	GROUP_FRAMES = 32,
	GROUP_SAMPLES = GROUP_FRAMES * ENGINE_CHANNELS,
	LEAST_EXPONENT = -64, // far below anything to be heard, and its scale is still a float
};

// Adding and taking away 1.5 * 2^23 rounds a float to a whole number.
static const float ROUNDER = 12582912.0f;

struct kept {
	int16_t *samples;
	float *scales; // of each group
};

struct kept *kept_create(int64_t frames)
{
	struct kept *kept = memory_alloc(sizeof(*kept));
	size_t groups = (size_t)((frames + GROUP_FRAMES - 1) / GROUP_FRAMES);
	kept->samples = memory_alloc(groups * GROUP_SAMPLES * sizeof(int16_t));
	kept->scales = memory_alloc(groups * sizeof(float));
	return kept;
}

void kept_destroy(struct kept *kept)
{
	if (!kept)
		return;
	free(kept->samples);
	free(kept->scales);
	free(kept);
}

VECTOR static void write_group(struct kept *kept, int64_t group, const float *in, int64_t n_samples)
{
	int exponent;
	frexpf(peak_of(in, n_samples), &exponent);
	exponent = exponent > LEAST_EXPONENT ? exponent : LEAST_EXPONENT;
	float scale = ldexpf(1.0f, 15 - exponent);
	int16_t *to = kept->samples + group * GROUP_SAMPLES;
	kept->scales[group] = ldexpf(1.0f, exponent - 15);
	for (int64_t i = 0; i < n_samples; i++) {
		float whole = (in[i] * scale + ROUNDER) - ROUNDER;
		to[i] = (int16_t)(whole < INT16_MAX ? whole : INT16_MAX);
	}
}

void kept_write(struct kept *kept, int64_t at_frames, const float *in, int64_t n_frames)
{
	int64_t left = n_frames * ENGINE_CHANNELS;
	for (int64_t group = at_frames / GROUP_FRAMES; left > 0; group++) {
		int64_t n = left < GROUP_SAMPLES ? left : GROUP_SAMPLES;
		write_group(kept, group, in, n);
		in += n;
		left -= n;
	}
}

VECTOR void kept_read(const struct kept *kept, int64_t at_frames, float *out, int64_t n_frames)
{
	int64_t at = at_frames * ENGINE_CHANNELS, end = at + n_frames * ENGINE_CHANNELS;
	while (at < end) {
		int64_t group = at / GROUP_SAMPLES, next = (group + 1) * GROUP_SAMPLES;
		int64_t n = (next < end ? next : end) - at;
		float scale = kept->scales[group];
		const int16_t *from = kept->samples + at;
		for (int64_t i = 0; i < n; i++)
			out[i] = (float)from[i] * scale;
		at += n;
		out += n;
	}
}

// A loop is heard many times, and decoding it each time would be the dearest part of the mix; as floats a minute takes
// 23 MB. So every 32 frames share a power of two that their highest sample just fits under, and each sample is a whole
// number of 12 bits below it, its upper 8 and its lower 4 apart, so that compilers make vectors of both: 9 MB. What is lost
// lies 66 dB or more below the sound of the moment, and a bed is soft: under the dither of 16 bits.
#include "mix/kept.h"

#include "base/frames.h"
#include "base/memory.h"
#include "base/vector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	GROUP_FRAMES = 32,
	GROUP_SAMPLES = GROUP_FRAMES * ENGINE_CHANNELS,
	HALF = GROUP_SAMPLES / 2,
	BITS = 12,
	MOST = (1 << (BITS - 1)) - 1,
	LEAST_EXPONENT = -64, // far below anything to be heard, and its scale is still a float
};

// Adding and taking away 1.5 * 2^23 rounds a float to a whole number.
static const float ROUNDER = 12582912.0f;

struct group {
	int8_t upper[GROUP_SAMPLES];
	uint8_t lower[HALF]; // bits 0 to 3 of sample i, 4 to 7 of sample i + HALF
};

struct kept {
	struct group *groups;
	float *scales; // of each group
};

struct kept *kept_create(int64_t frames)
{
	struct kept *kept = memory_alloc(sizeof(*kept));
	size_t groups = (size_t)((frames + GROUP_FRAMES - 1) / GROUP_FRAMES);
	kept->groups = memory_alloc(groups * sizeof(kept->groups[0]));
	kept->scales = memory_alloc(groups * sizeof(float));
	return kept;
}

void kept_destroy(struct kept *kept)
{
	if (!kept)
		return;
	free(kept->groups);
	free(kept->scales);
	free(kept);
}

static void write_group(struct kept *kept, int64_t group, const float *in, int64_t n_samples)
{
	float peak = 0.0f;
	for (int64_t i = 0; i < n_samples; i++) {
		float size = fabsf(in[i]);
		peak = size > peak ? size : peak;
	}
	int exponent;
	frexpf(peak, &exponent);
	exponent = exponent > LEAST_EXPONENT ? exponent : LEAST_EXPONENT;
	float scale = ldexpf(1.0f, BITS - 1 - exponent);
	struct group *to = &kept->groups[group];
	kept->scales[group] = ldexpf(1.0f, exponent - (BITS - 1));
	int samples[GROUP_SAMPLES] = {0};
	for (int64_t i = 0; i < n_samples; i++) {
		float whole = (in[i] * scale + ROUNDER) - ROUNDER;
		samples[i] = (int)(whole < (float)MOST ? whole : (float)MOST);
	}
	for (int i = 0; i < GROUP_SAMPLES; i++)
		to->upper[i] = (int8_t)((samples[i] - (samples[i] & 15)) / 16);
	for (int i = 0; i < HALF; i++)
		to->lower[i] = (uint8_t)((samples[i] & 15) | (samples[HALF + i] & 15) << 4);
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

VECTOR static void read_group(const struct group *group, float scale, float *out)
{
	for (int i = 0; i < HALF; i++)
		out[i] = (float)(group->upper[i] * 16 + (group->lower[i] & 15)) * scale;
	for (int i = 0; i < HALF; i++)
		out[HALF + i] = (float)(group->upper[HALF + i] * 16 + (group->lower[i] >> 4)) * scale;
}

void kept_read(const struct kept *kept, int64_t at_frames, float *out, int64_t n_frames)
{
	int64_t at = at_frames * ENGINE_CHANNELS, end = at + n_frames * ENGINE_CHANNELS;
	while (at < end) {
		int64_t group = at / GROUP_SAMPLES, within = at % GROUP_SAMPLES, n = GROUP_SAMPLES - within;
		float whole[GROUP_SAMPLES];
		n = n < end - at ? n : end - at;
		read_group(&kept->groups[group], kept->scales[group], n == GROUP_SAMPLES ? out : whole);
		if (n < GROUP_SAMPLES)
			memcpy(out, whole + within, (size_t)n * sizeof *out);
		at += n;
		out += n;
	}
}

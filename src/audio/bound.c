// The filter of ITU-R BS.1770 takes away below 100 Hz and adds up to 4 dB above 1.5 kHz. Taking nothing away, and adding
// the power of the sound's slope, 7e-9 s^2 of it, is never less at any frequency (at 8 kHz 0.2 dB less at 1.8 kHz), and
// next to the same where voices are: of 912 recordings it is within 0.5 dB of the measure for 9 in 10, and up to 2.4 dB
// above it for a word of hiss ("six"). It takes two products a sample and remembers nothing, so that vectors can be made of
// it; the filter's four poles cannot.
//
// Blocks and gates are those of EBU R 128: 0.4 s at steps of 0.1 s, those below -70 LUFS left out, then those 10 LU below
// the mean of the rest. The last blocks go on with the beginning, as a short line is measured repeated.
#include "audio/bound.h"

#include "audio/audio.h"
#include "base/memory.h"
#include "base/power.h"
#include "base/vector.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define SLOPE_SEC2 7e-9
#define BOTH_SIDES_DB (3.010 - 0.691) // the same on two channels, and the constant of BS.1770
#define LEAST_POWER 1e-12
#define SILENT_POWER 5.86e-8 // -70 LUFS
#define GATE 0.1             // -10 LU

enum { BLOCKS_A_SEC = 10, WINDOW_BLOCKS = 4, LANES = 64 };

void bound_init(struct bound *bound, int rate_hz)
{
	double rate = rate_hz;
	*bound = (struct bound){.weight = (float)(SLOPE_SEC2 * rate * rate), .block_frames = rate_hz / BLOCKS_A_SEC};
}

void bound_finish(struct bound *bound)
{
	free(bound->blocks);
	*bound = (struct bound){0};
}

// n is at least 1. Always so many sums, that every variant gives the same.
VECTOR static double energy_of(const float *in, float before, float weight, int64_t n)
{
	float step = in[0] - before, sums[LANES] = {in[0] * in[0] + weight * (step * step)};
	int64_t i = 1;
	for (; i + LANES <= n; i += LANES)
		for (int k = 0; k < LANES; k++) {
			step = in[i + k] - in[i + k - 1];
			sums[k] += in[i + k] * in[i + k] + weight * (step * step);
		}
	for (int k = 0; i < n; i++, k++) {
		step = in[i] - in[i - 1];
		sums[k] += in[i] * in[i] + weight * (step * step);
	}
	double sum = 0.0;
	for (int k = 0; k < LANES; k++)
		sum += (double)sums[k];
	return sum;
}

void bound_add(struct bound *bound, const float *samples, int64_t n_frames)
{
	while (n_frames > 0) {
		int64_t within = bound->frames % bound->block_frames, n = bound->block_frames - within;
		n = n < n_frames ? n : n_frames;
		if (within == 0) {
			bound->blocks =
				memory_grow(bound->blocks, bound->count, &bound->capacity, sizeof *bound->blocks);
			bound->blocks[bound->count++] = 0.0;
		}
		bound->blocks[bound->count - 1] += energy_of(samples, bound->last, bound->weight, n);
		bound->last = samples[n - 1];
		bound->frames += n;
		samples += n;
		n_frames -= n;
	}
}

static int64_t frames_of(const struct bound *bound, size_t block)
{
	bool last = block + 1 == bound->count;
	return last ? bound->frames - (int64_t)block * bound->block_frames : bound->block_frames;
}

// Of 0.4 s from a block on.
static double power_from(const struct bound *bound, size_t first)
{
	double energy = 0.0;
	int64_t frames = 0;
	for (size_t i = first; i < first + WINDOW_BLOCKS; i++) {
		energy += bound->blocks[i % bound->count];
		frames += frames_of(bound, i % bound->count);
	}
	return energy / (double)frames;
}

static double db_of_power(double power)
{
	return 10.0 * log10(fmax(power, LEAST_POWER));
}

double bound_lufs(const struct bound *bound)
{
	int64_t count = (int64_t)bound->count;
	double *powers = memory_alloc((bound->count + 1) * sizeof *powers), most = 0.0;
	for (int64_t i = 0; i < count; i++) {
		powers[i] = power_from(bound, (size_t)i);
		most = fmax(most, powers[i]);
	}
	double mean = power_mean_above(powers, count, GATE * power_mean_above(powers, count, SILENT_POWER));
	free(powers);
	return BOTH_SIDES_DB + fmax(db_of_power(mean), db_of_power(most) - AUDIO_MOMENT_LU);
}

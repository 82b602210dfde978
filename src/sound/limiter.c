// The ceiling.
//
// The block and its reach are cut into cells of CELL_FRAMES. Each cell's true peak (four points a frame, by a
// Hann-windowed sinc of 12 taps; ITU-R BS.1770-4 annex 2 asks for four points and leaves the filter open) says how much
// reduction it needs. At every cell's edge the deepest need of SPREAD cells to either side is taken, and those are
// averaged by a Hann window of the same width: so the gain is down in full wherever it is needed, arrives and leaves in
// a smooth curve of 10 ms, and straight lines join the edges. Both windows are wider than half a period of 48 Hz, so a
// steady low tone is turned down and not bent.
//
// Nothing is remembered: a gain depends on the reach and no more. No reduction is exactly 1, so the quick way out (all
// samples are so low that no curve through them can reach the ceiling) gives the same bits as the long way.
#include "sound/limiter.h"

#include "sound/turn.h"

#include <math.h>
#include <string.h>

enum {
	ALL_FRAMES = LIMITER_REACH_FRAMES + BLOCK_FRAMES + LIMITER_REACH_FRAMES,
	ALL_SAMPLES = ALL_FRAMES * ENGINE_CHANNELS,
	CELL_FRAMES = 8,
	CELLS = ALL_FRAMES / CELL_FRAMES,
	FIRST_CELL = LIMITER_REACH_FRAMES / CELL_FRAMES,
	BLOCK_CELLS = BLOCK_FRAMES / CELL_FRAMES,
	SPREAD = 31, // cells; twice this and one more must fit in the reach, with the taps
	TAPS = 12,
	TAPS_BEFORE = 5,
};

_Static_assert((2 * SPREAD + 1) * CELL_FRAMES + TAPS_BEFORE <= LIMITER_REACH_FRAMES, "the windows pass the reach");
_Static_assert(2 * SPREAD * CELL_FRAMES + CELL_FRAMES + TAPS - TAPS_BEFORE <= LIMITER_REACH_FRAMES, "and after");

// The ceiling is aimed at a little low: a gain that moves bends the curve between samples, and each meter's filter
// draws that curve a little differently.
#define MARGIN_GAIN 0.9886 // -0.1 dB
#define MOST_SAMPLE 1e6f   // 120 dB above full scale: beyond it, and what is not a number, counts as 0

// sin(pi m / 4) / (pi m / 4) times Hann's window of 49 points, for a quarter and a half of the way from tap 5 to tap 6.
// Three quarters is a quarter, mirrored.
static const float quarter[TAPS] = {
	-0.001631726f, 0.010359955f,  -0.030107748f, 0.069158470f,  -0.161458527f, 0.896465151f,
	0.288683356f,  -0.103456726f, 0.046265053f,  -0.018526006f, 0.004895983f,  -0.000167442f,
};
static const float half[TAPS] = {
	-0.000986013f, 0.010358979f,  -0.033703604f, 0.080138909f,  -0.181129655f, 0.625773626f,
	0.625773626f,  -0.181129655f, 0.080138909f,  -0.033703604f, 0.010358979f,  -0.000986013f,
};
#define TAPS_GAIN 1.87f // no curve between samples is higher than this times the highest of them

static float higher(float a, float b)
{
	return a > b ? a : b;
}

static uint32_t magnitude_bits(float x)
{
	uint32_t bits;
	memcpy(&bits, &x, sizeof bits);
	return bits & UINT32_C(0x7fffffff);
}

// Bits of floats without their sign sort like their values, with infinity and NaN above all.
static uint32_t highest_bits(const float *x, int count)
{
	uint32_t high = 0;
	for (int i = 0; i < count; i++) {
		uint32_t bits = magnitude_bits(x[i]);
		high = bits > high ? bits : high;
	}
	return high;
}

static void copy_sane(const float *in, float *out, int count)
{
	uint32_t most = magnitude_bits(MOST_SAMPLE);
	for (int i = 0; i < count; i++)
		out[i] = magnitude_bits(in[i]) > most ? 0.0f : in[i];
}

// The highest point of the curves through a cell, from its first frame to the one after it, of either channel.
static float cell_peak(const float *first)
{
	enum { SAMPLES = CELL_FRAMES * ENGINE_CHANNELS };
	float a[SAMPLES] = {0}, b[SAMPLES] = {0}, c[SAMPLES] = {0};
	for (int k = 0; k < TAPS; k++) {
		const float *x = first + (k - TAPS_BEFORE) * ENGINE_CHANNELS;
		for (int i = 0; i < SAMPLES; i++) {
			a[i] += quarter[k] * x[i];
			b[i] += half[k] * x[i];
			c[i] += quarter[TAPS - 1 - k] * x[i];
		}
	}
	float peak = 0.0f;
	for (int i = 0; i < SAMPLES; i++) {
		float one = higher(higher(fabsf(first[i]), fabsf(a[i])), higher(fabsf(b[i]), fabsf(c[i])));
		peak = higher(peak, one);
	}
	return peak;
}

// 0: leave it; near 1: nearly all must go.
static double cell_need(const float *all, int cell, double ceiling_gain)
{
	const float *first = all + cell * CELL_FRAMES * ENGINE_CHANNELS;
	const float *around = first - TAPS_BEFORE * ENGINE_CHANNELS;
	uint32_t high = highest_bits(around, (CELL_FRAMES + TAPS) * ENGINE_CHANNELS);
	if (high <= magnitude_bits((float)ceiling_gain / TAPS_GAIN))
		return 0.0;
	float peak = cell_peak(first);
	return (double)peak > ceiling_gain ? 1.0 - ceiling_gain / (double)peak : 0.0; // exactly 0 when all is well
}

// spread[e]: the deepest need of the cells around edge e, SPREAD to its left and right, and the two that it parts.
static void spread_needs(const double *need, double *spread)
{
	for (int edge = SPREAD + 2; edge + SPREAD < CELLS - 1; edge++) {
		double deepest = 0.0;
		for (int cell = edge - 1 - SPREAD; cell <= edge + SPREAD; cell++)
			deepest = need[cell] > deepest ? need[cell] : deepest;
		spread[edge] = deepest;
	}
}

static void hann_weights(double weight[2 * SPREAD + 1])
{
	for (int k = -SPREAD; k <= SPREAD; k++)
		weight[k + SPREAD] = (1.0 + turn_cos((double)k / (2.0 * (SPREAD + 1)))) / (2.0 * (SPREAD + 1));
}

static void apply(const float *block, const double *gain, float ceiling_gain, float *out)
{
	for (int cell = 0; cell < BLOCK_CELLS; cell++) {
		float from = (float)gain[cell], slope = (float)((gain[cell + 1] - gain[cell]) / CELL_FRAMES);
		for (int i = 0; i < CELL_FRAMES * ENGINE_CHANNELS; i++) {
			int at = cell * CELL_FRAMES * ENGINE_CHANNELS + i;
			float sample = block[at] * (from + slope * (float)(i / ENGINE_CHANNELS));
			sample = sample > ceiling_gain ? ceiling_gain : sample;
			out[at] = sample < -ceiling_gain ? -ceiling_gain : sample;
		}
	}
}

static void limit(const float *all, float ceiling_gain, float *out)
{
	double need[CELLS] = {0}, spread[CELLS] = {0}, weight[2 * SPREAD + 1], gain[BLOCK_CELLS + 1];
	for (int cell = 1; cell < CELLS - 1; cell++)
		need[cell] = cell_need(all, cell, (double)ceiling_gain * MARGIN_GAIN);
	spread_needs(need, spread);
	hann_weights(weight);
	for (int edge = 0; edge <= BLOCK_CELLS; edge++) {
		double reduction = 0.0;
		for (int k = -SPREAD; k <= SPREAD; k++)
			reduction += weight[k + SPREAD] * spread[FIRST_CELL + edge + k];
		gain[edge] = 1.0 - reduction;
	}
	apply(all + LIMITER_REACH_FRAMES * ENGINE_CHANNELS, gain, ceiling_gain, out);
}

void limiter_block(const float *in, float ceiling_gain, float *out)
{
	const float *block = in + LIMITER_REACH_FRAMES * ENGINE_CHANNELS;
	float quiet_gain = ceiling_gain * (float)MARGIN_GAIN / TAPS_GAIN;
	if (highest_bits(in, ALL_SAMPLES) <= magnitude_bits(quiet_gain)) {
		memcpy(out, block, BLOCK_FRAMES * ENGINE_CHANNELS * sizeof *out);
		return;
	}
	float all[ALL_SAMPLES];
	copy_sane(in, all, ALL_SAMPLES);
	limit(all, ceiling_gain, out);
}

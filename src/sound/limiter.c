// The ceiling.
//
// The block and its reach are cut into cells of CELL_FRAMES. Each cell's true peak (four points a frame, by a
// Hann-windowed sinc of 12 taps; ITU-R BS.1770-4 annex 2 asks for four points and leaves the filter open) says how much
// reduction it needs. At every cell's edge the deepest need of SPREAD cells to either side is taken, and those are
// averaged by a Hann window of the same width: so the gain is down in full wherever it is needed, arrives and leaves in
// a smooth curve of 10 ms, and straight lines join the edges. Both windows are wider than half a period of 48 Hz, so a
// steady low tone is turned down and not bent.
//
// Nothing is remembered: a gain depends on the reach and no more. No reduction is exactly 1, so the quick ways out give
// the same bits as the long way: samples so low that no curve through them can reach the ceiling, and cells without need.
#include "sound/limiter.h"

#include "base/peak.h"
#include "base/vector.h"
#include "sound/turn.h"

#include <math.h>
#include <string.h>

enum {
	ALL_FRAMES = LIMITER_REACH_FRAMES + BLOCK_FRAMES + LIMITER_REACH_FRAMES,
	ALL_SAMPLES = ALL_FRAMES * ENGINE_CHANNELS,
	CELL_FRAMES = 8,
	CELLS = ALL_FRAMES / CELL_FRAMES,
	FIRST_CELL = LIMITER_REACH_FRAMES / CELL_FRAMES,
	CELL_SAMPLES = CELL_FRAMES * ENGINE_CHANNELS,
	BLOCK_CELLS = BLOCK_FRAMES / CELL_FRAMES,
	BLOCK_SAMPLES = BLOCK_FRAMES * ENGINE_CHANNELS,
	SPREAD = 31,                     // cells; twice this and one more must fit in the reach, with the taps
	WINDOW_CELLS = 2 * (SPREAD + 1), // around an edge: the two that it parts, and SPREAD more to either side
	TAPS = 12,
	TAPS_BEFORE = 5,
};

_Static_assert((WINDOW_CELLS & (WINDOW_CELLS - 1)) == 0, "windows are widened by doubling");
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

static int32_t quiet_bits(float ceiling_gain)
{
	return peak_bits(ceiling_gain * (float)MARGIN_GAIN / TAPS_GAIN);
}

VECTOR static void copy_sane(const float *in, float *out, int count)
{
	int32_t most = peak_bits(MOST_SAMPLE);
	for (int i = 0; i < count; i++)
		out[i] = peak_bits(in[i]) > most ? 0.0f : in[i];
}

// The highest point of the curves through a cell, from its first frame to the one after it, of either channel.
VECTOR static float cell_peak(const float *first)
{
	float a[CELL_SAMPLES] = {0}, b[CELL_SAMPLES] = {0}, c[CELL_SAMPLES] = {0};
	for (int k = 0; k < TAPS; k++) {
		const float *x = first + (k - TAPS_BEFORE) * ENGINE_CHANNELS;
		for (int i = 0; i < CELL_SAMPLES; i++) {
			a[i] += quarter[k] * x[i];
			b[i] += half[k] * x[i];
			c[i] += quarter[TAPS - 1 - k] * x[i];
		}
	}
	float peak = 0.0f;
	for (int i = 0; i < CELL_SAMPLES; i++) {
		float one = higher(higher(fabsf(first[i]), fabsf(a[i])), higher(fabsf(b[i]), fabsf(c[i])));
		peak = higher(peak, one);
	}
	return peak;
}

// How much of each cell must go; 0: leave it, near 1: nearly all. Returns whether any needs it.
VECTOR static bool find_needs(const float *all, float ceiling_gain, float need[CELLS])
{
	int32_t high[CELLS], quiet = quiet_bits(ceiling_gain);
	float aim = ceiling_gain * (float)MARGIN_GAIN;
	bool any = false;
	for (int cell = 0; cell < CELLS; cell++) {
		high[cell] = peak_bits_of(all + cell * CELL_SAMPLES, CELL_SAMPLES);
		need[cell] = 0.0f;
	}
	for (int cell = 1; cell < CELLS - 1; cell++) { // the taps reach into the next cells
		if (high[cell - 1] <= quiet && high[cell] <= quiet && high[cell + 1] <= quiet)
			continue;
		float peak = cell_peak(all + cell * CELL_SAMPLES);
		if (peak > aim) {
			need[cell] = 1.0f - aim / peak;
			any = true;
		}
	}
	return any;
}

// need[i] becomes the deepest need of the cells [i, i + WINDOW_CELLS), as far as there are so many.
static void deepen_needs(float need[CELLS])
{
	for (int width = 1; width < WINDOW_CELLS; width *= 2)
		for (int i = 0; i < CELLS - width; i++)
			need[i] = higher(need[i], need[i + width]);
}

// The gain at the block's cells' edges.
VECTOR static void smooth_gain(const float *deepest, float gain[BLOCK_CELLS + 1])
{
	float reduction[BLOCK_CELLS + 1] = {0};
	for (int k = -SPREAD; k <= SPREAD; k++) {
		float weight = (float)((1.0 + turn_cos((double)k / (2.0 * (SPREAD + 1)))) / (2.0 * (SPREAD + 1)));
		const float *at = deepest + FIRST_CELL - SPREAD - 1 + k;
		for (int edge = 0; edge <= BLOCK_CELLS; edge++)
			reduction[edge] += weight * at[edge];
	}
	for (int edge = 0; edge <= BLOCK_CELLS; edge++)
		gain[edge] = 1.0f - reduction[edge];
}

VECTOR static void apply(const float *block, const float *gain, float ceiling_gain, float *out)
{
	for (int cell = 0; cell < BLOCK_CELLS; cell++) {
		float from = gain[cell], slope = (gain[cell + 1] - from) / CELL_FRAMES;
		for (int i = 0; i < CELL_SAMPLES; i++) {
			int at = cell * CELL_SAMPLES + i;
			float sample = block[at] * (from + slope * (float)(i / ENGINE_CHANNELS));
			sample = sample > ceiling_gain ? ceiling_gain : sample;
			out[at] = sample < -ceiling_gain ? -ceiling_gain : sample;
		}
	}
}

VECTOR bool limiter_is_idle(const float *samples, int count, float ceiling_gain)
{
	return peak_bits_of(samples, count) <= quiet_bits(ceiling_gain);
}

void limiter_block(const float *in, float ceiling_gain, float *out)
{
	float all[ALL_SAMPLES], need[CELLS] = {0}, gain[BLOCK_CELLS + 1];
	copy_sane(in, all, ALL_SAMPLES);
	const float *block = all + LIMITER_REACH_FRAMES * ENGINE_CHANNELS;
	if (!find_needs(all, ceiling_gain, need)) {
		memcpy(out, block, BLOCK_SAMPLES * sizeof *out);
		return;
	}
	deepen_needs(need);
	smooth_gain(need, gain);
	apply(block, gain, ceiling_gain, out);
}

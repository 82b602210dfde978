// The ceiling.
//
// The block and its reach are cut into cells of CELL_FRAMES. Each cell's true peak says how much reduction it needs. At
// every cell's edge the deepest need of SPREAD cells to either side is taken, and those are averaged by a Hann window of
// the same width: so the gain is down in full wherever it is needed, arrives and leaves in a smooth curve of 10 ms, and
// straight lines join the edges. Both windows are wider than half a period of 48 Hz, so a steady low tone is turned down
// and not bent.
//
// A true peak is the highest of eight points a frame. ITU-R BS.1770-4 annex 2 asks for four and leaves the filter open, and
// a short one is blind near 24 kHz, where noise has 2 dB more between its samples than 12 taps find. So the points half-way
// between samples come by 96 taps; in those twice as many samples there is nothing high, and 12 taps find the rest.
//
// That is dear and seldom asked for. A curve rises above its samples only where they bend: a sample's bend is how far it
// lies from the middle of its neighbours, and the curve is nowhere higher than the samples beside it and CURVE_BENDS of
// the most bend around. Only cells where that is over the ceiling are looked into. The bends also tell how much meters can
// disagree: one that cuts off at 22 kHz takes away what may have kept the rest down.
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
	SPREAD = 31,                     // cells
	WINDOW_CELLS = 2 * (SPREAD + 1), // around an edge: the two that it parts, and SPREAD more to either side
	FIRST_NEED = FIRST_CELL - 2 * SPREAD - 1,
	LAST_NEED = FIRST_CELL + BLOCK_CELLS + 2 * SPREAD + 1, // half-open: what the block's gain depends on
	LONG_TAPS = 48,                                        // to either side
	TAPS = 12,
	TAPS_BEFORE = 5,
	MIDDLES_BEFORE = (TAPS_BEFORE + 1) / 2, // frames, whose middles the taps reach before a cell, and behind it
	MIDDLES_AFTER = (TAPS - TAPS_BEFORE) / 2,
	BENDS_CELLS = 7, // to either side, as far as all taps reach
};

_Static_assert((WINDOW_CELLS & (WINDOW_CELLS - 1)) == 0, "windows are widened by doubling");
_Static_assert(MIDDLES_BEFORE + LONG_TAPS <= BENDS_CELLS * CELL_FRAMES, "the taps pass the bends");
_Static_assert(MIDDLES_AFTER + LONG_TAPS <= BENDS_CELLS * CELL_FRAMES, "and after");
_Static_assert(FIRST_NEED > BENDS_CELLS && LAST_NEED + BENDS_CELLS < CELLS, "the windows pass the reach");

// The ceiling is aimed at a little low: a gain that moves bends the curve between samples, and the filter that annex 2
// prints reads 0.2 dB too much here and there.
#define MARGIN_GAIN 0.9829 // -0.15 dB
#define MOST_SAMPLE 1e6f   // 120 dB above full scale: beyond it, and what is not a number, counts as 0

// The taps' magnitudes added up, after they were summed twice so as to meet bends instead of samples; and as they are: no
// curve is higher than CURVE_GAIN times the highest sample.
#define CURVE_BENDS 1.27f
#define CURVE_GAIN 3.14f
#define METER_BENDS 0.15f // how much more is found by a meter that cuts off lower (sox's rate -v: at 22.8 kHz)

// sin(pi t) / (pi t) times Kaiser's window (beta 7, 48 to either side), at t = 1/2, 3/2, ...: half-way between samples.
static const float middle[LONG_TAPS] = {
	0.636420629f,  -0.211544373f, 0.126214205f,  -0.089394296f, 0.068748723f,  -0.055459701f, 0.046136666f,
	-0.039198088f, 0.033807285f,  -0.029480358f, 0.025918149f,  -0.022925879f, 0.020371352f,  -0.018161731f,
	0.016229930f,  -0.014526266f, 0.013013150f,  -0.011661594f, 0.010448861f,  -0.009356825f, 0.008370825f,
	-0.007478833f, 0.006670846f,  -0.005938437f, 0.005274419f,  -0.004672582f, 0.004127505f,  -0.003634396f,
	0.003188980f,  -0.002787401f, 0.002426158f,  -0.002102041f, 0.001812091f,  -0.001553560f, 0.001323893f,
	-0.001120694f, 0.000941720f,  -0.000784861f, 0.000648135f,  -0.000529675f, 0.000427726f,  -0.000340641f,
	0.000266872f,  -0.000204974f, 0.000153597f,  -0.000111486f, 0.000077478f,  -0.000050500f,
};

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
static float higher(float a, float b)
{
	return a > b ? a : b;
}

VECTOR static void copy_sane(const float *in, float *out, int count)
{
	int32_t most = peak_bits(MOST_SAMPLE);
	for (int i = 0; i < count; i++)
		out[i] = peak_bits(in[i]) > most ? 0.0f : in[i];
}

// The highest point of the curves through a cell's worth of frames, from the first to the one after the last, of either
// channel, where there is nothing high.
static inline float short_peak(const float *first)
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
	return higher(higher(peak_of(first, CELL_SAMPLES), peak_of(a, CELL_SAMPLES)),
	              higher(peak_of(b, CELL_SAMPLES), peak_of(c, CELL_SAMPLES)));
}

// The same of any curves: with the middles between the frames there are twice as many, and nothing high among them.
VECTOR static float cell_peak(const float *first)
{
	enum { FRAMES = MIDDLES_BEFORE + CELL_FRAMES + MIDDLES_AFTER + 2, SAMPLES = FRAMES * ENGINE_CHANNELS };
	float between[SAMPLES] = {0}, twice[2 * SAMPLES];
	const float *from = first - MIDDLES_BEFORE * ENGINE_CHANNELS;
	for (int k = 0; k < LONG_TAPS; k++) {
		const float *before = from - k * ENGINE_CHANNELS, *after = from + (k + 1) * ENGINE_CHANNELS;
		for (int i = 0; i < SAMPLES; i++)
			between[i] += middle[k] * (before[i] + after[i]);
	}
	for (int i = 0; i < FRAMES; i++) {
		for (int channel = 0; channel < ENGINE_CHANNELS; channel++) {
			twice[4 * i + channel] = from[2 * i + channel];
			twice[4 * i + 2 + channel] = between[2 * i + channel];
		}
	}
	const float *cell = twice + 2 * MIDDLES_BEFORE * ENGINE_CHANNELS;
	return higher(short_peak(cell), short_peak(cell + CELL_SAMPLES));
}

static float bend_at(const float *x)
{
	return x[0] - 0.5f * (x[-ENGINE_CHANNELS] + x[ENGINE_CHANNELS]);
}

// Whether no curve through samples so high, with so much bend around, comes over what is aimed at.
static bool is_low(float high, float bend, float aim)
{
	return high + (CURVE_BENDS + METER_BENDS) * bend <= aim;
}

// The same of all at once; false as well where something is not sane.
VECTOR static bool all_is_low(const float *in, float aim)
{
	int32_t high = peak_bits_of(in, ALL_SAMPLES), bend = 0;
	if (high > peak_bits(aim))
		return false;
	for (int i = ENGINE_CHANNELS; i < ALL_SAMPLES - ENGINE_CHANNELS; i++) {
		int32_t bits = peak_bits(bend_at(in + i));
		bend = bits > bend ? bits : bend;
	}
	return is_low(peak_of_bits(high), peak_of_bits(bend), aim);
}

// The highest sample of each cell and the most bend, but for the first cell and the last, whose neighbours are not there.
VECTOR static void look_at_cells(const float *all, float high[CELLS], float bend[CELLS])
{
	float bends[CELL_SAMPLES];
	for (int cell = 1; cell < CELLS - 1; cell++) {
		const float *x = all + cell * CELL_SAMPLES;
		for (int i = 0; i < CELL_SAMPLES; i++)
			bends[i] = bend_at(x + i);
		high[cell] = peak_of(x, CELL_SAMPLES);
		bend[cell] = peak_of(bends, CELL_SAMPLES);
	}
}

// The most bend from BENDS_CELLS before each cell to as many behind it.
VECTOR static void gather_bends(const float bend[CELLS], float around[CELLS])
{
	memset(around, 0, CELLS * sizeof *around);
	for (int k = -BENDS_CELLS; k <= BENDS_CELLS; k++)
		for (int cell = FIRST_NEED; cell < LAST_NEED; cell++)
			around[cell] = higher(around[cell], bend[cell + k]);
}

// How much of each cell must go; 0: leave it, near 1: nearly all. Returns whether any needs it.
static bool find_needs(const float *all, float aim, float need[CELLS])
{
	float high[CELLS] = {0}, bend[CELLS] = {0}, around[CELLS];
	bool any = false;
	look_at_cells(all, high, bend);
	gather_bends(bend, around);
	for (int cell = FIRST_NEED; cell < LAST_NEED; cell++) {
		if (is_low(higher(high[cell], high[cell + 1]), around[cell], aim))
			continue;
		float peak = cell_peak(all + cell * CELL_SAMPLES) + METER_BENDS * around[cell];
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
	float quiet = ceiling_gain * (float)MARGIN_GAIN / (CURVE_GAIN + 2.0f * METER_BENDS); // no bend is over 2 peaks
	return peak_bits_of(samples, count) <= peak_bits(quiet);
}

void limiter_block(const float *in, float ceiling_gain, float *out)
{
	float all[ALL_SAMPLES], need[CELLS] = {0}, gain[BLOCK_CELLS + 1], aim = ceiling_gain * (float)MARGIN_GAIN;
	const float *block = all + LIMITER_REACH_FRAMES * ENGINE_CHANNELS;
	if (all_is_low(in, aim)) {
		memcpy(out, in + LIMITER_REACH_FRAMES * ENGINE_CHANNELS, BLOCK_SAMPLES * sizeof *out);
		return;
	}
	copy_sane(in, all, ALL_SAMPLES);
	if (!find_needs(all, aim, need)) {
		memcpy(out, block, BLOCK_SAMPLES * sizeof *out);
		return;
	}
	deepen_needs(need);
	smooth_gain(need, gain);
	apply(block, gain, ceiling_gain, out);
}

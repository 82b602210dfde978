// The ceiling: nothing passes it, what is below it is untouched, and the gain moves slowly.
#include "sound/limiter.h"

#include "base/decibel.h"
#include "base/hash.h"
#include "sound/rules.h"
#include "measure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <float.h>

enum { BLOCKS = 48, FRAMES = BLOCKS * BLOCK_FRAMES, ALL = FRAMES + 2 * LIMITER_REACH_FRAMES };
enum { LIMITED = BLOCK_FRAMES + 2 * LIMITER_REACH_FRAMES };

// Limits FRAMES frames; `in` has the reach more at both ends.
static void limit_all(const float *in, double ceiling_db, float *out)
{
	for (int i = 0; i < FRAMES; i += BLOCK_FRAMES)
		limiter_block(in + i * ENGINE_CHANNELS, (float)gain_from_db(ceiling_db), out + i * ENGINE_CHANNELS);
}

static void check_peak(double peak_db, double ceiling_db, const char *meter, const char *what)
{
	if (peak_db > ceiling_db + 0.001)
		print_error("%s: %.3f dBTP by %s over a ceiling of %.1f\n", what, peak_db, meter, ceiling_db);
	assert_true(peak_db <= ceiling_db + 0.001);
}

static void check_ceiling(const float *in, double ceiling_db, const char *what)
{
	float *out = measure_buffer(FRAMES);
	limit_all(in, ceiling_db, out);
	check_peak(measure_true_peak_db(out, FRAMES), ceiling_db, "libebur128", what);
	for (int i = 0; i < FRAMES * ENGINE_CHANNELS; i++)
		assert_true(fabsf(out[i]) <= (float)gain_from_db(ceiling_db));
	free(out);
}

// Signals at their worst: frame i, of kind, about full scale.
enum worst {
	SQUARE,
	NYQUIST,
	ODD_PHASE,
	IMPULSES,
	NOISE,
	SIGNS,
	BURSTS,
	LONG_SIGNS,
	HIGH_NOISE,
	LOW_NOISE,
	HIGH_SWEEP,
	TURNS,
	PLOT,
	WORSTS
};
static const char *const worst_names[] = {"square", "near Nyquist", "odd phase",  "impulses",   "noise",
                                          "signs",  "bursts",       "long signs", "high noise", "low noise",
                                          "sweep",  "turns",        "plot"};

// From hash to hash in straight lines, 8 frames each.
static double slow_noise(int i, int channel)
{
	uint64_t seed = 20 + (uint64_t)channel, at = (uint64_t)i / 8;
	double way = (i % 8) / 8.0;
	return (1.0 - way) * hash_signed(seed, at) + way * hash_signed(seed, at + 1);
}

// Signs that all add up in the curve half-way between two samples, however far it looks.
static double plot(int i)
{
	int place = i % 3000 - 1500;
	return abs(place) > 200 ? 0.0 : (place > 0) == (abs(place) % 2 == 1) ? 1.0 : -1.0;
}

static double worst(enum worst kind, int i, int channel)
{
	double t = i;
	uint64_t at = (uint64_t)i;
	switch (kind) {
	case SQUARE:
		return (i / (channel ? 109 : 54)) % 2 ? 1.0 : -1.0;
	case NYQUIST:
		return sin(MEASURE_PI * 0.97 * t + 0.4 + channel);
	case ODD_PHASE:
		return sin(MEASURE_PI * 0.5 * t + MEASURE_PI / 4);
	case IMPULSES:
		return i % 777 == 0 || (channel && i % 778 == 0) ? 1.0 : 0.0;
	case NOISE:
		return hash_signed((uint64_t)channel, at);
	case SIGNS:
		return hash64(7 + (uint64_t)channel, at) & 1 ? 1.0 : -1.0;
	case LONG_SIGNS:
		return hash64(11 + (uint64_t)channel, at / (2 + (uint64_t)channel)) & 1 ? 1.0 : -1.0;
	case HIGH_NOISE: // 21 to 24 kHz
		return (i % 2 ? 1.0 : -1.0) * slow_noise(i, channel);
	case LOW_NOISE:
		return slow_noise(i, channel) + 0.3 * hash_signed(30, at);
	case HIGH_SWEEP: // 0.4 to 0.49 of the rate
		return sin(MEASURE_PI * (0.8 + 0.18 * t / (2 * ALL)) * t + channel);
	case TURNS:
		return ((i + i / 97) % 2) ? 1.0 : -1.0;
	case PLOT:
		return plot(i);
	default:
		return (i / 3000) % 2 ? sin(MEASURE_PI * 0.49 * t) * hash_unit(9, at / 64) : 0.01 * sin(0.1 * t);
	}
}

static float *make_worst(enum worst kind, double gain)
{
	float *in = measure_buffer(ALL); // begins in silence, so that the onset is there for the limiter to see
	for (int i = BLOCK_FRAMES; i < ALL; i++)
		for (int channel = 0; channel < ENGINE_CHANNELS; channel++)
			in[2 * i + channel] = (float)(gain * worst(kind, i, channel));
	return in;
}

#ifdef TESTS_SANITIZED // the meters are what takes long
enum { EVERY_GAIN = 4, LONG_WORSTS = 2 };
#else
enum { EVERY_GAIN = 1, LONG_WORSTS = WORSTS };
#endif

static void test_limiter_never_passes_the_ceiling(void **state)
{
	(void)state;
	const double gains_db[] = {-14.0, -11.0, 0.0, 20.0, 60.0};
	for (int kind = 0; kind < WORSTS; kind++)
		for (int g = 0; g < 5; g += EVERY_GAIN) {
			float *in = make_worst(kind, gain_from_db(gains_db[g]));
			check_ceiling(in, CEILING_DAY_DBTP, worst_names[kind]);
			check_ceiling(in, CEILING_GENTLE_DBTP, worst_names[kind]);
			free(in);
		}
}

// The point p / 8 of the way from tap LONG_BEFORE to the next: sin(pi t) / (pi t) under a Kaiser window (beta 9).
enum { LONG_METER = 160, LONG_BEFORE = 79 };

static double kaiser(double way)
{
	double sum[2] = {1.0, 1.0}, term[2] = {1.0, 1.0}, x[2] = {9.0 * sqrt(1.0 - way * way), 9.0};
	for (int k = 1; k < 40; k++)
		for (int i = 0; i < 2; i++)
			sum[i] += term[i] *= (x[i] / 2 / k) * (x[i] / 2 / k);
	return sum[0] / sum[1];
}

static double long_tap(int tap, int p)
{
	double t = MEASURE_PI * (tap - LONG_BEFORE - p / 8.0);
	double way = (tap - LONG_BEFORE - p / 8.0) / (LONG_BEFORE + 1);
	return (fabs(t) < 1e-9 ? 1.0 : sin(t) / t) * kaiser(way);
}

// The filter that ITU-R BS.1770-4 annex 2 prints; the other two phases are these, mirrored.
static const double annex_taps[2][12] = {
	{0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875, 0.1373291015625,
         0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250, 0.0148925781250, -0.0083007812500},
	{-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500, 0.4650878906250,
         0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625, 0.0330810546875, -0.0189208984375},
};

static double most_of_curve(const float *stereo, const double *taps, int count, double *curve)
{
	double most = 0.0;
	for (int channel = 0; channel < ENGINE_CHANNELS; channel++) {
		memset(curve, 0, FRAMES * sizeof *curve);
		for (int k = 0; k < count; k++)
			for (int i = 0; i < FRAMES - count; i++)
				curve[i] += taps[k] * (double)stereo[2 * (i + k) + channel];
		for (int i = 0; i < FRAMES - count; i++)
			most = fmax(most, fabs(curve[i]));
	}
	return most;
}

static double long_peak_db(const float *stereo)
{
	double *curve = memory_alloc(FRAMES * sizeof *curve), taps[LONG_METER], most = 0.0;
	for (int p = 0; p < 8; p++) {
		for (int k = 0; k < LONG_METER; k++)
			taps[k] = long_tap(k, p);
		most = fmax(most, most_of_curve(stereo, taps, LONG_METER, curve));
	}
	free(curve);
	return measure_db(most);
}

static double annex_peak_db(const float *stereo)
{
	double *curve = memory_alloc(FRAMES * sizeof *curve), mirrored[12], most = 0.0;
	for (int phase = 0; phase < 2; phase++) {
		for (int k = 0; k < 12; k++)
			mirrored[k] = annex_taps[phase][11 - k];
		most = fmax(most, most_of_curve(stereo, annex_taps[phase], 12, curve));
		most = fmax(most, most_of_curve(stereo, mirrored, 12, curve));
	}
	free(curve);
	return measure_db(most);
}

// What a short filter does not see: libebur128's has 12 taps, a converter's and a resampler's have many more.
static void test_limiter_holds_by_longer_meters(void **state)
{
	(void)state;
	const double gains_db[] = {0.0, -22.0}, ceilings_db[] = {CEILING_DAY_DBTP, CEILING_GENTLE_DBTP};
	float *out = measure_buffer(FRAMES);
	for (int kind = 0; kind < LONG_WORSTS; kind++)
		for (int row = 0; row < 2; row++) {
			float *in = make_worst((enum worst)kind, gain_from_db(gains_db[row]));
			limit_all(in, ceilings_db[row], out);
			check_peak(annex_peak_db(out), ceilings_db[row], "annex 2", worst_names[kind]);
			check_peak(long_peak_db(out), ceilings_db[row], "160 taps", worst_names[kind]);
			free(in);
		}
	free(out);
}

// A chord that is nearly as high as the ceiling: too loud for the quick way, too soft to be turned down.
static void test_limiter_leaves_what_is_below(void **state)
{
	(void)state;
	float *in = measure_buffer(ALL), *out = measure_buffer(FRAMES);
	for (int i = 0; i < ALL * ENGINE_CHANNELS; i++)
		in[i] = (float)(sin(0.05 * i) + sin(0.021 * i) + 0.1 * sin(0.4 * i));
	double gain = gain_from_db(CEILING_DAY_DBTP - 0.3 - measure_true_peak_db(in, ALL));
	for (int i = 0; i < ALL * ENGINE_CHANNELS; i++)
		in[i] *= (float)gain;
	limit_all(in, CEILING_DAY_DBTP, out);
	assert_memory_equal(out, in + LIMITER_REACH_FRAMES * ENGINE_CHANNELS, FRAMES * ENGINE_CHANNELS * sizeof *out);
	free(in);
	free(out);
}

static void test_limiter_depends_on_its_reach_alone(void **state)
{
	(void)state;
	float *in = make_worst(NOISE, 0.2), *out = measure_buffer(FRAMES), again[BLOCK_FRAMES * ENGINE_CHANNELS];
	enum { AT = 10 * BLOCK_FRAMES, BEFORE = 3 };
	in[(AT + LIMITER_REACH_FRAMES + 1500) * 2] = 5.0f;
	limit_all(in, CEILING_DAY_DBTP, out);
	const size_t keep = 2 * LIMITER_REACH_FRAMES + BLOCK_FRAMES;
	for (int block = 10 - BEFORE; block < 10 + BEFORE; block++) { // nothing but its own piece of the input
		float *piece = measure_buffer((int64_t)keep);
		memcpy(piece, in + block * BLOCK_FRAMES * 2, keep * 2 * sizeof *piece);
		limiter_block(piece, (float)gain_from_db(CEILING_DAY_DBTP), again);
		assert_memory_equal(again, out + block * BLOCK_FRAMES * 2, sizeof again);
		free(piece);
	}
	// A shift by whole cells shifts the result.
	float *shifted = measure_buffer(FRAMES), *late = measure_buffer(ALL);
	memcpy(late, in + 2 * 64, (ALL - 64) * 2 * sizeof *late);
	limit_all(late, CEILING_DAY_DBTP, shifted);
	assert_memory_equal(shifted, out + 2 * 64, (FRAMES - BLOCK_FRAMES) * 2 * sizeof *out);
	free(in);
	free(out);
	free(shifted);
	free(late);
}

static void test_limiter_makes_madness_finite(void **state)
{
	(void)state;
	const float mad[] = {NAN, -NAN, INFINITY, -INFINITY, FLT_MAX, -FLT_MAX, 1e6f, FLT_MIN / 4};
	float *in = make_worst(NOISE, 0.1);
	for (int i = 0; i < ALL * ENGINE_CHANNELS; i++)
		if (hash64(3, (uint64_t)i) % 50 == 0)
			in[i] = mad[hash64(4, (uint64_t)i) % 8];
	check_ceiling(in, CEILING_DAY_DBTP, "madness");
	// A lone NaN in a soft sound counts as silence.
	float *soft = make_worst(NOISE, 0.01), *out = measure_buffer(FRAMES);
	soft[2 * 5000] = NAN;
	limit_all(soft, CEILING_DAY_DBTP, out);
	assert_true(out[2 * (5000 - LIMITER_REACH_FRAMES)] == 0.0f);
	soft[2 * 5000] = 0.0f;
	assert_memory_equal(out, soft + LIMITER_REACH_FRAMES * 2, FRAMES * 2 * sizeof *out);
	free(in);
	free(soft);
	free(out);
}

// A steady tone is turned down and not bent: harmonics 80 dB below at +6 dB over the ceiling.
static void test_limiter_does_not_bend_a_steady_tone(void **state)
{
	(void)state;
	const double tones_hz[] = {60.0, 100.0, 220.0, 997.0};
	for (int k = 0; k < 4; k++) {
		float *in = measure_buffer(ALL), *out = measure_buffer(FRAMES);
		for (int i = 0; i < ALL * 2; i++)
			in[i] = (float)(0.5 * sin(2.0 * MEASURE_PI * tones_hz[k] / ENGINE_RATE_HZ * (i / 2)));
		limit_all(in, CEILING_DAY_DBTP, out);
		float *left = measure_channel(out, FRAMES, 0);
		double level = measure_tone(left, FRAMES, tones_hz[k]);
		assert_true(fabs(measure_db(level) - CEILING_DAY_DBTP) < 0.2);
		for (int harmonic = 2; harmonic <= 9; harmonic++)
			assert_true(measure_tone(left, FRAMES, harmonic * tones_hz[k]) < level * 1e-4);
		free(in);
		free(out);
		free(left);
	}
}

// A loud burst in a soft tone: the tone's gain moves down and up again in milliseconds, not in a sample.
static void test_limiter_gain_moves_slowly(void **state)
{
	(void)state;
	float *in = measure_buffer(ALL), *out = measure_buffer(FRAMES);
	for (int i = 0; i < ALL; i++) {
		in[2 * i] = 0.05f; // the left shows the gain, the right is loud for a moment
		in[2 * i + 1] = i >= 20000 && i < 20010 ? 2.5f : 0.0f;
	}
	limit_all(in, CEILING_DAY_DBTP, out);
	double least = 1.0, most_step = 0.0;
	for (int i = 1; i < FRAMES; i++) {
		least = fmin(least, (double)out[2 * i] / 0.05);
		most_step = fmax(most_step, fabs((double)out[2 * i] - (double)out[2 * i - 2]) / 0.05);
	}
	assert_true(least < 0.11);
	assert_true(most_step < 0.0045); // 240 samples and more from one end to the other
	free(in);
	free(out);
}

// The worst signals in steps of 0.01 dB around the height at which samples no longer count as idle.
static void test_limiter_leaves_what_it_calls_idle(void **state)
{
	(void)state;
	float ceiling_gain = (float)gain_from_db(CEILING_DAY_DBTP);
	for (int kind = 0; kind < WORSTS; kind++) {
		float *worst = make_worst((enum worst)kind, 1.0), in[LIMITED * ENGINE_CHANNELS],
		      out[BLOCK_FRAMES * ENGINE_CHANNELS];
		double peak = measure_peak(worst, LIMITED * ENGINE_CHANNELS), idle = 0.0;
		for (double db = CEILING_DAY_DBTP - 12.0; db < CEILING_DAY_DBTP - 9.0; db += 0.01) {
			for (int i = 0; i < LIMITED * ENGINE_CHANNELS; i++)
				in[i] = worst[i] * (float)(gain_from_db(db) / peak);
			if (!limiter_is_idle(in, LIMITED * ENGINE_CHANNELS, ceiling_gain))
				continue;
			idle++;
			limiter_block(in, ceiling_gain, out);
			assert_memory_equal(out, in + LIMITER_REACH_FRAMES * ENGINE_CHANNELS, sizeof out);
		}
		assert_true(idle > 100 && idle < 200); // up to 10.5 dB below the ceiling
		free(worst);
	}
	float odd[2] = {0.0f, NAN};
	assert_false(limiter_is_idle(odd, 2, ceiling_gain));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limiter_never_passes_the_ceiling),
		cmocka_unit_test(test_limiter_holds_by_longer_meters),
		cmocka_unit_test(test_limiter_leaves_what_is_below),
		cmocka_unit_test(test_limiter_leaves_what_it_calls_idle),
		cmocka_unit_test(test_limiter_depends_on_its_reach_alone),
		cmocka_unit_test(test_limiter_makes_madness_finite),
		cmocka_unit_test(test_limiter_does_not_bend_a_steady_tone),
		cmocka_unit_test(test_limiter_gain_moves_slowly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// The stroke: soft at its edges, where the hand is, dark enough, and as loud as the rules say.
#include "sound/stroke.h"

#include "base/hash.h"
#include "sound/rules.h"
#include "measure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdbool.h>

enum { SEC = ENGINE_RATE_HZ, LONG = 3 * SEC, SHAPES = STROKE_RELEASE + 1 };

// Strokes one after another.
static float *make_run(enum stroke_shape shape, enum side side, enum stroke_direction direction, int64_t length,
                       int strokes)
{
	float *out = measure_buffer(length * strokes);
	for (int k = 0; k < strokes; k++)
		stroke_add(shape, side, direction, (uint64_t)k, length, 0, 1.0f, out + k * length * 2, (int)length);
	return out;
}

// Mean balance of a run of strokes at a part of the stroke, from -1 (left) to 1 (right), by power.
static double balance(enum stroke_shape shape, enum side side, enum stroke_direction direction, double from, double to)
{
	enum { STROKES = 20 };
	float *out = make_run(shape, side, direction, LONG, STROKES);
	double left = 0.0, right = 0.0;
	for (int k = 0; k < STROKES; k++)
		for (int i = (int)(from * LONG); i < (int)(to * LONG); i++) {
			const float *frame = out + (k * LONG + i) * 2;
			left += (double)frame[0] * (double)frame[0];
			right += (double)frame[1] * (double)frame[1];
		}
	free(out);
	return (right - left) / (right + left);
}

static double brightness_hz(enum stroke_shape shape, enum stroke_direction direction, double from, double to)
{
	enum { SIZE = 2048, STROKES = 20 };
	double power[SIZE / 2], sum[SIZE / 2] = {0};
	float *out = make_run(shape, SIDE_LEFT, direction, LONG, STROKES);
	float *left = measure_channel(out, LONG * STROKES, 0);
	for (int k = 0; k < STROKES; k++) {
		measure_spectrum(left + k * LONG + (int)(from * LONG), (int)((to - from) * LONG), SIZE, power);
		for (int bin = 0; bin < SIZE / 2; bin++)
			sum[bin] += power[bin];
	}
	free(out);
	free(left);
	return measure_centroid(sum, SIZE, SEC);
}

static void test_stroke_goes_where_the_hand_goes(void **state)
{
	(void)state;
	for (int shape = 0; shape < SHAPES; shape++) {
		if (shape == STROKE_STILL)
			continue;
		assert_true(balance(shape, SIDE_LEFT, DIRECTION_NONE, 0.0, 1.0) < -0.4);
		assert_true(balance(shape, SIDE_RIGHT, DIRECTION_NONE, 0.0, 1.0) > 0.4);
		assert_true(fabs(balance(shape, SIDE_BOTH, DIRECTION_NONE, 0.0, 1.0)) < 0.1);
	}
	assert_true(balance(STROKE_SWEEP, SIDE_RIGHT, DIRECTION_NONE, 0.05, 0.2) < 0.25);
	assert_true(balance(STROKE_SWEEP, SIDE_RIGHT, DIRECTION_NONE, 0.8, 0.95) > 0.9);
	assert_true(balance(STROKE_SWEEP, SIDE_RIGHT, DIRECTION_INWARD, 0.05, 0.2) > 0.9);
	assert_true(balance(STROKE_SWEEP, SIDE_RIGHT, DIRECTION_INWARD, 0.8, 0.95) < 0.25);
	assert_true(balance(STROKE_ROLL, SIDE_LEFT, DIRECTION_NONE, 0.1, 0.2) > // to and fro
	            balance(STROKE_ROLL, SIDE_LEFT, DIRECTION_NONE, 0.45, 0.55) + 0.3);
	assert_true(balance(STROKE_ROLL, SIDE_LEFT, DIRECTION_NONE, 0.8, 0.9) >
	            balance(STROKE_ROLL, SIDE_LEFT, DIRECTION_NONE, 0.45, 0.55) + 0.3);
}

static void test_stroke_sweep_of_both_hands_opens(void **state)
{
	(void)state;
	float *out = make_run(STROKE_SWEEP, SIDE_BOTH, DIRECTION_NONE, LONG, 1);
	for (int late = 0; late < 2; late++) { // how alike the channels are: nearly one, then nearly strangers
		double both = 0.0, left = 0.0, right = 0.0;
		for (int i = (late ? 38 : 2) * LONG / 48; i < (late ? 46 : 10) * LONG / 48; i++) {
			both += (double)out[2 * i] * (double)out[2 * i + 1];
			left += (double)out[2 * i] * (double)out[2 * i];
			right += (double)out[2 * i + 1] * (double)out[2 * i + 1];
		}
		assert_true(late ? fabs(both / sqrt(left * right)) < 0.3 : both / sqrt(left * right) > 0.7);
	}
	free(out);
}

static void test_stroke_circle_turns_both_ways(void **state)
{
	(void)state;
	double there = brightness_hz(STROKE_CIRCLE, DIRECTION_CLOCKWISE, 0.15, 0.35);
	double back = brightness_hz(STROKE_CIRCLE, DIRECTION_CLOCKWISE, 0.65, 0.85);
	assert_true(there > 1.2 * back);
	there = brightness_hz(STROKE_CIRCLE, DIRECTION_COUNTERCLOCKWISE, 0.15, 0.35);
	back = brightness_hz(STROKE_CIRCLE, DIRECTION_COUNTERCLOCKWISE, 0.65, 0.85);
	assert_true(back > 1.2 * there);
}

static void test_stroke_pull_falls(void **state)
{
	(void)state;
	assert_true(brightness_hz(STROKE_PULL, DIRECTION_NONE, 0.1, 0.3) >
	            1.3 * brightness_hz(STROKE_PULL, DIRECTION_NONE, 0.7, 0.9));
	assert_true(brightness_hz(STROKE_PULL, DIRECTION_UP, 0.7, 0.9) >
	            1.3 * brightness_hz(STROKE_PULL, DIRECTION_UP, 0.1, 0.3));
}

// Upwards it ends bright, and can be heard to: as a whole it is as bright as one that falls.
static void test_stroke_pull_up_is_heard_to_rise(void **state)
{
	(void)state;
	double up_hz = brightness_hz(STROKE_PULL, DIRECTION_UP, 0.0, 1.0);
	double down_hz = brightness_hz(STROKE_PULL, DIRECTION_DOWN, 0.0, 1.0);
	assert_true(up_hz > 0.95 * down_hz);
	float *out = make_run(STROKE_PULL, SIDE_BOTH, DIRECTION_UP, LONG, 20);
	double early = 0.0, late = 0.0;
	for (int k = 0; k < 20; k++) {
		early += measure_rms(out + (k * LONG + LONG / 10) * 2, LONG / 5 * 2);
		late += measure_rms(out + (k * LONG + LONG * 7 / 10) * 2, LONG / 5 * 2);
	}
	assert_true(late > 2.0 * early);
	free(out);
}

// Of a run of strokes: the mean power of each 5 ms, in parts of the loudest.
static void stroke_shape_of(enum stroke_shape shape, int64_t length, double *envelope)
{
	enum { STEP = 240, STROKES = 60 };
	float *out = make_run(shape, SIDE_BOTH, DIRECTION_NONE, length, STROKES);
	double most = 0.0;
	for (int64_t i = 0; i < length / STEP; i++) {
		double sum = 0.0;
		for (int k = 0; k < STROKES; k++) {
			double one = measure_rms(out + (k * length + i * STEP) * 2, STEP * 2);
			sum += one * one / STROKES;
		}
		envelope[i] = sqrt(sum);
		most = fmax(most, envelope[i]);
	}
	for (int64_t i = 0; i < length / STEP; i++)
		envelope[i] /= most;
	free(out);
}

static void test_stroke_swells_stays_and_fades(void **state)
{
	(void)state;
	double envelope[LONG / 240];
	enum { STEPS = LONG / 240 };
	stroke_shape_of(STROKE_PRESS, LONG, envelope); // swells, then stays
	assert_true(envelope[STEPS / 10] < 0.4);
	for (int i = STEPS / 2; i < STEPS * 3 / 4; i++)
		assert_true(envelope[i] > 0.65);
	stroke_shape_of(STROKE_RELEASE, LONG, envelope); // comes in 0.9 s of 3, then only fades
	assert_true(envelope[STEPS / 10] < 0.45 && envelope[STEPS * 3 / 10] > 0.7);
	assert_true(envelope[STEPS * 3 / 4] < 0.45 && envelope[STEPS * 9 / 10] < 0.1);
	stroke_shape_of(STROKE_TAP, LONG, envelope); // 200 ms in, 600 ms out, then nothing
	assert_true(envelope[40] > 0.7 && envelope[16] < 0.5 && envelope[3] < 0.1);
	for (int i = 161; i < STEPS; i++)
		assert_true(envelope[i] < 1e-6);
}

static void test_stroke_starts_and_ends_at_zero(void **state)
{
	(void)state;
	const int64_t lengths[] = {1, 31, 480, 4800, 9600, 24001, LONG};
	for (int shape = 0; shape < SHAPES; shape++)
		for (int k = 0; k < 7; k++) {
			float *out = make_run(shape, SIDE_BOTH, DIRECTION_NONE, lengths[k], 1);
			assert_true(out[0] == 0.0f && out[1] == 0.0f);
			assert_true(fabsf(out[lengths[k] * 2 - 1]) < 1e-5);
			assert_true(measure_peak(out, lengths[k] * 2) < 0.06);
			// Never steeper than a rise of STROKE_EDGE_SEC: in 10 ms 4 % of the way, and noise has peaks.
			int64_t begin = lengths[k] < 480 ? lengths[k] : 480;
			assert_true(measure_rms(out, begin * 2) < 0.04 * 0.02);
			assert_true((measure_peak(out, lengths[k] * 2) > 0.0) == (shape != STROKE_STILL && k > 1));
			free(out);
		}
}

static void test_stroke_is_dark_and_as_loud_as_the_rules_say(void **state)
{
	(void)state;
	enum { SIZE = 4096, STROKES = 20 };
	double power[SIZE / 2];
	for (int shape = 0; shape < SHAPES; shape++) {
		if (shape == STROKE_STILL)
			continue;
		bool fading = shape == STROKE_TAP || shape == STROKE_RELEASE;
		for (int side = SIDE_BOTH; side <= SIDE_RIGHT; side++) {
			float *out = make_run(shape, side, DIRECTION_NONE, LONG, STROKES);
			double over = measure_lufs(out, LONG * STROKES) - (VOICE_LUFS + STROKE_DB);
			assert_true(over < 0.7 && over > (fading ? -2.0 : -0.7));
			assert_true(measure_tremolo(out, LONG * STROKES).over_db < 8.0);
			float *left = measure_channel(out, LONG * STROKES, side == SIDE_RIGHT);
			measure_spectrum(left, LONG * STROKES, SIZE, power);
			double whole = measure_band(power, SIZE, SEC, 20, 24000);
			assert_true(measure_band(power, SIZE, SEC, 200, 1500) > 0.85 * whole);
			assert_true(10.0 * log10(measure_band(power, SIZE, SEC, 2500, 24000) / whole) < -40.0);
			free(out);
			free(left);
		}
	}
}

// The promise of stroke.h: the same samples however a stroke is cut.
static void test_stroke_is_the_same_in_any_pieces(void **state)
{
	(void)state;
	enum { ODD = LONG + 77 };
	for (int shape = 0; shape < SHAPES; shape++) {
		float *whole = make_run(shape, SIDE_BOTH, DIRECTION_UP, ODD, 1), *pieces = measure_buffer(ODD);
		uint64_t count = 0;
		for (int64_t at = 0; at < ODD;) {
			int64_t n = 1 + (int64_t)(hash_unit(6, count++) * 1500.0);
			n = at + n > ODD ? ODD - at : n;
			stroke_add(shape, SIDE_BOTH, DIRECTION_UP, 0, ODD, at, 1.0f, pieces + at * 2, (int)n);
			at += n;
		}
		assert_memory_equal(pieces, whole, ODD * 2 * sizeof *whole);
		free(whole);
		free(pieces);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stroke_goes_where_the_hand_goes),
		cmocka_unit_test(test_stroke_sweep_of_both_hands_opens),
		cmocka_unit_test(test_stroke_circle_turns_both_ways),
		cmocka_unit_test(test_stroke_pull_falls),
		cmocka_unit_test(test_stroke_pull_up_is_heard_to_rise),
		cmocka_unit_test(test_stroke_swells_stays_and_fades),
		cmocka_unit_test(test_stroke_starts_and_ends_at_zero),
		cmocka_unit_test(test_stroke_is_dark_and_as_loud_as_the_rules_say),
		cmocka_unit_test(test_stroke_is_the_same_in_any_pieces),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

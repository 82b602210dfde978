// The darker sound: what it takes, what it keeps, and that nothing rings, moves or grows.
#include "sound/dark.h"

#include "base/hash.h"
#include "measure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { FRAMES = 9600, ALL = FRAMES + 2 * DARK_REACH_FRAMES, SAMPLES = FRAMES * ENGINE_CHANNELS };

typedef double signal_fn(double parameter, int frame);

static double sine(double hz, int frame)
{
	return sin(2.0 * MEASURE_PI * hz * frame / ENGINE_RATE_HZ);
}

static double step(double at, int frame)
{
	return frame >= (int)at ? 1.0 : 0.0;
}

static double impulse(double at, int frame)
{
	return frame == (int)at ? 1.0 : 0.0;
}

static double noise(double seed, int frame)
{
	return 2.0 * hash_unit((uint64_t)seed, (uint64_t)(frame + 100)) - 1.0;
}

// The left channel is the signal, the right one its half the other way round.
static void darken(signal_fn *signal, double parameter, float out[SAMPLES])
{
	static float in[ALL * ENGINE_CHANNELS];
	for (int i = 0; i < ALL; i++) {
		in[2 * i] = (float)signal(parameter, i - DARK_REACH_FRAMES);
		in[2 * i + 1] = -0.5f * in[2 * i];
	}
	dark_filter(in, out, FRAMES);
}

static double gain_db(double hz)
{
	static float out[SAMPLES];
	darken(sine, hz, out);
	float *left = measure_channel(out, FRAMES, 0);
	double gain = measure_rms(left, FRAMES) * sqrt(2.0);
	free(left);
	return measure_db(gain);
}

static void test_dark_takes_the_brightness_alone(void **state)
{
	(void)state;
	assert_float_equal(gain_db(200), -0.06, 0.05);
	assert_float_equal(gain_db(800), -1.0, 0.2);
	assert_float_equal(gain_db(1400), -3.0, 0.2);
	assert_float_equal(gain_db(2500), -9.4, 0.5);
	assert_float_equal(gain_db(4000), -24.0, 1.0);
	for (double hz = 5000; hz < 24000; hz += 250)
		assert_true(gain_db(hz) < -34.0);
	for (double hz = 10000; hz < 24000; hz += 250)
		assert_true(gain_db(hz) < -75.0);
}

static void test_dark_stays_in_its_place(void **state)
{
	(void)state;
	static float out[SAMPLES];
	darken(impulse, 500, out);
	for (int k = 1; k <= DARK_REACH_FRAMES + 5; k++) {
		assert_true(out[2 * (500 + k)] == out[2 * (500 - k)]);
		assert_true(k > DARK_REACH_FRAMES ? out[2 * (500 + k)] == 0.0f
		                                  : out[2 * (500 + k)] < out[2 * (500 + k - 1)]);
		assert_true(out[2 * (500 + k) + 1] == -0.5f * out[2 * (500 + k)]);
	}
}

static void test_dark_never_rings_nor_grows(void **state)
{
	(void)state;
	static float out[SAMPLES];
	darken(step, 500, out);
	for (int i = 1; i < FRAMES; i++)
		assert_true(out[2 * i] >= out[2 * i - 2] - 1e-6f);
	assert_float_equal(out[SAMPLES - 2], 1.0, 1e-5);
	darken(noise, 3, out);
	assert_true(measure_peak(out, SAMPLES) <= 1.0);
}

static void test_dark_in_any_portion_is_the_same(void **state)
{
	(void)state;
	static const int portions[] = {1, 7, 31, 32, 33, 1000};
	static float in[ALL * ENGINE_CHANNELS], all[SAMPLES], part[SAMPLES];
	for (int i = 0; i < ALL * ENGINE_CHANNELS; i++)
		in[i] = (float)noise(5, i);
	dark_filter(in, all, FRAMES);
	for (size_t p = 0; p < sizeof portions / sizeof *portions; p++) {
		for (int at = 0; at < FRAMES; at += portions[p]) {
			int n = FRAMES - at < portions[p] ? FRAMES - at : portions[p];
			dark_filter(in + at * ENGINE_CHANNELS, part + at * ENGINE_CHANNELS, n);
		}
		assert_memory_equal(all, part, sizeof all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dark_takes_the_brightness_alone),
		cmocka_unit_test(test_dark_stays_in_its_place),
		cmocka_unit_test(test_dark_never_rings_nor_grows),
		cmocka_unit_test(test_dark_in_any_portion_is_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

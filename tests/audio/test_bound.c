// What a recording's loudness cannot pass, beside the measure itself.
#include "audio/bound.h"

#include "base/hash.h"

#include <ebur128.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MOST_RATE_HZ = 192000, PLAYED_HZ = 48000, SEC = 4 };

static float samples[MOST_RATE_HZ * SEC];

// Integrated, or the loudest 0.4 s less 3.5, on both sides.
static double measured(int rate_hz, int64_t n)
{
	ebur128_state *meter = ebur128_init(1, (unsigned)rate_hz, EBUR128_MODE_I | EBUR128_MODE_M);
	double whole, moment, most = -HUGE_VAL;
	ebur128_set_channel(meter, 0, EBUR128_DUAL_MONO);
	for (int64_t at = 0; at < n; at += rate_hz / 10) {
		ebur128_add_frames_float(meter, samples + at, (size_t)(rate_hz / 10));
		ebur128_loudness_momentary(meter, &moment);
		most = fmax(most, moment);
	}
	ebur128_loudness_global(meter, &whole);
	ebur128_destroy(&meter);
	return fmax(whole, most - 3.5);
}

static double bounded(int rate_hz, int64_t n, int64_t portion)
{
	struct bound bound;
	bound_init(&bound, rate_hz);
	for (int64_t at = 0; at < n; at += portion)
		bound_add(&bound, samples + at, n - at < portion ? n - at : portion);
	double lufs = bound_lufs(&bound);
	bound_finish(&bound);
	return lufs;
}

static void tone(int rate_hz, double hz, int64_t from, int64_t to)
{
	for (int64_t i = 0; i < (int64_t)rate_hz * SEC; i++)
		samples[i] = i >= from && i < to ? (float)(0.3 * sin(2.0 * M_PI * hz * (double)i / rate_hz)) : 0.0f;
}

static void test_bound_is_above_every_tone_and_near_to_those_of_a_voice(void **state)
{
	(void)state;
	static const int rates[] = {8000, 16000, 24000, 44100, 48000, 192000};
	for (int r = 0; r < 6; r++)
		for (double hz = 30.0; hz < 0.45 * rates[r] && hz < 20000.0; hz *= 1.7) {
			int64_t n = (int64_t)rates[r] * SEC;
			tone(rates[r], hz, 0, n);
			double over = bounded(rates[r], n, 1024);
			tone(PLAYED_HZ, hz, 0, PLAYED_HZ * SEC);
			over -= measured(PLAYED_HZ, PLAYED_HZ * SEC);
			if (over < -0.3 || (hz > 150.0 && hz < 900.0 && over > 1.0))
				fail_msg("%d Hz at a rate of %d: %.2f dB", (int)hz, rates[r], over);
		}
}

// Noise here and there, soft and loud, with silence between: what the gates are for.
static void test_bound_is_above_what_comes_and_goes(void **state)
{
	(void)state;
	enum { RATE_HZ = 24000, FRAMES = RATE_HZ * SEC };
	for (uint64_t seed = 0; seed < 60; seed++) {
		float gain = 0.0f;
		for (int64_t i = 0; i < FRAMES; i++) {
			if (i % 1200 == 0) // every 50 ms
				gain = (float)pow(10.0, -5.0 * hash_unit(seed, (uint64_t)i / (1200 * (1 + seed % 20))));
			samples[i] = gain * (float)hash_signed(seed, (uint64_t)i);
		}
		double over = bounded(RATE_HZ, FRAMES, 1024) - measured(RATE_HZ, FRAMES);
		if (over < -0.1)
			fail_msg("noise of seed %d: %.2f dB", (int)seed, over);
	}
}

static void test_bound_is_the_same_for_all_portions(void **state)
{
	(void)state;
	tone(44100, 440.0, 30000, 100000);
	double whole = bounded(44100, 44100 * SEC, 44100 * SEC);
	for (int64_t portion = 1; portion < 10000; portion = portion * 3 + 1)
		assert_float_equal(bounded(44100, 44100 * SEC, portion), whole, 1e-4);
}

static void test_bound_of_silence_and_of_nothing(void **state)
{
	(void)state;
	tone(48000, 440.0, 0, 0);
	assert_true(bounded(48000, 48000, 1024) < -110.0);
	assert_true(bounded(48000, 1, 1) < -110.0);
	assert_true(bounded(48000, 0, 1) < -110.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bound_is_above_every_tone_and_near_to_those_of_a_voice),
		cmocka_unit_test(test_bound_is_above_what_comes_and_goes),
		cmocka_unit_test(test_bound_is_the_same_for_all_portions),
		cmocka_unit_test(test_bound_of_silence_and_of_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

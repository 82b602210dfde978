#include "mix/level.h"

#include "sound/curve.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static double straight(double u)
{
	return u;
}

// A rise over many blocks is the curve, whichever block is asked for.
static void test_level_rises_and_falls_along_the_curve(void **state)
{
	(void)state;
	struct level level;
	float gain[BLOCK_FRAMES];
	for (int64_t begin = 0; begin < 20 * BLOCK_FRAMES; begin += BLOCK_FRAMES) {
		level_init(&level, begin, 0.5);
		level_rise(&level, 1600, 8000, straight);
		level_fall(&level, 12000, 16000, straight);
		level_fill(&level, gain);
		for (int i = 0; i < BLOCK_FRAMES; i++) {
			double at = (double)(begin + i);
			double up = at < 1600 ? 0.0 : at > 8000 ? 1.0 : (at - 1600) / 6400;
			double down = at < 12000 ? 1.0 : at > 16000 ? 0.0 : (16000 - at) / 4000;
			assert_float_equal(gain[i], 0.5 * up * down, 1e-5);
		}
	}
}

static void test_level_knows_silence_and_rest(void **state)
{
	(void)state;
	struct level level;
	level_init(&level, 4 * BLOCK_FRAMES, 0.7);
	level_rise(&level, 0, 4 * BLOCK_FRAMES, curve_fade_gain);                // over
	level_fall(&level, 5 * BLOCK_FRAMES, 9 * BLOCK_FRAMES, curve_fade_gain); // to come
	level_rise(&level, 9, 9, curve_fade_gain);                               // no frames
	level_fall(&level, 9, 3, curve_fade_gain);
	level_rise(&level, 4 * BLOCK_FRAMES + 99, 4 * BLOCK_FRAMES + 99, curve_fade_gain);
	level_fall(&level, 4 * BLOCK_FRAMES + 99, 4 * BLOCK_FRAMES + 99, curve_fade_gain);
	assert_true(level_is_steady(&level));
	assert_false(level_is_silent(&level));
	assert_true(level.knots[0] == 0.7f);
	level_fall(&level, 4 * BLOCK_FRAMES, 4 * BLOCK_FRAMES + 500, curve_fade_gain);
	assert_false(level_is_steady(&level));
	level_init(&level, 4 * BLOCK_FRAMES, 0.7);
	level_fall(&level, 0, 4 * BLOCK_FRAMES, curve_fade_gain);
	assert_true(level_is_silent(&level));
	level_init(&level, 4 * BLOCK_FRAMES, 0.7);
	level_rise(&level, 5 * BLOCK_FRAMES, 6 * BLOCK_FRAMES, curve_fade_gain);
	assert_true(level_is_silent(&level));
	level_init(&level, 4 * BLOCK_FRAMES, 0.7);
	level_rise(&level, 4 * BLOCK_FRAMES, 6 * BLOCK_FRAMES, curve_fade_gain);
	assert_true(level.knots[0] == 0.0f);
	assert_false(level_is_silent(&level));
}

static void test_level_scales_what_is_there(void **state)
{
	(void)state;
	struct level level;
	float gain[BLOCK_FRAMES];
	for (int i = 0; i < BLOCK_FRAMES; i++)
		gain[i] = (float)i;
	level_init(&level, 0, 0.25);
	level_scale(&level, gain);
	for (int i = 0; i < BLOCK_FRAMES; i++)
		assert_true(gain[i] == 0.25f * (float)i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_level_rises_and_falls_along_the_curve),
		cmocka_unit_test(test_level_knows_silence_and_rest),
		cmocka_unit_test(test_level_scales_what_is_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// Curves: their ends, their slopes, and the duck's depth and timing.
#include "sound/curve.h"

#include "base/decibel.h"
#include "base/frames.h"
#include "base/hash.h"
#include "sound/rules.h"
#include "sound/turn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

enum { SEC = ENGINE_RATE_HZ };

static void test_turn_is_a_sine(void **state)
{
	(void)state;
	for (int i = -4000; i <= 4000; i++) {
		double x = i / 1000.0 + 1e-4;
		double wanted = sin(2.0 * 3.14159265358979323846 * x);
		assert_true(fabs(turn_sin(x) - wanted) < 1e-11);
		assert_true(fabs((double)turn_sinf((float)x) - wanted) < 3e-6); // 4 turns in float
		if (fabs(x) < 0.5)
			assert_true(fabs((double)turn_sinf((float)x) - wanted) < 3e-7);
	}
	assert_true(turn_sin(0.0) == 0.0);
	assert_true(turn_sinf(0.0f) == 0.0f);
}

static void test_curve_s_runs_from_0_to_1(void **state)
{
	(void)state;
	assert_true(curve_s(-1.0) == 0.0 && curve_s(0.0) == 0.0);
	assert_true(curve_s(1.0) == 1.0 && curve_s(2.0) == 1.0 && curve_s(NAN) == 0.0);
	assert_true(fabs(curve_s(0.5) - 0.5) < 1e-11);
	for (int i = 0; i < 1000; i++)
		assert_true(curve_s((i + 1) / 1000.0) > curve_s(i / 1000.0));
}

static void test_curve_fade_is_straight_in_decibels(void **state)
{
	(void)state;
	assert_true(curve_fade_gain(0.0) == 0.0 && curve_fade_gain(-1.0) == 0.0);
	assert_true(curve_fade_gain(1.0) == 1.0 && curve_fade_gain(3.0) == 1.0);
	assert_true(curve_fade_gain(1e-6) < 1e-6); // no step at the floor
	double most_step = 0.0;
	for (int i = 0; i < 1000; i++) {
		double step = curve_fade_gain((i + 1) / 1000.0) - curve_fade_gain(i / 1000.0);
		assert_true(step > 0.0);
		most_step = fmax(most_step, step);
	}
	assert_true(most_step < 0.007);
	for (double u = 0.5; u < 1.0; u += 0.01) // within 1 dB of the straight line until it is 20 dB down
		assert_true(fabs(db_from_gain(curve_fade_gain(u)) - FADE_DEPTH_DB * (1.0 - u)) < 1.0);
	assert_true(curve_fade_gain(1.0 / 3.0) > gain_from_db(-30.0)); // and heard long before its end
}

static void test_curve_power_keeps_the_power(void **state)
{
	(void)state;
	for (int i = 0; i <= 1000; i++) {
		double in = curve_power_in(i / 1000.0), out = curve_power_in(1.0 - i / 1000.0);
		assert_true(fabs(in * in + out * out - 1.0) < 1e-10);
	}
	assert_true(curve_power_in(0.0) == 0.0 && curve_power_in(1.0) == 1.0);
}

static void test_duck_merge_joins_short_gaps(void **state)
{
	(void)state;
	struct span spans[] = {
		{0, SEC},                 // then a gap of 2.4 s
		{SEC * 34 / 10, SEC * 5}, // then one inside the last
		{SEC * 4, SEC * 45 / 10}, //
		{SEC * 75 / 10, SEC * 8}, // a gap of exactly 2.5 s: apart
		{SEC * 20, SEC * 20},     // empty
		{SEC * 30, SEC * 31},
		{SEC * 31, SEC * 32}, // touching
	};
	assert_int_equal(duck_merge(spans, 7), 3);
	assert_int_equal(spans[0].begin, 0);
	assert_int_equal(spans[0].end, SEC * 5);
	assert_int_equal(spans[1].begin, SEC * 75 / 10);
	assert_int_equal(spans[2].begin, SEC * 30);
	assert_int_equal(spans[2].end, SEC * 32);
	assert_int_equal(duck_merge(spans, 0), 0);
}

static void test_duck_leads_stays_and_leaves(void **state)
{
	(void)state;
	const struct span span = {SEC * 10, SEC * 12};
	const int64_t lead = (int64_t)(DUCK_LEAD_SEC * SEC), fall = (int64_t)(DUCK_FALL_SEC * SEC);
	assert_true(duck_db(&span, 1, span.begin - lead) == 0.0);
	assert_true(duck_db(&span, 1, span.begin - lead + 480) < 0.0);
	assert_true(duck_db(&span, 1, span.begin) < 0.9 * DUCK_DB); // all but down when the word begins
	for (int64_t at = span.begin - lead + fall; at <= span.end; at += 100)
		assert_true(duck_db(&span, 1, at) == DUCK_DB);
	assert_true(duck_db(&span, 1, span.end + 480) > DUCK_DB);
	assert_true(fabs(duck_db(&span, 1, span.end + SEC) - 0.5 * DUCK_DB) < 1e-9);
	assert_true(duck_db(&span, 1, span.end + (int64_t)(DUCK_RISE_SEC * SEC)) == 0.0);
	assert_true(duck_db(NULL, 0, 0) == 0.0);
}

// A slow search through every span, as the header tells it.
static double plain_duck_db(const struct span *spans, size_t count, int64_t at)
{
	double depth = 0.0;
	for (size_t i = 0; i < count; i++) {
		double down = curve_s(((double)(at - spans[i].begin) / SEC + DUCK_LEAD_SEC) / DUCK_FALL_SEC);
		double up = curve_s((double)(at - spans[i].end) / SEC / DUCK_RISE_SEC);
		depth = fmax(depth, fmin(down, 1.0 - up));
	}
	return DUCK_DB * depth;
}

static void test_duck_finds_its_place_and_never_steps(void **state)
{
	(void)state;
	enum { SPANS = 200 };
	struct span spans[SPANS];
	int64_t at = SEC;
	for (int i = 0; i < SPANS; i++) { // gaps from 2.5 s, words from 10 ms
		spans[i].begin = at;
		spans[i].end = at + 480 + (int64_t)(hash_unit(1, (uint64_t)i) * 2.0 * SEC);
		at = spans[i].end + SEC * 25 / 10 + (int64_t)(hash_unit(2, (uint64_t)i) * 0.5 * SEC);
	}
	assert_int_equal(duck_merge(spans, SPANS), SPANS);
	double before = 0.0;
	for (int64_t t = 0; t < at; t += 97) {
		double db = duck_db(spans, SPANS, t);
		assert_true(db == plain_duck_db(spans, SPANS, t));
		assert_true(db <= 0.0 && db >= DUCK_DB);
		assert_true(fabs(db - before) < 97.0 / SEC * 8.0 * 1.5708 / DUCK_FALL_SEC + 1e-9);
		before = db;
	}
}

static void test_duck_gain_joins_its_knots(void **state)
{
	(void)state;
	const struct span spans[] = {{SEC, SEC * 2}, {SEC * 45 / 10, SEC * 6}};
	const double depths_db[] = {DUCK_DB, TONES_DUCK_DB};
	int moving = 0, down = 0;
	for (int64_t at = 0; at < SEC * 10; at += BLOCK_FRAMES) {
		struct duck duck;
		duck_find(&duck, spans, 2, at);
		moving += duck.moves;
		down += !duck.moves && duck.deep[0] == 1.0;
		for (int depth = 0; depth < 2; depth++) { // both move at the same times
			float gain[BLOCK_FRAMES];
			double first = duck_first_gain(&duck, depths_db[depth]);
			duck_fill(&duck, depths_db[depth], gain);
			for (int i = 0; i < BLOCK_FRAMES; i++) {
				double wanted = depths_db[depth] / DUCK_DB * duck_db(spans, 2, at + i);
				assert_true(fabs((double)gain[i] - gain_from_db(wanted)) < 1e-4);
				assert_true(duck.moves || gain[i] == (float)first);
			}
		}
	}
	assert_true(down > 60 && moving < 280); // of 469: 2.3 s down, 5.4 s on the way
}

static void test_no_words_no_duck(void **state)
{
	(void)state;
	const struct span span = {SEC, SEC * 2};
	struct duck duck;
	duck_find(&duck, &span, 1, SEC * 20);
	assert_true(!duck.moves && duck_first_gain(&duck, DUCK_DB) == 1.0);
	duck_find(&duck, NULL, 0, 0);
	assert_true(!duck.moves && duck_first_gain(&duck, DUCK_DB) == 1.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_turn_is_a_sine),
		cmocka_unit_test(test_curve_s_runs_from_0_to_1),
		cmocka_unit_test(test_curve_fade_is_straight_in_decibels),
		cmocka_unit_test(test_curve_power_keeps_the_power),
		cmocka_unit_test(test_duck_merge_joins_short_gaps),
		cmocka_unit_test(test_duck_leads_stays_and_leaves),
		cmocka_unit_test(test_duck_finds_its_place_and_never_steps),
		cmocka_unit_test(test_duck_gain_joins_its_knots),
		cmocka_unit_test(test_no_words_no_duck),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// What a bed's file holds beside what it was measured by: far louder, or lost.
#include "mix/even.h"

#include "audio/audio.h"
#include "base/decibel.h"
#include "base/power.h"
#include "mix/mix.h"
#include "score_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SEC = ENGINE_RATE_HZ, CHUNKS = 8 };

static const double levels[CHUNKS] = {1.0, 0.5, 1.0, 100.0, 0.0, 1.0, HUGE_VAL, 1.0};
static const double gains[CHUNKS + 1] = {1.0, 1.0, 1.0, 0.1, 0.1, 1.0, 0.0, 0.0, 1.0}; // where each chunk begins

static double level(void *source, int64_t k)
{
	(void)source;
	return k >= 0 && k < CHUNKS ? levels[k] : 0.0;
}

static float *made_even(int64_t portion)
{
	float *frames = memory_alloc((size_t)CHUNKS * SEC * 2 * sizeof *frames);
	for (int64_t i = 0; i < (int64_t)CHUNKS * SEC * 2; i++)
		frames[i] = 0.25f;
	for (int64_t at = 0; at < (int64_t)CHUNKS * SEC; at += portion) {
		int64_t left = (int64_t)CHUNKS * SEC - at;
		even_apply(level, NULL, 1.0, at, frames + 2 * at, left < portion ? left : portion);
	}
	return frames;
}

static void test_even_leads_to_what_is_turned_down_and_back(void **state)
{
	(void)state;
	float *frames = made_even((int64_t)CHUNKS * SEC);
	for (int k = 0; k < CHUNKS; k++)
		for (int64_t i = 0; i < SEC; i++) {
			double u = (double)i / SEC,
			       gain = gains[k] + (gains[k + 1] - gains[k]) * u * u * (3.0 - 2.0 * u);
			assert_float_equal(frames[2 * (k * SEC + i) + 1], 0.25 * gain, 1e-6);
		}
	for (int64_t i = 0; i < (int64_t)2 * SEC * 2; i++)
		assert_true(frames[i] == 0.25f); // nothing was near
	free(frames);
}

static void test_even_is_the_same_in_any_portion(void **state)
{
	(void)state;
	float *whole = made_even((int64_t)CHUNKS * SEC);
	static const int64_t portions[] = {1, 997, 1024, 50000};
	for (int i = 0; i < 4; i++) {
		float *frames = made_even(portions[i]);
		assert_memory_equal(frames, whole, (size_t)CHUNKS * SEC * 2 * sizeof *frames);
		free(frames);
	}
	free(whole);
}

static void test_even_allows_12_db_over_what_was_measured(void **state)
{
	(void)state;
	assert_float_equal(even_most((double[]){0.1, 0.1, 0.1}, 3), 1.585, 0.001);
	assert_float_equal(even_most((double[]){0.1, 0.0, 0.1, 0.001, 0.0, 0.0}, 6), 1.585, 0.001);
	assert_float_equal(even_most((double[]){0.0, 0.0}, 2), 1.585e-6, 1e-9);
	assert_float_equal(even_most(NULL, 0), 1.585e-6, 1e-9);
}

// ---- Through a mix

// Noise that is so many dB louder wherever a file of 40 s or of 70 s is not measured.
static double between(double louder_db, int rate_hz, int64_t at, int channel, double sec)
{
	double step = (sec - 0.55) / 19.0, within = fmod((double)at / rate_hz, step);
	return kit_noise(0.02 * (within > 0.56 && within < step - 0.01 ? gain_from_db(louder_db) : 1.0), rate_hz, at,
	                 channel);
}

static double between_40(double louder_db, int rate_hz, int64_t at, int channel)
{
	return between(louder_db, rate_hz, at, channel, 40.0);
}

static double between_70(double louder_db, int rate_hz, int64_t at, int channel)
{
	return between(louder_db, rate_hz, at, channel, 70.0);
}

// The session of one bed, from `at` on.
static float *hear(struct kit *kit, int64_t at, int64_t n)
{
	struct mix *mix = NULL;
	float *frames = memory_alloc((size_t)n * 2 * sizeof *frames);
	assert_int_equal(mix_create(&mix, &kit->score, &kit->faults), STATUS_OK);
	mix_read(mix, at, frames, n);
	mix_destroy(mix);
	return frames;
}

static double loudest_tenth_db(const float *frames, int64_t n)
{
	double most = 0.0;
	for (int64_t at = 0; at + SEC / 10 <= n; at += SEC / 10)
		most = fmax(most, power_of(frames + 2 * at, SEC / 10 * 2));
	return db_from_gain(sqrt(most));
}

static void open_bed(struct kit *kit, double sec, enum bed_mode mode, double louder_db)
{
	kit_open(kit, 60 * SEC);
	kit_write(kit, "bed.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 1, sec,
	          sec > 64.0 ? between_70 : between_40, louder_db);
	kit_bed(kit, 0, kit->score.frames, kit_add_bed(kit, "bed.flac", false, mode, 0.0));
	kit->score.ceiling_db = 0.0;
	kit_finish(kit);
}

// The loudest tenth of a second of 8 s, which are the same when what lies before is heard too.
static double heard_db(double sec, enum bed_mode mode, double louder_db)
{
	enum { BEGIN = 12 * SEC + 777, LENGTH = 8 * SEC, BEFORE = 5 * SEC };
	struct kit kit;
	open_bed(&kit, sec, mode, louder_db);
	float *frames = hear(&kit, BEGIN, LENGTH), *all = hear(&kit, BEGIN - BEFORE, BEFORE + LENGTH);
	assert_memory_equal(frames, all + 2 * BEFORE, (size_t)LENGTH * 2 * sizeof *frames);
	double db = loudest_tenth_db(frames, LENGTH);
	free(all);
	free(frames);
	kit_close(&kit);
	return db;
}

// Kept decoded, and decoded as it plays.
static void test_even_bed_is_no_louder_where_it_was_not_measured(void **state)
{
	(void)state;
	static const double secs[] = {40.0, 70.0};
	for (int i = 0; i < 2; i++)
		for (int mode = BED_TEXTURE; mode <= BED_ONCE; mode++) {
			double plain_db = heard_db(secs[i], (enum bed_mode)mode, 0.0);
			assert_in_range(100.0 * (heard_db(secs[i], (enum bed_mode)mode, 32.0) - plain_db + 20.0), 2900,
			                3250);
			if (mode == BED_ONCE)
				assert_float_equal(heard_db(secs[i], BED_ONCE, 10.0) - plain_db, 10.0, 0.2);
		}
}

static void damage(const struct kit *kit)
{
	char *path = memory_printf("%s/bed.flac", kit->dir);
	FILE *file = fopen(path, "r+");
	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	fseek(file, ftell(file) / 3, SEEK_SET);
	for (uint64_t i = 0; i < 3000; i++)
		fputc((int)(hash64(5, i) & 255), file);
	fclose(file);
	free(path);
}

// In steps of 50 ms, against the sound before.
static void test_even_bed_leaves_and_comes_back_where_a_part_is_lost(void **state)
{
	(void)state;
	enum { STEP = SEC / 20 };
	for (int kept = 0; kept < 2; kept++) {
		struct kit kit;
		open_bed(&kit, kept ? 40.0 : 70.0, BED_ONCE, 0.0);
		damage(&kit);
		float *frames = hear(&kit, 0, 40 * SEC);
		double whole = power_of(frames + 2 * 5 * SEC, SEC * 2);
		int first = 5 * 20, last;
		while (first < 35 * 20 && power_of(frames + 2 * STEP * first, STEP * 2) > 1e-6 * whole)
			first++;
		last = first;
		while (last < 36 * 20 && power_of(frames + 2 * STEP * last, STEP * 2) < 1e-6 * whole)
			last++;
		assert_true(last > first && last < 36 * 20);
		assert_true(power_of(frames + 2 * STEP * (first - 1), STEP * 2) < 0.01 * whole);
		assert_true(power_of(frames + 2 * STEP * last, STEP * 2) < 0.01 * whole);
		assert_true(power_of(frames + 2 * STEP * (first - 21), STEP * 2) > 0.8 * whole);
		assert_true(power_of(frames + 2 * STEP * (last + 20), STEP * 2) > 0.8 * whole);
		free(frames);
		kit_close(&kit);
	}
}

static double mostly_noise(double wild_sec, int rate_hz, int64_t at, int channel)
{
	return at == (int64_t)(wild_sec * rate_hz) ? (double)NAN : kit_noise(0.1, rate_hz, at, channel);
}

static void check_told(struct kit *kit, const char *wanted)
{
	struct mix *mix = NULL;
	assert_int_equal(mix_create(&mix, &kit->score, &kit->faults), STATUS_OK);
	mix_check_beds(mix, NULL, NULL, &kit->faults);
	if (wanted)
		assert_non_null(strstr(kit->faults.items[0].text, wanted));
	assert_int_equal(kit->faults.count, wanted != NULL);
	mix_destroy(mix);
	kit_close(kit);
}

static void test_even_bed_is_told_of_where_a_part_is_lost(void **state)
{
	(void)state;
	for (int kept = 0; kept < 2; kept++) {
		struct kit kit;
		open_bed(&kit, kept ? 40.0 : 70.0, BED_LOOP, 0.0);
		damage(&kit);
		check_told(&kit,
		           kept ? "the bed \"bed.flac\" cannot be decoded from 0:13 to 0:16, and is silent there"
		                : "the bed \"bed.flac\" cannot be decoded from 0:23 to 0:32, and is silent there");
		open_bed(&kit, kept ? 40.0 : 70.0, BED_LOOP, 0.0);
		check_told(&kit, NULL);
		kit_open(&kit, 60 * SEC);
		kit_write(&kit, "bed.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 2, kept ? 40.0 : 70.0, mostly_noise,
		          20.5);
		kit_bed(&kit, 0, kit.score.frames, kit_add_bed(&kit, "bed.wav", false, BED_LOOP, 0.0));
		kit_finish(&kit);
		check_told(&kit, "the bed \"bed.wav\" cannot be decoded from 0:20 to 0:32");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_even_leads_to_what_is_turned_down_and_back),
		cmocka_unit_test(test_even_is_the_same_in_any_portion),
		cmocka_unit_test(test_even_allows_12_db_over_what_was_measured),
		cmocka_unit_test(test_even_bed_is_no_louder_where_it_was_not_measured),
		cmocka_unit_test(test_even_bed_leaves_and_comes_back_where_a_part_is_lost),
		cmocka_unit_test(test_even_bed_is_told_of_where_a_part_is_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

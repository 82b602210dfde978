// Recordings are checked before play, levelled by their manifest, and kept within bounds.
#include "voice/clip.h"

#include "base/hash.h"
#include "pack_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

// A pack of numbered tones of 0.5 s at -20 dB.
static struct kit tones(int count)
{
	struct kit kit = kit_init();
	char manifest[8000], name[20], *at = manifest;
	at += sprintf(at, KIT_HEAD);
	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof name, "%d.flac", i);
		kit_tone(&kit, name, 0.5, 0.1);
		at += sprintf(at, "  - {text: Line %d., file: %d.flac, lufs: -20.8, peak: -20.0}\n", i, i);
	}
	assert_int_equal(kit_open(&kit, manifest), STATUS_OK);
	return kit;
}

static const struct pack_line *line_of(const struct kit *kit, int number)
{
	char words[30];
	snprintf(words, sizeof words, "line %d", number);
	return pack_find(kit->pack, words);
}

static void test_clip_gain_brings_a_line_to_the_voice_level(void **state)
{
	(void)state;
	assert_true(clip_gain_db(&(struct pack_line){.lufs = -23.0}) == 0.0);
	assert_true(clip_gain_db(&(struct pack_line){.lufs = -18.5}) == -4.5);
	assert_true(clip_gain_db(&(struct pack_line){.lufs = -30.0}) == 7.0);
	assert_true(clip_gain_db(&(struct pack_line){.lufs = -60.0}) == 12.0);
}

static void test_clip_check_tells_the_length(void **state)
{
	(void)state;
	struct kit kit = tones(1);
	int64_t frames = 0;
	assert_int_equal(clip_check(kit.pack, line_of(&kit, 0), &frames, &kit.faults), STATUS_OK);
	assert_int_equal(frames, 24000);
	assert_int_equal(kit.faults.count, 0);
	kit_finish(&kit);
}

// One line whose file is made by the test; its fault.
static void check_fault(const char *make, double sec, double peak, const char *file, const char *fault)
{
	struct kit kit = kit_init();
	char manifest[400];
	int64_t frames;
	if (make)
		kit_tone(&kit, make, sec, peak);
	snprintf(manifest, sizeof manifest, KIT_HEAD "  - {text: One., file: %s, lufs: -20.8, peak: -20.0}\n", file);
	assert_int_equal(kit_open(&kit, manifest), STATUS_OK);
	enum status status = clip_check(kit.pack, &kit.pack->lines[0], &frames, &kit.faults);
	assert_string_equal(kit_faults(&kit), fault);
	assert_true((status == STATUS_OK) == !*fault);
	kit_finish(&kit);
}

static void test_clip_check_finds_what_cannot_be_played(void **state)
{
	(void)state;
	check_fault("a", 0.5, 0.1, "a", "");
	check_fault("a", 0.5, 0.104, "a", "");
	check_fault("a", 0.5, 0.125, "a",
	            "pack.yaml:5:5: the recording a is louder than written here (peak -18.1 dB, not -20.0); measure it "
	            "again\n");
	check_fault("a", 0.5, 0.0, "a", "pack.yaml:5:5: the recording a holds only silence\n");
	check_fault("a", 61.0, 0.1, "a", "pack.yaml:5:5: the recording a cannot be used: it is too long\n");
	check_fault(NULL, 0, 0, "gone.flac",
	            "pack.yaml:5:5: the recording gone.flac cannot be used: there is no such file\n");
	check_fault(NULL, 0, 0, "../../etc/passwd",
	            "pack.yaml:5:5: the recording ../../etc/passwd cannot be used: it leads out of its folder\n");
	check_fault(
		NULL, 0, 0, "pack.yaml",
		"pack.yaml:5:5: the recording pack.yaml cannot be used: it is not a sound file of a known kind; use "
		"WAV, FLAC, Ogg (Vorbis or Opus) or MP3\n");
}

static void test_clip_check_finds_a_cut_recording(void **state)
{
	(void)state;
	struct kit kit = tones(1);
	char path[300];
	int64_t frames;
	kit_path(&kit, "0.flac", path);
	assert_int_equal(truncate(path, 9000), 0);
	assert_int_equal(clip_check(kit.pack, line_of(&kit, 0), &frames, &kit.faults), STATUS_FAULTY);
	assert_string_equal(kit_faults(&kit), "pack.yaml:5:5: the recording 0.flac cannot be used: it ends before its "
	                                      "header says, or is damaged\n");
	kit_finish(&kit);
}

// A tone, or noise, between two times of a file that is silent else; and what its manifest says of it.
struct claim {
	double sec, begin_sec, end_sec;
	double hz; // 0: noise
	double peak;
	double lufs, peak_db;
	const char *fault; // NULL: none
};

enum { CLAIM_RATE_HZ = 48000 };

static void write_claimed(const struct kit *kit, const struct claim *claim)
{
	char path[300];
	kit_path(kit, "a", path);
	SF_INFO info = {.samplerate = CLAIM_RATE_HZ, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
	SNDFILE *file = sf_open(path, SFM_WRITE, &info);
	for (int i = 0; i < (int)(claim->sec * CLAIM_RATE_HZ); i++) {
		double t = (double)i / CLAIM_RATE_HZ;
		double wave = claim->hz > 0.0 ? sin(6.283185307 * claim->hz * t) : hash_signed(5, (uint64_t)i);
		float sample = t >= claim->begin_sec && t < claim->end_sec ? (float)(claim->peak * wave) : 0.0f;
		sf_writef_float(file, &sample, 1);
	}
	sf_close(file);
}

// What is checked before, and what is only mixed, is judged alike.
static void check_claim(const struct claim *claim)
{
	struct kit kit = kit_init();
	char manifest[400], wanted[200] = "";
	int64_t frames;
	write_claimed(&kit, claim);
	snprintf(manifest, sizeof manifest, KIT_HEAD "  - {text: One., file: a, lufs: %.1f, peak: %.1f}\n", claim->lufs,
	         claim->peak_db);
	if (claim->fault)
		snprintf(wanted, sizeof wanted,
		         "pack.yaml:5:5: the recording a is louder than written here (%s); measure it again\n",
		         claim->fault);
	assert_int_equal(kit_open(&kit, manifest), STATUS_OK);
	const struct pack_line *line = &kit.pack->lines[0];
	assert_int_equal(clip_check(kit.pack, line, &frames, &kit.faults), claim->fault ? STATUS_FAULTY : STATUS_OK);
	assert_string_equal(kit_faults(&kit), wanted);
	struct clip_cache *cache = clip_cache_create(kit.pack, 1 << 20);
	const struct clip *clip = clip_take(cache, line, 0);
	assert_int_equal(clip->samples != NULL, !claim->fault);
	clip_give_back(cache, clip);
	assert_int_equal(clip_cache_has_lost(cache), claim->fault != NULL);
	clip_cache_destroy(cache);
	kit_finish(&kit);
}

static void test_clip_check_finds_what_is_louder_than_its_manifest_says(void **state)
{
	(void)state;
	static const struct claim claims[] = {
		{2.0, 0.0, 2.0, 0.0, 1.0, -60.0, 3.0, "1.4 LUFS, not -60.0"}, // noise at full scale
		{2.0, 0.0, 2.0, 0.0, 1.0, -23.0, 3.0, "1.4 LUFS, not -23.0"},
		{2.0, 0.0, 2.0, 0.0, 0.5, -6.5, 0.0, "-4.6 LUFS, not -6.5"},
		{2.0, 0.0, 2.0, 0.0, 0.5, -5.0, 0.0, NULL},                    // told as it is
		{20.0, 8.0, 9.0, 0.0, 1.0, -30.0, 3.0, "0.2 LUFS, not -30.0"}, // in silence
		{0.2, 0.0, 0.2, 0.0, 1.0, -23.0, 3.0, "1.5 LUFS, not -23.0"},  // too short for one block of the measure
		{5.0, 1.0, 1.2, 0.0, 1.0, -23.0, 3.0, "-2.6 LUFS, not -23.0"},
		{2.0, 0.0, 2.0, 0.0, 0.004, -60.0, -40.0, NULL}, // so soft that all of 12 dB are given
		{2.0, 0.0, 2.0, 40.0, 0.5, -12.0, -6.0, NULL},   // a low hum is not as loud as its power
		{2.0, 0.0, 2.0, 40.0, 0.5, -14.0, -6.0, "-12.3 LUFS, not -14.0"},
		{3.0, 0.1, 2.9, 1000.0, 0.1, -20.0, -20.0, NULL},
	};
	for (size_t i = 0; i < sizeof claims / sizeof *claims; i++)
		check_claim(&claims[i]);
}

static void test_clip_take_gives_the_tone(void **state)
{
	(void)state;
	struct kit kit = tones(2);
	struct clip_cache *cache = clip_cache_create(kit.pack, 1 << 20);
	const struct clip *clip = clip_take(cache, line_of(&kit, 1), 0);
	assert_non_null(clip->samples);
	assert_int_equal(clip->frames, 24000);
	for (int i = 2400; i < 21600; i++)
		assert_true(fabs(clip->samples[i] - 0.1 * sin(6.283185307 * 300.0 * i / 48000.0)) < 1e-5);
	clip_give_back(cache, clip);
	assert_false(clip_cache_has_lost(cache));
	clip_cache_destroy(cache);
	clip_cache_destroy(NULL);
	kit_finish(&kit);
}

static bool spoken(struct clip_cache *cache, const struct kit *kit, int number)
{
	const struct clip *clip = clip_take(cache, line_of(kit, number), 24000);
	bool found = clip->samples != NULL;
	assert_int_equal(clip->frames, found ? 24000 : 0);
	assert_true(!found || fabsf(clip->samples[10000]) <= 0.11f);
	clip_give_back(cache, clip);
	return found;
}

// A file that is gone shows whether a clip is still kept.
static bool kept(struct clip_cache *cache, const struct kit *kit, int number)
{
	char name[20], path[300], aside[300];
	snprintf(name, sizeof name, "%d.flac", number);
	kit_path(kit, name, path);
	kit_path(kit, "aside", aside);
	assert_int_equal(rename(path, aside), 0);
	bool found = spoken(cache, kit, number);
	assert_int_equal(rename(aside, path), 0);
	return found;
}

static void test_clip_expects_what_fills_no_more_than_half_of_the_cache(void **state)
{
	(void)state;
	struct kit kit = tones(2);
	size_t half = sizeof(struct clip) + 24000 * sizeof(float);
	struct clip_cache *cache = clip_cache_create(kit.pack, 2 * half);
	clip_expect(cache, line_of(&kit, 0), 24000);
	clip_expect(cache, line_of(&kit, 1), 24001);
	assert_true(kept(cache, &kit, 0));
	assert_false(kept(cache, &kit, 1));
	clip_cache_destroy(cache);
	kit_finish(&kit);
}

static void test_clip_cache_gives_up_the_least_recently_used(void **state)
{
	(void)state;
	struct kit kit = tones(4);
	// a tone is 24000 samples of 4 bytes: room for three and a little
	struct clip_cache *cache = clip_cache_create(kit.pack, 3 * 96000 + 5000);
	for (int i = 0; i < 3; i++)
		assert_true(spoken(cache, &kit, i));
	assert_true(kept(cache, &kit, 0)); // and is used last now
	assert_true(spoken(cache, &kit, 3));
	assert_true(kept(cache, &kit, 0));
	assert_true(kept(cache, &kit, 3));
	assert_true(kept(cache, &kit, 2));
	assert_false(kept(cache, &kit, 1));
	clip_cache_destroy(cache);
	kit_finish(&kit);
}

static void test_clip_cache_plays_a_line_larger_than_its_bound(void **state)
{
	(void)state;
	struct kit kit = tones(2);
	struct clip_cache *cache = clip_cache_create(kit.pack, 1000);
	for (int i = 0; i < 6; i++)
		assert_true(spoken(cache, &kit, i % 2));
	assert_true(kept(cache, &kit, 1));
	assert_false(kept(cache, &kit, 0));
	clip_cache_destroy(cache);
	kit_finish(&kit);
}

// A recording that cannot be decoded is silent, and is not tried again while it is remembered.
static void test_clip_remembers_what_cannot_be_decoded(void **state)
{
	(void)state;
	struct kit kit = tones(1);
	struct clip_cache *cache = clip_cache_create(kit.pack, 1 << 20);
	assert_false(kept(cache, &kit, 0));
	assert_false(spoken(cache, &kit, 0)); // though it is back
	assert_true(clip_cache_has_lost(cache));
	clip_cache_destroy(cache);
	kit_finish(&kit);
}

// Whoever puts another file in its place after it was checked.
static void test_clip_that_grew_loud_is_silent(void **state)
{
	(void)state;
	static const double peaks[] = {0.1, 0.125, 0.9, 0.0005};
	for (int i = 0; i < 4; i++) {
		struct kit kit = tones(1);
		struct clip_cache *cache = clip_cache_create(kit.pack, 1 << 20);
		kit_tone(&kit, "0.flac", 0.5, peaks[i]);
		assert_int_equal(spoken(cache, &kit, 0), i == 0);
		assert_int_equal(clip_cache_has_lost(cache), i > 0);
		clip_cache_destroy(cache);
		kit_finish(&kit);
	}
}

static void test_clip_look_reads_the_head_alone(void **state)
{
	(void)state;
	struct kit kit = tones(1);
	char path[300];
	int64_t frames;
	kit_path(&kit, "0.flac", path);
	assert_int_equal(truncate(path, 9000), 0);
	assert_int_equal(clip_look(kit.pack, line_of(&kit, 0), &frames, &kit.faults), STATUS_OK);
	assert_int_equal(frames, 24000);
	assert_int_equal(truncate(path, 20), 0);
	assert_int_equal(clip_look(kit.pack, line_of(&kit, 0), &frames, &kit.faults), STATUS_FAULTY);
	assert_string_equal(kit_faults(&kit), "pack.yaml:5:5: the recording 0.flac cannot be used: it is damaged, or "
	                                      "not what it says it is\n");
	kit_finish(&kit);
}

enum { THREADS = 6, TURNS = 400 };

struct speaker {
	struct clip_cache *cache;
	const struct kit *kit;
	int number, missed;
};

static void *speak(void *user)
{
	struct speaker *speaker = user;
	for (int i = 0; i < TURNS; i++) {
		const struct clip *clip =
			clip_take(speaker->cache, line_of(speaker->kit, (i + speaker->number) / 8 % 4), 0);
		speaker->missed += !clip->samples || fabsf(clip->samples[12345]) > 0.11f;
		clip_give_back(speaker->cache, clip);
	}
	return NULL;
}

static void test_clips_are_shared_by_threads(void **state)
{
	(void)state;
	struct kit kit = tones(4);
	struct clip_cache *cache = clip_cache_create(kit.pack, 2 * 96000);
	struct speaker speakers[THREADS];
	pthread_t threads[THREADS];
	for (int i = 0; i < THREADS; i++) {
		speakers[i] = (struct speaker){cache, &kit, i * 7, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, speak, &speakers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(speakers[i].missed, 0);
	}
	assert_false(clip_cache_has_lost(cache));
	clip_cache_destroy(cache);
	kit_finish(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clip_gain_brings_a_line_to_the_voice_level),
		cmocka_unit_test(test_clip_check_tells_the_length),
		cmocka_unit_test(test_clip_check_finds_what_cannot_be_played),
		cmocka_unit_test(test_clip_check_finds_a_cut_recording),
		cmocka_unit_test(test_clip_check_finds_what_is_louder_than_its_manifest_says),
		cmocka_unit_test(test_clip_take_gives_the_tone),
		cmocka_unit_test(test_clip_expects_what_fills_no_more_than_half_of_the_cache),
		cmocka_unit_test(test_clip_cache_gives_up_the_least_recently_used),
		cmocka_unit_test(test_clip_cache_plays_a_line_larger_than_its_bound),
		cmocka_unit_test(test_clip_remembers_what_cannot_be_decoded),
		cmocka_unit_test(test_clip_that_grew_loud_is_silent),
		cmocka_unit_test(test_clip_look_reads_the_head_alone),
		cmocka_unit_test(test_clips_are_shared_by_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

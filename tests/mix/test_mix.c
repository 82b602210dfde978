// Relations that hold bit for bit: the sound at a frame is a function of the score and the frame.
#include "mix/mix.h"

#include "audio/decoder.h"
#include "base/frames.h"
#include "score_kit.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

enum {
	SESSION_FRAMES = 12 * ENGINE_RATE_HZ + 345,
	SCORES = 6,
	THREADS = 4,
	TURN_FRAMES = 7777,
	TURNS = SESSION_FRAMES / TURN_FRAMES + 1,
};

static struct mix *create(struct kit *kit)
{
	struct mix *mix = NULL;
	assert_int_equal(mix_create(&mix, &kit->score, &kit->faults), STATUS_OK);
	assert_int_equal(kit->faults.count, 0);
	return mix;
}

static float *alloc_frames(int64_t n)
{
	return memory_alloc((size_t)n * ENGINE_CHANNELS * sizeof(float));
}

static float *read_all(struct mix *mix, int64_t frames)
{
	float *all = alloc_frames(frames);
	mix_read(mix, 0, all, frames);
	return all;
}

static void assert_same(const float *a, const float *b, int64_t n_frames)
{
	assert_memory_equal(a, b, (size_t)n_frames * ENGINE_CHANNELS * sizeof(float));
}

static double energy(const float *frames, int64_t n)
{
	double sum = 0.0;
	for (int64_t i = 0; i < n * ENGINE_CHANNELS; i++)
		sum += (double)frames[i] * (double)frames[i];
	return sum;
}

static void test_mix_any_portion_gives_the_same_samples(void **state)
{
	(void)state;
	static const int64_t portions[] = {1, 64, 997, 1024, 4096};
	for (uint64_t seed = 0; seed < SCORES; seed++) {
		struct kit kit;
		kit_open(&kit, SESSION_FRAMES);
		kit_random(&kit, seed);
		struct mix *mix = create(&kit);
		float *all = read_all(mix, SESSION_FRAMES), *part = alloc_frames(SESSION_FRAMES);
		assert_true(energy(all, SESSION_FRAMES) > 1.0);
		for (size_t p = 0; p < sizeof(portions) / sizeof(portions[0]); p++) {
			struct mix *fresh = create(&kit);
			for (int64_t at = 0; at < SESSION_FRAMES; at += portions[p]) {
				int64_t n = SESSION_FRAMES - at < portions[p] ? SESSION_FRAMES - at : portions[p];
				mix_read(fresh, at, part + at * 2, n);
			}
			assert_same(all, part, SESSION_FRAMES);
			mix_destroy(fresh);
		}
		free(all);
		free(part);
		mix_destroy(mix);
		kit_close(&kit);
	}
}

static void check_any_start(uint64_t seed)
{
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_random(&kit, seed);
	struct mix *mix = create(&kit), *jumping = create(&kit);
	float *all = read_all(mix, SESSION_FRAMES), *part = alloc_frames(5000);
	uint64_t k = 0;
	for (int i = 0; i < 300; i++) {
		int64_t at = kit_pick(5, &k, SESSION_FRAMES - 5000), n = 1 + kit_pick(5, &k, 5000);
		mix_read(jumping, at, part, n);
		assert_same(all + 2 * at, part, n);
	}
	for (int i = 0; i < 3; i++) {
		struct mix *fresh = create(&kit);
		int64_t at = kit_pick(5, &k, SESSION_FRAMES - 5000);
		mix_read(fresh, at, part, 5000);
		assert_same(all + 2 * at, part, 5000);
		mix_destroy(fresh);
	}
	free(all);
	free(part);
	mix_destroy(mix);
	mix_destroy(jumping);
	kit_close(&kit);
}

static void test_mix_any_start_gives_the_same_samples(void **state)
{
	(void)state;
	check_any_start(100);
	check_any_start(101);
}

// Files too long to be kept are read from the disk, by segments, and grains from two places of it at once.
static void test_mix_long_files_sound_the_same_from_any_start(void **state)
{
	(void)state;
	static const enum bed_mode modes[] = {BED_LOOP, BED_TEXTURE, BED_ONCE};
	for (int m = 0; m < 3; m++) {
		struct kit kit;
		kit_open(&kit, SESSION_FRAMES);
		kit_write(&kit, "long.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, 2, 70.0, kit_noise, 0.1);
		kit_bed(&kit, 0, SESSION_FRAMES, kit_add_bed(&kit, "long.ogg", false, modes[m], -14.0))->bed.origin =
			-62 * ENGINE_RATE_HZ; // begun long ago: a seam, or the end, is near
		kit_finish(&kit);
		struct mix *mix = create(&kit), *jumping = create(&kit);
		float *all = read_all(mix, SESSION_FRAMES), part[2 * 3000];
		uint64_t k = 0;
		assert_true(energy(all, SESSION_FRAMES) > 0.1);
		for (int i = 0; i < 15; i++) {
			int64_t at = kit_pick(6, &k, SESSION_FRAMES - 3000);
			mix_read(jumping, at, part, 3000);
			assert_same(all + 2 * at, part, 3000);
		}
		free(all);
		mix_destroy(mix);
		mix_destroy(jumping);
		kit_close(&kit);
	}
}

// No room on the disk nor in memory for a short bed: it is decoded as it plays, and sounds the same.
static void test_mix_a_bed_that_cannot_be_kept_sounds_the_same(void **state)
{
	(void)state;
	struct kit kit;
	struct rlimit before, small = {1 << 20, 1 << 20};
	kit_open(&kit, SESSION_FRAMES);
	kit_write(&kit, "loop.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 2, 8.0, kit_noise, 0.1);
	kit_bed(&kit, 0, SESSION_FRAMES, kit_add_bed(&kit, "loop.flac", false, BED_LOOP, -14.0));
	kit_finish(&kit);
	struct mix *mix = create(&kit);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	struct mix *unkept = create(&kit);
	setrlimit(RLIMIT_FSIZE, &before);
	float *wanted = read_all(mix, SESSION_FRAMES), *got = read_all(unkept, SESSION_FRAMES);
	assert_true(energy(wanted, SESSION_FRAMES) > 0.1);
	assert_same(got, wanted, SESSION_FRAMES);
	free(wanted);
	free(got);
	mix_destroy(mix);
	mix_destroy(unkept);
	kit_close(&kit);
}

static void test_mix_made_by_two_threads_sounds_the_same(void **state)
{
	(void)state;
	static const double lengths_sec[] = {5.0, 25.0, 40.0, 63.5}; // before, and around the segment where they meet
	for (int i = 0; i < 4; i++) {
		struct kit kit;
		kit_open(&kit, SESSION_FRAMES);
		kit_write(&kit, "loop.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, 2, lengths_sec[i], kit_noise, 0.1);
		for (int64_t part = 0; part < 4; part++)
			kit_bed(&kit, part * SESSION_FRAMES / 4, (part + 1) * SESSION_FRAMES / 4,
			        kit_add_bed(&kit, "loop.ogg", false, BED_LOOP, -14.0))
				->bed.origin = -part * 17 * ENGINE_RATE_HZ;
		kit_finish(&kit);
		struct mix *mix = create(&kit), *by_two = NULL;
		assert_int_equal(mix_create_by_two(&by_two, &kit.score, &kit.faults), STATUS_OK);
		float *wanted = read_all(mix, SESSION_FRAMES), *got = read_all(by_two, SESSION_FRAMES);
		assert_true(energy(wanted, SESSION_FRAMES) > 0.1);
		assert_same(got, wanted, SESSION_FRAMES);
		free(wanted);
		free(got);
		mix_destroy(mix);
		mix_destroy(by_two);
		kit_close(&kit);
	}
}

// A decoder that starts once; whoever wants a second finds `second` done, and a file that tells so.
static char *write_single_decoder(struct kit *kit, const char *second)
{
	char *path = memory_printf("%s/single", kit->dir);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file,
	        "#!/bin/sh\ncd %s\n[ -e first ] && { : >second; %s; }\n: >first\n"
	        "exec " BUILD_DIR "/libexec/stillroom/stillroom-decoder\n",
	        kit->dir, second);
	assert_int_equal(fchmod(fileno(file), 0700), 0);
	fclose(file);
	return path;
}

static void check_kept_without(const char *second)
{
	static const char *const names[] = {"single", "first", "second"};
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_write(&kit, "loop.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 2, 40.0, kit_noise, 0.1);
	kit_bed(&kit, 0, SESSION_FRAMES, kit_add_bed(&kit, "loop.flac", false, BED_LOOP, -14.0))->bed.origin =
		-25 * ENGINE_RATE_HZ; // near the middle, where the second half begins
	kit_finish(&kit);
	struct mix *mix = create(&kit), *by_two = NULL;
	audio_decoder_destroy(kit.pack.decoder);
	char *program = write_single_decoder(&kit, second);
	kit.pack.decoder = decoder_create(program, 60.0);
	assert_int_equal(mix_create_by_two(&by_two, &kit.score, &kit.faults), STATUS_OK);
	kit_remove(&kit, "loop.flac"); // it is kept
	struct mix *late = mix_clone(by_two);
	float *wanted = read_all(mix, SESSION_FRAMES), *got = read_all(late, SESSION_FRAMES);
	assert_true(energy(wanted, SESSION_FRAMES) > 0.1);
	assert_same(got, wanted, SESSION_FRAMES);
	for (int i = 0; i < 3; i++) {
		char *path = memory_printf("%s/%s", kit.dir, names[i]);
		assert_int_equal(unlink(path), 0);
		free(path);
	}
	free(program);
	free(wanted);
	free(got);
	mix_destroy(late);
	mix_destroy(mix);
	mix_destroy(by_two);
	kit_close(&kit);
}

static void test_mix_a_second_decoder_that_fails_is_not_missed(void **state)
{
	(void)state;
	check_kept_without("exit 1");
	check_kept_without("export BAD_DECODER=dies-reading; exec " BUILD_DIR "/tests/bad_decoder");
}

struct reader {
	struct mix *mix;
	int first;
	float *all;
	pthread_t thread;
};

static void *read_in_turns(void *user)
{
	struct reader *reader = user;
	for (int i = 0; i < TURNS; i++) {
		int64_t at = (int64_t)((reader->first + i) % TURNS) * TURN_FRAMES;
		int64_t n = SESSION_FRAMES - at < TURN_FRAMES ? SESSION_FRAMES - at : TURN_FRAMES;
		mix_read(reader->mix, at, reader->all + 2 * at, n);
	}
	return NULL;
}

static void test_mix_clones_on_threads_give_the_same_samples(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_random(&kit, 201);
	struct mix *mix = create(&kit);
	struct reader readers[THREADS];
	for (int i = 0; i < THREADS; i++) {
		readers[i] =
			(struct reader){.mix = mix_clone(mix), .first = i * 19, .all = alloc_frames(SESSION_FRAMES)};
		pthread_create(&readers[i].thread, NULL, read_in_turns, &readers[i]);
	}
	float *all = read_all(mix, SESSION_FRAMES);
	mix_destroy(mix); // clones may outlive it
	for (int i = 0; i < THREADS; i++) {
		pthread_join(readers[i].thread, NULL);
		assert_same(all, readers[i].all, SESSION_FRAMES);
		mix_destroy(readers[i].mix);
		free(readers[i].all);
	}
	free(all);
	kit_close(&kit);
}

static void test_mix_outside_the_session_is_silence(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_add_bed(&kit, "rain", true, BED_TEXTURE, -6.0);
	kit_bed(&kit, 0, 2 * SESSION_FRAMES, 0); // longer than the session
	kit_random(&kit, 300);
	kit.score.bed_fade = kit.score.voice_fade = kit.score.tones_fade = (struct score_fade){0, 0};
	struct mix *mix = create(&kit);
	float *all = read_all(mix, SESSION_FRAMES);
	float *wide = alloc_frames(SESSION_FRAMES + 6000), *zeros = alloc_frames(3000);
	mix_read(mix, -3000, wide, SESSION_FRAMES + 6000);
	assert_same(wide, zeros, 3000);
	assert_same(wide + 2 * 3000, all, SESSION_FRAMES);
	assert_same(wide + 2 * (3000 + (int64_t)SESSION_FRAMES), zeros, 3000);
	mix_read(mix, -9000, wide, 5);
	mix_read(mix, 0, wide, 0);
	mix_read(mix, INT64_MAX - 10, wide, 5);
	assert_same(wide, zeros, 5);
	free(all);
	free(wide);
	free(zeros);
	mix_destroy(mix);
	kit_close(&kit);
}

static void test_mix_of_nothing_is_silence(void **state)
{
	(void)state;
	for (int64_t frames = 0; frames <= 3000; frames += 1500) {
		struct kit kit;
		kit_open(&kit, frames);
		struct mix *mix = create(&kit);
		float *out = alloc_frames(4000), *zeros = alloc_frames(4000);
		memset(out, 1, 4000 * 2 * sizeof(float));
		mix_read(mix, -500, out, 4000);
		assert_same(out, zeros, 4000);
		free(out);
		free(zeros);
		mix_destroy(mix);
		kit_close(&kit);
	}
	mix_destroy(NULL);
}

static void expect_bed_fault(const char *track, bool built_in, enum bed_mode mode, const char *words)
{
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_write(&kit, "short.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 0.9, kit_noise, 0.1);
	kit_bed(&kit, 0, SESSION_FRAMES, kit_add_bed(&kit, track, built_in, mode, -14.0));
	kit_finish(&kit);
	struct mix *mix = (struct mix *)&kit;
	assert_int_equal(mix_create(&mix, &kit.score, &kit.faults), STATUS_FAULTY);
	assert_null(mix);
	assert_int_equal(kit.faults.count, 1);
	assert_string_equal(kit.faults.items[0].place.file, "test.yaml");
	assert_int_equal(kit.faults.items[0].place.line, 7);
	assert_non_null(strstr(kit.faults.items[0].text, words));
	assert_non_null(strstr(kit.faults.items[0].text, track));
	kit_close(&kit);
}

static void test_mix_names_a_bed_that_cannot_be_played(void **state)
{
	(void)state;
	expect_bed_fault("missing.flac", false, BED_LOOP, "");
	expect_bed_fault("short.wav", false, BED_LOOP, "shorter than a second");
	expect_bed_fault("short.wav", false, BED_TEXTURE, "shorter than a second");
	expect_bed_fault("no such bed", true, BED_TEXTURE, "no built-in bed");
}

static void test_mix_refuses_too_many_bed_files(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	struct score_bed beds[17];
	kit.score.beds = beds;
	kit.score.bed_count = 17;
	for (int i = 0; i < 17; i++) {
		char *name = arena_printf(kit.arena, "bed%d.wav", i);
		kit_write(&kit, name, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 1.1, kit_noise, 0.1);
		beds[i] = (struct score_bed){.track = name, .folder = &kit.pack.folder, .mode = BED_LOOP};
	}
	struct mix *mix;
	assert_int_equal(mix_create(&mix, &kit.score, &kit.faults), STATUS_FAULTY);
	kit.faults = fault_list_init(kit.arena);
	for (int i = 0; i < 17; i++)
		beds[i].track = "bed0.wav"; // one file at many levels is one file
	mix = create(&kit);
	mix_destroy(mix);
	kit_close(&kit);
}

// Recordings and a long bed that go away, or are cut short, while the session plays.
static void test_mix_lost_recordings_are_silent(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_write(&kit, "long.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 1, 66.0, kit_noise, 0.1);
	kit_bed(&kit, 0, SESSION_FRAMES, kit_add_bed(&kit, "long.flac", false, BED_LOOP, 0.0));
	kit_say(&kit, 1000, 0);
	kit_say(&kit, 200000, 1);
	kit_finish(&kit);
	struct mix *mix = create(&kit);
	kit_remove(&kit, "long.flac");
	kit_remove(&kit, "line0.flac");
	float *all = read_all(mix, SESSION_FRAMES);
	assert_true(energy(all, 190000) == 0.0);
	assert_true(energy(all + 2 * 200000, 50000) > 1.0);
	assert_true(energy(all + 2 * 300000, SESSION_FRAMES - 300000) == 0.0);
	free(all);
	mix_destroy(mix);
	kit_close(&kit);
}

// Of a line that is said at `at`, by a mix that read nothing before.
static double energy_of_line(const struct mix *mix, int64_t at, int line)
{
	struct mix *reader = mix_clone(mix);
	int64_t n = kit_line_frames(line);
	float *frames = memory_alloc((size_t)n * 2 * sizeof *frames);
	mix_read(reader, at, frames, n);
	double sum = energy(frames, n);
	free(frames);
	mix_destroy(reader);
	return sum;
}

static void test_mix_expected_words_are_decoded_before_they_are_read(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, 12 * 48000);
	kit_say(&kit, 0, 0);
	kit_say(&kit, 4 * 48000, 1);
	kit_say(&kit, 8 * 48000, 2);
	kit_finish(&kit);
	struct mix *mix = create(&kit);
	assert_int_equal(mix_expect(mix, 24000), 4 * 48000); // from the middle of the first
	assert_int_equal(mix_expect(mix, 4 * 48000), 4 * 48000);
	assert_int_equal(mix_expect(mix, 8 * 48000 + 1), -1);
	for (int i = 0; i < 3; i++)
		kit_remove(&kit, kit.lines[i].file);
	assert_true(energy_of_line(mix, 4 * 48000, 1) > 1.0);
	assert_false(mix_has_lost_words(mix));
	assert_true(energy_of_line(mix, 0, 0) == 0.0);
	assert_true(energy_of_line(mix, 8 * 48000, 2) == 0.0);
	assert_true(mix_has_lost_words(mix));
	mix_destroy(mix);
	kit_close(&kit);
}

// Twelve seconds of words, then three more: together more than is kept of words that nobody is saying.
static struct mix *open_words(struct kit *kit)
{
	kit_open(kit, 17 * 48000);
	kit_write(kit, kit->lines[5].file, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 24000, 1, 12.0, kit_speech, 250.0);
	kit_event(kit, LANE_VOICE, 0, 12 * 48000)->voice.line = &kit->lines[5];
	kit_say(kit, 13 * 48000, 4);
	kit_finish(kit);
	return create(kit);
}

// Of a tenth of a second.
static double energy_at(struct mix *mix, int64_t at)
{
	float frames[2 * 4800];
	mix_read(mix, at, frames, 4800);
	return energy(frames, 4800);
}

static void test_mix_expected_words_take_nothing_from_those_being_said(void **state)
{
	(void)state;
	struct kit kit;
	struct mix *mix = open_words(&kit);
	assert_true(energy_at(mix, 2 * 48000) > 1.0);
	kit_remove(&kit, kit.lines[5].file);
	assert_int_equal(mix_expect(mix, 12 * 48000), 13 * 48000);
	assert_true(energy_at(mix, 3 * 48000) > 1.0);
	assert_false(mix_has_lost_words(mix));
	mix_destroy(mix);
	kit_close(&kit);
}

static void test_mix_words_are_given_up_once_they_are_said(void **state)
{
	(void)state;
	for (int destroyed = 0; destroyed < 2; destroyed++) {
		struct kit kit;
		struct mix *mix = open_words(&kit), *reader = mix_clone(mix);
		assert_true(energy_at(reader, 2 * 48000) > 1.0);
		if (destroyed) {
			mix_destroy(reader);
			reader = NULL;
		} else {
			assert_true(energy_at(reader, 12 * 48000 + 4800) == 0.0);
		}
		kit_remove(&kit, kit.lines[5].file);
		assert_int_equal(mix_expect(mix, 12 * 48000), 13 * 48000);
		assert_true(energy_at(mix, 3 * 48000) == 0.0);
		assert_true(mix_has_lost_words(mix));
		mix_destroy(reader);
		mix_destroy(mix);
		kit_close(&kit);
	}
}

static void test_mix_a_bed_cut_short_is_never_noise(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_write(&kit, "long.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 1, 66.0, kit_sine, 100.0);
	kit_bed(&kit, 0, SESSION_FRAMES, kit_add_bed(&kit, "long.flac", false, BED_LOOP, -6.0));
	kit_finish(&kit);
	struct mix *mix = create(&kit);
	float *whole = read_all(mix, SESSION_FRAMES);
	struct mix *late = mix_clone(mix);
	char *path = memory_printf("%s/long.flac", kit.dir);
	assert_int_equal(truncate(path, 60000), 0);
	float *cut = read_all(late, SESSION_FRAMES);
	for (int64_t i = 0; i < SESSION_FRAMES * 2; i++)
		assert_true(fabsf(cut[i]) <= 0.252f);
	assert_true(energy(whole + 2 * 400000, 100000) > 1.0);
	assert_true(energy(cut + 2 * 400000, 100000) == 0.0);
	free(path);
	free(whole);
	free(cut);
	mix_destroy(late);
	mix_destroy(mix);
	kit_close(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mix_any_portion_gives_the_same_samples),
		cmocka_unit_test(test_mix_any_start_gives_the_same_samples),
		cmocka_unit_test(test_mix_a_bed_that_cannot_be_kept_sounds_the_same),
		cmocka_unit_test(test_mix_made_by_two_threads_sounds_the_same),
		cmocka_unit_test(test_mix_a_second_decoder_that_fails_is_not_missed),
		cmocka_unit_test(test_mix_long_files_sound_the_same_from_any_start),
		cmocka_unit_test(test_mix_clones_on_threads_give_the_same_samples),
		cmocka_unit_test(test_mix_outside_the_session_is_silence),
		cmocka_unit_test(test_mix_of_nothing_is_silence),
		cmocka_unit_test(test_mix_names_a_bed_that_cannot_be_played),
		cmocka_unit_test(test_mix_refuses_too_many_bed_files),
		cmocka_unit_test(test_mix_lost_recordings_are_silent),
		cmocka_unit_test(test_mix_expected_words_are_decoded_before_they_are_read),
		cmocka_unit_test(test_mix_expected_words_take_nothing_from_those_being_said),
		cmocka_unit_test(test_mix_words_are_given_up_once_they_are_said),
		cmocka_unit_test(test_mix_a_bed_cut_short_is_never_noise),
	};
#ifdef TESTS_THREAD_SANITIZED // the rest has one thread, in which there is nothing to find
	cmocka_set_test_filter("test_mix_*threads*");
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}

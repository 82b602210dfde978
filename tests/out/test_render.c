#include "out/render.h"

#include "../mix/score_kit.h"
#include "../sound/measure.h"
#include "base/decibel.h"
#include "base/frames.h"
#include "out/dither.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SESSION_FRAMES = 14 * ENGINE_RATE_HZ + 123 };

static char *raw_path(const struct kit *kit)
{
	return memory_printf("%s/raw", kit->dir);
}

// Renders as floats and returns them.
static float *render_frames(struct kit *kit, const struct render_options *options)
{
	char *path = raw_path(kit);
	const char *why = "";
	FILE *file = fopen(path, "w+");
	struct writer *writer = writer_open_raw(fileno(file), SAMPLE_F32);
	assert_int_equal(render(&kit->score, writer, options, &kit->faults, &why), STATUS_OK);
	assert_null(why);
	assert_int_equal(writer_commit(writer, &why), STATUS_OK);
	writer_destroy(writer);
	int64_t n = options->end_frames - options->begin_frames;
	float *frames = memory_alloc((size_t)(n + 1) * 8);
	rewind(file);
	assert_int_equal(fread(frames, 8, (size_t)n + 1, file), n);
	fclose(file);
	unlink(path);
	free(path);
	return frames;
}

// The whole session as a mix reads it.
static float *mix_frames(struct kit *kit)
{
	struct mix *mix = NULL;
	assert_int_equal(mix_create(&mix, &kit->score, &kit->faults), STATUS_OK);
	float *frames = memory_alloc(SESSION_FRAMES * 8);
	mix_read(mix, 0, frames, SESSION_FRAMES);
	mix_destroy(mix);
	return frames;
}

static void test_render_any_jobs_write_the_mix(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_random(&kit, 11);
	float *wanted = mix_frames(&kit);
	static const int jobs[] = {1, 2, 3, 8, 200, 0};
	for (int i = 0; i < 6; i++) {
		struct render_options options = {.end_frames = SESSION_FRAMES, .jobs = jobs[i]};
		float *got = render_frames(&kit, &options);
		assert_memory_equal(got, wanted, SESSION_FRAMES * 8);
		free(got);
		options = (struct render_options){.begin_frames = 54321, .end_frames = 345678, .jobs = jobs[i]};
		got = render_frames(&kit, &options);
		assert_memory_equal(got, wanted + 2 * 54321, (345678 - 54321) * 8);
		free(got);
	}
	free(wanted);
	kit_close(&kit);
}

// On the disk that the build is on, where samples go past the page cache from where they were converted.
static void test_render_any_jobs_write_the_same_wav(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_random(&kit, 12);
	float *frames = mix_frames(&kit);
	int16_t *wanted = memory_alloc(SESSION_FRAMES * 4), *got = memory_alloc(SESSION_FRAMES * 4);
	dither_s16(frames, 0, wanted, SESSION_FRAMES);
	static const int jobs[] = {1, 2, 3, 8};
	for (int i = 0; i < 4; i++) {
		const struct writer_tags tags = {.title = i % 2 ? "Any" : NULL, .comment = "of many jobs"};
		const struct render_options options = {.end_frames = SESSION_FRAMES, .jobs = jobs[i]};
		struct writer *writer = NULL;
		const char *why = "", *path = BUILD_DIR "/test_render.wav";
		assert_int_equal(writer_open_file(&writer, path, &tags, &why), STATUS_OK);
		assert_int_equal(render(&kit.score, writer, &options, &kit.faults, &why), STATUS_OK);
		assert_int_equal(writer_commit(writer, &why), STATUS_OK);
		writer_destroy(writer);
		SF_INFO info = {0};
		SNDFILE *file = sf_open(path, SFM_READ, &info);
		assert_int_equal(info.frames, SESSION_FRAMES);
		assert_int_equal(sf_readf_short(file, got, SESSION_FRAMES), SESSION_FRAMES);
		assert_memory_equal(got, wanted, SESSION_FRAMES * 4);
		assert_string_equal(sf_get_string(file, SF_STR_COMMENT), "of many jobs");
		sf_close(file);
		unlink(path);
	}
	free(frames);
	free(wanted);
	free(got);
	kit_close(&kit);
}

// The decoded file's samples, as floats.
static float *decoded(const char *path, int64_t frames)
{
	SF_INFO info = {0};
	SNDFILE *file = sf_open(path, SFM_READ, &info);
	float *samples = measure_buffer(frames);
	sf_count_t n = sf_readf_float(file, samples, frames);
	assert_true(n > frames - 4800); // an encoder may round the end
	sf_close(file);
	return samples;
}

// Words of noise far over full scale, which no encoder leaves as high as the limiter does.
static void test_render_of_any_file_is_under_the_ceiling(void **state)
{
	(void)state;
	static const char *const endings[] = {"wav", "flac", "ogg", "opus", "mp3"};
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_write(&kit, "noise.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, ENGINE_RATE_HZ, 1, 3.0, kit_noise, 0.5);
	kit.lines[KIT_LINES - 1].file = "noise.flac";
	kit.lines[KIT_LINES - 1].peak_db = -6.0;
	kit.lines[KIT_LINES - 1].lufs = -5.0;
	kit.score.level_db = 24.0;
	for (int i = 0; i < 4; i++)
		kit_say(&kit, ENGINE_RATE_HZ + i * 3 * ENGINE_RATE_HZ, KIT_LINES - 1);
	kit_finish(&kit);
	for (int i = 0; i < 5; i++) {
		char *path = memory_printf("%s/session.%s", kit.dir, endings[i]);
		const struct render_options options = {.end_frames = SESSION_FRAMES, .jobs = 1};
		struct writer *writer = NULL;
		const char *why = "";
		assert_int_equal(writer_open_file(&writer, path, NULL, &why), STATUS_OK);
		assert_int_equal(render(&kit.score, writer, &options, &kit.faults, &why), STATUS_OK);
		assert_int_equal(writer_commit(writer, &why), STATUS_OK);
		writer_destroy(writer);
		float *samples = decoded(path, SESSION_FRAMES);
		double peak_db = measure_true_peak_db(samples, SESSION_FRAMES);
		if (peak_db > CEILING_DAY_DBTP || peak_db < CEILING_DAY_DBTP - 4.0)
			print_error("%s: %.2f dBTP\n", endings[i], peak_db);
		assert_true(peak_db <= CEILING_DAY_DBTP && peak_db > CEILING_DAY_DBTP - 4.0);
		unlink(path);
		free(path);
		free(samples);
	}
	kit_close(&kit);
}

static void test_render_of_nothing_is_nothing(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, 0);
	kit_finish(&kit);
	for (int jobs = 0; jobs < 3; jobs++) {
		struct render_options options = {.jobs = jobs};
		free(render_frames(&kit, &options));
	}
	kit_close(&kit);
}

static void test_render_volume_is_a_plain_gain(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_random(&kit, 12);
	struct render_options options = {.end_frames = SESSION_FRAMES, .jobs = 2};
	float *full = render_frames(&kit, &options);
	options.volume_db = 3.0; // never louder
	float *louder = render_frames(&kit, &options);
	options.volume_db = -7.0;
	float *softer = render_frames(&kit, &options);
	options.volume_db = FADE_FLOOR_DB;
	float *silent = render_frames(&kit, &options);
	float gain = (float)gain_from_db(-7.0);
	assert_memory_equal(louder, full, SESSION_FRAMES * 8);
	for (int i = 0; i < 2 * SESSION_FRAMES; i++) {
		assert_true(softer[i] == full[i] * gain);
		assert_true(silent[i] == 0.0f);
	}
	free(full);
	free(louder);
	free(softer);
	free(silent);
	kit_close(&kit);
}

struct told {
	int calls;
	int64_t last_frames;
	pthread_t thread;
	atomic_int *stop;
};

static void hear_progress(void *user, int64_t done_frames, int64_t all_frames)
{
	struct told *told = user;
	assert_true(pthread_equal(pthread_self(), told->thread));
	assert_true(done_frames > told->last_frames && done_frames <= all_frames);
	told->last_frames = done_frames;
	told->calls++;
	if (told->stop)
		atomic_store(told->stop, 1);
}

static void test_render_tells_progress_to_the_end(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_random(&kit, 13);
	for (int jobs = 1; jobs <= 3; jobs++) {
		struct told told = {.thread = pthread_self()};
		struct render_options options = {
			.end_frames = SESSION_FRAMES, .jobs = jobs, .progress = hear_progress, .user = &told};
		free(render_frames(&kit, &options));
		assert_true(told.calls >= 1);
		assert_int_equal(told.last_frames, SESSION_FRAMES);
	}
	kit_close(&kit);
}

// A session of 20 hours would take minutes: it ends because somebody asks while it runs.
static void test_render_stops_when_asked(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, (int64_t)20 * 3600 * ENGINE_RATE_HZ);
	kit_breathe(&kit, 0, 500 * ENGINE_RATE_HZ, 5 * ENGINE_RATE_HZ);
	kit_finish(&kit);
	for (int jobs = 1; jobs <= 3; jobs++) {
		atomic_int stop = 0;
		struct told told = {.thread = pthread_self(), .stop = &stop};
		struct render_options options = {.end_frames = kit.score.frames,
		                                 .jobs = jobs,
		                                 .progress = hear_progress,
		                                 .user = &told,
		                                 .stop = &stop};
		const char *why;
		char *path = memory_printf("%s/session.opus", kit.dir);
		struct writer *writer = NULL;
		assert_int_equal(writer_open_file(&writer, path, NULL, &why), STATUS_OK);
		assert_int_equal(render(&kit.score, writer, &options, &kit.faults, &why), STATUS_STOPPED);
		assert_null(why);
		assert_int_equal(told.calls, 1);
		writer_destroy(writer);
		assert_int_equal(access(path, F_OK), -1);
		free(path);
	}
	kit_close(&kit);
}

static void test_render_stopped_before_it_begins_writes_nothing(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_random(&kit, 14);
	for (int jobs = 1; jobs <= 3; jobs++) {
		atomic_int stop = 1;
		struct render_options options = {.end_frames = SESSION_FRAMES, .jobs = jobs, .stop = &stop};
		const char *why;
		char *path = raw_path(&kit);
		FILE *file = fopen(path, "w+");
		struct writer *writer = writer_open_raw(fileno(file), SAMPLE_F32);
		assert_int_equal(render(&kit.score, writer, &options, &kit.faults, &why), STATUS_STOPPED);
		assert_int_equal(lseek(fileno(file), 0, SEEK_END), 0);
		writer_destroy(writer);
		fclose(file);
		unlink(path);
		free(path);
	}
	kit_close(&kit);
}

static void test_render_says_why_writing_failed(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_random(&kit, 15);
	FILE *full = fopen("/dev/full", "w");
	if (!full)
		skip();
	for (int jobs = 1; jobs <= 3; jobs++) {
		struct render_options options = {.end_frames = SESSION_FRAMES, .jobs = jobs};
		const char *why = NULL;
		struct writer *writer = writer_open_raw(fileno(full), SAMPLE_F32);
		assert_int_equal(render(&kit.score, writer, &options, &kit.faults, &why), STATUS_FAILED);
		assert_string_equal(why, "the disk is full");
		writer_destroy(writer);
	}
	fclose(full);
	kit_close(&kit);
}

static void test_render_refuses_what_a_wav_cannot_hold(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, (int64_t)7 * 3600 * ENGINE_RATE_HZ);
	kit_finish(&kit);
	struct render_options options = {.end_frames = kit.score.frames};
	const char *why;
	char *path = memory_printf("%s/session.wav", kit.dir);
	struct writer *writer = NULL;
	assert_int_equal(writer_open_file(&writer, path, NULL, &why), STATUS_OK);
	assert_int_equal(render(&kit.score, writer, &options, &kit.faults, &why), STATUS_FAULTY);
	assert_non_null(strstr(why, "6 hours"));
	writer_destroy(writer);
	free(path);
	kit_close(&kit);
}

static void test_render_passes_on_the_faults_of_beds(void **state)
{
	(void)state;
	struct kit kit;
	kit_open(&kit, SESSION_FRAMES);
	kit_bed(&kit, 0, SESSION_FRAMES, kit_add_bed(&kit, "missing.wav", false, BED_LOOP, -14.0));
	kit_finish(&kit);
	struct render_options options = {.end_frames = SESSION_FRAMES};
	const char *why;
	struct writer *writer = writer_open_null();
	assert_int_equal(render(&kit.score, writer, &options, &kit.faults, &why), STATUS_FAULTY);
	assert_null(why);
	assert_int_equal(kit.faults.count, 1);
	writer_destroy(writer);
	kit_close(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_render_any_jobs_write_the_mix),
		cmocka_unit_test(test_render_any_jobs_write_the_same_wav),
		cmocka_unit_test(test_render_of_any_file_is_under_the_ceiling),
		cmocka_unit_test(test_render_of_nothing_is_nothing),
		cmocka_unit_test(test_render_volume_is_a_plain_gain),
		cmocka_unit_test(test_render_tells_progress_to_the_end),
		cmocka_unit_test(test_render_stops_when_asked),
		cmocka_unit_test(test_render_stopped_before_it_begins_writes_nothing),
		cmocka_unit_test(test_render_says_why_writing_failed),
		cmocka_unit_test(test_render_refuses_what_a_wav_cannot_hold),
		cmocka_unit_test(test_render_passes_on_the_faults_of_beds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// The promises of the mix over all that ships and over random routines: any portion, any start and any number of
// threads give the same samples, and nothing passes the ceiling.
//
// A session of half an hour would fill hundreds of megabytes, so it is compared in windows: its beginning, its end, and
// some between, chosen by a seed. Short ones (the random routines) are one window, all of them.
#include "mix/mix.h"

#include "base/arena.h"
#include "base/decibel.h"
#include "base/frames.h"
#include "base/hash.h"
#include "base/memory.h"

#include <ebur128.h>
#include <glob.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	THREADS = 3,
	MOST_PORTION = 3000,
	WINDOW_FRAMES = 20 * ENGINE_RATE_HZ,
	WHOLE_FRAMES = 2 * 60 * ENGINE_RATE_HZ, // up to here a session is one window
#ifdef TESTS_SANITIZED
	RANDOM_ROUTINES = 4,
	WINDOWS = 2,
	STARTS = 20,
#else
	RANDOM_ROUTINES = 12,
	WINDOWS = 5,
	STARTS = 60, // in each window
#endif
};

struct session {
	struct arena *arena;
	struct routine *routine;
	struct pack *pack;
	struct score *score;
	struct mix *mix;
	int64_t begin, end; // the window
	float *window;      // its frames, read in one go
};

// How a session is asked for.
struct wanted {
	bool sore;
	enum score_ease ease;
};

static struct session session_open(const char *path, struct wanted wanted)
{
	static const char *const libraries[] = {SOURCE_DIR "/routines", NULL};
	struct routine_request request = {.libraries = libraries, .sore = wanted.sore};
	struct session s = {.arena = arena_create()};
	struct fault_list faults = fault_list_init(s.arena);
	routine_load(&s.routine, path, &request, &faults);
	pack_open(&s.pack, SOURCE_DIR "/voices/en-clb", &faults);
	struct score *whole = NULL;
	score_create(&whole, s.routine, s.pack, &faults);
	score_ease(&s.score, whole, wanted.ease);
	score_destroy(whole);
	mix_create(&s.mix, s.score, &faults);
	for (size_t i = 0; i < faults.count; i++)
		print_message("%s\n", fault_text(&faults.items[i], s.arena));
	assert_int_equal(faults.count, 0);
	return s;
}

static void session_close(struct session *s)
{
	mix_destroy(s->mix);
	score_destroy(s->score);
	pack_destroy(s->pack);
	routine_destroy(s->routine);
	arena_destroy(s->arena);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

// Reads [begin, end) in random portions; false where a sample differs from the window.
static bool same_in_portions(const struct session *s, struct mix *mix, int64_t begin, int64_t end, uint64_t seed)
{
	float portion[MOST_PORTION * ENGINE_CHANNELS];
	for (uint64_t k = 0; begin < end; k++) {
		int64_t n = least(1 + (int64_t)(hash_unit(seed, k) * (MOST_PORTION - 1)), end - begin);
		mix_read(mix, begin, portion, n);
		if (memcmp(portion, s->window + (begin - s->begin) * ENGINE_CHANNELS,
		           (size_t)n * ENGINE_CHANNELS * sizeof(float)) != 0)
			return false;
		begin += n;
	}
	return true;
}

struct third {
	const struct session *session;
	struct mix *mix;
	int64_t begin, end;
	bool same;
};

static void *read_third(void *user)
{
	struct third *third = user;
	third->same = same_in_portions(third->session, third->mix, third->begin, third->end, 3);
	return NULL;
}

static void check_threads(const struct session *s)
{
	struct third thirds[THREADS];
	pthread_t threads[THREADS];
	for (int i = 0; i < THREADS; i++) {
		thirds[i] = (struct third){s, mix_clone(s->mix), s->begin + (s->end - s->begin) * i / THREADS,
		                           s->begin + (s->end - s->begin) * (i + 1) / THREADS, false};
		pthread_create(&threads[i], NULL, read_third, &thirds[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		mix_destroy(thirds[i].mix);
		assert_true(thirds[i].same);
	}
}

static void check_starts(const struct session *s)
{
	for (uint64_t k = 0; k < STARTS; k++) {
		int64_t begin = s->begin + (int64_t)(hash_unit(17, k) * (double)(s->end - s->begin));
		assert_true(same_in_portions(s, s->mix, begin, least(begin + 700, s->end), k));
	}
}

static void check_ceiling(const struct session *s)
{
	ebur128_state *ear = ebur128_init(ENGINE_CHANNELS, ENGINE_RATE_HZ, EBUR128_MODE_TRUE_PEAK);
	ebur128_add_frames_float(ear, s->window, (size_t)(s->end - s->begin));
	for (unsigned channel = 0; channel < ENGINE_CHANNELS; channel++) {
		double peak = 0.0;
		ebur128_true_peak(ear, channel, &peak);
		assert_true(peak <= gain_from_db(s->score->ceiling_db + 0.05));
		assert_true(peak > 0.0 || s->score->bed_count == 0); // between breaths
	}
	ebur128_destroy(&ear);
}

static void check_window(struct session *s, int64_t begin, int64_t end)
{
	s->begin = begin;
	s->end = end;
	s->window = memory_alloc((size_t)(end - begin) * ENGINE_CHANNELS * sizeof(float));
	mix_read(s->mix, begin, s->window, end - begin);
	check_threads(s);
	check_starts(s);
	check_ceiling(s);
	free(s->window);
}

static void check(const char *path, struct wanted wanted)
{
	struct session s = session_open(path, wanted);
	if (s.score->frames <= WHOLE_FRAMES)
		check_window(&s, 0, s.score->frames);
	for (uint64_t k = 0; s.score->frames > WHOLE_FRAMES && k < WINDOWS; k++) {
		int64_t last = s.score->frames - WINDOW_FRAMES;
		int64_t begin = k == 0 ? 0 : k == 1 ? last : (int64_t)(hash_unit(29, k) * (double)last);
		check_window(&s, begin, begin + WINDOW_FRAMES);
	}
	session_close(&s);
}

static void test_library_shipped_routines(void **state)
{
	(void)state;
	glob_t found;
	assert_int_equal(glob(SOURCE_DIR "/routines/*.yaml", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		check(found.gl_pathv[i], (struct wanted){false, EASE_NONE});
	globfree(&found);
}

static const char *pick(uint64_t seed, uint64_t k, const char *const *choices, int count)
{
	return choices[(int)(hash_unit(seed, k) * count)];
}

static void write_random_step(FILE *out, uint64_t seed, uint64_t k)
{
	static const char *const beds[] = {"rain", "sea", "brook", "wind", "night", "brown", "drone", "none"};
	static const char *const shapes[] = {"circle", "sweep", "pull", "roll", "tap"};
	static const char *const sides[] = {"left", "right", "both"};
	double u = hash_unit(seed + 1, k);
	int length = 1 + (int)(hash_unit(seed + 2, k) * 3.0);
	switch ((int)(hash_unit(seed, k) * 7.0)) {
	case 0:
		fprintf(out, "  - say: Let your hands rest.\n");
		break;
	case 1:
		fprintf(out, "  - rest: %.2fs\n", 0.5 + 8.0 * u);
		break;
	case 2:
		fprintf(out, "  - breathe: %d breaths\n    words: all\n", length);
		break;
	case 3:
		fprintf(out, "  - stroke: {shape: %s, side: %s, per-breath: %d, for: %d breaths}\n",
		        pick(seed + 3, k, shapes, 5), pick(seed + 4, k, sides, 3), 1 + (int)(u * 3.0), length);
		break;
	case 4:
		fprintf(out, "  - stroke: {shape: %s, every: %.2fs, for: 9s}\n", pick(seed + 3, k, shapes, 5),
		        0.5 + 8.0 * u);
		break;
	case 5:
		fprintf(out, "  - hold: %ds\n    release: %.2fs\n", 2 + length, 1.0 + 4.0 * u);
		break;
	default:
		fprintf(out, "  - bed: {track: %s, level: -%d dB, fade: %.2fs}\n", pick(seed + 3, k, beds, 7),
		        6 + (int)(u * 20.0), 1.0 + 9.0 * u);
	}
}

static void write_random_routine(FILE *out, uint64_t seed)
{
	static const char *const heads[] = {"for: bedtime\nbed: sea\n", "breath: {sound: air}\nbed: wind\n",
	                                    "breath: {from: 9 per minute, to: 6 per minute, over: 1m}\n",
	                                    "bed: {track: rain, level: full}\nend: {fade: 9s, order: [tones, bed]}\n"};
	fprintf(out, "stillroom: 1\ntitle: Random\n%ssteps:\n", heads[seed % 4]);
	for (uint64_t k = 0; k < 8; k++)
		write_random_step(out, seed * 100, k);
	fprintf(out, "  - rest: 2s\n  - breathe: 1 breath\n");
}

static void test_library_random_routines(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= RANDOM_ROUTINES; seed++) {
		char path[] = "/tmp/stillroom-library-XXXXXX.yaml";
		FILE *out = fdopen(mkstemps(path, 5), "w");
		write_random_routine(out, seed);
		fclose(out);
		check(path, (struct wanted){seed % 3 == 0, (enum score_ease)(seed % 4)});
		unlink(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_library_shipped_routines),
		cmocka_unit_test(test_library_random_routines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

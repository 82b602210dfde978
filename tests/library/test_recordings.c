// The packs that ship: level, peaks, silence and edges of each recording as voices/README.md says, both with the same
// lines, those of the lists among them. STILLROOM_VOICES is another folder with the two packs.
#include "voice/clip.h"
#include "voice/pack.h"

#include "base/arena.h"
#include "base/memory.h"

#include <ebur128.h>
#include <sndfile.h>

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define FLOOR 0.000316f  // -70 dBFS
#define MOST_STEP 0.004f // -48 dBFS from one sample to the next is no click
#define EDGE_SEC 0.002
#define MEASURE_SEC 3.0 // a shorter line is measured repeated
#define MOMENT_LU 3.5
#ifdef TESTS_SANITIZED
enum { ONE_LINE_IN = 16 };
#else
enum { ONE_LINE_IN = 1 };
#endif
#define MOST_BYTES (25 * 1000 * 1000)

static const char *const names[] = {"en-clb", "en-bdl"};

struct shipped {
	struct arena *arena;
	struct pack *packs[2];
	char dirs[2][400];
};

struct recording {
	float *samples;
	int64_t frames, begin, end; // the words are in [begin, end)
	int rate_hz;
};

static int setup(void **state)
{
	struct shipped *shipped = memory_alloc(sizeof *shipped);
	const char *voices = getenv("STILLROOM_VOICES");
	shipped->arena = arena_create();
	struct fault_list faults = fault_list_init(shipped->arena);
	for (int i = 0; i < 2; i++) {
		snprintf(shipped->dirs[i], sizeof shipped->dirs[i], "%s/%s", voices ? voices : SOURCE_DIR "/voices",
		         names[i]);
		if (pack_open(&shipped->packs[i], shipped->dirs[i], &faults) != STATUS_OK)
			return -1;
	}
	*state = shipped;
	return 0;
}

static int teardown(void **state)
{
	struct shipped *shipped = *state;
	if (!shipped)
		return 0;
	pack_destroy(shipped->packs[0]);
	pack_destroy(shipped->packs[1]);
	arena_destroy(shipped->arena);
	free(shipped);
	return 0;
}

static struct recording read_recording(const struct shipped *shipped, int which, const struct pack_line *line)
{
	char path[600];
	SF_INFO info = {0};
	snprintf(path, sizeof path, "%s/%s", shipped->dirs[which], line->file);
	SNDFILE *file = sf_open(path, SFM_READ, &info);
	assert_non_null(file);
	assert_int_equal(info.channels, 1);
	struct recording r = {.frames = info.frames, .rate_hz = info.samplerate};
	r.samples = memory_alloc((size_t)r.frames * sizeof *r.samples);
	assert_int_equal(sf_readf_float(file, r.samples, r.frames), r.frames);
	sf_close(file);
	while (r.begin < r.frames && fabsf(r.samples[r.begin]) < FLOOR)
		r.begin++;
	r.end = r.frames;
	while (r.end > r.begin && fabsf(r.samples[r.end - 1]) < FLOOR)
		r.end--;
	return r;
}

// A wrong recording is told and counted, so that one run finds all.
static int told(int which, const struct pack_line *line, const char *what, double is, double should_be)
{
	print_error("%s: \"%s\": %s is %.3f, not %.3f\n", names[which], line->text, what, is, should_be);
	return 1;
}

static int check_within(int which, const struct pack_line *line, const char *what, double is, double should_be,
                        double by)
{
	return fabs(is - should_be) <= by ? 0 : told(which, line, what, is, should_be);
}

static float steepest(const struct recording *r, int64_t begin, int64_t end)
{
	float most = 0.0f;
	for (int64_t i = begin > 1 ? begin : 1; i < end && i < r->frames; i++)
		most = fmaxf(most, fabsf(r->samples[i] - r->samples[i - 1]));
	return most;
}

static int check_edges(const struct shipped *shipped, int which, const struct pack_line *line)
{
	struct recording r = read_recording(shipped, which, line);
	int64_t edge = (int64_t)(EDGE_SEC * r.rate_hz);
	double before_ms = 1000.0 * (double)r.begin / r.rate_hz;
	double after_ms = 1000.0 * (double)(r.frames - r.end) / r.rate_hz;
	float step = fmaxf(steepest(&r, r.begin - edge, r.begin + edge), steepest(&r, r.end - edge, r.end + edge));
	int wrong = check_within(which, line, "the silence before, in ms,", before_ms, 100.0, 1.0) +
	            check_within(which, line, "the silence after, in ms,", after_ms, 150.0, 1.0) +
	            check_within(which, line, "the largest step at an edge", (double)step, 0.0, MOST_STEP);
	free(r.samples);
	return wrong;
}

struct loudness {
	double whole_lufs, moment_lufs, peak_db;
};

// The words alone, on both sides, as often as it takes.
static struct loudness measure(const struct recording *r)
{
	struct loudness l = {.moment_lufs = -HUGE_VAL};
	ebur128_state *meter =
		ebur128_init(1, (unsigned)r->rate_hz, EBUR128_MODE_I | EBUR128_MODE_M | EBUR128_MODE_TRUE_PEAK);
	ebur128_set_channel(meter, 0, EBUR128_DUAL_MONO);
	int64_t length = r->end - r->begin, least = (int64_t)(MEASURE_SEC * r->rate_hz), tenth = r->rate_hz / 10;
	int64_t total = (least + length - 1) / length * length;
	if (total < length)
		total = length;
	for (int64_t at = 0; at < total;) {
		int64_t place = at % length, count = length - place, to_tenth = tenth - at % tenth;
		if (count > to_tenth)
			count = to_tenth;
		ebur128_add_frames_float(meter, r->samples + r->begin + place, (size_t)count);
		at += count;
		double moment;
		if (at % tenth == 0 && ebur128_loudness_momentary(meter, &moment) == EBUR128_SUCCESS)
			l.moment_lufs = fmax(l.moment_lufs, moment);
	}
	ebur128_loudness_global(meter, &l.whole_lufs);
	ebur128_true_peak(meter, 0, &l.peak_db);
	l.peak_db = 20.0 * log10(l.peak_db);
	ebur128_destroy(&meter);
	return l;
}

static int word_count(const struct pack_line *line)
{
	int words = 1;
	for (const char *at = line->folded; *at; at++)
		words += *at == ' ';
	return words;
}

static int check_level(const struct shipped *shipped, int which, const struct pack_line *line)
{
	struct recording r = read_recording(shipped, which, line);
	struct loudness l = measure(&r);
	free(r.samples);
	double lufs = fmax(l.whole_lufs, l.moment_lufs - MOMENT_LU);
	int wrong =
		check_within(which, line, "its level, in LUFS, beside the manifest's,", lufs, line->lufs, 0.2) +
		check_within(which, line, "its peak, in dBTP, beside the manifest's,", l.peak_db, line->peak_db, 0.2);
	if (l.peak_db > -6.0)
		wrong += told(which, line, "its peak, in dBTP,", l.peak_db, -6.0);
	if (word_count(line) >= 5)
		wrong += check_within(which, line, "its level, in LUFS,", lufs, -23.0, 0.5) +
		         check_within(which, line, "its level as a whole, in LUFS,", l.whole_lufs, -23.0, 0.5);
	return wrong;
}

static void check_all(const struct shipped *shipped,
                      int (*check)(const struct shipped *shipped, int which, const struct pack_line *line))
{
	int wrong = 0;
	for (int which = 0; which < 2; which++)
		for (size_t i = 0; i < shipped->packs[which]->line_count; i += ONE_LINE_IN)
			wrong += check(shipped, which, &shipped->packs[which]->lines[i]);
	assert_int_equal(wrong, 0);
}

static void test_recordings_words_stand_between_exact_silences(void **state)
{
	check_all(*state, check_edges);
}

static void test_recordings_lines_are_equally_loud(void **state)
{
	check_all(*state, check_level);
}

// As the player checks them.
static int check_played(const struct shipped *shipped, int which, const struct pack_line *line)
{
	struct fault_list faults = fault_list_init(shipped->arena);
	int64_t frames;
	if (clip_check(shipped->packs[which], line, &frames, &faults) == STATUS_OK)
		return 0;
	print_error("%s\n", fault_text(&faults.items[0], shipped->arena));
	return 1;
}

static void test_recordings_are_not_refused(void **state)
{
	check_all(*state, check_played);
}

static void test_recordings_packs_have_the_same_lines(void **state)
{
	const struct shipped *shipped = *state;
	assert_true(shipped->packs[0]->line_count > 0);
	assert_int_equal(shipped->packs[0]->line_count, shipped->packs[1]->line_count);
	for (size_t i = 0; i < shipped->packs[0]->line_count; i++)
		assert_string_equal(shipped->packs[0]->lines[i].text, shipped->packs[1]->lines[i].text);
}

static void check_list(const struct shipped *shipped, const char *path)
{
	char line[1100];
	int wrong = 0, count = 0;
	FILE *list = fopen(path, "r");
	assert_non_null(list);
	while (fgets(line, sizeof line, list)) {
		line[strcspn(line, "\n")] = '\0';
		if (!line[0] || line[0] == '#')
			continue;
		count++;
		for (int which = 0; which < 2; which++) {
			if (pack_find(shipped->packs[which], line))
				continue;
			print_error("%s: \"%s\" is missing\n", names[which], line);
			wrong++;
		}
	}
	fclose(list);
	assert_true(count > 50);
	assert_int_equal(wrong, 0);
}

static void test_recordings_packs_have_the_lists(void **state)
{
	check_list(*state, SOURCE_DIR "/voices/common-lines.txt");
	check_list(*state, SOURCE_DIR "/voices/program-lines.txt");
}

static void test_recordings_packs_are_small(void **state)
{
	const struct shipped *shipped = *state;
	for (int which = 0; which < 2; which++) {
		DIR *dir = opendir(shipped->dirs[which]);
		struct stat file;
		int64_t bytes = 0;
		assert_non_null(dir);
		for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
			if (fstatat(dirfd(dir), entry->d_name, &file, 0) == 0 && S_ISREG(file.st_mode))
				bytes += file.st_size;
		closedir(dir);
		assert_in_range(bytes, 1, MOST_BYTES);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recordings_words_stand_between_exact_silences),
		cmocka_unit_test(test_recordings_lines_are_equally_loud),
		cmocka_unit_test(test_recordings_are_not_refused),
		cmocka_unit_test(test_recordings_packs_have_the_same_lines),
		cmocka_unit_test(test_recordings_packs_have_the_lists),
		cmocka_unit_test(test_recordings_packs_are_small),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}

// Routines to scores. Goldens: good/NAME.yaml to good/NAME.score, bad/NAME.bad.yaml to bad/NAME.faults; UPDATE_GOLDENS=1
// writes them anew, for a person to read.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/frames.h"
#include "score/score.h"
#include "word_pack.h"

#include <glob.h>

struct made {
	char dir[64];
	struct arena *arena;
	struct fault_list faults;
	struct routine *routine;
	struct pack *pack;
	struct score *score;
	enum status status;
};

static const char *const libraries[] = {SOURCE_DIR "/routines", NULL};

static const struct routine_request plain = {.libraries = libraries};

static struct made make(const char *path, const struct routine_request *request)
{
	struct made made = {.arena = arena_create()};
	made.faults = fault_list_init(made.arena);
	routine_load(&made.routine, path, request, &made.faults);
	for (size_t i = 0; i < made.faults.count; i++)
		print_message("%s\n", fault_text(&made.faults.items[i], made.arena));
	assert_non_null(made.routine);
	const char **lines;
	size_t count = score_lines(made.routine, made.arena, &lines);
	const char **kept = arena_alloc(made.arena, (count + 1) * sizeof *kept);
	size_t kept_count = 0;
	for (size_t i = 0; i < count; i++)
		if (!strstr(lines[i], "nobody"))
			kept[kept_count++] = lines[i];
	word_pack_make(made.dir, kept, kept_count);
	assert_int_equal(pack_open(&made.pack, made.dir, &made.faults), STATUS_OK);
	made.status = score_create(&made.score, made.routine, made.pack, &made.faults);
	return made;
}

static void unmake(struct made *made)
{
	score_destroy(made->score);
	pack_destroy(made->pack);
	routine_destroy(made->routine);
	arena_destroy(made->arena);
	word_pack_remove(made->dir);
}

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;
	if (!file)
		return strdup("");
	FILE *copy = open_memstream(&text, &size);
	for (int c; (c = fgetc(file)) != EOF;)
		fputc(c, copy);
	fclose(file);
	fclose(copy);
	return text;
}

static void compare_with_golden(const char *path, const char *text)
{
	if (getenv("UPDATE_GOLDENS")) {
		FILE *file = fopen(path, "w");
		fputs(text, file);
		fclose(file);
	}
	char *golden = read_all(path);
	if (strcmp(golden, text) != 0)
		print_message("%s differs; it is now:\n%s", path, text);
	assert_string_equal(text, golden);
	free(golden);
}

static void for_each(const char *pattern, const char *ending, const char *golden_ending,
                     const struct routine_request *request, void (*print)(struct made *made, FILE *out))
{
	glob_t found;
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];
		struct made made = make(path, request);
		char *text = NULL;
		size_t size = 0;
		FILE *out = open_memstream(&text, &size);
		print(&made, out);
		fclose(out);
		char golden[400];
		int stem = (int)(strlen(path) - strlen(ending));
		snprintf(golden, sizeof golden, "%.*s%s", stem, path, golden_ending);
		compare_with_golden(golden, text);
		free(text);
		unmake(&made);
	}
	globfree(&found);
}

static void print_score(struct made *made, FILE *out)
{
	for (size_t i = 0; i < made->faults.count; i++)
		print_message("%s\n", fault_text(&made->faults.items[i], made->arena));
	assert_int_equal(made->status, STATUS_OK);
	score_print(made->score, out);
	fputc('\n', out);
	score_print_timetable(made->score, out);
}

static void print_faults(struct made *made, FILE *out)
{
	assert_int_equal(made->status, STATUS_FAULTY);
	fault_list_sort(&made->faults);
	for (size_t i = 0; i < made->faults.count; i++) {
		const char *text = fault_text(&made->faults.items[i], made->arena);
		const char *name = strrchr(made->routine->file, '/');
		fprintf(out, "%s\n", text + (name + 1 - made->routine->file));
	}
}

static void test_score_goldens(void **state)
{
	(void)state;
	for_each(TESTS_DIR "/score/good/*.yaml", ".yaml", ".score", &plain, print_score);
}

static void test_score_goldens_of_sore_touch(void **state)
{
	(void)state;
	const struct routine_request sore = {.libraries = libraries, .sore = true};
	for_each(TESTS_DIR "/score/sore/*.yaml", ".yaml", ".score", &sore, print_score);
}

static void test_score_faults(void **state)
{
	(void)state;
	for_each(TESTS_DIR "/score/bad/*.bad.yaml", ".bad.yaml", ".faults", &plain, print_faults);
}

static void test_score_shipped_routines(void **state)
{
	(void)state;
	glob_t found;
	assert_int_equal(glob(SOURCE_DIR "/routines/*.yaml", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct made made = make(found.gl_pathv[i], &plain);
		assert_int_equal(made.status, STATUS_OK);
		const struct score *score = made.score;
		for (size_t k = 0; k < score->event_count; k++) {
			assert_true(score->events[k].begin < score->events[k].end);
			assert_true(score->events[k].end <= score->frames);
			assert_true(k == 0 || score->events[k - 1].begin <= score->events[k].begin);
		}
		unmake(&made);
	}
	globfree(&found);
}

static struct made make_text(const char *steps)
{
	char path[] = "/tmp/stillroom-score-XXXXXX.yaml";
	int fd = mkstemps(path, 5);
	FILE *file = fdopen(fd, "w");
	fprintf(file, "stillroom: 1\ntitle: Test\nsteps:\n%s", steps);
	fclose(file);
	struct made made = make(path, &plain);
	unlink(path);
	return made;
}

static void test_score_refuses_too_many_events_quickly(void **state)
{
	(void)state;
	struct made made = make_text("  - repeat: 1000\n    steps:\n      - repeat: 160\n        steps:\n"
	                             "          - stroke: {shape: press, for: 0.5s}\n            say: Soft.\n");
	assert_int_equal(made.status, STATUS_FAULTY);
	assert_int_equal(made.faults.count, 1);
	assert_non_null(strstr(made.faults.items[0].text, "200000 events"));
	unmake(&made);
}

static void test_score_refuses_more_than_a_day(void **state)
{
	(void)state;
	struct made made = make_text("  - repeat: 200\n    steps:\n      - rest: 100 breaths\n");
	assert_int_equal(made.status, STATUS_FAULTY);
	assert_non_null(strstr(made.faults.items[0].text, "24 hours"));
	unmake(&made);
}

static void test_score_parts_by_position(void **state)
{
	(void)state;
	struct made made = make_text("  - rest: 10s\n  - part: One\n  - rest: 10s\n  - part: Two\n  - rest: 10s\n");
	const struct score *score = made.score;
	assert_int_equal(score_part_count(score), 2);
	assert_int_equal(score_part_at(score, 0), -1);
	assert_int_equal(score_part_at(score, 10 * ENGINE_RATE_HZ), 0);
	assert_int_equal(score_part_at(score, 20 * ENGINE_RATE_HZ - 1), 0);
	assert_int_equal(score_part_at(score, 25 * ENGINE_RATE_HZ), 1);
	assert_string_equal(score_part(score, 1)->mark.name, "Two");
	assert_null(score_part(score, 2));
	unmake(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_score_goldens),
		cmocka_unit_test(test_score_goldens_of_sore_touch),
		cmocka_unit_test(test_score_faults),
		cmocka_unit_test(test_score_shipped_routines),
		cmocka_unit_test(test_score_refuses_too_many_events_quickly),
		cmocka_unit_test(test_score_refuses_more_than_a_day),
		cmocka_unit_test(test_score_parts_by_position),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

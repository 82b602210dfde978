// Every session and technique of the library when touch is sore: no hand moves, presses or lets go, and the session is as
// long as it was. Where nothing moved, nothing changes. The voice is a hum, a line as long as its words.
#include "played.h"

#include "../score/word_pack.h"

#include <math.h>

#define A_BREATH_SEC 10.0

enum {
#ifdef TESTS_SANITIZED
	EVERY_CHOICE = 5,
#else
	EVERY_CHOICE = 1,
#endif
};

static struct routine *load_touch(struct played *played, const char *path, const struct choice *choice, bool sore)
{
	static const char *const libraries[] = {SOURCE_DIR "/routines", NULL};
	const struct routine_request request = {.libraries = libraries,
	                                        .arguments = choice ? choice->arguments : NULL,
	                                        .argument_count = choice ? choice->count : 0,
	                                        .to_play = true,
	                                        .sore = sore};
	routine_load(&played->routine, path, &request, &played->faults);
	played_print_faults(played);
	assert_int_equal(played->faults.count, 0);
	return played->routine;
}

static struct played open_touch(const struct pack *pack, const char *path, const struct choice *choice, bool sore)
{
	struct played played = {.arena = arena_create()};
	played.faults = fault_list_init(played.arena);
	score_create(&played.score, load_touch(&played, path, choice, sore), pack, &played.faults);
	played_print_faults(&played);
	assert_int_equal(played.faults.count, 0);
	return played;
}

// What moves, presses or lets go when it is played by itself.
static int count_touches(const struct score *score)
{
	int count = 0;
	for (size_t i = 0; i < score->event_count; i++)
		count += event_is_stroke(&score->events[i]) && score->events[i].stroke.shape != STROKE_STILL;
	return count;
}

static char *printed(const struct score *score)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	score_print(score, out);
	fclose(out);
	return text;
}

static void assert_same(const struct score *a, const struct score *b)
{
	char *left = printed(a), *right = printed(b);
	assert_string_equal(left, right);
	free(left);
	free(right);
}

// --- each file in each choice

struct library {
	struct arena *arena;
	const char **lines; // of all files
	size_t count, capacity;
	char dir[64];
	struct pack *pack;
	int touching; // in how many a hand did more than lie
};

typedef void check_fn(struct library *library, const char *path, const struct choice *choice);

static void for_each(struct library *library, const char *pattern, check_fn *check)
{
	glob_t found;
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct routine *routine = played_declared(found.gl_pathv[i]);
		for (size_t number = 0; number < choice_count(routine); number += EVERY_CHOICE) {
			struct choice choice = choice_make(routine, number, RANGE_DEFAULT);
			check(library, found.gl_pathv[i], &choice);
		}
		routine_destroy(routine);
	}
	globfree(&found);
}

static void add_lines(struct library *library, const char *path, const struct choice *choice)
{
	for (int sore = 0; sore < 2; sore++) {
		struct played played = {.arena = arena_create()};
		played.faults = fault_list_init(played.arena);
		const char **lines;
		size_t count = score_lines(load_touch(&played, path, choice, sore), library->arena, &lines);
		for (size_t i = 0; i < count; i++) {
			library->lines = arena_grow(library->arena, library->lines, library->count, &library->capacity,
			                            sizeof *library->lines);
			library->lines[library->count++] = arena_copy(library->arena, lines[i], strlen(lines[i]));
		}
		played_close(&played);
	}
}

#define SESSIONS SOURCE_DIR "/routines/*.yaml"
#define TECHNIQUES SOURCE_DIR "/routines/techniques/*.yaml"

static int open_library(void **state)
{
	static struct library library;
	library.arena = arena_create();
	for_each(&library, SESSIONS, add_lines);
	for_each(&library, TECHNIQUES, add_lines);
	word_pack_make(library.dir, library.lines, score_keep_once(library.lines, library.count));
	struct fault_list faults = fault_list_init(library.arena);
	*state = &library;
	return pack_open(&library.pack, library.dir, &faults) == STATUS_OK ? 0 : -1;
}

static int close_library(void **state)
{
	struct library *library = *state;
	pack_destroy(library->pack);
	word_pack_remove(library->dir);
	arena_destroy(library->arena);
	return 0;
}

static void check_hands(struct library *library, const char *path, const struct choice *choice)
{
	struct played usual = open_touch(library->pack, path, choice, false);
	struct played sore = open_touch(library->pack, path, choice, true);
	bool touches = count_touches(usual.score) > 0;
	library->touching += touches;
	if (count_touches(sore.score) > 0)
		fail_msg("%s: a hand does more than lie", path);
	double longer_sec = played_sec(sore.score->frames - usual.score->frames);
	if (fabs(longer_sec) > A_BREATH_SEC)
		fail_msg("%s: %.1f s longer", path, longer_sec);
	if (!touches)
		assert_same(usual.score, sore.score);
	played_close(&usual);
	played_close(&sore);
}

static void test_sore_sessions_only_rest_the_hands(void **state)
{
	struct library *library = *state;
	library->touching = 0;
	for_each(library, SESSIONS, check_hands);
	assert_true(library->touching >= 10);
}

static void test_sore_techniques_only_rest_the_hands(void **state)
{
	struct library *library = *state;
	library->touching = 0;
	for_each(library, TECHNIQUES, check_hands);
	assert_true(library->touching >= 10);
}

static void test_sore_leaves_what_does_not_touch(void **state)
{
	static const char *const names[] = {"attack-still", "breathe-only", "rain-only"};
	struct library *library = *state;
	library->touching = 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char path[300];
		check_hands(library, played_path(path, "", names[i]), NULL);
	}
	assert_int_equal(library->touching, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sore_sessions_only_rest_the_hands),
		cmocka_unit_test(test_sore_techniques_only_rest_the_hands),
		cmocka_unit_test(test_sore_leaves_what_does_not_touch),
	};
	return cmocka_run_group_tests(tests, open_library, close_library);
}

// What is true of every word that the library speaks, in all variants: short sentences, no promise, no jargon; and that
// what has been explained once is not explained again.
#include "played.h"

static const char *const promises[] = {
	"cure",          "cures",       "cured",        "heal",    "heals",     "healed",    "healing",   "will help",
	"helps",         "goes away",   "go away",      "will go", "will stop", "will ease", "pain-free", "pain free",
	"painless",      "guarantee",   "guaranteed",   "get rid", "will feel", "relieves",  "relief",    "prevents",
	"works wonders", "feel better", "no more pain", "fix",     "fixes",     NULL};
static const char *const jargon[] = {"occipital", "suboccipital", "lymph",    "LI-4",    "prodrome", "mandible",
                                     "trapezius", "temporal",     "masseter", "sternum", "cranial",  NULL};

static void check_words(const char *text)
{
	char sentence[PLAYED_MOST_SENTENCE];
	assert_false(text_has_any(text, promises));
	assert_false(text_has_any(text, jargon));
	for (const char *at = text; text_sentence(&at, sentence);)
		assert_true(text_count_words(sentence) <= 15);
}

static glob_t library_files(void)
{
	glob_t found;
	assert_int_equal(glob(SOURCE_DIR "/routines/*.yaml", 0, NULL, &found), 0);
	assert_int_equal(glob(SOURCE_DIR "/routines/techniques/*.yaml", GLOB_APPEND, NULL, &found), 0);
	assert_true(found.gl_pathc > 25);
	return found;
}

// Of all variants of all files: the lines that a pack needs.
static void check_lines_of(const char *path)
{
	struct routine *declared = played_declared(path);
	struct arena *arena = arena_create();
	assert_false(declared->about && text_has_any(declared->about, promises));
	for (size_t i = 0; i < choice_count(declared); i++) {
		struct choice choice = choice_make(declared, i, RANGE_DEFAULT);
		const struct routine_request request = {.arguments = choice.arguments, .argument_count = choice.count};
		struct fault_list faults = fault_list_init(arena);
		struct routine *routine = NULL;
		assert_int_equal(routine_load(&routine, path, &request, &faults), STATUS_OK);
		const char **lines = NULL;
		size_t count = score_lines(routine, arena, &lines);
		for (size_t k = 0; k < count; k++)
			check_words(lines[k]);
		routine_destroy(routine);
	}
	routine_destroy(declared);
	arena_destroy(arena);
}

static void test_words_are_short_and_promise_nothing(void **state)
{
	(void)state;
	glob_t found = library_files();
	for (size_t i = 0; i < found.gl_pathc; i++)
		check_lines_of(found.gl_pathv[i]);
	globfree(&found);
}

// --- thinning: the whole sentence once, then a few words, then only the sound

struct heard {
	char sentences[100][PLAYED_MOST_SENTENCE];
	int count;
};

static void hear(struct heard *heard, const char *line)
{
	char sentence[PLAYED_MOST_SENTENCE];
	while (text_sentence(&line, sentence)) {
		if (text_count_words(sentence) <= 6)
			continue;
		for (int i = 0; i < heard->count; i++)
			if (strcasecmp(heard->sentences[i], sentence) == 0)
				fail_msg("\"%s\" is said twice in one technique", sentence);
		assert_true(heard->count < 100);
		strcpy(heard->sentences[heard->count++], sentence);
	}
}

static bool is_use(const struct event *event)
{
	return event->lane == LANE_MARK && event->mark.kind == MARK_AREA;
}

static void check_thinning(const struct score *score)
{
	for (size_t i = 0; i < score->event_count; i++) {
		const struct event *use = &score->events[i];
		struct heard heard = {.count = 0};
		for (size_t k = i; is_use(use) && k < score->event_count && score->events[k].begin < use->end; k++)
			if (event_words(&score->events[k]))
				hear(&heard, event_words(&score->events[k]));
	}
}

static void test_words_thin_out_within_a_technique(void **state)
{
	(void)state;
	struct pack *pack = played_pack("en-clb");
	glob_t found = library_files();
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct routine *declared = played_declared(found.gl_pathv[i]);
		for (size_t k = 0; k < choice_count(declared); k++) {
			struct choice choice = choice_make(declared, k, RANGE_TO);
			struct played played = played_open(pack, found.gl_pathv[i], &choice);
			assert_int_equal(played.faults.count, 0);
			check_thinning(played.score);
			played_close(&played);
		}
		routine_destroy(declared);
	}
	globfree(&found);
	pack_destroy(pack);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_are_short_and_promise_nothing),
		cmocka_unit_test(test_words_thin_out_within_a_technique),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

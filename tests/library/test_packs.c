// Packs are exchangeable: every session and every choice of every technique plays with each pack that ships.
#include "played.h"

// All choices of a file, with nothing to mend.
static void check_file(const struct pack *pack, const char *path)
{
	struct routine *declared = played_declared(path);
	for (size_t i = 0; i < choice_count(declared); i++) {
		struct choice choice = choice_make(declared, i, RANGE_DEFAULT);
		struct played played = played_open(pack, path, &choice);
		assert_int_equal(played.faults.count, 0);
		assert_true(played.score->word_count > 0);
		played_close(&played);
	}
	routine_destroy(declared);
}

static void test_packs_speak_the_whole_library(void **state)
{
	struct pack *pack = played_pack(*state);
	glob_t found;
	assert_int_equal(glob(SOURCE_DIR "/routines/*.yaml", 0, NULL, &found), 0);
	assert_int_equal(glob(SOURCE_DIR "/routines/techniques/*.yaml", GLOB_APPEND, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		check_file(pack, found.gl_pathv[i]);
	globfree(&found);
	pack_destroy(pack);
}

int main(void)
{
	static char clb[] = "en-clb", bdl[] = "en-bdl";
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_packs_speak_the_whole_library, clb),
		cmocka_unit_test_prestate(test_packs_speak_the_whole_library, bdl),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

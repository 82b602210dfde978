// The draw of a comparison night: fair, and once an evening.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/compare.h"

#include "../diary/state_kit.h"
#include "diary/diary.h"
#include "diary/state.h"

#include <time.h>

enum { HOUR_SEC = 3600 };

static int setup(void **state)
{
	if (kit_setup(state) != 0)
		return -1;
	return setenv("XDG_STATE_HOME", ((struct kit *)*state)->folder, 1);
}

static void keep(const char *id, int64_t ago_sec, const char *compare)
{
	char told[DIARY_TOLD_BYTES];
	char *folder = state_folder();
	struct diary *diary = diary_open(folder, told);
	assert_non_null(diary);
	assert_true(
		store_run(diary_store(diary),
	                  "INSERT INTO session(id, began, zone_min, routine, compare) VALUES(?, ?, 0, 'evening', ?)",
	                  "tit", id, (int64_t)time(NULL) - ago_sec, compare));
	diary_close(diary);
	free(folder);
}

static int draw_breaths(int times)
{
	int breaths = 0;
	for (int i = 0; i < times; i++) {
		const char *draw = compare_draw();
		assert_true(strcmp(draw, "breath") == 0 || strcmp(draw, "hands") == 0);
		breaths += strcmp(draw, "breath") == 0;
	}
	return breaths;
}

// Outside of these by chance: less than one run in 10^8.
static void test_compare_draws_fairly(void **state)
{
	(void)state;
	assert_in_range(draw_breaths(200), 60, 140);
}

static void test_compare_draws_once_an_evening(void **state)
{
	(void)state;
	keep("long-ago", 13 * HOUR_SEC, "hands");
	keep("plain", 2 * HOUR_SEC, NULL);
	assert_in_range(draw_breaths(200), 60, 140);
	keep("drawn", 11 * HOUR_SEC, "breath");
	assert_int_equal(draw_breaths(50), 50);
	keep("later", HOUR_SEC, "hands"); // by whatever way: the last one counts
	assert_int_equal(draw_breaths(50), 0);
}

static void test_compare_draws_nothing_that_is_not_kept(void **state)
{
	assert_int_equal(setenv("XDG_STATE_HOME", kit_path(*state, "file"), 1), 0);
	kit_write(*state, "file", "", 0);
	assert_null(compare_draw());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_compare_draws_fairly, setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_compare_draws_once_an_evening, setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_compare_draws_nothing_that_is_not_kept, setup, kit_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

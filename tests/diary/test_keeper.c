// The bookmark's own thread: what was kept last is there after the close, however fast it came.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "diary/keeper.h"

#include "state_kit.h"

#include <sched.h>

static struct bookmark at(int64_t at_frames)
{
	return (struct bookmark){.routine = "evening", .at_frames = at_frames, .length_frames = 1000000};
}

static int64_t last_frames(const struct kit *kit)
{
	struct bookmark is;
	int64_t frames = bookmark_last(kit->folder, &is) ? is.at_frames : -1;
	bookmark_finish(&is);
	return frames;
}

static bool last_is_finished(const struct kit *kit)
{
	struct bookmark is;
	bool finished = bookmark_last(kit->folder, &is) && is.finished;
	bookmark_finish(&is);
	return finished;
}

static void test_keeper_writes_while_it_is_open(void **state)
{
	struct kit *kit = *state;
	struct keeper *keeper = keeper_open(kit->folder);
	assert_non_null(keeper);
	for (int64_t i = 1; i <= 20; i++) {
		const struct bookmark mark = at(i);
		keeper_keep(keeper, &mark);
		while (last_frames(kit) != i) // a test that never ends has failed, too
			sched_yield();
		keeper_settle(keeper);
	}
	keeper_close(keeper);
	assert_false(last_is_finished(kit));
}

static void test_keeper_writes_the_newest_before_it_closes(void **state)
{
	struct kit *kit = *state;
	for (int64_t round = 1; round <= 50; round++) {
		struct keeper *keeper = keeper_open(kit->folder);
		for (int64_t i = 0; i < 100; i++) {
			const struct bookmark mark = at(1000 * round + i);
			keeper_keep(keeper, &mark);
		}
		if (round % 2 == 0)
			keeper_done(keeper);
		keeper_close(keeper);
		assert_int_equal(last_frames(kit), 1000 * round + 99);
		assert_int_equal(last_is_finished(kit), round % 2 == 0);
	}
}

static void test_keeper_none(void **state)
{
	(void)state;
	assert_null(keeper_open("/nowhere/at/all"));
	keeper_keep(NULL, NULL);
	keeper_settle(NULL);
	keeper_done(NULL);
	keeper_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_keeper_writes_while_it_is_open, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_keeper_writes_the_newest_before_it_closes, kit_setup,
	                                        kit_teardown),
		cmocka_unit_test(test_keeper_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// What is wanted and due: by hand, and against the rule in terms of diary_count, over a real diary and many days.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/report.h"
#include "report/want.h"

#include "base/arena.h"
#include "base/hash.h"
#include "diary/plan.h"

#include "../diary/state_kit.h"

#include <math.h>

enum { THURSDAY = 20783, DAY_SEC = 86400 }; // 2026-11-26

static const struct want_often often_neck[] = {{"neck-week", "Neck week", 3.0}};

static struct history_session done(int day, const char *routine)
{
	return (struct history_session){
		.wall_sec = (int64_t)DAY_SEC * day + 43200, .routine = routine, .heard_sec = 600.0};
}

// Of the sessions of neck-week on these days, ended by 0, and one plan, or none below 0.
static struct want look(const int *days, double planned, size_t *count)
{
	struct history_session sessions[20];
	struct history_plan plan = {"neck-week", planned};
	struct history history = {.sessions = sessions, .plans = &plan, .plan_count = planned >= 0.0};
	struct arena *arena = arena_create();
	struct want *wants, found = {0};
	for (; days[history.session_count]; history.session_count++)
		sessions[history.session_count] = done(days[history.session_count], "neck-week");
	*count = want_list(&history, THURSDAY, often_neck, 1, arena, &wants);
	if (*count > 0)
		found = wants[0];
	arena_destroy(arena);
	return found;
}

static void test_want_is_only_what_is_done_at_all(void **state)
{
	size_t count;
	(void)state;
	look((const int[]){0}, -1.0, &count);
	assert_int_equal(count, 0);
	look((const int[]){THURSDAY - 31, 0}, -1.0, &count);
	assert_int_equal(count, 0);
	struct want want = look((const int[]){THURSDAY - 30, 0}, -1.0, &count);
	assert_int_equal(count, 1);
	assert_true(want.is_due && !want.is_planned);
	assert_string_equal(want.title, "Neck week");
	assert_int_equal(want.left_week, 3);
}

static void test_want_of_a_plan_needs_no_past(void **state)
{
	size_t count;
	(void)state;
	struct want want = look((const int[]){0}, 2.0, &count);
	assert_int_equal(count, 1);
	assert_true(want.is_due && want.is_planned && want.per_week == 2.0);
	assert_int_equal(want.left_week, 2);
	look((const int[]){THURSDAY - 1, 0}, 0.0, &count); // planned for need alone: `often` does not come back
	assert_int_equal(count, 0);
}

static void test_want_counts_days_and_weeks(void **state)
{
	size_t count;
	(void)state;
	// Friday to Sunday: three in the seven days, none of them this week
	struct want want = look((const int[]){THURSDAY - 6, THURSDAY - 5, THURSDAY - 4, 0}, -1.0, &count);
	assert_false(want.is_due);
	assert_int_equal(want.done_seven, 3);
	assert_int_equal(want.done_week, 0);
	assert_int_equal(want.left_week, 3);
	// a week ago is no more among the seven
	want = look((const int[]){THURSDAY - 7, THURSDAY - 5, THURSDAY - 4, 0}, -1.0, &count);
	assert_true(want.is_due);
	// today, and it is over for today
	want = look((const int[]){THURSDAY - 3, THURSDAY, 0}, -1.0, &count);
	assert_false(want.is_due);
	assert_int_equal(want.done_today, 1);
	assert_int_equal(want.done_week, 2);
	assert_int_equal(want.left_week, 1);
	// tomorrow is not yet
	want = look((const int[]){THURSDAY - 3, THURSDAY + 1, 0}, -1.0, &count);
	assert_int_equal(want.done_week, 1);
}

static void test_want_leaves_out_what_was_hardly_heard(void **state)
{
	struct history_session sessions[] = {done(THURSDAY - 3, "neck-week"), done(THURSDAY - 2, "neck-week"),
	                                     done(THURSDAY, "neck-week")};
	struct history history = {.sessions = sessions, .session_count = 3};
	struct arena *arena = arena_create();
	struct want *wants;
	(void)state;
	sessions[1].heard_sec = NAN;  // nobody knows how long
	sessions[2].heard_sec = 59.9; // looked in and left
	assert_int_equal(want_list(&history, THURSDAY, often_neck, 1, arena, &wants), 1);
	assert_int_equal(wants[0].done_week, 2);
	assert_int_equal(wants[0].done_today, 0);
	arena_destroy(arena);
}

// The rule as the menu has it: not done today, done in 30 days, and too seldom in the seven that end today.
static bool plainly_due(struct diary *diary, const char *routine, double per_week, int today)
{
	int64_t midnight = (int64_t)DAY_SEC * today;
	if (diary_count(diary, routine, midnight - 30 * DAY_SEC) == 0 || diary_count(diary, routine, midnight) > 0)
		return false;
	return diary_count(diary, routine, midnight - 6 * DAY_SEC) < (int)per_week;
}

static void test_want_agrees_with_the_diarys_counts(void **state)
{
	static const struct want_often oftens[] = {
		{"neck-week", NULL, 3.0}, {"evening", NULL, 7.0}, {"weekly", NULL, 1.0}, {"never", NULL, 5.0}};
	struct kit *kit = *state;
	char told[DIARY_TOLD_BYTES];
	struct diary *diary = diary_open(kit->folder, told);
	int due = 0;
	assert_non_null(diary);
	for (int day = 0; day < 150; day++) {
		int today = THURSDAY + day;
		struct arena *arena = arena_create();
		struct history history;
		struct want *wants;
		assert_true(history_read(diary, 0, INT64_MAX, arena, &history));
		size_t count = want_list(&history, today, oftens, 4, arena, &wants);
		for (int i = 0; i < 4; i++) {
			bool found = false;
			for (size_t k = 0; k < count; k++)
				found |= strcmp(wants[k].routine, oftens[i].routine) == 0 && wants[k].is_due;
			assert_int_equal(found, plainly_due(diary, oftens[i].routine, oftens[i].per_week, today));
			due += found;
		}
		arena_destroy(arena);
		for (int i = 0; i < 3; i++) {
			char id[DIARY_ID_BYTES];
			snprintf(id, sizeof id, "s%d-%d", day, i);
			// with a pause of 40 days, after which nothing is done at all
			if (hash_unit(9, (uint64_t)(4 * day + i)) < (day > 60 && day < 100 ? 0.0 : i == 1 ? 0.8 : 0.3))
				assert_true(store_run(diary_store(diary),
				                      "INSERT INTO session(id, began, zone_min, routine, heard_sec) "
				                      "VALUES(?, ?, 0, ?, ?)",
				                      "titd", id, (int64_t)DAY_SEC * today + 70000, oftens[i].routine,
				                      hash_unit(10, (uint64_t)day) < 0.1 ? 30.0 : 300.0));
		}
	}
	assert_in_range(due, 50, 400);
	diary_close(diary);
}

static void test_want_plan_is_kept(void **state)
{
	struct kit *kit = *state;
	char told[DIARY_TOLD_BYTES];
	bool had;
	struct history history = {0};
	struct diary *diary = diary_open(kit->folder, told);
	struct arena *arena = arena_create();
	assert_true(plan_set(diary, "neck-week", 3.0));
	assert_true(plan_set(diary, "neck-week", 2.0));
	assert_true(plan_set(diary, "evening", 0.0));
	assert_false(plan_set(diary, "evening", 15.0));
	assert_false(plan_set(diary, "evening", -1.0));
	assert_false(plan_set(diary, "evening", (double)NAN));
	assert_false(plan_set(NULL, "evening", 1.0));
	diary_close(diary);
	diary = diary_open(kit->folder, told);
	assert_true(history_read(diary, 0, 0, arena, &history));
	assert_int_equal(history.plan_count, 2);
	assert_string_equal(history.plans[1].routine, "neck-week");
	assert_true(history.plans[1].per_week == 2.0 && history.plans[0].per_week == 0.0);
	assert_true(plan_clear(diary, "neck-week", &had) && had);
	assert_true(plan_clear(diary, "neck-week", &had) && !had);
	assert_true(history_read(diary, 0, 0, arena, &history));
	assert_int_equal(history.plan_count, 1);
	arena_destroy(arena);
	diary_close(diary);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_want_is_only_what_is_done_at_all),
		cmocka_unit_test(test_want_of_a_plan_needs_no_past),
		cmocka_unit_test(test_want_counts_days_and_weeks),
		cmocka_unit_test(test_want_leaves_out_what_was_hardly_heard),
		cmocka_unit_test_setup_teardown(test_want_agrees_with_the_diarys_counts, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_want_plan_is_kept, kit_setup, kit_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

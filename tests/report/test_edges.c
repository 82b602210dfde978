// Figures at their edges, from histories made by hand; and what the summary says of them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/report.h"

#include "base/arena.h"
#include "report/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TODAY = 20783, DAY_SEC = 86400, NOVEMBER = 56 * 12 + 10, MOST = 600 }; // Thursday, 2026-11-26

struct made {
	struct history history;
	struct history_session sessions[MOST];
	struct history_attack attacks[MOST];
	struct history_medication medications[MOST];
	struct arena *arena;
};

static int setup(void **state)
{
	struct made *made = calloc(1, sizeof *made);
	made->arena = arena_create();
	made->history = (struct history){
		.sessions = made->sessions, .attacks = made->attacks, .medications = made->medications};
	*state = made;
	return 0;
}

static int teardown(void **state)
{
	struct made *made = *state;
	arena_destroy(made->arena);
	free(made);
	return 0;
}

static int64_t at(int day, int hour)
{
	return (int64_t)DAY_SEC * day + 3600 * (int64_t)hour;
}

static struct history_session *session(struct made *made, int day, int before, int after)
{
	struct history_session *s = &made->sessions[made->history.session_count++];
	*s = (struct history_session){.wall_sec = at(day, 20), .routine = "evening", .heard_sec = 600.0};
	s->ratings[DIARY_BEFORE] = before;
	s->ratings[DIARY_AFTER] = after;
	s->ratings[DIARY_LATER] = HISTORY_NO_VALUE;
	return s;
}

static struct history_attack *attack(struct made *made, int64_t began, int64_t ended)
{
	struct history_attack *a = &made->attacks[made->history.attack_count++];
	*a = (struct history_attack){.wall_sec = began, .ended_wall_sec = ended, .strength = HISTORY_NO_VALUE};
	return a;
}

static void medicate(struct made *made, int first_day, int days, const char *kind)
{
	for (int i = 0; i < days; i++)
		made->medications[made->history.medication_count++] =
			(struct history_medication){.wall_sec = at(first_day + i, 9), .kind = kind};
}

static const struct report *make(struct made *made, int month)
{
	const struct report_ask ask = {.now_wall_sec = at(TODAY, 21), .month = month};
	return report_make(&made->history, &ask, made->arena);
}

static const struct report_month *last_month(const struct report *report)
{
	return &report->months[report->month_count - 1];
}

// ---- Days

static void test_edges_of_a_headache_day(void **state)
{
	struct made *made = *state;
	attack(made, at(TODAY - 20, 22), at(TODAY - 19, 0));     // to midnight: one day
	attack(made, at(TODAY - 17, 22), at(TODAY - 16, 0) + 1); // a second into the next: two
	attack(made, at(TODAY - 10, 5), 0);                      // its end was not told: one
	attack(made, at(TODAY - 8, 5), at(TODAY - 9, 5));        // it ended before it began: one
	attack(made, at(TODAY - 1, 5), at(TODAY + 9, 5));        // it cannot have lasted beyond today: two
	attack(made, at(TODAY - 1, 6), at(month_first_day(NOVEMBER + 1), 5));
	const struct report *report = make(made, REPORT_ALL);
	assert_int_equal(last_month(report)->headache_days, 7);
	assert_int_equal(last_month(report)->attacks, 6);
	assert_int_equal(last_month(report)->strengths, 0);
	assert_true(isnan(last_month(report)->mean_strength));
}

static void test_edges_of_the_zone(void **state)
{
	struct made *made = *state;
	attack(made, at(TODAY - 3, 23), 0)->zone_min = 120; // one in the morning there
	attack(made, at(TODAY - 2, 12), 0);
	const struct report *report = make(made, REPORT_ALL);
	assert_int_equal(last_month(report)->headache_days, 1);
	assert_int_equal(report->times.hours[1], 1);
	assert_int_equal(report->times.hours[12], 1);
	assert_int_equal(report->first_day, TODAY - 2);
}

static void test_edges_of_a_session_for_an_attack(void **state)
{
	struct made *made = *state;
	session(made, TODAY - 5, 1, 1)->moment = "attack";
	session(made, TODAY - 4, 1, 1)->moment = "daily";
	struct history_session *short_one = session(made, TODAY - 3, 1, 1);
	short_one->moment = "attack";
	short_one->heard_sec = 59.0;
	struct history_session *unknown = session(made, TODAY - 2, 1, 1);
	unknown->moment = "attack";
	unknown->heard_sec = NAN;
	const struct report_month *month = last_month(make(made, REPORT_ALL));
	assert_int_equal(month->headache_days, 2);
	assert_int_equal(month->session_days, 3);
	assert_int_equal(month->sessions, 3);
}

static void test_edges_of_the_months(void **state)
{
	struct made *made = *state;
	session(made, TODAY - 400, 1, 1);
	session(made, TODAY - 60, 1, 1);
	session(made, TODAY + 1, 1, 1); // nobody has been there
	const struct report *report = make(made, REPORT_ALL);
	assert_int_equal(report->month_count, REPORT_MONTHS);
	assert_int_equal(report->sessions, 2);
	assert_int_equal(last_month(report)->sessions, 0);
	made->history.sessions++; // without the first: it begins 60 days ago
	made->history.session_count--;
	report = make(made, REPORT_ALL);
	assert_int_equal(report->month_count, 3);
	assert_int_equal(report->months[0].first_day, TODAY - 60);
	assert_false(report->months[0].is_whole);
	assert_true(report->months[1].is_whole);
	assert_false(report->months[2].is_whole);
	report = make(made, NOVEMBER - 30);
	assert_true(report->end_day <= report->first_day);
	report = make(made, NOVEMBER + 30);
	assert_true(report->end_day <= report->first_day);
	report = make(made, INT32_MAX / 40); // a year that is written with four digits is far below
	assert_true(report->end_day <= report->first_day);
}

static void test_edges_of_the_weeks(void **state)
{
	struct made *made = *state;
	static const struct want_often evening[] = {{"evening", "Evening", 7.0}};
	struct report_ask ask = {
		.now_wall_sec = at(TODAY, 21), .month = REPORT_ALL, .oftens = evening, .often_count = 1};
	session(made, TODAY - 16, 1, 1); // the Tuesday before the last but one
	session(made, TODAY - 3, 1, 1);  // Monday
	session(made, TODAY - 4, 1, 1);  // Sunday
	session(made, TODAY, 1, 1);
	session(made, TODAY + 1, 1, 1);
	session(made, TODAY + 5, 1, 1);
	const struct report *report = report_make(&made->history, &ask, made->arena);
	assert_int_equal(report->weeks.count, 3); // since the diary began
	assert_int_equal(report->weeks.first_days[0], TODAY - 17);
	assert_int_equal(report->weeks.rows[0].done[0], 1);
	assert_int_equal(report->weeks.rows[0].done[1], 1);
	assert_int_equal(report->weeks.rows[0].done[2], 2);
	ask.month = NOVEMBER;
	attack(made, at(month_first_day(NOVEMBER) - 50, 5), 0);
	report = report_make(&made->history, &ask, made->arena);
	assert_int_equal(report->weeks.count, 5); // whole weeks, so from the 26th of October
	assert_int_equal(report->weeks.first_days[0], month_first_day(NOVEMBER) - 6);
	ask.month = NOVEMBER - 1;
	session(made, month_first_day(NOVEMBER), 1, 1); // a Sunday: of October's last week
	report = report_make(&made->history, &ask, made->arena);
	assert_int_equal(report->weeks.count, 5);
	assert_int_equal(report->weeks.rows[0].done[4], 1);
}

// ---- Pairs

static void test_edges_of_enough(void **state)
{
	struct made *made = *state;
	char *page = NULL;
	size_t bytes;
	for (int i = 0; i < 7; i++)
		session(made, TODAY - 20 + i, 5, 3);
	session(made, TODAY - 2, 5, HISTORY_NO_VALUE);
	session(made, TODAY - 2, HISTORY_NO_VALUE, 3);
	for (int pass = 0; pass < 2; pass++) {
		const struct report *report = make(made, REPORT_ALL);
		FILE *out = open_memstream(&page, &bytes);
		report_print_page(report, out);
		fclose(out);
		assert_int_equal(report->all.after.count, pass ? 8 : 7);
		assert_int_equal(strstr(page, "5 (5 to 5)") != NULL, pass);
		assert_non_null(strstr(page, "not enough yet"));
		assert_non_null(strstr(page, "regression to the mean"));
		free(page);
		session(made, TODAY - 1, 5, 3);
	}
}

static void test_edges_of_areas(void **state)
{
	static const struct history_area areas[] = {{.name = "temples", .side = "left"},
	                                            {.name = "temples", .side = "right"},
	                                            {.name = "jaw", .skipped = true}};
	struct made *made = *state;
	for (int i = 0; i < 9; i++) {
		struct history_session *s = session(made, TODAY - 9 + i, 6, 4);
		s->areas = areas;
		s->area_count = 3;
	}
	const struct report *report = make(made, REPORT_ALL);
	assert_int_equal(report->areas.count, 1); // the jaw was left out each time
	assert_string_equal(report->areas.items[0].name, "temples");
	assert_int_equal(report->areas.items[0].after.count, 9); // once, whatever the side
	assert_true(report->areas.items[0].after.change.median == -2.0);
}

static void test_edges_of_many_routines(void **state)
{
	struct made *made = *state;
	for (int i = 0; i < 15; i++)
		for (int k = 0; k <= i; k++)
			session(made, TODAY - 9, 6, 4)->routine = arena_printf(made->arena, "routine-%02d", i);
	const struct report *report = make(made, REPORT_ALL);
	assert_int_equal(report->routines.count, REPORT_MOST_GROUPS);
	assert_int_equal(report->routines.left_out, 3);
	assert_string_equal(report->routines.items[0].name,
	                    "routine-14"); // equal texts at other places are one routine
	assert_int_equal(report->routines.items[0].after.count, 15);
	assert_int_equal(report->routines.items[11].after.count, 4);
}

static void test_edges_of_comparison(void **state)
{
	struct made *made = *state;
	for (int i = 0; i < 8; i++) {
		session(made, TODAY - 30 + i, 6, 3)->compare = "hands";
		session(made, TODAY - 30 + i, 6, 6)->compare = i < 7 ? "breath" : NULL;
	}
	session(made, TODAY - 1, 6, HISTORY_NO_VALUE)->compare = "breath"; // fell asleep
	const struct report *report = make(made, REPORT_ALL);
	assert_int_equal(report->compare.breath_nights, 8);
	assert_int_equal(report->compare.breath.count, 7);
	assert_false(words_is_enough(&report->compare));
	session(made, TODAY, 6, 6)->compare = "breath";
	report = make(made, REPORT_ALL);
	assert_true(words_is_enough(&report->compare));
	assert_true(fabs(report->compare.test.p - 2.0 / 12870.0) < 1e-12); // two of C(16, 8) ways are as far
}

// ---- Medication overuse

static const struct report_overuse *overuse(struct made *made, int month)
{
	return &make(made, month)->overuse;
}

static void test_edges_of_overuse(void **state)
{
	static const struct {
		const char *kind;
		int bound;
	} rows[] = {{"triptan", 10}, {"opioid", 10}, {"combination", 10}, {"ergotamine", 10}, {"simple", 15}};
	struct made *made = *state;
	int first = month_first_day(NOVEMBER);
	for (int i = 0; i < 5; i++) {
		made->history.medication_count = 0;
		medicate(made, first, rows[i].bound - 1, rows[i].kind);
		medicate(made, first, rows[i].bound - 1, rows[i].kind); // twice a day is one day
		assert_false(overuse(made, REPORT_ALL)->is_reached);
		medicate(made, first + rows[i].bound, 1, rows[i].kind);
		assert_true(overuse(made, REPORT_ALL)->is_reached);
		assert_int_equal(overuse(made, REPORT_ALL)->days, rows[i].bound);
		assert_int_equal(overuse(made, REPORT_ALL)->months, 1);
		assert_int_equal(overuse(made, REPORT_ALL)->month, NOVEMBER);
	}
	made->history.medication_count = 0;
	medicate(made, first, 25, "other");
	assert_false(overuse(made, REPORT_ALL)->is_reached);
}

static void test_edges_of_overuse_of_several_kinds(void **state)
{
	struct made *made = *state;
	int first = month_first_day(NOVEMBER);
	medicate(made, first, 5, "triptan");
	medicate(made, first + 4, 5, "simple"); // nine days
	assert_false(overuse(made, REPORT_ALL)->is_reached);
	medicate(made, first + 12, 1, "simple");
	assert_int_equal(overuse(made, REPORT_ALL)->kind, KINDS);
	assert_int_equal(overuse(made, REPORT_ALL)->days, 10);
	medicate(made, first + 5, 5, "triptan"); // now one kind alone reaches its own bound
	assert_int_equal(overuse(made, REPORT_ALL)->kind, KIND_TRIPTAN);
}

static void test_edges_of_overuse_in_time(void **state)
{
	struct made *made = *state;
	for (int month = NOVEMBER - 6; month <= NOVEMBER - 4; month++)
		medicate(made, month_first_day(month), 12, "triptan");
	medicate(made, month_first_day(NOVEMBER), 2, "triptan");
	assert_false(overuse(made, REPORT_ALL)->is_reached); // long over
	assert_int_equal(overuse(made, NOVEMBER - 3)->months, 3);
	medicate(made, month_first_day(NOVEMBER - 3), 10, "triptan");
	assert_int_equal(overuse(made, REPORT_ALL)->month, NOVEMBER - 3);
	assert_int_equal(overuse(made, REPORT_ALL)->months, 4);
	char words[WORDS_BYTES];
	words_overuse(make(made, REPORT_ALL), words);
	assert_string_equal(words,
	                    "In August 2026 there were 10 days with triptans, and a bound was reached in each of 4 "
	                    "months on end. Painkillers on many days can themselves cause headache: the bound is 10 "
	                    "days a month, for more than 3 months (ICHD-3, 8.2). A doctor should know of it, and can "
	                    "help.");
}

// ---- The summary

// Whether the shipped voice has it: a line of these lists is one recording.
static bool has_voice(const char *line)
{
	static const char *const lists[] = {SOURCE_DIR "/voices/program-lines.txt",
	                                    SOURCE_DIR "/voices/common-lines.txt"};
	char found[400];
	bool has = false;
	for (int i = 0; i < 2; i++) {
		FILE *file = fopen(lists[i], "r");
		assert_non_null(file);
		while (!has && fgets(found, sizeof found, file)) {
			found[strcspn(found, "\n")] = '\0';
			has = strcmp(found, line) == 0;
		}
		fclose(file);
	}
	return has;
}

static void check_said(struct made *made, const char *expected)
{
	const char *lines[REPORT_MOST_SAID + 1];
	char all[2000] = "";
	int count = report_say(&made->history, at(TODAY, 21), 0, lines);
	assert_null(lines[count]);
	for (int i = 0; i < count; i++)
		if (!has_voice(lines[i]))
			fail_msg("no voice has: %s", lines[i]);
	for (int i = 0; i < count; i++)
		snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? "|" : "", lines[i]);
	assert_string_equal(all, expected);
}

static void test_edges_of_what_is_said(void **state)
{
	struct made *made = *state;
	check_said(made, "There is nothing in the diary yet.");
	attack(made, at(TODAY - 40, 5), 0);
	check_said(
		made,
		"In the last thirty days,|No day with a headache.|No day with medication.|No session.|Of pain before "
		"and after there is not enough yet.|The page tells more.");
	attack(made, at(TODAY - 29, 5), at(TODAY - 28, 0)); // the first of the thirty days
	attack(made, at(TODAY - 30, 5), 0);                 // the last before them
	medicate(made, TODAY - 30, 2, "simple");
	session(made, TODAY - 30, 4, 4);
	session(made, TODAY - 29, 4, 4);
	check_said(made,
	           "In the last thirty days,|One day with a headache.|One day with medication.|One session.|Of pain "
	           "before and after there is not enough yet.|The page tells more.");
	for (int i = 0; i < 6; i++)
		session(made, TODAY, 7, 5);
	check_said(
		made,
		"In the last thirty days,|One day with a headache.|One day with medication.|Seven.|Sessions.|The "
		"middle of your numbers before a session,|Seven.|And after it,|Five.|Pain also falls by itself after "
		"a peak.|The page tells more.");
	for (int i = 0; i < 4; i++)
		session(made, TODAY, 4, 4);
	for (int i = 0; i < 60; i++)
		session(made, TODAY, i % 2 ? 7 : 4, HISTORY_NO_VALUE);
	medicate(made, month_first_day(NOVEMBER), 14, "simple");
	medicate(made, TODAY, 1, "simple");
	check_said(made,
	           "In the last thirty days,|One day with a headache.|Sixteen.|Days with medication.|More than,|Sixty.|"
	           "Sessions.|The middle of your numbers before a session,|Between,|Five.|And,|Six.|And after it,|"
	           "Between,|Four.|And,|Five.|Pain also falls by itself after a peak.|Painkillers on many days can "
	           "themselves cause headache. A doctor should know of it.|The page tells more.");
}

int main(void)
{
#define EDGE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		EDGE(test_edges_of_a_headache_day),
		EDGE(test_edges_of_the_zone),
		EDGE(test_edges_of_a_session_for_an_attack),
		EDGE(test_edges_of_the_months),
		EDGE(test_edges_of_the_weeks),
		EDGE(test_edges_of_enough),
		EDGE(test_edges_of_areas),
		EDGE(test_edges_of_many_routines),
		EDGE(test_edges_of_comparison),
		EDGE(test_edges_of_overuse),
		EDGE(test_edges_of_overuse_of_several_kinds),
		EDGE(test_edges_of_overuse_in_time),
		EDGE(test_edges_of_what_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

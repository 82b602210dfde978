// Days against the C library's calendar, over all of four centuries.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/day.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static void test_day_is_the_calendars(void **state)
{
	(void)state;
	for (int day = -100000; day < 100000; day++) {
		time_t at = (time_t)day * 86400 + 4321;
		struct tm tm;
		char text[DAY_BYTES], expected[DAY_BYTES];
		gmtime_r(&at, &tm);
		assert_int_equal(day_at((int64_t)at, 0), day);
		assert_int_equal(day_of_month(day), tm.tm_mday);
		assert_int_equal(day_month(day), (tm.tm_year - 70) * 12 + tm.tm_mon);
		assert_int_equal(day_weekday(day), (tm.tm_wday + 6) % 7);
		assert_int_equal(month_first_day(day_month(day)), day - tm.tm_mday + 1);
		strftime(expected, sizeof expected, "%e %B %Y", &tm);
		day_write(day, text);
		assert_string_equal(text, expected + (*expected == ' '));
	}
}

static void test_day_is_that_of_the_place(void **state)
{
	(void)state;
	int64_t before_midnight = 1795737540; // 2026-11-26T23:59:00Z
	assert_int_equal(day_at(before_midnight, 1) - day_at(before_midnight, 0), 1);
	assert_int_equal(day_hour(before_midnight, 0), 23);
	assert_int_equal(day_hour(before_midnight, 60), 0);
	assert_int_equal(day_hour(before_midnight, -300), 18);
	assert_int_equal(day_hour(before_midnight, 345), 5);
	assert_int_equal(day_at(-1, 0), -1);
	assert_int_equal(day_hour(-1, 0), 23);
}

static void test_month_reads_only_months(void **state)
{
	static const char *const bad[] = {"",        "2026",    "2026-1",   "2026-00", "2026-13",
	                                  "2026/10", "2026-1o", "2026-10-", " 026-10", "26-10-01"};
	int month = 7;
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(month_read(bad[i], &month));
	assert_int_equal(month, 7);
	assert_true(month_read("2026-10", &month));
	assert_int_equal(month, 56 * 12 + 9);
	assert_true(month_read("1969-12", &month));
	assert_int_equal(month, -1);
	assert_int_equal(month_first_day(month), -31);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_day_is_the_calendars),
		cmocka_unit_test(test_day_is_that_of_the_place),
		cmocka_unit_test(test_month_reads_only_months),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

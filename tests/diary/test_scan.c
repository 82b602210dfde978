// JSON is read strictly; moments go there and back.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "diary/moment.h"
#include "diary/scan.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WALL = 1795552660 }; // 2026-11-24T20:37:40Z

static void take_nothing(struct scan *scan, const char *key, void *context)
{
	(void)key;
	(void)context;
	scan_skip(scan);
}

static bool is_json_object(const char *line)
{
	struct scan scan = {.at = line};
	scan_object(&scan, take_nothing, NULL);
	return scan_ends(&scan);
}

static void zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

static void test_scan_is_strict(void **state)
{
	(void)state;
	static const char *const good[] = {"{}",
	                                   " {\"a\":[1,-0.5,1e3,0,true,false,null,\"\\u00e4\\ud83d\\ude00\\n\"]} ",
	                                   "{\"a\":{\"b\":[[[]]]}}"};
	static const char *const bad[] = {"",
	                                  "{",
	                                  "[]",
	                                  "{}x",
	                                  "{\"a\"}",
	                                  "{\"a\":}",
	                                  "{\"a\":1,}",
	                                  "{,}",
	                                  "{\"a\":01}",
	                                  "{\"a\":1.}",
	                                  "{\"a\":.5}",
	                                  "{\"a\":+1}",
	                                  "{\"a\":nan}",
	                                  "{\"a\":1e}",
	                                  "{\"a\":1e999}",
	                                  "{\"a\":- 1}",
	                                  "{a:1}",
	                                  "{'a':1}",
	                                  "{\"a\":[1,]}",
	                                  "{\"a\":[1 2]}",
	                                  "{\"a\":\"\t\"}",
	                                  "{\"a\":\"\\x\"}",
	                                  "{\"a\":\"\\u12\"}",
	                                  "{\"a\":\"\\ud83d\"}",
	                                  "{\"a\":\"\\u0000\"}",
	                                  "{\"a\":\"\xff\"}",
	                                  "{\"a\":\"\xc0\xaf\"}",
	                                  "{\"a\":\"\xed\xa0\x80\"}",
	                                  "{\"a\":\"x",
	                                  "{\"a\":\"\\",
	                                  "{\"a\":tru}",
	                                  "{\"a\":[[[[[[[[[]]]]]]]]]}",
	                                  "{\"a\":1]"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!is_json_object(good[i]))
			fail_msg("refused %s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (is_json_object(bad[i]))
			fail_msg("took %s", bad[i]);
}

static void test_moment_there_and_back(void **state)
{
	(void)state;
	static const char *const zones[] = {"UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "<-0330>3:30", "<+0545>-5:45"};
	static const char *const bad[] = {"",
	                                  "2026-11-24",
	                                  "2026-11-24T20:37:40",
	                                  "2026-13-24T20:37:40Z",
	                                  "2026-11-24T20:37:40+1:00",
	                                  "2026-11-24T24:37:40Z",
	                                  "2026-11-24 20:37:40Z"};
	char text[MOMENT_BYTES];
	int64_t back;
	for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
		zone(zones[z]);
		for (int64_t i = 0; i < 500; i++) {
			moment_write(WALL + i * 65537, text);
			assert_true(moment_read(text, &back));
			assert_int_equal(back, WALL + i * 65537);
		}
	}
	moment_write(WALL, text);
	assert_string_equal(text, "2026-11-25T02:22:40+05:45");
	assert_true(moment_read("2026-11-24T20:37:40Z", &back));
	assert_int_equal(back, WALL);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(moment_read(bad[i], &back));
	zone("UTC0");
}

static void assert_time(const char *text, enum moment_order order, const char *should)
{
	int64_t wall_sec;
	int zone_min;
	char got[MOMENT_BYTES] = "";
	if (moment_read_plain(text, WALL, order, &wall_sec, &zone_min)) // 21:37:40 there
		moment_write_zone(wall_sec, zone_min, got);
	if (strcmp(got, should) != 0)
		fail_msg("%s: %s, not %s", text, got, should);
}

static void test_moment_reads_what_people_write(void **state)
{
	(void)state;
	zone("CET-1CEST,M3.5.0,M10.5.0/3");
	assert_time("now", MOMENT_ORDER_UNTOLD, "2026-11-24T21:37:40+01:00");
	assert_time("20:37", MOMENT_ORDER_UNTOLD, "2026-11-24T20:37:00+01:00");
	assert_time("22:37", MOMENT_ORDER_UNTOLD, "2026-11-23T22:37:00+01:00"); // it has not been so late today
	assert_time("today 22:37", MOMENT_ORDER_UNTOLD, "2026-11-24T22:37:00+01:00");
	assert_time("yesterday 8:00", MOMENT_ORDER_UNTOLD, "2026-11-23T08:00:00+01:00");
	assert_time("yesterday", MOMENT_ORDER_UNTOLD, "2026-11-23T12:00:00+01:00");
	assert_time("2026-07-01 8:05 pm", MOMENT_ORDER_UNTOLD, "2026-07-01T20:05:00+02:00");
	assert_time("2026-07-01T20:05", MOMENT_ORDER_UNTOLD, "2026-07-01T20:05:00+02:00");
	assert_time("2026-07-01T20:05:06-03:00", MOMENT_ORDER_UNTOLD, "2026-07-01T20:05:06-03:00");
	assert_time("1.7.2026", MOMENT_ORDER_UNTOLD, "2026-07-01T12:00:00+02:00");
	assert_time("3/4/2026 12:30 AM", MOMENT_MONTH_FIRST, "2026-03-04T00:30:00+01:00");
	assert_time("3/4/2026", MOMENT_DAY_FIRST, "2026-04-03T12:00:00+02:00");
	static const char *const bad[] = {
		"",         "3/4/2026",    "tomorrow", "2026-02-29", "29.2.2026",        "25:00", "8", "13 pm",
		"now 8:00", "2026-11-24x", "2026-11",  "1.7.26",     "2026-11-24 8:00 x"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_time(bad[i], MOMENT_ORDER_UNTOLD, "");
	zone("UTC0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan_is_strict),
		cmocka_unit_test(test_moment_there_and_back),
		cmocka_unit_test(test_moment_reads_what_people_write),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

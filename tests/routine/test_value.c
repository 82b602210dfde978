// Lengths, levels and rates: what is taken, and what is said of the rest.
#include "routine/value.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct value_bounds bounds = {0.1, ROUTINE_MOST_SEC, true};
static const struct value_bounds time_only = {0, 60, false};

static void test_value_length_takes_every_spelling(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double amount;
		bool in_breaths;
	} right[] = {
		{"90s", 90, false},
		{"2m", 120, false},
		{"1m30s", 90, false},
		{"1.5m", 90, false},
		{"1h", 3600, false},
		{"1h 2m 3s", 3723, false},
		{"1 m", 60, false},
		{"0.1s", 0.1, false},
		{"24h", 86400, false},
		{"12.3s", 12.3, false},
		{"6 breaths", 6, true},
		{"1 breath", 1, true},
		{"43200 breaths", 43200, true},
		{"007s", 7, false},
		{"1h0.5s", 3600.5, false},
		{"23h59m60s", 86400, false},
	};
	struct arena *arena = arena_create();
	for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
		struct length length = {0};
		const char *wrong = value_length(arena, right[i].text, &bounds, &length);
		if (wrong || length.amount != right[i].amount || length.in_breaths != right[i].in_breaths)
			fail_msg("%s: %s, %.17g", right[i].text, wrong ? wrong : "taken", length.amount);
	}
	arena_destroy(arena);
}

static void test_value_length_says_what_would_be_right(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} wrong[] = {
		{"90", "90s or 90m"},
		{"1:30", "write 1m30s"},
		{"1:02:03", "write 1h2m3s"},
		{"90 sec", "write 90s"},
		{"90 seconds", "write 90s"},
		{"2 min", "write 2m"},
		{"2minutes", "write 2m"},
		{"1 hour 30 min", "write 1h30m"},
		{"500ms", "write 0.5s"},
		{"0s", "at least 0.1s"},
		{"-1s", "never negative"},
		{"24h1s", "at most 24h"},
		{"30s1m", "write 1m30s"},
		{"1,5m", "write 1.5m"},
		{"nan", "not a length"},
		{"inf", "not a length"},
		{"0x10s", "not a length"},
		{"1e3s", "not a length"},
		{"1.s", "not a length"},
		{".5s", "not a length"},
		{"1.1234567s", "not a length"},
		{"s", "not a length"},
		{"1m30", "not a length"},
		{"1.5 breaths", "whole breaths"},
		{"0 breaths", "whole breaths"},
		{"43201 breaths", "at most 43200"},
		{"", "not a length"},
		{" ", "not a length"},
		{"6 breaths 1s", "not a length"},
		{"99999999999999999999999999s", "at most 24h"},
		{"1::2", "not a length"},
		{"1:2:3:4", "not a length"},
		{"90S", "write 90s"},
		{"5", "5 breaths"},
	};
	struct arena *arena = arena_create();
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct length length = {0};
		const char *says = value_length(arena, wrong[i].text, &bounds, &length);
		if (!says || !strstr(says, wrong[i].says))
			fail_msg("%s: %s", wrong[i].text, says ? says : "taken");
	}
	arena_destroy(arena);
}

static void test_value_length_keeps_its_bounds(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	struct length length;
	assert_null(value_length(arena, "0s", &time_only, &length));
	assert_null(value_length(arena, "60s", &time_only, &length));
	assert_non_null(value_length(arena, "60.1s", &time_only, &length));
	assert_non_null(value_length(arena, "1 breath", &time_only, &length));
	assert_null(strstr(value_length(arena, "5", &time_only, &length), "breath"));
	arena_destroy(arena);
}

static void test_value_sec_text_reads_back(void **state)
{
	(void)state;
	static const double secs[] = {0.1, 0.5, 1, 59, 60, 61, 90, 3600, 3661, 5400, 86400};
	struct arena *arena = arena_create();
	for (size_t i = 0; i < sizeof secs / sizeof *secs; i++) {
		struct length length = {0};
		assert_null(value_length(arena, value_sec_text(arena, secs[i]), &bounds, &length));
		assert_true(length.amount == secs[i]);
	}
	assert_string_equal(value_sec_text(arena, 0), "0s");
	assert_string_equal(value_sec_text(arena, 3605), "1h5s");
	arena_destroy(arena);
}

static void test_value_level(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double level_db;
	} right[] = {{"faint", -26},  {"quiet", -20}, {"soft", -14},     {"medium", -10}, {"full", -6},
	             {"-14 dB", -14}, {"-14dB", -14}, {"-0.5 db", -0.5}, {"0 dB", 0},     {"-60 dB", -60}};
	static const char *const wrong[] = {"6 dB",  "+6 dB", "-61 dB", "-14",  "14",     "loud",
	                                    "sofft", "dB",    "",       "- dB", "-nan dB"};
	struct arena *arena = arena_create();
	double level_db = 99;
	for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
		assert_null(value_level(arena, right[i].text, &level_db));
		assert_true(level_db == right[i].level_db);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_non_null(value_level(arena, wrong[i], &level_db));
	assert_non_null(strstr(value_level(arena, "sofft", &level_db), "`soft`"));
	assert_non_null(strstr(value_level(arena, "14", &level_db), "-14 dB"));
	arena_destroy(arena);
}

static void test_value_rate(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	double rate = 0;
	assert_null(value_rate(arena, "6 per minute", &rate));
	assert_true(rate == 6);
	assert_null(value_rate(arena, "5.5 per minute", &rate));
	assert_true(rate == 5.5);
	assert_non_null(value_rate(arena, "2.9 per minute", &rate));
	assert_non_null(value_rate(arena, "20.1 per minute", &rate));
	assert_non_null(value_rate(arena, "six per minute", &rate));
	assert_non_null(strstr(value_rate(arena, "8", &rate), "write 8 per minute"));
	assert_non_null(strstr(value_rate(arena, "8/min", &rate), "write 8 per minute"));
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_value_length_takes_every_spelling),
		cmocka_unit_test(test_value_length_says_what_would_be_right),
		cmocka_unit_test(test_value_length_keeps_its_bounds),
		cmocka_unit_test(test_value_sec_text_reads_back),
		cmocka_unit_test(test_value_level),
		cmocka_unit_test(test_value_rate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

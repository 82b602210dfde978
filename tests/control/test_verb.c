// The table of wishes, and the lines that ask for them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/line.h"
#include "control/view.h"

#include <linux/input-event-codes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void expect(struct wish got, enum verb verb, double value)
{
	assert_int_equal(got.verb, verb);
	assert_float_equal(got.value, value, 0.0);
}

static bool share_a_byte(const char *a, const char *b)
{
	return a && b && strpbrk(a, b);
}

static bool share_a_word(const char *a, const char *b)
{
	char copy[80], *rest = copy;
	if (!a || !b)
		return false;
	snprintf(copy, sizeof copy, "%s", a);
	for (char *word; (word = strsep(&rest, " "));)
		for (const char *at = b; (at = strstr(at, word)); at++)
			if ((at == b || at[-1] == ' ') && strcspn(at, " ") == strlen(word))
				return true;
	return false;
}

static bool share_a_code(const unsigned short *a, const unsigned short *b)
{
	for (int i = 0; i < VERB_MOST_CODES && a[i]; i++)
		for (int j = 0; j < VERB_MOST_CODES && b[j]; j++)
			if (a[i] == b[j])
				return true;
	return false;
}

static void test_verb_rows_share_nothing(void **state)
{
	(void)state;
	size_t count;
	const struct verb_row *rows = verb_rows(&count);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++) {
			const struct verb_row *a = &rows[i], *b = &rows[j];
			bool same = share_a_byte(a->keys, b->keys) || share_a_word(a->sequences, b->sequences) ||
			            share_a_code(a->codes, b->codes) ||
			            (a->word && b->word && strcmp(a->word, b->word) == 0);
			if (same)
				fail_msg("rows %zu and %zu want the same", j, i);
		}
}

static void test_verb_rows_are_whole(void **state)
{
	(void)state;
	size_t count;
	const struct verb_row *rows = verb_rows(&count);
	for (size_t i = 0; i < count; i++) {
		assert_true(!rows[i].word == !rows[i].does);
		assert_true(rows[i].word || rows[i].keys);
		for (const char *at = rows[i].sequences; at && *at; at += strcspn(at, " ") + (strchr(at, ' ') ? 1 : 0))
			assert_true(*at == '[' || *at == 'O');
	}
}

static void test_verb_of_keys_of_the_issue(void **state)
{
	(void)state;
	expect(verb_of_key(' '), VERB_PAUSE_RESUME, 0);
	expect(verb_of_key('\r'), VERB_PAUSE_RESUME, 0);
	expect(verb_of_key('+'), VERB_LOUDER, 0);
	expect(verb_of_key('-'), VERB_QUIETER, 0);
	expect(verb_of_key('r'), VERB_AGAIN, 0);
	expect(verb_of_key('W'), VERB_WHERE, 0);
	expect(verb_of_key('?'), VERB_HELP, 0);
	expect(verb_of_key('q'), VERB_STOP, 0);
	expect(verb_of_key('t'), VERB_TOO_MUCH, 0);
	expect(verb_of_key('.'), VERB_TOO_MUCH, 0);
	expect(verb_of_key(','), VERB_LITTLE_MORE, 0);
	expect(verb_of_key('x'), VERB_HURT, 0);
	expect(verb_of_key('7'), VERB_DIGIT, 7);
	expect(verb_of_key('z'), VERB_OTHER, 0);
	expect(verb_of_key('\0'), VERB_OTHER, 0);
	expect(verb_of_code(KEY_PLAYPAUSE), VERB_PAUSE_RESUME, 0);
	expect(verb_of_code(KEY_PAUSECD), VERB_PAUSE, 0);
	expect(verb_of_code(KEY_VOLUMEDOWN), VERB_QUIETER, 0);
	expect(verb_of_code(KEY_F7), VERB_OTHER, 0);
	expect(verb_of_code(0), VERB_OTHER, 0);
}

static void test_verb_of_a_number_pad_in_each_of_its_states(void **state)
{
	(void)state;
	static const struct {
		const char *application, *cursor;
		char plain;
		unsigned code;
		enum verb verb;
	} keys[] = {
		{"OM", "OM", '\r', KEY_KPENTER, VERB_PAUSE_RESUME}, {"Ok", "Ok", '+', KEY_KPPLUS, VERB_LOUDER},
		{"Om", "Om", '-', KEY_KPMINUS, VERB_QUIETER},       {"On", "[3~", '.', KEY_KPDOT, VERB_TOO_MUCH},
		{"Oj", "Oj", '*', KEY_KPASTERISK, VERB_AGAIN},      {"Oo", "Oo", '/', KEY_KPSLASH, VERB_HELP},
	};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		expect(verb_of_sequence(keys[i].application, 2), keys[i].verb, 0);
		expect(verb_of_sequence(keys[i].cursor, strlen(keys[i].cursor)), keys[i].verb, 0);
		expect(verb_of_key(keys[i].plain), keys[i].verb, 0);
		expect(verb_of_code(keys[i].code), keys[i].verb, 0);
	}
	static const unsigned codes[] = {KEY_KP0, KEY_KP1, KEY_KP2, KEY_KP3, KEY_KP4,
	                                 KEY_KP5, KEY_KP6, KEY_KP7, KEY_KP8, KEY_KP9};
	for (int i = 0; i < 10; i++) {
		expect(verb_of_sequence((char[]){'O', (char)('p' + i)}, 2), VERB_DIGIT, i);
		expect(verb_of_key((char)('0' + i)), VERB_DIGIT, i);
		expect(verb_of_code(codes[i]), VERB_DIGIT, i);
	}
	expect(verb_of_sequence("[C", 2), VERB_NEXT, 0);
	expect(verb_of_sequence("[CC", 3), VERB_OTHER, 0);
	expect(verb_of_sequence("[", 1), VERB_OTHER, 0);
}

// ---- Lines

static void reads(const char *line, enum verb verb, double value)
{
	struct wish wish;
	char why[1024] = "";
	if (!line_read(line, &wish, why, sizeof why))
		fail_msg("%s: %s", line, why);
	expect(wish, verb, value);
}

static void refuses(const char *line, const char *part)
{
	struct wish wish;
	char why[1024] = "";
	if (line_read(line, &wish, why, sizeof why) || !strstr(why, part))
		fail_msg("%s: %s", line, why);
}

static void test_line_reads_words_and_amounts(void **state)
{
	(void)state;
	reads("pause", VERB_PAUSE, 0);
	reads("  resume\t\r", VERB_RESUME, 0);
	reads("too-much", VERB_TOO_MUCH, 0);
	reads("status", VERB_NONE, 0);
	reads("seek 30", VERB_SEEK_BY, 30);
	reads("seek +30", VERB_SEEK_BY, 30);
	reads("seek  -1m30s", VERB_SEEK_BY, -90);
	reads("seek 1h", VERB_SEEK_BY, 3600);
	reads("seek 30m", VERB_SEEK_BY, 1800);
	reads("seek 0.5", VERB_SEEK_BY, 0.5);
	reads("go-to 2m30s", VERB_SEEK_TO, 150);
	reads("volume -12.5", VERB_VOLUME, -12.5);
	reads("volume 0", VERB_VOLUME, 0);
	reads("digit 3", VERB_DIGIT, 3);
}

static void test_line_says_what_would_be_right(void **state)
{
	(void)state;
	refuses("", "the words are: toggle, pause");
	refuses("paus", "the words are: toggle, pause");
	refuses("PAUSE", "digit, status");
	refuses("pause now", "nothing follows it");
	refuses("pause\nstop", "the words are");
	refuses("seek", "as in: seek 30");
}

static void test_line_refuses_amounts_that_are_none(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"seek nan",   "seek inf",   "seek 1e3",   "seek 0x10",  "seek --3",
		"seek 1s2m",  "seek 1m1m",  "seek 90000", "seek 1.2.3", "seek .",
		"go-to -3",   "volume 0.1", "volume 3",   "volume -61", "volume 3s",
		"digit 10",   "digit -1",   "digit",      "digit x",    "seek 1m3",
		"volume --3", "volume -",   "seek m",     "seek 1 30",  "seek 1234567890123456789",
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		refuses(lines[i], "as in");
	char line[400];
	memset(line, 'a', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	refuses(line, "at most 120 bytes");
}

// ---- The view

static void test_view_is_one_line_whatever_a_name_holds(void **state)
{
	(void)state;
	struct control_view view = {.state = CONTROL_PAUSED,
	                            .at_sec = 250,
	                            .length_sec = 45,
	                            .part_index = 2,
	                            .part_count = 5,
	                            .part = "Fore\nhead\033[2J",
	                            .title = "A \"still\" night"};
	char text[300];
	view_print(&view, text, sizeof text);
	assert_string_equal(text, "paused, part 3 of 5: Fore head [2J, at 4m10s of 45s");
	view_print_json(&view, text, sizeof text);
	assert_string_equal(text, "{\"state\": \"paused\", \"at\": 250.0, \"length\": 45.0, "
	                          "\"title\": \"A \\\"still\\\" night\", \"part\": \"Fore\\u000ahead\\u001b[2J\", "
	                          "\"part-number\": 3, \"parts\": 5, \"volume\": 0.0}");
	view = (struct control_view){.state = CONTROL_ASKING, .part_index = -1, .volume_db = -12.0};
	view_print(&view, text, sizeof text);
	assert_string_equal(text, "a question is being asked");
	view_print_json(&view, text, sizeof text);
	assert_string_equal(text, "{\"state\": \"asking\", \"at\": 0.0, \"length\": 0.0, \"title\": null, "
	                          "\"part\": null, \"part-number\": 0, \"parts\": 0, \"volume\": -12.0}");
	view_print_json(&view, text, 40);
	assert_string_equal(text, "{}");
}

static void test_view_cuts_a_long_name_at_a_letter(void **state)
{
	(void)state;
	char part[402] = "", text[300];
	for (int i = 0; i < 200; i++)
		strcat(part, "ä");
	struct control_view view = {.state = CONTROL_PLAYING, .part = part, .part_count = 1};
	for (int ahead = 0; ahead < 2; ahead++) {
		view.part = part + 2 * ahead;
		view.part_count = ahead ? 10 : 1;
		view_print(&view, text, sizeof text);
		assert_memory_equal(strstr(text, ", at") - 2, "ä", 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verb_rows_share_nothing),
		cmocka_unit_test(test_verb_rows_are_whole),
		cmocka_unit_test(test_verb_of_keys_of_the_issue),
		cmocka_unit_test(test_verb_of_a_number_pad_in_each_of_its_states),
		cmocka_unit_test(test_line_reads_words_and_amounts),
		cmocka_unit_test(test_line_says_what_would_be_right),
		cmocka_unit_test(test_line_refuses_amounts_that_are_none),
		cmocka_unit_test(test_view_is_one_line_whatever_a_name_holds),
		cmocka_unit_test(test_view_cuts_a_long_name_at_a_letter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// Every line that the program asks with stands in the lists that packs are made from.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/question.h"
#include "voice/number.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *lists;

static int read_lists(void **state)
{
	(void)state;
	static const char *const names[] = {SOURCE_DIR "/voices/program-lines.txt",
	                                    SOURCE_DIR "/voices/common-lines.txt"};
	size_t length = 0;
	lists = calloc(1, 1 << 20);
	for (int i = 0; i < 2; i++) {
		FILE *file = fopen(names[i], "r");
		assert_non_null(file);
		lists[length++] = '\n';
		length += fread(lists + length, 1, (1 << 19) - 2, file);
		fclose(file);
	}
	return 0;
}

static int free_lists(void **state)
{
	(void)state;
	free(lists);
	return 0;
}

// Lists have whole lines: "One." for the number one.
static void assert_listed(const char *line)
{
	char wanted[300];
	snprintf(wanted, sizeof wanted, "\n%s\n", line);
	if (strstr(lists, wanted))
		return;
	snprintf(wanted, sizeof wanted, "\n%c%s.\n", toupper((unsigned char)line[0]), line + 1);
	if (!islower((unsigned char)line[0]) || !strstr(lists, wanted))
		fail_msg("\"%s\" is in no list of voices/", line);
}

static void assert_all_listed(const char *const *lines)
{
	for (; lines && *lines; lines++)
		assert_listed(*lines);
}

// By playing it through: what is asked, each choice's name, and what other keys are answered with.
static void assert_table_listed(const struct dialogue_table *table)
{
	static const struct wish keys[] = {{VERB_ESCAPE, 0}, {VERB_DIGIT, 7}, {VERB_OTHER, 0}, {VERB_DIGIT, 1},
	                                   {VERB_DIGIT, 2},  {VERB_DIGIT, 0}, {VERB_HELP, 0}};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct dialogue d = dialogue_init(table, 0.0);
		for (int event = DIALOGUE_OPENED; event <= DIALOGUE_WISH; event++) {
			struct dialogue_effects effects = dialogue_step(
				&d, &(struct dialogue_event){.kind = event, .wish = keys[i], .now_sec = event});
			for (int k = 0; k < effects.say_count; k++)
				assert_listed(effects.say[k]);
		}
	}
	assert_all_listed(table->lines);
	assert_all_listed(table->last);
}

static void test_question_tables(void **state)
{
	(void)state;
	for (int i = 0; i < QUESTIONS; i++) {
		assert_non_null(question_table(i)->lines);
		assert_table_listed(question_table(i));
	}
}

static void test_question_hurt_of_each_area(void **state)
{
	(void)state;
	static const char *const areas[] = {"temples",   "forehead", "scalp", "jaw",     "neck",
	                                    "shoulders", "ears",     "face",  "sinuses", "hand"};
	for (size_t i = 0; i < sizeof areas / sizeof *areas; i++) {
		struct question_hurt hurt;
		question_hurt(&hurt, areas[i]);
		assert_non_null(hurt.lines[0]);
		assert_table_listed(&hurt.table);
	}
	struct question_hurt none;
	question_hurt(&none, "breath");
	assert_null(none.lines[0]);
}

// Silence and Enter take what is gentle.
static void test_question_silence_is_the_gentler_way(void **state)
{
	(void)state;
	struct question_hurt hurt;
	question_hurt(&hurt, "neck");
	assert_int_equal(hurt.table.silence, HURT_LEAVE_OUT);
	assert_int_equal(question_table(QUESTION_SORE)->silence, SORE_YES);
	assert_int_equal(question_table(QUESTION_SORE)->enter, SORE_YES);
	assert_int_equal(question_table(QUESTION_DAY)->silence, DAY_ATTACK);
	for (int i = QUESTION_BEFORE; i <= QUESTION_LAST_TIME; i++) {
		const struct dialogue_table *table = question_table(i);
		assert_int_equal(table->silence, DIALOGUE_SILENT);
		assert_true(table->silence_sec == 8.0);
		for (int k = 0; k < 10; k++)
			assert_int_equal(table->offers[k].digit, k);
	}
}

static void test_question_words_of_the_menu(void **state)
{
	(void)state;
	for (enum moment moment = MOMENT_ANY; moment <= MOMENT_BEDTIME; moment++) {
		assert_listed(question_moment(moment));
		assert_listed(question_press(moment));
	}
	assert_all_listed(question_menu_last);
	assert_all_listed(question_lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_question_tables),
		cmocka_unit_test(test_question_hurt_of_each_area),
		cmocka_unit_test(test_question_silence_is_the_gentler_way),
		cmocka_unit_test(test_question_words_of_the_menu),
	};
	return cmocka_run_group_tests(tests, read_lists, free_lists);
}

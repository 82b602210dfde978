// Every line that the program asks with stands in the lists that packs are made from.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/question.h"
#include "listed.h"

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

// One idea a sentence, at most 15 words, and nothing promised.
static void check_sentence(const char *text, size_t length)
{
	static const char *const promises[] = {"cure", "heal", "will help", "relie", "goes away", "pain-free"};
	char sentence[400];
	int words = 1;
	snprintf(sentence, sizeof sentence, "%.*s", (int)length, text);
	for (const char *at = sentence; (at = strchr(at, ' ')); at++)
		words++;
	if (words > 15)
		fail_msg("%d words: %s", words, sentence);
	for (size_t i = 0; i < sizeof promises / sizeof *promises; i++)
		if (strstr(sentence, promises[i]))
			fail_msg("\"%s\" promises: %s", sentence, promises[i]);
}

static void test_question_lists_are_short_sentences(void **state)
{
	(void)state;
	int count = 0;
	for (const char *at = lists; *at;) {
		size_t line = strcspn(at, "\n");
		for (size_t length; *at != '#' && line > 0; at += length, line -= length, count++) {
			at += strspn(at, " "), line = strcspn(at, "\n");
			length = strcspn(at, ".?!\n");
			length += at[length] != '\0' && at[length] != '\n';
			check_sentence(at, length);
		}
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	assert_true(count > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_question_tables),
		cmocka_unit_test(test_question_hurt_of_each_area),
		cmocka_unit_test(test_question_silence_is_the_gentler_way),
		cmocka_unit_test(test_question_words_of_the_menu),
		cmocka_unit_test(test_question_lists_are_short_sentences),
	};
	return cmocka_run_group_tests(tests, read_lists, free_lists);
}

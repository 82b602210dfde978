// What is said as it is written.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/aloud.h"

#include <stdlib.h>

static void assert_prints(const char *const *lines, const char *wanted)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	aloud_print(lines, out);
	fclose(out);
	assert_string_equal(text, wanted);
	free(text);
}

static void test_aloud_prints_sentences(void **state)
{
	(void)state;
	static const char *const many[] = {"In the last thirty days,",
	                                   "Nine.",
	                                   "Days with a headache.",
	                                   "One day with medication.",
	                                   "More than,",
	                                   "Sixty.",
	                                   "Sessions.",
	                                   "The middle of your numbers before a session,",
	                                   "Between,",
	                                   "Five.",
	                                   "And,",
	                                   "Six.",
	                                   "And after it,",
	                                   "Four.",
	                                   "Pain also falls by itself after a peak.",
	                                   NULL};
	assert_prints(many, "In the last thirty days, nine days with a headache. One day with medication. More than "
	                    "sixty sessions. The middle of your numbers before a session, between five and six. And "
	                    "after it, four. Pain also falls by itself after a peak.\n");
	static const char *const none[] = {"In the last thirty days,", "No day with a headache.", "No session.", NULL};
	assert_prints(none, "In the last thirty days, no day with a headache. No session.\n");
	static const char *const one[] = {"There is nothing in the diary yet.", NULL};
	assert_prints(one, "There is nothing in the diary yet.\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_aloud_prints_sentences)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

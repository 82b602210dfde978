// Bytes of terminals as wishes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/typing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct wish take(struct typing *typing)
{
	struct wish wish = {.verb = VERB_NONE};
	typing_take(typing, &wish);
	return wish;
}

// What one read gives, as letters: the verbs in order.
static const char *letters(struct typing *typing)
{
	static const char names[] = {
		[VERB_PAUSE_RESUME] = 'p', [VERB_NEXT] = '>',        [VERB_PREVIOUS] = '<', [VERB_LOUDER] = '+',
		[VERB_QUIETER] = '-',      [VERB_AGAIN] = 'r',       [VERB_WHERE] = 'w',    [VERB_HELP] = '?',
		[VERB_TOO_MUCH] = 't',     [VERB_STOP] = 'q',        [VERB_ESCAPE] = 'e',   [VERB_DIGIT] = 'd',
		[VERB_OTHER] = 'o',        [VERB_LITTLE_MORE] = ',', [VERB_HURT] = 'x',
	};
	static char text[64];
	size_t n = 0;
	for (struct wish wish; n < 60 && typing_take(typing, &wish);)
		text[n++] = names[wish.verb];
	text[n] = '\0';
	return text;
}

static void expect(const char *bytes, const char *verbs)
{
	struct typing typing = {0};
	typing_add(&typing, bytes, strlen(bytes), 1.0);
	assert_string_equal(letters(&typing), verbs);
}

static void test_typing_plain_keys(void **state)
{
	(void)state;
	expect("", "");
	expect(" ", "p");
	expect("q", "q");
	expect("rw?.", "rw?t");
	expect("z", "o");
	struct typing typing = {0};
	typing_add(&typing, "7", 1, 0.0);
	assert_float_equal(take(&typing).value, 7.0, 0.0);
}

static void test_typing_arrows_of_both_kinds_and_with_shift(void **state)
{
	(void)state;
	expect("\033[C\033[D\033[A\033[B", "><+-");
	expect("\033OC\033OD\033OA\033OB", "><+-");
	expect("\033[1;5C\033[1;2D", "><");
	expect("\033O5C", ">");
	expect("\033\033[C", ">"); // Alt
	expect("\033[6~\033[5;5~", "><");
	expect("\033[Cq", ">q");
}

static void test_typing_a_number_pad_in_application_mode(void **state)
{
	(void)state;
	expect("\033Oq\033OM\033Ok\033Om\033On", "dp+-t");
}

static void test_typing_tells_escape_from_a_sequence(void **state)
{
	(void)state;
	expect("\033", "e");
	expect("\033\033", "ee");
	expect("q\033", "qe");
	expect("\033q", "o"); // Alt and q is no q
}

static void test_typing_takes_other_sequences_whole(void **state)
{
	(void)state;
	expect("\033[15~q", "oq"); // F5
	expect("\033OP", "o");
	expect("\033[200;200;200q", "o");
	expect("\033[3;\nq", "opq"); // broken off by a key
	expect("\303\251", "o");     // one letter
	expect("\303\251\342\202\254z", "o");
	expect("\033[", "");
}

static void test_typing_a_sequence_in_two_reads(void **state)
{
	(void)state;
	struct typing typing = {0};
	typing_add(&typing, "\033[1", 3, 1.0);
	assert_string_equal(letters(&typing), "");
	assert_float_equal(typing_deadline_sec(&typing), 1.1, 1e-9);
	typing_add(&typing, ";5Cq", 4, 1.05);
	assert_string_equal(letters(&typing), ">q");
	assert_true(isinf(typing_deadline_sec(&typing)));
}

static void test_typing_a_sequence_that_never_ends(void **state)
{
	(void)state;
	struct typing typing = {0};
	typing_add(&typing, "\033[", 2, 1.0);
	typing_settle(&typing, 1.05);
	assert_string_equal(letters(&typing), "");
	typing_settle(&typing, 1.2);
	assert_string_equal(letters(&typing), "o");
	typing_add(&typing, "q", 1, 1.3); // and the next key is itself
	assert_string_equal(letters(&typing), "q");
}

static void test_typing_a_flood_is_one_key_that_means_nothing(void **state)
{
	(void)state;
	struct typing typing = {0};
	char many[5000];
	for (size_t i = 0; i < sizeof many; i++)
		many[i] = "q \033[Cx1zt\377"[i % 10];
	typing_add(&typing, many, sizeof many, 1.0);
	assert_string_equal(letters(&typing), "o");
	typing_add(&typing, many, sizeof many, 1.2);
	typing_add(&typing, "q", 1, 1.4); // its end
	assert_string_equal(letters(&typing), "");
	typing_add(&typing, "q", 1, 1.8); // a key of its own
	assert_string_equal(letters(&typing), "q");
	expect("asdfghjkl", "o");
	expect("zzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "o");
}

static void test_typing_a_key_held_down_is_no_flood(void **state)
{
	(void)state;
	expect("++++++++++++++++++++", "++++++++");
	expect("\033[B\033[B\033[B\033[B\033[B\033[B\033[B\033[B\033[B\033[B", "--------");
	expect("01010101", "dddddddd");
	expect("010101010", "o"); // nine, and not the same
}

static void test_typing_a_marked_paste_is_no_keys(void **state)
{
	(void)state;
	expect("\033[200~q\033[201~", "o");
	struct typing typing = {0};
	typing_add(&typing, "\033[200~q", 7, 1.0);
	assert_string_equal(letters(&typing), "o");
	typing_add(&typing, "q\033[201~", 7, 1.1);
	assert_string_equal(letters(&typing), "");
	typing_add(&typing, "\033[200~", 6, 3.0); // one whose end never comes
	assert_string_equal(letters(&typing), "o");
	typing_add(&typing, "q", 1, 4.0);
	assert_string_equal(letters(&typing), "q");
}

// Any bytes in any portions: few wishes a read, all of them known, and no read beyond the bytes (sanitizers).
static void test_typing_survives_anything(void **state)
{
	(void)state;
	struct typing typing = {0};
	double now_sec = 0.0;
	srand(7);
	for (int i = 0; i < 200000; i++) {
		char bytes[40];
		size_t count = (size_t)(rand() % 40), n = 0;
		for (size_t j = 0; j < count; j++)
			bytes[j] = rand() % 2 ? "\033[O;012~AC "[rand() % 11] : (char)rand();
		char *copy = malloc(count ? count : 1);
		memcpy(copy, bytes, count);
		now_sec += rand() % 3 * 0.2;
		typing_settle(&typing, now_sec);
		for (struct wish wish; typing_take(&typing, &wish);)
			assert_int_equal(wish.verb, VERB_OTHER);
		typing_add(&typing, copy, count, now_sec);
		for (struct wish wish; typing_take(&typing, &wish); n++)
			assert_in_range(wish.verb, VERB_PAUSE_RESUME, VERB_OTHER);
		assert_true(n <= TYPING_MOST_KEYS);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typing_plain_keys),
		cmocka_unit_test(test_typing_arrows_of_both_kinds_and_with_shift),
		cmocka_unit_test(test_typing_a_number_pad_in_application_mode),
		cmocka_unit_test(test_typing_tells_escape_from_a_sequence),
		cmocka_unit_test(test_typing_takes_other_sequences_whole),
		cmocka_unit_test(test_typing_a_sequence_in_two_reads),
		cmocka_unit_test(test_typing_a_sequence_that_never_ends),
		cmocka_unit_test(test_typing_a_flood_is_one_key_that_means_nothing),
		cmocka_unit_test(test_typing_a_key_held_down_is_no_flood),
		cmocka_unit_test(test_typing_a_marked_paste_is_no_keys),
		cmocka_unit_test(test_typing_survives_anything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

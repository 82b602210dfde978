// Keys as terminals send them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session/keys.h"

#include <string.h>
#include <unistd.h>

static void expect(const char *bytes, enum key key, size_t used)
{
	size_t got;
	assert_int_equal(keys_decode(bytes, strlen(bytes), &got), key);
	assert_int_equal(got, used);
}

static void test_keys_decode_plain_ones(void **state)
{
	(void)state;
	expect("", KEY_NONE, 0);
	expect(" ", KEY_SPACE, 1);
	expect("q ", KEY_QUIT, 1);
	expect("Q", KEY_QUIT, 1);
	expect("z", KEY_OTHER, 1);
}

static void test_keys_decode_arrows_of_both_kinds(void **state)
{
	(void)state;
	expect("\033[C", KEY_RIGHT, 3);
	expect("\033[D", KEY_LEFT, 3);
	expect("\033OC", KEY_RIGHT, 3);
	expect("\033[1;5D", KEY_LEFT, 6);
	expect("\033[Cq", KEY_RIGHT, 3);
}

static void test_keys_decode_takes_other_sequences_whole(void **state)
{
	(void)state;
	expect("\033[15~q", KEY_OTHER, 5); // F5 holds no q
	expect("\033[A", KEY_OTHER, 3);
	expect("\033", KEY_OTHER, 1);
	expect("\033q", KEY_OTHER, 1);
}

static void test_keys_decode_waits_for_the_rest(void **state)
{
	(void)state;
	expect("\033[", KEY_NONE, 0);
	expect("\033[1;", KEY_NONE, 0);
}

static void test_keys_open_refuses_what_is_no_terminal(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	assert_null(keys_open(ends[0]));
	keys_close(NULL);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_decode_plain_ones),
		cmocka_unit_test(test_keys_decode_arrows_of_both_kinds),
		cmocka_unit_test(test_keys_decode_takes_other_sequences_whole),
		cmocka_unit_test(test_keys_decode_waits_for_the_rest),
		cmocka_unit_test(test_keys_open_refuses_what_is_no_terminal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

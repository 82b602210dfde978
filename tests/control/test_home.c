// The judgement of the route guard, over what sound servers were seen to say.
#include "control/home.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const struct home_sink headset = {.index = 3, .name = "usb", .port = "phones"};
static const struct home_sink speaker = {.index = 5, .name = "built-in", .port = "speaker"};

static struct home at_headset(void)
{
	struct home home = home_none();
	assert_int_equal(home_stream(&home, 3), HOME_UNKNOWN);
	assert_int_equal(home_look(&home, &headset), HOME_STAYS);
	assert_int_equal(home_stream(&home, 3), HOME_STAYS);
	return home;
}

static void test_home_is_the_first_sink_seen(void **state)
{
	(void)state;
	struct home home = home_none();
	assert_int_equal(home_removed(&home, 3), HOME_STAYS);
	assert_int_equal(home_stream(&home, HOME_NO_INDEX), HOME_STAYS);
	assert_false(home.known);
	assert_int_equal(home_look(&home, &speaker), HOME_STAYS);
	assert_string_equal(home.name, "built-in");
	assert_int_equal(home_stream(&home, 5), HOME_STAYS);
	assert_int_equal(home_stream(&home, 3), HOME_LEFT);
}

static void test_home_is_left_for_another_sink(void **state)
{
	(void)state;
	struct home home = at_headset();
	assert_int_equal(home_stream(&home, 5), HOME_LEFT);
	assert_int_equal(home_look(&home, &speaker), HOME_LEFT);
	assert_int_equal(home_stream(&home, 3), HOME_STAYS);
}

static void test_home_is_not_left_between_two_places(void **state)
{
	(void)state;
	struct home home = at_headset();
	assert_int_equal(home_stream(&home, HOME_NO_INDEX), HOME_STAYS);
}

static void test_home_is_left_when_its_sink_is_removed(void **state)
{
	(void)state;
	struct home home = at_headset();
	assert_int_equal(home_removed(&home, 5), HOME_STAYS);
	assert_int_equal(home_removed(&home, HOME_NO_INDEX), HOME_STAYS);
	assert_int_equal(home_removed(&home, 3), HOME_LEFT);
	assert_int_equal(home_removed(&home, 3), HOME_STAYS);
}

// Jacks on one sink: the server takes another port, or says that nothing is plugged in.
static void test_home_is_left_by_its_port(void **state)
{
	(void)state;
	struct home home = at_headset();
	struct home_sink pulled = headset, other = headset, none = headset;
	pulled.port_is_gone = true;
	other.port = "speaker";
	none.port = NULL;
	assert_int_equal(home_look(&home, &pulled), HOME_LEFT);
	assert_int_equal(home_look(&home, &other), HOME_LEFT);
	assert_int_equal(home_look(&home, &none), HOME_LEFT);
	assert_int_equal(home_look(&home, &headset), HOME_STAYS);
}

// Some outputs say from the start that nothing is plugged in, and play.
static void test_home_believes_no_port_that_never_told_the_truth(void **state)
{
	(void)state;
	struct home home = home_none();
	struct home_sink liar = headset;
	liar.port_is_gone = true;
	assert_int_equal(home_look(&home, &liar), HOME_STAYS);
	assert_int_equal(home_look(&home, &liar), HOME_STAYS);
	assert_true(home_is_back(&home, &liar, "usb"));
	assert_int_equal(home_look(&home, &headset), HOME_STAYS);
	assert_int_equal(home_look(&home, &liar), HOME_LEFT);
}

// A server that starts anew numbers its sinks anew: the name counts.
static void test_home_is_known_by_name_to_the_next_server(void **state)
{
	(void)state;
	struct home home = at_headset();
	struct home_sink again = headset, stranger = speaker;
	again.index = 0;
	stranger.index = 3;
	home_forget_index(&home);
	assert_int_equal(home_removed(&home, 3), HOME_STAYS);
	assert_int_equal(home_stream(&home, 3), HOME_UNKNOWN);
	assert_int_equal(home_look(&home, &stranger), HOME_LEFT);
	assert_int_equal(home_look(&home, &again), HOME_STAYS);
	assert_int_equal(home_stream(&home, 0), HOME_STAYS);
	assert_int_equal(home_stream(&home, 3), HOME_LEFT);
}

static void test_home_is_back_when_it_is_the_default_and_plugged_in(void **state)
{
	(void)state;
	struct home home = at_headset();
	struct home_sink again = headset, pulled = headset, other = headset;
	again.index = 9;
	pulled.port_is_gone = true;
	other.port = "speaker";
	home_removed(&home, 3);
	assert_true(home_is_back(&home, &again, "usb"));
	assert_false(home_is_back(&home, &again, "built-in"));
	assert_false(home_is_back(&home, &speaker, "built-in"));
	assert_false(home_is_back(&home, &pulled, "usb"));
	assert_false(home_is_back(&home, &other, "usb"));
	home = home_none();
	assert_false(home_is_back(&home, &(struct home_sink){0}, ""));
}

static void test_home_has_a_name_of_any_length(void **state)
{
	(void)state;
	char name[3 * HOME_NAME_BYTES];
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = '\0';
	struct home_sink sink = {.index = 1, .name = name, .port = name};
	struct home home = home_none();
	assert_int_equal(home_look(&home, &sink), HOME_STAYS);
	assert_int_equal(home_look(&home, &sink), HOME_STAYS);
	assert_true(home_is_back(&home, &sink, name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_home_is_the_first_sink_seen),
		cmocka_unit_test(test_home_is_left_for_another_sink),
		cmocka_unit_test(test_home_is_not_left_between_two_places),
		cmocka_unit_test(test_home_is_left_when_its_sink_is_removed),
		cmocka_unit_test(test_home_is_left_by_its_port),
		cmocka_unit_test(test_home_believes_no_port_that_never_told_the_truth),
		cmocka_unit_test(test_home_is_known_by_name_to_the_next_server),
		cmocka_unit_test(test_home_is_back_when_it_is_the_default_and_plugged_in),
		cmocka_unit_test(test_home_has_a_name_of_any_length),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

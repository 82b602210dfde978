// A thread that makes way is alone in it.
#include "base/thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NICE_MOST = 19 };

static void *make_way(void *user)
{
	int *niceness = user;
	thread_make_way();
	*niceness = getpriority(PRIO_PROCESS, 0);
	return NULL;
}

static void test_thread_makes_way_alone_from_where_it_was(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		int was = getpriority(PRIO_PROCESS, 0), niceness = 0, wanted = was + THREAD_NICE;
		pthread_t thread;
		assert_true(thread_start(&thread, make_way, &niceness));
		pthread_join(thread, NULL);
		assert_int_equal(niceness, wanted < NICE_MOST ? wanted : NICE_MOST);
		assert_int_equal(getpriority(PRIO_PROCESS, 0), was);
		assert_int_equal(setpriority(PRIO_PROCESS, 0, was + 1), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thread_makes_way_alone_from_where_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// A thread that makes way is alone in it.
#include "base/thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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
	const int was = getpriority(PRIO_PROCESS, 0);
	for (int more = 0; more < 3; more++) {
		int niceness = 0, wanted = was + more + THREAD_NICE;
		pthread_t thread;
		assert_true(thread_start(&thread, make_way, &niceness));
		pthread_join(thread, NULL);
		assert_int_equal(niceness, wanted < 19 ? wanted : 19);
		assert_int_equal(getpriority(PRIO_PROCESS, 0), was + more);
		assert_int_equal(setpriority(PRIO_PROCESS, 0, was + more + 1), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thread_makes_way_alone_from_where_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

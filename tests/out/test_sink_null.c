// The null output: keeps pace, and fails when it was told to.
#include "out/sink_start.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

static void sleep_sec(double sec)
{
	nanosleep(&(struct timespec){(time_t)sec, (long)((sec - (double)(time_t)sec) * 1e9)}, NULL);
}

static enum sink_health await_trouble(struct sink *sink)
{
	double give_up_sec = clock_sec() + 10.0;
	while (sink_health(sink) == SINK_RUNS && clock_sec() < give_up_sec)
		sleep_sec(0.02);
	return sink_health(sink);
}

static void test_null_keeps_pace(void **state)
{
	(void)state;
	struct feed *feed;
	struct sink *sink = sink_create_null(&(struct null_faults){-1, -1, 0, false});
	double begin_sec = clock_sec();
	assert_int_equal(sink_start(sink, 0.0, &feed), STATUS_OK);
	while (atomic_load(&feed->pulled_frames) < 24000)
		sleep_sec(0.01);
	// Never ahead of the clock by more than a block; how far behind it may be is the machine's affair.
	int64_t pulled = atomic_load(&feed->pulled_frames);
	assert_true((double)pulled <= (clock_sec() - begin_sec) * ENGINE_RATE_HZ + 2 * BLOCK_FRAMES);
	assert_int_equal(sink_health(sink), SINK_RUNS);
	sink_destroy(sink);
}

static void test_null_plays_a_session_to_its_end(void **state)
{
	(void)state;
	static const float frames[2 * 12000];
	struct feed *feed;
	struct sink *sink = sink_create_null(&(struct null_faults){-1, -1, 0, false});
	assert_int_equal(sink_start(sink, 0.0, &feed), STATUS_OK);
	feed_write(feed, frames, 12000);
	feed_end(feed);
	feed_go(feed, 0);
	double give_up_sec = clock_sec() + 10.0;
	while (!feed_ended(feed, 100) && clock_sec() < give_up_sec)
		sleep_sec(0.01);
	assert_true(feed_ended(feed, 100));
	assert_int_equal(feed_queue_frames(feed), 12000);
	sink_destroy(sink);
}

static void test_null_stalls_once(void **state)
{
	(void)state;
	struct feed *feed;
	struct sink *sink = sink_create_null(&(struct null_faults){.stall_at_frames = 5000, .die_at_frames = -1});
	assert_int_equal(sink_start(sink, 0.0, &feed), STATUS_OK);
	assert_int_equal(await_trouble(sink), SINK_STALLED);
	assert_string_not_equal(sink->message, "");
	assert_int_equal(atomic_load(&feed->pulled_frames), 5 * BLOCK_FRAMES);
	sink_stop(sink);
	assert_int_equal(sink_start(sink, 0.0, &feed), STATUS_OK);
	assert_string_equal(sink->message, "");
	while (atomic_load(&feed->pulled_frames) < 10000)
		sleep_sec(0.01);
	assert_int_equal(sink_health(sink), SINK_RUNS);
	sink_destroy(sink);
}

static void test_null_dies(void **state)
{
	(void)state;
	struct feed *feed;
	struct sink *sink = sink_create_null(&(struct null_faults){.stall_at_frames = -1, .die_at_frames = 5000});
	assert_int_equal(sink_start(sink, 0.0, &feed), STATUS_OK);
	assert_int_equal(await_trouble(sink), SINK_GONE);
	assert_string_not_equal(sink->message, "");
	sink_destroy(sink);
}

static void test_null_fails_to_start(void **state)
{
	(void)state;
	struct feed *feed;
	struct sink *sink = sink_create_null(&(struct null_faults){-1, -1, 2, false});
	assert_int_equal(sink_start(sink, 0.0, &feed), STATUS_FAILED);
	assert_int_equal(sink_start(sink, 0.0, &feed), STATUS_FAILED);
	assert_string_not_equal(sink->message, "");
	assert_int_equal(sink_start(sink, 0.0, &feed), STATUS_OK);
	sink_stop(sink);
	sink_stop(sink); // twice is fine
	sink_destroy(sink);
	sink_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_null_keeps_pace),     cmocka_unit_test(test_null_plays_a_session_to_its_end),
		cmocka_unit_test(test_null_stalls_once),    cmocka_unit_test(test_null_dies),
		cmocka_unit_test(test_null_fails_to_start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

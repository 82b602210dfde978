// The live loop against outputs that fail on order.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "brown_score.h"
#include "session/live.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static int last_signal;

static struct live_result play(int64_t frames, int64_t begin, const struct null_faults *faults)
{
	struct brown_score brown;
	brown_score_make(&brown, frames);
	struct mix *mix = brown_score_mix(&brown);
	struct sink *sink = sink_create_null(faults);
	struct live_options options = {.begin_frames = begin, .most_failures = 3};
	struct stage *stage = stage_create(&(struct stage_setup){.sink = sink});
	struct live_result result = live_play(stage, &brown.score, mix, &options);
	last_signal = stage_signal(stage);
	stage_destroy(stage);
	sink_destroy(sink);
	mix_destroy(mix);
	return result;
}

static void test_live_plays_to_the_end(void **state)
{
	(void)state;
	struct live_result result = play(ENGINE_RATE_HZ, 0, &(struct null_faults){-1, -1, 0, false});
	assert_int_equal(result.end, END_DONE);
	assert_int_equal(result.at_frames, ENGINE_RATE_HZ);
}

static void test_live_an_empty_session_is_over_at_once(void **state)
{
	(void)state;
	assert_int_equal(play(0, 0, &(struct null_faults){-1, -1, 0, false}).end, END_DONE);
}

static void test_live_tells_when_no_output_opens(void **state)
{
	(void)state;
	struct live_result result = play(ENGINE_RATE_HZ, 0, &(struct null_faults){-1, -1, 1, false});
	assert_int_equal(result.end, END_NO_OUTPUT);
}

static void test_live_goes_on_after_a_loss(void **state)
{
	(void)state;
	struct live_result result =
		play(4 * ENGINE_RATE_HZ, 0, &(struct null_faults){.stall_at_frames = 30000, .die_at_frames = -1});
	assert_int_equal(result.end, END_DONE);
	result = play(4 * ENGINE_RATE_HZ, 0, &(struct null_faults){.stall_at_frames = -1, .die_at_frames = 30000});
	assert_int_equal(result.end, END_DONE);
}

static void test_live_gives_up_after_three_losses_and_keeps_the_position(void **state)
{
	(void)state;
	int64_t begin = 5 * ENGINE_RATE_HZ, lived = 30000;
	const struct null_faults faults[] = {{-1, lived, 0, true}, {lived, -1, 0, true}};
	for (int i = 0; i < 2; i++) {
		struct live_result result = play(60 * ENGINE_RATE_HZ, begin, &faults[i]);
		assert_int_equal(result.end, END_LOST_OUTPUT);
		assert_true(result.at_frames > begin);
		assert_true(result.at_frames <= begin + 3 * lived + 3 * BLOCK_FRAMES);
	}
}

static void *send_signal(void *user)
{
	(void)user;
	nanosleep(&(struct timespec){.tv_nsec = 500000000}, NULL);
	kill(getpid(), SIGTERM);
	return NULL;
}

static void test_live_a_signal_fades_out_and_is_told(void **state)
{
	(void)state;
	pthread_t thread;
	sigset_t term, before;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &term, &before); // in the other thread
	pthread_create(&thread, NULL, send_signal, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	struct live_result result = play(60 * ENGINE_RATE_HZ, 0, &(struct null_faults){-1, -1, 0, false});
	pthread_join(thread, NULL);
	assert_int_equal(result.end, END_STOPPED);
	assert_int_equal(last_signal, SIGTERM);
	assert_true(result.at_frames > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_live_plays_to_the_end),
		cmocka_unit_test(test_live_an_empty_session_is_over_at_once),
		cmocka_unit_test(test_live_tells_when_no_output_opens),
		cmocka_unit_test(test_live_goes_on_after_a_loss),
		cmocka_unit_test(test_live_gives_up_after_three_losses_and_keeps_the_position),
		cmocka_unit_test(test_live_a_signal_fades_out_and_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// The mixing thread against a reader that pulls as an audio thread does.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/memory.h"
#include "brown_score.h"
#include "session/feeder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FRAMES = 10 * ENGINE_RATE_HZ, MOST_PULL = 2000 };

struct rig {
	struct brown_score brown;
	struct mix *mix, *reference;
	struct feeder *feeder;
	struct feed *feed;
};

static struct rig *rig_create(void)
{
	struct rig *rig = memory_alloc(sizeof *rig);
	brown_score_make(&rig->brown, FRAMES);
	rig->mix = brown_score_mix(&rig->brown);
	rig->reference = brown_score_mix(&rig->brown);
	rig->feed = aligned_alloc(64, (sizeof *rig->feed + 63) / 64 * 64);
	feed_init(rig->feed, 0.0);
	rig->feeder = feeder_create(rig->mix, FRAMES);
	return rig;
}

static void rig_destroy(struct rig *rig)
{
	feeder_destroy(rig->feeder);
	mix_destroy(rig->mix);
	mix_destroy(rig->reference);
	free(rig->feed);
	free(rig);
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

// Waits until the ring holds at least half of what it can, or all there is.
static void wait_for_frames(struct rig *rig)
{
	while (feed_space(rig->feed) > RING_FRAMES / 2 && atomic_load(&rig->feed->end_written) < 0)
		pause_ms(1);
}

static void test_feeder_gives_the_whole_session(void **state)
{
	(void)state;
	struct rig *rig = rig_create();
	float heard[MOST_PULL * ENGINE_CHANNELS], expected[MOST_PULL * ENGINE_CHANNELS];
	feeder_seek(rig->feeder, rig->feed, 0);
	wait_for_frames(rig);
	feed_go(rig->feed, 0);
	int64_t at = 0;
	for (uint64_t k = 0; at < FRAMES; k++) {
		int64_t n = 1 + (int64_t)(hash_unit(7, k) * (MOST_PULL - 1));
		if (atomic_load(&rig->feed->end_written) < 0)
			wait_for_frames(rig);
		feed_pull(rig->feed, heard, n);
		mix_read(rig->reference, at, expected, n); // zeros after the end, as the feed gives
		assert_memory_equal(heard, expected, (size_t)n * ENGINE_CHANNELS * sizeof(float));
		at += n;
	}
	assert_int_equal(feed_queue_frames(rig->feed), FRAMES);
	assert_int_equal(atomic_load(&rig->feed->starved), 0);
	rig_destroy(rig);
}

// Pulls n frames; the frames of the session among them, at `at`, may be softer than the reference, never louder or
// others. Returns how many samples are the reference's own.
static int pull_and_compare(struct rig *rig, int64_t at, int64_t n)
{
	float heard[MOST_PULL * ENGINE_CHANNELS], expected[MOST_PULL * ENGINE_CHANNELS];
	int64_t before = feed_queue_frames(rig->feed);
	feed_pull(rig->feed, heard, n);
	int64_t taken = feed_queue_frames(rig->feed) - before;
	mix_read(rig->reference, at, expected, n);
	int same = 0;
	if (taken < n)
		return 0; // silence lies among them
	for (int64_t i = 0; i < n * ENGINE_CHANNELS; i++) {
		assert_true(fabsf(heard[i]) <= fabsf(expected[i]));
		assert_true(heard[i] * expected[i] >= 0.0f);
		same += heard[i] == expected[i];
	}
	return same;
}

static void test_feeder_jumps_leave_nothing_of_the_old_place(void **state)
{
	(void)state;
	struct rig *rig = rig_create();
	int same = 0;
	for (uint64_t jump = 0; jump < 12; jump++) {
		int64_t to = (int64_t)(hash_unit(11, jump) * (FRAMES - 5 * ENGINE_RATE_HZ));
		int64_t count_at_seek = feed_queue_frames(rig->feed);
		feeder_seek(rig->feeder, rig->feed, to);
		feed_go(rig->feed, 2400);
		same = 0;
		for (int64_t pulled = 0; pulled < FEED_LEAST_RISE_FRAMES + 1024; pulled += 512) {
			wait_for_frames(rig);
			int64_t at = to + feed_queue_frames(rig->feed) - count_at_seek;
			same = pull_and_compare(rig, at, 512);
		}
		assert_int_equal(same, 512 * ENGINE_CHANNELS); // full level again
		feeder_hold(rig->feeder);
		feed_halt(rig->feed, 1200);
		float rest[512 * ENGINE_CHANNELS];
		while (!feed_settled(rig->feed))
			feed_pull(rig->feed, rest, 512);
	}
	rig_destroy(rig);
}

static void test_feeder_obeys_while_the_ring_is_full(void **state)
{
	(void)state;
	struct rig *rig = rig_create();
	for (int i = 0; i < 200; i++) {
		feeder_seek(rig->feeder, rig->feed, i);
		if (i % 3 == 0)
			pause_ms(1);
		feeder_hold(rig->feeder);
	}
	rig_destroy(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_feeder_gives_the_whole_session),
		cmocka_unit_test(test_feeder_jumps_leave_nothing_of_the_old_place),
		cmocka_unit_test(test_feeder_obeys_while_the_ring_is_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

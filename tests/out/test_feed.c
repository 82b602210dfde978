// The feed: bit-exact when nothing ramps, never a step, never louder, never a stale frame.
//
// Left carries a constant, so that its output shows the gain; right carries the frame's own number, so that the ratio
// of the two tells which frame is heard, at any gain.
#include "out/feed.h"

#include "base/hash.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST_FRAMES = 1 << 16, ID_MOST = 1 << 19 };

#define LEFT 0.5f
// The last audible frames of the shortest fall, and the first of the quickest rise, are below this.
#define NEARLY_SILENT 5e-5

struct rig {
	struct feed feed;
	float frames[2 * MOST_FRAMES];
	int64_t next_id; // of the next frame written
};

static int make_rig(void **state)
{
	struct rig *rig = aligned_alloc(64, sizeof *rig);
	memset(rig, 0, sizeof *rig);
	feed_init(&rig->feed, 0.0);
	*state = rig;
	return 0;
}

static int free_rig(void **state)
{
	free(*state);
	return 0;
}

static void write_ids(struct rig *rig, int64_t n_frames)
{
	for (int64_t i = 0; i < n_frames; i++) {
		rig->frames[2 * i] = LEFT;
		rig->frames[2 * i + 1] = LEFT * (1.0f + (float)((rig->next_id + i) % ID_MOST) / (float)ID_MOST) / 2.0f;
	}
	rig->next_id += feed_write(&rig->feed, rig->frames, n_frames);
}

static double gain_of(const float *frame)
{
	return (double)frame[0] / (double)LEFT;
}

// Which frame this is; it must be audible.
static int64_t id_of(const float *frame)
{
	return llround((2.0 * (double)frame[1] / (double)frame[0] - 1.0) * ID_MOST);
}

static bool is_silent(const float *frames, int64_t n_frames)
{
	for (int64_t i = 0; i < 2 * n_frames; i++)
		if (frames[i] != 0.0f)
			return false;
	return true;
}

static const float *pull(struct rig *rig, int64_t n_frames)
{
	feed_pull(&rig->feed, rig->frames, n_frames);
	return rig->frames;
}

// Plays on for n frames, with the ring kept full, and gives the last of them.
static const float *play_on(struct rig *rig, int64_t n_frames)
{
	const float *out = NULL;
	for (int64_t n; n_frames > 0; n_frames -= n) {
		write_ids(rig, feed_space(&rig->feed));
		n = n_frames < 10000 ? n_frames : 10000;
		out = pull(rig, n) + 2 * (n - 1);
	}
	return out;
}

static void start_at_full(struct rig *rig)
{
	write_ids(rig, 48000);
	feed_go(&rig->feed, 0);
	pull(rig, 1000);
	assert_true(feed_settled(&rig->feed));
}

static void test_feed_starts_silent_and_takes_nothing(void **state)
{
	struct rig *rig = *state;
	write_ids(rig, 48000);
	assert_true(is_silent(pull(rig, 4000), 4000));
	assert_int_equal(feed_queue_frames(&rig->feed), 0);
	assert_int_equal(rig->feed.pulls, 1);
	assert_int_equal(rig->feed.pulled_frames, 4000);
}

static void test_feed_passes_frames_bit_for_bit(void **state)
{
	struct rig *rig = *state;
	static float in[2 * 40000];
	for (uint64_t i = 0; i < 2 * 40000; i++)
		in[i] = (float)hash_signed(1, i);
	feed_write(&rig->feed, in, 40000);
	feed_end(&rig->feed);
	feed_go(&rig->feed, 0);
	int64_t at = 0;
	for (uint64_t k = 0; at < 40000; k++) {
		int64_t n = 1 + (int64_t)(hash64(2, k) % 700);
		n = n < 40000 - at ? n : 40000 - at;
		assert_memory_equal(pull(rig, n), in + 2 * at, (size_t)n * 2 * sizeof(float));
		at += n;
	}
}

static void test_feed_gives_the_last_frame_and_counts_silence_after_it(void **state)
{
	struct rig *rig = *state;
	write_ids(rig, 12345);
	feed_end(&rig->feed);
	feed_go(&rig->feed, 0);
	const float *out = pull(rig, 12345 + 100);
	assert_int_equal(id_of(out + 2 * 12344), 12344);
	assert_true(gain_of(out + 2 * 12344) == 1.0);
	assert_true(is_silent(out + 2 * 12345, 100));
	assert_int_equal(rig->feed.drained_frames, 100);
	assert_true(feed_ended(&rig->feed, 100));
	assert_false(feed_ended(&rig->feed, 101));
	assert_int_equal(rig->feed.starved, 0);
}

static void test_feed_has_not_ended_before_the_last_frame(void **state)
{
	struct rig *rig = *state;
	write_ids(rig, 12000);
	feed_end(&rig->feed);
	feed_go(&rig->feed, 0);
	pull(rig, 11999);
	assert_false(feed_ended(&rig->feed, 0));
	pull(rig, 1);
	assert_true(feed_ended(&rig->feed, 0));
}

static void test_feed_writing_on_takes_the_end_back_and_comes_in_softly(void **state)
{
	struct rig *rig = *state;
	write_ids(rig, 12000);
	feed_end(&rig->feed);
	feed_go(&rig->feed, 0);
	pull(rig, 13000);
	write_ids(rig, 20000);
	assert_false(feed_ended(&rig->feed, 0));
	const float *out = pull(rig, 1000);
	assert_true(gain_of(out) < NEARLY_SILENT);
	assert_int_equal(id_of(out + 2 * 900), 12900);
}

static void test_feed_halt_fades_then_drops(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	feed_halt(&rig->feed, 4800);
	assert_false(feed_settled(&rig->feed));
	const float *out = pull(rig, 4799);
	assert_false(feed_settled(&rig->feed));
	assert_true(gain_of(out) > 0.99 && gain_of(out + 2 * 4798) < NEARLY_SILENT);
	for (int i = 1; i < 4799; i++)
		assert_true(out[2 * i] < out[2 * i - 2]);
	// Half way is half the decibels: of 60, and the 6 below them.
	assert_true(fabs(20.0 * log10(gain_of(out + 2 * 2399)) + 33.0) < 0.1);

	assert_true(is_silent(pull(rig, 1000) + 2, 999));
	assert_true(feed_settled(&rig->feed));
	assert_int_equal(rig->feed.fade_began, 1000);
	assert_int_equal(feed_queue_frames(&rig->feed), 5800);
	assert_int_equal(feed_space(&rig->feed), RING_FRAMES);
	assert_true(isinf(rig->feed.gain_db));
}

static void test_feed_halted_takes_nothing(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	feed_halt(&rig->feed, 480);
	pull(rig, 480);
	assert_true(feed_settled(&rig->feed));
	write_ids(rig, 20000);
	assert_true(is_silent(pull(rig, 9000), 9000));
	assert_int_equal(feed_space(&rig->feed), RING_FRAMES - 20000);
	assert_int_equal(feed_queue_frames(&rig->feed), 1480);
}

static void test_feed_halt_during_a_rise_starts_from_the_present_gain(void **state)
{
	struct rig *rig = *state;
	write_ids(rig, 60000);
	feed_go(&rig->feed, 48000);
	double before = gain_of(play_on(rig, FEED_LEAST_RISE_FRAMES / 2));
	assert_true(before > 0.02 && before < 0.04);
	feed_halt(&rig->feed, 48000);
	const float *out = pull(rig, 24500);
	assert_true(fabs(gain_of(out) / before - 1.0) < 0.001);
	assert_true(is_silent(out + 2 * 24001, 499));
	assert_true(feed_settled(&rig->feed));
}

static void test_feed_go_during_a_halt_never_plays_what_was_queued_before(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	feed_halt(&rig->feed, 4800);
	pull(rig, 2400);
	feed_go(&rig->feed, 4800);
	const float *out = pull(rig, 10000);
	assert_true(id_of(out + 2 * 2000) == 1000 + 2400 + 2000); // the fade goes on
	assert_true(is_silent(out + 2 * 2400, 7600));
	assert_true(feed_settled(&rig->feed));

	rig->next_id = 300000;
	write_ids(rig, 20000);
	out = pull(rig, 1000);
	assert_int_equal(id_of(out + 2 * 500), 300500);
}

static void test_feed_only_the_newest_command_counts(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	feed_halt(&rig->feed, 48000);
	pull(rig, 100);
	feed_go(&rig->feed, 100);
	feed_halt(&rig->feed, 480); // hastens the fade
	pull(rig, 480);
	assert_true(feed_settled(&rig->feed));
	assert_int_equal(rig->feed.fade_began, 1000);
	write_ids(rig, 20000);
	assert_true(is_silent(pull(rig, 1000), 1000));
}

static void test_feed_slower_halt_does_not_prolong_a_fade(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	feed_halt(&rig->feed, 2400);
	pull(rig, 100);
	feed_halt(&rig->feed, 48000);
	assert_true(is_silent(pull(rig, 3000) + 2 * 2300, 700));
	assert_true(feed_settled(&rig->feed));
}

static void test_feed_halt_takes_the_end_back(void **state)
{
	struct rig *rig = *state;
	write_ids(rig, 12000);
	feed_end(&rig->feed);
	feed_go(&rig->feed, 0);
	pull(rig, 13000);
	assert_true(feed_ended(&rig->feed, 1000));
	feed_halt(&rig->feed, 480);
	pull(rig, 1);
	assert_true(feed_settled(&rig->feed));
	assert_false(feed_ended(&rig->feed, 0));
	feed_go(&rig->feed, 480);
	pull(rig, 1000);
	assert_int_equal(rig->feed.drained_frames, 0);
}

static void test_feed_plays_the_shortest_session(void **state)
{
	struct rig *rig = *state;
	write_ids(rig, 100);
	feed_end(&rig->feed);
	feed_go(&rig->feed, 0);
	const float *out = pull(rig, 1000);
	assert_int_equal(id_of(out + 2 * 99), 99);
	assert_true(feed_ended(&rig->feed, 900));
}

static void test_feed_halt_with_few_frames_left_makes_no_step(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	pull(rig, 46000);
	feed_halt(&rig->feed, 48000); // 1000 frames are left
	const float *out = pull(rig, 2000);
	for (int i = 1; i < 2000; i++)
		assert_true(fabsf(out[2 * i] - out[2 * i - 2]) < 0.01f);
	assert_true(is_silent(out + 2 * 1000, 1000));
	assert_true(feed_settled(&rig->feed));
	assert_int_equal(rig->feed.starved, 0);
}

static void test_feed_waits_for_enough_before_it_starts(void **state)
{
	struct rig *rig = *state;
	feed_go(&rig->feed, 0);
	write_ids(rig, FEED_ENOUGH_FRAMES - 1);
	assert_true(is_silent(pull(rig, 1000), 1000));
	assert_int_equal(feed_queue_frames(&rig->feed), 0);
	write_ids(rig, 1);
	const float *out = pull(rig, 1000);
	assert_int_equal(id_of(out), 0);
	assert_true(gain_of(out) == 1.0);
	assert_int_equal(rig->feed.starved, 0);
}

static void test_feed_starving_fades_and_loses_nothing(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	const float *out = pull(rig, 50000); // 47000 are there
	assert_true(gain_of(out + 2 * (47000 - FEED_RESERVE_FRAMES - 1)) == 1.0);
	assert_true(gain_of(out + 2 * (47000 - FEED_RESERVE_FRAMES)) < 1.0);
	assert_true(gain_of(out + 2 * 46998) < NEARLY_SILENT);
	assert_true(is_silent(out + 2 * 47000, 3000));
	assert_int_equal(rig->feed.starved, 1);
	assert_int_equal(feed_queue_frames(&rig->feed), 48000);

	write_ids(rig, FEED_ENOUGH_FRAMES - 1);
	assert_true(is_silent(pull(rig, 1000), 1000));
	write_ids(rig, 40000);
	out = pull(rig, 1000);
	assert_true(gain_of(out) < NEARLY_SILENT);
	assert_int_equal(id_of(out + 2 * 900), 48900);
	assert_true(gain_of(play_on(rig, FEED_LEAST_RISE_FRAMES - 1000 - 2)) < 1.0);
	assert_true(gain_of(play_on(rig, 2)) == 1.0);
}

// 60 dB in 3 s, and a part of the way in that part of the time.
static void test_feed_rises_by_20_db_a_second(void **state)
{
	struct rig *rig = *state;
	write_ids(rig, 60000);
	feed_go(&rig->feed, 100); // as fast as it may
	double floor_sec = 0.0;
	while (gain_of(play_on(rig, 10)) < 0.001)
		floor_sec += 10.0 / 48000.0;
	assert_true(floor_sec > 0.25 && floor_sec < 0.35);
	for (int k = 0; k < 29; k++) {
		double before = rig->feed.gain_db;
		play_on(rig, 4800);
		assert_true(fabs((double)rig->feed.gain_db - before - 2.0) < 0.005);
	}
}

static void test_feed_starving_turns_round_when_frames_come(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	pull(rig, 47000 - FEED_RESERVE_FRAMES);
	double low = gain_of(pull(rig, 400) + 2 * 399);
	assert_true(low > 0.02 && low < 0.1);
	write_ids(rig, 40000);
	const float *out = pull(rig, 20000);
	assert_true(gain_of(out) / low < 1.0001 && gain_of(out) / low > 1.0);
	assert_int_equal(id_of(out + 2 * 5000), 48000 - FEED_RESERVE_FRAMES + 400 + 5000);
	int64_t left = (int64_t)(-20.0 * log10(low) / 20.0 * 48000.0);
	assert_true(gain_of(play_on(rig, left - 20000 - 100)) < 1.0);
	assert_true(gain_of(play_on(rig, 300)) == 1.0);
}

static void test_feed_go_of_no_frames_is_at_once_only_at_the_very_start(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	feed_halt(&rig->feed, 480);
	pull(rig, 500);
	feed_go(&rig->feed, 0);
	write_ids(rig, 48000);
	assert_true(gain_of(pull(rig, 1)) < NEARLY_SILENT);
	assert_true(gain_of(play_on(rig, FEED_LEAST_RISE_FRAMES - 2)) < 1.0);
	assert_true(gain_of(play_on(rig, 1)) == 1.0);
}

static void test_feed_volume_waits_while_the_session_rises(void **state)
{
	struct rig *rig = *state;
	feed_init(&rig->feed, -20.0);
	feed_go(&rig->feed, 100);
	feed_set_volume(&rig->feed, 0.0);
	assert_true(gain_of(play_on(rig, FEED_LEAST_RISE_FRAMES)) <= 0.1000001);
	assert_true(gain_of(play_on(rig, 48000)) > 0.1 * pow(10.0, 0.99 * FEED_VOLUME_RISE_DB_PER_SEC / 20.0));
}

static void test_feed_volume_rises_slowly_and_falls_quickly(void **state)
{
	struct rig *rig = *state;
	feed_init(&rig->feed, -20.0);
	start_at_full(rig);
	assert_true(fabs(gain_of(pull(rig, 1)) - 0.1) < 1e-6);
	feed_set_volume(&rig->feed, 12.0); // never above 0 dB
	const float *out = pull(rig, 40000);
	double rise_db = 20.0 * log10(gain_of(out + 2 * 39999) / 0.1);
	assert_true(fabs(rise_db - 40000.0 / 48000.0 * FEED_VOLUME_RISE_DB_PER_SEC) < 0.01);
	for (int k = 0; k < 12; k++) {
		write_ids(rig, 40000);
		pull(rig, 40000);
	}
	write_ids(rig, 40000);
	assert_true(gain_of(pull(rig, 1)) == 1.0);
	feed_set_volume(&rig->feed, -20.0);
	out = pull(rig, 24001);
	assert_true(fabs(gain_of(out + 2 * 24000) - 0.1) < 1e-6);
	assert_true(gain_of(out) > 0.999);
	assert_true(fabs(20.0 * log10(gain_of(out + 2 * 11999)) + 10.0) < 0.05);
}

static void test_feed_lowest_volume_is_silence(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	feed_set_volume(&rig->feed, -60.0);
	for (int k = 0; k < 4; k++) {
		pull(rig, 40000);
		write_ids(rig, 40000);
	}
	assert_true(is_silent(pull(rig, 1000), 1000));
	feed_set_volume(&rig->feed, (double)NAN);
	assert_true(is_silent(pull(rig, 1000), 1000));
	feed_set_volume(&rig->feed, -50.0);
	const float *out = pull(rig, 10000);
	for (int i = 1; i < 10000; i++)
		assert_true(fabsf(out[2 * i] - out[2 * i - 2]) < 1e-6f);
}

static void test_feed_gives_no_sample_beyond_full_scale(void **state)
{
	struct rig *rig = *state;
	static float in[2 * FEED_ENOUGH_FRAMES];
	for (int i = 0; i < 2 * FEED_ENOUGH_FRAMES; i++)
		in[i] = i % 3 == 0 ? 7.5f : i % 3 == 1 ? -INFINITY : (float)NAN;
	feed_write(&rig->feed, in, FEED_ENOUGH_FRAMES);
	feed_go(&rig->feed, 0);
	const float *out = pull(rig, 6000);
	for (int i = 0; i < 12000; i++)
		assert_true(out[i] == (i % 3 == 0 ? 1.0f : i % 3 == 1 ? -1.0f : 0.0f));
}

static void test_feed_same_sound_in_any_portion(void **state)
{
	static float whole[2 * 48000], parts[2 * 48000];
	struct rig *rig = *state;
	write_ids(rig, 60000);
	feed_go(&rig->feed, 30000);
	feed_set_volume(&rig->feed, -3.0);
	feed_pull(&rig->feed, whole, 48000);

	feed_init(&rig->feed, 0.0);
	rig->next_id = 0;
	write_ids(rig, 60000);
	feed_go(&rig->feed, 30000);
	feed_set_volume(&rig->feed, -3.0);
	for (int64_t at = 0, k = 0; at < 48000; k++) {
		int64_t n = 1 + (int64_t)(hash64(3, (uint64_t)k) % 999);
		n = n < 48000 - at ? n : 48000 - at;
		feed_pull(&rig->feed, parts + 2 * at, n);
		at += n;
	}
	assert_memory_equal(whole, parts, sizeof whole);
}

// ---- The storm: commands at random against rules that need no knowledge of the states.

struct storm {
	struct rig *rig;
	uint64_t seed, draws;
	double gain;      // of the frame before
	int64_t id;       // of the last audible frame, or -1
	int64_t end;      // one past the last end given: there the sound itself may stop
	int64_t oldest;   // first frame that may be heard: older ones were dropped
	double loudest;   // the highest volume that could be reached by now
	double volume_db; // last asked for
	bool dropping;    // a halt was given and has not settled
	int64_t audible, jumps;
};

static int64_t draw(struct storm *storm, int64_t most)
{
	return (int64_t)(hash64(storm->seed, storm->draws++) % (uint64_t)most);
}

static void check_frame(struct storm *storm, const float *frame)
{
	// One frame of a rise over FEED_LEAST_RISE_FRAMES and of the volume's rise; of a fall over FEED_LEAST_FALL_FRAMES
	// and of the volume's. What is added belongs to the curves' feet.
	const double rise = pow(1000.0, 1.0 / FEED_LEAST_RISE_FRAMES) * pow(10.0, 3.0 / 20.0 / 48000.0);
	const double fall = pow(1000.0, -1.0 / FEED_LEAST_FALL_FRAMES) * pow(10.0, -40.0 / 20.0 / 48000.0);
	double gain = gain_of(frame);
	if (gain > storm->gain * rise * (1 + 1e-6) + 1e-6)
		fail_msg("seed %d: gain rose from %.9f to %.9f", (int)storm->seed, storm->gain, gain);
	if (gain < storm->gain * fall * (1 - 1e-6) - NEARLY_SILENT && storm->id + 1 != storm->end)
		fail_msg("seed %d: gain fell from %.9f to %.9f", (int)storm->seed, storm->gain, gain);
	double goal = storm->volume_db > -60.0 ? pow(10.0, fmin(storm->volume_db, 0.0) / 20.0) : 0.0;
	if (goal >= storm->loudest)
		storm->loudest = fmin(goal, storm->loudest * pow(10.0, 3.0 / 20.0 / 48000.0) + 0.001 / 2000);
	else
		storm->loudest = fmax(goal, storm->loudest > 0.001 ? storm->loudest * pow(10.0, -39.9 / 20.0 / 48000.0)
		                                                   : storm->loudest - 0.001 / 2500);
	if (gain > storm->loudest * 1.0001 + 1e-6)
		fail_msg("seed %d: gain %.9f is above the volume %.9f", (int)storm->seed, gain, storm->loudest);
	if (gain > 1e-6) {
		int64_t id = id_of(frame);
		bool next = id == storm->id + 1 && id != storm->end;
		if (!next && id != storm->end && storm->gain > NEARLY_SILENT)
			fail_msg("seed %d: a jump from %d to %d at gain %g", (int)storm->seed, (int)storm->id, (int)id,
			         storm->gain);
		if (id < storm->oldest || id >= storm->rig->next_id)
			fail_msg("seed %d: frame %d was dropped", (int)storm->seed, (int)id);
		storm->jumps += !next;
		storm->id = id;
		storm->audible++;
	}
	storm->gain = gain;
}

static void storm_pull(struct storm *storm)
{
	int64_t n = 1 + draw(storm, draw(storm, 4) ? 1000 : 12000);
	const float *out = pull(storm->rig, n);
	for (int64_t i = 0; i < n; i++)
		check_frame(storm, out + 2 * i);
}

static void storm_write(struct storm *storm, int64_t most)
{
	struct rig *rig = storm->rig;
	if (!feed_settled(&rig->feed) && storm->dropping)
		return;
	if (storm->dropping) {
		storm->dropping = false;
		rig->next_id += 1000 + draw(storm, 1000); // a new place
		storm->oldest = rig->next_id;
	}
	if (rig->next_id < ID_MOST - most)
		write_ids(rig, draw(storm, most));
	if (draw(storm, 40) == 0) {
		feed_end(&rig->feed);
		storm->end = rig->next_id;
	}
}

static void storm_command(struct storm *storm)
{
	struct feed *feed = &storm->rig->feed;
	switch (draw(storm, 8)) {
	case 0:
	case 1:
		storm->dropping = true;
		feed_halt(feed, (int32_t)draw(storm, 20000) - 100);
		break;
	case 2:
	case 3:
	case 4:
		feed_go(feed, (int32_t)draw(storm, 30000) + 1); // 0 is the one fade that may be at once
		break;
	case 5:
		storm->volume_db = (double)draw(storm, 75) - 65.0;
		feed_set_volume(feed, storm->volume_db);
		break;
	default:
		storm->volume_db = 3.0;
		feed_set_volume(feed, storm->volume_db);
	}
}

static void run_storm(struct rig *rig, uint64_t seed, int64_t *audible, int64_t *jumps)
{
	feed_init(&rig->feed, 0.0);
	rig->next_id = 0;
	struct storm storm = {.rig = rig, .seed = seed, .id = -1, .loudest = 1.0, .volume_db = 0.0};
	int64_t hurry = 1 + draw(&storm, 20);
	for (int k = 0; k < 400; k++) {
		storm_write(&storm, draw(&storm, 3) ? 3000 : 300);
		if (draw(&storm, hurry) == 0)
			storm_command(&storm);
		storm_pull(&storm);
	}
	*audible += storm.audible;
	*jumps += storm.jumps;
}

static void test_feed_key_storm(void **state)
{
	int64_t audible = 0, jumps = 0;
	for (uint64_t seed = 0; seed < 150; seed++)
		run_storm(*state, seed, &audible, &jumps);
	assert_true(audible > 1000000); // the storm does sound,
	assert_true(jumps > 500);       // and does jump
}

// ---- Two threads, for the thread sanitizer.

static void *pull_until_ended(void *user)
{
	struct feed *feed = user;
	static float out[2 * 512];
	int64_t heard = 0;
	while (!feed_ended(feed, 1000)) {
		feed_pull(feed, out, 512);
		for (int i = 0; i < 512; i++)
			if (out[2 * i] != 0.0f)
				heard++;
	}
	return (void *)(intptr_t)heard;
}

static void test_feed_two_threads(void **state)
{
	struct rig *rig = *state;
	pthread_t thread;
	feed_go(&rig->feed, 0);
	write_ids(rig, 48000);
	assert_int_equal(pthread_create(&thread, NULL, pull_until_ended, &rig->feed), 0);
	for (int k = 0; k < 300; k++) {
		write_ids(rig, 300);
		feed_set_volume(&rig->feed, k % 2 ? -1.0 : 0.0);
		if (k % 50 == 10)
			feed_halt(&rig->feed, 1000);
		if (k % 50 == 11) {
			while (!feed_settled(&rig->feed))
				;
			feed_go(&rig->feed, 1000);
		}
		assert_true(feed_queue_frames(&rig->feed) <= rig->next_id);
	}
	feed_end(&rig->feed);
	void *heard = NULL;
	pthread_join(thread, &heard);
	assert_true((intptr_t)heard > 0);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, make_rig, free_rig)
	const struct CMUnitTest tests[] = {
		T(test_feed_starts_silent_and_takes_nothing),
		T(test_feed_passes_frames_bit_for_bit),
		T(test_feed_gives_the_last_frame_and_counts_silence_after_it),
		T(test_feed_has_not_ended_before_the_last_frame),
		T(test_feed_writing_on_takes_the_end_back_and_comes_in_softly),
		T(test_feed_halt_fades_then_drops),
		T(test_feed_halted_takes_nothing),
		T(test_feed_halt_during_a_rise_starts_from_the_present_gain),
		T(test_feed_go_during_a_halt_never_plays_what_was_queued_before),
		T(test_feed_only_the_newest_command_counts),
		T(test_feed_slower_halt_does_not_prolong_a_fade),
		T(test_feed_halt_takes_the_end_back),
		T(test_feed_plays_the_shortest_session),
		T(test_feed_halt_with_few_frames_left_makes_no_step),
		T(test_feed_waits_for_enough_before_it_starts),
		T(test_feed_starving_fades_and_loses_nothing),
		T(test_feed_starving_turns_round_when_frames_come),
		T(test_feed_rises_by_20_db_a_second),
		T(test_feed_volume_waits_while_the_session_rises),
		T(test_feed_go_of_no_frames_is_at_once_only_at_the_very_start),
		T(test_feed_volume_rises_slowly_and_falls_quickly),
		T(test_feed_lowest_volume_is_silence),
		T(test_feed_gives_no_sample_beyond_full_scale),
		T(test_feed_same_sound_in_any_portion),
		T(test_feed_key_storm),
		T(test_feed_two_threads),
	};
#ifdef TESTS_THREAD_SANITIZED // the rest has one thread, in which there is nothing to find
	cmocka_set_test_filter("test_feed_two_threads");
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}

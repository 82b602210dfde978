// Asides: heard at once, over a session that makes room, and over silence; never cut, never louder.
//
// The session is the same in both channels and an aside opposite, so that half their sum is the session and half their
// difference the aside.
#include "out/feed.h"

#include "base/decibel.h"
#include "base/hash.h"
#include "sound/measure.h"
#include "sound/rules.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST_FRAMES = 1 << 17 };

#define SESSION 0.25f
#define WORD 0.125f

struct rig {
	struct feed feed;
	float frames[2 * MOST_FRAMES];
	float in[2 * MOST_FRAMES];
};

static int make_rig(void **state)
{
	struct rig *rig = aligned_alloc(64, sizeof *rig);
	memset(rig, 0, sizeof *rig);
	feed_init(&rig->feed, 0.0);
	feed_set_ceiling(&rig->feed, CEILING_DAY_DBTP);
	*state = rig;
	return 0;
}

static int free_rig(void **state)
{
	free(*state);
	return 0;
}

static void write_session(struct rig *rig, int64_t n_frames)
{
	for (int64_t i = 0; i < 2 * n_frames; i++)
		rig->in[i] = SESSION;
	feed_write(&rig->feed, rig->in, n_frames);
}

static int64_t write_aside(struct rig *rig, float left, int64_t n_frames)
{
	for (int64_t i = 0; i < n_frames; i++) {
		rig->in[2 * i] = left;
		rig->in[2 * i + 1] = -left;
	}
	return feed_aside_write(&rig->feed, rig->in, 2, n_frames);
}

static void speak(struct rig *rig, float left, int64_t n_frames)
{
	feed_aside_begin(&rig->feed);
	assert_int_equal(write_aside(rig, left, n_frames), n_frames);
	feed_aside_end(&rig->feed);
}

static const float *pull(struct rig *rig, int64_t n_frames)
{
	feed_pull(&rig->feed, rig->frames, n_frames);
	return rig->frames;
}

static void start_at_full(struct rig *rig)
{
	write_session(rig, RING_FRAMES);
	feed_go(&rig->feed, 0);
	pull(rig, 1000);
}

static double session_gain(const float *frame)
{
	return ((double)frame[0] + (double)frame[1]) / 2.0 / (double)SESSION;
}

static double aside_gain(const float *frame)
{
	return ((double)frame[0] - (double)frame[1]) / 2.0 / (double)WORD;
}

static bool is_near(double a, double b)
{
	return fabs(a - b) < 1e-6;
}

static void test_aside_waits_for_the_duck_and_no_longer(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	speak(rig, WORD, 9600);
	assert_true(feed_aside_runs(&rig->feed));
	const float *out = pull(rig, 48000);
	int64_t from = FEED_DUCK_DOWN_FRAMES, to = from + 9600;
	double ducked = gain_from_db(FEED_DUCK_DB);
	for (int64_t i = 0; i < 48000; i++)
		assert_true((i >= from && i < to) == (aside_gain(out + 2 * i) != 0.0));
	for (int64_t i = from; i < to; i++)
		assert_true(is_near(session_gain(out + 2 * i), ducked));
	assert_true(is_near(session_gain(out + 2 * (from / 2)), gain_from_db(FEED_DUCK_DB / 2)) ||
	            fabs(session_gain(out + 2 * (from / 2)) - gain_from_db(FEED_DUCK_DB / 2)) < 1e-3);
	for (int64_t i = from + ASIDE_EDGE_FRAMES; i < to; i++)
		assert_true(aside_gain(out + 2 * i) == 1.0);
	assert_false(feed_aside_runs(&rig->feed));
}

static void test_aside_leaves_the_session_as_it_was(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	speak(rig, WORD, 2400);
	pull(rig, FEED_DUCK_DOWN_FRAMES + 2400);
	write_session(rig, RING_FRAMES - 48000);
	const float *out = pull(rig, FEED_DUCK_UP_FRAMES + 100);
	for (int64_t i = 1; i < FEED_DUCK_UP_FRAMES; i++)
		assert_true(session_gain(out + 2 * i) >= session_gain(out + 2 * i - 2));
	assert_true(session_gain(out + 2 * (FEED_DUCK_UP_FRAMES - 2000)) < 1.0);
	for (int64_t i = FEED_DUCK_UP_FRAMES; i < FEED_DUCK_UP_FRAMES + 100; i++)
		assert_true(out[2 * i] == SESSION && out[2 * i + 1] == SESSION);
}

static void test_aside_over_silence_is_heard_at_once(void **state)
{
	struct rig *rig = *state;
	speak(rig, WORD, 9600);
	const float *out = pull(rig, 20000);
	assert_true(aside_gain(out) > 0.0);
	assert_true(aside_gain(out + 2 * ASIDE_EDGE_FRAMES) == 1.0);
	assert_true(aside_gain(out + 2 * 9599) == 1.0 && out[2 * 9600] == 0.0f);
	assert_int_equal(feed_queue_frames(&rig->feed), 0);

	// And in a pause; a halt that fades leaves it alone.
	start_at_full(rig);
	speak(rig, WORD, 30000);
	pull(rig, FEED_DUCK_DOWN_FRAMES + 1000);
	feed_halt(&rig->feed, 4800);
	out = pull(rig, 10000);
	for (int64_t i = 0; i < 10000; i++)
		assert_true(is_near(aside_gain(out + 2 * i), 1.0));
	assert_true(out[2 * 9999] == -out[2 * 9999 + 1]);
	assert_true(feed_settled(&rig->feed));
}

static void test_aside_is_over_when_it_was_heard(void **state)
{
	struct rig *rig = *state;
	assert_false(feed_aside_runs(&rig->feed));
	pull(rig, 30000);
	speak(rig, WORD, 9600);
	assert_false(feed_aside_heard(&rig->feed, 0));
	pull(rig, 9599);
	assert_true(feed_aside_runs(&rig->feed));
	pull(rig, 1);
	assert_false(feed_aside_runs(&rig->feed));
	assert_true(feed_aside_heard(&rig->feed, 0));
	assert_false(feed_aside_heard(&rig->feed, 1));
	pull(rig, 5000);
	assert_true(feed_aside_heard(&rig->feed, 5000));
	assert_false(feed_aside_heard(&rig->feed, 5001));
	assert_int_equal(write_aside(rig, WORD, 100), 0); // nothing after its end
}

static void test_aside_cancelled_fades_without_a_click(void **state)
{
	struct rig *rig = *state;
	speak(rig, WORD, 48000);
	pull(rig, 10000);
	feed_aside_cancel(&rig->feed);
	assert_true(feed_aside_runs(&rig->feed));
	const float *out = pull(rig, 5000);
	double before = 1.0;
	for (int64_t i = 0; i < 5000; i++) {
		double gain = aside_gain(out + 2 * i);
		assert_true(gain <= before && before - gain < 0.001);
		before = gain;
	}
	assert_true(aside_gain(out + 2 * 2398) == 0.0); // 50 ms
	assert_false(feed_aside_runs(&rig->feed));
	assert_int_equal(write_aside(rig, WORD, 100), 0);
}

static void test_aside_cancelled_before_it_is_heard_never_is(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	speak(rig, WORD, 9600);
	pull(rig, 1000);
	feed_aside_cancel(&rig->feed);
	double low = session_gain(rig->frames + 2 * 999);
	const float *out = pull(rig, 30000);
	for (int64_t i = 0; i < 30000; i++) {
		assert_true(aside_gain(out + 2 * i) == 0.0);
		assert_true(session_gain(out + 2 * i) >= low);
	}
	assert_true(session_gain(out + 2 * 29999) == 1.0); // and what was ducked is back
	assert_false(feed_aside_runs(&rig->feed));
}

static void test_aside_gives_way_to_a_newer_one(void **state)
{
	struct rig *rig = *state;
	speak(rig, WORD, 48000);
	pull(rig, 10000);
	speak(rig, -WORD, 9600);
	const float *out = pull(rig, 20000);
	int64_t turn = 0, newer = 0;
	while (aside_gain(out + 2 * turn) >= 0.0)
		turn++;
	assert_true(turn <= ASIDE_CANCEL_FRAMES);
	assert_true(aside_gain(out + 2 * (turn - 2)) < 1e-4);
	for (int64_t i = 0; i < 20000; i++)
		newer += aside_gain(out + 2 * i) < 0.0;
	assert_int_equal(newer, 9600);
	assert_true(aside_gain(out + 2 * (turn + ASIDE_EDGE_FRAMES)) == -1.0);
	assert_false(feed_aside_runs(&rig->feed));
}

static void test_aside_is_topped_up(void **state)
{
	struct rig *rig = *state;
	const int64_t all = 20 * 48000;
	int64_t written = 0, heard = 0;
	feed_aside_begin(&rig->feed);
	while (feed_aside_runs(&rig->feed)) {
		int64_t n = all - written < MOST_FRAMES ? all - written : MOST_FRAMES;
		written += write_aside(rig, WORD, n);
		if (written == all)
			feed_aside_end(&rig->feed);
		const float *out = pull(rig, 12000);
		for (int64_t i = 0; i < 12000; i++)
			heard += aside_gain(out + 2 * i) == 1.0;
	}
	assert_int_equal(heard, all - ASIDE_EDGE_FRAMES + 1); // the edge's last frame is full
}

static void test_aside_topped_up_too_late_fades_and_goes_on(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	feed_aside_begin(&rig->feed);
	write_aside(rig, WORD, 24000);
	const float *out = pull(rig, 48000);
	for (int64_t i = 1; i < 48000; i++)
		assert_true(fabs(aside_gain(out + 2 * i) - aside_gain(out + 2 * i - 2)) < 0.004);
	assert_true(aside_gain(out + 2 * 47999) == 0.0);
	assert_true(session_gain(out + 2 * 47999) >
	            1.1 * gain_from_db(FEED_DUCK_DB)); // the session comes back meanwhile
	assert_true(feed_aside_runs(&rig->feed));

	write_session(rig, RING_FRAMES);
	write_aside(rig, WORD, 24000);
	feed_aside_end(&rig->feed);
	out = pull(rig, 48000);
	for (int64_t i = 1; i < 20000; i++)
		assert_true(fabs(aside_gain(out + 2 * i) - aside_gain(out + 2 * i - 2)) < 0.004);
	assert_true(aside_gain(out + 2 * 15000) == 1.0);
	assert_false(feed_aside_runs(&rig->feed));
}

static void test_aside_never_ended_leaves_the_session_alone(void **state)
{
	struct rig *rig = *state;
	start_at_full(rig);
	feed_aside_begin(&rig->feed);
	const float *out = pull(rig, 20000);
	for (int64_t i = 0; i < 20000; i++)
		assert_true(out[2 * i] == SESSION);
}

static void test_aside_obeys_the_volume(void **state)
{
	struct rig *rig = *state;
	feed_init(&rig->feed, -20.0);
	feed_set_ceiling(&rig->feed, CEILING_DAY_DBTP);
	speak(rig, WORD, 48000);
	assert_true(is_near(aside_gain(pull(rig, 1000) + 2 * 999), 0.1));
	feed_set_volume(&rig->feed, 0.0);
	const float *out = pull(rig, 20000);
	double rise_db = db_from_gain(aside_gain(out + 2 * 19999) / 0.1);
	assert_true(fabs(rise_db - 20000.0 / 48000.0 * FEED_VOLUME_RISE_DB_PER_SEC) < 0.01);
	feed_set_volume(&rig->feed, -60.0);
	out = pull(rig, 10000);
	assert_true(db_from_gain(aside_gain(out + 2 * 9999)) < -25.0);
}

static void test_aside_of_one_channel(void **state)
{
	struct rig *rig = *state;
	for (int64_t i = 0; i < 9600; i++)
		rig->in[i] = (float)i * 1e-5f;
	feed_aside_begin(&rig->feed);
	assert_int_equal(feed_aside_write(&rig->feed, rig->in, 1, 9600), 9600);
	feed_aside_end(&rig->feed);
	const float *out = pull(rig, 9600);
	for (int64_t i = ASIDE_EDGE_FRAMES; i < 9600; i++)
		assert_true(out[2 * i] == rig->in[i] && out[2 * i + 1] == rig->in[i]);
}

static void test_aside_of_a_few_frames(void **state)
{
	struct rig *rig = *state;
	speak(rig, WORD, 3);
	const float *out = pull(rig, 100);
	assert_true(out[0] != 0.0f && out[4] != 0.0f && out[6] == 0.0f);
	speak(rig, WORD, 0);
	assert_false(feed_aside_runs(&rig->feed));
	pull(rig, 100);
	assert_true(feed_aside_heard(&rig->feed, 0));
}

static void test_aside_that_is_too_loud_is_turned_down(void **state)
{
	struct rig *rig = *state;
	double bound = gain_from_db(CEILING_DAY_DBTP + FEED_ASIDE_DB);
	for (int64_t i = 0; i < 2 * 48000; i++)
		rig->in[i] = (float)hash_signed(5, (uint64_t)i) * 3.0f;
	rig->in[7000] = (float)NAN;
	rig->in[7001] = INFINITY;
	feed_aside_begin(&rig->feed);
	feed_aside_write(&rig->feed, rig->in, 2, 48000);
	feed_aside_end(&rig->feed);
	const float *out = pull(rig, 48000);
	assert_true(measure_peak(out, 2 * 48000) <= bound);
	assert_true(measure_peak(out, 2 * 48000) > bound / 2.0);
	assert_true(measure_true_peak_db(out, 48000) <= CEILING_DAY_DBTP + FEED_ASIDE_DB + 0.05);
}

static void test_aside_ceiling_is_gentle_unless_told(void **state)
{
	struct rig *rig = *state;
	feed_init(&rig->feed, 0.0);
	speak(rig, 1.0f, 9600);
	assert_true(measure_peak(pull(rig, 9600), 2 * 9600) <= gain_from_db(CEILING_GENTLE_DBTP + FEED_ASIDE_DB));
	feed_set_ceiling(&rig->feed, 6.0);
	speak(rig, 1.0f, 9600);
	assert_true(measure_peak(pull(rig, 9600), 2 * 9600) <= gain_from_db(FEED_ASIDE_DB));
	feed_set_ceiling(&rig->feed, (double)NAN);
	speak(rig, 1.0f, 9600);
	assert_true(measure_peak(pull(rig, 9600), 2 * 9600) <= gain_from_db(CEILING_GENTLE_DBTP + FEED_ASIDE_DB));
}

// ---- Sums at their worst: two sounds of the same shape, each at its own ceiling, peak upon peak.

// A tone at a quarter of the rate, 45 degrees off: its true peak lies between its samples, 3 dB above them.
static float hidden_peak(int64_t i)
{
	return (i & 2) ? -0.70710678f : 0.70710678f;
}

static float square(int64_t i)
{
	return (i / 24) % 2 ? -0.75f : 0.75f; // 0.75: room for what a band limit adds at its edges
}

static float noise(int64_t i)
{
	return (float)hash_signed(9, (uint64_t)i);
}

static float steady(int64_t i)
{
	(void)i;
	return 1.0f;
}

static void fill(float *frames, float (*shape)(int64_t), double gain, int64_t at, int64_t n)
{
	for (int64_t i = 0; i < 2 * n; i++)
		frames[i] = (float)gain * shape(at + i / 2);
}

// Of a part: with soft edges, since a cut has a peak of its own.
static double true_peak_within_db(float *frames, int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		int64_t near = i < n - i ? i : n - i;
		float gain = near < 500 ? (float)near / 500.0f : 1.0f;
		frames[2 * i] *= gain;
		frames[2 * i + 1] *= gain;
	}
	return measure_true_peak_db(frames, n);
}

// The session lies under its ceiling as the mix would have it: scaled to it by its own true peak.
static void hear_sum(struct rig *rig, float (*session)(int64_t), float (*words)(int64_t))
{
	enum { ASIDE_FRAMES = 24000, HEARD = 60000 };
	feed_init(&rig->feed, 0.0);
	feed_set_ceiling(&rig->feed, CEILING_DAY_DBTP);
	fill(rig->in, session, 1.0, 0, HEARD);
	double gain = gain_from_db(CEILING_DAY_DBTP - measure_true_peak_db(rig->in, HEARD));
	fill(rig->in, session, gain, 0, HEARD);
	feed_write(&rig->feed, rig->in, HEARD);
	feed_end(&rig->feed);
	feed_go(&rig->feed, 0);
	fill(rig->in, words, 1.0, 0, ASIDE_FRAMES);
	feed_aside_begin(&rig->feed);
	feed_aside_write(&rig->feed, rig->in, 2, ASIDE_FRAMES);
	feed_aside_end(&rig->feed);
	const float *out = pull(rig, HEARD);
	double peak_db = measure_true_peak_db(out, HEARD);
	double sum_db = true_peak_within_db(rig->frames + 2 * (FEED_DUCK_DOWN_FRAMES + 600), ASIDE_FRAMES - 1200);
	assert_true(peak_db <= CEILING_DAY_DBTP + 0.05);
	assert_true(sum_db <= CEILING_DAY_DBTP - 0.2);                   // 0.959
	assert_true(sum_db >= CEILING_DAY_DBTP - 7.0 && !isinf(sum_db)); // it does sound
}

static void test_aside_and_session_stay_under_the_ceiling(void **state)
{
	float (*const shapes[])(int64_t) = {steady, hidden_peak, square, noise};
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
			hear_sum(*state, shapes[i], shapes[k]);
}

// ---- Portions and threads

static void hear_storyline(struct rig *rig, float *heard, uint64_t seed)
{
	feed_init(&rig->feed, 0.0);
	feed_set_ceiling(&rig->feed, CEILING_DAY_DBTP);
	feed_go(&rig->feed, 0);
	for (int part = 0, at = 0; part < 9; part++) {
		write_session(rig, 12000);
		if (part == 1 || part == 4)
			speak(rig, WORD, 30000);
		if (part == 3)
			feed_aside_cancel(&rig->feed);
		if (part == 4)
			feed_halt(&rig->feed, 4000);
		if (part == 5)
			feed_go(&rig->feed, 4000);
		if (part == 7)
			feed_set_volume(&rig->feed, -6.0);
		for (int left = 10000; left > 0;) {
			int n = seed ? 1 + (int)(hash64(seed, (uint64_t)at) % 700) : left;
			n = n < left ? n : left;
			feed_pull(&rig->feed, heard + 2 * at, n);
			at += n;
			left -= n;
		}
	}
}

static void test_aside_same_sound_in_any_portion(void **state)
{
	static float whole[2 * 90000], parts[2 * 90000];
	hear_storyline(*state, whole, 0);
	for (uint64_t seed = 1; seed < 20; seed++) {
		hear_storyline(*state, parts, seed);
		assert_memory_equal(whole, parts, sizeof whole);
	}
}

static atomic_bool threads_done;

static void *pull_all(void *user)
{
	struct feed *feed = user;
	static float out[2 * 300];
	int64_t heard = 0;
	while (!atomic_load(&threads_done)) {
		feed_pull(feed, out, 300);
		for (int i = 0; i < 300; i++)
			heard += out[2 * i] != 0.0f;
	}
	return (void *)(intptr_t)heard;
}

static void test_aside_two_threads(void **state)
{
	struct rig *rig = *state;
	pthread_t thread;
	atomic_store(&threads_done, false);
	assert_int_equal(pthread_create(&thread, NULL, pull_all, &rig->feed), 0);
	for (int k = 0; k < 200; k++) {
		feed_aside_begin(&rig->feed);
		for (int64_t left = 30000; left > 0;)
			left -= write_aside(rig, k % 2 ? WORD : -WORD, left < 5000 ? left : 5000);
		feed_aside_end(&rig->feed);
		if (k % 3 == 0)
			feed_aside_cancel(&rig->feed);
		while (k % 3 == 1 && !feed_aside_heard(&rig->feed, 100))
			;
	}
	while (feed_aside_runs(&rig->feed))
		;
	atomic_store(&threads_done, true);
	void *heard = NULL;
	pthread_join(thread, &heard);
	assert_true((intptr_t)heard > 30000);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, make_rig, free_rig)
	const struct CMUnitTest tests[] = {
		T(test_aside_waits_for_the_duck_and_no_longer),
		T(test_aside_leaves_the_session_as_it_was),
		T(test_aside_over_silence_is_heard_at_once),
		T(test_aside_is_over_when_it_was_heard),
		T(test_aside_cancelled_fades_without_a_click),
		T(test_aside_cancelled_before_it_is_heard_never_is),
		T(test_aside_gives_way_to_a_newer_one),
		T(test_aside_is_topped_up),
		T(test_aside_topped_up_too_late_fades_and_goes_on),
		T(test_aside_never_ended_leaves_the_session_alone),
		T(test_aside_obeys_the_volume),
		T(test_aside_of_one_channel),
		T(test_aside_of_a_few_frames),
		T(test_aside_that_is_too_loud_is_turned_down),
		T(test_aside_ceiling_is_gentle_unless_told),
		T(test_aside_and_session_stay_under_the_ceiling),
		T(test_aside_same_sound_in_any_portion),
		T(test_aside_two_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

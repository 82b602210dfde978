// How a session ends: by its own words, or after so many minutes of somebody who wants to sleep. Nothing is cut.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/frames.h"
#include "score/score.h"
#include "word_pack.h"

#define HEAD "stillroom: 1\ntitle: End\n"
#define STEPS "steps:\n  - breathe: 2 breaths\n    words: none\n"

enum { SEC = ENGINE_RATE_HZ, STEPS_END = 28 * SEC, BREATH = 10 * SEC }; // the lead-in of 8 s, and two breaths

struct made {
	char dir[64];
	struct arena *arena;
	struct fault_list faults;
	struct routine *routine;
	struct pack *pack;
	struct score *score;
};

static struct made make(const char *text, double sleep_sec)
{
	const struct routine_request request = {.sleep_sec = sleep_sec};
	struct made made = {.arena = arena_create()};
	made.faults = fault_list_init(made.arena);
	routine_load_text(&made.routine, "/tmp/end.yaml", text, strlen(text), &request, &made.faults);
	word_pack_make(made.dir, NULL, 0);
	pack_open(&made.pack, made.dir, &made.faults);
	assert_int_equal(score_create(&made.score, made.routine, made.pack, &made.faults), STATUS_OK);
	return made;
}

static void unmake(struct made *made)
{
	score_destroy(made->score);
	pack_destroy(made->pack);
	routine_destroy(made->routine);
	arena_destroy(made->arena);
	word_pack_remove(made->dir);
}

static void assert_fade(struct score_fade fade, int64_t begin, int64_t end)
{
	assert_int_equal(fade.begin, begin);
	assert_int_equal(fade.end, end);
}

static int64_t lane_end(const struct score *score, enum lane lane)
{
	int64_t end = 0;
	for (size_t i = 0; i < score->event_count; i++)
		if (score->events[i].lane == lane && score->events[i].end > end)
			end = score->events[i].end;
	return end;
}

// Voice, tones and bed leave after a third, two thirds and all of the tail; breaths go on for as long as whole ones fit.
static void check_sleep(const char *end, double asked_sec, double tail_sec)
{
	char text[300];
	snprintf(text, sizeof text, HEAD "bed: rain\n%s" STEPS, end);
	struct made made = make(text, asked_sec);
	const struct score *score = made.score;
	int64_t tail = (int64_t)(tail_sec * SEC);
	assert_int_equal(score->frames, STEPS_END + tail);
	assert_fade(score->voice_fade, STEPS_END, STEPS_END + tail / 3);
	assert_fade(score->tones_fade, STEPS_END, STEPS_END + tail * 2 / 3);
	assert_fade(score->bed_fade, STEPS_END, STEPS_END + tail);
	assert_int_equal(lane_end(score, LANE_BED), score->frames);
	assert_int_equal(lane_end(score, LANE_BREATH), STEPS_END + tail * 2 / 3 / BREATH * BREATH);
	unmake(&made);
}

static void test_ending_for_sleep_takes_the_place_of_the_routines_own(void **state)
{
	(void)state;
	static const double tails_sec[] = {2, 3, 7, 30, 300, 1200, 7200};
	for (size_t i = 0; i < sizeof tails_sec / sizeof *tails_sec; i++) {
		check_sleep("", tails_sec[i], tails_sec[i]);
		check_sleep("end: {fade: 5m, order: [bed, voice]}\n", tails_sec[i], tails_sec[i]);
	}
}

static void test_ending_for_sleep_keeps_its_bounds(void **state)
{
	(void)state;
	check_sleep("", 0.5, ROUTINE_LEAST_END_SEC);
	check_sleep("", 1e9, ROUTINE_MOST_END_SEC);
}

static void test_ending_for_sleep_needs_something_that_sounds(void **state)
{
	(void)state;
	struct made made = make(HEAD "steps: [{rest: 5s}]\n", 600);
	assert_int_equal(made.score->frames, 5 * SEC);
	unmake(&made);
}

static void check_leaving(const char *fade, double sleep_sec, int64_t end_sec)
{
	char text[300];
	snprintf(text, sizeof text, HEAD "bed: rain\nsteps:\n  - bed: {track: none, fade: %s}\n  - rest: 10s\n", fade);
	struct made made = make(text, sleep_sec);
	assert_int_equal(made.score->frames, end_sec * SEC);
	assert_fade(made.score->bed_fade, 18 * SEC, end_sec * SEC);
	unmake(&made);
}

static void test_ending_waits_for_a_bed_that_is_leaving(void **state)
{
	(void)state;
	check_leaving("8s", 0, 18);      // it has left
	check_leaving("15s", 0, 23);     // in its own time
	check_leaving("10m", 0, 48);     // with the ending
	check_leaving("10m", 1200, 608); // in its own time again
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ending_for_sleep_takes_the_place_of_the_routines_own),
		cmocka_unit_test(test_ending_for_sleep_keeps_its_bounds),
		cmocka_unit_test(test_ending_for_sleep_needs_something_that_sounds),
		cmocka_unit_test(test_ending_waits_for_a_bed_that_is_leaving),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// The live session's machine, event by event: no sound, no clock.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/frames.h"
#include "session/session.h"
#include "sound/rules.h"

enum { SEC = ENGINE_RATE_HZ };

// Three parts at 6 s, 60 s and 120 s; steps end at 180 s, silence at 210 s.
static struct event parts[] = {
	{.begin = 6 * SEC, .end = 60 * SEC, .lane = LANE_MARK, .mark = {MARK_PART, "one"}},
	{.begin = 60 * SEC, .end = 120 * SEC, .lane = LANE_MARK, .mark = {MARK_PART, "two"}},
	{.begin = 120 * SEC, .end = 180 * SEC, .lane = LANE_MARK, .mark = {MARK_PART, "three"}},
};
static const struct score score = {
	.frames = 210 * SEC,
	.events = parts,
	.event_count = 3,
	.bed_fade = {180 * SEC, 210 * SEC},
	.tones_fade = {180 * SEC, 210 * SEC},
	.voice_fade = {180 * SEC, 210 * SEC},
};

static struct session_effects send(struct session *s, enum session_event_kind kind, int64_t at_sec, double now_sec)
{
	struct session_event event = {.kind = kind, .at_frames = at_sec * SEC, .now_sec = now_sec};
	return session_step(s, &event);
}

static struct session_effects ask(struct session *s, enum verb verb, double value, int64_t at_sec, double now_sec)
{
	struct session_event event = {
		.kind = EVENT_WISH, .wish = {verb, value}, .at_frames = at_sec * SEC, .now_sec = now_sec};
	return session_step(s, &event);
}

static struct session_effects wish(struct session *s, enum verb verb, int64_t at_sec, double now_sec)
{
	return ask(s, verb, 0.0, at_sec, now_sec);
}

static struct session playing(void)
{
	struct session s = session_init(&score, 0, 0.0, 60.0);
	send(&s, EVENT_OPENED, 0, 0.0);
	return s;
}

static void test_session_begins_at_once_from_its_start(void **state)
{
	(void)state;
	struct session s = session_init(&score, 0, 0.0, 60.0);
	struct session_effects effects = send(&s, EVENT_OPENED, 0, 0.0);
	assert_true(effects.seek && effects.seek_frames == 0);
	assert_true(effects.go && effects.go_sec == 0.0);
	assert_int_equal(s.mode, SESSION_PLAYING);
}

static void test_session_begins_softly_from_elsewhere(void **state)
{
	(void)state;
	struct session s = session_init(&score, 100 * SEC, 0.0, 60.0);
	struct session_effects effects = send(&s, EVENT_OPENED, 100, 0.0);
	assert_true(effects.seek_frames == 100 * SEC);
	assert_true(effects.go_sec == FADE_RESUME_SEC);
}

static void test_session_pauses_and_resumes_where_the_fade_began(void **state)
{
	(void)state;
	struct session s = playing();
	struct session_effects effects = wish(&s, VERB_PAUSE_RESUME, 50, 50.0);
	assert_true(effects.halt && effects.halt_sec == FADE_PAUSE_SEC && !effects.seek && !effects.go);
	effects = send(&s, EVENT_SETTLED, 51, 52.0);
	assert_true(effects.seek && effects.seek_frames == 51 * SEC && !effects.go);
	assert_int_equal(s.mode, SESSION_PAUSED);
	effects = wish(&s, VERB_PAUSE_RESUME, 51, 60.0);
	assert_true(effects.go && effects.go_sec == FADE_RESUME_SEC && !effects.halt);
	assert_int_equal(s.mode, SESSION_PLAYING);
}

static void test_session_pause_twice_while_fading_plays_on(void **state)
{
	(void)state;
	struct session s = playing();
	wish(&s, VERB_PAUSE_RESUME, 50, 50.0);
	struct session_effects effects = wish(&s, VERB_PAUSE_RESUME, 50, 50.2);
	assert_false(effects.go || effects.halt || effects.seek); // the fade out goes on first
	effects = send(&s, EVENT_SETTLED, 50, 51.5);
	assert_true(effects.seek_frames == 50 * SEC && effects.go);
}

static void test_session_next_goes_through_silence(void **state)
{
	(void)state;
	struct session s = playing();
	struct session_effects effects = wish(&s, VERB_NEXT, 30, 30.0);
	assert_true(effects.halt && !effects.seek && !effects.go);
	effects = send(&s, EVENT_SETTLED, 30, 31.0);
	assert_true(effects.seek_frames == 60 * SEC && effects.go && effects.go_sec == FADE_RESUME_SEC);
}

static void test_session_next_twice_counts_twice(void **state)
{
	(void)state;
	struct session s = playing();
	wish(&s, VERB_NEXT, 30, 30.0);
	wish(&s, VERB_NEXT, 30, 30.3);
	struct session_effects effects = send(&s, EVENT_SETTLED, 30, 31.0);
	assert_true(effects.seek_frames == 120 * SEC);
}

static void test_session_next_in_the_last_part_goes_to_the_ending_once(void **state)
{
	(void)state;
	struct session s = playing();
	wish(&s, VERB_NEXT, 150, 150.0);
	struct session_effects effects = send(&s, EVENT_SETTLED, 150, 151.0);
	assert_true(effects.seek_frames == 180 * SEC);
	effects = wish(&s, VERB_NEXT, 190, 160.0);
	assert_false(effects.halt || effects.seek || effects.go);
}

static void test_session_previous_goes_to_the_parts_start_then_before_it(void **state)
{
	(void)state;
	struct session s = playing();
	wish(&s, VERB_PREVIOUS, 90, 90.0);
	assert_true(send(&s, EVENT_SETTLED, 90, 91.0).seek_frames == 60 * SEC);
	wish(&s, VERB_PREVIOUS, 61, 93.0);
	assert_true(send(&s, EVENT_SETTLED, 61, 94.0).seek_frames == 6 * SEC);
}

static void test_session_previous_before_the_first_part_goes_to_the_start(void **state)
{
	(void)state;
	struct session s = playing();
	wish(&s, VERB_PREVIOUS, 3, 3.0);
	assert_true(send(&s, EVENT_SETTLED, 3, 4.0).seek_frames == 0);
}

static void test_session_jumps_while_paused_stay_silent(void **state)
{
	(void)state;
	struct session s = playing();
	wish(&s, VERB_PAUSE_RESUME, 50, 50.0);
	send(&s, EVENT_SETTLED, 50, 52.0);
	struct session_effects effects = wish(&s, VERB_NEXT, 50, 55.0);
	assert_true(effects.halt && !effects.seek && !effects.go); // the old place's queue is dropped first
	effects = send(&s, EVENT_SETTLED, 50, 55.1);
	assert_true(effects.seek && effects.seek_frames == 60 * SEC && !effects.go);
	assert_int_equal(s.mode, SESSION_PAUSED);
	assert_true(wish(&s, VERB_PAUSE_RESUME, 60, 58.0).go);
}

static void test_session_stop_fades_and_nothing_brings_it_back(void **state)
{
	(void)state;
	struct session s = playing();
	struct session_effects effects = wish(&s, VERB_STOP, 50, 50.0);
	assert_true(effects.halt && effects.halt_sec == FADE_STOP_SEC);
	wish(&s, VERB_PAUSE_RESUME, 50, 50.1);
	wish(&s, VERB_NEXT, 50, 50.2);
	effects = send(&s, EVENT_SETTLED, 50, 51.0);
	assert_false(effects.go || effects.seek);
	assert_int_equal(s.mode, SESSION_OVER);
	assert_int_equal(s.end, END_STOPPED);
}

static void test_session_stop_while_paused_or_opening_is_at_once(void **state)
{
	(void)state;
	struct session s = playing();
	wish(&s, VERB_PAUSE_RESUME, 50, 50.0);
	send(&s, EVENT_SETTLED, 50, 52.0);
	wish(&s, VERB_STOP, 50, 53.0);
	assert_int_equal(s.mode, SESSION_OVER);
	s = session_init(&score, 0, 0.0, 60.0);
	wish(&s, VERB_STOP, 0, 0.0);
	assert_int_equal(s.mode, SESSION_OVER);
}

static void test_session_goes_on_after_a_loss_from_the_frame_heard(void **state)
{
	(void)state;
	struct session s = playing();
	assert_true(send(&s, EVENT_LOST, 77, 77.0).reopen);
	struct session_effects effects = send(&s, EVENT_OPENED, 77, 78.0);
	assert_true(effects.seek_frames == 77 * SEC && effects.go && effects.go_sec == FADE_RESUME_SEC);
}

static void test_session_stays_paused_through_a_loss(void **state)
{
	(void)state;
	struct session s = playing();
	wish(&s, VERB_PAUSE_RESUME, 50, 50.0);
	send(&s, EVENT_SETTLED, 50, 52.0);
	assert_true(send(&s, EVENT_LOST, 50, 60.0).reopen);
	struct session_effects effects = send(&s, EVENT_OPENED, 50, 61.0);
	assert_true(effects.seek_frames == 50 * SEC && !effects.go);
	assert_int_equal(s.mode, SESSION_PAUSED);
}

static void test_session_a_loss_in_a_jump_keeps_its_target(void **state)
{
	(void)state;
	struct session s = playing();
	wish(&s, VERB_NEXT, 30, 30.0);
	assert_true(send(&s, EVENT_LOST, 30, 30.5).reopen);
	assert_true(send(&s, EVENT_OPENED, 30, 31.0).seek_frames == 60 * SEC);
}

static void test_session_a_loss_while_stopping_ends_it(void **state)
{
	(void)state;
	struct session s = playing();
	wish(&s, VERB_STOP, 30, 30.0);
	assert_false(send(&s, EVENT_LOST, 30, 30.5).reopen);
	assert_int_equal(s.end, END_STOPPED);
}

static void test_session_an_output_that_stays_away_ends_it(void **state)
{
	(void)state;
	struct session s = playing();
	send(&s, EVENT_LOST, 10, 10.0);
	for (int sec = 11; sec < 70; sec++)
		assert_true(send(&s, EVENT_OPEN_FAILED, 10, sec).reopen);
	assert_int_equal(s.mode, SESSION_OPENING);
	assert_false(send(&s, EVENT_OPEN_FAILED, 10, 70.0).reopen);
	assert_int_equal(s.end, END_LOST_OUTPUT);
	assert_true(s.target_frames == 10 * SEC);
}

static void test_session_an_output_that_never_holds_ends_it(void **state)
{
	(void)state;
	struct session s = playing();
	double sec = 10.0;
	for (; send(&s, EVENT_LOST, 10, sec).reopen; sec += 1.5)
		send(&s, EVENT_OPENED, 10, sec + 0.5);
	assert_int_equal(s.end, END_LOST_OUTPUT);
	assert_true(sec >= 70.0 && sec < 75.0);
}

static void test_session_may_end_with_the_first_loss(void **state)
{
	(void)state;
	struct session s = session_init(&score, 0, 0.0, 0.0);
	send(&s, EVENT_OPENED, 0, 0.0);
	assert_false(send(&s, EVENT_LOST, 10, 10.0).reopen);
	assert_int_equal(s.end, END_LOST_OUTPUT);
}

static void lose_fifty_times(double every_sec)
{
	struct session s = playing();
	for (int i = 1; i <= 50; i++) {
		assert_true(send(&s, EVENT_LOST, 2 * i, i * every_sec).reopen);
		assert_true(send(&s, EVENT_OPENED, 2 * i, i * every_sec + 1.0).seek_frames == 2 * i * SEC);
	}
	assert_int_equal(s.mode, SESSION_PLAYING);
}

static void test_session_goes_on_through_fifty_losses(void **state)
{
	(void)state;
	lose_fifty_times(100.0);
	lose_fifty_times(3.5);
}

static void test_session_without_output_is_over(void **state)
{
	(void)state;
	struct session s = session_init(&score, 0, 0.0, 60.0);
	assert_false(send(&s, EVENT_OPEN_FAILED, 0, 0.0).reopen);
	assert_int_equal(s.end, END_NO_OUTPUT);
}

static void test_session_ends_when_all_is_heard(void **state)
{
	(void)state;
	struct session s = playing();
	send(&s, EVENT_ENDED, 210, 211.0);
	assert_int_equal(s.end, END_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session_begins_at_once_from_its_start),
		cmocka_unit_test(test_session_begins_softly_from_elsewhere),
		cmocka_unit_test(test_session_pauses_and_resumes_where_the_fade_began),
		cmocka_unit_test(test_session_pause_twice_while_fading_plays_on),
		cmocka_unit_test(test_session_next_goes_through_silence),
		cmocka_unit_test(test_session_next_twice_counts_twice),
		cmocka_unit_test(test_session_next_in_the_last_part_goes_to_the_ending_once),
		cmocka_unit_test(test_session_previous_goes_to_the_parts_start_then_before_it),
		cmocka_unit_test(test_session_previous_before_the_first_part_goes_to_the_start),
		cmocka_unit_test(test_session_jumps_while_paused_stay_silent),
		cmocka_unit_test(test_session_stop_fades_and_nothing_brings_it_back),
		cmocka_unit_test(test_session_stop_while_paused_or_opening_is_at_once),
		cmocka_unit_test(test_session_goes_on_after_a_loss_from_the_frame_heard),
		cmocka_unit_test(test_session_stays_paused_through_a_loss),
		cmocka_unit_test(test_session_a_loss_in_a_jump_keeps_its_target),
		cmocka_unit_test(test_session_a_loss_while_stopping_ends_it),
		cmocka_unit_test(test_session_an_output_that_stays_away_ends_it),
		cmocka_unit_test(test_session_an_output_that_never_holds_ends_it),
		cmocka_unit_test(test_session_may_end_with_the_first_loss),
		cmocka_unit_test(test_session_goes_on_through_fifty_losses),
		cmocka_unit_test(test_session_without_output_is_over),
		cmocka_unit_test(test_session_ends_when_all_is_heard),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

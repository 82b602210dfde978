// Volume, "too much", skipping, what hurts, and the sleep tail, event by event.
#include "wishes.h"

#include <string.h>

static void test_comfort_volume_goes_by_two_decibels_and_never_above_zero(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, -3.0);
	struct session_effects effects = wishes_press(&s, VERB_LOUDER, 30, 30.0);
	assert_true(effects.set_volume && effects.volume_db == -1.0);
	assert_true(wishes_press(&s, VERB_LOUDER, 31, 31.0).volume_db == 0.0);
	effects = wishes_press(&s, VERB_LOUDER, 32, 32.0);
	assert_true(effects.volume_db == 0.0);
	assert_int_equal(effects.say.kind, ANSWER_LOUDEST);
	assert_true(wishes_press(&s, VERB_QUIETER, 33, 33.0).volume_db == -2.0);
}

static void test_comfort_volume_stops_above_silence(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, -57.0);
	assert_true(wishes_press(&s, VERB_QUIETER, 30, 30.0).volume_db == -58.0);
	struct session_effects effects = wishes_press(&s, VERB_QUIETER, 31, 31.0);
	assert_true(effects.volume_db == -58.0);
	assert_int_equal(effects.say.kind, ANSWER_SOFTEST);
}

static void test_comfort_volume_of_a_desktop_is_held_to_its_range(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, -10.0);
	assert_true(wishes_ask(&s, VERB_VOLUME, 40.0, 30, 30.0).volume_db == 0.0);
	assert_true(wishes_ask(&s, VERB_VOLUME, -300.0, 31, 31.0).volume_db == -58.0);
	assert_true(wishes_ask(&s, VERB_VOLUME, 0.0 / 0.0, 32, 32.0).volume_db == -58.0);
}

static void test_comfort_too_much_takes_more_with_each_press(void **state)
{
	(void)state;
	static const enum session_variant variants[] = {VARIANT_ALL,    VARIANT_DARK,   VARIANT_NAMES,
	                                                VARIANT_BREATH, VARIANT_BREATH, VARIANT_BREATH};
	static const enum answer_kind answers[] = {ANSWER_SOFTER,      ANSWER_DARKER, ANSWER_FEWER_WORDS,
	                                           ANSWER_ONLY_BREATH, ANSWER_SOFTER, ANSWER_SOFTER};
	struct session s = wishes_playing(&wishes_score, -2.0);
	double now = 30.0;
	for (int i = 0; i < 6; i++, now += 5.0) {
		struct session_effects effects = wishes_press(&s, VERB_TOO_MUCH, 30, now);
		assert_true(effects.volume_db == -2.0 - 6.0 * (i + 1));
		assert_int_equal(effects.note_count, 1);
		assert_int_equal(effects.notes[0].kind, NOTE_TOO_MUCH);
		assert_int_equal(effects.notes[0].ease, i + 1);
		bool swaps = i >= 1 && i <= 3; // another sound comes through silence
		assert_int_equal(effects.halt, swaps);
		if (swaps) {
			effects = wishes_send(&s, EVENT_SETTLED, 30, now + 0.7);
			assert_true(effects.seek && effects.seek_frames == 30 * SEC && effects.go);
			assert_int_equal(effects.variant, variants[i]);
		}
		assert_int_equal(effects.say.kind, answers[i]);
		assert_int_equal(session_variant(&s), variants[i]);
		wishes_send(&s, EVENT_ANSWERED, 30, now + 3.0);
	}
	assert_true(wishes_press(&s, VERB_TOO_MUCH, 30, now).volume_db == -38.0);
	assert_int_equal(s.ease, 6);
}

static void test_comfort_a_little_more_goes_back_one_step(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	wishes_press(&s, VERB_TOO_MUCH, 30, 30.0);
	wishes_press(&s, VERB_TOO_MUCH, 30, 31.0);
	wishes_send(&s, EVENT_SETTLED, 30, 32.0);
	struct session_effects effects = wishes_press(&s, VERB_LITTLE_MORE, 31, 40.0);
	assert_true(effects.volume_db == -6.0 && effects.halt);
	assert_int_equal(effects.notes[0].kind, NOTE_LITTLE_MORE);
	effects = wishes_send(&s, EVENT_SETTLED, 31, 41.0);
	assert_int_equal(effects.variant, VARIANT_ALL);
	assert_true(effects.go_sec == 3.0);
	effects = wishes_press(&s, VERB_LITTLE_MORE, 35, 50.0);
	assert_true(effects.volume_db == 0.0 && !effects.halt);
	effects = wishes_press(&s, VERB_LITTLE_MORE, 36, 55.0);
	assert_true(effects.volume_db == 0.0); // never above what was chosen
	assert_int_equal(effects.note_count, 0);
}

static void test_comfort_a_part_skipped_twice_is_not_for_tonight(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	struct session_effects effects = wishes_press(&s, VERB_NEXT, 30, 30.0);
	assert_int_equal(effects.note_count, 1);
	assert_int_equal(effects.notes[0].kind, NOTE_SKIPPED);
	assert_string_equal(effects.notes[0].name, "Temples");
	wishes_send(&s, EVENT_SETTLED, 30, 31.0);
	wishes_press(&s, VERB_PREVIOUS, 61, 33.0);
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 61, 34.0).seek_frames, 6 * SEC);
	effects = wishes_press(&s, VERB_NEXT, 20, 40.0);
	assert_int_equal(effects.note_count, 2);
	assert_int_equal(effects.notes[1].kind, NOTE_NOT_TONIGHT);
}

static void test_comfort_a_bouncing_key_jumps_once(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	wishes_press(&s, VERB_NEXT, 30, 30.0);
	assert_int_equal(wishes_press(&s, VERB_NEXT, 30, 30.2).note_count, 0);
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 30, 31.0).seek_frames, 60 * SEC);
}

// One area ends where another begins.
static void test_comfort_a_bouncing_key_leaves_out_one_area(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	wishes_press(&s, VERB_HURT, 30, 30.0);
	assert_int_equal(wishes_press(&s, VERB_HURT, 30, 30.2).note_count, 0);
	assert_int_equal(s.hurt_count, 1);
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 30, 31.0).seek_frames, 60 * SEC);
}

// A slider on a lock screen sends one place after another.
static void test_comfort_a_seek_elsewhere_is_no_bounce(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	wishes_ask(&s, VERB_SEEK_TO, 90.0, 30, 30.0);
	wishes_ask(&s, VERB_SEEK_TO, 100.0, 30, 30.1);
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 30, 31.0).seek_frames, 100 * SEC);
}

static void test_comfort_what_hurts_is_left_out_from_now_on(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	struct session_effects effects = wishes_press(&s, VERB_HURT, 90, 90.0);
	assert_int_equal(effects.notes[0].kind, NOTE_HURT);
	assert_string_equal(effects.notes[0].name, "neck");
	assert_true(effects.halt);
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 90, 91.0).seek_frames, 120 * SEC);
	assert_false(wishes_send(&s, EVENT_TICK, 139.0, 110.0).halt);
	assert_true(wishes_send(&s, EVENT_TICK, 139.3, 110.3).halt); // before it begins
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 139.5, 111.0).seek_frames, 160 * SEC);
	wishes_ask(&s, VERB_SEEK_TO, 70.0, 165, 120.0); // nor by a jump
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 165, 121.0).seek_frames, 120 * SEC);
}

static void test_comfort_no_words_are_lost_while_the_sound_rises(void **state)
{
	(void)state;
	// to: in silence, before words, between words, in them, long before them
	static const double to_sec[] = {30.0, 60.0, 69.5, 64.0, 5.0}, lead_sec[] = {30.0, 59.0, 68.0, 64.0, 5.0};
	struct session s = wishes_playing(&wishes_score, 0.0);
	for (int i = 0; i < 5; i++) {
		wishes_ask(&s, VERB_SEEK_TO, to_sec[i], 100, 100.0 + i);
		struct session_effects effects = wishes_send(&s, EVENT_SETTLED, 100, 100.7 + i);
		assert_true(effects.seek_frames == (int64_t)(to_sec[i] * SEC));
		assert_true(effects.lead_frames == (int64_t)(lead_sec[i] * SEC));
	}
	session_leave_out(&s, "neck");
	wishes_ask(&s, VERB_SEEK_TO, 150.0, 100, 110.0);
	struct session_effects effects = wishes_send(&s, EVENT_SETTLED, 100, 110.7);
	assert_true(effects.seek_frames == 160 * SEC && effects.lead_frames == 160 * SEC); // words at 162 s
}

static void test_comfort_no_way_back_leads_into_what_hurts(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	wishes_press(&s, VERB_HURT, 90, 90.0);
	wishes_send(&s, EVENT_SETTLED, 90, 91.0);
	wishes_send(&s, EVENT_ANSWERED, 120, 95.0);
	wishes_press(&s, VERB_HELP, 125, 100.0); // the last words were at 76 s
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 125, 101.0).seek_frames, 120 * SEC);
	wishes_press(&s, VERB_PAUSE_RESUME, 120, 102.0);
	wishes_press(&s, VERB_RESUME, 120, 400.0); // 15 s back
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 120, 401.0).seek_frames, 120 * SEC);
}

static void test_comfort_a_jump_over_what_hurts_waits_for_an_answer_that_sounds(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	session_leave_out(&s, "neck");
	assert_int_equal(wishes_press(&s, VERB_WHERE, 138, 138.0).say.kind, ANSWER_WHERE);
	assert_true(wishes_send(&s, EVENT_TICK, 139.3, 139.3).halt);
	struct session_effects effects = wishes_send(&s, EVENT_SETTLED, 139.3, 140.0);
	assert_true(effects.seek_frames == 160 * SEC && !effects.go); // words at 162 s
	assert_true(wishes_send(&s, EVENT_ANSWERED, 160, 145.0).go);
}

static void test_comfort_where_no_part_of_the_body_is_meant_hurt_is_only_noted(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	struct session_effects effects = wishes_press(&s, VERB_HURT, 125, 125.0);
	assert_int_equal(effects.notes[0].kind, NOTE_HURT);
	assert_null(effects.notes[0].name);
	assert_false(effects.halt);
}

static void test_comfort_seeks_stay_in_the_session(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	wishes_ask(&s, VERB_SEEK_BY, -1000.0, 30, 30.0);
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 30, 31.0).seek_frames, 0);
	wishes_ask(&s, VERB_SEEK_TO, 1e300, 30, 40.0);
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 30, 41.0).seek_frames, 180 * SEC);
	wishes_ask(&s, VERB_SEEK_TO, 0.0 / 0.0, 30, 50.0);
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 30, 51.0).seek_frames, 0);
}

// ---- The sleep tail: 20 minutes from 180 s on

static struct score sleepy_score(void)
{
	struct score score = wishes_score;
	score.frames = (180 + 1200) * SEC;
	score.voice_fade = (struct score_fade){180 * SEC, 200 * SEC};
	score.tones_fade = (struct score_fade){180 * SEC, 400 * SEC};
	score.bed_fade = (struct score_fade){400 * SEC, 1380 * SEC};
	return score;
}

static void test_comfort_a_key_in_the_sleep_tail_grants_ten_minutes(void **state)
{
	(void)state;
	struct score score = sleepy_score();
	struct session s = wishes_playing(&score, 0.0);
	struct session_effects effects = wishes_press(&s, VERB_OTHER, 1300, 1300.0);
	assert_true(effects.halt);
	assert_int_equal(s.after, SESSION_PLAYING);
	effects = wishes_send(&s, EVENT_SETTLED, 1300, 1301.0);
	assert_true(effects.seek_frames == 700 * SEC && effects.go);
	assert_int_equal(effects.say.kind, ANSWER_TEN_MORE);
	wishes_press(&s, VERB_PAUSE_RESUME, 500, 1400.0);
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 500, 1401.0).seek_frames, 180 * SEC);
}

// Half asleep, the hand presses twice; only Escape means its second press.
static void test_comfort_a_doubled_key_in_the_sleep_tail_grants_once(void **state)
{
	(void)state;
	static const enum verb second[] = {VERB_PAUSE_RESUME, VERB_OTHER, VERB_NEXT};
	struct score score = sleepy_score();
	for (size_t i = 0; i < sizeof second / sizeof *second; i++) {
		struct session s = wishes_playing(&score, 0.0);
		wishes_press(&s, VERB_PAUSE_RESUME, 1300, 1300.0);
		wishes_press(&s, second[i], 1300, 1300.2);
		struct session_effects effects = wishes_send(&s, EVENT_SETTLED, 1300, 1301.0);
		assert_true(effects.seek_frames == 700 * SEC && effects.go);
	}
	struct session s = wishes_playing(&score, 0.0);
	wishes_press(&s, VERB_ESCAPE, 1300, 1300.0);
	wishes_press(&s, VERB_ESCAPE, 1300, 1300.2);
	assert_int_equal(s.after, SESSION_OVER);
}

// The machine goes to sleep, or a headset's program pauses its player.
static void test_comfort_a_pause_in_the_sleep_tail_is_a_pause(void **state)
{
	(void)state;
	struct score score = sleepy_score();
	struct session s = wishes_playing(&score, 0.0);
	assert_true(wishes_press(&s, VERB_PAUSE, 1300, 1300.0).halt);
	assert_int_equal(s.after, SESSION_PAUSED);
	struct session_effects effects = wishes_send(&s, EVENT_SETTLED, 1300, 1302.0);
	assert_true(effects.seek_frames == 1300 * SEC && !effects.go);
}

static void test_comfort_a_shorter_sleep_tail_does_not_promise_ten_minutes(void **state)
{
	(void)state;
	struct score score = sleepy_score();
	score.frames = (180 + 300) * SEC;
	struct session s = wishes_playing(&score, 0.0);
	wishes_press(&s, VERB_OTHER, 420, 420.0);
	struct session_effects effects = wishes_send(&s, EVENT_SETTLED, 420, 421.0);
	assert_int_equal(effects.seek_frames, 180 * SEC);
	assert_int_equal(effects.say.kind, ANSWER_TAIL_ANEW);
	assert_int_equal(effects.say.minutes_left, 5);
}

static void test_comfort_in_the_sleep_tail_less_is_less_and_stop_is_stop(void **state)
{
	(void)state;
	struct score score = sleepy_score();
	struct session s = wishes_playing(&score, 0.0);
	assert_false(wishes_press(&s, VERB_QUIETER, 1300, 1300.0).halt);
	assert_false(wishes_press(&s, VERB_TOO_MUCH, 1300, 1301.0).halt);
	wishes_press(&s, VERB_STOP, 1300, 1302.0);
	assert_int_equal(s.after, SESSION_OVER);
}

static void test_comfort_a_common_ending_grants_nothing(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	wishes_press(&s, VERB_PAUSE_RESUME, 190, 190.0);
	assert_int_equal(s.after, SESSION_PAUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comfort_volume_goes_by_two_decibels_and_never_above_zero),
		cmocka_unit_test(test_comfort_volume_stops_above_silence),
		cmocka_unit_test(test_comfort_volume_of_a_desktop_is_held_to_its_range),
		cmocka_unit_test(test_comfort_too_much_takes_more_with_each_press),
		cmocka_unit_test(test_comfort_a_little_more_goes_back_one_step),
		cmocka_unit_test(test_comfort_a_part_skipped_twice_is_not_for_tonight),
		cmocka_unit_test(test_comfort_a_bouncing_key_jumps_once),
		cmocka_unit_test(test_comfort_a_bouncing_key_leaves_out_one_area),
		cmocka_unit_test(test_comfort_a_seek_elsewhere_is_no_bounce),
		cmocka_unit_test(test_comfort_what_hurts_is_left_out_from_now_on),
		cmocka_unit_test(test_comfort_no_words_are_lost_while_the_sound_rises),
		cmocka_unit_test(test_comfort_no_way_back_leads_into_what_hurts),
		cmocka_unit_test(test_comfort_a_jump_over_what_hurts_waits_for_an_answer_that_sounds),
		cmocka_unit_test(test_comfort_where_no_part_of_the_body_is_meant_hurt_is_only_noted),
		cmocka_unit_test(test_comfort_seeks_stay_in_the_session),
		cmocka_unit_test(test_comfort_a_key_in_the_sleep_tail_grants_ten_minutes),
		cmocka_unit_test(test_comfort_a_doubled_key_in_the_sleep_tail_grants_once),
		cmocka_unit_test(test_comfort_a_pause_in_the_sleep_tail_is_a_pause),
		cmocka_unit_test(test_comfort_a_shorter_sleep_tail_does_not_promise_ten_minutes),
		cmocka_unit_test(test_comfort_in_the_sleep_tail_less_is_less_and_stop_is_stop),
		cmocka_unit_test(test_comfort_a_common_ending_grants_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

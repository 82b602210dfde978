// When an answer is spoken, and that it never talks over an instruction, event by event.
#include "wishes.h"

#include <stdlib.h>
#include <string.h>

static void test_answers_where_is_said_at_once_where_no_words_are_near(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	struct session_effects effects = wishes_press(&s, VERB_WHERE, 20, 20.0);
	assert_false(effects.halt);
	assert_int_equal(effects.say.kind, ANSWER_WHERE);
	assert_int_equal(effects.say.part, 1);
	assert_int_equal(effects.say.part_count, 3);
	assert_string_equal(effects.say.name, "Temples");
	assert_int_equal(effects.say.minutes_left, 3);
	assert_true(s.speaking);
}

static void test_answers_look_at_what_leaves_for_the_output(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	struct session_event event = {
		.kind = EVENT_WISH, .wish = {VERB_WHERE, 0.0}, .at_frames = 52 * SEC, .now_sec = 52.0};
	struct session late = s;
	assert_int_equal(session_step(&s, &event).say.kind, ANSWER_WHERE); // words begin at 62 s
	event.sent_frames = 53 * SEC;
	assert_int_equal(session_step(&late, &event).say.kind, ANSWER_NONE);
}

static void test_answers_wait_for_words_that_sound(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	assert_int_equal(wishes_press(&s, VERB_WHERE, 11, 11.0).say.kind, ANSWER_NONE);
	assert_int_equal(wishes_send(&s, EVENT_TICK, 13.5, 13.5).say.kind, ANSWER_NONE);
	assert_int_equal(wishes_send(&s, EVENT_TICK, 14.0, 14.0).say.kind, ANSWER_WHERE);
}

static void test_answers_that_find_no_room_halt_the_session(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	struct session_effects effects = wishes_press(&s, VERB_WHERE, 65, 65.0); // words at 62, 70 and 76 s
	assert_true(effects.halt && effects.say.kind == ANSWER_NONE);
	effects = wishes_send(&s, EVENT_SETTLED, 65.6, 65.7);
	assert_true(effects.seek_frames == 62 * SEC && !effects.go);
	assert_int_equal(effects.say.kind, ANSWER_WHERE);
	effects = wishes_send(&s, EVENT_ANSWERED, 62, 72.0);
	assert_true(effects.go);
	assert_int_equal(s.mode, SESSION_PLAYING);
}

static void test_answers_without_room_after_a_jump_are_spoken_before_it_goes_on(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	wishes_press(&s, VERB_NEXT, 30, 30.0);
	wishes_press(&s, VERB_WHERE, 30, 30.1);
	struct session_effects effects = wishes_send(&s, EVENT_SETTLED, 30, 30.6); // words at 62, 70 and 76 s
	assert_true(effects.halt && !effects.go && !effects.seek);                 // never a rise and a fall at once
	effects = wishes_send(&s, EVENT_SETTLED, 60, 30.7);
	assert_true(effects.seek_frames == 60 * SEC && !effects.go); // not back to what was skipped
	assert_int_equal(effects.say.kind, ANSWER_WHERE);
	assert_true(wishes_send(&s, EVENT_ANSWERED, 60, 36.0).go);
}

static void test_answers_broken_off_by_a_lost_output_leave_no_pause(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	wishes_press(&s, VERB_WHERE, 65, 65.0); // halts to speak
	assert_true(wishes_send(&s, EVENT_LOST, 65.3, 65.3).reopen);
	assert_true(wishes_send(&s, EVENT_OPENED, 65.3, 66.0).go);
	s = wishes_playing(&wishes_score, 0.0);
	wishes_press(&s, VERB_WHERE, 65, 65.0);
	wishes_press(&s, VERB_STOP, 65, 65.2); // an end stays one
	assert_false(wishes_send(&s, EVENT_LOST, 65.3, 65.3).reopen);
	assert_int_equal(s.mode, SESSION_OVER);
}

static void test_answers_to_what_a_key_did_are_left_unsaid_without_room(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	struct session_effects effects = wishes_press(&s, VERB_TOO_MUCH, 69, 69.0);
	assert_false(effects.halt);
	for (double at = 69.0; at < 80.0; at += 0.25)
		assert_int_equal(wishes_send(&s, EVENT_TICK, at, at).say.kind, ANSWER_NONE);
	assert_int_equal(s.waiting.kind, ANSWER_NONE);
}

static void test_answers_are_spoken_at_once_in_a_pause(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	wishes_press(&s, VERB_PAUSE_RESUME, 65, 65.0);
	struct session_effects effects = wishes_send(&s, EVENT_SETTLED, 66, 66.5);
	assert_int_equal(effects.say.kind, ANSWER_PAUSED);
	effects = wishes_press(&s, VERB_AGAIN, 66, 70.0);
	assert_true(effects.hush);
	assert_int_equal(effects.say.kind, ANSWER_AGAIN);
	assert_string_equal(effects.say.line, second_line.text);
	wishes_send(&s, EVENT_ANSWERED, 66, 73.0);
	assert_int_equal(s.mode, SESSION_PAUSED);
}

static void test_answers_again_has_nothing_to_say_before_the_first_words(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	assert_int_equal(wishes_press(&s, VERB_AGAIN, 1, 1.0).say.kind, ANSWER_NOTHING_AGAIN);
}

static void test_answers_the_keys_halt_and_another_wish_breaks_them_off(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	assert_true(wishes_press(&s, VERB_HELP, 110, 100.0).halt);
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 110, 101.0).say.kind, ANSWER_KEYS);
	struct session_effects effects = wishes_press(&s, VERB_QUIETER, 76, 105.0);
	assert_true(effects.hush && effects.go);
	assert_int_equal(s.mode, SESSION_PLAYING);
}

static void test_answers_a_pause_while_the_keys_are_told_stays_a_pause(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	wishes_press(&s, VERB_HELP, 110, 100.0);
	wishes_press(&s, VERB_OTHER, 100, 100.2); // before it has settled
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 110, 101.0).say.kind, ANSWER_PAUSED);
	wishes_send(&s, EVENT_ANSWERED, 100, 103.0);
	assert_int_equal(s.mode, SESSION_PAUSED);
}

static void test_answers_a_key_that_means_nothing_pauses_and_never_resumes(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	assert_true(wishes_press(&s, VERB_OTHER, 30, 30.0).halt);
	wishes_send(&s, EVENT_SETTLED, 31, 32.0);
	assert_false(wishes_press(&s, VERB_OTHER, 31, 40.0).go);
	assert_false(wishes_ask(&s, VERB_DIGIT, 3.0, 31, 41.0).go);
	assert_false(wishes_press(&s, VERB_PAUSE, 31, 42.0).go);
	assert_true(wishes_press(&s, VERB_RESUME, 31, 43.0).go);
	assert_false(wishes_press(&s, VERB_RESUME, 32, 45.0).halt); // resume never pauses
	assert_int_equal(s.mode, SESSION_PLAYING);
}

static void test_answers_escape_pauses_and_twice_ends(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	wishes_press(&s, VERB_ESCAPE, 30, 30.0);
	assert_int_equal(s.after, SESSION_PAUSED);
	wishes_press(&s, VERB_ESCAPE, 30, 31.0);
	assert_int_equal(s.after, SESSION_OVER);
	s = wishes_playing(&wishes_score, 0.0);
	wishes_press(&s, VERB_ESCAPE, 30, 30.0);
	wishes_send(&s, EVENT_SETTLED, 30, 31.6);
	wishes_press(&s, VERB_ESCAPE, 30, 40.0);
	assert_int_equal(s.mode, SESSION_PAUSED);
}

static void test_answers_after_a_long_pause_it_goes_back_to_the_instruction(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	wishes_press(&s, VERB_PAUSE_RESUME, 85, 85.0);
	wishes_send(&s, EVENT_SETTLED, 86, 87.0);
	struct session_effects effects = wishes_press(&s, VERB_PAUSE_RESUME, 86, 300.0);
	assert_true(effects.halt && !effects.go);
	effects = wishes_send(&s, EVENT_SETTLED, 86, 300.1);
	assert_true(effects.seek_frames == 76 * SEC && effects.go); // the words began 10 s before
	s = wishes_playing(&wishes_score, 0.0);
	wishes_press(&s, VERB_PAUSE_RESUME, 110, 110.0);
	wishes_send(&s, EVENT_SETTLED, 110, 112.0);
	wishes_press(&s, VERB_PAUSE_RESUME, 110, 400.0);
	assert_int_equal(wishes_send(&s, EVENT_SETTLED, 110, 400.1).seek_frames, 95 * SEC); // words long ago: 15 s
}

static void test_answers_a_lost_headset_waits_closed_for_a_key(void **state)
{
	(void)state;
	struct session s = wishes_playing(&wishes_score, 0.0);
	struct session_effects effects = wishes_send(&s, EVENT_ROUTE_LOST, 90, 90.0);
	assert_true(effects.close && !effects.reopen);
	assert_false(wishes_send(&s, EVENT_LOST, 90, 90.1).reopen); // the child that was killed
	assert_false(wishes_press(&s, VERB_OTHER, 90, 95.0).reopen);
	effects = wishes_press(&s, VERB_PAUSE_RESUME, 90, 100.0);
	assert_true(effects.reopen && !effects.go);
	effects = wishes_send(&s, EVENT_OPEN_FAILED, 90, 101.0); // not back yet: it waits again
	assert_true(effects.close && !effects.reopen);
	wishes_press(&s, VERB_PAUSE_RESUME, 90, 110.0);
	effects = wishes_send(&s, EVENT_OPENED, 90, 111.0);
	assert_true(effects.seek_frames == 90 * SEC && effects.go && effects.go_sec == 3.0);
}

// ---- The words

static char *read_lists(void)
{
	static const char *const names[] = {SOURCE_DIR "/voices/program-lines.txt",
	                                    SOURCE_DIR "/voices/common-lines.txt"};
	char *text = calloc(1, 1 << 20);
	size_t length = 0;
	for (int i = 0; i < 2; i++) {
		FILE *file = fopen(names[i], "r");
		assert_non_null(file);
		text[length++] = '\n';
		length += fread(text + length, 1, (1 << 19) - 2, file);
		fclose(file);
	}
	return text;
}

// Lists have whole lines: "One." for the number one.
static void assert_listed(const char *lists, const char *line)
{
	char wanted[300];
	snprintf(wanted, sizeof wanted, "\n%s\n", line);
	if (strstr(lists, wanted))
		return;
	snprintf(wanted, sizeof wanted, "\n%c%s.\n", line[0] - 'a' + 'A', line + 1);
	if (line[0] < 'a' || line[0] > 'z' || !strstr(lists, wanted))
		fail_msg("\"%s\" is in no list of voices/", line);
}

static void test_answers_say_only_what_every_pack_has(void **state)
{
	(void)state;
	char *lists = read_lists();
	struct answer_text text;
	for (int kind = 1; kind < ANSWER_KINDS; kind++) {
		if (kind == ANSWER_AGAIN)
			continue; // the session's own line
		struct answer answer = {.kind = kind, .part = 2, .part_count = 21, .name = "Zero.", .minutes_left = 1};
		answer_text(&answer, &text);
		assert_true(text.count > 0);
		for (int i = 0; i < text.count; i++)
			assert_listed(lists, text.lines[i]);
	}
	for (int n = 0; n <= 60; n++) {
		answer_text(&(struct answer){.kind = ANSWER_WHERE, .part = 2, .part_count = 1, .minutes_left = n},
		            &text);
		for (int i = 0; i < text.count; i++)
			assert_listed(lists, text.lines[i]);
	}
	free(lists);
}

static void test_answers_tell_where_in_words(void **state)
{
	(void)state;
	struct answer_text text;
	answer_text(
		&(struct answer){
			.kind = ANSWER_WHERE, .part = 3, .part_count = 5, .name = "Forehead", .minutes_left = 2},
		&text);
	static const char *const said[] = {"Step,", "three", "of,", "five", "Forehead", "two", "Minutes left."};
	assert_int_equal(text.count, 7);
	for (int i = 0; i < 7; i++)
		assert_string_equal(text.lines[i], said[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_where_is_said_at_once_where_no_words_are_near),
		cmocka_unit_test(test_answers_look_at_what_leaves_for_the_output),
		cmocka_unit_test(test_answers_wait_for_words_that_sound),
		cmocka_unit_test(test_answers_that_find_no_room_halt_the_session),
		cmocka_unit_test(test_answers_without_room_after_a_jump_are_spoken_before_it_goes_on),
		cmocka_unit_test(test_answers_broken_off_by_a_lost_output_leave_no_pause),
		cmocka_unit_test(test_answers_to_what_a_key_did_are_left_unsaid_without_room),
		cmocka_unit_test(test_answers_are_spoken_at_once_in_a_pause),
		cmocka_unit_test(test_answers_again_has_nothing_to_say_before_the_first_words),
		cmocka_unit_test(test_answers_the_keys_halt_and_another_wish_breaks_them_off),
		cmocka_unit_test(test_answers_a_pause_while_the_keys_are_told_stays_a_pause),
		cmocka_unit_test(test_answers_a_key_that_means_nothing_pauses_and_never_resumes),
		cmocka_unit_test(test_answers_escape_pauses_and_twice_ends),
		cmocka_unit_test(test_answers_after_a_long_pause_it_goes_back_to_the_instruction),
		cmocka_unit_test(test_answers_a_lost_headset_waits_closed_for_a_key),
		cmocka_unit_test(test_answers_say_only_what_every_pack_has),
		cmocka_unit_test(test_answers_tell_where_in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// Spoken questions, key by key, second by second.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session/dialogue.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const begins[] = {"Hello.", NULL}, *const ends[] = {"Or wait.", NULL};
static const struct dialogue_offer offers[] = {
	{.digit = 1, .before = {"For tea, press,"}, .name = {"Tea."}},
	{.digit = 2, .after = {"Soup."}, .name = {"Soup."}},
	{.digit = 9, .untold = true, .name = {"Salt."}},
};
static const struct dialogue_table menu = {
	.lines = begins, .offers = offers, .offer_count = 3, .last = ends, .silence_sec = 20.0, .confirms = true};
static const struct dialogue_offer numbers[] = {{.digit = 0, .untold = true, .name = {"Thank you."}},
                                                {.digit = 7, .untold = true, .name = {"Thank you."}}};
static const struct dialogue_table rating = {.lines = begins,
                                             .offers = numbers,
                                             .offer_count = 2,
                                             .silence_sec = 8.0,
                                             .silence = DIALOGUE_SILENT,
                                             .enter = DIALOGUE_SILENT};

static struct dialogue_effects send(struct dialogue *d, enum dialogue_event_kind kind, double now_sec)
{
	return dialogue_step(d, &(struct dialogue_event){.kind = kind, .now_sec = now_sec});
}

static struct dialogue_effects press(struct dialogue *d, enum verb verb, double value, double now_sec)
{
	return dialogue_step(
		d, &(struct dialogue_event){.kind = DIALOGUE_WISH, .wish = {verb, value}, .now_sec = now_sec});
}

static void assert_says(const struct dialogue_effects *effects, const char *words)
{
	char all[500] = "";
	for (int i = 0; i < effects->say_count; i++)
		snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? " " : "", effects->say[i]);
	assert_string_equal(all, words);
}

// The question was heard at 10 s.
static struct dialogue heard(const struct dialogue_table *table)
{
	struct dialogue d = dialogue_init(table, -10.0);
	send(&d, DIALOGUE_OPENED, 0.0);
	send(&d, DIALOGUE_SAID, 10.0);
	return d;
}

static const char question[] = "Hello. For tea, press, one two Soup. Or wait.";

static void test_dialogue_asks_with_the_numbers(void **state)
{
	(void)state;
	struct dialogue d = dialogue_init(&menu, -10.0);
	struct dialogue_effects effects = send(&d, DIALOGUE_OPENED, 0.0);
	assert_says(&effects, question);
	assert_true(isinf(dialogue_deadline_sec(&d)));
	send(&d, DIALOGUE_TICK, 100.0); // no silence while it is asked
	assert_int_equal(d.mode, DIALOGUE_ASKING);
}

static void test_dialogue_silence_speaks_the_first_offer_and_takes_it(void **state)
{
	(void)state;
	struct dialogue d = heard(&menu);
	send(&d, DIALOGUE_TICK, 29.9);
	assert_int_equal(d.mode, DIALOGUE_WAITING);
	struct dialogue_effects effects = send(&d, DIALOGUE_TICK, 30.0);
	assert_says(&effects, "Tea.");
	send(&d, DIALOGUE_SAID, 31.0);
	send(&d, DIALOGUE_TICK, 32.9);
	assert_int_equal(d.mode, DIALOGUE_CHOSEN);
	send(&d, DIALOGUE_TICK, 33.0);
	assert_int_equal(d.mode, DIALOGUE_OVER);
	assert_true(d.choice == 0 && d.by_silence);
}

static void test_dialogue_a_digit_breaks_in_and_is_taken_after_its_name(void **state)
{
	(void)state;
	struct dialogue d = dialogue_init(&menu, -10.0);
	send(&d, DIALOGUE_OPENED, 0.0);
	struct dialogue_effects effects = press(&d, VERB_DIGIT, 2, 4.0);
	assert_true(effects.hush);
	assert_says(&effects, "Soup.");
	send(&d, DIALOGUE_TICK, 9.0); // a long name
	assert_int_equal(d.mode, DIALOGUE_CHOSEN);
	send(&d, DIALOGUE_SAID, 10.0);
	assert_true(dialogue_deadline_sec(&d) == 11.0);
	send(&d, DIALOGUE_TICK, 11.0);
	assert_true(d.mode == DIALOGUE_OVER && d.choice == 1 && !d.by_silence);
}

static void test_dialogue_another_digit_changes_the_choice(void **state)
{
	(void)state;
	struct dialogue d = heard(&menu);
	press(&d, VERB_DIGIT, 1, 12.0);
	send(&d, DIALOGUE_SAID, 13.0);
	struct dialogue_effects effects = press(&d, VERB_DIGIT, 9, 14.9);
	assert_says(&effects, "Salt.");
	send(&d, DIALOGUE_TICK, 15.0); // when the first would have been taken
	send(&d, DIALOGUE_SAID, 16.0);
	send(&d, DIALOGUE_TICK, 17.9);
	assert_true(d.mode == DIALOGUE_OVER && d.choice == 2);
}

static void test_dialogue_any_other_key_takes_a_choice_back(void **state)
{
	(void)state;
	struct dialogue d = heard(&menu);
	press(&d, VERB_DIGIT, 1, 12.0);
	struct dialogue_effects effects = press(&d, VERB_OTHER, 0, 13.0);
	assert_true(effects.hush);
	assert_says(&effects, "Press another key to choose again.");
	send(&d, DIALOGUE_TICK, 16.0);
	assert_int_equal(d.mode, DIALOGUE_TELLING);
	send(&d, DIALOGUE_SAID, 16.0);
	assert_true(dialogue_deadline_sec(&d) == 36.0);
}

static void test_dialogue_enter_takes_the_first_and_then_at_once(void **state)
{
	(void)state;
	struct dialogue d = heard(&menu);
	struct dialogue_effects effects = press(&d, VERB_PAUSE_RESUME, 0, 12.0);
	assert_says(&effects, "Tea.");
	press(&d, VERB_PAUSE_RESUME, 0, 12.2); // a finger that trembles
	assert_int_equal(d.mode, DIALOGUE_CHOSEN);
	press(&d, VERB_PAUSE_RESUME, 0, 13.0);
	assert_true(d.mode == DIALOGUE_OVER && d.choice == 0);
}

static void test_dialogue_a_key_that_is_no_choice_chooses_nothing(void **state)
{
	(void)state;
	struct dialogue d = heard(&menu);
	struct dialogue_effects effects = press(&d, VERB_DIGIT, 5, 12.0);
	assert_says(&effects, "There is nothing behind this key.");
	send(&d, DIALOGUE_SAID, 14.0);
	assert_true(dialogue_deadline_sec(&d) == 34.0);
	effects = press(&d, VERB_OTHER, 0, 15.0);
	assert_true(effects.say_count == 0 && !effects.hush);
	assert_true(dialogue_deadline_sec(&d) == 34.0); // a hand on the keyboard is no listener
	struct dialogue early = dialogue_init(&menu, -10.0);
	send(&early, DIALOGUE_OPENED, 0.0);
	effects = press(&early, VERB_DIGIT, 5, 1.0);
	assert_int_equal(early.mode, DIALOGUE_ASKING); // what was broken off is said whole
	assert_string_equal(effects.say[1], "Hello.");
}

static void test_dialogue_says_it_again(void **state)
{
	(void)state;
	static const struct wish keys[] = {{VERB_DIGIT, 0}, {VERB_AGAIN, 0}, {VERB_HELP, 0}};
	for (int i = 0; i < 3; i++) {
		struct dialogue d = heard(&menu);
		struct dialogue_effects effects = press(&d, keys[i].verb, keys[i].value, 12.0);
		assert_says(&effects, question);
		send(&d, DIALOGUE_SAID, 22.0);
		assert_true(dialogue_deadline_sec(&d) == 42.0);
	}
}

static void test_dialogue_escape_twice_and_q_end_it(void **state)
{
	(void)state;
	struct dialogue d = heard(&menu);
	struct dialogue_effects effects = press(&d, VERB_ESCAPE, 0, 12.0);
	assert_says(&effects, "Press the same key again to end.");
	press(&d, VERB_ESCAPE, 0, 12.1); // one press
	assert_int_equal(d.mode, DIALOGUE_TELLING);
	press(&d, VERB_ESCAPE, 0, 14.0);
	assert_true(d.mode == DIALOGUE_OVER && d.choice == DIALOGUE_ENDED);
	d = heard(&menu);
	press(&d, VERB_ESCAPE, 0, 12.0);
	press(&d, VERB_ESCAPE, 0, 17.1);
	assert_int_equal(d.mode, DIALOGUE_TELLING);
	press(&d, VERB_STOP, 0, 18.0);
	assert_true(d.mode == DIALOGUE_OVER && d.choice == DIALOGUE_ENDED);
}

static void test_dialogue_volume_goes_by_keys_and_never_above_zero(void **state)
{
	(void)state;
	struct dialogue d = heard(&menu);
	struct dialogue_effects effects = press(&d, VERB_LOUDER, 0, 12.0);
	assert_true(effects.set_volume && effects.volume_db == -8.0 && effects.say_count == 0 && !effects.hush);
	for (int i = 0; i < 20; i++)
		effects = press(&d, VERB_LOUDER, 0, 13.0 + 0.1 * i);
	assert_true(effects.volume_db == 0.0);
	effects = press(&d, VERB_TOO_MUCH, 0, 16.0);
	assert_true(effects.volume_db == -6.0);
	for (int i = 0; i < 60; i++)
		effects = press(&d, VERB_QUIETER, 0, 17.0);
	assert_true(effects.volume_db == -58.0);
	effects = press(&d, VERB_VOLUME, 3.0, 18.0);
	assert_true(effects.volume_db == 0.0);
	assert_true(dialogue_deadline_sec(&d) == 38.0); // somebody is there
}

static void test_dialogue_a_rating_is_thanked_for_and_taken(void **state)
{
	(void)state;
	struct dialogue d = heard(&rating);
	struct dialogue_effects effects = press(&d, VERB_DIGIT, 0, 12.0);
	assert_says(&effects, "Thank you.");
	press(&d, VERB_DIGIT, 0, 12.2);
	press(&d, VERB_DIGIT, 7, 12.8); // too late to change, and nobody else's key either
	send(&d, DIALOGUE_SAID, 13.0);
	assert_true(d.mode == DIALOGUE_OVER && d.choice == 0);
}

static void test_dialogue_a_rating_is_skipped_by_silence_and_by_enter(void **state)
{
	(void)state;
	struct dialogue d = heard(&rating);
	send(&d, DIALOGUE_TICK, 17.9);
	assert_int_equal(d.mode, DIALOGUE_WAITING);
	struct dialogue_effects effects = send(&d, DIALOGUE_TICK, 18.0);
	assert_true(d.mode == DIALOGUE_OVER && d.choice == DIALOGUE_SILENT && effects.say_count == 0);
	d = heard(&rating);
	press(&d, VERB_PAUSE_RESUME, 0, 11.0);
	assert_true(d.mode == DIALOGUE_OVER && d.choice == DIALOGUE_SILENT && !d.by_silence);
}

static void test_dialogue_begins_anew_when_the_output_is_back(void **state)
{
	(void)state;
	struct dialogue d = heard(&menu);
	press(&d, VERB_DIGIT, 1, 12.0);
	struct dialogue_effects effects = send(&d, DIALOGUE_OPENED, 13.0);
	assert_says(&effects, question);
	send(&d, DIALOGUE_TICK, 60.0);
	assert_int_equal(d.mode, DIALOGUE_ASKING); // nothing begins behind somebody's back
}

// Whatever is pressed, whenever: it never takes a choice that was not spoken of, nor goes on after its end.
static void test_dialogue_key_storms(void **state)
{
	(void)state;
	uint32_t seed = 1;
	for (int round = 0; round < 2000; round++) {
		struct dialogue d = dialogue_init(&menu, -10.0);
		send(&d, DIALOGUE_OPENED, 0.0);
		const char *spoken = "";
		for (double now = 0.1; now < 60.0 && d.mode != DIALOGUE_OVER; now += 0.1) {
			seed = seed * 1664525u + 1013904223u;
			uint32_t dice = seed >> 16;
			struct dialogue_effects effects =
				dice % 3   ? send(&d, dice % 7 ? DIALOGUE_TICK : DIALOGUE_SAID, now)
				: dice % 5 ? press(&d, VERB_DIGIT, (int)(dice / 16 % 10), now)
					   : press(&d, (enum verb)(dice / 16 % (VERB_OTHER + 1)), -(double)(dice % 90),
			                           now);
			assert_true(d.volume_db <= 0.0 && effects.volume_db <= 0.0);
			if (effects.say_count)
				spoken = effects.say[0];
		}
		if (d.mode == DIALOGUE_OVER && d.choice >= 0)
			assert_string_equal(spoken, offers[d.choice].name[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dialogue_asks_with_the_numbers),
		cmocka_unit_test(test_dialogue_silence_speaks_the_first_offer_and_takes_it),
		cmocka_unit_test(test_dialogue_a_digit_breaks_in_and_is_taken_after_its_name),
		cmocka_unit_test(test_dialogue_another_digit_changes_the_choice),
		cmocka_unit_test(test_dialogue_any_other_key_takes_a_choice_back),
		cmocka_unit_test(test_dialogue_enter_takes_the_first_and_then_at_once),
		cmocka_unit_test(test_dialogue_a_key_that_is_no_choice_chooses_nothing),
		cmocka_unit_test(test_dialogue_says_it_again),
		cmocka_unit_test(test_dialogue_escape_twice_and_q_end_it),
		cmocka_unit_test(test_dialogue_volume_goes_by_keys_and_never_above_zero),
		cmocka_unit_test(test_dialogue_a_rating_is_thanked_for_and_taken),
		cmocka_unit_test(test_dialogue_a_rating_is_skipped_by_silence_and_by_enter),
		cmocka_unit_test(test_dialogue_begins_anew_when_the_output_is_back),
		cmocka_unit_test(test_dialogue_key_storms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// An attack noted in the dark, key by key, second by second: the questions, their order, and that their words are listed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/attack_questions.h"
#include "listed.h"

#include <stdio.h>

enum { ALL_BYTES = 8000, SILENCE = -1, ENTER = -2, QUIT = -3 };

// What is heard and taken, a line each.
struct told {
	char text[ALL_BYTES];
	size_t n;
};

static void tell(struct told *told, const char *kind, const struct dialogue_effects *effects)
{
	if (effects->say_count == 0)
		return;
	told->n += (size_t)snprintf(told->text + told->n, sizeof told->text - told->n, "%s", kind);
	for (int i = 0; i < effects->say_count; i++)
		told->n += (size_t)snprintf(told->text + told->n, sizeof told->text - told->n, "%s%s", i ? " " : "",
		                            effects->say[i]);
	told->n += (size_t)snprintf(told->text + told->n, sizeof told->text - told->n, "\n");
}

static struct dialogue_effects send(struct dialogue *d, enum dialogue_event_kind kind, struct wish wish, double now_sec)
{
	return dialogue_step(d, &(struct dialogue_event){.kind = kind, .wish = wish, .now_sec = now_sec});
}

static struct wish key_of(int key)
{
	if (key == ENTER)
		return (struct wish){VERB_PAUSE_RESUME, 0};
	return key == QUIT ? (struct wish){VERB_STOP, 0} : (struct wish){VERB_DIGIT, key};
}

// One question: asked, and answered by a key or by silence, until its answer is taken.
static struct ask_answer hear(const struct dialogue_table *table, int key, struct told *told)
{
	static const struct wish no_wish;
	struct dialogue d = dialogue_init(table, -10.0);
	struct dialogue_effects effects = send(&d, DIALOGUE_OPENED, no_wish, 0.0);
	tell(told, "? ", &effects);
	send(&d, DIALOGUE_SAID, no_wish, 5.0);
	effects = key == SILENCE ? send(&d, DIALOGUE_TICK, no_wish, 5.0 + table->silence_sec)
	                         : send(&d, DIALOGUE_WISH, key_of(key), 6.0);
	tell(told, "> ", &effects);
	send(&d, DIALOGUE_SAID, no_wish, 20.0);
	send(&d, DIALOGUE_TICK, no_wish, 24.0);
	assert_int_equal(d.mode, DIALOGUE_OVER);
	return (struct ask_answer){d.choice, d.by_silence};
}

static void talk_with(struct attack_talk talk, const int *keys, struct told *told)
{
	const char *first = "The attack is noted.";
	for (enum attack_question question; (question = attack_talk_next(&talk)) < ASKED_QUESTIONS; keys++) {
		struct attack_asked asked;
		attack_talk_ask(&talk, question, first, &asked);
		first = NULL;
		attack_talk_take(&talk, question, hear(&asked.table, *keys, told));
	}
}

static void assert_talk(const int *keys, const char *wanted)
{
	struct told told = {0};
	talk_with((struct attack_talk){0}, keys, &told);
	assert_string_equal(told.text, wanted);
}

#define STRENGTH "? The attack is noted. From zero to nine, how strong is the pain? Press a number, or wait.\n"
#define SIDE "? Where is the pain? Press one for left, two for right, three for both sides.\n"
#define KEYS "? Now press one for yes, two for no, or wait. "
#define KINDS                                                                                                          \
	"? Which kind of medicine? For a migraine medicine, that is, a triptan, press, one For a simple "              \
	"painkiller, press, two For a painkiller with several substances, press, three For another medicine, press, "  \
	"four\n"

static void test_attack_all_is_answered_by_one_key_each(void **state)
{
	(void)state;
	static const int keys[] = {6, 3, 1, 2, 1, 2, 1, 1, 1};
	assert_talk(keys, STRENGTH "> Six.\n" SIDE "> Both sides.\n" KEYS "Is there nausea?\n> Yes.\n"
	                           "? Does light hurt?\n> No.\n"
	                           "? Does sound hurt?\n> Yes.\n"
	                           "? Was there an aura, such as flickering or zigzag lines?\n> No.\n"
	                           "? Is touch sore?\n> Yes.\n"
	                           "? Have you taken medicine for it?\n> Yes.\n" KINDS "> A migraine medicine.\n");
}

// Enter passes over; who has taken nothing is not asked what.
static void test_attack_enter_passes_over(void **state)
{
	(void)state;
	static const int keys[] = {0, ENTER, ENTER, ENTER, 1, ENTER, ENTER, 2};
	assert_talk(keys, STRENGTH "> Zero.\n" SIDE KEYS "Is there nausea?\n"
	                           "? Does light hurt?\n"
	                           "? Does sound hurt?\n> Yes.\n"
	                           "? Was there an aura, such as flickering or zigzag lines?\n"
	                           "? Is touch sore?\n"
	                           "? Have you taken medicine for it?\n> No.\n");
}

static void test_attack_two_keys_are_enough(void **state)
{
	(void)state;
	static const int keys[] = {8, SILENCE, SILENCE};
	assert_talk(keys, STRENGTH "> Eight.\n" SIDE KEYS "Is there nausea?\n");
}

// Silence now and then passes one question over, and no more.
static void test_attack_a_single_silence_passes_one_over(void **state)
{
	(void)state;
	static const int keys[] = {SILENCE, 1, SILENCE, 2, SILENCE, 1, SILENCE, SILENCE};
	assert_talk(keys, STRENGTH SIDE "> Left.\n" KEYS "Is there nausea?\n"
	                                "? Does light hurt?\n> No.\n"
	                                "? Does sound hurt?\n"
	                                "? Was there an aura, such as flickering or zigzag lines?\n> Yes.\n"
	                                "? Is touch sore?\n"
	                                "? Have you taken medicine for it?\n");
}

static void test_attack_q_ends_it(void **state)
{
	(void)state;
	static const int keys[] = {4, QUIT};
	assert_talk(keys, STRENGTH "> Four.\n" SIDE);
}

static void test_attack_asks_only_what_is_missing(void **state)
{
	(void)state;
	static const int keys[] = {2, SILENCE, 2};
	struct attack_talk talk = {0};
	talk.asked[ASKED_STRENGTH] = talk.asked[ASKED_SIDE] = talk.asked[ASKED_NAUSEA] = talk.asked[ASKED_SOUND] = true;
	talk.asked[ASKED_TAKEN] = talk.asked[ASKED_KIND] = true;
	struct told told = {0};
	talk_with(talk, keys, &told);
	assert_string_equal(told.text, "? The attack is noted. Now press one for yes, two for no, or wait. Does light "
	                               "hurt?\n> No.\n"
	                               "? Was there an aura, such as flickering or zigzag lines?\n"
	                               "? Is touch sore?\n> No.\n");
}

// The diary's words for what was chosen.
static void test_attack_words_of_the_diary(void **state)
{
	(void)state;
	assert_string_equal(attack_side(0), "left");
	assert_string_equal(attack_side(1), "right");
	assert_string_equal(attack_side(2), "both");
	assert_string_equal(attack_kind(0), "triptan");
	assert_string_equal(attack_kind(1), "simple");
	assert_string_equal(attack_kind(2), "combination");
	assert_string_equal(attack_kind(3), "other");
	assert_string_equal(attack_kind(DIALOGUE_SILENT), "other");
}

// ---- One that runs

#define RUNNING_ENDS                                                                                                   \
	" If you have taken medicine, press, one To tell more about it, press, two If it is over, press, three Or "    \
	"wait, and nothing changes.\n"

static int running(int64_t since_sec, int key, const char *wanted)
{
	struct attack_running asked;
	struct told told = {0};
	attack_running_ask(&asked, since_sec);
	int choice = hear(&asked.table, key, &told).choice;
	char all[ALL_BYTES];
	snprintf(all, sizeof all, "? An attack is noted already. It began, %s" RUNNING_ENDS "%s", wanted,
	         choice == RUNNING_OVER ? "> The attack is over.\n" : "");
	assert_string_equal(told.text, all);
	return choice;
}

static void test_attack_running_tells_since_when(void **state)
{
	(void)state;
	enum { MINUTE = 60, HOUR = 3600 };
	assert_int_equal(running(0, SILENCE, "Just now."), DIALOGUE_SILENT);
	running(59, SILENCE, "Just now.");
	running(MINUTE, SILENCE, "One minute ago.");
	running(2 * MINUTE - 1, SILENCE, "One minute ago.");
	running(HOUR - 1, SILENCE, "fifty-nine Minutes ago.");
	running(HOUR, SILENCE, "One hour ago.");
	running(48 * HOUR - 1, SILENCE, "forty-seven Hours ago.");
	running(48 * HOUR, SILENCE, "two Days ago.");
	running(72 * HOUR, SILENCE, "three Days ago.");
}

static void test_attack_running_offers(void **state)
{
	(void)state;
	assert_int_equal(running(7200, 1, "two Hours ago."), RUNNING_MEDICINE);
	assert_int_equal(running(7200, 2, "two Hours ago."), RUNNING_MORE);
	assert_int_equal(running(7200, 3, "two Hours ago."), RUNNING_OVER);
	assert_int_equal(running(7200, ENTER, "two Hours ago."), DIALOGUE_SILENT);
	assert_int_equal(running(7200, QUIT, "two Hours ago."), DIALOGUE_ENDED);
}

// Its end is taken three seconds after it was spoken of, and another key takes that back.
static void test_attack_running_its_end_is_slow(void **state)
{
	(void)state;
	static const struct wish no_wish, other = {VERB_OTHER, 0};
	struct attack_running asked;
	attack_running_ask(&asked, 7200);
	struct dialogue d = dialogue_init(&asked.table, -10.0);
	send(&d, DIALOGUE_OPENED, no_wish, 0.0);
	send(&d, DIALOGUE_WISH, key_of(3), 1.0);
	send(&d, DIALOGUE_SAID, no_wish, 2.0);
	send(&d, DIALOGUE_TICK, no_wish, 3.9);
	assert_int_equal(d.mode, DIALOGUE_CHOSEN);
	send(&d, DIALOGUE_WISH, other, 3.95);
	send(&d, DIALOGUE_SAID, no_wish, 6.0);
	send(&d, DIALOGUE_TICK, no_wish, 6.0 + asked.table.silence_sec);
	send(&d, DIALOGUE_TICK, no_wish, 40.0);
	assert_true(d.mode == DIALOGUE_OVER && d.choice == DIALOGUE_SILENT);
}

// ---- Words

static void test_attack_words_are_listed(void **state)
{
	(void)state;
	struct attack_talk talk = {0};
	struct attack_asked asked;
	struct attack_running run;
	for (enum attack_question question = ASKED_STRENGTH; question < ASKED_QUESTIONS; question++) {
		attack_talk_ask(&talk, question, NULL, &asked);
		assert_table_listed(&asked.table);
	}
	for (int64_t since_sec = 0; since_sec <= 72 * 3600; since_sec += 59) {
		attack_running_ask(&run, since_sec);
		assert_all_listed(run.lines);
	}
	assert_table_listed(&run.table);
	assert_all_listed(attack_lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attack_all_is_answered_by_one_key_each),
		cmocka_unit_test(test_attack_enter_passes_over),
		cmocka_unit_test(test_attack_two_keys_are_enough),
		cmocka_unit_test(test_attack_a_single_silence_passes_one_over),
		cmocka_unit_test(test_attack_q_ends_it),
		cmocka_unit_test(test_attack_asks_only_what_is_missing),
		cmocka_unit_test(test_attack_words_of_the_diary),
		cmocka_unit_test(test_attack_running_tells_since_when),
		cmocka_unit_test(test_attack_running_offers),
		cmocka_unit_test(test_attack_running_its_end_is_slow),
		cmocka_unit_test(test_attack_words_are_listed),
	};
	return cmocka_run_group_tests(tests, read_lists, free_lists);
}

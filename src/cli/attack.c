// The order of the questions and their words are attack_questions.c; here they meet the ear and the diary.
#include "cli/attack.h"

#include "cli/attack_questions.h"

#include <time.h>

static int64_t now_sec(void)
{
	return (int64_t)time(NULL);
}

static bool hear(struct sitting *sitting, enum attack_line line)
{
	const char *const lines[] = {attack_lines[line], NULL};
	return ask_to_hear(sitting->stage, lines, &sitting->sound);
}

struct noting {
	struct sitting *sitting;
	const char *id;
	char medication[DIARY_ID_BYTES]; // of this attack, noted last; or ""
	bool unkept;
};

// A medicine is noted with the first yes; its kind comes to it.
static bool keep_medicine(struct noting *noting)
{
	const struct diary_medication medication = {
		.wall_sec = now_sec(), .attack = noting->id, .kind = attack_kind(DIALOGUE_SILENT)};
	return diary_attack_medication(noting->sitting->diary, &medication, noting->medication);
}

static bool keep(struct noting *noting, enum attack_question question, int choice)
{
	struct diary *diary = noting->sitting->diary;
	switch (question) {
	case ASKED_STRENGTH:
		return diary_attack_set_strength(diary, noting->id, choice);
	case ASKED_SIDE:
		return diary_attack_set_side(diary, noting->id, attack_side(choice));
	case ASKED_NAUSEA:
	case ASKED_LIGHT:
	case ASKED_SOUND:
	case ASKED_AURA:
	case ASKED_SORE:
		return diary_attack_set_sign(diary, noting->id,
		                             (enum attack_sign)(ATTACK_NAUSEA + (question - ASKED_NAUSEA)),
		                             choice == ATTACK_YES);
	case ASKED_TAKEN:
		return choice != ATTACK_YES || keep_medicine(noting);
	case ASKED_KIND:
		return diary_medication_set_kind(diary, noting->medication, attack_kind(choice));
	case ASKED_QUESTIONS:
		break;
	}
	return true;
}

// false: the listener wants no more.
static bool ask_one(struct noting *noting, struct attack_talk *talk, const char *first)
{
	enum attack_question question = attack_talk_next(talk);
	struct attack_asked asked;
	attack_talk_ask(talk, question, first, &asked);
	struct ask_answer answer = sitting_ask_table(noting->sitting, &asked.table);
	if (noting->sitting->asks && answer.choice >= 0 && !keep(noting, question, answer.choice))
		noting->unkept = true;
	attack_talk_take(talk, question, answer);
	return answer.choice != DIALOGUE_ENDED;
}

static bool ask_all(struct noting *noting, struct attack_talk *talk, const char *first)
{
	bool goes_on = true;
	while (goes_on && noting->sitting->asks && attack_talk_next(talk) < ASKED_QUESTIONS) {
		goes_on = ask_one(noting, talk, first);
		first = NULL;
	}
	if (goes_on && noting->sitting->asks && talk->silences == 0)
		goes_on = hear(noting->sitting, noting->unkept ? ATTACK_LINE_UNKEPT : ATTACK_LINE_THANKS);
	return goes_on;
}

// What was answered before is not asked again.
static struct attack_talk talk_of(const struct diary_attack *attack)
{
	struct attack_talk talk = {0};
	talk.asked[ASKED_STRENGTH] = attack->strength != DIARY_NO_RATING;
	talk.asked[ASKED_SIDE] = attack->side[0] != '\0';
	for (int i = 0; i < ATTACK_SIGNS; i++)
		talk.asked[ASKED_NAUSEA + i] = attack->signs[i] != DIARY_NO_RATING;
	return talk;
}

void attack_ask(struct sitting *sitting, const struct diary_attack *attack, const char *first)
{
	struct noting noting = {.sitting = sitting, .id = attack->id};
	struct attack_talk talk = talk_of(attack);
	ask_all(&noting, &talk, first);
	sitting->attack_unkept = sitting->attack_unkept || noting.unkept;
}

// ---- An attack that runs

static bool ask_medicine(struct noting *noting)
{
	struct attack_talk talk = {0};
	for (int i = 0; i < ASKED_KIND; i++)
		talk.asked[i] = true;
	noting->unkept = !keep_medicine(noting);
	return ask_all(noting, &talk, NULL);
}

static bool ask_more(struct noting *noting, const struct diary_attack *attack)
{
	struct attack_talk talk = talk_of(attack);
	talk.asked[ASKED_TAKEN] = talk.asked[ASKED_KIND] = true; // has an offer of its own
	return ask_all(noting, &talk, NULL);
}

static bool end_attack(struct noting *noting)
{
	noting->unkept = !diary_attack_end(noting->sitting->diary, noting->id, now_sec());
	return hear(noting->sitting, noting->unkept ? ATTACK_LINE_UNKEPT : ATTACK_LINE_ENDED);
}

enum attack_heard attack_ask_running(struct sitting *sitting, const struct diary_attack *attack)
{
	struct noting noting = {.sitting = sitting, .id = attack->id};
	struct attack_running running;
	attack_running_ask(&running, now_sec() - attack->wall_sec);
	int choice = sitting_ask_table(sitting, &running.table).choice;
	bool goes_on = choice != DIALOGUE_ENDED;
	if (!sitting->asks)
		return ATTACK_GOES_ON;
	if (choice == RUNNING_MEDICINE)
		goes_on = ask_medicine(&noting);
	else if (choice == RUNNING_MORE)
		goes_on = ask_more(&noting, attack);
	else if (choice == RUNNING_OVER)
		goes_on = end_attack(&noting);
	sitting->attack_unkept = sitting->attack_unkept || noting.unkept;
	if (!goes_on)
		return ATTACK_ENDED;
	return choice == RUNNING_OVER ? ATTACK_IS_OVER : ATTACK_GOES_ON;
}

// ---- From the menu

// Two keys: that one, and a number. Nothing is noted before it is clear that the first was no slip.
static enum attack_heard ask_strength(struct sitting *sitting)
{
	struct attack_talk talk = {0};
	struct attack_asked asked;
	char id[DIARY_ID_BYTES];
	int64_t began_sec = now_sec();
	attack_talk_ask(&talk, ASKED_STRENGTH, NULL, &asked);
	struct ask_answer answer = sitting_ask_table(sitting, &asked.table);
	if (answer.choice == DIALOGUE_ENDED)
		return ATTACK_ENDED;
	bool kept = diary_attack_begin(sitting->diary, began_sec, id) &&
	            (answer.choice < 0 || diary_attack_set_strength(sitting->diary, id, answer.choice));
	sitting->pain_told = true;
	sitting->pain = answer.choice >= 0 ? answer.choice : DIARY_NO_RATING;
	if (kept)
		return ATTACK_NOTED;
	sitting->attack_unkept = true;
	return hear(sitting, ATTACK_LINE_UNKEPT) ? ATTACK_GOES_ON : ATTACK_ENDED;
}

enum attack_heard attack_from_menu(struct sitting *sitting)
{
	struct diary_attack attack;
	if (diary_attack_running(sitting->diary, now_sec(), &attack))
		return attack_ask_running(sitting, &attack);
	return ask_strength(sitting);
}

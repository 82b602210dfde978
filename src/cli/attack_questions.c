// One press an answer, and every question is passed over by Enter or by silence. Who has been silent twice in a row has
// lain down, and is left in peace.
#include "cli/attack_questions.h"

#include <string.h>

#define STRENGTH_SEC 8.0 // of silence
#define ANSWER_SEC 6.0
#define KIND_SEC 8.0
#define RUNNING_SEC 10.0

enum { SILENCES_MOST = 2 };

// ---- Tables

#define STRENGTH(n, word)                                                                                              \
	{                                                                                                              \
		.digit = (n), .untold = true, .name = {(word) }                                                        \
	}
static const struct dialogue_offer strengths[] = {
	STRENGTH(0, "Zero."), STRENGTH(1, "One."), STRENGTH(2, "Two."),   STRENGTH(3, "Three."), STRENGTH(4, "Four."),
	STRENGTH(5, "Five."), STRENGTH(6, "Six."), STRENGTH(7, "Seven."), STRENGTH(8, "Eight."), STRENGTH(9, "Nine."),
};
static const struct dialogue_offer sides[] = {
	{.digit = 1, .untold = true, .name = {"Left."}},
	{.digit = 2, .untold = true, .name = {"Right."}},
	{.digit = 3, .untold = true, .name = {"Both sides."}},
};
static const struct dialogue_offer yes_no[] = {
	[ATTACK_YES] = {.digit = 1, .untold = true, .name = {"Yes."}},
	[ATTACK_NO] = {.digit = 2, .untold = true, .name = {"No."}},
};
static const struct dialogue_offer kinds[] = {
	{.digit = 1,
         .before = {"For a migraine medicine, that is, a triptan, press,"},
         .name = {"A migraine medicine."}},
	{.digit = 2, .before = {"For a simple painkiller, press,"}, .name = {"A simple painkiller."}},
	{.digit = 3,
         .before = {"For a painkiller with several substances, press,"},
         .name = {"A painkiller with several substances."}},
	{.digit = 4, .before = {"For another medicine, press,"}, .name = {"Another medicine."}},
};

#define TABLE(list, sec)                                                                                               \
	{                                                                                                              \
		.offers = (list), .offer_count = sizeof(list) / sizeof *(list), .silence_sec = (sec),                  \
		.silence = DIALOGUE_SILENT, .enter = DIALOGUE_SILENT                                                   \
	}
#define YES_NO TABLE(yes_no, ANSWER_SEC)

static const struct {
	const char *lines[3];
	struct dialogue_table table;
} questions[ASKED_QUESTIONS] = {
	[ASKED_STRENGTH] = {{"From zero to nine, how strong is the pain?", "Press a number, or wait."},
                            TABLE(strengths, STRENGTH_SEC)},
	[ASKED_SIDE] = {{"Where is the pain?", "Press one for left, two for right, three for both sides."},
                        TABLE(sides, ANSWER_SEC)},
	[ASKED_NAUSEA] = {{"Is there nausea?"}, YES_NO},
	[ASKED_LIGHT] = {{"Does light hurt?"}, YES_NO},
	[ASKED_SOUND] = {{"Does sound hurt?"}, YES_NO},
	[ASKED_AURA] = {{"Was there an aura, such as flickering or zigzag lines?"}, YES_NO},
	[ASKED_SORE] = {{"Is touch sore?"}, YES_NO},
	[ASKED_TAKEN] = {{"Have you taken medicine for it?"}, YES_NO},
	[ASKED_KIND] = {{"Which kind of medicine?"}, TABLE(kinds, KIND_SEC)},
};

const char *attack_side(int choice)
{
	static const char *const words[] = {"left", "right", "both"};
	return choice >= 0 ? words[choice] : NULL;
}

// The diary's words. What is taken in the dark is one of the common four; `stillroom diary edit` knows the others.
const char *attack_kind(int choice)
{
	static const char *const words[] = {"triptan", "simple", "combination", "other"};
	return choice >= 0 ? words[choice] : "other";
}

// ---- The order

enum attack_question attack_talk_next(const struct attack_talk *talk)
{
	enum attack_question question = ASKED_STRENGTH;
	while (question < ASKED_QUESTIONS && talk->asked[question])
		question++;
	return question;
}

void attack_talk_take(struct attack_talk *talk, enum attack_question question, struct ask_answer answer)
{
	talk->asked[question] = true;
	talk->keys_told = talk->keys_told || questions[question].table.offers == yes_no;
	talk->silences = answer.by_silence ? talk->silences + 1 : 0;
	if (question == ASKED_TAKEN && answer.choice != ATTACK_YES)
		talk->asked[ASKED_KIND] = true;
	if (answer.choice == DIALOGUE_ENDED || talk->silences == SILENCES_MOST)
		for (int i = 0; i < ASKED_QUESTIONS; i++)
			talk->asked[i] = true;
}

void attack_talk_ask(const struct attack_talk *talk, enum attack_question question, const char *first,
                     struct attack_asked *asked)
{
	bool tell_keys = questions[question].table.offers == yes_no && !talk->keys_told;
	int n = 0;
	memset(asked, 0, sizeof *asked);
	if (first)
		asked->lines[n++] = first;
	if (tell_keys)
		asked->lines[n++] = "Now press one for yes, two for no, or wait.";
	for (int i = 0; questions[question].lines[i]; i++)
		asked->lines[n++] = questions[question].lines[i];
	asked->table = questions[question].table;
	asked->table.lines = asked->lines;
}

// ---- An attack that runs

// The end is spoken of, and taken three seconds later, unless another key comes.
static const struct dialogue_offer running_offers[] = {
	[RUNNING_MEDICINE] = {.digit = 1, .before = {"If you have taken medicine, press,"}, .leads_on = true},
	[RUNNING_MORE] = {.digit = 2, .before = {"To tell more about it, press,"}, .leads_on = true},
	[RUNNING_OVER] = {.digit = 3, .before = {"If it is over, press,"}, .name = {"The attack is over."}},
};

static const char *const running_last[] = {"Or wait, and nothing changes.", NULL};

// "It began," "three" "hours ago."
static void say_since(struct attack_running *running, int *n, int64_t since_sec)
{
	static const struct {
		int64_t unit_sec, from_sec;
		const char *one, *many;
	} units[] = {{24 * 60 * 60, 2 * 24 * 60 * 60, NULL, "Days ago."}, // numbers to sixty are recorded
	             {60 * 60, 60 * 60, "One hour ago.", "Hours ago."},
	             {60, 60, "One minute ago.", "Minutes ago."}};
	int i = 0;
	running->lines[(*n)++] = "It began,";
	while (i < 3 && since_sec < units[i].from_sec)
		i++;
	if (i == 3) {
		running->lines[(*n)++] = "Just now.";
		return;
	}
	int64_t count = since_sec / units[i].unit_sec;
	if (count > 1) {
		number_words((int)count, running->number);
		running->lines[(*n)++] = running->number;
	}
	running->lines[(*n)++] = count == 1 ? units[i].one : units[i].many;
}

void attack_running_ask(struct attack_running *running, int64_t since_sec)
{
	int n = 0;
	memset(running, 0, sizeof *running);
	running->lines[n++] = "An attack is noted already.";
	say_since(running, &n, since_sec);
	running->table = (struct dialogue_table){
		.lines = running->lines,
		.offers = running_offers,
		.offer_count = sizeof running_offers / sizeof *running_offers,
		.last = running_last,
		.silence_sec = RUNNING_SEC,
		.silence = DIALOGUE_SILENT,
		.enter = DIALOGUE_SILENT,
		.confirms = true,
	};
}

// ---- Lines said besides

const char *const attack_lines[ATTACK_LINES + 1] = {
	[ATTACK_LINE_OFFER] = "To note an attack, press,",
	[ATTACK_LINE_NOTED] = "The attack is noted.",
	[ATTACK_LINE_ENDED] = "The end of the attack is noted.",
	[ATTACK_LINE_NONE] = "No attack is noted now.",
	[ATTACK_LINE_UNKEPT] = "This could not be kept in the diary.",
	[ATTACK_LINE_THANKS] = "Thank you.",
};

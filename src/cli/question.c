// The words stand in voices/program-lines.txt, so that each pack has them; tests/cli/test_question.c looks them up.
#include "cli/question.h"

#include <string.h>

#define RATING_SEC 8.0 // of silence
#define SORE_SEC 8.0
#define HURT_SEC 5.0
#define DAY_SEC 15.0

static const struct dialogue_offer sore_offers[] = {
	{.digit = 1, .untold = true, .name = {"Then your hands only rest."}},
	{.digit = 2, .untold = true, .name = {"Thank you."}},
};
static const struct dialogue_offer day_offers[] = {
	{.digit = 1, .untold = true, .name = {"An attack."}},
	{.digit = 2, .untold = true, .name = {"Thank you."}},
};
static const struct dialogue_offer hurt_offers[] = {
	{.digit = 1, .untold = true, .name = {"It is left out."}},
	{.digit = 2, .untold = true, .name = {"Thank you."}},
};

#define RATING(n)                                                                                                      \
	{                                                                                                              \
		.digit = (n), .untold = true, .name = { "Thank you." }                                                 \
	}
static const struct dialogue_offer ratings[] = {RATING(0), RATING(1), RATING(2), RATING(3), RATING(4),
                                                RATING(5), RATING(6), RATING(7), RATING(8), RATING(9)};

static const char *const sore[] = {"Is touch sore tonight? Press one for yes, two for no, or wait.", NULL};
static const char *const before[] = {"From zero to nine, how strong is the pain?", "Press a number, or wait.", NULL};
static const char *const after[] = {"And now, from zero to nine, how strong is the pain?", NULL};
static const char *const last_time[] = {"Last time, from zero to nine, how strong was the pain at the end?",
                                        "Press a number, or wait.", NULL};
static const char *const later[] = {"Two hours after the last session, from zero to nine, how strong was the pain?",
                                    "Press a number, or wait.", NULL};
static const char *const day[] = {"Is this an attack day? Press one for yes, two for no.", NULL};
static const char keep[] = "Press two to keep it. Or wait, and it is left out.";

#define RATING_TABLE(words)                                                                                            \
	{                                                                                                              \
		.lines = (words), .offers = ratings, .offer_count = 10, .silence_sec = RATING_SEC,                     \
		.silence = DIALOGUE_SILENT, .enter = DIALOGUE_SILENT                                                   \
	}

static const struct dialogue_table tables[QUESTIONS] = {
	[QUESTION_SORE] = {.lines = sore, .offers = sore_offers, .offer_count = 2, .silence_sec = SORE_SEC},
	[QUESTION_BEFORE] = RATING_TABLE(before),
	[QUESTION_AFTER] = RATING_TABLE(after),
	[QUESTION_LATER] = RATING_TABLE(later),
	[QUESTION_LAST_TIME] = RATING_TABLE(last_time),
	[QUESTION_DAY] = {.lines = day, .offers = day_offers, .offer_count = 2, .silence_sec = DAY_SEC},
};

const struct dialogue_table *question_table(enum question question)
{
	return &tables[question];
}

// ---- Parts of the body

static const struct {
	const char *area, *line;
} areas[] = {
	{"temples", "The temples."}, {"forehead", "The forehead."},   {"scalp", "The scalp."}, {"jaw", "The jaw."},
	{"neck", "The neck."},       {"shoulders", "The shoulders."}, {"ears", "The ears."},   {"face", "The face."},
	{"sinuses", "The sinuses."}, {"hand", "The hand."},
};

void question_hurt(struct question_hurt *hurt, const char *area)
{
	memset(hurt, 0, sizeof *hurt);
	for (size_t i = 0; i < sizeof areas / sizeof *areas; i++)
		if (strcmp(areas[i].area, area) == 0)
			hurt->lines[0] = areas[i].line;
	if (!hurt->lines[0])
		return;
	hurt->lines[1] = "Last time this hurt.";
	static const char *const last[] = {keep, NULL};
	hurt->table = (struct dialogue_table){
		.lines = hurt->lines,
		.offers = hurt_offers,
		.offer_count = 2,
		.last = last,
		.silence_sec = HURT_SEC,
		.silence = HURT_LEAVE_OUT,
		.enter = HURT_LEAVE_OUT,
	};
}

// ---- Moments

const char *const question_menu_last[] = {"To hear this again, press,", "zero", "Or wait, and the first one begins.",
                                          NULL};

const char *const question_lines[QUESTION_LINES + 1] = {
	[LINE_RESUME] = "To go on where you stopped, press,",
	[LINE_RESUME_NAME] = "Going on from where you stopped.",
	[LINE_DUE] = "Due today, press,",
	[LINE_BACK] = "To go back, press,",
	[LINE_MORE] = "For something else, press,",
	[LINE_END] = "To end, press,",
	[LINE_CANNOT] = "This session cannot be played.",
	[LINE_FIND_1] = "We look for a loudness that is comfortable.",
	[LINE_FIND_2] = "A soft sound rises slowly, from nothing.",
	[LINE_FIND_3] = "Press any key as soon as it is comfortable.",
	[LINE_KEPT_ATTACK] = "This loudness is kept, for attack days.",
	[LINE_KEPT_GOOD] = "This loudness is kept, for good days.",
	[LINE_NOT_LOUDER] = "It will not be louder than this.",
};

const char *question_moment(enum moment moment)
{
	static const char *const lines[] = {"Any time.",        "An attack.", "The first sign.",
	                                    "After an attack.", "Every day.", "Bedtime."};
	return lines[moment];
}

const char *question_press(enum moment moment)
{
	static const char *const lines[] = {"For something else, press,", "For an attack, press,",
	                                    "For the first sign, press,", "After an attack, press,",
	                                    "For every day, press,",      "For bedtime, press,"};
	return lines[moment];
}

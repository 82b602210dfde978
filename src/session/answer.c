// The words stand in voices/program-lines.txt and common-lines.txt, so that each pack has them; a test looks them up.
#include "session/answer.h"

#include <stddef.h>

static const struct {
	const char *lines[ANSWER_MOST_LINES];
	double room_sec;
} plain[ANSWER_KINDS] = {
	[ANSWER_PAUSED] = {{"Paused."}, 2.0},
	[ANSWER_GOING_ON] = {{"Going on."}, 2.0},
	[ANSWER_GOING_BACK] = {{"Going back a little."}, 3.0},
	[ANSWER_WHERE] = {{NULL}, 9.0},
	[ANSWER_AGAIN] = {{NULL}, 9.0},
	[ANSWER_NOTHING_AGAIN] = {{"There is nothing to say again yet."}, 4.0},
	[ANSWER_KEYS] = {{"The right arrow goes to the next part, the left one back.",
                          "Plus is louder, minus is softer.",
                          "The full stop makes everything softer, with fewer words.",
                          "The comma gives a little of it back.", "The letter R says the last words again.",
                          "The letter W says where you are.", "The letter X leaves out what hurts.",
                          "The letter Q ends softly.", "The question mark says these keys.",
                          "Space pauses, and goes on again. Any other key pauses too."},
                         60.0},
	[ANSWER_LOUDEST] = {{"That is as loud as you chose."}, 4.0},
	[ANSWER_SOFTEST] = {{"That is as soft as it goes."}, 4.0},
	[ANSWER_SOFTER] = {{"Softer."}, 2.0},
	[ANSWER_DARKER] = {{"Softer, and less bright."}, 3.5},
	[ANSWER_FEWER_WORDS] = {{"Fewer words now."}, 3.0},
	[ANSWER_ONLY_BREATH] = {{"Only the breath now."}, 3.0},
	[ANSWER_A_LITTLE_MORE] = {{"A little more."}, 2.5},
	[ANSWER_WORDS_BACK] = {{"The words are back."}, 3.0},
	[ANSWER_ALL_BACK] = {{"All of it is back."}, 3.0},
	[ANSWER_FIRST_PART] = {{"This is the first part."}, 3.5},
	[ANSWER_LAST_PART] = {{"This is the last part."}, 3.5},
	[ANSWER_NOT_TONIGHT] = {{"Not tonight."}, 2.5},
	[ANSWER_HURT] = {{"It hurts there. Left out for today."}, 5.0},
	[ANSWER_TEN_MORE] = {{"Ten more minutes."}, 3.0},
	[ANSWER_TAIL_ANEW] = {{"A little more."}, 5.0},
	[ANSWER_ESCAPE] = {{"Paused.", "Press the same key again to end."}, 5.0},
};

static void say(struct answer_text *text, const char *line)
{
	if (line && text->count < ANSWER_MOST_LINES)
		text->lines[text->count++] = line;
}

static void say_number(struct answer_text *text, int slot, int number)
{
	number_words(number, text->numbers[slot]);
	say(text, text->numbers[slot]);
}

static void say_time_left(struct answer_text *text, int minutes)
{
	if (minutes > 60)
		return; // numbers to sixty are recorded
	if (minutes == 0) {
		say(text, "Less than a minute left.");
	} else if (minutes == 1) {
		say(text, "One minute left.");
	} else {
		say_number(text, 2, minutes);
		say(text, "Minutes left.");
	}
}

static void say_where(struct answer_text *text, const struct answer *answer)
{
	if (answer->part > answer->part_count) {
		say(text, "The ending.");
	} else if (answer->part >= 1 && answer->part_count <= 60) {
		say(text, "Step,");
		say_number(text, 0, answer->part);
		say(text, "of,");
		say_number(text, 1, answer->part_count);
		say(text, answer->name);
	}
	say_time_left(text, answer->minutes_left);
}

void answer_text(const struct answer *answer, struct answer_text *text)
{
	text->count = 0;
	if (answer->kind == ANSWER_WHERE)
		say_where(text, answer);
	else if (answer->kind == ANSWER_AGAIN)
		say(text, answer->line);
	else
		for (int i = 0; i < ANSWER_MOST_LINES; i++)
			say(text, plain[answer->kind].lines[i]);
	if (answer->kind == ANSWER_TAIL_ANEW)
		say_time_left(text, answer->minutes_left);
}

double answer_room_sec(const struct answer *answer)
{
	return plain[answer->kind].room_sec;
}

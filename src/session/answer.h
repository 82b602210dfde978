// What a key is answered with, and as which lines of the voice. Any thread; nothing changes.
#ifndef SESSION_ANSWER_H
#define SESSION_ANSWER_H

#include "voice/number.h"

enum answer_kind {
	ANSWER_NONE,
	ANSWER_PAUSED,
	ANSWER_GOING_ON,
	ANSWER_GOING_BACK, // after a long pause
	ANSWER_WHERE,
	ANSWER_AGAIN,
	ANSWER_NOTHING_AGAIN,
	ANSWER_KEYS,
	ANSWER_LOUDEST,
	ANSWER_SOFTEST,
	ANSWER_SOFTER, // "too much", step by step
	ANSWER_DARKER,
	ANSWER_FEWER_WORDS,
	ANSWER_ONLY_BREATH,
	ANSWER_A_LITTLE_MORE,
	ANSWER_WORDS_BACK,
	ANSWER_ALL_BACK,
	ANSWER_FIRST_PART,
	ANSWER_LAST_PART,
	ANSWER_NOT_TONIGHT,
	ANSWER_HURT,
	ANSWER_TEN_MORE,
	ANSWER_TAIL_ANEW, // a sleep tail that is shorter than ten minutes
	ANSWER_ESCAPE,
	ANSWER_KINDS,
};

enum { ANSWER_MOST_LINES = 12 };

struct answer {
	enum answer_kind kind;
	int part, part_count; // ANSWER_WHERE: from 1; part 0: before the first, part_count + 1: in the ending
	const char *name;     // ANSWER_WHERE: of the part
	int minutes_left;     // ANSWER_WHERE, ANSWER_TAIL_ANEW; 0: less than one
	const char *line;     // ANSWER_AGAIN: the words
};

// Lines of the voice, spoken one after another.
struct answer_text {
	const char *lines[ANSWER_MOST_LINES]; // live as long as the answer and this
	int count;
	char numbers[3][NUMBER_BYTES];
};

void answer_text(const struct answer *answer, struct answer_text *text);

// More than it takes to say: the room it needs between the session's words.
double answer_room_sec(const struct answer *answer);

#endif

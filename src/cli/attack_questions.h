// What the listener is asked of an attack, in the dark, and in which order: tables for session/ask.h. Any thread; no side
// effects.
#ifndef CLI_ATTACK_QUESTIONS_H
#define CLI_ATTACK_QUESTIONS_H

#include "session/ask.h"
#include "voice/number.h"

#include <stdint.h>

enum attack_question {
	ASKED_STRENGTH, // offers by their index: 0 to 9
	ASKED_SIDE,     // see attack_side
	ASKED_NAUSEA,   // YES or NO, as the rest
	ASKED_LIGHT,
	ASKED_SOUND,
	ASKED_AURA,
	ASKED_SORE,
	ASKED_TAKEN, // a medicine
	ASKED_KIND,  // of it: see attack_kind
	ASKED_QUESTIONS,
};

enum { ATTACK_YES, ATTACK_NO };

const char *attack_side(int choice); // "left"; NULL: it was not told
const char *attack_kind(int choice); // "triptan"; "other" when it was not told

// ---- The order. Begin with what is not to be asked marked as asked, and all else zero.

struct attack_talk {
	bool asked[ASKED_QUESTIONS];
	bool keys_told; // that one is yes and two is no
	int silences;   // in a row
};

// ASKED_QUESTIONS: that was all.
enum attack_question attack_talk_next(const struct attack_talk *talk);
void attack_talk_take(struct attack_talk *talk, enum attack_question question, struct ask_answer answer);

struct attack_asked {
	const char *lines[5];
	struct dialogue_table table;
};

// The question as it is spoken now, after another line (NULL: none). Not to be copied.
void attack_talk_ask(const struct attack_talk *talk, enum attack_question question, const char *first,
                     struct attack_asked *asked);

// ---- An attack that runs

enum { RUNNING_MEDICINE, RUNNING_MORE, RUNNING_OVER }; // offers

struct attack_running {
	const char *lines[5];
	char number[NUMBER_BYTES];
	struct dialogue_table table;
};

// Told so long after its begin. Not to be copied.
void attack_running_ask(struct attack_running *running, int64_t since_sec);

// ---- Lines said besides

enum attack_line {
	ATTACK_LINE_OFFER, // of the menu
	ATTACK_LINE_NOTED,
	ATTACK_LINE_ENDED,
	ATTACK_LINE_NONE,
	ATTACK_LINE_UNKEPT,
	ATTACK_LINE_THANKS,
	ATTACK_LINES,
};
extern const char *const attack_lines[ATTACK_LINES + 1]; // NULL-ended

#endif

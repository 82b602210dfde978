// What a listener can wish for, by whatever control: one table of names, keys and buttons. Adding a control's word or key
// is one row in verb.c. Any thread; nothing changes.
#ifndef CONTROL_VERB_H
#define CONTROL_VERB_H

#include <stddef.h>

enum verb {
	VERB_NONE,
	VERB_PAUSE_RESUME,
	VERB_PAUSE, // never resumes
	VERB_RESUME,
	VERB_NEXT,     // part
	VERB_PREVIOUS, // part
	VERB_SEEK_BY,  // value: seconds, either way
	VERB_SEEK_TO,  // value: seconds of the session
	VERB_LOUDER,
	VERB_QUIETER,
	VERB_VOLUME,      // value: decibels, at most 0
	VERB_AGAIN,       // say that again
	VERB_WHERE,       // where am I
	VERB_HELP,        // the keys, spoken
	VERB_TOO_MUCH,    // one step gentler
	VERB_LITTLE_MORE, // one step back
	VERB_HURT,        // that hurts: leave the area out
	VERB_STOP,        // fade out and end
	VERB_ESCAPE,      // twice is a stop
	VERB_DIGIT,       // value: 0 to 9
	VERB_OTHER,       // a key that means nothing: a hand fell on the keyboard
};

struct wish {
	enum verb verb;
	double value;
};

// The word that the socket and `stillroom ctl` know it by ("pause", "next", "seek"); NULL when it has none.
const char *verb_name(enum verb verb);

enum { VERB_MOST_CODES = 10 };

// What follows the word on a line.
enum verb_operand {
	OPERAND_NONE,
	OPERAND_LENGTH, // "30", "-30", "1m30s": seconds, either way
	OPERAND_PLACE,  // "90", "1m30s": seconds of the session
	OPERAND_LEVEL,  // "-12": decibels, at most 0
	OPERAND_DIGIT,  // "7"
};

struct verb_row {
	enum verb verb;
	double value;                          // of its keys
	const char *word;                      // NULL: no line asks for it
	const char *does;                      // in few words, for a list
	enum verb_operand operand;             // of its word
	const char *keys;                      // each byte is a key of a terminal
	const char *sequences;                 // keys that send an escape and these, a space between two
	unsigned short codes[VERB_MOST_CODES]; // of linux/input-event-codes.h; 0 ends them early
};

const struct verb_row *verb_rows(size_t *count);

// What a key asks for; VERB_OTHER when it is in no row.
struct wish verb_of_key(char key);
struct wish verb_of_sequence(const char *sequence, size_t length); // what followed the escape
struct wish verb_of_code(unsigned code);

#endif

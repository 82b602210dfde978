// What a listener can wish for, by whatever control: one table of names, keys and buttons. Adding a control's word or key
// is one row in verb.c. Any thread; nothing changes.
#ifndef CONTROL_VERB_H
#define CONTROL_VERB_H

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

#endif

// A spoken question as a pure machine: dialogue_step(state, event) gives the new state and what is to be said. A question
// is a table: what is said, what can be chosen by which digit, and what silence leads to. Any thread; no side effects.
//
// Digits, Enter, plus, minus and dot are enough. Zero says it again where it is no choice of its own.
#ifndef SESSION_DIALOGUE_H
#define SESSION_DIALOGUE_H

#include "control/verb.h"

#include <stdbool.h>

enum { DIALOGUE_MOST_OFFERS = 10, DIALOGUE_OFFER_LINES = 2, DIALOGUE_MOST_LINES = 64 };

// In place of an offer's index.
enum { DIALOGUE_NONE = -1, DIALOGUE_SILENT = -2, DIALOGUE_ENDED = -3 };

// Its lines, the digit's number between them: "For an attack, press," "one".
struct dialogue_offer {
	int digit;
	bool untold; // it can be chosen, and is not spoken of
	const char *before[DIALOGUE_OFFER_LINES], *after[DIALOGUE_OFFER_LINES];
	const char *name[DIALOGUE_OFFER_LINES]; // spoken when it is chosen
	bool leads_on;                          // to another question: a key takes it at once, unspoken
};

struct dialogue_table {
	const char *const *lines; // said first; NULL-ended, or NULL
	const struct dialogue_offer *offers;
	int offer_count;
	const char *const *last;         // said last; likewise
	double silence_sec;              // after the last word, so long
	int silence;                     // then this offer is chosen, or DIALOGUE_SILENT
	const char *const *silence_name; // and spoken of so; NULL-ended, or NULL: by its name
	int enter;                       // what Enter chooses: an offer or DIALOGUE_SILENT
	bool confirms; // a choice is taken DIALOGUE_CONFIRM_SEC later, unless another key comes; else once it was spoken
};

#define DIALOGUE_CONFIRM_SEC 3.0
#define DIALOGUE_NAME_SEC 1.0   // and not sooner than this after its name's last word
#define DIALOGUE_BOUNCE_SEC 0.3 // a key pressed twice within this counts once
#define DIALOGUE_ESCAPE_SEC 5.0 // two Escapes within this end it; how to is spoken meanwhile

enum dialogue_mode {
	DIALOGUE_BEGINS, // waits for the output
	DIALOGUE_ASKING, // the question sounds
	DIALOGUE_WAITING,
	DIALOGUE_TELLING, // a line that a key is answered with sounds
	DIALOGUE_CHOSEN,  // the choice's name sounds, or it is about to be taken
	DIALOGUE_OVER,
};

struct dialogue {
	const struct dialogue_table *table;
	enum dialogue_mode mode;
	int choice;       // OVER: the offer's index, DIALOGUE_SILENT or DIALOGUE_ENDED; CHOSEN: the same, to be taken
	bool by_silence;  // it was
	bool said;        // CHOSEN: its name was heard
	double since_sec; // when its silence or its waiting began
	double chosen_sec;
	double volume_db;
	struct wish last; // key
	double last_sec, escape_sec;
};

enum dialogue_event_kind {
	DIALOGUE_OPENED, // the output is open, or open again: it begins from its first word
	DIALOGUE_SAID,   // what was to be said is over
	DIALOGUE_WISH,
	DIALOGUE_TICK,
};

struct dialogue_event {
	enum dialogue_event_kind kind;
	struct wish wish; // DIALOGUE_WISH
	double now_sec;   // any clock that does not go back
};

struct dialogue_effects {
	bool hush; // what sounds is cancelled
	bool set_volume;
	double volume_db;
	const char *say[DIALOGUE_MOST_LINES]; // DIALOGUE_SAID follows
	int say_count;
};

struct dialogue dialogue_init(const struct dialogue_table *table, double volume_db);
struct dialogue_effects dialogue_step(struct dialogue *dialogue, const struct dialogue_event *event);

// When a tick has something to do; INFINITY: only what comes does.
double dialogue_deadline_sec(const struct dialogue *dialogue);

#endif

// Asks a question by ear on a stage, whose session is silent meanwhile. Control thread.
#ifndef SESSION_ASK_H
#define SESSION_ASK_H

#include "session/dialogue.h"
#include "session/stage.h"

// How it is spoken, and what becomes of that; zeroed: as loud as an attack allows.
struct ask_sound {
	double volume_db; // changed by keys
};

struct ask_answer {
	int choice;     // an offer's index, DIALOGUE_SILENT, or DIALOGUE_ENDED (a signal too)
	int by_silence; // nobody chose: 0 or 1
};

// Opens the stage's output if it is closed, and leaves it open. An output that is lost is opened once more, and the
// question asked again; where that fails, and where none opens at all, the answer is the table's silence. When the
// headset went, a key opens it again.
struct ask_answer ask(struct stage *stage, const struct dialogue_table *table, struct ask_sound *sound);

// Only says it. false: the listener wants the end.
bool ask_to_hear(struct stage *stage, const char *const *lines, struct ask_sound *sound);

#endif

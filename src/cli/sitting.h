// One sitting in front of a live output: its stage stands from the first question to the last. While it is open the
// terminal is dark and nothing is printed; sitting_close gives it back, and messages come after that. Control thread.
#ifndef CLI_SITTING_H
#define CLI_SITTING_H

#include "cli/play.h"
#include "cli/question.h"
#include "diary/bookmark.h"
#include "diary/comfort.h"
#include "diary/diary.h"
#include "session/ask.h"
#include "session/live.h"

struct sitting {
	struct play_options *options;
	struct data_paths paths;
	struct arena *arena;
	char *folder; // what is remembered lies there; NULL: nothing is kept
	struct diary *diary;
	char told[DIARY_TOLD_BYTES]; // of the diary, by sitting_close; or ""
	bool unkept;                 // and it could not keep this session
	struct pack *voice;          // of the program itself, or NULL
	struct phrases *phrases;
	struct sink *sink;
	struct control *terminal; // NULL: there is none
	struct stage *stage;
	bool speaks;            // there is an ear
	bool asks;              // and somebody is there to be asked
	bool sore_asked;        // and answered
	bool pain_told;         // in this sitting, before a session
	int pain;               // then; or DIARY_NO_RATING
	bool attack_unkept;     // the diary could not keep it
	struct ask_sound sound; // of questions
	double begun_db;        // its volume before any key
};

// The terminal is dark from here on. The output opens with the first question or session. `options` outlives it.
void sitting_open(struct sitting *sitting, struct play_options *options);
void sitting_close(struct sitting *sitting);

struct ask_answer sitting_ask(struct sitting *sitting, enum question question);
struct ask_answer sitting_ask_table(struct sitting *sitting, const struct dialogue_table *table);

// The session with its questions. A session that is picked up again has a bookmark, and is not asked about before.
// loaded has its mix. sitting_end tells what became of it.
struct live_result sitting_play(struct sitting *sitting, struct loaded *loaded, const struct bookmark *bookmark);

// Closes the sitting, prints what is to be said, dies by a signal that ended it; gives an exit status.
int sitting_end(struct sitting *sitting, struct loaded *loaded, const struct live_result *result);

#endif

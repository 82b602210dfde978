// What is remembered of a session while it plays: its bookmark and its entry in the diary. Control thread.
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include "cli/play.h"
#include "diary/bookmark.h"
#include "diary/diary.h"
#include "diary/keeper.h"
#include "session/live.h"

enum { RECORD_MOST_ASKED = OPTIONS_MOST_AGAIN + 2, RECORD_MOST_VALUES = RECORD_MOST_ASKED + SESSION_MOST_HURTS };
_Static_assert((int)RECORD_MOST_VALUES <= (int)BOOKMARK_MOST_VALUES, "a bookmark takes them all");

struct record {
	const struct loaded *loaded;
	struct diary *diary;      // the caller's; NULL: keeps nothing
	struct keeper *bookmarks; // NULL likewise
	struct bookmark mark;
	struct bookmark_value values[RECORD_MOST_VALUES]; // how it was asked for, then what has hurt
	size_t asked_count;
	bool sleeps;          // it ends in sleep, where nothing is asked
	bool settled;         // in this pause
	int part;             // that it was in last
	bool skipped;         // that part
	int64_t last_frames;  // where it was last
	int64_t heard_frames; // by then
	int heard_keeps;      // since the diary was told how much was heard
};

// What is left out from the beginning, since it hurt last time.
void record_left_out(struct record *record, const char *area);
// Begins the diary's entry, and the bookmark unless `folder` is NULL. `loaded` and `options` outlive it.
void record_begin(struct record *record, const struct loaded *loaded, const struct play_options *options,
                  struct diary *diary, const char *folder);
// Each second.
void record_keep(struct record *record, const struct session *session, int64_t at_frames, int64_t heard_frames);
void record_note(struct record *record, const struct session_note *note);
// It is over; by_signal: nobody here wanted that. false: the diary could not keep it. May wait for the disk.
bool record_end(struct record *record, const struct live_result *result, bool by_signal);
void record_drop(struct record *record); // it has not begun

// The way of asking for a session that a bookmark stands for; texts live as long as the bookmark and the arena.
void record_asked(const struct bookmark *mark, struct arena *arena, struct play_options *options);

#endif

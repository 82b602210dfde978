// A session as it is noted, and the lines of JSON that tell of it. Any thread.
#ifndef DIARY_ENTRY_H
#define DIARY_ENTRY_H

#include "base/arena.h"
#include "diary/diary.h"
#include "diary/scan.h"

enum { DIARY_WHENS = 2 };

struct entry_rating {
	bool asked;
	int value; // or DIARY_NO_RATING
	int64_t wall_sec;
};

struct entry_note {
	const char *name; // of a part or an area; NULL: a press
	enum diary_fate fate;
	double at_sec;
};

struct entry_notes {
	struct entry_note *items;
	size_t count, capacity;
};

struct entry {
	char session[DIARY_ID_BYTES];
	struct diary_start start;
	struct entry_rating ratings[DIARY_WHENS];
	struct entry_notes parts, areas, hurt, too_much;
	double heard_sec;
	enum diary_ending ending;
};

// One line with its end, in the arena.
char *entry_session_line(struct arena *arena, const struct entry *entry);
char *entry_rating_line(struct arena *arena, const char *session, enum diary_when when,
                        const struct entry_rating *rating);

enum entry_kind { ENTRY_OTHER, ENTRY_SESSION, ENTRY_RATING };

// What is asked of a line that was written before.
struct entry_seen {
	enum entry_kind kind;
	char session[DIARY_ID_BYTES];
	int64_t wall_sec; // of the session's start
	struct entry_rating ratings[DIARY_WHENS];
	enum diary_ending ending;
	double heard_sec;
	char routine[SCAN_TEXT_BYTES];
	bool touched, hurt; // the area that was asked for
};

// false: the line is damaged. `area` may be NULL.
bool entry_read(const char *line, const char *area, struct entry_seen *seen);

#endif

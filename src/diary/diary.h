// What a session leaves behind: what was done, what hurt, how it felt. Control thread.
//
// What is not answered stays missing. A diary that is NULL takes everything and keeps nothing. A session is kept as it
// goes, by a thread of its own: whatever is noted while it plays is on the disk soon, and nobody waits for that. What
// gives a bool, and every question, first waits for the disk.
#ifndef DIARY_DIARY_H
#define DIARY_DIARY_H

#include "diary/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DIARY_ID_BYTES = 40,
	DIARY_NO_RATING = -1,
	DIARY_MOST_NOTES = 1000, // of a kind in a session; more are dropped
	DIARY_TOLD_BYTES = STORE_TOLD_BYTES,
};

struct diary;

// NULL: there is nowhere to keep it. `told` (NULL is fine) is what the person should know, one line or "": see store.h.
struct diary *diary_open(const char *folder, char told[DIARY_TOLD_BYTES]);
// A session that has not ended stays as far as it went.
void diary_close(struct diary *diary);

// Its file, with nothing waiting: for the files of this folder and their tests.
struct store *diary_store(struct diary *diary);

// A name for what begins then: sorts by time, and no two are alike.
void diary_make_id(char id[DIARY_ID_BYTES], int64_t wall_sec);
// Minutes east of Greenwich on this machine at that time.
int diary_zone_min(int64_t wall_sec);

// ---- A session

struct diary_start {
	const char *moment;  // "attack"; NULL: the routine is for none
	const char *routine; // as it was asked for
	const char *title;   // NULL is fine
	int64_t wall_sec;    // since 1970
};

enum diary_when { DIARY_BEFORE, DIARY_AFTER, DIARY_LATER }; // later: two hours after the end
enum { DIARY_WHENS = 3 };
enum diary_fate { DIARY_DONE, DIARY_SKIPPED, DIARY_NOT_TONIGHT };
enum diary_ending {
	DIARY_TO_THE_END,
	DIARY_STOPPED,     // by a wish
	DIARY_FELL_ASLEEP, // in a tail that nobody held up
	DIARY_BROKEN_OFF,  // by the machine: a signal, a device that stayed lost
	DIARY_UNTOLD,      // it still plays, or the program was killed
};

// Begins one; another that has not ended stays as far as it went.
void diary_begin(struct diary *diary, const struct diary_start *start);
// It has not come to sound: nothing of it stays.
void diary_drop(struct diary *diary);

// Its name, for a rating that comes later; "" when there is none. Lives until the next begin.
const char *diary_session(const struct diary *diary);
bool diary_has_session(struct diary *diary); // something of it is kept

void diary_sore(struct diary *diary, bool sore);                           // the answer
void diary_compare(struct diary *diary, const char *what);                 // "breath" or "hands", as it was drawn
void diary_heard(struct diary *diary, double heard_sec, int64_t wall_sec); // so far; now and then

// A part, in the order in which they ended; the same name again changes its fate (skipped, then not tonight).
void diary_part(struct diary *diary, const char *part, enum diary_fate fate);

struct diary_place {
	const char *area;     // "temples"
	const char *side;     // "left", "right" or "both"
	const char *pressure; // "light", or NULL
};

void diary_area(struct diary *diary, const struct diary_place *place, double more_sec); // was touched, so much longer
void diary_area_skipped(struct diary *diary, const struct diary_place *place);
void diary_hurt(struct diary *diary, const struct diary_place *place, double at_sec); // of the session
void diary_too_much(struct diary *diary, double at_sec);                              // a press

// Kept for certain when true, with all that was noted. Nothing can be noted after it but a rating.
bool diary_end(struct diary *diary, double heard_sec, enum diary_ending ending, int64_t wall_sec);

// ---- Ratings

// 0 to 9, or DIARY_NO_RATING: it was asked and not answered, and is not asked again. At wall_sec: for the session that
// runs it is noted, for one that has ended kept at once. false: no such session or rating, or it could not be kept.
bool diary_rate(struct diary *diary, const char *session, enum diary_when when, int rating, int64_t wall_sec);

struct diary_unrated {
	char session[DIARY_ID_BYTES];
	int64_t wall_sec;       // when it began
	int64_t ended_wall_sec; // when it was last heard
	int before;             // its rating before, or DIARY_NO_RATING
	double heard_sec;       // 0: not known
	enum diary_ending ending;
	char moment[16]; // "attack", or ""
};

// The last session, when it began less than a day ago, is over, and nobody was asked for the rating after.
bool diary_unrated(struct diary *diary, int64_t wall_sec, struct diary_unrated *unrated);

// The last session that was heard for a minute or more, when it ended two hours ago or more and less than a day, and
// nobody was asked for the rating `later`.
bool diary_follow_up_due(struct diary *diary, int64_t wall_sec, struct diary_unrated *unrated);

// ---- What was done

// How many sessions of a routine, heard for a minute or more, began at wall_sec or later.
int diary_count(struct diary *diary, const char *routine, int64_t since_wall_sec);

// ---- Areas

// Whether the last session that touched the area, on any side, noted that it hurt.
bool diary_hurt_last_time(struct diary *diary, const char *area);

#endif

// What a session leaves behind: what was done, what hurt, how it felt. Control thread.
//
// What is not answered stays missing. A diary that is NULL takes everything and keeps nothing. A session is noted as it
// goes and kept when it ends (diary_end), which may wait for the disk: that comes after the last sound.
#ifndef DIARY_DIARY_H
#define DIARY_DIARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DIARY_ID_BYTES = 40,
	DIARY_NO_RATING = -1,
	DIARY_MOST_NOTES = 1000, // of a kind in a session; more are dropped
};

struct diary;

// NULL: there is nowhere to keep it.
struct diary *diary_open(const char *folder);
void diary_close(struct diary *diary); // a session that has not ended is not kept

// ---- A session

struct diary_start {
	const char *moment;  // "attack"; NULL: the routine is for none
	const char *routine; // as it was asked for
	const char *title;   // NULL is fine
	int64_t wall_sec;    // since 1970
};

enum diary_when { DIARY_BEFORE, DIARY_AFTER };
enum diary_fate { DIARY_DONE, DIARY_SKIPPED, DIARY_NOT_TONIGHT };
enum diary_ending {
	DIARY_TO_THE_END,
	DIARY_STOPPED,     // by a wish
	DIARY_FELL_ASLEEP, // in a tail that nobody held up
	DIARY_BROKEN_OFF,  // by the machine: a signal, a device that stayed lost
};

// Begins one; another that has not ended is dropped.
void diary_begin(struct diary *diary, const struct diary_start *start);

// Its name, for a rating that comes later; "" when there is none. Lives until the next begin.
const char *diary_session(const struct diary *diary);

// A part, in the order in which they ended; the same name again changes its fate (skipped, then not tonight).
void diary_part(struct diary *diary, const char *part, enum diary_fate fate);
void diary_area(struct diary *diary, const char *area);                // was touched
void diary_hurt(struct diary *diary, const char *area, double at_sec); // and it hurt
void diary_too_much(struct diary *diary, double at_sec);               // a press

// Kept for certain when true. Nothing can be noted after it but a rating.
bool diary_end(struct diary *diary, double heard_sec, enum diary_ending ending);

// ---- Ratings

// 0 to 9, or DIARY_NO_RATING: it was asked and not answered, and is not asked again. At wall_sec: for the session that
// runs it is noted, for one that has ended kept at once. false: no such session or rating, or it could not be kept.
bool diary_rate(struct diary *diary, const char *session, enum diary_when when, int rating, int64_t wall_sec);

struct diary_unrated {
	char session[DIARY_ID_BYTES];
	int64_t wall_sec; // when it began
	int before;       // its rating before, or DIARY_NO_RATING
	double heard_sec;
	enum diary_ending ending;
};

// The last session, when it began less than a day ago and nobody was asked for the rating after.
bool diary_unrated(struct diary *diary, int64_t wall_sec, struct diary_unrated *unrated);

// ---- What was done

// How many sessions of a routine, heard for a minute or more, began at wall_sec or later.
int diary_count(struct diary *diary, const char *routine, int64_t since_wall_sec);

// ---- Areas

// Whether the last session that touched the area noted that it hurt.
bool diary_hurt_last_time(struct diary *diary, const char *area);

#endif

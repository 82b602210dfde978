// What a diary shows: figures from its history, and the forms in which they are told. Pure functions, any thread; the
// result lives in the arena, and its texts in the history.
//
// Nothing here is called an effect. A day is a day of the calendar at the place where it was; what lies after now is left
// out. A session counts when it was heard for a minute or more, or when nobody knows how long.
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "diary/history.h"
#include "report/day.h"
#include "report/honest.h"
#include "report/want.h"

#include <stdio.h>

enum {
	REPORT_ALL = INT32_MIN, // months: no single one
	REPORT_MONTHS = 12,
	REPORT_WEEKS = 12,
	REPORT_MOST_GROUPS = 12, // areas, or routines
};

enum { REPORT_HEADACHE = 1, REPORT_SESSION = 2, REPORT_MEDICATION = 4 }; // marks of a day

// In the order of ICHD-3, 8.2.1 to 8.2.5; other is none of them.
enum report_kind { KIND_ERGOTAMINE, KIND_TRIPTAN, KIND_SIMPLE, KIND_OPIOID, KIND_COMBINATION, KIND_OTHER, KINDS };

struct report_month {
	int month;
	int first_day, end_day; // what the diary covers of it
	bool is_whole;
	// A headache day: an attack was noted that began or lasted then, or a session for an attack counted.
	int headache_days, session_days, medication_days, sessions;
	int kind_days[KINDS];
	int painkiller_days, painkiller_kinds;      // of any kind but other
	int attacks, strengths;                     // that began in it, and how many of them told their strength
	double mean_strength;                       // NAN: none did
	unsigned char marks[MOST_DAYS_A_MONTH + 1]; // by day of the month
};

// Those who gave both ratings.
struct report_pair {
	size_t count;
	struct spread before, then, change; // change: then less before
};

struct report_group {
	const char *name; // an area's or a routine's; NULL: all sessions
	struct report_pair after, later;
};

struct report_groups {
	struct report_group *items; // the most pairs first
	size_t count, left_out;     // how many had fewer pairs than those
};

struct report_times {
	int attacks;
	int hours[HOURS_A_DAY], weekdays[DAYS_A_WEEK]; // in which they began
};

struct report_weeks {
	int first_days[REPORT_WEEKS]; // Mondays, the oldest first
	int count;
	struct {
		struct want want;
		int done[REPORT_WEEKS];
	} * rows;
	size_t row_count;
};

struct report_compare {
	size_t breath_nights, hands_nights; // drawn
	struct report_pair breath, hands;   // of them, with both ratings
	double breath_mean, hands_mean;     // of the change; NAN: no pair
	struct permutation test;            // of their difference
};

// The bounds of medication overuse (ICHD-3, 8.2), of days in a month. Once: the latest month that reaches one.
struct report_overuse {
	bool is_reached;
	enum report_kind kind; // KINDS: several kinds together (8.2.6)
	int month, days;
	int months; // on end that it was reached, up to that one
};

struct report {
	int today;
	int month;                             // or REPORT_ALL
	int first_day, end_day;                // what the figures cover, [first_day, end_day)
	size_t sessions, attacks, medications; // in that time
	struct report_month *months;           // the last one is the one that was asked for, or this one
	int month_count;
	struct report_group all;
	struct report_groups areas, routines;
	struct report_times times;
	struct report_weeks weeks;
	struct report_compare compare;
	struct report_overuse overuse;
};

struct report_ask {
	int64_t now_wall_sec;
	int now_zone_min;
	int month;                       // or REPORT_ALL
	const struct want_often *oftens; // what the routines say
	size_t often_count;
};

const struct report *report_make(const struct history *history, const struct report_ask *ask, struct arena *arena);

bool report_counts(const struct history_session *session);
int report_overuse_bound(enum report_kind kind); // days a month; KINDS: of several together; 0: none

// ---- Its forms

#define REPORT_GENERATOR "<meta name=\"generator\" content=\"stillroom\">"
enum { REPORT_HEAD_BYTES = 400 }; // within these a page says so

void report_print_page(const struct report *report, FILE *out); // HTML, one file without scripts or links
void report_print_text(const struct report *report, FILE *out); // for a terminal of 80 columns

// A summary of about 20 seconds, of the last 30 days: lines that the program's own voice has, in their order, NULL-ended.
// Static texts. Returns how many there are.
enum { REPORT_MOST_SAID = 24 };
int report_say(const struct history *history, int64_t now_wall_sec, int now_zone_min,
               const char *lines[REPORT_MOST_SAID + 1]);

#endif

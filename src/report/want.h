// What the listener wants to do, and what is left of it. Pure functions, any thread.
//
// The plan goes before what a routine says of itself (`often`), which counts only for what the listener does at all: once
// in the last 30 days. So on the first night nothing is due.
#ifndef REPORT_WANT_H
#define REPORT_WANT_H

#include "diary/history.h"

struct want_often {
	const char *routine, *title; // title: NULL
	double per_week;             // 0: when needed
};

struct want {
	const char *routine, *title; // title: the routine when it has none
	double per_week;             // above 0
	bool is_planned;
	// Sessions that count: today, since Monday, and in the seven days that end today.
	int done_today, done_week, done_seven;
	bool is_due; // today: not yet done, and too few in the seven days
	int left_week;
};

// What is planned by the plan's order, then the rest by the routines' order; in the arena.
size_t want_list(const struct history *history, int today, const struct want_often *oftens, size_t often_count,
                 struct arena *arena, struct want **wants);

#endif

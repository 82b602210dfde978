#include "report/want.h"

#include "report/report.h"

#include <math.h>
#include <string.h>

enum { DONE_AT_ALL_DAYS = 30, SEVEN_DAYS = 7 };

static bool is_same(const char *a, const char *b)
{
	return a == b || strcmp(a, b) == 0;
}

static const struct history_plan *find_plan(const struct history *history, const char *routine)
{
	for (size_t i = 0; i < history->plan_count; i++)
		if (is_same(history->plans[i].routine, routine))
			return &history->plans[i];
	return NULL;
}

static const char *find_title(const struct want_often *oftens, size_t count, const char *routine)
{
	for (size_t i = 0; i < count; i++)
		if (oftens[i].title && is_same(oftens[i].routine, routine))
			return oftens[i].title;
	return routine;
}

// Fills in what was done; returns whether it was done at all. From the end backwards: sessions stand by time, and two
// days cover any difference of zones.
static bool count_done(const struct history *history, int today, struct want *want)
{
	int monday = today - day_weekday(today);
	bool at_all = false;
	for (size_t i = history->session_count; i-- > 0;) {
		const struct history_session *session = &history->sessions[i];
		int day = day_at(session->wall_sec, session->zone_min);
		if (day < today - DONE_AT_ALL_DAYS - 2)
			break;
		if (day > today || day < today - DONE_AT_ALL_DAYS || !report_counts(session) ||
		    !is_same(session->routine, want->routine))
			continue;
		at_all = true;
		want->done_today += day == today;
		want->done_week += day >= monday;
		want->done_seven += day > today - SEVEN_DAYS;
	}
	return at_all;
}

static bool look_at(const struct history *history, int today, struct want *want)
{
	bool at_all = count_done(history, today, want);
	want->is_due = want->done_today == 0 && want->done_seven < want->per_week;
	want->left_week =
		(int)fmin(fmax(0.0, ceil(want->per_week) - want->done_week), 1000.0); // of any number in a file
	return at_all || want->is_planned;
}

size_t want_list(const struct history *history, int today, const struct want_often *oftens, size_t often_count,
                 struct arena *arena, struct want **wants)
{
	size_t count = 0;
	*wants = arena_alloc(arena, (history->plan_count + often_count) * sizeof **wants);
	for (size_t i = 0; i < history->plan_count; i++) {
		const struct history_plan *plan = &history->plans[i];
		struct want want = {.routine = plan->routine, .per_week = plan->per_week, .is_planned = true};
		want.title = find_title(oftens, often_count, plan->routine);
		if (plan->per_week > 0.0 && look_at(history, today, &want))
			(*wants)[count++] = want;
	}
	for (size_t i = 0; i < often_count; i++) {
		const struct want_often *often = &oftens[i];
		struct want want = {.routine = often->routine, .per_week = often->per_week};
		want.title = often->title ? often->title : often->routine;
		if (often->per_week > 0.0 && !find_plan(history, often->routine) && look_at(history, today, &want))
			(*wants)[count++] = want;
	}
	return count;
}

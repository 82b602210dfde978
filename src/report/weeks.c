// Weeks against plan: how often it was done in each week, beside how often it was wanted. Weeks begin on Monday and are
// taken whole, up to today; those that end before the figures begin are left out.
#include "report/figures.h"

#include "base/arena.h"

#include <string.h>

static void lay_out(struct report_weeks *weeks, int first_day, int last_day)
{
	int monday = last_day - day_weekday(last_day);
	int first = monday - (REPORT_WEEKS - 1) * DAYS_A_WEEK;
	while (first < monday && first + DAYS_A_WEEK <= first_day)
		first += DAYS_A_WEEK;
	for (; first <= monday; first += DAYS_A_WEEK)
		weeks->first_days[weeks->count++] = first;
}

static void count(const struct history *history, int today, struct report_weeks *weeks)
{
	int end_day = weeks->first_days[weeks->count - 1] + DAYS_A_WEEK;
	end_day = end_day > today ? today + 1 : end_day;
	for (size_t i = 0; i < history->session_count; i++) {
		const struct history_session *session = &history->sessions[i];
		int day = day_at(session->wall_sec, session->zone_min), from = day - weeks->first_days[0];
		if (from < 0 || day >= end_day || !report_counts(session))
			continue;
		for (size_t row = 0; row < weeks->row_count; row++)
			if (strcmp(weeks->rows[row].want.routine, session->routine) == 0)
				weeks->rows[row].done[from / DAYS_A_WEEK]++;
	}
}

void figures_weeks(const struct history *history, const struct report_ask *ask, struct report *report,
                   struct arena *arena)
{
	struct report_weeks *weeks = &report->weeks;
	struct want *wants;
	if (report->end_day <= report->first_day)
		return;
	weeks->row_count = want_list(history, report->today, ask->oftens, ask->often_count, arena, &wants);
	weeks->rows = arena_alloc(arena, weeks->row_count * sizeof *weeks->rows);
	for (size_t i = 0; i < weeks->row_count; i++)
		weeks->rows[i].want = wants[i];
	lay_out(weeks, report->first_day, report->end_day - 1);
	count(history, report->today, weeks);
}

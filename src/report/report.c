// What the figures cover: one month, or all from the first entry to today.
#include "report/report.h"

#include "report/figures.h"

#include <math.h>
#include <string.h>

#define LEAST_HEARD_SEC 60.0

bool report_counts(const struct history_session *session)
{
	return !(session->heard_sec < LEAST_HEARD_SEC);
}

bool figures_in(const struct report *report, int64_t wall_sec, int zone_min)
{
	int day = day_at(wall_sec, zone_min);
	return day >= report->first_day && day < report->end_day;
}

static void begin_at(int *first_day, int64_t wall_sec, int zone_min)
{
	int day = day_at(wall_sec, zone_min);
	*first_day = day < *first_day ? day : *first_day;
}

// The diary's first day; today when it is empty. What happened first in time may lie a day later by its own zone, so the
// first few of a kind are looked at.
static int first_day(const struct history *history, int today)
{
	enum { FEW = 100 };
	int day = today;
	for (size_t i = 0; i < history->session_count && i < FEW; i++)
		begin_at(&day, history->sessions[i].wall_sec, history->sessions[i].zone_min);
	for (size_t i = 0; i < history->attack_count && i < FEW; i++)
		begin_at(&day, history->attacks[i].wall_sec, history->attacks[i].zone_min);
	for (size_t i = 0; i < history->medication_count && i < FEW; i++)
		begin_at(&day, history->medications[i].wall_sec, history->medications[i].zone_min);
	return day;
}

static void count_all(const struct history *history, struct report *report)
{
	for (size_t i = 0; i < history->session_count; i++)
		report->sessions += report_counts(&history->sessions[i]) &&
		                    figures_in(report, history->sessions[i].wall_sec, history->sessions[i].zone_min);
	for (size_t i = 0; i < history->attack_count; i++)
		report->attacks += figures_in(report, history->attacks[i].wall_sec, history->attacks[i].zone_min);
	for (size_t i = 0; i < history->medication_count; i++)
		report->medications +=
			figures_in(report, history->medications[i].wall_sec, history->medications[i].zone_min);
}

static void count_times(const struct history *history, struct report *report)
{
	for (size_t i = 0; i < history->attack_count; i++) {
		const struct history_attack *attack = &history->attacks[i];
		if (!figures_in(report, attack->wall_sec, attack->zone_min))
			continue;
		report->times.attacks++;
		report->times.hours[day_hour(attack->wall_sec, attack->zone_min)]++;
		report->times.weekdays[day_weekday(day_at(attack->wall_sec, attack->zone_min))]++;
	}
}

const struct report *report_make(const struct history *history, const struct report_ask *ask, struct arena *arena)
{
	struct report *report = arena_alloc(arena, sizeof *report);
	report->today = day_at(ask->now_wall_sec, ask->now_zone_min);
	report->month = ask->month;
	report->first_day = first_day(history, report->today);
	report->end_day = report->today + 1;
	int diary_begins = report->first_day;
	int last_month = ask->month == REPORT_ALL ? day_month(report->today) : ask->month;
	figures_months(history, last_month, report, arena);
	report->overuse = figures_overuse(report);
	if (ask->month != REPORT_ALL) {
		int begin = month_first_day(ask->month), end = month_first_day(ask->month + 1);
		report->first_day = begin > diary_begins ? begin : diary_begins;
		report->end_day = end < report->end_day ? end : report->end_day;
	}
	count_all(history, report);
	count_times(history, report);
	figures_pain(history, report, arena);
	figures_compare(history, report);
	figures_weeks(history, ask, report, arena);
	return report;
}

// A month of the diary, day by day. The days are marked first and counted then, so that a day counts once.
#include "report/figures.h"

#include "base/arena.h"

#include <math.h>
#include <string.h>

enum { MARK_OF_KIND = 8 }; // the first of KINDS marks of a day beside those of the report

enum { MIXED_BOUND = 10, WIDE_BOUND = 15, NARROW_BOUND = 10 };

struct days {
	int first_day, end_day;
	unsigned short *marks; // by day from first_day
};

enum report_kind figures_kind(const char *name)
{
	static const char *const names[] = {"ergotamine", "triptan", "simple", "opioid", "combination"};
	for (int kind = 0; kind < KIND_OTHER; kind++)
		if (strcmp(names[kind], name) == 0)
			return (enum report_kind)kind;
	return KIND_OTHER;
}

bool figures_for_attack(const struct history_session *session)
{
	return session->moment && strcmp(session->moment, "attack") == 0 && report_counts(session);
}

static void mark(struct days *days, int from_day, int to_day, int marks)
{
	from_day = from_day < days->first_day ? days->first_day : from_day;
	to_day = to_day >= days->end_day ? days->end_day - 1 : to_day;
	for (int day = from_day; day <= to_day; day++)
		days->marks[day - days->first_day] |= (unsigned short)marks;
}

static void mark_all(const struct history *history, struct days *days)
{
	for (size_t i = 0; i < history->attack_count; i++) {
		const struct history_attack *attack = &history->attacks[i];
		int day = day_at(attack->wall_sec, attack->zone_min);
		int last = attack->ended_wall_sec > attack->wall_sec
		                   ? day_at(attack->ended_wall_sec - 1, attack->zone_min)
		                   : day; // not told: only the day is known
		mark(days, day, last, REPORT_HEADACHE);
	}
	for (size_t i = 0; i < history->session_count; i++) {
		const struct history_session *session = &history->sessions[i];
		int day = day_at(session->wall_sec, session->zone_min);
		if (report_counts(session))
			mark(days, day, day, REPORT_SESSION | (figures_for_attack(session) ? REPORT_HEADACHE : 0));
	}
	for (size_t i = 0; i < history->medication_count; i++) {
		const struct history_medication *medication = &history->medications[i];
		int day = day_at(medication->wall_sec, medication->zone_min);
		mark(days, day, day, REPORT_MEDICATION | MARK_OF_KIND << figures_kind(medication->kind));
	}
}

static void count_day(struct report_month *month, int day, int marks)
{
	int painkillers = marks / MARK_OF_KIND & ((1 << KIND_OTHER) - 1);
	month->marks[day_of_month(day)] = (unsigned char)(marks % MARK_OF_KIND);
	month->headache_days += (marks & REPORT_HEADACHE) != 0;
	month->session_days += (marks & REPORT_SESSION) != 0;
	month->medication_days += (marks & REPORT_MEDICATION) != 0;
	month->painkiller_days += painkillers != 0;
	for (int kind = 0; kind < KINDS; kind++)
		month->kind_days[kind] += (marks & MARK_OF_KIND << kind) != 0;
}

static struct report_month *month_of(const struct report *report, int64_t wall_sec, int zone_min)
{
	int day = day_at(wall_sec, zone_min);
	int place = day_month(day) - report->months[0].month;
	bool is_here = place >= 0 && place < report->month_count;
	struct report_month *month = is_here ? &report->months[place] : NULL;
	return month && day >= month->first_day && day < month->end_day ? month : NULL;
}

static void count_entries(const struct history *history, struct report *report)
{
	for (size_t i = 0; i < history->session_count; i++) {
		const struct history_session *session = &history->sessions[i];
		struct report_month *month = month_of(report, session->wall_sec, session->zone_min);
		if (month)
			month->sessions += report_counts(session);
	}
	for (size_t i = 0; i < history->attack_count; i++) {
		const struct history_attack *attack = &history->attacks[i];
		struct report_month *month = month_of(report, attack->wall_sec, attack->zone_min);
		if (!month)
			continue;
		month->attacks++;
		if (attack->strength == HISTORY_NO_VALUE)
			continue;
		month->strengths++;
		month->mean_strength += attack->strength;
	}
	for (int i = 0; i < report->month_count; i++)
		report->months[i].mean_strength =
			report->months[i].strengths > 0 ? report->months[i].mean_strength / report->months[i].strengths
							: NAN;
}

// report->first_day and end_day are the diary's here.
void figures_months(const struct history *history, int last_month, struct report *report, struct arena *arena)
{
	int first_month = day_month(report->first_day);
	int month = last_month - REPORT_MONTHS + 1 > first_month ? last_month - REPORT_MONTHS + 1 : first_month;
	month = month > last_month ? last_month : month;
	struct days days = {.first_day = month_first_day(month), .end_day = month_first_day(last_month + 1)};
	days.marks = arena_alloc(arena, (size_t)(days.end_day - days.first_day) * sizeof *days.marks);
	mark_all(history, &days);
	report->month_count = last_month - month + 1;
	report->months = arena_alloc(arena, (size_t)report->month_count * sizeof *report->months);
	for (int i = 0; i < report->month_count; i++) {
		struct report_month *m = &report->months[i];
		int begin = month_first_day(month + i), end = month_first_day(month + i + 1);
		m->month = month + i;
		m->first_day = begin > report->first_day ? begin : report->first_day;
		m->end_day = end < report->end_day ? end : report->end_day;
		m->is_whole = m->first_day == begin && m->end_day == end;
		for (int day = m->first_day; day < m->end_day; day++)
			count_day(m, day, days.marks[day - days.first_day]);
		for (int kind = 0; kind < KIND_OTHER; kind++)
			m->painkiller_kinds += m->kind_days[kind] > 0;
	}
	count_entries(history, report);
}

// ---- Medication overuse (ICHD-3, Cephalalgia 2018;38:1-211, 8.2)

int report_overuse_bound(enum report_kind kind)
{
	if (kind == KIND_OTHER)
		return 0;
	return kind == KINDS ? MIXED_BOUND : kind == KIND_SIMPLE ? WIDE_BOUND : NARROW_BOUND;
}

// KIND_OTHER: none. Several kinds together count where no single one reaches its own bound.
static enum report_kind reached(const struct report_month *month)
{
	for (int kind = 0; kind < KIND_OTHER; kind++)
		if (month->kind_days[kind] >= report_overuse_bound((enum report_kind)kind))
			return (enum report_kind)kind;
	return month->painkiller_kinds > 1 && month->painkiller_days >= MIXED_BOUND ? KINDS : KIND_OTHER;
}

// The last month and the three before it are looked at: what was long ago is not held up to anybody.
struct report_overuse figures_overuse(const struct report *report)
{
	enum { LOOKED_AT = 4 };
	struct report_overuse overuse = {0};
	int last = report->month_count - 1;
	for (int i = last; i >= 0 && i > last - LOOKED_AT && !overuse.is_reached; i--) {
		const struct report_month *month = &report->months[i];
		enum report_kind kind = reached(month);
		if (kind == KIND_OTHER)
			continue;
		overuse = (struct report_overuse){.is_reached = true, .kind = kind, .month = month->month};
		overuse.days = kind == KINDS ? month->painkiller_days : month->kind_days[kind];
		for (int k = i; k >= 0 && reached(&report->months[k]) != KIND_OTHER; k--)
			overuse.months++;
	}
	return overuse;
}

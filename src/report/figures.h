// The parts of report_make. Any thread.
#ifndef REPORT_FIGURES_H
#define REPORT_FIGURES_H

#include "report/report.h"

// In report->months, whose last month is set; from the first month that has an entry.
void figures_months(const struct history *history, int last_month, struct report *report, struct arena *arena);
struct report_overuse figures_overuse(const struct report *report);

// Pain before and after, of the sessions in [first_day, end_day).
void figures_pain(const struct history *history, struct report *report, struct arena *arena);
struct report_pair figures_pair(const struct tally *before, const struct tally *then, const struct tally *change);
void figures_compare(const struct history *history, struct report *report);

void figures_weeks(const struct history *history, const struct report_ask *ask, struct report *report,
                   struct arena *arena);

enum report_kind figures_kind(const char *name);
bool figures_in(const struct report *report, int64_t wall_sec, int zone_min);
bool figures_for_attack(const struct history_session *session); // its day is a headache day

#endif

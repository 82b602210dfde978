#include "report/words.h"

#include <math.h>
#include <string.h>

const char words_regression[] =
	"Pain also falls by itself after a peak, and most people begin a session near one. So a lower rating "
	"afterwards is to be expected even where nothing was done (regression to the mean). These figures tell what "
	"was noted; they do not tell what a session did.";

const char words_interval[] =
	"Medians of ratings from 0 to 9. In brackets: the exact interval that holds the true median in at least 95 of "
	"100 such diaries, by order statistics and the binomial distribution, as in the sign test (Conover, Practical "
	"Nonparametric Statistics, 1999, 3.2). It supposes that the sessions do not depend on each other.";

const char words_too_few[] = "not enough yet";

const char words_days[] =
	"A headache day is a day on which a noted attack began or lasted, or a session for an attack was played. A day "
	"without an entry counts as free. A session counts when it was heard for a minute or more.";

const char words_areas[] = "A session stands in the row of every area that it touched, so these rows share sessions.";

const char words_compare[] =
	"On some evenings a draw decided between breath only and the hands. Pain falls by itself after a peak on both "
	"(regression to the mean), and a draw shares it out fairly: this is the one comparison here that is fair. You "
	"knew each time which it was, and that can colour a rating.";

const char *words_kind(enum report_kind kind)
{
	static const char *const names[] = {"ergotamine",
	                                    "triptans",
	                                    "simple painkillers",
	                                    "opioids",
	                                    "combination painkillers",
	                                    "other medication",
	                                    "painkillers of several kinds"};
	return names[kind];
}

const char *words_area(const char *area)
{
	return strcmp(area, "whole") == 0 ? "whole body" : area;
}

void words_period(const struct report *report, char text[WORDS_BYTES])
{
	char from[DAY_BYTES], to[DAY_BYTES];
	day_write(report->first_day, from);
	day_write(report->end_day - 1, to);
	if (report->end_day <= report->first_day) {
		month_write(report->month, from);
		snprintf(text, WORDS_BYTES, "%s: the diary has nothing of it", from);
	} else if (report->end_day - 1 == report->first_day)
		snprintf(text, WORDS_BYTES, "%s", from);
	else
		snprintf(text, WORDS_BYTES, "%s to %s", from, to);
}

void words_month(const struct report_month *month, char text[WORDS_BYTES])
{
	char name[DAY_BYTES];
	month_write(month->month, name);
	if (month->is_whole || month->end_day <= month->first_day)
		snprintf(text, WORDS_BYTES, "%s", name);
	else
		snprintf(text, WORDS_BYTES, "%s (days %d to %d)", name, day_of_month(month->first_day),
		         day_of_month(month->end_day - 1));
}

void words_overuse(const struct report *report, char text[WORDS_BYTES])
{
	const struct report_overuse *overuse = &report->overuse;
	char month[DAY_BYTES], on_end[80] = "";
	*text = '\0';
	if (!overuse->is_reached)
		return;
	month_write(overuse->month, month);
	if (overuse->months > 1)
		snprintf(on_end, sizeof on_end, ", and a bound was reached in each of %d months on end",
		         overuse->months);
	snprintf(text, WORDS_BYTES,
	         "In %s there were %d days with %s%s. Painkillers on many days can themselves cause headache: the "
	         "bound is %d days a month, for more than 3 months (ICHD-3, 8.2). A doctor should know of it, and can "
	         "help.",
	         month, overuse->days, words_kind(overuse->kind), on_end, report_overuse_bound(overuse->kind));
}

void words_spread(const struct spread *spread, char text[WORDS_BYTES])
{
	snprintf(text, WORDS_BYTES, "%g (%g to %g)", spread->median, spread->low, spread->high);
}

bool words_is_enough(const struct report_compare *compare)
{
	return compare->breath.count >= HONEST_LEAST && compare->hands.count >= HONEST_LEAST;
}

void words_test(const struct report_compare *compare, char text[WORDS_BYTES])
{
	const struct permutation *test = &compare->test;
	int used = snprintf(text, WORDS_BYTES,
	                    "The mean change was %.1f with breath only and %.1f with the hands. Were the two alike, a "
	                    "difference as large as this one, or larger, would come by the draw alone in %.1f of 100 "
	                    "such diaries (permutation test, Fisher 1935, two-sided, ",
	                    compare->breath_mean, compare->hands_mean, 100.0 * test->p);
	if (test->draws == 0)
		snprintf(text + used, (size_t)(WORDS_BYTES - used), "exact: all ways of dealing the nights).");
	else
		snprintf(text + used, (size_t)(WORDS_BYTES - used),
		         "Monte Carlo, Phipson and Smyth 2010: %zu ways drawn, seeded; standard error %.2g of 100).",
		         test->draws, 100.0 * test->error);
}

void words_often(double per_week, char text[WORDS_BYTES])
{
	if (per_week == DAYS_A_WEEK)
		snprintf(text, WORDS_BYTES, "daily");
	else
		snprintf(text, WORDS_BYTES, "%g per week", per_week);
}

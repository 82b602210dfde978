// The same figures in 80 columns, for a terminal and for a screen reader: no colours, nothing that moves the cursor.
#include "report/report.h"

#include "report/words.h"

#include <string.h>

enum { COLUMNS = 78, NAME_COLUMNS = 22 };

// Paragraphs wrap at COLUMNS.
static void paragraph(FILE *out, const char *text)
{
	size_t used = 0;
	while (*text) {
		size_t word = strcspn(text, " ");
		if (used > 0 && used + 1 + word > COLUMNS) {
			fputc('\n', out);
			used = 0;
		}
		fprintf(out, "%s%.*s", used ? " " : "", (int)word, text);
		used += word + (used > 0);
		text += word + strspn(text + word, " ");
	}
	fputs("\n\n", out);
}

static size_t character_bytes(const char *text)
{
	size_t bytes = 1;
	while (((unsigned char)text[bytes] & 0xc0) == 0x80)
		bytes++;
	return bytes;
}

// A name of the diary in so many columns, cut or filled. Control characters, those of two bytes too, are shown as ?.
static void name_cell(FILE *out, const char *name)
{
	int used = 0;
	while (*name && used < NAME_COLUMNS) {
		size_t bytes = character_bytes(name);
		unsigned char first = (unsigned char)name[0], second = (unsigned char)name[1];
		bool is_control =
			first < 0x20 || first == 0x7f || (first == 0xc2 && second < 0xa0) || (first & 0xc0) == 0x80;
		if (is_control)
			fputc('?', out);
		else
			fwrite(name, 1, bytes, out);
		name += bytes;
		used++;
	}
	fprintf(out, "%*s", NAME_COLUMNS - used + 1, "");
}

static void doctor(const struct report *report, FILE *out)
{
	char text[WORDS_BYTES];
	fputs("FOR THE DOCTOR\n\n", out);
	for (int i = report->month_count - 1; i >= 0; i--) {
		const struct report_month *month = &report->months[i];
		words_month(month, text);
		fprintf(out, "%s\n  headache days %d, attacks %d", text, month->headache_days, month->attacks);
		if (month->strengths > 0)
			fprintf(out, ", mean strength %.1f of 9 (of %d)", month->mean_strength, month->strengths);
		fprintf(out, "\n  medication days %d\n", month->medication_days);
		for (int kind = 0; kind < KINDS; kind++)
			if (month->kind_days[kind] > 0)
				fprintf(out, "    days with %s %d\n", words_kind((enum report_kind)kind),
				        month->kind_days[kind]);
	}
	fputc('\n', out);
	words_overuse(report, text);
	if (*text)
		paragraph(out, text);
	paragraph(out, words_days);
}

static void calendar_row(FILE *out, const char *name, const struct report_month *month, int mark, char sign)
{
	fprintf(out, "%-*s %c ", NAME_COLUMNS - 4, name, sign);
	for (int day = 1; day <= MOST_DAYS_A_MONTH; day++) {
		int at = month_first_day(month->month) + day - 1;
		bool is_here = at >= month->first_day && at < month->end_day;
		fputc(!is_here ? ' ' : (month->marks[day] & mark) ? sign : '.', out);
	}
	fputc('\n', out);
}

static void calendar(const struct report *report, FILE *out)
{
	char name[DAY_BYTES];
	int first = report->month == REPORT_ALL ? 0 : report->month_count - 1;
	fprintf(out, "CALENDAR (h headache day, s session, m medication)\n\n%*s1   5    10   15   20   25   30\n",
	        NAME_COLUMNS - 1, "");
	for (int i = first; i < report->month_count; i++) {
		const struct report_month *month = &report->months[i];
		month_write(month->month, name);
		calendar_row(out, name, month, REPORT_HEADACHE, 'h');
		calendar_row(out, "", month, REPORT_SESSION, 's');
		calendar_row(out, "", month, REPORT_MEDICATION, 'm');
	}
	fputc('\n', out);
}

static void pair_line(FILE *out, const char *when, const struct report_pair *pair)
{
	char before[WORDS_BYTES], then[WORDS_BYTES], change[WORDS_BYTES];
	if (pair->count < HONEST_LEAST) {
		fprintf(out, "  %-9s %6zu  %s\n", when, pair->count, words_too_few);
		return;
	}
	words_spread(&pair->before, before);
	words_spread(&pair->then, then);
	words_spread(&pair->change, change);
	fprintf(out, "  %-9s %6zu  before %-12s then %-12s change %s\n", when, pair->count, before, then, change);
}

static void groups(FILE *out, const char *what, const struct report_groups *groups, bool are_areas)
{
	fprintf(out, "%s\n", what);
	for (size_t i = 0; i < groups->count; i++) {
		const struct report_group *group = &groups->items[i];
		name_cell(out, !group->name ? "all sessions" : are_areas ? words_area(group->name) : group->name);
		fputs("pairs\n", out);
		pair_line(out, "after", &group->after);
		pair_line(out, "two hours", &group->later);
	}
	if (groups->left_out > 0)
		fprintf(out, "%zu more with fewer pairs are left out.\n", groups->left_out);
	fputc('\n', out);
	paragraph(out, words_regression);
}

static void pain(const struct report *report, FILE *out)
{
	struct report_group all = report->all;
	const struct report_groups alone = {.items = &all, .count = 1};
	fputs("PAIN BEFORE A SESSION, AFTER IT AND TWO HOURS LATER\n\n", out);
	paragraph(out, words_interval);
	groups(out, "Together", &alone, false);
	if (report->areas.count > 0) {
		paragraph(out, words_areas);
		groups(out, "By area", &report->areas, true);
	}
	if (report->routines.count > 0)
		groups(out, "By routine", &report->routines, false);
}

static void count_lines(FILE *out, const int *counts, int first, int end)
{
	for (int i = first; i < end; i++)
		fprintf(out, "%5d", counts[i]);
	fputc('\n', out);
}

static void times(const struct report *report, FILE *out)
{
	fprintf(out, "WHEN ATTACKS BEGIN\n\nattacks %d", report->times.attacks);
	if (report->times.attacks < HONEST_LEAST) {
		fprintf(out, ": %s\n\n", words_too_few);
		return;
	}
	fputs("; small counts differ by chance\n", out);
	for (int half = 0; half < HOURS_A_DAY; half += HOURS_A_DAY / 2) {
		fputs("  hour   ", out);
		for (int hour = half; hour < half + HOURS_A_DAY / 2; hour++)
			fprintf(out, "%5d", hour);
		fputs("\n  attacks", out);
		count_lines(out, report->times.hours, half, half + HOURS_A_DAY / 2);
	}
	fputs("  day    ", out);
	for (int day = 0; day < DAYS_A_WEEK; day++)
		fprintf(out, "  %.3s", day_name(day));
	fputs("\n  attacks", out);
	count_lines(out, report->times.weekdays, 0, DAYS_A_WEEK);
	fputc('\n', out);
}

static void weeks(const struct report *report, FILE *out)
{
	const struct report_weeks *weeks = &report->weeks;
	char from[DAY_BYTES], to[DAY_BYTES], often[WORDS_BYTES];
	fputs("WEEKS AGAINST PLAN\n\n", out);
	if (weeks->row_count == 0 || weeks->count == 0) {
		fputs("There is no plan yet; stillroom plan set NAME 3/week makes one.\n\n", out);
		return;
	}
	day_write(weeks->first_days[0], from);
	day_write(weeks->first_days[weeks->count - 1], to);
	fprintf(out, "Sessions in each week, from that of Monday, %s,\nto that of %s\n", from, to);
	for (size_t i = 0; i < weeks->row_count; i++) {
		words_often(weeks->rows[i].want.per_week, often);
		name_cell(out, weeks->rows[i].want.title);
		fprintf(out, "%s\n  ", often);
		count_lines(out, weeks->rows[i].done, 0, weeks->count);
	}
	fputc('\n', out);
}

static void compare(const struct report *report, FILE *out)
{
	const struct report_compare *nights = &report->compare;
	char test[WORDS_BYTES];
	fputs("COMPARISON NIGHTS\n\n", out);
	if (nights->breath_nights + nights->hands_nights == 0) {
		fputs("There are none; stillroom play --compare lets a draw decide between breath\nonly and the "
		      "hands.\n",
		      out);
		return;
	}
	paragraph(out, words_compare);
	fprintf(out, "breath only: nights %zu; hands: nights %zu\n", nights->breath_nights, nights->hands_nights);
	if (!words_is_enough(nights)) {
		fprintf(out, "pairs of ratings %zu and %zu: %s\n", nights->breath.count, nights->hands.count,
		        words_too_few);
		return;
	}
	pair_line(out, "breath", &nights->breath);
	pair_line(out, "hands", &nights->hands);
	fputc('\n', out);
	words_test(nights, test);
	paragraph(out, test);
}

void report_print_text(const struct report *report, FILE *out)
{
	char period[WORDS_BYTES];
	words_period(report, period);
	fprintf(out, "DIARY: %s\n\nsessions %zu, attacks %zu, times of medication %zu\n\n", period, report->sessions,
	        report->attacks, report->medications);
	if (report->end_day <= report->first_day)
		return;
	doctor(report, out);
	calendar(report, out);
	pain(report, out);
	times(report, out);
	weeks(report, out);
	compare(report, out);
}

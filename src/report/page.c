// One file that needs nothing else and can do nothing: no scripts, no links, and a policy that would refuse them. Every
// word of the diary is escaped; pictures hold no words of it at all.
#include "report/report.h"

#include "report/draw.h"
#include "report/style.h"
#include "report/words.h"

#include <stddef.h>
#include <string.h>

// Bytes that HTML has no place for are left out.
static void print(FILE *out, const char *text)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		switch (byte) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			if ((byte >= 0x20 && byte != 0x7f) || byte == '\n' || byte == '\t')
				fputc(byte, out);
		}
	}
}

// Of numbers alone: a minus is no hyphen.
static void print_numbers(FILE *out, const char *text)
{
	for (; *text; text++)
		*text == '-' ? fputs("&#8722;", out) : fputc(*text, out);
}

static void note(FILE *out, const char *text)
{
	fputs("<p class=\"note\">", out);
	print(out, text);
	fputs("</p>\n", out);
}

static void head(const struct report *report, FILE *out)
{
	char period[WORDS_BYTES], today[DAY_BYTES];
	words_period(report, period);
	day_write(report->today, today);
	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" REPORT_GENERATOR
	      "\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
	      "'unsafe-inline'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n<title>Diary: ",
	      out);
	print(out, period);
	fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>Diary: ", style_sheet);
	print(out, period);
	fprintf(out,
	        "</h1>\n<p>Noted: sessions %zu, attacks %zu, times of medication %zu. Made on %s on this machine; "
	        "it leaves it only in your hands.</p>\n",
	        report->sessions, report->attacks, report->medications, today);
}

// ---- The doctor's half page

static bool has_kind(const struct report *report, int kind)
{
	for (int i = 0; i < report->month_count; i++)
		if (report->months[i].kind_days[kind] > 0)
			return true;
	return false;
}

// Months from left to right, so that however many kinds there are, it fits a sheet.
static void doctor_heads(const struct report *report, FILE *out)
{
	char name[DAY_BYTES];
	fputs("<tr><th></th>", out);
	for (int i = 0; i < report->month_count; i++) {
		const struct report_month *month = &report->months[i];
		month_write(month->month, name);
		fprintf(out, "<th>%.3s<br>%s", name, strrchr(name, ' ') + 1);
		if (!month->is_whole && month->end_day > month->first_day)
			fprintf(out, "<br>%d&#8211;%d", day_of_month(month->first_day),
			        day_of_month(month->end_day - 1));
		fputs("</th>", out);
	}
	fputs("</tr>\n", out);
}

// A row of whole numbers, each `offset` bytes into its month.
static void doctor_row(const struct report *report, const char *of, const char *name, size_t offset, FILE *out)
{
	fprintf(out, "<tr><th>%s%s</th>", of, name);
	for (int i = 0; i < report->month_count; i++)
		fprintf(out, "<td>%d</td>", *(const int *)((const char *)&report->months[i] + offset));
	fputs("</tr>\n", out);
}

static void doctor_strengths(const struct report *report, FILE *out)
{
	fputs("<tr><th>mean strength, 0 to 9</th>", out);
	for (int i = 0; i < report->month_count; i++)
		if (report->months[i].strengths > 0)
			fprintf(out, "<td>%.1f</td>", report->months[i].mean_strength);
		else
			fputs("<td></td>", out);
	fputs("</tr>\n", out);
	doctor_row(report, "", "of so many attacks", offsetof(struct report_month, strengths), out);
}

static void doctor_table(const struct report *report, FILE *out)
{
	fputs("<div class=\"wide\"><table class=\"doctor\">\n", out);
	doctor_heads(report, out);
	doctor_row(report, "", "headache days", offsetof(struct report_month, headache_days), out);
	doctor_row(report, "", "medication days", offsetof(struct report_month, medication_days), out);
	for (int kind = 0; kind < KINDS; kind++)
		if (has_kind(report, kind))
			doctor_row(report, "days with ", words_kind((enum report_kind)kind),
			           offsetof(struct report_month, kind_days) + (size_t)kind * sizeof(int), out);
	doctor_row(report, "", "attacks", offsetof(struct report_month, attacks), out);
	doctor_strengths(report, out);
	fputs("</table></div>\n", out);
}

static void doctor(const struct report *report, FILE *out)
{
	char overuse[WORDS_BYTES];
	words_overuse(report, overuse);
	fputs("<div class=\"block\"><h2>For the doctor</h2>\n", out);
	doctor_table(report, out);
	if (*overuse) {
		fputs("<p class=\"care\">", out);
		print(out, overuse);
		fputs("</p>\n", out);
	}
	note(out, words_days);
	fputs("</div>\n", out);
}

// ---- The calendar

static void calendar(const struct report *report, FILE *out)
{
	char name[DAY_BYTES];
	int first = report->month == REPORT_ALL ? 0 : report->month_count - 1;
	fputs("<h2>Calendar</h2>\n<p class=\"note\">"
	      "<svg class=\"key\" aria-hidden=\"true\" width=\"20\" height=\"15\"><rect class=\"h\" width=\"20\" "
	      "height=\"15\" rx=\"4\"/></svg> headache day &#160; "
	      "<svg class=\"key\" aria-hidden=\"true\" width=\"8\" height=\"8\"><circle class=\"s\" cx=\"4\" cy=\"4\" "
	      "r=\"3\"/></svg> session &#160; "
	      "<svg class=\"key\" aria-hidden=\"true\" width=\"8\" height=\"8\"><path class=\"m\" d=\"M4 0l4 4-4 "
	      "4-4-4z\"/>"
	      "</svg> medication</p>\n<div class=\"months\">\n",
	      out);
	for (int i = first; i < report->month_count; i++) {
		month_write(report->months[i].month, name);
		fprintf(out, "<div class=\"month\"><h3>%s</h3>\n", name);
		draw_month(out, &report->months[i]);
		fputs("</div>\n", out);
	}
	fputs("</div>\n", out);
}

// ---- Pain before and after

static void spread_cell(FILE *out, const struct spread *spread)
{
	char text[WORDS_BYTES];
	words_spread(spread, text);
	fputs("<td class=\"v\">", out);
	print_numbers(out, text);
	fputs("</td>", out);
}

static void pair_cells(FILE *out, const char *when, const struct report_pair *pair)
{
	fprintf(out, "<td class=\"v\">%s</td><td>%zu</td>", when, pair->count);
	if (pair->count < HONEST_LEAST) {
		fprintf(out, "<td colspan=\"3\">%s</td>", words_too_few);
		return;
	}
	spread_cell(out, &pair->before);
	spread_cell(out, &pair->then);
	spread_cell(out, &pair->change);
}

static void group_rows(FILE *out, const struct report_group *group, const char *name)
{
	bool after = group->after.count >= HONEST_LEAST, later = group->later.count >= HONEST_LEAST;
	fputs("<tr><td class=\"name\" rowspan=\"2\">", out);
	print(out, name);
	fputs("</td>", out);
	pair_cells(out, "after", &group->after);
	fputs("<td rowspan=\"2\">", out);
	draw_ratings(out, after ? &group->after : NULL, later ? &group->later : NULL);
	fputs("</td></tr>\n<tr>", out);
	pair_cells(out, "two hours", &group->later);
	fputs("</tr>\n", out);
}

static void groups(FILE *out, const char *what, const struct report_groups *groups)
{
	fprintf(out,
	        "<div class=\"wide\"><table>\n<tr><th>%s</th><th></th><th>pairs</th><th>before</th><th>then</th>"
	        "<th>change</th><th>",
	        what);
	draw_scale(out);
	fputs("</th></tr>\n", out);
	for (size_t i = 0; i < groups->count; i++) {
		const char *name = groups->items[i].name;
		group_rows(out, &groups->items[i], !name ? "all sessions" : *what == 'a' ? words_area(name) : name);
	}
	fputs("</table></div>\n", out);
	if (groups->left_out > 0)
		fprintf(out, "<p class=\"note\">%zu more with fewer pairs are left out.</p>\n", groups->left_out);
	note(out, words_regression);
}

static void pain(const struct report *report, FILE *out)
{
	struct report_group all = report->all;
	const struct report_groups alone = {.items = &all, .count = 1};
	fputs("<h2>Pain before a session, after it and two hours later</h2>\n<p class=\"note\">"
	      "<svg class=\"key\" aria-hidden=\"true\" width=\"10\" height=\"10\"><circle class=\"b\" cx=\"5\" "
	      "cy=\"5\" "
	      "r=\"4\"/></svg> before &#160; "
	      "<svg class=\"key\" aria-hidden=\"true\" width=\"10\" height=\"10\"><circle class=\"a\" cx=\"5\" "
	      "cy=\"5\" "
	      "r=\"4\"/></svg> after &#160; "
	      "<svg class=\"key\" aria-hidden=\"true\" width=\"10\" height=\"10\"><path class=\"l\" d=\"M5 0l5 5-5 "
	      "5-5-5z\"/>"
	      "</svg> two hours later</p>\n",
	      out);
	note(out, words_interval);
	groups(out, "together", &alone);
	if (report->areas.count > 0) {
		fputs("<h3>By area</h3>\n", out);
		note(out, words_areas);
		groups(out, "area", &report->areas);
	}
	if (report->routines.count > 0) {
		fputs("<h3>By routine</h3>\n", out);
		groups(out, "routine", &report->routines);
	}
}

// ---- When attacks begin

static void times(const struct report *report, FILE *out)
{
	fputs("<h2>When attacks begin</h2>\n", out);
	if (report->times.attacks < HONEST_LEAST) {
		fprintf(out, "<p>Attacks %d: %s.</p>\n", report->times.attacks, words_too_few);
		return;
	}
	fprintf(out,
	        "<p class=\"note\">%d attacks. The dashed line is what each would have if all were alike; small counts "
	        "differ from it by chance.</p>\n<div class=\"wide block\"><h3>Hour of the day</h3>\n",
	        report->times.attacks);
	draw_hours(out, &report->times);
	fputs("</div>\n<div class=\"wide block\"><h3>Day of the week</h3>\n", out);
	draw_weekdays(out, &report->times);
	fputs("</div>\n", out);
}

// ---- Weeks against plan

static void weeks(const struct report *report, FILE *out)
{
	const struct report_weeks *weeks = &report->weeks;
	char from[DAY_BYTES], to[DAY_BYTES], often[WORDS_BYTES];
	fputs("<h2>Weeks against plan</h2>\n", out);
	if (weeks->row_count == 0 || weeks->count == 0) {
		fputs("<p>There is no plan yet; stillroom plan set NAME 3/week makes one.</p>\n", out);
		return;
	}
	day_write(weeks->first_days[0], from);
	day_write(weeks->first_days[weeks->count - 1], to);
	fprintf(out,
	        "<p class=\"note\">Sessions in each week, from that of Monday, %s, to that of %s. The dashed line is "
	        "what "
	        "was wanted.</p>\n<div class=\"wide\"><table>\n<tr><th>routine</th><th>wanted</th><th>weeks with as "
	        "many</th><th>sessions a week</th></tr>\n",
	        from, to);
	for (size_t i = 0; i < weeks->row_count; i++) {
		const struct want *want = &weeks->rows[i].want;
		int met = 0;
		for (int week = 0; week < weeks->count; week++)
			met += weeks->rows[i].done[week] >= want->per_week;
		words_often(want->per_week, often);
		fputs("<tr><td class=\"name\">", out);
		print(out, want->title);
		fprintf(out, "</td><td>%s</td><td>%d of %d</td><td>", often, met, weeks->count);
		draw_weeks(out, weeks->rows[i].done, weeks->count, want->per_week);
		fputs("</td></tr>\n", out);
	}
	fputs("</table></div>\n", out);
}

// ---- Comparison nights

static void compare_row(FILE *out, const char *name, size_t nights, const struct report_pair *pair, bool is_enough)
{
	fprintf(out, "<tr><td>%s</td><td>%zu</td><td>%zu</td>", name, nights, pair->count);
	if (is_enough) {
		spread_cell(out, &pair->before);
		spread_cell(out, &pair->then);
		spread_cell(out, &pair->change);
		fputs("<td>", out);
		draw_change(out, &pair->change);
		fputs("</td></tr>\n", out);
	} else
		fprintf(out, "<td colspan=\"4\">%s</td></tr>\n",
		        pair->count < HONEST_LEAST ? words_too_few : "waits for the other");
}

static void compare(const struct report *report, FILE *out)
{
	const struct report_compare *nights = &report->compare;
	fputs("<div class=\"block\"><h2>Comparison nights</h2>\n", out);
	if (nights->breath_nights + nights->hands_nights == 0) {
		fputs("<p>There are none; stillroom play --compare lets a draw decide between breath only and the "
		      "hands.</p></div>\n",
		      out);
		return;
	}
	note(out, words_compare);
	fputs("<div class=\"wide\"><table>\n<tr><th></th><th>nights</th><th>pairs</th><th>before</th><th>after</th>"
	      "<th>change</th><th>",
	      out);
	draw_change_scale(out);
	fputs("</th></tr>\n", out);
	compare_row(out, "breath only", nights->breath_nights, &nights->breath, words_is_enough(nights));
	compare_row(out, "hands", nights->hands_nights, &nights->hands, words_is_enough(nights));
	fputs("</table></div>\n", out);
	if (words_is_enough(nights)) {
		char test[WORDS_BYTES];
		words_test(nights, test);
		fputs("<p>", out);
		print(out, test);
		fputs("</p>\n", out);
	}
	fputs("</div>\n", out);
}

void report_print_page(const struct report *report, FILE *out)
{
	head(report, out);
	if (report->end_day > report->first_day) {
		doctor(report, out);
		calendar(report, out);
		pain(report, out);
		times(report, out);
		weeks(report, out);
		compare(report, out);
	}
	fputs("<p class=\"note\">It gives comfort, not treatment. If a headache is sudden and the worst ever, or comes "
	      "with "
	      "weakness, or fever and a stiff neck, seek help at once.</p>\n</body>\n</html>\n",
	      out);
}

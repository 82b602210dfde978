// Every text stands in a cell of its own whose width holds it, so that none can overlap: tests/report measures it.
#include "report/draw.h"

#include <math.h>
#include <stdlib.h>

// ---- A month

enum { CELL = 24, ROW = 28, HEAD = 16 };

static void draw_day(FILE *out, int x, int y, int day, unsigned char marks, bool is_covered)
{
	const char *kind = marks & REPORT_HEADACHE ? "on" : is_covered ? "n" : "soft";
	if (marks & REPORT_HEADACHE)
		fprintf(out, "<rect class=\"h\" x=\"%d\" y=\"%d\" width=\"20\" height=\"15\" rx=\"4\"/>", x + 2, y);
	fprintf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">%d</text>", kind, x + CELL / 2, y + 11, day);
	if (marks & REPORT_SESSION)
		fprintf(out, "<circle class=\"s\" cx=\"%d\" cy=\"%d\" r=\"3\"/>", x + 8, y + 20);
	if (marks & REPORT_MEDICATION)
		fprintf(out, "<path class=\"m\" d=\"M%d %dl4 4-4 4-4-4z\"/>", x + 17, y + 16);
	fputc('\n', out);
}

void draw_month(FILE *out, const struct report_month *month)
{
	int first = month_first_day(month->month), end = month_first_day(month->month + 1);
	int rows = (day_weekday(first) + end - first + DAYS_A_WEEK - 1) / DAYS_A_WEEK;
	fprintf(out,
	        "<svg role=\"img\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" aria-label=\"%d headache days, %d "
	        "days with a session, %d days with medication\">\n",
	        DAYS_A_WEEK * CELL, HEAD + rows * ROW, DAYS_A_WEEK * CELL, HEAD + rows * ROW, month->headache_days,
	        month->session_days, month->medication_days);
	for (int i = 0; i < DAYS_A_WEEK; i++)
		fprintf(out, "<text class=\"soft\" x=\"%d\" y=\"10\">%.2s</text>", CELL * i + CELL / 2, day_name(i));
	fputc('\n', out);
	for (int day = first; day < end; day++) {
		int place = day_weekday(first) + day - first;
		draw_day(out, CELL * (place % DAYS_A_WEEK), HEAD + ROW * (place / DAYS_A_WEEK), day_of_month(day),
		         month->marks[day_of_month(day)], day >= month->first_day && day < month->end_day);
	}
	fputs("</svg>\n", out);
}

// ---- Ratings

enum { STEP = 20, EDGE = 10, RATINGS_WIDTH = 9 * STEP + 2 * EDGE, STRAND = 11 };

static double rating_x(double rating)
{
	return EDGE + STEP * rating;
}

void draw_scale(FILE *out)
{
	fprintf(out, "<svg aria-hidden=\"true\" width=\"%d\" height=\"14\" viewBox=\"0 0 %d 14\">", RATINGS_WIDTH,
	        RATINGS_WIDTH);
	for (int rating = 0; rating <= 9; rating++)
		fprintf(out, "<text class=\"soft\" x=\"%g\" y=\"11\">%d</text>", rating_x(rating), rating);
	fputs("</svg>", out);
}

static void draw_strand(FILE *out, const struct spread *spread, int y, double scale, double zero, const char *kind)
{
	double x = zero + scale * spread->median;
	fprintf(out, "<path class=\"%s i\" d=\"M%g %dH%g\"/>", kind, zero + scale * spread->low, y,
	        zero + scale * spread->high);
	if (*kind == 'l')
		fprintf(out, "<path class=\"l\" d=\"M%g %dl5 5-5 5-5-5z\"/>", x, y - 5);
	else
		fprintf(out, "<circle class=\"%s\" cx=\"%g\" cy=\"%d\" r=\"4\"/>", kind, x, y);
}

void draw_ratings(FILE *out, const struct report_pair *after, const struct report_pair *later)
{
	int y = STRAND / 2 + 1, height = STRAND * (later ? 3 : 2) + 2;
	const struct report_pair *any = after ? after : later;
	if (!any)
		return;
	fprintf(out, "<svg aria-hidden=\"true\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">", RATINGS_WIDTH,
	        height, RATINGS_WIDTH, height);
	for (int rating = 0; rating <= 9; rating++)
		fprintf(out, "<path class=\"grid\" d=\"M%g 0V%d\"/>", rating_x(rating), height);
	draw_strand(out, &any->before, y, STEP, EDGE, "b");
	if (after)
		draw_strand(out, &after->then, y += STRAND, STEP, EDGE, "a");
	if (later)
		draw_strand(out, &later->then, y += STRAND, STEP, EDGE, "l");
	fputs("</svg>", out);
}

void draw_change_scale(FILE *out)
{
	fprintf(out, "<svg aria-hidden=\"true\" width=\"%d\" height=\"14\" viewBox=\"0 0 %d 14\">", RATINGS_WIDTH,
	        RATINGS_WIDTH);
	for (int change = -9; change <= 9; change += 3)
		fprintf(out, "<text class=\"soft\" x=\"%g\" y=\"11\">%s%d</text>", rating_x(4.5 + change / 2.0),
		        change < 0 ? "\xe2\x88\x92" : "", abs(change));
	fputs("</svg>", out);
}

void draw_change(FILE *out, const struct spread *change)
{
	fprintf(out, "<svg aria-hidden=\"true\" width=\"%d\" height=\"14\" viewBox=\"0 0 %d 14\">", RATINGS_WIDTH,
	        RATINGS_WIDTH);
	for (int grid = -9; grid <= 9; grid += 3)
		fprintf(out, "<path class=\"grid\" d=\"M%g 0V14\"/>", rating_x(4.5 + grid / 2.0));
	draw_strand(out, change, 7, STEP / 2.0, rating_x(4.5), "a");
	fputs("</svg>", out);
}

// ---- Bars

enum { BAR_TOP = 14, BAR_HEIGHT = 90, BAR_FOOT = 18 };
enum { MOST_SHOWN = 999 }; // of a bar's count: a larger one has no room

struct bars {
	const int *counts;
	int count, pitch;
	double line; // at this count
	const char *what;
};

static double bar_scale(const struct bars *bars)
{
	double most = fmax(1.0, bars->line);
	for (int i = 0; i < bars->count; i++)
		most = fmax(most, bars->counts[i]);
	return BAR_HEIGHT / most;
}

static void draw_bars(FILE *out, const struct bars *bars)
{
	double scale = bar_scale(bars);
	int width = bars->count * bars->pitch, height = BAR_TOP + BAR_HEIGHT + BAR_FOOT;
	fprintf(out, "<svg role=\"img\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" aria-label=\"%s:", width,
	        height, width, height, bars->what);
	for (int i = 0; i < bars->count; i++)
		fprintf(out, " %d", bars->counts[i]);
	fprintf(out, "\">\n<path class=\"line\" d=\"M0 %.1fH%d\"/>", BAR_TOP + BAR_HEIGHT - scale * bars->line, width);
	for (int i = 0; i < bars->count; i++) {
		double tall = scale * bars->counts[i], top = BAR_TOP + BAR_HEIGHT - tall;
		if (bars->counts[i] == 0)
			continue;
		fprintf(out, "<rect class=\"bar\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"/>",
		        i * bars->pitch + 4, top, bars->pitch - 8, tall);
		if (bars->counts[i] <= MOST_SHOWN)
			fprintf(out, "<text class=\"n\" x=\"%g\" y=\"%.1f\">%d</text>", (i + 0.5) * bars->pitch,
			        top - 3, bars->counts[i]);
	}
	fprintf(out, "<path class=\"axis\" d=\"M0 %dH%d\"/>", BAR_TOP + BAR_HEIGHT, width);
	fputc('\n', out);
}

void draw_hours(FILE *out, const struct report_times *times)
{
	struct bars bars = {times->hours, HOURS_A_DAY, 24, times->attacks / 24.0, "attacks that began in each hour"};
	draw_bars(out, &bars);
	for (int hour = 0; hour < HOURS_A_DAY; hour++)
		fprintf(out, "<text class=\"soft\" x=\"%d\" y=\"%d\">%d</text>", hour * bars.pitch + bars.pitch / 2,
		        BAR_TOP + BAR_HEIGHT + 13, hour);
	fputs("\n</svg>\n", out);
}

void draw_weekdays(FILE *out, const struct report_times *times)
{
	struct bars bars = {times->weekdays, DAYS_A_WEEK, 40, times->attacks / 7.0,
	                    "attacks that began on each weekday, from Monday"};
	draw_bars(out, &bars);
	for (int day = 0; day < DAYS_A_WEEK; day++)
		fprintf(out, "<text class=\"soft\" x=\"%d\" y=\"%d\">%.3s</text>", day * bars.pitch + bars.pitch / 2,
		        BAR_TOP + BAR_HEIGHT + 13, day_name(day));
	fputs("\n</svg>\n", out);
}

void draw_weeks(FILE *out, const int *done, int count, double wanted)
{
	enum { PITCH = 26, TOP = 13, TALL = 28 };
	double most = fmax(1.0, wanted);
	for (int i = 0; i < count; i++)
		most = fmax(most, done[i]);
	fprintf(out, "<svg role=\"img\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" aria-label=\"done each week:",
	        count * PITCH, TOP + TALL + 1, count * PITCH, TOP + TALL + 1);
	for (int i = 0; i < count; i++)
		fprintf(out, " %d", done[i]);
	fprintf(out, "\"><path class=\"line\" d=\"M0 %.1fH%d\"/>", TOP + TALL - TALL * wanted / most, count * PITCH);
	for (int i = 0; i < count; i++) {
		double tall = TALL * done[i] / most;
		fprintf(out, "<rect class=\"s\" x=\"%d\" y=\"%.1f\" width=\"14\" height=\"%.1f\"/>", i * PITCH + 6,
		        TOP + TALL - tall, tall);
		if (done[i] <= MOST_SHOWN)
			fprintf(out, "<text class=\"n\" x=\"%d\" y=\"%.1f\">%d</text>", i * PITCH + PITCH / 2,
			        TOP + TALL - tall - 3, done[i]);
	}
	fprintf(out, "<path class=\"axis\" d=\"M0 %dH%d\"/></svg>", TOP + TALL, count * PITCH);
}

// The pictures of the page, as inline SVG. No text in them comes from the diary. Any thread.
#ifndef REPORT_DRAW_H
#define REPORT_DRAW_H

#include "report/report.h"

void draw_month(FILE *out, const struct report_month *month);

// A scale of ratings above a column of draw_ratings.
void draw_scale(FILE *out);
// Before, after and later; NULL where there is not enough.
void draw_ratings(FILE *out, const struct report_pair *after, const struct report_pair *later);
void draw_change_scale(FILE *out); // from -9 to 9
void draw_change(FILE *out, const struct spread *change);

void draw_hours(FILE *out, const struct report_times *times);
void draw_weekdays(FILE *out, const struct report_times *times);

// Each week's count as a bar, with a line at what was wanted.
void draw_weeks(FILE *out, const int *done, int count, double wanted);

#endif

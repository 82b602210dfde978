// The words that the forms of a report share. Any thread; static texts but for those that are written.
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "report/report.h"

enum { WORDS_BYTES = 512 };

extern const char words_regression[]; // stands by every figure of before and after
extern const char words_interval[];   // what the brackets are
extern const char words_too_few[];    // "not enough yet"
extern const char words_days[];       // what a headache day is
extern const char words_areas[];
extern const char words_compare[];

const char *words_kind(enum report_kind kind); // "triptans"; KINDS: several together
const char *words_area(const char *area);      // "whole body"

void words_period(const struct report *report, char text[WORDS_BYTES]);     // "12 October to 26 November 2026"
void words_month(const struct report_month *month, char text[WORDS_BYTES]); // "October 2026 (from the 12th)"
void words_overuse(const struct report *report, char text[WORDS_BYTES]);    // "" where no bound is reached
void words_spread(const struct spread *spread, char text[WORDS_BYTES]);     // "5.5 (4 to 6)"
void words_test(const struct report_compare *compare, char text[WORDS_BYTES]);
void words_often(double per_week, char text[WORDS_BYTES]); // "daily", "3 per week"
bool words_is_enough(const struct report_compare *compare);

#endif

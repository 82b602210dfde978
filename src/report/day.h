// Days of the calendar as a person counts them: at the place where it was. Any thread.
//
// A day is counted from 1970-01-01, a month from January 1970; both may be any int of the years 0 to 9999. Weeks begin
// on Monday.
#ifndef REPORT_DAY_H
#define REPORT_DAY_H

#include <stdbool.h>
#include <stdint.h>

enum { DAYS_A_WEEK = 7, HOURS_A_DAY = 24, MOST_DAYS_A_MONTH = 31, DAY_BYTES = 40 };

int day_at(int64_t wall_sec, int zone_min);
int day_hour(int64_t wall_sec, int zone_min); // 0 to 23
int day_weekday(int day);                     // 0: Monday
int day_of_month(int day);                    // from 1
int day_month(int day);                       // that it lies in
int month_first_day(int month);               // its end is the next one's first day

bool month_read(const char *text, int *month);     // "2026-10"
void day_write(int day, char text[DAY_BYTES]);     // "12 October 2026"
void month_write(int month, char text[DAY_BYTES]); // "October 2026"
const char *day_name(int weekday);                 // "Monday"

#endif

// The calendar by arithmetic: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days_from_civil and
// civil_from_days), which counts eras of 400 years from the first of March.
#include "report/day.h"

#include <stdio.h>

enum { DAY_SEC = 86400, ERA_DAYS = 146097, DAYS_TO_1970 = 719468, MONTHS_A_YEAR = 12 };

struct date {
	int year, month, day; // month and day from 1
};

static int64_t floor_divide(int64_t number, int64_t by)
{
	return number / by - (number % by < 0);
}

int day_at(int64_t wall_sec, int zone_min)
{
	return (int)floor_divide(wall_sec + 60 * (int64_t)zone_min, DAY_SEC);
}

int day_hour(int64_t wall_sec, int zone_min)
{
	int64_t local = wall_sec + 60 * (int64_t)zone_min;
	return (int)((local - DAY_SEC * floor_divide(local, DAY_SEC)) / 3600);
}

int day_weekday(int day)
{
	int from_thursday = day + 3; // 1970 began on one
	return (int)(from_thursday - DAYS_A_WEEK * floor_divide(from_thursday, DAYS_A_WEEK));
}

static struct date date_of(int day)
{
	int shifted = day + DAYS_TO_1970;
	int era = (int)floor_divide(shifted, ERA_DAYS);
	int of_era = shifted - era * ERA_DAYS;
	int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int of_year = of_era - (365 * year + year / 4 - year / 100);
	int from_march = (5 * of_year + 2) / 153;
	struct date date = {.month = from_march < 10 ? from_march + 3 : from_march - 9};
	date.day = of_year - (153 * from_march + 2) / 5 + 1;
	date.year = year + era * 400 + (date.month <= 2);
	return date;
}

int day_of_month(int day)
{
	return date_of(day).day;
}

int day_month(int day)
{
	struct date date = date_of(day);
	return (date.year - 1970) * MONTHS_A_YEAR + date.month - 1;
}

int month_first_day(int month)
{
	int year = 1970 + (int)floor_divide(month, MONTHS_A_YEAR);
	int of_year = month - (year - 1970) * MONTHS_A_YEAR + 1;
	int from_march = of_year > 2 ? of_year - 3 : of_year + 9;
	year -= of_year <= 2;
	int era = (int)floor_divide(year, 400);
	int year_of_era = year - era * 400;
	int of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * from_march + 2) / 5;
	return era * ERA_DAYS + of_era - DAYS_TO_1970;
}

bool month_read(const char *text, int *month)
{
	for (int i = 0; i < 7; i++)
		if (i == 4 ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
	int year = 1000 * (text[0] - '0') + 100 * (text[1] - '0') + 10 * (text[2] - '0') + text[3] - '0';
	int of_year = 10 * (text[5] - '0') + text[6] - '0';
	if (text[7] || of_year < 1 || of_year > MONTHS_A_YEAR)
		return false;
	*month = (year - 1970) * MONTHS_A_YEAR + of_year - 1;
	return true;
}

static const char *month_name(int of_year)
{
	static const char *const names[] = {"January", "February", "March",     "April",   "May",      "June",
	                                    "July",    "August",   "September", "October", "November", "December"};
	return names[of_year - 1];
}

void day_write(int day, char text[DAY_BYTES])
{
	struct date date = date_of(day);
	snprintf(text, DAY_BYTES, "%d %s %d", date.day, month_name(date.month), date.year);
}

void month_write(int month, char text[DAY_BYTES])
{
	struct date date = date_of(month_first_day(month));
	snprintf(text, DAY_BYTES, "%s %d", month_name(date.month), date.year);
}

const char *day_name(int weekday)
{
	static const char *const names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
	                                    "Friday", "Saturday", "Sunday"};
	return names[weekday];
}

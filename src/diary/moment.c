#include "diary/moment.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

void moment_write_zone(int64_t wall_sec, int zone_min, char text[MOMENT_BYTES])
{
	time_t at = (time_t)(wall_sec + 60 * (int64_t)zone_min);
	struct tm tm = {0};
	if (!gmtime_r(&at, &tm))
		gmtime_r(&(time_t){0}, &tm);
	int off = zone_min < 0 ? -zone_min : zone_min;
	snprintf(text, MOMENT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1,
	         tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, zone_min < 0 ? '-' : '+', off / 60, off % 60);
}

void moment_write(int64_t wall_sec, char text[MOMENT_BYTES])
{
	time_t at = (time_t)wall_sec;
	struct tm tm = {0};
	bool known = localtime_r(&at, &tm) != NULL;
	moment_write_zone(wall_sec, known ? (int)(tm.tm_gmtoff / 60) : 0, text);
}

// `shape`: 0 stands for a digit, all else for itself.
static bool has_shape(const char *text, const char *shape)
{
	for (; *shape; shape++, text++)
		if (*shape == '0' ? *text < '0' || *text > '9' : *text != *shape)
			return false;
	return true;
}

static bool read_zone(const char *text, int *zone_min)
{
	*zone_min = 0;
	if (strcmp(text, "Z") == 0)
		return true;
	if ((*text != '+' && *text != '-') || strlen(text) != 6 || !has_shape(text + 1, "00:00"))
		return false;
	int hours = 10 * (text[1] - '0') + text[2] - '0', minutes = 10 * (text[4] - '0') + text[5] - '0';
	*zone_min = (*text == '-' ? -1 : 1) * (60 * hours + minutes);
	return hours < 24 && minutes < 60;
}

// A day that there is, as the calendar writes it: month 1 to 12.
static bool is_day(int year, int month, int day)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return year >= 1900 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] &&
	       (month != 2 || day < 29 || leap);
}

bool moment_read_zone(const char *text, int64_t *wall_sec, int *zone_min)
{
	struct tm tm = {0};
	if (!has_shape(text, "0000-00-00T00:00:00") || !read_zone(text + 19, zone_min) ||
	    sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
	           &tm.tm_sec) != 6)
		return false;
	if (!is_day(tm.tm_year, tm.tm_mon, tm.tm_mday) || tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*wall_sec = (int64_t)timegm(&tm) - 60 * (int64_t)*zone_min;
	return true;
}

bool moment_read(const char *text, int64_t *wall_sec)
{
	int zone_min;
	return moment_read_zone(text, wall_sec, &zone_min);
}

// ---- As people write it

// A number of one to `most` digits; *text goes on behind it.
static bool take_number(const char **text, int most, int *number)
{
	int digits = 0;
	for (*number = 0; **text >= '0' && **text <= '9'; (*text)++)
		if (++digits > most)
			return false;
		else
			*number = 10 * *number + **text - '0';
	return digits > 0;
}

static bool take_sign(const char **text, char sign)
{
	if (**text != sign)
		return false;
	(*text)++;
	return true;
}

static bool take_word(const char **text, const char *word)
{
	size_t n = strlen(word);
	if (strncasecmp(*text, word, n) != 0)
		return false;
	*text += n;
	return true;
}

static void pass_spaces(const char **text)
{
	*text += strspn(*text, " \t");
}

// "20:37", "20:37:40", "8:05 PM", "8 pm"
static bool take_clock(const char **text, struct tm *tm)
{
	bool minutes = false;
	if (!take_number(text, 2, &tm->tm_hour))
		return false;
	tm->tm_min = tm->tm_sec = 0;
	if (take_sign(text, ':')) {
		minutes = true;
		if (!take_number(text, 2, &tm->tm_min))
			return false;
		if (take_sign(text, ':') && !take_number(text, 2, &tm->tm_sec))
			return false;
	}
	pass_spaces(text);
	bool pm = take_word(text, "pm"), am = !pm && take_word(text, "am");
	if ((am || pm) && (tm->tm_hour < 1 || tm->tm_hour > 12))
		return false;
	if (am || pm)
		tm->tm_hour = tm->tm_hour % 12 + (pm ? 12 : 0);
	return (minutes || am || pm) && tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec < 60;
}

static bool take_day(const char **text, enum moment_order order, struct tm *tm)
{
	int a, b, c;
	if (!take_number(text, 4, &a))
		return false;
	char sign = **text;
	bool year_first = a > 31;
	if ((sign != '-' && sign != '.' && sign != '/') || !take_sign(text, sign) || !take_number(text, 2, &b) ||
	    !take_sign(text, sign) || !take_number(text, 4, &c))
		return false;
	bool month_first = sign == '/' && order == MOMENT_MONTH_FIRST;
	if (!year_first && sign != '.' && order == MOMENT_ORDER_UNTOLD)
		return false; // 3/4/2026
	int year = year_first ? a : c,
	    month = year_first    ? b
	            : month_first ? a
	                          : b,
	    day = year_first    ? c
	          : month_first ? b
	                        : a;
	if (!is_day(year, month, day))
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return true;
}

static bool from_local(struct tm *tm, int64_t *wall_sec, int *zone_min)
{
	tm->tm_isdst = -1;
	time_t at = mktime(tm);
	if (at == (time_t)-1 && tm->tm_year != 69)
		return false;
	*wall_sec = (int64_t)at;
	*zone_min = (int)(tm->tm_gmtoff / 60);
	return true;
}

bool moment_read_plain(const char *text, int64_t now_wall_sec, enum moment_order order, int64_t *wall_sec,
                       int *zone_min)
{
	time_t now = (time_t)now_wall_sec;
	struct tm tm = {0};
	pass_spaces(&text);
	if (moment_read_zone(text, wall_sec, zone_min))
		return true;
	if (!localtime_r(&now, &tm))
		return false;
	bool is_now = take_word(&text, "now"), today = !is_now && take_word(&text, "today");
	bool yesterday = !is_now && !today && take_word(&text, "yesterday");
	tm.tm_mday -= yesterday;
	const char *day = text;
	bool dated = !is_now && !today && !yesterday && take_day(&day, order, &tm);
	if (dated)
		text = day;
	if (*text == 'T' && dated)
		text++;
	pass_spaces(&text);
	bool timed = !is_now && *text;
	if (timed && !take_clock(&text, &tm))
		return false;
	if (!timed && !is_now) {
		tm.tm_hour = 12;
		tm.tm_min = tm.tm_sec = 0;
	}
	pass_spaces(&text);
	if (*text || (!is_now && !today && !yesterday && !dated && !timed) || !from_local(&tm, wall_sec, zone_min))
		return false;
	if (timed && !dated && !today && !yesterday && *wall_sec > now_wall_sec) {
		tm.tm_mday--;
		return from_local(&tm, wall_sec, zone_min);
	}
	return true;
}

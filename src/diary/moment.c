#include "diary/moment.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

void moment_write(int64_t wall_sec, char text[MOMENT_BYTES])
{
	time_t at = (time_t)wall_sec;
	struct tm tm = {0};
	if (!localtime_r(&at, &tm))
		gmtime_r(&(time_t){0}, &tm);
	long minutes = tm.tm_gmtoff / 60, off = minutes < 0 ? -minutes : minutes;
	snprintf(text, MOMENT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d%c%02ld:%02ld", tm.tm_year + 1900, tm.tm_mon + 1,
	         tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, minutes < 0 ? '-' : '+', off / 60, off % 60);
}

// `shape`: 0 stands for a digit, all else for itself.
static bool has_shape(const char *text, const char *shape)
{
	for (; *shape; shape++, text++)
		if (*shape == '0' ? *text < '0' || *text > '9' : *text != *shape)
			return false;
	return true;
}

static bool read_zone(const char *text, long *off_sec)
{
	*off_sec = 0;
	if (strcmp(text, "Z") == 0)
		return true;
	if ((*text != '+' && *text != '-') || strlen(text) != 6 || !has_shape(text + 1, "00:00"))
		return false;
	int hours = 10 * (text[1] - '0') + text[2] - '0', minutes = 10 * (text[4] - '0') + text[5] - '0';
	*off_sec = (*text == '-' ? -60L : 60L) * (60 * hours + minutes);
	return hours < 24 && minutes < 60;
}

bool moment_read(const char *text, int64_t *wall_sec)
{
	struct tm tm = {0};
	long off_sec;
	if (!has_shape(text, "0000-00-00T00:00:00") || !read_zone(text + 19, &off_sec) ||
	    sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
	           &tm.tm_sec) != 6)
		return false;
	if (tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 || tm.tm_min > 59 ||
	    tm.tm_sec > 60)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*wall_sec = (int64_t)timegm(&tm) - off_sec;
	return true;
}

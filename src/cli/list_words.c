#include "cli/list.h"

#include "base/arena.h"
#include "base/frames.h"
#include "routine/format.h"

#include <math.h>
#include <string.h>

#define LONG_FADE_SEC 300.0 // a fade that is told for itself

const char *list_moment(enum moment moment)
{
	switch (moment) {
	case MOMENT_ATTACK:
		return "During an attack";
	case MOMENT_FIRST_SIGN:
		return "First sign";
	case MOMENT_AFTER:
		return "After an attack";
	case MOMENT_DAILY:
		return "Daily care";
	case MOMENT_BEDTIME:
		return "Bedtime";
	case MOMENT_ANY:
		break;
	}
	return "Any time";
}

const char *list_pressure(enum pressure pressure)
{
	return pressure == PRESSURE_NONE ? "" : pressure_names[pressure - 1];
}

const char *list_area(const char *area)
{
	return strcmp(area, "whole") == 0 ? "whole body" : area;
}

// To the minute; what is shorter than one, to five seconds.
static const char *rounded(struct arena *arena, double sec)
{
	double fives = fmax(5.0, 5.0 * round(sec / 5.0));
	return fives < 60.0 ? arena_printf(arena, "%.0f s", fives) : arena_printf(arena, "%.0f min", round(sec / 60.0));
}

const char *list_length(const struct library_entry *entry, struct arena *arena)
{
	if (entry->frames < 0)
		return "";
	double all_sec = (double)entry->frames / ENGINE_RATE_HZ;
	double fade_sec = (double)entry->fade_frames / ENGINE_RATE_HZ;
	if (fade_sec < LONG_FADE_SEC)
		return rounded(arena, all_sec);
	const char *to_sleep = entry->moment == MOMENT_BEDTIME ? " to sleep" : "";
	const char *fade = arena_printf(arena, "%s fading%s", rounded(arena, fade_sec), to_sleep);
	if (all_sec - fade_sec < 1.0)
		return fade;
	return arena_printf(arena, "%s, then %s", rounded(arena, all_sec - fade_sec), fade);
}

const char *list_often(const struct library_entry *entry, struct arena *arena)
{
	if (entry->often_per_week <= 0.0)
		return "";
	return entry->often_per_week == 7.0 ? "daily" : arena_printf(arena, "%.0f per week", entry->often_per_week);
}

const char *list_no_lengths(const struct library *library, struct arena *arena)
{
	if (!library->missing_voice)
		return NULL;
	return arena_printf(arena, "Lengths are left out: there is no voice \"%s\" to speak the sessions.",
	                    library->missing_voice);
}

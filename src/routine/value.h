// Single values as a person writes them: lengths, levels, rates, numbers. Pure functions; control thread.
//
// Each gives NULL and the value, or what is wrong and what would be right.
#ifndef ROUTINE_VALUE_H
#define ROUTINE_VALUE_H

#include "routine/routine.h"

struct value_bounds {
	double least_sec, most_sec;
	bool breaths; // may also be counted in breaths
};

// `90s`, `2m`, `1m30s`, `1.5 m`, `6 breaths`.
const char *value_length(struct arena *arena, const char *text, const struct value_bounds *bounds,
                         struct length *length);

// `-14 dB`, or a word: faint, quiet, soft, medium, full.
const char *value_level(struct arena *arena, const char *text, double *level_db);

// `8 per minute`.
const char *value_rate(struct arena *arena, const char *text, double *per_minute);

// Digits, perhaps with a point and more digits, and nothing else.
bool value_number(const char *text, double *number);

// Seconds as they are written: `1m30s`, `0.5s`.
const char *value_sec_text(struct arena *arena, double sec);

extern const char *const value_level_words[]; // ends with NULL

#endif

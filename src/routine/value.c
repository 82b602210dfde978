// A length is one or more numbers with units, largest unit first. What people write instead (a bare number, a clock's
// `1:30`, `90 sec`) could be guessed at, but a guess that is wrong by a factor of 60 is heard only in the session, so
// each is refused with the spelling to use.
#include "routine/value.h"

#include "base/arena.h"
#include "yaml/yaml.h"

#include <math.h>
#include <string.h>

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define FAR_TOO_MUCH 1e15

enum { NUMBER_MOST_DIGITS = 15, FRACTION_MOST_DIGITS = 6 };

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " ");
}

// Moves *at behind a number. By hand: strtod takes `inf`, `0x1p9`, and a comma in some countries. Both parts of the
// quotient are whole and below 2^53, so it is the nearest double.
static bool take_number(const char **at, double *number)
{
	size_t whole = strspn(*at, DIGITS);
	const char *point = *at + whole;
	size_t fraction = *point == '.' ? strspn(point + 1, DIGITS) : 0;
	if (whole == 0 || (*point == '.' && fraction == 0) || fraction > FRACTION_MOST_DIGITS)
		return false;
	double digits = 0, scale = 1;
	for (size_t i = 0; i < whole; i++)
		digits = fmin(digits * 10 + ((*at)[i] - '0'), FAR_TOO_MUCH);
	for (size_t i = 0; i < fraction && whole + fraction <= NUMBER_MOST_DIGITS; i++) {
		digits = digits * 10 + (point[1 + i] - '0');
		scale *= 10;
	}
	*number = digits / scale;
	*at = point + (fraction ? fraction + 1 : 0);
	return true;
}

bool value_number(const char *text, double *number)
{
	return take_number(&text, number) && !*text;
}

const char *value_sec_text(struct arena *arena, double sec)
{
	double hours = floor(sec / 3600), minutes = floor(fmod(sec, 3600) / 60), rest = fmod(sec, 60);
	const char *text = hours > 0 ? arena_printf(arena, "%.0fh", hours) : "";
	if (minutes > 0)
		text = arena_printf(arena, "%s%.0fm", text, minutes);
	return rest > 0 || !*text ? arena_printf(arena, "%s%gs", text, rest) : text;
}

static const struct unit {
	const char *name;
	double sec;
	const char *right; // the spelling to use, when this one is refused
} units[] = {
	{"s", 1, NULL},     {"m", 60, NULL},     {"h", 3600, NULL},    {"S", 1, "s"},    {"sec", 1, "s"},
	{"secs", 1, "s"},   {"second", 1, "s"},  {"seconds", 1, "s"},  {"M", 60, "m"},   {"min", 60, "m"},
	{"mins", 60, "m"},  {"minute", 60, "m"}, {"minutes", 60, "m"}, {"H", 3600, "h"}, {"hr", 3600, "h"},
	{"hrs", 3600, "h"}, {"hour", 3600, "h"}, {"hours", 3600, "h"},
};

static const struct unit *find_unit(const char *word, size_t length)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strlen(units[i].name) == length && memcmp(units[i].name, word, length) == 0)
			return &units[i];
	return NULL;
}

static const char *no_length(struct arena *arena, const char *text, bool breaths)
{
	const char *comma = strlen(text) < 40 ? strchr(text, ',') : NULL;
	if (comma)
		return arena_printf(arena, "`%s` is not a length; write %.*s.%s", yaml_clip(arena, text),
		                    (int)(comma - text), text, yaml_clip(arena, comma + 1));
	return arena_printf(arena, "`%s` is not a length; such as 90s, 2m or 1m30s%s", yaml_clip(arena, text),
	                    breaths ? ", or 6 breaths" : "");
}

// `1:30` and `1:02:03`; NULL when the text is no clock's time.
static const char *clock_slip(struct arena *arena, const char *text)
{
	double part[3];
	int count = 0;
	const char *at = text;
	while (count < 3 && take_number(&at, &part[count])) {
		count++;
		if (*at != ':')
			break;
		at++;
	}
	if (count < 2 || *at || strchr(text, '.'))
		return NULL;
	double sec = count == 3 ? part[0] * 3600 + part[1] * 60 + part[2] : part[0] * 60 + part[1];
	return arena_printf(arena, "`%s` is not a length; write %s", yaml_clip(arena, text),
	                    value_sec_text(arena, fmin(sec, ROUTINE_MOST_SEC)));
}

static const char *take_breaths(struct arena *arena, const char *text, double number, const struct value_bounds *bounds,
                                struct length *length)
{
	if (!bounds->breaths)
		return arena_printf(arena, "`%s`: breaths cannot be counted here; write a time, such as 30s",
		                    yaml_clip(arena, text));
	if (number != floor(number) || number < 1)
		return arena_printf(arena, "`%s`: only whole breaths can be counted; such as 3 breaths",
		                    yaml_clip(arena, text));
	if (number > ROUTINE_MOST_BREATHS)
		return arena_printf(arena, "`%s` are more than a day; at most %d breaths", yaml_clip(arena, text),
		                    ROUTINE_MOST_BREATHS);
	*length = (struct length){number, true};
	return NULL;
}

static const char *within(struct arena *arena, const char *text, double sec, const struct value_bounds *bounds)
{
	if (sec <= 0 && bounds->least_sec > 0)
		return arena_printf(arena, "`%s` is no time at all; at least %s", yaml_clip(arena, text),
		                    value_sec_text(arena, bounds->least_sec));
	if (sec < bounds->least_sec)
		return arena_printf(arena, "`%s` is too short; at least %s", yaml_clip(arena, text),
		                    value_sec_text(arena, bounds->least_sec));
	if (sec > bounds->most_sec)
		return arena_printf(arena, "`%s` is too long; at most %s", yaml_clip(arena, text),
		                    value_sec_text(arena, bounds->most_sec));
	return NULL;
}

// What was read of a time, part by part.
struct parts {
	double sec;
	double last_unit_sec;
	bool misspelt, misordered;
	const char *spelling; // as it should be written
};

// One number and its unit; false when it is neither.
static bool take_part(struct arena *arena, const char **at, struct parts *parts)
{
	double number;
	const char *digits = *at;
	if (!take_number(at, &number))
		return false;
	int digit_count = (int)(*at - digits);
	*at = skip_blanks(*at);
	size_t length = strspn(*at, LETTERS);
	const struct unit *unit = find_unit(*at, length);
	if (!unit)
		return false;
	*at = skip_blanks(*at + length);
	parts->misspelt |= unit->right != NULL;
	parts->misordered |= parts->last_unit_sec != 0 && unit->sec >= parts->last_unit_sec;
	parts->last_unit_sec = unit->sec;
	parts->sec += number * unit->sec;
	parts->spelling = arena_printf(arena, "%s%.*s%s", parts->spelling, digit_count, digits,
	                               unit->right ? unit->right : unit->name);
	return true;
}

static const char *take_time(struct arena *arena, const char *text, const struct value_bounds *bounds,
                             struct length *length)
{
	struct parts parts = {.spelling = ""};
	for (const char *at = skip_blanks(text); *at;)
		if (!take_part(arena, &at, &parts))
			return no_length(arena, text, bounds->breaths);
	const char *wrong = within(arena, text, parts.sec, bounds);
	if (wrong)
		return wrong;
	if (parts.misordered)
		return arena_printf(arena, "`%s`: the largest unit comes first, each once; write %s",
		                    yaml_clip(arena, text), value_sec_text(arena, parts.sec));
	if (parts.misspelt)
		return arena_printf(arena, "`%s` is not a length; write %s", yaml_clip(arena, text), parts.spelling);
	*length = (struct length){parts.sec, false};
	return NULL;
}

const char *value_length(struct arena *arena, const char *text, const struct value_bounds *bounds,
                         struct length *length)
{
	enum { MOST_BYTES = 40 };
	const char *at = skip_blanks(text);
	double number;
	if (strlen(text) > MOST_BYTES)
		return no_length(arena, text, bounds->breaths);
	text = yaml_clip(arena, text);
	if (*at == '-')
		return arena_printf(arena, "`%s`: a length is never negative; such as 30s", text);
	const char *clock = clock_slip(arena, at);
	if (clock)
		return clock;
	if (!take_number(&at, &number))
		return no_length(arena, text, bounds->breaths);
	at = skip_blanks(at);
	if (!*at)
		return arena_printf(
			arena, "a length needs a unit: %ss or %sm%s", text, text,
			bounds->breaths ? arena_printf(arena, ", or %s %s", text, number == 1 ? "breath" : "breaths")
					: "");
	if (strcmp(at, "breath") == 0 || strcmp(at, "breaths") == 0)
		return take_breaths(arena, text, number, bounds, length);
	if (strcmp(at, "ms") == 0)
		return arena_printf(arena, "`%s` is not a length; write %s", text,
		                    value_sec_text(arena, number / 1000));
	return take_time(arena, text, bounds, length);
}

const char *const value_level_words[] = {"faint", "quiet", "soft", "medium", "full", NULL};
static const double level_words_db[] = {-26, -20, -14, -10, -6};

static const char *level_word(struct arena *arena, const char *text, double *level_db)
{
	for (size_t i = 0; value_level_words[i]; i++) {
		if (strcmp(text, value_level_words[i]) == 0) {
			*level_db = level_words_db[i];
			return NULL;
		}
	}
	const char *nearest = yaml_nearest(text, value_level_words);
	if (nearest)
		return arena_printf(arena, "`%s`: did you mean `%s`?", yaml_clip(arena, text), nearest);
	return arena_printf(arena, "`%s` is not a level; such as soft (faint, quiet, soft, medium, full) or -14 dB",
	                    yaml_clip(arena, text));
}

const char *value_level(struct arena *arena, const char *text, double *level_db)
{
	enum { SOFTEST_DB = 60 };
	double number;
	const char *at = skip_blanks(text);
	bool minus = *at == '-';
	at = skip_blanks(at + (minus || *at == '+'));
	if (!take_number(&at, &number))
		return level_word(arena, text, level_db);
	at = skip_blanks(at);
	if (!*at)
		return arena_printf(arena, "a level needs its unit: -%g dB", number);
	if (strcmp(at, "dB") != 0 && strcmp(at, "db") != 0)
		return level_word(arena, text, level_db);
	if (!minus && number > 0)
		return arena_printf(arena, "`%s` would be louder than the voice; at most 0 dB, such as -14 dB",
		                    yaml_clip(arena, text));
	if (number > SOFTEST_DB)
		return arena_printf(arena, "`%s` cannot be heard; -60 dB to 0 dB, such as -26 dB",
		                    yaml_clip(arena, text));
	*level_db = number == 0 ? 0 : -number;
	return NULL;
}

const char *value_rate(struct arena *arena, const char *text, double *per_minute)
{
	enum { LEAST = 3, MOST = 20 };
	double number;
	const char *at = skip_blanks(text);
	bool is_number = take_number(&at, &number);
	at = skip_blanks(at);
	if (is_number && (!*at || strcmp(at, "/min") == 0 || strcmp(at, "bpm") == 0))
		return arena_printf(arena, "`%s`: a rate needs its unit; write %g per minute", yaml_clip(arena, text),
		                    number);
	if (!is_number || strcmp(at, "per minute") != 0)
		return arena_printf(arena, "`%s` is not a rate; such as 6 per minute", yaml_clip(arena, text));
	if (number < LEAST || number > MOST)
		return arena_printf(arena, "`%s`: nobody breathes so; 3 to 20 per minute", yaml_clip(arena, text));
	*per_minute = number;
	return NULL;
}

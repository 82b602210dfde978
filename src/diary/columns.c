#include "diary/columns.h"

#include "base/arena.h"
#include "diary/moment.h"
#include "diary/scan.h"
#include "diary/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const row_kind_words[] = {"session", "part", "area", "too_much", "attack", "medication", "plan", NULL};

static const struct column_spec specs[COLUMNS] = {
	[COLUMN_KIND] = {"kind", COLUMN_TYPE_WORD, row_kind_words, 0},
	[COLUMN_ID] = {"id", COLUMN_TYPE_ID, NULL, 0},
	[COLUMN_BEGAN] = {"began", COLUMN_TYPE_TIME, NULL, 0},
	[COLUMN_ENDED] = {"ended", COLUMN_TYPE_TIME, NULL, 0},
	[COLUMN_ROUTINE] = {"routine", COLUMN_TYPE_TEXT, NULL, 0},
	[COLUMN_TITLE] = {"title", COLUMN_TYPE_TEXT, NULL, 0},
	[COLUMN_MOMENT] = {"moment", COLUMN_TYPE_WORD, diary_moment_words, 0},
	[COLUMN_HEARD_SEC] = {"heard_sec", COLUMN_TYPE_REAL, NULL, 0},
	[COLUMN_ENDING] = {"ending", COLUMN_TYPE_WORD, diary_ending_words, 0},
	[COLUMN_COMPARE] = {"compare", COLUMN_TYPE_WORD, diary_compare_words, 0},
	[COLUMN_BEFORE] = {"before", COLUMN_TYPE_WHOLE, NULL, 9},
	[COLUMN_BEFORE_AT] = {"before_at", COLUMN_TYPE_TIME, NULL, 0},
	[COLUMN_AFTER] = {"after", COLUMN_TYPE_WHOLE, NULL, 9},
	[COLUMN_AFTER_AT] = {"after_at", COLUMN_TYPE_TIME, NULL, 0},
	[COLUMN_LATER] = {"later", COLUMN_TYPE_WHOLE, NULL, 9},
	[COLUMN_LATER_AT] = {"later_at", COLUMN_TYPE_TIME, NULL, 0},
	[COLUMN_STRENGTH] = {"strength", COLUMN_TYPE_WHOLE, NULL, 9},
	[COLUMN_NAUSEA] = {"nausea", COLUMN_TYPE_YES, NULL, 0},
	[COLUMN_LIGHT] = {"light", COLUMN_TYPE_YES, NULL, 0},
	[COLUMN_SOUND] = {"sound", COLUMN_TYPE_YES, NULL, 0},
	[COLUMN_AURA] = {"aura", COLUMN_TYPE_YES, NULL, 0},
	[COLUMN_SORE] = {"sore", COLUMN_TYPE_YES, NULL, 0},
	[COLUMN_SUSPECTED] = {"suspected", COLUMN_TYPE_NAMES, NULL, 0},
	[COLUMN_AT] = {"at", COLUMN_TYPE_TIME, NULL, 0},
	[COLUMN_TYPE] = {"type", COLUMN_TYPE_WORD, diary_medication_words, 0},
	[COLUMN_NAME] = {"name", COLUMN_TYPE_TEXT, NULL, 0},
	[COLUMN_DOSE] = {"dose", COLUMN_TYPE_TEXT, NULL, 0},
	[COLUMN_ATTACK] = {"attack", COLUMN_TYPE_ID, NULL, 0},
	[COLUMN_SIDE] = {"side", COLUMN_TYPE_WORD, diary_side_words, 0},
	[COLUMN_PLACE] = {"place", COLUMN_TYPE_WHOLE, NULL, 1000000},
	[COLUMN_FATE] = {"fate", COLUMN_TYPE_WORD, diary_fate_words, 0},
	[COLUMN_PRESSURE] = {"pressure", COLUMN_TYPE_WORD, diary_pressure_words, 0},
	[COLUMN_SECONDS] = {"seconds", COLUMN_TYPE_REAL, NULL, 0},
	[COLUMN_SKIPPED] = {"skipped", COLUMN_TYPE_YES, NULL, 0},
	[COLUMN_HURT_SEC] = {"hurt_sec", COLUMN_TYPE_REAL, NULL, 0},
	[COLUMN_AT_SEC] = {"at_sec", COLUMN_TYPE_REAL, NULL, 0},
	[COLUMN_PER_WEEK] = {"per_week", COLUMN_TYPE_REAL, NULL, 0},
	[COLUMN_TAGS] = {"tags", COLUMN_TYPE_NAMES, NULL, 0},
	[COLUMN_NOTE] = {"note", COLUMN_TYPE_TEXT, NULL, 0},
};

#define BIT(column) (UINT64_C(1) << (COLUMN_##column))

// What a row may have beside its kind, and what it must.
static const struct {
	uint64_t may, must;
} kinds[ROW_KINDS] = {
	[ROW_SESSION] = {BIT(ID) | BIT(BEGAN) | BIT(ENDED) | BIT(ROUTINE) | BIT(TITLE) | BIT(MOMENT) | BIT(HEARD_SEC) |
                                 BIT(ENDING) | BIT(COMPARE) | BIT(BEFORE) | BIT(BEFORE_AT) | BIT(AFTER) |
                                 BIT(AFTER_AT) | BIT(LATER) | BIT(LATER_AT) | BIT(SORE) | BIT(TAGS) | BIT(NOTE),
                         BIT(BEGAN) | BIT(ROUTINE)},
	[ROW_PART] = {BIT(ID) | BIT(PLACE) | BIT(NAME) | BIT(FATE), BIT(ID) | BIT(PLACE) | BIT(NAME) | BIT(FATE)},
	[ROW_AREA] = {BIT(ID) | BIT(NAME) | BIT(SIDE) | BIT(PRESSURE) | BIT(SECONDS) | BIT(SKIPPED) | BIT(HURT_SEC),
                      BIT(ID) | BIT(NAME)},
	[ROW_TOO_MUCH] = {BIT(ID) | BIT(AT_SEC), BIT(ID) | BIT(AT_SEC)},
	[ROW_ATTACK] = {BIT(ID) | BIT(BEGAN) | BIT(ENDED) | BIT(STRENGTH) | BIT(SIDE) | BIT(NAUSEA) | BIT(LIGHT) |
                                BIT(SOUND) | BIT(AURA) | BIT(SORE) | BIT(SUSPECTED) | BIT(TAGS) | BIT(NOTE),
                        BIT(BEGAN)},
	[ROW_MEDICATION] = {BIT(ID) | BIT(AT) | BIT(TYPE) | BIT(NAME) | BIT(DOSE) | BIT(ATTACK), BIT(AT) | BIT(TYPE)},
	[ROW_PLAN] = {BIT(ROUTINE) | BIT(PER_WEEK), BIT(ROUTINE) | BIT(PER_WEEK)},
};

const struct column_spec *column_spec(enum column column)
{
	return &specs[column];
}

int column_find(const char *name)
{
	int column = 0;
	while (column < COLUMNS && strcmp(specs[column].name, name) != 0)
		column++;
	return column < COLUMNS ? column : -1;
}

bool column_is_of(enum row_kind kind, enum column column)
{
	return column == COLUMN_KIND || kinds[kind].may >> column & 1;
}

// ---- One cell

static int find_word(const char *const *words, const char *text)
{
	int at = 0;
	while (words[at] && strcmp(words[at], text) != 0)
		at++;
	return words[at] ? at : -1;
}

static const char *list_words(struct arena *arena, const char *const *words)
{
	const char *list = words[0];
	for (int i = 1; words[i]; i++)
		list = arena_printf(arena, "%s%s%s", list, words[i + 1] ? ", " : " or ", words[i]);
	return list;
}

static bool read_word(const struct column_spec *spec, const char *text, struct value *value, struct arena *arena,
                      const char **wrong)
{
	int at = find_word(spec->words, text);
	value->whole = at;
	if (at >= 0)
		return true;
	*wrong = arena_printf(arena, "it is %s", list_words(arena, spec->words));
	return false;
}

// Digits with a point among them: at most 15, so that the quotient is the nearest double to what is written (two exact
// numbers, one division). Not strtod: it looks at the locale.
static bool read_decimal(const char *text, double *real)
{
	double sum = 0.0, scale = 1.0;
	int digits = 0;
	bool behind = false;
	for (; *text; text++) {
		if (*text == '.' && !behind && digits > 0) {
			behind = true;
			continue;
		}
		if (*text < '0' || *text > '9' || ++digits > 15)
			return false;
		sum = 10.0 * sum + (*text - '0');
		scale *= behind ? 10.0 : 1.0;
	}
	*real = sum / scale;
	return digits > 0;
}

// To thousandths, so that what is written is read again.
static bool round_off(double *real)
{
	*real = round(1000.0 * *real) / 1000.0;
	return *real < 1e9;
}

static bool read_whole(const struct column_spec *spec, const char *text, struct value *value, struct arena *arena,
                       const char **wrong)
{
	bool whole = read_decimal(text, &value->real) && !strchr(text, '.') && value->real <= spec->most;
	value->whole = whole ? (int64_t)value->real : 0;
	if (!whole)
		*wrong = arena_printf(arena, "it is a whole number from 0 to %d", spec->most);
	return whole;
}

static bool read_yes(const char *text, struct value *value, const char **wrong)
{
	value->whole = strcmp(text, "yes") == 0;
	*wrong = "it is yes or no";
	return value->whole || strcmp(text, "no") == 0;
}

static bool read_id(const char *text, const char **wrong)
{
	size_t n = strlen(text);
	*wrong = "it is 1 to 39 letters, digits and hyphens";
	return n > 0 && n < DIARY_ID_BYTES &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == n;
}

static bool read_text(const char *text, const char **wrong)
{
	size_t at = 0;
	for (size_t n; text[at]; at += n)
		if ((n = scan_character_bytes(text + at)) == 0) {
			*wrong = "it is not UTF-8; save the file as UTF-8";
			return false;
		}
	*wrong = "it is too long; 3999 bytes are the most";
	return at < DIARY_TEXT_BYTES;
}

bool column_read(enum column column, const char *text, struct value *value, struct arena *arena, const char **wrong)
{
	const struct column_spec *spec = &specs[column];
	*value = (struct value){.given = true, .text = text};
	if (!read_text(text, wrong))
		return false;
	switch (spec->type) {
	case COLUMN_TYPE_WORD:
		return read_word(spec, text, value, arena, wrong);
	case COLUMN_TYPE_WHOLE:
		return read_whole(spec, text, value, arena, wrong);
	case COLUMN_TYPE_REAL:
		*wrong = "it is a number such as 90 or 61.3";
		return read_decimal(text, &value->real) && round_off(&value->real);
	case COLUMN_TYPE_YES:
		return read_yes(text, value, wrong);
	case COLUMN_TYPE_TIME:
		*wrong = "it is a time such as 2026-11-22T20:37:40+01:00";
		return moment_read_zone(text, &value->whole, &value->zone_min);
	case COLUMN_TYPE_ID:
		return read_id(text, wrong);
	case COLUMN_TYPE_TEXT:
	case COLUMN_TYPE_NAMES:
		break;
	}
	return true;
}

// ---- A row

// A text as a message may show it: short, on one line.
static const char *shown(struct arena *arena, const char *text)
{
	enum { MOST = 40 };
	size_t n = 0;
	char *copy = arena_copy(arena, text, strlen(text));
	for (size_t step; n < MOST && copy[n]; n += step) {
		step = scan_character_bytes(copy + n);
		if (step == 0 || (unsigned char)copy[n] < ' ' || copy[n] == 0x7f) {
			copy[n] = '?';
			step = 1;
		}
	}
	copy[n] = '\0';
	return copy;
}

static void check_order(const struct values *values, const struct place *place, struct fault_list *faults)
{
	const struct value *began = &values->of[COLUMN_BEGAN], *ended = &values->of[COLUMN_ENDED];
	if (began->given && ended->given && ended->whole < began->whole)
		fault_add(faults, place, "\"ended\" is before \"began\"");
}

bool row_read(const struct row *row, const struct place *place, struct fault_list *faults, struct values *values)
{
	size_t before = faults->count;
	struct value kind;
	const char *wrong;
	*values = (struct values){0};
	if (!row->cells[COLUMN_KIND]) {
		fault_add(faults, place, "\"kind\" is missing; it is %s", list_words(faults->arena, row_kind_words));
		return false;
	}
	if (!column_read(COLUMN_KIND, row->cells[COLUMN_KIND], &kind, faults->arena, &wrong)) {
		fault_add(faults, place, "kind \"%s\": %s", shown(faults->arena, row->cells[COLUMN_KIND]), wrong);
		return false;
	}
	values->kind = (enum row_kind)kind.whole;
	for (int i = 1; i < COLUMNS; i++) {
		const char *cell = row->cells[i];
		if (!cell && kinds[values->kind].must >> i & 1)
			fault_add(faults, place, "\"%s\" is missing", specs[i].name);
		if (!cell)
			continue;
		if (!column_is_of(values->kind, (enum column)i))
			fault_add(faults, place, "a row of kind \"%s\" has no \"%s\"; leave it empty",
			          row_kind_words[values->kind], specs[i].name);
		else if (!column_read((enum column)i, cell, &values->of[i], faults->arena, &wrong))
			fault_add(faults, place, "%s \"%s\": %s", specs[i].name, shown(faults->arena, cell), wrong);
	}
	if (faults->count == before)
		check_order(values, place, faults);
	return faults->count == before;
}

// A map says for each of our columns which of theirs it comes from, and what their words mean. It is written as pairs
// with = between, on lines or between commas.
#include "base/arena.h"
#include "base/memory.h"
#include "diary/importer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

// ---- The map

struct map_reading {
	struct import_map *map;
	struct fault_list *faults;
	struct place place;
};

static int find_field(const char *name)
{
	if (strcmp(name, "date") == 0)
		return IMPORT_DATE;
	if (strcmp(name, "time") == 0)
		return IMPORT_TIME;
	if (strcmp(name, "any") == 0)
		return IMPORT_ANY;
	return column_find(name);
}

static void wrong(struct map_reading *reading, const char *what, const char *text)
{
	fault_add(reading->faults, &reading->place, "\"%.60s\": %s", text, what);
}

static int find_in(const char *const *words, const char *text)
{
	int at = 0;
	while (words[at] && strcmp(words[at], text) != 0)
		at++;
	return words[at] ? at : -1;
}

// "kind=attack", "dates=day-first", "strength-most=10"; false: it is another pair.
static bool take_setting(struct map_reading *reading, const char *key, const char *value)
{
	static const char *const orders[] = {"day-first", "month-first", NULL};
	struct import_map *map = reading->map;
	if (strcmp(key, "kind") == 0) {
		int kind = find_in(row_kind_words, value);
		if (kind != ROW_SESSION && kind != ROW_ATTACK && kind != ROW_MEDICATION)
			wrong(reading, "kind is session, attack or medication", value);
		else
			map->kind = (enum row_kind)kind;
	} else if (strcmp(key, "dates") == 0) {
		int order = find_in(orders, value);
		if (order < 0)
			wrong(reading, "dates is day-first or month-first", value);
		else
			map->order = (enum moment_order)(order + MOMENT_DAY_FIRST);
	} else if (strcmp(key, "strength-most") == 0) {
		char *end;
		long most = strtol(value, &end, 10);
		if (*end || most < 1 || most > 1000)
			wrong(reading, "strength-most is the top of their scale, such as 10", value);
		else
			map->strength_most = (int)most;
	} else {
		return false;
	}
	return true;
}

static void take_word(struct map_reading *reading, char *key, char *colon, const char *value)
{
	struct import_map *map = reading->map;
	*colon = '\0';
	int column = find_field(key);
	if (column < 0)
		wrong(reading, "there is no such field; DIARY.md lists them", key);
	else if (map->word_count == IMPORT_MOST_WORDS)
		wrong(reading, "there are more than 200 words", key);
	else {
		map->words[map->word_count].column = column;
		map->words[map->word_count].theirs = colon + 1;
		map->words[map->word_count++].ours = value;
	}
}

static void take_column(struct map_reading *reading, const char *key, const char *value)
{
	struct import_map *map = reading->map;
	int column = find_field(key);
	if (column < 0 || column == COLUMN_KIND || column == IMPORT_ANY)
		wrong(reading, "there is no such field; DIARY.md lists them", key);
	else if (!*value)
		wrong(reading, "behind = stands the name of their column", key);
	else if (map->pair_count == IMPORT_MOST_PAIRS)
		wrong(reading, "there are more than 48 fields", key);
	else {
		map->pairs[map->pair_count].column = column;
		map->pairs[map->pair_count++].theirs = value;
	}
}

static char *trim(char *text)
{
	text += strspn(text, " \t\r");
	for (size_t n = strlen(text); n > 0 && strchr(" \t\r", text[n - 1]); n--)
		text[n - 1] = '\0';
	return text;
}

static void take_pair(struct map_reading *reading, char *pair)
{
	pair = trim(pair);
	char *equals = strchr(pair, '=');
	if (!*pair || *pair == '#')
		return;
	if (!equals) {
		wrong(reading, "it is written field=Their column", pair);
		return;
	}
	*equals = '\0';
	char *key = trim(pair), *value = trim(equals + 1), *colon = strchr(key, ':');
	if (take_setting(reading, key, value))
		return;
	if (colon)
		take_word(reading, key, colon, value);
	else
		take_column(reading, key, value);
}

bool import_map_read(struct import_map *map, const char *text, const char *file, struct arena *arena,
                     struct fault_list *faults)
{
	struct map_reading reading = {map, faults, {.file = file ? file : "--map", .line = file ? 1 : 0}};
	size_t before = faults->count;
	*map = (struct import_map){.kind = ROW_ATTACK, .strength_most = 9};
	char *rest = arena_copy(arena, text, strlen(text));
	for (char *pair; (pair = strsep(&rest, file ? "\n" : ",")); reading.place.line += file != NULL)
		take_pair(&reading, pair);
	bool dated = false;
	for (int i = 0; i < map->pair_count; i++)
		dated = dated || map->pairs[i].column == IMPORT_DATE || map->pairs[i].column == COLUMN_BEGAN ||
		        map->pairs[i].column == COLUMN_AT;
	reading.place.line = 0;
	if (!dated && faults->count == before)
		fault_add(faults, &reading.place, "there is no date=Their column");
	return faults->count == before;
}

// ---- Their rows

struct mapping {
	struct importer *importer;
	const struct import_map *map;
	int cells[IMPORT_MOST_PAIRS];    // of each pair, in a row
	const char *values[COLUMNS + 2]; // translated; by column, date and time
	char made[COLUMNS][MOMENT_BYTES];
	struct row row;
};

static const char *translate(const struct import_map *map, int column, const char *text)
{
	for (int i = 0; i < map->word_count; i++)
		if ((map->words[i].column == column || map->words[i].column == IMPORT_ANY) &&
		    strcasecmp(map->words[i].theirs, text) == 0)
			return map->words[i].ours;
	return text;
}

static void read_time(struct mapping *m, enum column to, const char *date, const char *clock)
{
	int64_t wall_sec;
	int zone_min;
	char *both = memory_printf("%s%s%s", date, clock ? " " : "", clock ? clock : "");
	if (moment_read_plain(both, (int64_t)time(NULL), m->map->order, &wall_sec, &zone_min)) {
		moment_write_zone(wall_sec, zone_min, m->made[to]);
		m->row.cells[to] = m->made[to];
	} else {
		bool doubtful = strchr(date, '/') && m->map->order == MOMENT_ORDER_UNTOLD;
		fault_add(m->importer->faults, &m->importer->place, "\"%.40s\" is no time%s", both,
		          doubtful ? "; say dates=day-first or dates=month-first in the map" : "");
	}
	free(both);
}

static bool is_one_of(const char *const *words, const char *text)
{
	for (int i = 0; words[i]; i++)
		if (strcasecmp(words[i], text) == 0)
			return true;
	return false;
}

static const char *plain_yes(const char *text)
{
	static const char *const yes[] = {"yes", "y", "true", "1", "x", NULL}, *const no[] = {"no", "n", "false",
	                                                                                      "0",  "-", NULL};
	return is_one_of(yes, text) ? "yes" : is_one_of(no, text) ? "no" : text;
}

// From 0 to their most onto 0 to 9.
static const char *scale_strength(struct mapping *m, const char *text)
{
	int most = m->map->strength_most;
	struct value value;
	const char *what;
	if (most == 9 && column_read(COLUMN_SECONDS, text, &value, m->importer->faults->arena, &what) &&
	    value.real > 9.0)
		fault_add(m->importer->faults, &m->importer->place,
		          "strength %.20s is above 9; say strength-most=10 in the map when that is their top", text);
	if (most == 9)
		return text;
	if (!column_read(COLUMN_SECONDS, text, &value, m->importer->faults->arena, &what) || value.real > most)
		return text; // the row's own check tells
	snprintf(m->made[COLUMN_STRENGTH], MOMENT_BYTES, "%d", (int)lround(value.real * 9.0 / most));
	return m->made[COLUMN_STRENGTH];
}

static void take_value(struct mapping *m, enum column column)
{
	const char *text = m->values[column];
	if (!text)
		return;
	switch (column_spec(column)->type) {
	case COLUMN_TYPE_TIME:
		read_time(m, column, text, NULL);
		break;
	case COLUMN_TYPE_YES:
		m->row.cells[column] = plain_yes(text);
		break;
	case COLUMN_TYPE_WHOLE:
		m->row.cells[column] = column == COLUMN_STRENGTH ? scale_strength(m, text) : text;
		break;
	default:
		m->row.cells[column] = text;
	}
}

// What was taken stands in the same row as the attack: it becomes one of its own.
static bool take_medication(struct mapping *m)
{
	struct row taken = {
		.cells = {[COLUMN_KIND] = row_kind_words[ROW_MEDICATION],
	                  [COLUMN_AT] = m->row.cells[COLUMN_AT] ? m->row.cells[COLUMN_AT] : m->row.cells[COLUMN_BEGAN],
	                  [COLUMN_TYPE] = m->row.cells[COLUMN_TYPE] ? m->row.cells[COLUMN_TYPE] : "other",
	                  [COLUMN_NAME] = m->row.cells[COLUMN_NAME],
	                  [COLUMN_DOSE] = m->row.cells[COLUMN_DOSE]},
	};
	bool any = m->row.cells[COLUMN_TYPE] || m->row.cells[COLUMN_NAME];
	char attack[DIARY_ID_BYTES];
	m->row.cells[COLUMN_AT] = m->row.cells[COLUMN_TYPE] = m->row.cells[COLUMN_NAME] = m->row.cells[COLUMN_DOSE] =
		NULL;
	bool goes_on = importer_take(m->importer, &m->row);
	memcpy(attack, m->importer->id, sizeof attack);
	taken.cells[COLUMN_ATTACK] = attack;
	return goes_on && m->importer->faults->count == 0 && any ? importer_take(m->importer, &taken) : goes_on;
}

static void take_mapped(struct mapping *m, const struct csv *csv)
{
	const struct import_map *map = m->map;
	size_t faults = m->importer->faults->count;
	memset(m->values, 0, sizeof m->values);
	m->row = (struct row){.cells[COLUMN_KIND] = row_kind_words[map->kind]};
	for (int i = 0; i < map->pair_count; i++) {
		char *text = m->cells[i] < csv->count ? trim(csv->cells[m->cells[i]]) : NULL;
		if (text && *text)
			m->values[map->pairs[i].column] = translate(map, map->pairs[i].column, text);
	}
	for (int i = 0; i < COLUMNS; i++)
		take_value(m, (enum column)i);
	if (m->values[IMPORT_DATE])
		read_time(m, map->kind == ROW_MEDICATION ? COLUMN_AT : COLUMN_BEGAN, m->values[IMPORT_DATE],
		          m->values[IMPORT_TIME]);
	if (m->importer->faults->count > faults)
		m->importer->stopped = m->importer->faults->count >= IMPORT_MOST_FAULTS;
	else if (map->kind == ROW_ATTACK)
		take_medication(m);
	else
		importer_take(m->importer, &m->row);
}

static bool find_columns(struct mapping *m, const struct csv *csv)
{
	m->importer->place.line = csv->line;
	for (int i = 0; i < m->map->pair_count; i++) {
		const char *theirs = m->map->pairs[i].theirs;
		m->cells[i] = -1;
		for (int k = 0; k < csv->count; k++)
			if (strcmp(trim(csv->cells[k]), theirs) == 0)
				m->cells[i] = k;
		if (m->cells[i] < 0)
			fault_add(m->importer->faults, &m->importer->place,
			          "there is no column \"%.60s\" in this row, which should name the columns", theirs);
	}
	return m->importer->faults->count == 0;
}

void import_mapped(struct importer *importer, FILE *in, const struct import_map *map)
{
	struct csv *csv = memory_alloc(sizeof *csv);
	struct mapping *mapping = memory_alloc(sizeof *mapping);
	*mapping = (struct mapping){.importer = importer, .map = map};
	csv_begin(csv, in);
	bool named = csv_next(csv) && find_columns(mapping, csv);
	while (named && !importer->stopped && csv_next(csv)) {
		importer->place.line = csv->line;
		take_mapped(mapping, csv);
	}
	importer->place.line = csv->line;
	if (csv->wrong)
		importer_fault(importer, csv->wrong);
	free(mapping);
	free(csv);
}

// A table's row becomes cells by a list of columns, one for each value that its question gives, by the columns' types.
#include "diary/rows.h"

#include "base/arena.h"
#include "base/memory.h"
#include "diary/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct table {
	const char *select; // the zone first, then the columns in their order
	const char *order;
	enum column columns[COLUMNS];
	int column_count;
};

#define RATING(when, what) "(SELECT " what " FROM rating WHERE session = id AND moment = '" when "')"
#define NAMES(table, owner)                                                                                            \
	"(SELECT group_concat(name, ';') FROM (SELECT name FROM " table " WHERE " owner " = id ORDER BY name))"

static const struct table tables[ROW_KINDS] = {
	[ROW_SESSION] =
		{"SELECT zone_min, id, began, ended, routine, title, moment, heard_sec, ending, "
                 "compare, " RATING("before", "value") ", " RATING("before", "at") ", " RATING(
			 "after",
			 "value") ", " RATING("after",
                                              "at") ", " RATING("later",
                                                                "value") ", " RATING("later",
                                                                                     "at") ", sore, " NAMES("tag",
                                                                                                            "entry") ","
                                                                                                                     " "
                                                                                                                     "n"
                                                                                                                     "o"
                                                                                                                     "t"
                                                                                                                     "e"
                                                                                                                     " "
                                                                                                                     "F"
                                                                                                                     "R"
                                                                                                                     "O"
                                                                                                                     "M"
                                                                                                                     " "
                                                                                                                     "s"
                                                                                                                     "e"
                                                                                                                     "s"
                                                                                                                     "s"
                                                                                                                     "i"
                                                                                                                     "o"
                                                                                                                     "n",
                 " ORDER BY began, rowid",
                 {COLUMN_ID, COLUMN_BEGAN, COLUMN_ENDED, COLUMN_ROUTINE, COLUMN_TITLE, COLUMN_MOMENT, COLUMN_HEARD_SEC,
                  COLUMN_ENDING, COLUMN_COMPARE, COLUMN_BEFORE, COLUMN_BEFORE_AT, COLUMN_AFTER, COLUMN_AFTER_AT,
                  COLUMN_LATER, COLUMN_LATER_AT, COLUMN_SORE, COLUMN_TAGS, COLUMN_NOTE},
                 18},
	[ROW_PART] = {"SELECT 0, session, place, name, fate FROM part WHERE session = ?1 ORDER BY place",
                      "",
                      {COLUMN_ID, COLUMN_PLACE, COLUMN_NAME, COLUMN_FATE},
                      4},
	[ROW_AREA] = {"SELECT 0, session, name, side, pressure, seconds, skipped, hurt_sec FROM area"
                      " WHERE session = ?1 ORDER BY name, side",
                      "",
                      {COLUMN_ID, COLUMN_NAME, COLUMN_SIDE, COLUMN_PRESSURE, COLUMN_SECONDS, COLUMN_SKIPPED,
                       COLUMN_HURT_SEC},
                      7},
	[ROW_TOO_MUCH] = {"SELECT 0, session, at_sec FROM too_much WHERE session = ?1 ORDER BY at_sec",
                          "",
                          {COLUMN_ID, COLUMN_AT_SEC},
                          2},
	[ROW_ATTACK] = {"SELECT zone_min, id, began, ended, strength, side, nausea, light, sound, aura, sore, " NAMES(
				"suspected", "attack") ", " NAMES("tag", "entry") ", note FROM attack",
                        " ORDER BY began, rowid",
                        {COLUMN_ID, COLUMN_BEGAN, COLUMN_ENDED, COLUMN_STRENGTH, COLUMN_SIDE, COLUMN_NAUSEA,
                         COLUMN_LIGHT, COLUMN_SOUND, COLUMN_AURA, COLUMN_SORE, COLUMN_SUSPECTED, COLUMN_TAGS,
                         COLUMN_NOTE},
                        13},
	[ROW_MEDICATION] = {"SELECT zone_min, id, at, kind, name, dose, attack FROM medication",
                            " ORDER BY at, rowid",
                            {COLUMN_ID, COLUMN_AT, COLUMN_TYPE, COLUMN_NAME, COLUMN_DOSE, COLUMN_ATTACK},
                            6},
	[ROW_PLAN] = {"SELECT 0, routine, per_week FROM plan",
                      " ORDER BY routine",
                      {COLUMN_ROUTINE, COLUMN_PER_WEEK},
                      2},
};

struct reader {
	struct row row;
	char made[COLUMNS][MOMENT_BYTES];
};

// ---- Out

// sqlite3_snprintf writes a point whatever the locale; 15 digits are those that a double keeps.
static const char *make_cell(struct reader *reader, sqlite3_stmt *statement, int at, enum column column)
{
	char *made = reader->made[column];
	if (sqlite3_column_type(statement, at) == SQLITE_NULL)
		return NULL;
	switch (column_spec(column)->type) {
	case COLUMN_TYPE_TIME:
		moment_write_zone(sqlite3_column_int64(statement, at), sqlite3_column_int(statement, 0), made);
		return made;
	case COLUMN_TYPE_REAL:
		return sqlite3_snprintf(MOMENT_BYTES, made, "%.15g", sqlite3_column_double(statement, at));
	case COLUMN_TYPE_YES:
		return sqlite3_column_int(statement, at) ? "yes" : "no";
	default:
		return (const char *)sqlite3_column_text(statement, at);
	}
}

static void make_row(struct reader *reader, sqlite3_stmt *statement, enum row_kind kind)
{
	reader->row = (struct row){.cells[COLUMN_KIND] = row_kind_words[kind]};
	for (int i = 0; i < tables[kind].column_count; i++) {
		enum column column = tables[kind].columns[i];
		const char *cell = make_cell(reader, statement, i + 1, column);
		reader->row.cells[column] = cell && *cell ? cell : NULL;
	}
}

// The rows of a question that belong to a session, asked anew for each.
static bool each_of(struct store *store, sqlite3_stmt *statement, enum row_kind kind, const char *session,
                    rows_take *take, void *context)
{
	struct reader reader;
	bool goes_on = sqlite3_reset(statement) == SQLITE_OK &&
	               sqlite3_bind_text(statement, 1, session, -1, SQLITE_TRANSIENT) == SQLITE_OK;
	while (goes_on && store_next(store, statement)) {
		make_row(&reader, statement, kind);
		goes_on = take(&reader.row, context);
	}
	return sqlite3_reset(statement) == SQLITE_OK && goes_on;
}

static sqlite3_stmt *ask_table(struct store *store, enum row_kind kind)
{
	char sql[2048];
	snprintf(sql, sizeof sql, "%s%s", tables[kind].select, tables[kind].order);
	return store_ask(store, sql, "");
}

static bool each_session(struct store *store, rows_take *take, void *context)
{
	struct reader reader;
	sqlite3_stmt *statement = ask_table(store, ROW_SESSION), *inner[3] = {0};
	bool goes_on = statement;
	for (int i = 0; i < 3; i++)
		goes_on = (inner[i] = store_ask(store, tables[ROW_PART + i].select, "")) && goes_on;
	while (goes_on && store_next(store, statement)) {
		make_row(&reader, statement, ROW_SESSION);
		goes_on = take(&reader.row, context);
		for (int i = 0; i < 3 && goes_on; i++)
			goes_on = each_of(store, inner[i], (enum row_kind)(ROW_PART + i), reader.row.cells[COLUMN_ID],
			                  take, context);
	}
	for (int i = 0; i < 3; i++)
		sqlite3_finalize(inner[i]);
	return sqlite3_finalize(statement) == SQLITE_OK && goes_on;
}

static bool each_plain(struct store *store, enum row_kind kind, rows_take *take, void *context)
{
	struct reader reader;
	sqlite3_stmt *statement = ask_table(store, kind);
	bool goes_on = statement;
	while (goes_on && store_next(store, statement)) {
		make_row(&reader, statement, kind);
		goes_on = take(&reader.row, context);
	}
	return sqlite3_finalize(statement) == SQLITE_OK && goes_on;
}

bool rows_each(struct store *store, rows_take *take, void *context)
{
	if (!store_look(store))
		return false;
	bool all = each_session(store, take, context) && each_plain(store, ROW_ATTACK, take, context) &&
	           each_plain(store, ROW_MEDICATION, take, context) && each_plain(store, ROW_PLAN, take, context);
	store_rollback(store);
	return all;
}

int rows_kind(struct store *store, const char *id)
{
	return (int)store_number(store, -1,
	                         "SELECT 0 FROM session WHERE id = ?1 UNION ALL SELECT 4 FROM attack WHERE id = ?1"
	                         " UNION ALL SELECT 5 FROM medication WHERE id = ?1",
	                         "t", id);
}

_Static_assert(ROW_SESSION == 0 && ROW_ATTACK == 4 && ROW_MEDICATION == 5, "as the question above gives them");

bool rows_get(struct store *store, const char *id, struct arena *arena, struct row *row)
{
	struct reader reader;
	char sql[2048];
	int kind = rows_kind(store, id);
	*row = (struct row){0};
	if (kind < 0)
		return false;
	snprintf(sql, sizeof sql, "%s WHERE id = ?", tables[kind].select);
	sqlite3_stmt *statement = store_ask(store, sql, "t", id);
	bool found = store_next(store, statement);
	if (found)
		make_row(&reader, statement, (enum row_kind)kind);
	for (int i = 0; found && i < COLUMNS; i++)
		if (reader.row.cells[i])
			row->cells[i] = arena_copy(arena, reader.row.cells[i], strlen(reader.row.cells[i]));
	sqlite3_finalize(statement);
	return found;
}

int rows_find_id(struct store *store, const char *piece, char id[DIARY_ID_BYTES])
{
	sqlite3_stmt *found = store_ask(
		store,
		"SELECT id, id = ?1 AS whole FROM (SELECT id FROM session UNION ALL SELECT id FROM attack"
		" UNION ALL SELECT id FROM medication) WHERE length(?1) > 0 AND"
		" (substr(id, 1, length(?1)) = ?1 OR substr(id, -length(?1)) = ?1) ORDER BY whole DESC LIMIT 2",
		"t", piece);
	int count = 0;
	bool whole = false;
	while (!whole && store_next(store, found)) {
		if (count++ == 0)
			snprintf(id, DIARY_ID_BYTES, "%s", (const char *)sqlite3_column_text(found, 0));
		whole = sqlite3_column_int(found, 1) != 0;
	}
	sqlite3_finalize(found);
	return count;
}

// ---- In

static int answer(const struct values *values, enum column column)
{
	return values->of[column].given ? (int)values->of[column].whole : -1;
}

static double number(const struct values *values, enum column column)
{
	return values->of[column].given ? values->of[column].real : (double)NAN;
}

// A time or NULL: -1 is NULL for a type of "a", which holds an int only.
static bool put_time(struct store *store, const char *sql, const struct values *values, enum column column)
{
	const struct value *value = &values->of[column];
	return !value->given || store_run(store, sql, "it", value->whole, values->of[COLUMN_ID].text);
}

static bool put_names(struct store *store, const char *sql, const char *id, const char *names)
{
	bool put = true;
	while (names && *names && put) {
		size_t n = strcspn(names, ";"), from = strspn(names, " ");
		char *name = memory_printf("%.*s", (int)(n > from ? n - from : 0), names + from);
		for (size_t end = strlen(name); end > 0 && name[end - 1] == ' '; end--)
			name[end - 1] = '\0';
		put = !*name || store_run(store, sql, "tt", id, name);
		free(name);
		names += n + (names[n] == ';');
	}
	return put;
}

// When there is only an answer, it was given at the begin, at the end, or two hours after.
static int64_t rated_at(const struct values *values, enum diary_when when)
{
	int64_t began = values->of[COLUMN_BEGAN].whole;
	int64_t ended = values->of[COLUMN_ENDED].given       ? values->of[COLUMN_ENDED].whole
	                : values->of[COLUMN_HEARD_SEC].given ? began + (int64_t)values->of[COLUMN_HEARD_SEC].real
	                                                     : began;
	return when == DIARY_BEFORE ? began : when == DIARY_AFTER ? ended : ended + 2 * 60 * 60;
}

static bool put_ratings(struct store *store, const struct values *values)
{
	const char *id = values->of[COLUMN_ID].text;
	bool put = store_run(store, "DELETE FROM rating WHERE session = ?", "t", id);
	for (int when = 0; when < DIARY_WHENS && put; when++) {
		enum column column = (enum column)(COLUMN_BEFORE + 2 * when);
		const struct value *at = &values->of[column + 1];
		if (values->of[column].given || at->given)
			put = store_run(store, "INSERT INTO rating(session, moment, value, at) VALUES(?,?,?,?)", "ttai",
			                id, diary_when_words[when], answer(values, column),
			                at->given ? at->whole : rated_at(values, (enum diary_when)when));
	}
	return put;
}

static bool put_tags(struct store *store, const struct values *values)
{
	const char *id = values->of[COLUMN_ID].text;
	return store_run(store, "DELETE FROM tag WHERE entry = ?", "t", id) &&
	       put_names(store, "INSERT OR IGNORE INTO tag(entry, name) VALUES(?,?)", id, values->of[COLUMN_TAGS].text);
}

static bool put_session(struct store *store, const struct values *v)
{
	static const char sql[] =
		"INSERT INTO session(id, began, zone_min, routine, title, moment, heard_sec, ending, sore, compare, "
		"note)"
		" VALUES(?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET began = excluded.began,"
		" zone_min = excluded.zone_min, routine = excluded.routine, title = excluded.title,"
		" moment = excluded.moment, heard_sec = excluded.heard_sec, ending = excluded.ending,"
		" sore = excluded.sore, compare = excluded.compare, note = excluded.note, ended = NULL";
	return store_run(store, sql, "tiitttdtatt", v->of[COLUMN_ID].text, v->of[COLUMN_BEGAN].whole,
	                 (int64_t)v->of[COLUMN_BEGAN].zone_min, v->of[COLUMN_ROUTINE].text, v->of[COLUMN_TITLE].text,
	                 v->of[COLUMN_MOMENT].text, number(v, COLUMN_HEARD_SEC), v->of[COLUMN_ENDING].text,
	                 answer(v, COLUMN_SORE), v->of[COLUMN_COMPARE].text, v->of[COLUMN_NOTE].text) &&
	       put_time(store, "UPDATE session SET ended = ? WHERE id = ?", v, COLUMN_ENDED) && put_ratings(store, v) &&
	       put_tags(store, v);
}

static bool put_attack(struct store *store, const struct values *v)
{
	static const char sql[] =
		"INSERT INTO attack(id, began, zone_min, strength, side, nausea, light, sound, aura, sore, note)"
		" VALUES(?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET began = excluded.began,"
		" zone_min = excluded.zone_min, strength = excluded.strength, side = excluded.side,"
		" nausea = excluded.nausea, light = excluded.light, sound = excluded.sound, aura = excluded.aura,"
		" sore = excluded.sore, note = excluded.note, ended = NULL";
	const char *id = v->of[COLUMN_ID].text;
	return store_run(store, sql, "tiiataaaaat", id, v->of[COLUMN_BEGAN].whole,
	                 (int64_t)v->of[COLUMN_BEGAN].zone_min, answer(v, COLUMN_STRENGTH), v->of[COLUMN_SIDE].text,
	                 answer(v, COLUMN_NAUSEA), answer(v, COLUMN_LIGHT), answer(v, COLUMN_SOUND),
	                 answer(v, COLUMN_AURA), answer(v, COLUMN_SORE), v->of[COLUMN_NOTE].text) &&
	       put_time(store, "UPDATE attack SET ended = ? WHERE id = ?", v, COLUMN_ENDED) &&
	       store_run(store, "DELETE FROM suspected WHERE attack = ?", "t", id) &&
	       put_names(store, "INSERT OR IGNORE INTO suspected(attack, name) VALUES(?,?)", id,
	                 v->of[COLUMN_SUSPECTED].text) &&
	       put_tags(store, v);
}

static bool put_medication(struct store *store, const struct values *v)
{
	return store_run(store,
	                 "INSERT INTO medication(id, attack, at, zone_min, kind, name, dose) VALUES(?,?,?,?,?,?,?)"
	                 " ON CONFLICT(id) DO UPDATE SET attack = excluded.attack, at = excluded.at,"
	                 " zone_min = excluded.zone_min, kind = excluded.kind, name = excluded.name,"
	                 " dose = excluded.dose",
	                 "ttiittt", v->of[COLUMN_ID].text, v->of[COLUMN_ATTACK].text, v->of[COLUMN_AT].whole,
	                 (int64_t)v->of[COLUMN_AT].zone_min, v->of[COLUMN_TYPE].text, v->of[COLUMN_NAME].text,
	                 v->of[COLUMN_DOSE].text);
}

bool rows_put(struct store *store, const struct values *v)
{
	const char *id = v->of[COLUMN_ID].text, *side = v->of[COLUMN_SIDE].text;
	switch (v->kind) {
	case ROW_SESSION:
		return put_session(store, v);
	case ROW_PART:
		return store_run(store, "INSERT INTO part(session, place, name, fate) VALUES(?,?,?,?)", "titt", id,
		                 v->of[COLUMN_PLACE].whole, v->of[COLUMN_NAME].text, v->of[COLUMN_FATE].text);
	case ROW_AREA:
		return store_run(store,
		                 "INSERT INTO area(session, name, side, pressure, seconds, skipped, hurt_sec)"
		                 " VALUES(?,?,?,?,?,?,?)",
		                 "ttttdid", id, v->of[COLUMN_NAME].text, side ? side : "both",
		                 v->of[COLUMN_PRESSURE].text, number(v, COLUMN_SECONDS), v->of[COLUMN_SKIPPED].whole,
		                 number(v, COLUMN_HURT_SEC));
	case ROW_TOO_MUCH:
		return store_run(store, "INSERT INTO too_much(session, at_sec) VALUES(?,?)", "td", id,
		                 number(v, COLUMN_AT_SEC));
	case ROW_ATTACK:
		return put_attack(store, v);
	case ROW_MEDICATION:
		return put_medication(store, v);
	case ROW_PLAN:
		return store_run(store, "REPLACE INTO plan(routine, per_week) VALUES(?,?)", "td",
		                 v->of[COLUMN_ROUTINE].text, number(v, COLUMN_PER_WEEK));
	case ROW_KINDS:
		break;
	}
	return false;
}

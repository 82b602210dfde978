// Each table is read once, in any order, within one transaction that sees one state; what belongs to a session or an
// attack finds it by its name, and is put beside its kind by counting.
#include "diary/history.h"

#include "base/memory.h"
#include "diary/texts.h"
#include "diary/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct store *store;
	struct arena *arena;
	struct history *history;
	int64_t from, to;
	struct texts texts, sessions, attacks; // the last two: names, numbered as they lie in the history
	bool failed;
};

// ---- Values

static const char *text_of(struct reading *reading, sqlite3_stmt *row, int column)
{
	return texts_keep(&reading->texts, (const char *)sqlite3_column_text(row, column));
}

// One that hardly repeats.
static const char *own_text(struct reading *reading, sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);
	return text ? arena_copy(reading->arena, text, strlen(text)) : NULL;
}

static double real_of(sqlite3_stmt *row, int column)
{
	return sqlite3_column_type(row, column) == SQLITE_NULL ? (double)NAN : sqlite3_column_double(row, column);
}

static int value_of(sqlite3_stmt *row, int column)
{
	return sqlite3_column_type(row, column) == SQLITE_NULL ? HISTORY_NO_VALUE : sqlite3_column_int(row, column);
}

static sqlite3_stmt *ask(struct reading *reading, const char *sql)
{
	sqlite3_stmt *rows = store_ask(reading->store, sql, "ii", reading->from, reading->to);
	reading->failed = reading->failed || !rows;
	return rows;
}

// false: that was the last, and the question is over.
static bool next(struct reading *reading, sqlite3_stmt *rows)
{
	if (!rows)
		return false;
	if (store_next(reading->store, rows))
		return true;
	reading->failed |= sqlite3_finalize(rows) != SQLITE_OK;
	return false;
}

// The number of the owner that a row names in its first column, or TEXTS_NONE.
static long owner_of(const struct texts *owners, sqlite3_stmt *row)
{
	const char *id = (const char *)sqlite3_column_text(row, 0);
	return id ? texts_number(owners, id) : TEXTS_NONE;
}

// ---- Sessions

#define OF_SESSIONS " WHERE session IN (SELECT id FROM session WHERE began >= ?1 AND began < ?2)"
#define OF_ATTACKS " WHERE attack IN (SELECT id FROM attack WHERE began >= ?1 AND began < ?2)"

static const char *const none[1] = {NULL};

static void read_sessions(struct reading *reading)
{
	struct history_session *sessions = NULL;
	size_t count = 0, capacity = 0;
	sqlite3_stmt *row =
		ask(reading, "SELECT id, began, zone_min, routine, title, moment, heard_sec, ending, sore, compare,"
	                     " note FROM session WHERE began >= ?1 AND began < ?2 ORDER BY began, rowid");
	while (next(reading, row)) {
		sessions = memory_grow(sessions, count, &capacity, sizeof *sessions);
		sessions[count++] = (struct history_session){
			.id = texts_keep(&reading->sessions, (const char *)sqlite3_column_text(row, 0)),
			.wall_sec = sqlite3_column_int64(row, 1),
			.zone_min = sqlite3_column_int(row, 2),
			.routine = text_of(reading, row, 3),
			.title = text_of(reading, row, 4),
			.moment = text_of(reading, row, 5),
			.heard_sec = real_of(row, 6),
			.ending = text_of(reading, row, 7),
			.ratings = {HISTORY_NO_VALUE, HISTORY_NO_VALUE, HISTORY_NO_VALUE},
			.sore = value_of(row, 8),
			.compare = text_of(reading, row, 9),
			.note = own_text(reading, row, 10),
			.tags = none,
		};
	}
	reading->history->sessions = arena_alloc(reading->arena, count * sizeof *sessions);
	if (count)
		memcpy(reading->history->sessions, sessions, count * sizeof *sessions);
	reading->history->session_count = count;
	free(sessions);
}

static int when_of(const char *word)
{
	int when = 0;
	while (word && diary_when_words[when] && strcmp(diary_when_words[when], word) != 0)
		when++;
	return when;
}

static void read_ratings(struct reading *reading)
{
	sqlite3_stmt *row = ask(reading, "SELECT session, moment, value, at FROM rating" OF_SESSIONS);
	while (next(reading, row)) {
		long at = owner_of(&reading->sessions, row);
		int when = when_of((const char *)sqlite3_column_text(row, 1));
		if (at < 0 || when >= DIARY_WHENS)
			continue;
		reading->history->sessions[at].ratings[when] = value_of(row, 2);
		reading->history->sessions[at].rated_wall_sec[when] = sqlite3_column_int64(row, 3);
	}
	row = ask(reading, "SELECT session, count(*) FROM too_much" OF_SESSIONS " GROUP BY session");
	while (next(reading, row)) {
		long at = owner_of(&reading->sessions, row);
		if (at >= 0)
			reading->history->sessions[at].too_much = sqlite3_column_int(row, 1);
	}
}

struct found_area {
	long session;
	struct history_area area;
};

static struct found_area *find_areas(struct reading *reading, size_t *count)
{
	struct found_area *found = NULL;
	size_t capacity = 0;
	sqlite3_stmt *row =
		ask(reading, "SELECT session, name, side, pressure, seconds, skipped, hurt_sec FROM area" OF_SESSIONS
	                     " ORDER BY session, name, side");
	*count = 0;
	while (next(reading, row)) {
		long at = owner_of(&reading->sessions, row);
		if (at < 0)
			continue;
		found = memory_grow(found, *count, &capacity, sizeof *found);
		found[(*count)++] = (struct found_area){at,
		                                        {text_of(reading, row, 1), text_of(reading, row, 2),
		                                         text_of(reading, row, 3), real_of(row, 4),
		                                         sqlite3_column_int(row, 5) != 0, real_of(row, 6)}};
	}
	return found;
}

static void read_areas(struct reading *reading)
{
	size_t count;
	struct history_session *sessions = reading->history->sessions;
	struct found_area *found = find_areas(reading, &count);
	struct history_area *areas = arena_alloc(reading->arena, count * sizeof *areas), *place = areas;
	for (size_t i = 0; i < count; i++)
		sessions[found[i].session].area_count++;
	for (size_t i = 0; i < reading->history->session_count; i++) {
		sessions[i].areas = place;
		place += sessions[i].area_count;
		sessions[i].area_count = 0;
	}
	for (size_t i = 0; i < count; i++) {
		struct history_session *session = &sessions[found[i].session];
		areas[(size_t)(session->areas - areas) + session->area_count++] = found[i].area;
	}
	free(found);
}

// ---- Attacks

static void read_attacks(struct reading *reading)
{
	struct history *history = reading->history;
	size_t capacity = 0;
	sqlite3_stmt *row =
		ask(reading, "SELECT id, began, ended, zone_min, strength, side, nausea, light, sound, aura, sore, note"
	                     " FROM attack WHERE began >= ?1 AND began < ?2 ORDER BY began, rowid");
	while (next(reading, row)) {
		history->attacks = arena_grow(reading->arena, history->attacks, history->attack_count, &capacity,
		                              sizeof *history->attacks);
		history->attacks[history->attack_count++] = (struct history_attack){
			.id = texts_keep(&reading->attacks, (const char *)sqlite3_column_text(row, 0)),
			.wall_sec = sqlite3_column_int64(row, 1),
			.ended_wall_sec = sqlite3_column_int64(row, 2),
			.zone_min = sqlite3_column_int(row, 3),
			.strength = value_of(row, 4),
			.side = text_of(reading, row, 5),
			.nausea = value_of(row, 6),
			.light = value_of(row, 7),
			.sound = value_of(row, 8),
			.aura = value_of(row, 9),
			.sore = value_of(row, 10),
			.note = own_text(reading, row, 11),
			.suspected = none,
			.tags = none,
		};
	}
}

static void read_medications(struct reading *reading)
{
	struct history *history = reading->history;
	size_t capacity = 0;
	sqlite3_stmt *row = ask(reading, "SELECT id, attack, at, zone_min, kind, name, dose FROM medication"
	                                 " WHERE at >= ?1 AND at < ?2 ORDER BY at, rowid");
	while (next(reading, row)) {
		history->medications = arena_grow(reading->arena, history->medications, history->medication_count,
		                                  &capacity, sizeof *history->medications);
		history->medications[history->medication_count++] = (struct history_medication){
			.id = own_text(reading, row, 0),
			.attack = text_of(reading, row, 1),
			.wall_sec = sqlite3_column_int64(row, 2),
			.zone_min = sqlite3_column_int(row, 3),
			.kind = text_of(reading, row, 4),
			.name = text_of(reading, row, 5),
			.dose = text_of(reading, row, 6),
		};
	}
}

static void read_plans(struct reading *reading)
{
	struct history *history = reading->history;
	size_t capacity = 0;
	sqlite3_stmt *row = store_ask(reading->store, "SELECT routine, per_week FROM plan ORDER BY routine", "");
	reading->failed = reading->failed || !row;
	while (next(reading, row)) {
		history->plans = arena_grow(reading->arena, history->plans, history->plan_count, &capacity,
		                            sizeof *history->plans);
		history->plans[history->plan_count++] =
			(struct history_plan){text_of(reading, row, 0), sqlite3_column_double(row, 1)};
	}
}

// ---- Names on sessions and attacks

// The names of one owner, which come in a row, are added to his NULL-ended list.
static void add_name(struct reading *reading, const char *const **names, const char *name)
{
	size_t count = 0;
	while ((*names)[count])
		count++;
	const char **longer = arena_alloc(reading->arena, (count + 2) * sizeof *longer);
	memcpy(longer, *names, count * sizeof *longer);
	longer[count] = name;
	*names = longer;
}

static void read_names(struct reading *reading)
{
	struct history *history = reading->history;
	sqlite3_stmt *row = ask(reading, "SELECT attack, name FROM suspected" OF_ATTACKS " ORDER BY attack, name");
	while (next(reading, row)) {
		long at = owner_of(&reading->attacks, row);
		if (at >= 0)
			add_name(reading, &history->attacks[at].suspected, text_of(reading, row, 1));
	}
	row = ask(reading, "SELECT entry, name FROM tag WHERE ?1 < ?2 ORDER BY entry, name");
	while (next(reading, row)) {
		long session = owner_of(&reading->sessions, row), attack = owner_of(&reading->attacks, row);
		if (session >= 0)
			add_name(reading, &history->sessions[session].tags, text_of(reading, row, 1));
		if (attack >= 0)
			add_name(reading, &history->attacks[attack].tags, text_of(reading, row, 1));
	}
}

bool history_read(struct diary *diary, int64_t from_wall_sec, int64_t to_wall_sec, struct arena *arena,
                  struct history *history)
{
	*history = (struct history){0};
	if (!diary)
		return false;
	struct reading reading = {
		diary_store(diary), arena, history, from_wall_sec, to_wall_sec, texts_init(arena), texts_init(arena),
		texts_init(arena),  false};
	if (!store_look(reading.store))
		return false;
	read_sessions(&reading);
	read_ratings(&reading);
	read_areas(&reading);
	read_attacks(&reading);
	read_medications(&reading);
	read_plans(&reading);
	read_names(&reading);
	store_rollback(reading.store);
	texts_finish(&reading.texts);
	texts_finish(&reading.sessions);
	texts_finish(&reading.attacks);
	return !reading.failed;
}

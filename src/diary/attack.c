#include "diary/attack.h"

#include <stdio.h>

static bool has_changed(struct store *store)
{
	return sqlite3_changes(store_db(store)) == 1;
}

bool diary_attack_begin(struct diary *diary, int64_t wall_sec, char id[DIARY_ID_BYTES])
{
	diary_make_id(id, wall_sec);
	return diary && store_run(diary_store(diary), "INSERT INTO attack(id, began, zone_min) VALUES(?,?,?)", "tii",
	                          id, wall_sec, (int64_t)diary_zone_min(wall_sec));
}

bool diary_attack_set_strength(struct diary *diary, const char *id, int strength)
{
	struct store *store = diary ? diary_store(diary) : NULL;
	return store && strength >= 0 &&
	       store_run(store, "UPDATE attack SET strength = ? WHERE id = ?", "at", strength, id) &&
	       has_changed(store);
}

bool diary_attack_set_side(struct diary *diary, const char *id, const char *side)
{
	struct store *store = diary ? diary_store(diary) : NULL;
	return store && store_run(store, "UPDATE attack SET side = ? WHERE id = ?", "tt", side, id) &&
	       has_changed(store);
}

bool diary_attack_set_sign(struct diary *diary, const char *id, enum attack_sign sign, bool is_there)
{
	static const char *const statements[ATTACK_SIGNS] = {
		[ATTACK_NAUSEA] = "UPDATE attack SET nausea = ? WHERE id = ?",
		[ATTACK_LIGHT] = "UPDATE attack SET light = ? WHERE id = ?",
		[ATTACK_SOUND] = "UPDATE attack SET sound = ? WHERE id = ?",
		[ATTACK_AURA] = "UPDATE attack SET aura = ? WHERE id = ?",
		[ATTACK_SORE] = "UPDATE attack SET sore = ? WHERE id = ?",
	};
	struct store *store = diary ? diary_store(diary) : NULL;
	return store && store_run(store, statements[sign], "at", (int)is_there, id) && has_changed(store);
}

bool diary_attack_medication(struct diary *diary, const struct diary_medication *medication, char id[DIARY_ID_BYTES])
{
	diary_make_id(id, medication->wall_sec);
	return diary && store_run(diary_store(diary),
	                          "INSERT INTO medication(id, attack, at, zone_min, kind, name, dose)"
	                          " VALUES(?,?,?,?,?,?,?)",
	                          "ttiittt", id, medication->attack, medication->wall_sec,
	                          (int64_t)diary_zone_min(medication->wall_sec), medication->kind, medication->name,
	                          medication->dose);
}

bool diary_medication_set_kind(struct diary *diary, const char *id, const char *kind)
{
	struct store *store = diary ? diary_store(diary) : NULL;
	return store && store_run(store, "UPDATE medication SET kind = ? WHERE id = ?", "tt", kind, id) &&
	       has_changed(store);
}

static int answer(sqlite3_stmt *row, int column)
{
	return sqlite3_column_type(row, column) == SQLITE_NULL ? DIARY_NO_RATING : sqlite3_column_int(row, column);
}

bool diary_attack_running(struct diary *diary, int64_t wall_sec, struct diary_attack *attack)
{
	*attack = (struct diary_attack){.strength = DIARY_NO_RATING};
	for (int i = 0; i < ATTACK_SIGNS; i++)
		attack->signs[i] = DIARY_NO_RATING;
	struct store *store = diary ? diary_store(diary) : NULL;
	sqlite3_stmt *row = store ? store_ask(store,
	                                      "SELECT id, began, coalesce(side, ''),"
	                                      " (SELECT count(*) FROM medication WHERE medication.attack = attack.id),"
	                                      " strength, nausea, light, sound, aura, sore, ended FROM attack"
	                                      " WHERE began <= ? ORDER BY began DESC, rowid DESC LIMIT 1",
	                                      "i", wall_sec)
	                          : NULL;
	bool runs = store && store_next(store, row) && sqlite3_column_type(row, 10) == SQLITE_NULL &&
	            wall_sec - sqlite3_column_int64(row, 1) < ATTACK_LONGEST_SEC;
	if (runs) {
		snprintf(attack->id, sizeof attack->id, "%s", (const char *)sqlite3_column_text(row, 0));
		attack->wall_sec = sqlite3_column_int64(row, 1);
		snprintf(attack->side, sizeof attack->side, "%s", (const char *)sqlite3_column_text(row, 2));
		attack->medication_count = sqlite3_column_int(row, 3);
		attack->strength = answer(row, 4);
		for (int i = 0; i < ATTACK_SIGNS; i++)
			attack->signs[i] = answer(row, 5 + i);
	}
	sqlite3_finalize(row);
	return runs;
}

bool diary_attack_end(struct diary *diary, const char *id, int64_t wall_sec)
{
	struct store *store = diary ? diary_store(diary) : NULL;
	return store &&
	       store_run(store, "UPDATE attack SET ended = ?1 WHERE id = ?2 AND began <= ?1", "it", wall_sec, id) &&
	       has_changed(store);
}

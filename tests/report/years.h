// Two years of somebody's entries, written into a real diary: by a seed, the same each time.
#ifndef TESTS_REPORT_YEARS_H
#define TESTS_REPORT_YEARS_H

#include "base/hash.h"
#include "diary/diary.h"

#include <math.h>
#include <stdio.h>

enum {
	YEARS_DAYS = 730,
	YEARS_NOW = 1795725000, // 2026-11-26T20:30:00Z, in a zone of +60 minutes
	YEARS_ZONE_MIN = 60,
	YEARS_DAY_SEC = 86400,
};

struct years {
	int64_t now;
	uint64_t seed, turn;
	struct store *store;
	bool hostile; // names that would break a page or a terminal
	int made;     // entries, for their names
};

static inline double years_chance(struct years *years)
{
	return hash_unit(years->seed, years->turn++);
}

static inline int years_below(struct years *years, int end)
{
	return (int)(years_chance(years) * end);
}

static inline const char *years_id(struct years *years)
{
	static char id[DIARY_ID_BYTES];
	snprintf(id, sizeof id, "entry-%07d", years->made++);
	return id;
}

// Winter, summer, and a journey.
static inline int years_zone(int day)
{
	return day % 365 > 300 && day % 365 < 312 ? -300 : day % 365 > 120 ? 120 : 60;
}

// 0 to 9; what was not asked has no row, what was not answered NULL.
static inline void years_rate(struct years *years, const char *session, const char *when, double asked, int value,
                              int64_t at)
{
	if (years_chance(years) >= asked)
		return;
	int answer = years_chance(years) < 0.15 ? -1 : value < 0 ? 0 : value > 9 ? 9 : value;
	store_run(years->store, "INSERT INTO rating(session, moment, value, at) VALUES(?, ?, ?, ?)", "ttai", session,
	          when, answer, at);
}

static inline void years_areas(struct years *years, const char *session)
{
	static const char *const areas[] = {"temples", "forehead", "scalp", "neck", "whole", "jaw", "hand"};
	static const char *const sides[] = {"left", "right", "both"};
	int first = years_below(years, 5), end = first + 1 + years_below(years, 3);
	for (int area = first; area < end && area < 7; area++)
		for (int side = 0; side < 2; side++)
			store_run(years->store,
			          "INSERT INTO area(session, name, side, pressure, seconds, skipped, hurt_sec) "
			          "VALUES(?, ?, ?, 'light', ?, ?, NULL)",
			          "tttdi", session, areas[area], sides[area % 2 ? 2 * side : side],
			          years_chance(years) < 0.1 ? (double)NAN : 60.0,
			          (int64_t)(years_chance(years) < 0.15));
	if (years->hostile && years_chance(years) < 0.2)
		store_run(
			years->store, "INSERT INTO area(session, name, side) VALUES(?, ?, 'both')", "tt", session,
			"<b onload=alert(1)>&\"' \x1b[31m a very long name without an end that goes on and on, as one "
			"that was brought from another diary would");
}

static inline void years_session(struct years *years, int64_t began, int zone_min)
{
	static const char *const routines[] = {"evening", "neck-week", "temple-breath", "during-attack",
	                                       "breathe-only"};
	static const char *const titles[] = {"Evening", "Neck week", "Temple and breath", "During an attack",
	                                     "Breathe only"};
	static const char *const moments[] = {"daily", "daily", "first-sign", "attack", NULL};
	const char *id = years_id(years);
	int kind = years_below(years, 5), before = years_below(years, 10);
	bool compared = kind == 0 || kind == 4 ? years_chance(years) < 0.97 : false;
	const char *routine = years->hostile && kind == 1 ? "</svg><script>document.title=1</script>" : routines[kind];
	double heard = years_chance(years) < 0.05 ? (double)NAN : years_chance(years) < 0.1 ? 20.0 : 400.0;
	store_run(years->store,
	          "INSERT INTO session(id, began, zone_min, routine, title, moment, heard_sec, ending, compare) "
	          "VALUES(?, ?, ?, ?, ?, ?, ?, 'to the end', ?)",
	          "tiitttdt", id, began, (int64_t)zone_min, routine, titles[kind], moments[kind], heard,
	          !compared   ? NULL
	          : kind == 4 ? "breath"
	                      : "hands");
	years_rate(years, id, "before", 0.8, before, began);
	years_rate(years, id, "after", 0.85, before - years_below(years, 5) + 1, began + 600);
	years_rate(years, id, "later", 0.5, before - years_below(years, 6) + 1, began + 7800);
	years_areas(years, id);
}

static inline void years_medication(struct years *years, const char *attack, int64_t at, int zone_min, const char *kind)
{
	char id[DIARY_ID_BYTES];
	snprintf(id, sizeof id, "medication-%07d", years->made++);
	store_run(years->store,
	          "INSERT INTO medication(id, attack, at, zone_min, kind, name, dose) VALUES(?, ?, ?, ?, ?, ?, ?)",
	          "ttiittt", id, attack, at, (int64_t)zone_min, kind, NULL, NULL);
}

static inline void years_attack(struct years *years, int64_t began, int zone_min)
{
	const char *id = years_id(years);
	int64_t ended = began + 3600 * (2 + years_below(years, 50));
	bool open = years_chance(years) < 0.2;
	store_run(
		years->store,
		open ? "INSERT INTO attack(id, began, zone_min, strength, side) VALUES(?1, ?2, ?4, ?5, 'left') /* ?3 */"
		     : "INSERT INTO attack(id, began, ended, zone_min, strength, side) VALUES(?, ?, ?, ?, ?, 'left')",
		"tiiia", id, began, ended, (int64_t)zone_min,
		years_chance(years) < 0.1 ? -1 : 2 + years_below(years, 8));
	if (years_chance(years) < 0.7)
		years_medication(years, id, began + 900, zone_min, "triptan");
	if (years_chance(years) < 0.1)
		years_medication(years, id, began + 1900, zone_min, "other");
}

static inline void years_day(struct years *years, int day)
{
	static const char *const kinds[] = {"simple", "simple", "simple", "combination", "ergotamine", "opioid"};
	int64_t midnight = (int64_t)YEARS_DAY_SEC * (years->now / YEARS_DAY_SEC - YEARS_DAYS + day);
	int zone = years_zone(day);
	double attack = day > YEARS_DAYS - 120 ? 0.55 : 0.2; // more of late, and more medication
	if (years_chance(years) < attack)
		years_attack(years, midnight + 3600 * years_below(years, 24) + years_below(years, 3600), zone);
	if (years_chance(years) < 0.25)
		years_medication(years, NULL, midnight + years_below(years, YEARS_DAY_SEC), zone,
		                 kinds[years_below(years, 6)]);
	if (years_chance(years) < 0.9)
		years_session(years, midnight + 3600 * (12 + years_below(years, 12)) + years_below(years, 3600), zone);
}

// Two years up to now. The diary may hold some days after it: nobody is to count them.
static inline void years_fill(struct diary *diary, int64_t now, uint64_t seed, bool hostile)
{
	struct years years = {.now = now, .seed = seed, .store = diary_store(diary), .hostile = hostile};
	store_begin(years.store);
	for (int day = 0; day <= YEARS_DAYS + 2; day++)
		years_day(&years, day);
	store_run(years.store, "INSERT INTO plan(routine, per_week) VALUES('neck-week', 3), ('temple-breath', 0)", "");
	store_commit(years.store);
}

// Every session so many times, a second apart.
static inline void years_multiply(struct diary *diary, int times)
{
	static const char *const sql[] = {
		"INSERT INTO session(id, began, zone_min, routine, title, moment, heard_sec, ending, compare) WITH "
		"RECURSIVE "
		"copy(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copy WHERE k < ?) SELECT id || '-' || k, began + k, "
		"zone_min, routine, title, moment, heard_sec, ending, compare FROM session, copy",
		"INSERT INTO rating(session, moment, value, at) WITH RECURSIVE copy(k) AS (SELECT 1 UNION ALL SELECT k "
		"+ 1 "
		"FROM copy WHERE k < ?) SELECT session || '-' || k, moment, value, at + k FROM rating, copy",
		"INSERT INTO area(session, name, side, pressure, seconds, skipped) WITH RECURSIVE copy(k) AS (SELECT 1 "
		"UNION "
		"ALL SELECT k + 1 FROM copy WHERE k < ?) SELECT session || '-' || k, name, side, pressure, seconds, "
		"skipped "
		"FROM area, copy",
	};
	store_begin(diary_store(diary));
	for (int i = 0; i < 3 && times > 1; i++)
		if (!store_run(diary_store(diary), sql[i], "i", (int64_t)times - 1))
			fprintf(stderr, "years_multiply: refused\n");
	store_commit(diary_store(diary));
}

#endif

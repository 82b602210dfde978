// A session's row is there from its begin, and each note is a change of its own, so that a program that is killed loses
// at most what was noted in that moment. See scribe.h for who waits for the disk.
#include "diary/diary.h"

#include "base/hash.h"
#include "base/memory.h"
#include "diary/words.h"
#include "diary/scribe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { DAY_SEC = 24 * 60 * 60, FOLLOW_UP_SEC = 2 * 60 * 60, STILL_PLAYS_SEC = 120 };

struct diary {
	struct store *store;
	struct scribe *scribe;
	bool running;
	char session[DIARY_ID_BYTES];
	int too_much_count, part_count;
};

struct diary *diary_open(const char *folder, char told[DIARY_TOLD_BYTES])
{
	char unheard[DIARY_TOLD_BYTES];
	struct store *store = store_open(folder, told ? told : unheard);
	if (!store)
		return NULL;
	struct diary *diary = memory_alloc(sizeof *diary);
	diary->store = store;
	diary->scribe = scribe_create(store);
	return diary;
}

void diary_close(struct diary *diary)
{
	if (!diary)
		return;
	scribe_destroy(diary->scribe);
	store_close(diary->store);
	free(diary);
}

struct store *diary_store(struct diary *diary)
{
	scribe_flush(diary->scribe);
	return diary->store;
}

// ---- Names and zones

// A random number keeps apart what two programs begin in the same second.
void diary_make_id(char id[DIARY_ID_BYTES], int64_t wall_sec)
{
	uint64_t random;
	time_t at = (time_t)wall_sec;
	struct tm tm = {0};
	char moment[24];
	if (getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random)
		random = hash64((uint64_t)getpid(), (uint64_t)wall_sec);
	gmtime_r(&at, &tm);
	if (strftime(moment, sizeof moment, "%Y%m%dT%H%M%SZ", &tm) == 0)
		moment[0] = '\0';
	snprintf(id, DIARY_ID_BYTES, "%s-%08x", moment, (unsigned)random);
}

int diary_zone_min(int64_t wall_sec)
{
	time_t at = (time_t)wall_sec;
	struct tm tm = {0};
	return localtime_r(&at, &tm) ? (int)(tm.tm_gmtoff / 60) : 0;
}

// In tenths; not known when it is no time.
static double tenths(double sec)
{
	return sec >= 0.0 && sec < 1e9 ? round(10.0 * sec) / 10.0 : NAN;
}

// ---- A session

void diary_begin(struct diary *diary, const struct diary_start *start)
{
	if (!diary)
		return;
	diary_make_id(diary->session, start->wall_sec);
	diary->running = true;
	diary->too_much_count = diary->part_count = 0;
	scribe_put(diary->scribe,
	           "INSERT INTO session(id, began, zone_min, routine, title, moment) VALUES(?,?,?,?,?,?)", "tiittt",
	           diary->session, start->wall_sec, (int64_t)diary_zone_min(start->wall_sec), start->routine,
	           start->title, start->moment);
}

void diary_drop(struct diary *diary)
{
	if (!diary || !diary->running)
		return;
	diary->running = false;
	scribe_put(diary->scribe, "DELETE FROM session WHERE id = ?", "t", diary->session);
}

const char *diary_session(const struct diary *diary)
{
	return diary ? diary->session : "";
}

void diary_sore(struct diary *diary, bool sore)
{
	if (diary && diary->running)
		scribe_put(diary->scribe, "UPDATE session SET sore = ? WHERE id = ?", "at", (int)sore, diary->session);
}

void diary_compare(struct diary *diary, const char *what)
{
	if (diary && diary->running)
		scribe_put(diary->scribe, "UPDATE session SET compare = ? WHERE id = ?", "tt", what, diary->session);
}

// A clock that was set back in between tells no end: what was heard since the begin has passed at least.
void diary_heard(struct diary *diary, double heard_sec, int64_t wall_sec)
{
	if (diary && diary->running)
		scribe_put(diary->scribe,
		           "UPDATE session SET heard_sec = ?1,"
		           " ended = max(?2, began + CAST(coalesce(?1, 0) AS INTEGER)) WHERE id = ?3",
		           "dit", tenths(heard_sec), wall_sec, diary->session);
}

void diary_part(struct diary *diary, const char *part, enum diary_fate fate)
{
	if (!diary || !diary->running || !part || diary->part_count >= 4 * DIARY_MOST_NOTES)
		return;
	diary->part_count++;
	scribe_put(diary->scribe,
	           "REPLACE INTO part(session, place, name, fate) VALUES(?1,"
	           " coalesce((SELECT place FROM part WHERE session = ?1 AND name = ?2),"
	           "  (SELECT count(*) FROM part WHERE session = ?1)), ?2, ?3)",
	           "ttt", diary->session, part, diary_fate_words[fate]);
}

static bool is_place(const struct diary *diary, const struct diary_place *place)
{
	return diary && diary->running && place->area && place->side;
}

void diary_area(struct diary *diary, const struct diary_place *place, double more_sec)
{
	if (is_place(diary, place) && more_sec >= 0.0 && more_sec < 1e9)
		scribe_put(diary->scribe,
		           "INSERT INTO area(session, name, side, pressure, seconds) VALUES(?1,?2,?3,?4,?5)"
		           " ON CONFLICT DO UPDATE SET seconds = round(coalesce(seconds, 0) + ?5, 3),"
		           " pressure = coalesce(pressure, ?4)",
		           "ttttd", diary->session, place->area, place->side, place->pressure,
		           round(1000.0 * more_sec) / 1000.0);
}

void diary_area_skipped(struct diary *diary, const struct diary_place *place)
{
	if (is_place(diary, place))
		scribe_put(diary->scribe,
		           "INSERT INTO area(session, name, side, pressure, seconds, skipped) VALUES(?,?,?,?,0,1)"
		           " ON CONFLICT DO UPDATE SET skipped = 1",
		           "tttt", diary->session, place->area, place->side, place->pressure);
}

// The first press counts.
void diary_hurt(struct diary *diary, const struct diary_place *place, double at_sec)
{
	if (is_place(diary, place))
		scribe_put(diary->scribe,
		           "INSERT INTO area(session, name, side, pressure, seconds, hurt_sec) VALUES(?1,?2,?3,?4,0,?5)"
		           " ON CONFLICT DO UPDATE SET hurt_sec = coalesce(hurt_sec, ?5)",
		           "ttttd", diary->session, place->area, place->side, place->pressure,
		           tenths(fmax(at_sec, 0.0)));
}

void diary_too_much(struct diary *diary, double at_sec)
{
	if (!diary || !diary->running || diary->too_much_count >= DIARY_MOST_NOTES)
		return;
	diary->too_much_count++;
	scribe_put(diary->scribe, "INSERT INTO too_much(session, at_sec) VALUES(?,?)", "td", diary->session,
	           tenths(fmax(at_sec, 0.0)));
}

bool diary_end(struct diary *diary, double heard_sec, enum diary_ending ending, int64_t wall_sec)
{
	if (!diary || !diary->running)
		return false;
	diary_heard(diary, fmax(heard_sec, 0.0), wall_sec);
	diary->running = false;
	scribe_put(diary->scribe, "UPDATE session SET ending = ? WHERE id = ?", "tt", diary_ending_word(ending),
	           diary->session);
	return scribe_flush(diary->scribe);
}

// ---- Ratings

static const char rate_sql[] = "INSERT INTO rating(session, moment, value, at) SELECT id, ?2, ?3, ?4 FROM session"
			       " WHERE id = ?1 ON CONFLICT DO UPDATE SET value = ?3, at = ?4";

bool diary_rate(struct diary *diary, const char *session, enum diary_when when, int rating, int64_t wall_sec)
{
	if (!diary || !session || !session[0] || rating < DIARY_NO_RATING || rating > 9)
		return false;
	const char *moment = diary_when_words[when];
	if (diary->running && strcmp(session, diary->session) == 0) {
		scribe_put(diary->scribe, rate_sql, "ttai", session, moment, rating, wall_sec);
		return true;
	}
	struct store *store = diary_store(diary);
	return store_run(store, rate_sql, "ttai", session, moment, rating, wall_sec) &&
	       sqlite3_changes(store_db(store)) == 1;
}

static void copy_text(char *to, size_t bytes, sqlite3_stmt *row, int column)
{
	const unsigned char *text = sqlite3_column_text(row, column);
	snprintf(to, bytes, "%s", text ? (const char *)text : "");
}

// The last session of a minute or more, or just the last, without its ratings' judgement.
static bool find_last(struct diary *diary, int64_t wall_sec, double least_sec, enum diary_when when, bool *asked,
                      struct diary_unrated *found)
{
	sqlite3_stmt *row =
		store_ask(diary_store(diary),
	                  "SELECT id, began, coalesce(ended, CAST(began + coalesce(heard_sec, 0) AS INTEGER)), "
	                  "heard_sec, ending, moment,"
	                  " (SELECT value FROM rating WHERE session = id AND moment = 'before'),"
	                  " EXISTS(SELECT 1 FROM rating WHERE session = id AND moment = ?2) FROM session"
	                  " WHERE began > ?1 AND coalesce(heard_sec, 0) >= ?3 ORDER BY began DESC, rowid DESC LIMIT 1",
	                  "itd", wall_sec - 3 * DAY_SEC, diary_when_words[when], least_sec);
	bool any = store_next(diary->store, row);
	*found = (struct diary_unrated){.before = DIARY_NO_RATING};
	if (any) {
		copy_text(found->session, sizeof found->session, row, 0);
		found->wall_sec = sqlite3_column_int64(row, 1);
		found->ended_wall_sec = sqlite3_column_int64(row, 2);
		found->heard_sec = sqlite3_column_double(row, 3);
		found->ending = diary_ending_of((const char *)sqlite3_column_text(row, 4));
		copy_text(found->moment, sizeof found->moment, row, 5);
		if (sqlite3_column_type(row, 6) != SQLITE_NULL)
			found->before = sqlite3_column_int(row, 6);
		*asked = sqlite3_column_int(row, 7) != 0;
	}
	sqlite3_finalize(row);
	return any;
}

// Perhaps in another program.
static bool still_plays(const struct diary_unrated *session, int64_t wall_sec)
{
	return session->ending == DIARY_UNTOLD && wall_sec - session->ended_wall_sec < STILL_PLAYS_SEC;
}

bool diary_unrated(struct diary *diary, int64_t wall_sec, struct diary_unrated *unrated)
{
	bool asked;
	*unrated = (struct diary_unrated){.before = DIARY_NO_RATING};
	return diary && find_last(diary, wall_sec, 0.0, DIARY_AFTER, &asked, unrated) && !asked &&
	       wall_sec >= unrated->wall_sec && wall_sec - unrated->wall_sec < DAY_SEC &&
	       !still_plays(unrated, wall_sec);
}

bool diary_follow_up_due(struct diary *diary, int64_t wall_sec, struct diary_unrated *unrated)
{
	bool asked;
	*unrated = (struct diary_unrated){.before = DIARY_NO_RATING};
	if (!diary || !find_last(diary, wall_sec, DIARY_LEAST_HEARD_SEC, DIARY_LATER, &asked, unrated))
		return false;
	int64_t since_sec = wall_sec - unrated->ended_wall_sec;
	return !asked && since_sec >= FOLLOW_UP_SEC && since_sec < DAY_SEC;
}

bool diary_has_session(struct diary *diary)
{
	return diary && store_number(diary_store(diary), 0, "SELECT count(*) FROM session WHERE id = ?", "t",
	                             diary->session) != 0;
}

// ---- The past

int diary_count(struct diary *diary, const char *routine, int64_t since_wall_sec)
{
	if (!diary)
		return 0;
	return (int)store_number(diary_store(diary), 0,
	                         "SELECT count(*) FROM session WHERE routine = ? AND began >= ? AND heard_sec >= ?",
	                         "tid", routine, since_wall_sec, DIARY_LEAST_HEARD_SEC);
}

bool diary_hurt_last_time(struct diary *diary, const char *area)
{
	if (!diary || !area)
		return false;
	return store_number(diary_store(diary), 0,
	                    "SELECT max(area.hurt_sec IS NOT NULL) FROM area, session ON session.id = area.session"
	                    " WHERE area.name = ? AND (area.seconds > 0 OR area.hurt_sec IS NOT NULL)"
	                    " GROUP BY session.id ORDER BY session.began DESC, session.rowid DESC LIMIT 1",
	                    "t", area) != 0;
}

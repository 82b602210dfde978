// What a session leaves in the diary, what is asked of it later, attacks, and the whole read at once. Every test closes
// the diary and looks again with another, so that what counts is what lies in the file.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "diary/diary.h"

#include "diary/attack.h"
#include "diary/history.h"
#include "state_kit.h"

#include <math.h>
#include <time.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, WALL = 1795552660 }; // 2026-11-24T20:37:40Z

static const struct diary_place NECK = {"neck", "left", "light"}, JAW = {"jaw", "both", NULL};

static void begin(struct diary *diary, int64_t wall_sec)
{
	struct diary_start start = {"attack", "during-attack", "During an attack", wall_sec};
	diary_begin(diary, &start);
}

// A session of ten minutes with nothing to tell.
static bool plain(struct diary *diary, int64_t wall_sec)
{
	begin(diary, wall_sec);
	return diary_end(diary, 600.0, DIARY_TO_THE_END, wall_sec + 10 * MINUTE);
}

static void zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

static struct diary *reopen(struct kit *kit, struct diary *diary)
{
	diary_close(diary);
	return diary_open(kit->folder, NULL);
}

// All that there is, by a diary of its own.
static struct arena *read_all(const struct kit *kit, struct history *history)
{
	struct arena *arena = arena_create();
	struct diary *diary = diary_open(kit->folder, NULL);
	assert_true(history_read(diary, INT64_MIN / 2, INT64_MAX / 2, arena, history));
	diary_close(diary);
	return arena;
}

// ---- A session

static void note_all(struct diary *diary)
{
	begin(diary, WALL);
	diary_sore(diary, true);
	diary_compare(diary, "hands");
	assert_true(diary_rate(diary, diary_session(diary), DIARY_BEFORE, 6, WALL + 1));
	diary_heard(diary, 10.0, WALL + 10);
	diary_part(diary, "Settle", DIARY_DONE);
	diary_part(diary, "Neck", DIARY_SKIPPED);
	diary_part(diary, "Temples \"soft\"", DIARY_DONE);
	diary_part(diary, "Neck", DIARY_NOT_TONIGHT);
	diary_area(diary, &NECK, 1.5);
	diary_area(diary, &NECK, 0.75);
	diary_area(diary, &(struct diary_place){"neck", "right", "light"}, 3.0);
	diary_area_skipped(diary, &JAW);
	diary_hurt(diary, &NECK, 61.25);
	diary_hurt(diary, &NECK, 99.0); // the first press counts
	diary_too_much(diary, 5.0);
	diary_too_much(diary, 7.5);
	assert_true(diary_rate(diary, diary_session(diary), DIARY_AFTER, DIARY_NO_RATING, WALL + 620));
}

static void assert_area(const struct history_area *area, const char *name, const char *side, double seconds,
                        double hurt_sec)
{
	assert_string_equal(area->name, name);
	assert_string_equal(area->side, side);
	assert_true(area->seconds == seconds);
	assert_true(isnan(hurt_sec) ? isnan(area->hurt_sec) : area->hurt_sec == hurt_sec);
}

static void assert_all(const struct history_session *session)
{
	assert_int_equal(session->wall_sec, WALL);
	assert_int_equal(session->zone_min, 60);
	assert_string_equal(session->routine, "during-attack");
	assert_string_equal(session->title, "During an attack");
	assert_string_equal(session->moment, "attack");
	assert_string_equal(session->compare, "hands");
	assert_int_equal(session->sore, 1);
	assert_int_equal(session->ratings[DIARY_BEFORE], 6);
	assert_int_equal(session->rated_wall_sec[DIARY_BEFORE], WALL + 1);
	assert_int_equal(session->ratings[DIARY_AFTER], HISTORY_NO_VALUE);
	assert_int_equal(session->rated_wall_sec[DIARY_AFTER], WALL + 620);
	assert_int_equal(session->ratings[DIARY_LATER], HISTORY_NO_VALUE);
	assert_int_equal(session->rated_wall_sec[DIARY_LATER], 0);
	assert_int_equal(session->too_much, 2);
	assert_null(session->note);
	assert_null(session->tags[0]);
	assert_int_equal(session->area_count, 3);
	assert_area(&session->areas[0], "jaw", "both", 0.0, (double)NAN);
	assert_area(&session->areas[1], "neck", "left", 2.25, 61.3);
	assert_area(&session->areas[2], "neck", "right", 3.0, (double)NAN);
	assert_string_equal(session->areas[1].pressure, "light");
	assert_null(session->areas[0].pressure);
	assert_true(session->areas[0].skipped && !session->areas[1].skipped);
}

static void test_diary_keeps_all_of_a_session(void **state)
{
	struct kit *kit = *state;
	struct history history;
	zone("CET-1CEST,M3.5.0,M10.5.0/3");
	struct diary *diary = diary_open(kit->folder, NULL);
	note_all(diary);
	assert_true(diary_end(diary, 599.96, DIARY_FELL_ASLEEP, WALL + 610));
	assert_false(diary_end(diary, 1.0, DIARY_STOPPED, WALL)); // it has ended
	diary_too_much(diary, 9.0);
	assert_int_equal(store_number(diary_store(diary), -1, "SELECT count(*) FROM part", ""), 3);
	assert_int_equal(store_number(diary_store(diary), -1,
	                              "SELECT place FROM part WHERE name = 'Neck' AND fate = 'not tonight'", ""),
	                 1);
	diary_close(diary);
	struct arena *arena = read_all(kit, &history);
	assert_int_equal(history.session_count, 1);
	assert_all(&history.sessions[0]);
	assert_true(history.sessions[0].heard_sec == 600.0);
	assert_string_equal(history.sessions[0].ending, "fell asleep");
	arena_destroy(arena);
	zone("UTC0");
}

// Whatever was noted is there while it still plays, for another program too.
static void test_diary_keeps_a_session_as_it_goes(void **state)
{
	struct kit *kit = *state;
	struct history history;
	struct diary_unrated unrated;
	zone("CET-1CEST,M3.5.0,M10.5.0/3");
	struct diary *diary = diary_open(kit->folder, NULL);
	note_all(diary);
	diary_store(diary);
	struct arena *arena = read_all(kit, &history);
	assert_int_equal(history.session_count, 1);
	assert_all(&history.sessions[0]);
	assert_true(history.sessions[0].heard_sec == 10.0);
	assert_null(history.sessions[0].ending);
	arena_destroy(arena);
	begin(diary, WALL + 30);
	diary_close(diary);
	diary = diary_open(kit->folder, NULL);
	assert_false(diary_unrated(diary, WALL + 60, &unrated)); // perhaps it plays
	assert_true(diary_unrated(diary, WALL + 160, &unrated));
	assert_int_equal(unrated.ending, DIARY_UNTOLD);
	diary_close(diary);
	zone("UTC0");
}

// The machine's clock may be set back while a session plays: no end is before its begin, or before what was heard.
static void test_diary_ends_after_it_began(void **state)
{
	static const struct {
		int64_t wall_sec;
		double heard_sec;
		int64_t should;
	} rows[] = {
		{WALL - HOUR, 600.0, WALL + 600}, {WALL + 60, 600.0, WALL + 600}, {WALL + 700, 600.0, WALL + 700},
		{WALL - HOUR, 0.0, WALL},         {WALL - HOUR, NAN, WALL},
	};
	struct kit *kit = *state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct diary *diary = diary_open(kit->folder, NULL);
		begin(diary, WALL);
		diary_heard(diary, rows[i].heard_sec, rows[i].wall_sec);
		assert_int_equal(store_number(diary_store(diary), 0, "SELECT ended FROM session WHERE id = ?", "t",
		                              diary_session(diary)),
		                 rows[i].should);
		diary_close(diary);
	}
}

static void test_diary_drops_what_has_not_sounded(void **state)
{
	struct kit *kit = *state;
	struct history history;
	struct diary *diary = diary_open(kit->folder, NULL);
	note_all(diary);
	diary_drop(diary);
	diary_drop(diary);
	diary_close(diary);
	struct arena *arena = read_all(kit, &history);
	assert_int_equal(history.session_count, 0);
	arena_destroy(arena);
	diary = diary_open(kit->folder, NULL);
	assert_int_equal(store_number(diary_store(diary), -1,
	                              "SELECT (SELECT count(*) FROM area) + (SELECT count(*) FROM part) +"
	                              " (SELECT count(*) FROM rating) + (SELECT count(*) FROM too_much)",
	                              ""),
	                 0);
	diary_close(diary);
}

static void test_diary_missing_stays_missing(void **state)
{
	struct kit *kit = *state;
	struct history history;
	struct diary *diary = diary_open(kit->folder, NULL);
	diary_begin(diary, &(struct diary_start){.routine = "/home/a\xff\xc3\n\xe2\x82\xac.yaml", .wall_sec = WALL});
	diary_hurt(diary, &NECK, (double)NAN);
	assert_true(diary_end(diary, -1.0, DIARY_BROKEN_OFF, WALL));
	diary_close(diary);
	struct arena *arena = read_all(kit, &history);
	const struct history_session *session = &history.sessions[0];
	assert_string_equal(session->routine, "/home/a\xef\xbf\xbd\xef\xbf\xbd\n\xe2\x82\xac.yaml");
	assert_null(session->title);
	assert_null(session->moment);
	assert_null(session->compare);
	assert_int_equal(session->sore, HISTORY_NO_VALUE);
	assert_int_equal(session->ratings[DIARY_BEFORE], HISTORY_NO_VALUE);
	assert_int_equal(session->rated_wall_sec[DIARY_BEFORE], 0);
	assert_true(session->heard_sec == 0.0);
	assert_true(session->areas[0].hurt_sec == 0.0);
	arena_destroy(arena);
}

static void test_diary_bounds_its_notes(void **state)
{
	struct kit *kit = *state;
	struct history history;
	struct diary *diary = diary_open(kit->folder, NULL);
	begin(diary, WALL);
	for (int i = 0; i < 2 * DIARY_MOST_NOTES; i++)
		diary_too_much(diary, i);
	assert_true(diary_end(diary, 1.0, DIARY_STOPPED, WALL));
	diary_close(diary);
	struct arena *arena = read_all(kit, &history);
	assert_int_equal(history.sessions[0].too_much, DIARY_MOST_NOTES);
	arena_destroy(arena);
}

static void test_diary_counts_what_was_done(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder, NULL);
	assert_int_equal(diary_count(diary, "during-attack", 0), 0);
	assert_true(plain(diary, WALL) && plain(diary, WALL + DAY));
	begin(diary, WALL + DAY + 1);
	assert_true(diary_end(diary, 59.0, DIARY_STOPPED, WALL + DAY + 60)); // a slip
	diary = reopen(kit, diary);
	assert_int_equal(diary_count(diary, "during-attack", 0), 2);
	assert_int_equal(diary_count(diary, "during-attack", WALL + DAY), 1);
	assert_int_equal(diary_count(diary, "during-attack", WALL + DAY + 1), 0);
	assert_int_equal(diary_count(diary, "during", 0), 0);
	assert_int_equal(diary_count(NULL, "during-attack", 0), 0);
	diary_close(diary);
}

// ---- Ratings

static void test_diary_asks_once_for_the_rating_after(void **state)
{
	struct kit *kit = *state;
	struct diary_unrated unrated;
	struct diary *diary = diary_open(kit->folder, NULL);
	assert_false(diary_unrated(diary, WALL, &unrated));
	begin(diary, WALL);
	char *session = strdup(diary_session(diary));
	assert_true(diary_rate(diary, session, DIARY_BEFORE, 0, WALL));
	assert_true(diary_end(diary, 12.5, DIARY_STOPPED, WALL + 13));
	assert_true(diary_unrated(diary, WALL + 30, &unrated));
	assert_string_equal(unrated.session, session);
	assert_string_equal(unrated.moment, "attack");
	assert_int_equal(unrated.wall_sec, WALL);
	assert_int_equal(unrated.ended_wall_sec, WALL + 13);
	assert_int_equal(unrated.before, 0);
	assert_true(unrated.heard_sec == 12.5);
	assert_int_equal(unrated.ending, DIARY_STOPPED);
	assert_true(diary_unrated(diary, WALL + DAY - 1, &unrated));
	assert_false(diary_unrated(diary, WALL + DAY, &unrated));
	assert_false(diary_unrated(diary, WALL - 1, &unrated)); // the clock was put back
	diary = reopen(kit, diary);                             // another day
	assert_true(diary_rate(diary, session, DIARY_AFTER, 3, WALL + 40));
	assert_false(diary_unrated(diary, WALL + 50, &unrated));
	diary = reopen(kit, diary);
	assert_false(diary_unrated(diary, WALL + 50, &unrated));
	free(session);
	diary_close(diary);
}

static void test_diary_silence_is_not_asked_again(void **state)
{
	struct kit *kit = *state;
	struct diary_unrated unrated;
	struct diary *diary = diary_open(kit->folder, NULL);
	assert_true(plain(diary, WALL));
	assert_true(diary_rate(diary, diary_session(diary), DIARY_AFTER, DIARY_NO_RATING, WALL + 60));
	assert_false(diary_unrated(diary, WALL + 90, &unrated));
	begin(diary, WALL + 100);
	assert_true(diary_rate(diary, diary_session(diary), DIARY_AFTER, DIARY_NO_RATING, WALL + 60));
	assert_true(diary_end(diary, 1.0, DIARY_STOPPED, WALL + 101));
	assert_false(diary_unrated(diary, WALL + 101, &unrated));
	assert_true(plain(diary, WALL + 200));
	assert_true(diary_unrated(diary, WALL + 201, &unrated));
	assert_int_equal(unrated.before, DIARY_NO_RATING);
	diary_close(diary);
}

static void test_diary_follow_up_is_due_once(void **state)
{
	struct kit *kit = *state;
	struct diary_unrated due;
	struct diary *diary = diary_open(kit->folder, NULL);
	assert_false(diary_follow_up_due(diary, WALL, &due));
	assert_false(diary_follow_up_due(NULL, WALL, &due));
	assert_true(plain(diary, WALL));
	const int64_t end = WALL + 10 * MINUTE;
	char session[DIARY_ID_BYTES];
	snprintf(session, sizeof session, "%s", diary_session(diary));
	begin(diary, WALL + 20 * MINUTE); // a slip in between
	assert_true(diary_end(diary, 5.0, DIARY_STOPPED, WALL + 21 * MINUTE));
	diary = reopen(kit, diary);
	assert_false(diary_follow_up_due(diary, end + 2 * HOUR - 1, &due));
	assert_true(diary_follow_up_due(diary, end + 2 * HOUR, &due));
	assert_string_equal(due.session, session);
	assert_true(diary_follow_up_due(diary, end + DAY - 1, &due));
	assert_false(diary_follow_up_due(diary, end + DAY, &due));
	assert_true(diary_rate(diary, session, DIARY_LATER, DIARY_NO_RATING, end + 3 * HOUR));
	assert_false(diary_follow_up_due(diary, end + 3 * HOUR, &due));
	assert_true(plain(diary, WALL + 4 * HOUR));
	assert_false(diary_follow_up_due(diary, WALL + 5 * HOUR, &due));
	assert_true(diary_follow_up_due(diary, WALL + 7 * HOUR, &due));
	diary_close(diary);
}

static void test_diary_refuses_what_is_no_rating(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder, NULL);
	assert_true(plain(diary, WALL));
	assert_false(diary_rate(diary, diary_session(diary), DIARY_AFTER, 10, WALL));
	assert_false(diary_rate(diary, diary_session(diary), DIARY_AFTER, -2, WALL));
	assert_false(diary_rate(diary, "another", DIARY_AFTER, 5, WALL));
	assert_false(diary_rate(diary, "", DIARY_AFTER, 5, WALL));
	diary_close(diary);
}

// ---- Areas

static void test_diary_knows_what_hurt_last_time(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder, NULL);
	assert_false(diary_hurt_last_time(diary, "neck"));
	begin(diary, WALL);
	diary_area(diary, &JAW, 1.0);
	diary_hurt(diary, &NECK, 3.0);
	diary_area(diary, &(struct diary_place){"neck", "right", NULL}, 2.0); // the other side does not undo it
	assert_true(diary_end(diary, 9.0, DIARY_STOPPED, WALL + 9));
	assert_true(plain(diary, WALL + 1)); // touched neither
	begin(diary, WALL + 2);
	diary_area_skipped(diary, &NECK); // left out: says nothing new
	assert_true(diary_end(diary, 9.0, DIARY_STOPPED, WALL + 11));
	diary = reopen(kit, diary);
	assert_true(diary_hurt_last_time(diary, "neck"));
	assert_false(diary_hurt_last_time(diary, "jaw"));
	assert_false(diary_hurt_last_time(diary, "nec"));
	begin(diary, WALL + 3);
	diary_area(diary, &NECK, 1.0);
	assert_true(diary_end(diary, 9.0, DIARY_STOPPED, WALL + 12));
	assert_false(diary_hurt_last_time(diary, "neck"));
	diary_close(diary);
}

// ---- Attacks

static void test_attack_keeps_each_answer(void **state)
{
	struct kit *kit = *state;
	struct diary_attack attack;
	struct history history;
	char id[DIARY_ID_BYTES], taken[DIARY_ID_BYTES];
	struct diary *diary = diary_open(kit->folder, NULL);
	memset(&attack, 0, sizeof attack);
	assert_false(diary_attack_running(diary, WALL, &attack));
	for (int i = 0; i < ATTACK_SIGNS; i++)
		assert_int_equal(attack.signs[i], DIARY_NO_RATING);
	assert_true(diary_attack_begin(diary, WALL, id));
	diary = reopen(kit, diary);
	assert_true(diary_attack_running(diary, WALL, &attack));
	assert_string_equal(attack.id, id);
	assert_int_equal(attack.strength, DIARY_NO_RATING);
	assert_string_equal(attack.side, "");
	for (int i = 0; i < ATTACK_SIGNS; i++)
		assert_int_equal(attack.signs[i], DIARY_NO_RATING);
	assert_true(diary_attack_set_strength(diary, id, 7) && diary_attack_set_side(diary, id, "left"));
	for (int i = 0; i < ATTACK_SIGNS; i++)
		assert_true(diary_attack_set_sign(diary, id, (enum attack_sign)i, i % 2));
	struct diary_medication medication = {WALL + 60, id, "triptan", "sumatriptan", NULL};
	assert_true(diary_attack_medication(diary, &medication, taken));
	assert_true(diary_medication_set_kind(diary, taken, "simple"));
	diary = reopen(kit, diary);
	assert_true(diary_attack_running(diary, WALL + ATTACK_LONGEST_SEC - 1, &attack));
	assert_false(diary_attack_running(diary, WALL + ATTACK_LONGEST_SEC, &attack));
	assert_true(diary_attack_running(diary, WALL + 60, &attack));
	assert_int_equal(attack.strength, 7);
	assert_string_equal(attack.side, "left");
	for (int i = 0; i < ATTACK_SIGNS; i++)
		assert_int_equal(attack.signs[i], i % 2);
	assert_int_equal(attack.medication_count, 1);
	assert_true(diary_attack_end(diary, id, WALL + HOUR));
	assert_false(diary_attack_running(diary, WALL + HOUR, &attack));
	diary_close(diary);
	struct arena *arena = read_all(kit, &history);
	const struct history_attack *read = &history.attacks[0];
	assert_int_equal(history.attack_count, 1);
	assert_int_equal(read->ended_wall_sec, WALL + HOUR);
	assert_int_equal(read->strength, 7);
	assert_int_equal(read->nausea + 2 * read->light + 4 * read->sound + 8 * read->aura + 16 * read->sore, 2 + 8);
	assert_int_equal(history.medication_count, 1);
	assert_string_equal(history.medications[0].attack, id);
	assert_string_equal(history.medications[0].id, taken);
	assert_string_equal(history.medications[0].kind, "simple");
	assert_null(history.medications[0].dose);
	arena_destroy(arena);
}

static void test_attack_refuses_what_is_none(void **state)
{
	struct kit *kit = *state;
	char id[DIARY_ID_BYTES], taken[DIARY_ID_BYTES];
	struct diary *diary = diary_open(kit->folder, NULL);
	assert_true(diary_attack_begin(diary, WALL, id));
	assert_false(diary_attack_set_strength(diary, id, 10));
	assert_false(diary_attack_set_strength(diary, id, -1));
	assert_false(diary_attack_set_side(diary, id, "front"));
	assert_false(diary_attack_set_sign(diary, "another", ATTACK_AURA, true));
	assert_false(diary_attack_end(diary, id, WALL - 1));
	assert_false(diary_attack_medication(diary, &(struct diary_medication){WALL, NULL, "tea", NULL, NULL}, taken));
	assert_false(diary_attack_medication(diary, &(struct diary_medication){WALL, "x", "other", NULL, NULL}, taken));
	assert_true(diary_attack_medication(diary, &(struct diary_medication){WALL, NULL, "other", NULL, NULL}, taken));
	assert_false(diary_medication_set_kind(diary, taken, "tea"));
	assert_false(diary_medication_set_kind(diary, "another", "simple"));
	assert_false(diary_attack_begin(NULL, WALL, id));
	diary_close(diary);
}

// ---- The whole

static void test_history_reads_a_span(void **state)
{
	struct kit *kit = *state;
	struct history history;
	struct diary *diary = diary_open(kit->folder, NULL);
	for (int i = 9; i >= 0; i--) {
		begin(diary, WALL + i * DAY);
		diary_area(diary, &NECK, i);
		assert_true(diary_end(diary, 60.0 + i, DIARY_STOPPED, WALL + i * DAY + 60));
	}
	struct store *store = diary_store(diary);
	assert_true(store_run(store, "INSERT INTO plan VALUES('neck-week', 3)", ""));
	assert_true(store_run(store, "INSERT INTO tag SELECT id, 'work' FROM session", ""));
	assert_true(store_run(store, "INSERT INTO tag SELECT id, 'rain' FROM session WHERE heard_sec = 65", ""));
	struct arena *arena = arena_create();
	assert_true(history_read(diary, WALL + 3 * DAY, WALL + 7 * DAY, arena, &history));
	assert_int_equal(history.session_count, 4);
	for (int i = 0; i < 4; i++) {
		const struct history_session *session = &history.sessions[i];
		assert_int_equal(session->wall_sec, WALL + (3 + i) * DAY);
		assert_int_equal(session->area_count, 1);
		assert_true(session->areas[0].seconds == 3.0 + i);
		assert_ptr_equal(session->routine, history.sessions[0].routine); // one text for all
		assert_ptr_equal(session->areas[0].name, history.sessions[0].areas[0].name);
		assert_string_equal(session->tags[i == 2], "work");
		if (i == 2)
			assert_string_equal(session->tags[0], "rain");
		assert_null(session->tags[1 + (i == 2)]);
	}
	assert_int_equal(history.plan_count, 1);
	assert_string_equal(history.plans[0].routine, "neck-week");
	assert_true(history.plans[0].per_week == 3.0);
	assert_false(history_read(NULL, 0, 1, arena, &history));
	arena_destroy(arena);
	diary_close(diary);
}

static void test_diary_none(void **state)
{
	(void)state;
	struct diary_unrated unrated;
	char told[DIARY_TOLD_BYTES];
	struct diary *diary = diary_open(NULL, told);
	assert_null(diary);
	assert_string_equal(told, "there is no folder that the diary could be kept in");
	begin(diary, WALL);
	diary_part(diary, "x", DIARY_DONE);
	diary_area(diary, &NECK, 1.0);
	diary_area_skipped(diary, &NECK);
	diary_hurt(diary, &NECK, 0.0);
	diary_too_much(diary, 0.0);
	diary_sore(diary, true);
	diary_compare(diary, "breath");
	diary_heard(diary, 1.0, WALL);
	diary_drop(diary);
	assert_string_equal(diary_session(diary), "");
	assert_false(diary_rate(diary, "x", DIARY_AFTER, 5, WALL));
	assert_false(diary_end(diary, 0.0, DIARY_STOPPED, WALL));
	assert_false(diary_unrated(diary, WALL, &unrated));
	assert_false(diary_hurt_last_time(diary, "x"));
	diary_close(diary);
}

#define KIT_TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(test_diary_keeps_all_of_a_session),
		KIT_TEST(test_diary_keeps_a_session_as_it_goes),
		KIT_TEST(test_diary_ends_after_it_began),
		KIT_TEST(test_diary_drops_what_has_not_sounded),
		KIT_TEST(test_diary_missing_stays_missing),
		KIT_TEST(test_diary_bounds_its_notes),
		KIT_TEST(test_diary_counts_what_was_done),
		KIT_TEST(test_diary_asks_once_for_the_rating_after),
		KIT_TEST(test_diary_silence_is_not_asked_again),
		KIT_TEST(test_diary_follow_up_is_due_once),
		KIT_TEST(test_diary_refuses_what_is_no_rating),
		KIT_TEST(test_diary_knows_what_hurt_last_time),
		KIT_TEST(test_attack_keeps_each_answer),
		KIT_TEST(test_attack_refuses_what_is_none),
		KIT_TEST(test_history_reads_a_span),
		cmocka_unit_test(test_diary_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// Export and import: there and back to the byte, nothing twice, all or nothing, faults with their line; other diaries
// through a map.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "diary/import.h"

#include "base/arena.h"
#include "base/hash.h"
#include "diary/attack.h"
#include "diary/export.h"
#include "diary/rows.h"
#include "diary/words.h"
#include "state_kit.h"

#include <time.h>

enum { WALL = 1795552660 }; // 2026-11-24T20:37:40Z

static void zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

struct made {
	char *text;
	size_t bytes;
};

static char *export(struct diary *diary, enum export_format format)
{
	struct made *made = calloc(1, sizeof *made); // gcc takes a local one for dangling later
	FILE *out = open_memstream(&made->text, &made->bytes);
	assert_true(diary_export(diary, format, out));
	fclose(out);
	char *text = made->text;
	free(made);
	return text;
}

// The faults as lines of text, in the arena.
static enum status import_faults(struct diary *diary, const char *text, const struct import_map *map,
                                 struct import_count *count, struct arena *arena, const char **faults)
{
	struct fault_list list = fault_list_init(arena);
	FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	enum status status = diary_import(diary, in, "x", map, &list, count);
	fclose(in);
	*faults = "";
	for (size_t i = 0; i < list.count; i++)
		*faults = arena_printf(arena, "%s%s\n", *faults, fault_text(&list.items[i], arena));
	return status;
}

static void assert_imports(struct diary *diary, const char *text, int added, int there)
{
	struct import_count count;
	const char *faults;
	struct arena *arena = arena_create();
	enum status status = import_faults(diary, text, NULL, &count, arena, &faults);
	if (status != STATUS_OK)
		fail_msg("%s", faults);
	assert_int_equal(count.added, added);
	assert_int_equal(count.there, there);
	arena_destroy(arena);
}

static void assert_refuses(struct diary *diary, const char *text, const char *should)
{
	struct import_count count;
	const char *faults;
	struct arena *arena = arena_create();
	char *before = export(diary, EXPORT_CSV);
	assert_int_equal(import_faults(diary, text, NULL, &count, arena, &faults), STATUS_FAULTY);
	assert_string_equal(faults, should);
	assert_int_equal(count.added + count.there, 0);
	char *after = export(diary, EXPORT_CSV);
	assert_string_equal(before, after); // nothing came in
	free(before);
	free(after);
	arena_destroy(arena);
}

// ---- There and back

// A text that tries every rule of CSV and JSON.
static const char *odd_text(struct arena *arena, uint64_t seed)
{
	static const char *const pieces[] = {
		"a",    "\"", ",", ";",    "\n",   "\r\n", " ", "\\", "\t", "\xc3\xbc", "\xf0\x9f\x8c\xa7",
		"=1+1", "'",  "#", "\x01", "null", "{",    "7"};
	const char *text = "";
	for (uint64_t i = 0; i < 1 + hash64(seed, 0) % 12; i++)
		text = arena_printf(arena, "%s%s", text,
		                    pieces[hash64(seed, i + 1) % (sizeof pieces / sizeof *pieces)]);
	return text;
}

static const char *maybe(struct arena *arena, uint64_t seed)
{
	return hash64(seed, 99) % 3 ? odd_text(arena, seed) : NULL;
}

static void put(struct store *store, const char *sql, const char *id, const char *text, int number)
{
	assert_true(store_run(store, sql, "tta", id, text, number));
}

// Each field now there, now missing; a time zone of its own for each.
static void fill_sessions(struct diary *diary, struct arena *arena, int count)
{
	struct store *store = diary_store(diary);
	assert_true(store_begin(store));
	for (int i = 0; i < count; i++) {
		uint64_t s = (uint64_t)i * 1000;
		char id[DIARY_ID_BYTES];
		int64_t began = WALL + i * 5000;
		snprintf(id, sizeof id, "session-%d", i);
		assert_true(store_run(store,
		                      "INSERT INTO session(id, began, zone_min, routine, title, moment, heard_sec, "
		                      "ending, sore, compare,"
		                      " note, ended) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
		                      "tiitttdtattd", id, began, (int64_t)(i % 53 - 26) * 30, odd_text(arena, s + 1),
		                      maybe(arena, s + 2), i % 6 < 5 ? diary_moment_words[i % 6] : NULL,
		                      i % 4 ? (double)(11 * i) / 10.0 : 0.0 / 0.0, diary_ending_words[i % 5], i % 3 - 1,
		                      i % 7 < 2 ? diary_compare_words[i % 7] : NULL, maybe(arena, s + 3),
		                      i % 4 ? (double)(began + i) : 0.0 / 0.0));
		for (int k = 0; k < DIARY_WHENS; k++)
			if ((i >> k) % 2)
				assert_true(store_run(store, "INSERT INTO rating VALUES(?,?,?,?)", "ttai", id,
				                      diary_when_words[k], (i + k) % 11 - 1, began + 60 * k));
		for (int k = 0; k < i % 4; k++) {
			put(store, "INSERT INTO part VALUES(?1, ?3, ?2, 'not tonight')", id, odd_text(arena, s + 10),
			    k);
			put(store, "INSERT INTO area VALUES(?1, ?2, 'left', 'light', ?3 / 10.0, ?3 % 2, nullif(?3, 1))",
			    id, arena_printf(arena, "area %d", k), k);
			put(store, "INSERT INTO too_much VALUES(?1, ?3 + 0.1)", id, NULL, k / 2); // some alike
			put(store, "INSERT INTO tag SELECT ?1, ?2 WHERE ?3 = 0", id, arena_printf(arena, "tag %d", k),
			    0);
		}
	}
	assert_true(store_commit(store));
}

static void fill_attacks(struct diary *diary, struct arena *arena, int count)
{
	struct store *store = diary_store(diary);
	assert_true(store_begin(store));
	for (int i = 0; i < count; i++) {
		char id[DIARY_ID_BYTES];
		snprintf(id, sizeof id, "attack-%d", i);
		assert_true(store_run(store, "INSERT INTO attack VALUES(?,?,?,60,?,?,?,?,?,?,?,?)", "tidataaaaat", id,
		                      (int64_t)(WALL + i * 7000), i % 2 ? (double)(WALL + i * 7001) : 0.0 / 0.0,
		                      i % 11 - 1, i % 4 < 3 ? diary_side_words[i % 4] : NULL, i % 3 - 1,
		                      (i + 1) % 3 - 1, (i + 2) % 3 - 1, i % 3 - 1, i % 2 - 1,
		                      maybe(arena, (uint64_t)i)));
		if (i % 2)
			put(store, "INSERT INTO suspected SELECT ?1, ?2 WHERE ?3 = 0", id, "red wine", 0);
		if (i % 3)
			put(store, "INSERT INTO suspected SELECT ?1, ?2 WHERE ?3 = 0", id, "sleep, too little", 0);
		assert_true(store_run(store, "INSERT INTO medication VALUES(?,?,?,-210,?,?,?)", "ttittt",
		                      arena_printf(arena, "m-%d", i), i % 2 ? id : NULL, (int64_t)(WALL + i * 9000),
		                      diary_medication_words[i % 6], maybe(arena, (uint64_t)i + 7),
		                      maybe(arena, (uint64_t)i + 8)));
	}
	assert_true(store_run(store, "INSERT INTO plan VALUES('neck-week', 3), ('scalp', 0.5)", ""));
	assert_true(store_commit(store));
}

static void test_export_goes_there_and_back(void **state)
{
	struct kit *kit = *state;
	struct arena *arena = arena_create();
	struct diary *diary = diary_open(kit->folder, NULL);
	fill_sessions(diary, arena, 200);
	fill_attacks(diary, arena, 100);
	char *csv = export(diary, EXPORT_CSV), *json = export(diary, EXPORT_JSON);
	int64_t rows = store_number(diary_store(diary), 0,
	                            "SELECT (SELECT count(*) FROM session) + (SELECT count(*) FROM part) +"
	                            " (SELECT count(*) FROM area) + (SELECT count(*) FROM too_much) +"
	                            " (SELECT count(*) FROM attack) + (SELECT count(*) FROM medication) +"
	                            " (SELECT count(*) FROM plan)",
	                            "");
	assert_imports(diary, csv, 0, (int)rows);
	assert_imports(diary, json, 0, (int)rows);
	diary_close(diary);
	const char *const texts[] = {csv, json};
	for (int i = 0; i < 2; i++) {
		assert_int_equal(unlink(kit_path(kit, "diary.sqlite")), 0);
		diary = diary_open(kit->folder, NULL);
		assert_imports(diary, texts[i], (int)rows, 0);
		char *csv_again = export(diary, EXPORT_CSV), *json_again = export(diary, EXPORT_JSON);
		assert_string_equal(csv_again, csv);
		assert_string_equal(json_again, json);
		free(csv_again);
		free(json_again);
		diary_close(diary);
	}
	free(csv);
	free(json);
	arena_destroy(arena);
}

// The machine's clock was set back by an hour while the session played.
static void test_export_of_a_clock_set_back_comes_in(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder, NULL);
	diary_begin(diary, &(struct diary_start){"daily", "day", "Day", WALL});
	assert_true(diary_end(diary, 600.0, DIARY_TO_THE_END, WALL - 3000));
	char *csv = export(diary, EXPORT_CSV);
	assert_imports(diary, csv, 0, 1);
	diary_close(diary);
	free(csv);
}

// The export holds every column of every table: what would be forgotten in it shows here.
static void test_export_forgets_no_table(void **state)
{
	struct kit *kit = *state;
	struct arena *arena = arena_create();
	struct diary *diary = diary_open(kit->folder, NULL);
	fill_sessions(diary, arena, 40);
	fill_attacks(diary, arena, 40);
	char *csv = export(diary, EXPORT_CSV);
	char other[80];
	snprintf(other, sizeof other, "%s/other", kit->folder);
	assert_int_equal(mkdir(other, 0700), 0);
	struct diary *copy = diary_open(other, NULL);
	assert_imports(copy, csv,
	               (int)store_number(diary_store(diary), 0,
	                                 "SELECT 40+40+40+2+"
	                                 "(SELECT count(*) FROM part)+(SELECT count(*) FROM area)+"
	                                 "(SELECT count(*) FROM too_much)",
	                                 ""),
	               0);
	assert_true(store_run(diary_store(diary), "ATTACH ? AS copy", "t", store_path(diary_store(copy))));
	static const char *const tables[] = {"session", "part",       "area",      "rating", "too_much",
	                                     "attack",  "medication", "suspected", "tag",    "plan"};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		const char *sql = arena_printf(
			arena,
			"SELECT (SELECT count(*) FROM (SELECT * FROM main.%s EXCEPT SELECT * FROM copy.%s)) +"
			" (SELECT count(*) FROM (SELECT * FROM copy.%s EXCEPT SELECT * FROM main.%s))",
			tables[i], tables[i], tables[i], tables[i]);
		if (store_number(diary_store(diary), -1, sql, "") != 0)
			fail_msg("%s differs", tables[i]);
	}
	assert_int_equal(
		store_number(diary_store(diary), -1, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'", ""),
		sizeof tables / sizeof *tables);
	free(csv);
	diary_close(copy);
	diary_close(diary);
	arena_destroy(arena);
}

// ---- In

static void test_import_takes_what_a_person_writes(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder, NULL);
	static const char text[] = "\xef\xbb\xbfkind;began;strength;note;tags\r\n"
				   "\r\n"
				   "attack;2026-11-22T20:37:40+01:00;7;\"a \"\"b\"\"; c\nd\";work; rain\r\n";
	assert_refuses(diary, text, "x:3: this row has 6 cells; the first row has 5\n");
	static const char good[] = "\xef\xbb\xbfkind;began;strength;note;tags\r\n\r\n"
				   "attack;2026-11-22T20:37:40+01:00;7;\"a \"\"b\"\"; c\nd\";\"work; rain;;\"\r\n"
				   "attack;2026-11-23T20:37:40Z;;;";
	assert_imports(diary, good, 2, 0);
	assert_imports(diary, good, 0, 2); // rows without an id are known again
	struct store *store = diary_store(diary);
	assert_int_equal(store_number(store, 0, "SELECT began FROM attack WHERE strength = 7", ""), 1795376260);
	assert_int_equal(store_number(store, 0, "SELECT zone_min FROM attack WHERE strength = 7", ""), 60);
	assert_int_equal(
		store_number(store, 0, "SELECT count(*) FROM attack WHERE note = 'a \"b\"; c' || char(10) || 'd'", ""),
		1);
	assert_int_equal(store_number(store, 0, "SELECT count(*) FROM tag WHERE name IN ('work', 'rain')", ""), 2);
	assert_int_equal(store_number(store, 0, "SELECT count(*) FROM tag", ""), 2);
	assert_int_equal(
		store_number(store, 0, "SELECT count(*) FROM attack WHERE strength IS NULL AND side IS NULL", ""), 1);
	diary_close(diary);
}

static void test_import_tells_every_fault_with_its_line(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder, NULL);
	assert_imports(diary, "kind,began,routine,id\nsession,2026-11-22T20:37:40Z,evening,s1\n", 1, 0);
	assert_refuses(diary,
	               "kind,id,began,ended,strength,side,aura,routine,note,heard_sec\n"
	               "attack,,2026-11-22T20:37:40Z,,3,,,,,\n" // good
	               "attack,,22.11.2026,,10,front,maybe,,,\n"
	               "attack,,2026-11-22T20:37:40Z,2026-11-22T20:37:39Z,,,,evening,,\n"
	               "attack,,2026-11-22T20:37:40Z,2026-11-22T20:37:39Z,,,,,,\n"
	               "attack,s1,2026-11-22T20:37:40Z,,,,,,,\n"
	               "\n"
	               "session,,2026-02-30T20:37:40Z,,,,,,,1e3\n"
	               "session,a b,,,,,,evening,\"\xff\",-5\n"
	               "party,,,,,,,,,\n"
	               ",,,,,,,,,x\n",
	               "x:3: began \"22.11.2026\": it is a time such as 2026-11-22T20:37:40+01:00\n"
	               "x:3: strength \"10\": it is a whole number from 0 to 9\n"
	               "x:3: aura \"maybe\": it is yes or no\n"
	               "x:3: side \"front\": it is left, right or both\n"
	               "x:4: a row of kind \"attack\" has no \"routine\"; leave it empty\n"
	               "x:5: \"ended\" is before \"began\"\n"
	               "x:6: its id is that of another kind of entry\n"
	               "x:8: began \"2026-02-30T20:37:40Z\": it is a time such as 2026-11-22T20:37:40+01:00\n"
	               "x:8: \"routine\" is missing\n"
	               "x:8: heard_sec \"1e3\": it is a number such as 90 or 61.3\n"
	               "x:9: id \"a b\": it is 1 to 39 letters, digits and hyphens\n"
	               "x:9: \"began\" is missing\n"
	               "x:9: heard_sec \"-5\": it is a number such as 90 or 61.3\n"
	               "x:9: note \"?\": it is not UTF-8; save the file as UTF-8\n"
	               "x:10: kind \"party\": it is session, part, area, too_much, attack, medication or plan\n"
	               "x:11: \"kind\" is missing; it is session, part, area, too_much, attack, medication or plan\n");
	diary_close(diary);
}

static void test_import_keeps_pieces_with_their_session(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder, NULL);
	static const char whole[] = "kind,id,began,routine,name,side,at_sec,at,type,attack\n"
				    "session,s1,2026-11-22T20:37:40Z,evening,,,,,,\n"
				    "area,s1,,,neck,left,,,,\n"
				    "area,s1,,,neck,right,,,,\n"
				    "too_much,s1,,,,,5,,,\n"
				    "too_much,s1,,,,,5,,,\n";
	assert_imports(diary, whole, 5, 0);
	assert_imports(diary, whole, 0, 5);
	assert_int_equal(store_number(diary_store(diary), 0, "SELECT count(*) FROM too_much", ""), 2);
	assert_refuses(diary,
	               "kind,id,began,routine,name,side,at_sec,at,type,attack\n"
	               "area,s2,,,neck,left,,,,\n"
	               "session,s3,2026-11-22T20:37:40Z,evening,,,,,,\n"
	               "area,s3,,,neck,left,,,,\n"
	               "area,s3,,,neck,left,,,,\n"
	               "medication,,,,,,,2026-11-22T20:37:40Z,triptan,nowhere\n",
	               "x:2: the session of this id must stand above it\n"
	               "x:5: it stands here a second time\n"
	               "x:6: its attack is neither here nor in the diary\n");
	diary_close(diary);
}

static void test_import_refuses_what_is_no_export(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder, NULL);
	static const char *const rows[][2] = {
		{"", "x: it is empty; the first row names the columns\n"},
		{"\n\n", "x: it is empty; the first row names the columns\n"},
		{"kind,began,smell\n", "x:1: column 3 is none of an export; for another diary's file see --map\n"},
		{"kind,began,kind\n", "x:1: column \"kind\" is there twice\n"},
		{"began,note\n", "x:1: column \"kind\" is missing\n"},
		{"kind,began\nattack,\"2026", "x:2: a quote that opens here is not closed\n"},
		{"kind,began\nattack,a\"b\n",
	         "x:2: a cell with a quote in it must stand in quotes, and the quote is written \"\"\n"},
		{"kind,began\nattack,\"a\"b\n",
	         "x:2: behind a closing quote there must be a separator; a quote inside is written \"\"\n"},
		{"{\"rows\":[]}", "x:1: it is no export of a diary, version 1\n"},
		{"{\"stillroom-diary\":2,\"rows\":[]}", "x:1: this is no JSON here\n"},
		{"{\"stillroom-diary\":1,\n\"rows\":[\n{]}", "x:3: this is no JSON here\n"},
		{"{\"stillroom-diary\":1,\"rows\":[\n{\"kind\":\"attack\",\n\"smell\":1}]}",
	         "x:2: it has a member that no row has; DIARY.md lists them\n"},
		{"{\"stillroom-diary\":1,\"rows\":[\n\n{\"kind\":\"attack\",\"began\":\"2026-11-22T20:37:40Z\","
	         "\"strength\":3.5,\"aura\":1}]}",
	         "x:3: strength \"3.5\": it is a whole number from 0 to 9\nx:3: aura \"1\": it is yes or no\n"},
		{"{\"stillroom-diary\":1,\"rows\":[{\"kind\":\"attack\",\"began\":[\"x\"]}]}",
	         "x:1: a list holds texts without \";\", and only \"tags\" and \"suspected\" are lists\n"},
		{"{\"stillroom-diary\":1,\"rows\":[{\"kind\":\"attack\",\"tags\":[\"a;b\"]}]}",
	         "x:1: a list holds texts without \";\", and only \"tags\" and \"suspected\" are lists\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_refuses(diary, rows[i][0], rows[i][1]);
	diary_close(diary);
}

static void test_import_stops_at_many_faults(void **state)
{
	struct kit *kit = *state;
	struct import_count count;
	const char *faults;
	struct arena *arena = arena_create();
	struct diary *diary = diary_open(kit->folder, NULL);
	char *text = calloc(1, 1 << 20);
	strcpy(text, "kind,began\n");
	for (int i = 0; i < 20000; i++)
		memcpy(text + 11 + 9 * i, "attack,x\n", 9);
	assert_int_equal(import_faults(diary, text, NULL, &count, arena, &faults), STATUS_FAULTY);
	int lines = 0;
	for (const char *at = faults; (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, IMPORT_MOST_FAULTS);
	free(text);
	diary_close(diary);
	arena_destroy(arena);
}

// A gigabyte of nothing, which takes no room on the disk: refused unread.
static void test_import_refuses_a_huge_file(void **state)
{
	struct kit *kit = *state;
	struct import_count count;
	struct arena *arena = arena_create();
	struct fault_list list = fault_list_init(arena);
	struct diary *diary = diary_open(kit->folder, NULL);
	kit_write(kit, "huge", "kind,began\n", 11);
	assert_int_equal(truncate(kit_path(kit, "huge"), 1 << 30), 0);
	FILE *in = fopen(kit_path(kit, "huge"), "r");
	assert_int_equal(diary_import(diary, in, "huge", NULL, &list, &count), STATUS_FAULTY);
	assert_true(ftell(in) == 0);
	fclose(in);
	assert_string_equal(list.items[0].text, "it is larger than 256 MiB");
	diary_close(diary);
	arena_destroy(arena);
}

// ---- Maps

static const char MAP[] = "# theirs\ndate = Datum\ntime = Uhrzeit\nstrength = Schmerz\nstrength-most = 10\n"
			  "side = Seite\nside:links = left\nnausea = \xc3\x9c"
			  "belkeit\nany:ja = yes\nany:nein = no\n"
			  "name = Mittel\nnote = Notiz\n";

static void test_import_maps_another_diary(void **state)
{
	struct kit *kit = *state;
	struct arena *arena = arena_create();
	struct fault_list list = fault_list_init(arena);
	struct import_map map;
	struct import_count count;
	const char *faults;
	zone("CET-1CEST,M3.5.0,M10.5.0/3");
	struct diary *diary = diary_open(kit->folder, NULL);
	static const char theirs[] = "Datum;Uhrzeit;Schmerz;Seite;\xc3\x9c"
				     "belkeit;Mittel;Notiz;Wetter\r\n"
				     "24.11.2026;08:15;10; Links ;ja;Ibuprofen;\"so; so\";Regen\r\n"
				     "25.07.2026;;0;;nein;;;\r\n";
	assert_true(import_map_read(&map, MAP, "old.map", arena, &list));
	assert_int_equal(import_faults(diary, theirs, &map, &count, arena, &faults), STATUS_OK);
	assert_int_equal(count.added, 3);
	assert_int_equal(import_faults(diary, theirs, &map, &count, arena, &faults), STATUS_OK);
	assert_int_equal(count.added, 0);
	assert_int_equal(count.there, 3);
	char *csv = export(diary, EXPORT_CSV);
	for (char *at = csv, *id; (id = strstr(at, "Z-")); at = id + 10)
		memcpy(id + 2, "########", 8);
	assert_string_equal(
		strchr(csv, '\n') + 1,
		"attack,20260725T100000Z-########,2026-07-25T12:00:00+02:00,,,,,,,,,,,,,,0,no,,,,,,,,,,,,,,,,,,,,,\n"
		"attack,20261124T071500Z-########,2026-11-24T08:15:00+01:00,,,,,,,,,,,,,,9,yes,,,,,,,,,,,left,,,,,,,,,,"
		"\"so; so\"\n"
		"medication,20261124T071500Z-########,,,,,,,,,,,,,,,,,,,,,,2026-11-24T08:15:00+01:00,other,Ibuprofen,,"
		"20261124T071500Z-########,,,,,,,,,,,\n");
	free(csv);
	diary_close(diary);
	arena_destroy(arena);
	zone("UTC0");
}

static void assert_map_refused(const char *text, const char *should)
{
	struct arena *arena = arena_create();
	struct fault_list list = fault_list_init(arena);
	struct import_map map;
	const char *got = "";
	assert_false(import_map_read(&map, text, strchr(text, '\n') ? "m" : NULL, arena, &list));
	for (size_t i = 0; i < list.count; i++)
		got = arena_printf(arena, "%s%s\n", got, fault_text(&list.items[i], arena));
	assert_string_equal(got, should);
	arena_destroy(arena);
}

static void test_map_faults(void **state)
{
	(void)state;
	assert_map_refused("", "--map: there is no date=Their column\n");
	assert_map_refused("date", "--map: \"date\": it is written field=Their column\n");
	assert_map_refused("date=", "--map: \"date\": behind = stands the name of their column\n");
	assert_map_refused("date=D,smell=S,any=A,kind=part,dates=later,strength-most=0,smell:x=y",
	                   "--map: \"smell\": there is no such field; DIARY.md lists them\n"
	                   "--map: \"any\": there is no such field; DIARY.md lists them\n"
	                   "--map: \"part\": kind is session, attack or medication\n"
	                   "--map: \"later\": dates is day-first or month-first\n"
	                   "--map: \"0\": strength-most is the top of their scale, such as 10\n");
	assert_map_refused("date = D\n\nsmell = S\n", "m:3: \"smell\": there is no such field; DIARY.md lists them\n");
}

static void test_map_rows_at_fault(void **state)
{
	struct kit *kit = *state;
	struct arena *arena = arena_create();
	struct fault_list list = fault_list_init(arena);
	struct import_map map;
	struct import_count count;
	const char *faults;
	struct diary *diary = diary_open(kit->folder, NULL);
	assert_true(import_map_read(&map, "date=D,strength=S,side=Side", NULL, arena, &list));
	assert_int_equal(import_faults(diary, "D,S\n2026-11-24,3\n", &map, &count, arena, &faults), STATUS_FAULTY);
	assert_string_equal(faults, "x:1: there is no column \"Side\" in this row, which should name the columns\n");
	assert_int_equal(import_faults(diary,
	                               "D,S,Side\n2026-11-24,3,left\n3/4/2026,3,\n31.4.2026,,\n2026-11-24,10,\n"
	                               "2026-11-24,,front\n",
	                               &map, &count, arena, &faults),
	                 STATUS_FAULTY);
	assert_string_equal(faults,
	                    "x:3: \"3/4/2026\" is no time; say dates=day-first or dates=month-first in the map\n"
	                    "x:4: \"31.4.2026\" is no time\n"
	                    "x:5: strength 10 is above 9; say strength-most=10 in the map when that is their top\n"
	                    "x:6: side \"front\": it is left, right or both\n");
	assert_int_equal(store_number(diary_store(diary), -1, "SELECT count(*) FROM attack", ""), 0);
	diary_close(diary);
	arena_destroy(arena);
}

// ---- One row

static void test_rows_find_by_a_piece(void **state)
{
	struct kit *kit = *state;
	char id[DIARY_ID_BYTES];
	struct diary *diary = diary_open(kit->folder, NULL);
	struct store *store = diary_store(diary);
	assert_imports(diary,
	               "kind,id,began\nattack,abc,2026-11-22T20:37:40Z\nattack,abcd,2026-11-22T20:37:40Z\n"
	               "attack,xcd,2026-11-22T20:37:40Z\n",
	               3, 0);
	assert_int_equal(rows_find_id(store, "abc", id), 1); // the whole of it goes before a beginning
	assert_string_equal(id, "abc");
	assert_int_equal(rows_find_id(store, "bcd", id), 1);
	assert_string_equal(id, "abcd");
	assert_int_equal(rows_find_id(store, "x", id), 1);
	assert_int_equal(rows_find_id(store, "cd", id), 2);
	assert_int_equal(rows_find_id(store, "a", id), 2);
	assert_int_equal(rows_find_id(store, "b", id), 0);
	assert_int_equal(rows_find_id(store, "", id), 0);
	assert_int_equal(rows_find_id(store, "%", id), 0);
	diary_close(diary);
}

#define KIT_TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(test_export_goes_there_and_back),
		KIT_TEST(test_export_of_a_clock_set_back_comes_in),
		KIT_TEST(test_export_forgets_no_table),
		KIT_TEST(test_import_takes_what_a_person_writes),
		KIT_TEST(test_import_tells_every_fault_with_its_line),
		KIT_TEST(test_import_keeps_pieces_with_their_session),
		KIT_TEST(test_import_refuses_what_is_no_export),
		KIT_TEST(test_import_stops_at_many_faults),
		KIT_TEST(test_import_refuses_a_huge_file),
		KIT_TEST(test_import_maps_another_diary),
		cmocka_unit_test(test_map_faults),
		KIT_TEST(test_map_rows_at_fault),
		KIT_TEST(test_rows_find_by_a_piece),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

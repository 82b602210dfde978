// The diary's file: killed at random, two programs at once, older, newer, damaged, foreign, full, read-only; and what is
// left of it when it is erased.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "diary/attack.h"
#include "diary/history.h"
#include "diary/schema.h"
#include "diary/upkeep.h"

#include "base/hash.h"
#include "state_kit.h"

#include <dirent.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

enum { WALL = 1795552660 }; // 2026-11-24T20:37:40Z

static const char FILE_NAME[] = "diary.sqlite";
static const struct diary_place NECK = {"neck", "left", "light"};

static bool plain(struct diary *diary, int64_t wall_sec)
{
	diary_begin(diary, &(struct diary_start){"attack", "during-attack", "During an attack", wall_sec});
	diary_area(diary, &NECK, 30.0);
	return diary_end(diary, 600.0, DIARY_TO_THE_END, wall_sec + 600);
}

// With SQLite alone, beside the program's own code.
static int64_t ask(const struct kit *kit, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *row;
	assert_int_equal(sqlite3_open_v2(kit_path(kit, FILE_NAME), &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	int64_t number = sqlite3_column_int64(row, 0);
	assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return number;
}

static void tell(const struct kit *kit, const char *sql)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(kit_path(kit, FILE_NAME), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static bool is_sound(const struct kit *kit)
{
	sqlite3 *db;
	sqlite3_stmt *row;
	assert_int_equal(sqlite3_open(kit_path(kit, FILE_NAME), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &row, NULL), SQLITE_OK);
	bool sound = sqlite3_step(row) == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(row, 0), "ok") == 0;
	sqlite3_finalize(row);
	sqlite3_close(db);
	return sound;
}

// The names in the folder that begin so; the last of them, when `name` is not NULL.
static int count_files(const struct kit *kit, const char *begin, char name[256])
{
	int count = 0;
	DIR *dir = opendir(kit->folder);
	for (struct dirent *entry; (entry = readdir(dir));)
		if (strncmp(entry->d_name, begin, strlen(begin)) == 0) {
			count++;
			if (name)
				snprintf(name, 256, "%s", entry->d_name);
		}
	closedir(dir);
	return count;
}

// ---- kill -9

struct confirmed {
	_Atomic int64_t attacks, presses;
};

// An attack is confirmed by its call; what is noted of a session, by a flush.
static _Noreturn void write_for_ever(const struct kit *kit, struct confirmed *confirmed)
{
	char id[DIARY_ID_BYTES], told[DIARY_TOLD_BYTES];
	struct diary *diary = diary_open(kit->folder, told);
	int64_t presses = confirmed->presses;
	if (!diary || told[0])
		_exit(1);
	diary_begin(diary, &(struct diary_start){.routine = "evening", .wall_sec = WALL});
	for (int64_t i = confirmed->attacks + 1; diary_attack_begin(diary, WALL + i, id); i++) {
		confirmed->attacks = i;
		for (int k = 0; k < 3; k++)
			diary_too_much(diary, (double)++presses);
		diary_area(diary, &NECK, 1.0);
		if (i % 3)
			continue;
		diary_store(diary);
		confirmed->presses = presses;
	}
	_exit(1);
}

static void kill_one(const struct kit *kit, struct confirmed *confirmed, unsigned round)
{
	int64_t before = confirmed->attacks;
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		write_for_ever(kit, confirmed);
	while (confirmed->attacks == before && waitpid(child, &status, WNOHANG) == 0)
		sched_yield();
	nanosleep(&(struct timespec){.tv_nsec = (long)(hash_unit(5, round) * 2e7)}, NULL);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

static void test_store_outlives_a_kill(void **state)
{
	struct kit *kit = *state;
	void *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(shared, MAP_FAILED);
	struct confirmed *confirmed = shared;
	for (unsigned round = 0; round < 200; round++) {
		kill_one(kit, confirmed, round);
		char sql[200];
		assert_true(is_sound(kit));
		snprintf(sql, sizeof sql, "SELECT count(DISTINCT began) FROM attack WHERE began BETWEEN %d AND %d",
		         WALL + 1, (int)(WALL + confirmed->attacks));
		if (ask(kit, sql) != confirmed->attacks)
			fail_msg("round %u: an attack is missing", round);
		snprintf(sql, sizeof sql, "SELECT count(DISTINCT at_sec) FROM too_much WHERE at_sec <= %d",
		         (int)confirmed->presses);
		if (ask(kit, sql) < confirmed->presses)
			fail_msg("round %u: a press is missing", round);
		confirmed->presses = ask(kit, "SELECT coalesce(max(at_sec), 0) FROM too_much");
		confirmed->attacks = ask(kit, "SELECT max(began) FROM attack") - WALL;
	}
	assert_int_equal(ask(kit, "SELECT count(*) FROM session"), 200);
	assert_int_equal(count_files(kit, "diary.damaged", NULL), 0);
	munmap(shared, 4096);
}

// ---- Two programs

static void test_store_several_writers(void **state)
{
	struct kit *kit = *state;
	enum { WRITERS = 4, EACH = 15 };
	for (int i = 0; i < WRITERS; i++) {
		if (fork() == 0) {
			char told[DIARY_TOLD_BYTES], id[DIARY_ID_BYTES];
			struct diary *diary = diary_open(kit->folder, told);
			for (int k = 0; k < EACH; k++)
				if (!plain(diary, WALL + k) || !diary_attack_begin(diary, WALL + k, id))
					_exit(1);
			diary_close(diary);
			_exit(told[0] != 0);
		}
	}
	for (int i = 0, status; i < WRITERS; i++) {
		wait(&status);
		assert_int_equal(status, 0);
	}
	assert_true(is_sound(kit));
	assert_int_equal(ask(kit, "SELECT count(*) FROM session WHERE ending = 'to the end'"), WRITERS * EACH);
	assert_int_equal(ask(kit, "SELECT count(*) FROM area WHERE seconds = 30"), WRITERS * EACH);
	assert_int_equal(ask(kit, "SELECT count(*) FROM attack"), WRITERS * EACH);
}

// ---- Versions

static void test_store_takes_an_older_file(void **state)
{
	struct kit *kit = *state;
	char told[DIARY_TOLD_BYTES], *sql = calloc(1, 1 << 16);
	FILE *file = fopen(TESTS_DIR "/diary/version_1.sql", "r");
	assert_true(file && fread(sql, 1, (1 << 16) - 1, file) > 0);
	fclose(file);
	tell(kit, sql);
	free(sql);
	assert_int_equal(ask(kit, "PRAGMA user_version"), 1);
	struct diary *diary = diary_open(kit->folder, told);
	assert_string_equal(told, "");
	struct arena *arena = arena_create();
	struct history history;
	struct diary_unrated due;
	assert_true(history_read(diary, 0, INT64_MAX / 2, arena, &history));
	assert_int_equal(history.session_count, 2);
	assert_int_equal(history.attack_count, 1);
	assert_int_equal(history.medication_count, 1);
	assert_int_equal(history.plan_count, 1);
	const struct history_session *session = &history.sessions[0];
	assert_string_equal(session->title, "Evening");
	assert_string_equal(session->note, "calm");
	assert_string_equal(session->tags[0], "rain");
	assert_int_equal(session->ratings[DIARY_BEFORE], 6);
	assert_int_equal(session->rated_wall_sec[DIARY_AFTER], 1793563900);
	assert_true(session->areas[0].seconds == 61.5 && session->areas[0].hurt_sec == 12.0);
	assert_true(isnan(history.sessions[1].heard_sec));
	assert_string_equal(history.sessions[1].compare, "breath");
	assert_string_equal(history.medications[0].attack, history.attacks[0].id);
	arena_destroy(arena);
	assert_true(diary_follow_up_due(diary, 1793563200 + 600 + 7200, &due)); // its end is known by what was heard
	assert_true(plain(diary, WALL));
	diary_close(diary);
	assert_int_equal(ask(kit, "PRAGMA user_version"), SCHEMA_VERSION);
	assert_true(is_sound(kit));
}

// As a version that did not look at the clock kept them.
static void test_store_mends_ends_before_their_begin(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder, NULL);
	char attack[DIARY_ID_BYTES];
	assert_true(plain(diary, WALL) && plain(diary, WALL + 1000));
	assert_true(diary_attack_begin(diary, WALL, attack));
	diary_close(diary);
	tell(kit, "UPDATE session SET ended = began - 3600 WHERE rowid = 1; UPDATE attack SET ended = began - 1;"
	          "PRAGMA user_version = 2");
	diary_close(diary_open(kit->folder, NULL));
	assert_int_equal(ask(kit, "SELECT count(*) FROM session WHERE ended = began + 600"), 2);
	assert_int_equal(ask(kit, "SELECT count(*) FROM attack WHERE ended = began"), 1);
}

static void assert_left_alone(const struct kit *kit)
{
	char told[DIARY_TOLD_BYTES];
	size_t count, wal_count, after_count;
	char *before = kit_read(kit, FILE_NAME, &count), *wal = kit_read(kit, "diary.sqlite-wal", &wal_count);
	assert_null(diary_open(kit->folder, told));
	assert_non_null(strstr(told, "is from a newer stillroom (its version is 99"));
	assert_null(strchr(told, '\n'));
	char *after = kit_read(kit, FILE_NAME, &after_count);
	assert_int_equal(after_count, count);
	assert_memory_equal(after, before, count);
	free(after);
	after = kit_read(kit, "diary.sqlite-wal", &after_count);
	assert_int_equal(after_count, wal_count);
	assert_memory_equal(after, wal, wal_count);
	assert_int_equal(count_files(kit, "diary.damaged", NULL), 0);
	free(after);
	free(before);
	free(wal);
}

static void test_store_leaves_a_newer_file_alone(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder, NULL);
	assert_true(plain(diary, WALL));
	diary_close(diary);
	tell(kit, "PRAGMA user_version = 99; CREATE TABLE session_of_the_future(x)");
	assert_left_alone(kit);
}

static int act_newer_and_die(struct kit *kit)
{
	sqlite3 *db;
	int status = sqlite3_open(kit_path(kit, FILE_NAME), &db) ||
	             sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL);
	_exit(status); // without closing: the new version stands in the write-ahead file alone
}

static void test_store_leaves_a_newer_write_ahead_file_alone(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder, NULL);
	assert_true(plain(diary, WALL));
	diary_close(diary);
	assert_int_equal(kit_in_child(act_newer_and_die, kit), 0);
	assert_int_equal(count_files(kit, "diary.sqlite-wal", NULL), 1);
	assert_left_alone(kit);
}

// ---- Damage

// Opening sets the file aside, whole, and begins a new one.
static void assert_set_aside(const struct kit *kit, const char *bytes, size_t count)
{
	char told[DIARY_TOLD_BYTES], name[256];
	size_t aside_count;
	struct diary *diary = diary_open(kit->folder, told);
	assert_non_null(diary);
	assert_int_equal(count_files(kit, "diary.damaged-", name), 1);
	assert_non_null(strstr(told, name));
	assert_null(strchr(told, '\n'));
	char *aside = kit_read(kit, name, &aside_count);
	assert_int_equal(aside_count, count);
	assert_memory_equal(aside, bytes, count);
	free(aside);
	assert_true(plain(diary, WALL));
	diary_close(diary);
	diary = diary_open(kit->folder, told);
	assert_string_equal(told, "");
	assert_int_equal(diary_count(diary, "during-attack", 0), 1);
	diary_close(diary);
	assert_int_equal(unlink(kit_path(kit, name)), 0);
	assert_int_equal(unlink(kit_path(kit, FILE_NAME)), 0);
}

static void test_store_sets_aside_what_is_damaged(void **state)
{
	struct kit *kit = *state;
	struct diary *diary = diary_open(kit->folder, NULL);
	for (int i = 0; i < 50; i++)
		assert_true(plain(diary, WALL + i));
	diary_close(diary);
	size_t count;
	char *good = kit_read(kit, FILE_NAME, &count), *bad = malloc(count);
	for (int i = 0; i < 5; i++) {
		size_t size = i == 1 ? 4096 : i == 2 ? count / 2 + 100 : i == 3 ? 40 : count;
		memcpy(bad, good, count);
		if (i == 0)
			memset(bad, 'x', 100); // its head
		if (i == 4)
			for (size_t k = 0; k < count; k++)
				bad[k] = (char)hash64(3, k);
		kit_write(kit, FILE_NAME, bad, size);
		assert_set_aside(kit, bad, size);
	}
	free(good);
	free(bad);
}

static void test_store_sets_aside_another_programs_file(void **state)
{
	struct kit *kit = *state;
	size_t count;
	tell(kit, "CREATE TABLE recipes(x); INSERT INTO recipes VALUES('soup')");
	char *theirs = kit_read(kit, FILE_NAME, &count);
	assert_set_aside(kit, theirs, count);
	free(theirs);
}

// Damage in the midst does not cost every opening a look at every page: it is met, marked, and set aside the next time.
static void test_store_meets_damage_in_the_midst(void **state)
{
	struct kit *kit = *state;
	char told[DIARY_TOLD_BYTES], page[4096];
	struct diary *diary = diary_open(kit->folder, NULL);
	for (int i = 0; i < 200; i++)
		assert_true(plain(diary, WALL + i));
	diary_close(diary);
	int64_t root = ask(kit, "SELECT rootpage FROM sqlite_schema WHERE name = 'session_began'");
	size_t count;
	char *bytes = kit_read(kit, FILE_NAME, &count);
	memset(page, 0x5a, sizeof page);
	memcpy(bytes + (root - 1) * 4096, page, sizeof page);
	kit_write(kit, FILE_NAME, bytes, count);
	diary = diary_open(kit->folder, told);
	assert_string_equal(told, "");
	struct history history;
	struct arena *arena = arena_create();
	assert_false(history_read(diary, WALL, WALL + 5, arena, &history));
	arena_destroy(arena);
	diary_close(diary);
	assert_int_equal(count_files(kit, "diary.suspect", NULL), 1);
	assert_set_aside(kit, bytes, count);
	assert_int_equal(count_files(kit, "diary.suspect", NULL), 0);
	free(bytes);
}

static void test_store_overwrites_nothing_set_aside(void **state)
{
	struct kit *kit = *state;
	for (int i = 1; i <= 3; i++) {
		kit_write(kit, FILE_NAME, "no diary at all, but long enough to be read as one or something like it",
		          70);
		diary_close(diary_open(kit->folder, NULL));
		assert_int_equal(count_files(kit, "diary.damaged-", NULL), i);
	}
}

// ---- Places

static mode_t mode_of(const struct kit *kit, const char *name)
{
	struct stat is;
	assert_int_equal(stat(kit_path(kit, name), &is), 0);
	return is.st_mode & 07777;
}

static void test_store_is_for_its_owner_alone(void **state)
{
	struct kit *kit = *state;
	mode_t before = umask(0);
	for (int i = 0; i < 2; i++) {
		struct diary *diary = diary_open(kit->folder, NULL);
		assert_true(plain(diary, WALL));
		assert_int_equal(mode_of(kit, FILE_NAME), 0600);
		assert_int_equal(mode_of(kit, "diary.sqlite-wal"), 0600);
		assert_int_equal(mode_of(kit, "diary.sqlite-shm"), 0600);
		diary_close(diary);
		assert_int_equal(chmod(kit_path(kit, FILE_NAME), 0644), 0); // a copy put in its place
	}
	umask(before);
	assert_int_equal(count_files(kit, "diary.sqlite-", NULL), 0); // a closed diary is one file
}

static void test_store_follows_no_link(void **state)
{
	struct kit *kit = *state;
	char told[DIARY_TOLD_BYTES];
	kit_write(kit, "mine", "", 0);
	assert_int_equal(symlink("mine", kit_path(kit, FILE_NAME)), 0);
	assert_null(diary_open(kit->folder, told));
	assert_string_not_equal(told, "");
	char *mine = kit_read(kit, "mine", NULL);
	assert_string_equal(mine, "");
	free(mine);
	assert_int_equal(unlink(kit_path(kit, FILE_NAME)), 0);
	assert_int_equal(mkfifo(kit_path(kit, FILE_NAME), 0600), 0);
	assert_null(diary_open(kit->folder, told));
}

static int act_read_only(struct kit *kit)
{
	char told[DIARY_TOLD_BYTES];
	if (kit_without_rights(kit, 0500) != 0)
		return 77;
	struct diary *diary = diary_open(kit->folder, told);
	return diary ? 1 : !told[0] || strchr(told, '\n') ? 2 : plain(diary, WALL) ? 3 : 0;
}

static void test_store_read_only_folder(void **state)
{
	assert_int_equal(kit_in_child(act_read_only, *state), 0);
}

// The signal of a file too large would end the program. What was kept before stays, and there is room again later.
static int act_limited(struct kit *kit)
{
	signal(SIGXFSZ, SIG_DFL); // as a shell starts a program, whoever started us
	struct diary *diary = diary_open(kit->folder, NULL);
	char id[DIARY_ID_BYTES];
	if (!plain(diary, WALL))
		return 1;
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){8192, RLIM_INFINITY});
	if (plain(diary, WALL + 1) || diary_attack_begin(diary, WALL, id))
		return 2;
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
	if (!plain(diary, WALL + 2)) // and with it what had waited
		return 3;
	int count = diary_count(diary, "during-attack", 0);
	diary_close(diary);
	return count == 3 ? 0 : 4;
}

static void test_store_file_limit(void **state)
{
	assert_int_equal(kit_in_child(act_limited, *state), 0);
	assert_true(is_sound(*state));
}

static int act_full(struct kit *kit)
{
	if (!kit_mount(kit, "size=2m,mode=0700"))
		return 77;
	char told[DIARY_TOLD_BYTES];
	struct diary *diary = diary_open(kit->folder, told);
	int kept = 0;
	while (kept < 10000 && plain(diary, WALL + kept))
		kept++;
	diary_close(diary); // it cannot be put in order here, and loses nothing
	if (kept < 10 || kept == 10000)
		return 1;
	if (!is_sound(kit))
		return 2;
	// The last one may have been kept in part, as far as the disk took it.
	int64_t there = ask(kit, "SELECT count(*) FROM session WHERE ending IS NOT NULL");
	return there >= kept && there <= kept + 1 ? 0 : 3;
}

static void test_store_full_disk(void **state)
{
	int result = kit_in_child(act_full, *state);
	if (result == 77)
		skip(); // no right to mount one
	assert_int_equal(result, 0);
}

static int act_full_at_once(struct kit *kit)
{
	if (!kit_mount(kit, "size=4k,mode=0700"))
		return 77;
	char told[DIARY_TOLD_BYTES];
	struct diary *diary = diary_open(kit->folder, told);
	return !diary && told[0] && !strchr(told, '\n') ? 0 : 1;
}

static void test_store_no_room_at_all(void **state)
{
	int result = kit_in_child(act_full_at_once, *state);
	if (result == 77)
		skip(); // no right to mount one
	assert_int_equal(result, 0);
}

// ---- Backup, and what is erased

static void test_backup_is_whole_and_private(void **state)
{
	struct kit *kit = *state;
	char told[DIARY_TOLD_BYTES], copy[PATH_MAX];
	struct diary *diary = diary_open(kit->folder, NULL);
	for (int i = 0; i < 20; i++)
		assert_true(plain(diary, WALL + i));
	snprintf(copy, sizeof copy, "%s", kit_path(kit, "copy.sqlite"));
	assert_null(diary_backup(diary, copy, told));
	assert_true(plain(diary, WALL + 20));
	assert_null(diary_backup(diary, copy, told)); // over the old one
	assert_int_equal(mode_of(kit, "copy.sqlite"), 0600);
	assert_int_equal(count_files(kit, "copy.sqlite", NULL), 1);
	assert_non_null(diary_backup(diary, "/nowhere/copy.sqlite", told));
	assert_string_not_equal(told, "");
	diary_close(diary);
	assert_int_equal(rename(copy, kit_path(kit, FILE_NAME)), 0);
	assert_true(is_sound(kit));
	diary = diary_open(kit->folder, told);
	assert_string_equal(told, "");
	assert_int_equal(diary_count(diary, "during-attack", 0), 21);
	diary_close(diary);
}

// How often a word stands in the files of the folder, as bytes.
static int count_raw(const struct kit *kit, const char *word)
{
	int found = 0;
	DIR *dir = opendir(kit->folder);
	for (struct dirent *entry; (entry = readdir(dir));) {
		size_t count;
		if (entry->d_name[0] == '.')
			continue;
		char *bytes = kit_read(kit, entry->d_name, &count);
		for (char *at = bytes; (at = memmem(at, count - (size_t)(at - bytes), word, strlen(word))); at++)
			found++;
		free(bytes);
	}
	closedir(dir);
	return found;
}

static void fill(struct diary *diary)
{
	char id[DIARY_ID_BYTES], taken[DIARY_ID_BYTES], sql[200];
	for (int i = 0; i < 60; i++) {
		diary_begin(diary,
		            &(struct diary_start){.routine = "zanzibar", .title = "zanzibar", .wall_sec = WALL + i});
		diary_area(diary, &(struct diary_place){"zanzibar", "both", "light"}, 3.0);
		diary_part(diary, "zanzibar", DIARY_DONE);
		assert_true(diary_end(diary, 60.0, DIARY_STOPPED, WALL + i));
		assert_true(diary_attack_begin(diary, WALL + i, id));
		assert_true(diary_attack_medication(
			diary, &(struct diary_medication){WALL, id, "other", "zanzibar", "zanzibar"}, taken));
		snprintf(sql, sizeof sql, "UPDATE attack SET note = printf('%%.*c zanzibar', %d, 'x')", 20 * i);
		assert_true(store_run(diary_store(diary), sql, ""));
	}
}

static void test_erase_leaves_no_bytes(void **state)
{
	struct kit *kit = *state;
	kit_write(kit, FILE_NAME, "zanzibar, damaged, and so long that nobody takes it for a diary of any version", 78);
	struct diary *diary = diary_open(kit->folder, NULL);
	fill(diary);
	assert_true(count_raw(kit, "zanzibar") > 100);
	assert_int_equal(count_files(kit, "diary.damaged-", NULL), 1);
	assert_true(diary_erase(diary, kit->folder));
	assert_int_equal(count_raw(kit, "zanzibar"), 0);
	assert_int_equal(count_files(kit, "diary.damaged-", NULL), 0);
	assert_true(plain(diary, WALL));
	diary_close(diary);
	assert_int_equal(count_raw(kit, "zanzibar"), 0);
	assert_int_equal(ask(kit, "SELECT count(*) FROM session"), 1);
	assert_true(is_sound(kit));
}

static void test_delete_leaves_no_bytes(void **state)
{
	struct kit *kit = *state;
	char id[DIARY_ID_BYTES];
	struct diary *diary = diary_open(kit->folder, NULL);
	assert_true(plain(diary, WALL));
	diary_begin(diary, &(struct diary_start){.routine = "zanzibar", .wall_sec = WALL + 1});
	diary_area(diary, &(struct diary_place){"zanzibar", "both", NULL}, 3.0);
	assert_true(diary_end(diary, 60.0, DIARY_STOPPED, WALL + 1));
	snprintf(id, sizeof id, "%s", diary_session(diary));
	assert_true(store_run(diary_store(diary), "INSERT INTO tag VALUES(?, 'zanzibar')", "t", id));
	assert_true(count_raw(kit, "zanzibar") > 0);
	assert_true(diary_delete(diary, id));
	assert_int_equal(count_raw(kit, "zanzibar"), 0);
	assert_int_equal(count_raw(kit, id), 0);
	assert_false(diary_delete(diary, id));
	assert_int_equal(diary_count(diary, "during-attack", 0), 1);
	diary_close(diary);
}

#define KIT_TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(test_store_outlives_a_kill),
		KIT_TEST(test_store_several_writers),
		KIT_TEST(test_store_takes_an_older_file),
		KIT_TEST(test_store_mends_ends_before_their_begin),
		KIT_TEST(test_store_leaves_a_newer_file_alone),
		KIT_TEST(test_store_leaves_a_newer_write_ahead_file_alone),
		KIT_TEST(test_store_sets_aside_what_is_damaged),
		KIT_TEST(test_store_sets_aside_another_programs_file),
		KIT_TEST(test_store_meets_damage_in_the_midst),
		KIT_TEST(test_store_overwrites_nothing_set_aside),
		KIT_TEST(test_store_is_for_its_owner_alone),
		KIT_TEST(test_store_follows_no_link),
		KIT_TEST(test_store_read_only_folder),
		KIT_TEST(test_store_file_limit),
		KIT_TEST(test_store_full_disk),
		KIT_TEST(test_store_no_room_at_all),
		KIT_TEST(test_backup_is_whole_and_private),
		KIT_TEST(test_erase_leaves_no_bytes),
		KIT_TEST(test_delete_leaves_no_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

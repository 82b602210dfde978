// The file is looked at before anything is written to it: a version that is too new ends the opening with no byte
// changed (the write-ahead file included, hence NO_CKPT_ON_CLOSE until then).
//
// What is damaged is set aside under a name that was free, with its write-ahead file, and a new diary begun. Damage at
// the top shows at once. To look at every page takes as long as to read the file, so that is done only when there is a
// reason: a program did not close it (its write-ahead file is still there), or damage was met while it was in use, which
// leaves a file `diary.suspect` behind.
//
// Programs open it one after the other, by a lock on the folder, so that two cannot set aside or migrate at once. SQLite's
// own locks are POSIX ones, which any close of the same file drops: so nothing here opens that file beside it.
#include "diary/store.h"

#include "base/memory.h"
#include "diary/schema.h"
#include "diary/state.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char NAME[] = "diary.sqlite", SUSPECT[] = "diary.suspect";

enum { BUSY_MS = 5000, LOCK_TRIES = 500, LOCK_WAIT_MS = 10, ASIDE_MOST = 100, KEPT_STATEMENTS = 24 };

struct store {
	sqlite3 *db;
	char *path;
	int folder_fd;
	sqlite3_stmt *kept[KEPT_STATEMENTS]; // prepared, the last used first
};

sqlite3 *store_db(const struct store *store)
{
	return store->db;
}

const char *store_path(const struct store *store)
{
	return store->path;
}

// ---- A file limit

// Past the process's limit a write sends SIGXFSZ, which would end the program: held back, it only fails.
static bool hold_signal(sigset_t *before)
{
	sigset_t limit, pending;
	sigemptyset(&limit);
	sigaddset(&limit, SIGXFSZ);
	sigpending(&pending);
	pthread_sigmask(SIG_BLOCK, &limit, before);
	return sigismember(&pending, SIGXFSZ) == 1;
}

static void let_signal(const sigset_t *before, bool was_pending)
{
	sigset_t limit, pending;
	int saved = errno;
	sigemptyset(&limit);
	sigaddset(&limit, SIGXFSZ);
	sigpending(&pending);
	if (!was_pending && sigismember(&pending, SIGXFSZ) == 1)
		sigtimedwait(&limit, NULL, &(struct timespec){0});
	pthread_sigmask(SIG_SETMASK, before, NULL);
	errno = saved;
}

static int exec(sqlite3 *db, const char *sql)
{
	sigset_t before;
	bool pending = hold_signal(&before);
	int result = sqlite3_exec(db, sql, NULL, NULL, NULL);
	let_signal(&before, pending);
	return result;
}

// ---- Damage

static bool is_damage(int result)
{
	return (result & 0xff) == SQLITE_CORRUPT || (result & 0xff) == SQLITE_NOTADB;
}

static void look_at(const struct store *store, int result)
{
	if (!is_damage(result))
		return;
	int fd = openat(store->folder_fd, SUSPECT, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0)
		close(fd);
}

static bool has_file(int folder_fd, const char *name, off_t *bytes)
{
	struct stat is;
	bool there = fstatat(folder_fd, name, &is, AT_SYMLINK_NOFOLLOW) == 0;
	*bytes = there ? is.st_size : 0;
	return there;
}

// A write-ahead file goes with its diary, when there is something in it; the index of it (-shm) is made anew from it.
static void set_side_files_aside(int folder_fd, const char *aside)
{
	char from[64], to[PATH_MAX + 8];
	off_t bytes;
	snprintf(from, sizeof from, "%s-wal", NAME);
	snprintf(to, sizeof to, "%s-wal", aside);
	if (has_file(folder_fd, from, &bytes) && bytes > 0)
		renameat2(folder_fd, from, folder_fd, to, RENAME_NOREPLACE);
	else
		unlinkat(folder_fd, from, 0);
	snprintf(from, sizeof from, "%s-shm", NAME);
	unlinkat(folder_fd, from, 0);
}

// "diary.damaged-20261122T203740Z.sqlite", and -2, -3 behind the time while that name is taken.
static bool set_aside(int folder_fd, char aside[PATH_MAX])
{
	time_t now = time(NULL);
	struct tm tm = {0};
	char moment[32];
	gmtime_r(&now, &tm);
	strftime(moment, sizeof moment, "%Y%m%dT%H%M%SZ", &tm);
	for (int i = 1; i <= ASIDE_MOST; i++) {
		char number[16] = "";
		if (i > 1)
			snprintf(number, sizeof number, "-%d", i);
		snprintf(aside, PATH_MAX, "diary.damaged-%s%s.sqlite", moment, number);
		if (renameat2(folder_fd, NAME, folder_fd, aside, RENAME_NOREPLACE) != 0) {
			if (errno == EEXIST)
				continue;
			return false;
		}
		set_side_files_aside(folder_fd, aside);
		unlinkat(folder_fd, SUSPECT, 0);
		fsync(folder_fd);
		return true;
	}
	return false;
}

// ---- Opening

// Made for its owner alone before SQLite comes; its side files take its mode.
static bool prepare_file(int folder_fd)
{
	struct stat is;
	if (fstatat(folder_fd, NAME, &is, AT_SYMLINK_NOFOLLOW) != 0) {
		int fd = errno == ENOENT ? state_open_file(folder_fd, NAME, O_RDWR | O_CREAT | O_EXCL) : -1;
		if (fd >= 0)
			close(fd);
		return fd >= 0;
	}
	return S_ISREG(is.st_mode) && is.st_uid == geteuid() &&
	       ((is.st_mode & 077) == 0 || fchmodat(folder_fd, NAME, 0600, 0) == 0);
}

static int read_number(sqlite3 *db, const char *sql, int64_t *number)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	*number = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_finalize(statement);
	return result == SQLITE_ROW ? SQLITE_OK : result;
}

static int check_all_pages(sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &statement, NULL);
	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	const char *word = result == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
	if (result == SQLITE_ROW)
		result = word && strcmp(word, "ok") == 0 ? SQLITE_OK : SQLITE_CORRUPT;
	sqlite3_finalize(statement);
	return result;
}

static int migrate(sqlite3 *db)
{
	int64_t version = 0;
	int result = exec(db, "BEGIN IMMEDIATE");
	if (result == SQLITE_OK)
		result = read_number(db, "PRAGMA user_version", &version); // another program may have been here
	for (; result == SQLITE_OK && version < SCHEMA_VERSION; version++) {
		char set[64];
		snprintf(set, sizeof set, "PRAGMA user_version = %d", (int)version + 1);
		result = exec(db, schema_step((int)version));
		if (result == SQLITE_OK)
			result = exec(db, set);
	}
	if (result == SQLITE_OK)
		result = exec(db, "COMMIT");
	if (result != SQLITE_OK && !sqlite3_get_autocommit(db))
		exec(db, "ROLLBACK");
	return result;
}

enum opening { OPENING_DONE, OPENING_NEWER, OPENING_DAMAGED, OPENING_FAILED };

static enum opening opening_of(int result)
{
	return result == SQLITE_OK ? OPENING_DONE : is_damage(result) ? OPENING_DAMAGED : OPENING_FAILED;
}

// A file that has tables and no version is not ours.
static enum opening look(sqlite3 *db, bool doubtful, int64_t *version)
{
	int64_t tables = 0;
	int result = read_number(db, "PRAGMA user_version", version);
	if (result == SQLITE_OK)
		result = read_number(db, "SELECT count(*) FROM sqlite_schema", &tables);
	if (result != SQLITE_OK)
		return opening_of(result);
	if (*version > SCHEMA_VERSION)
		return OPENING_NEWER;
	if (*version < 0 || (*version == 0) != (tables == 0))
		return OPENING_DAMAGED;
	return doubtful ? opening_of(check_all_pages(db)) : OPENING_DONE;
}

static enum opening use(sqlite3 *db, int64_t version)
{
	static const char settings[] = "PRAGMA journal_mode = WAL;"
				       "PRAGMA synchronous = FULL;"
				       "PRAGMA secure_delete = ON;"
				       "PRAGMA foreign_keys = ON;";
	int result = exec(db, settings);
	if (result == SQLITE_OK && version < SCHEMA_VERSION)
		result = migrate(db);
	if (result == SQLITE_OK)
		sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	return opening_of(result);
}

static void settle(sqlite3 *db)
{
	sqlite3_busy_timeout(db, BUSY_MS);
	sqlite3_extended_result_codes(db, 1);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	exec(db, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY");
}

static enum opening open_once(struct store *store, char told[STORE_TOLD_BYTES])
{
	off_t bytes, none;
	char wal[64];
	snprintf(wal, sizeof wal, "%s-wal", NAME);
	bool doubtful =
		(has_file(store->folder_fd, wal, &bytes) && bytes > 0) || has_file(store->folder_fd, SUSPECT, &none);
	int64_t version = 0;
	if (!prepare_file(store->folder_fd)) {
		snprintf(told, STORE_TOLD_BYTES, "the diary cannot be opened: %s", strerror(errno ? errno : EACCES));
		return OPENING_FAILED;
	}
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_NOFOLLOW;
	int result = sqlite3_open_v2(store->path, &store->db, flags, NULL);
	if (result == SQLITE_OK)
		settle(store->db);
	enum opening opening = result == SQLITE_OK ? look(store->db, doubtful, &version) : opening_of(result);
	if (opening == OPENING_DONE)
		opening = use(store->db, version);
	if (opening == OPENING_DONE && doubtful)
		unlinkat(store->folder_fd, SUSPECT, 0);
	if (opening == OPENING_NEWER)
		snprintf(told, STORE_TOLD_BYTES,
		         "the diary is from a newer stillroom (its version is %lld, this one knows %d); it is left as "
		         "it is",
		         (long long)version, SCHEMA_VERSION);
	else if (opening == OPENING_FAILED)
		snprintf(told, STORE_TOLD_BYTES, "the diary cannot be opened: %s", sqlite3_errmsg(store->db));
	if (opening != OPENING_DONE) {
		sqlite3_close(store->db);
		store->db = NULL;
	}
	return opening;
}

static void open_or_set_aside(struct store *store, char told[STORE_TOLD_BYTES])
{
	char aside[PATH_MAX];
	if (open_once(store, told) != OPENING_DAMAGED)
		return;
	if (!set_aside(store->folder_fd, aside)) {
		snprintf(told, STORE_TOLD_BYTES, "the diary is damaged and cannot be set aside: %s", strerror(errno));
		return;
	}
	if (open_once(store, told) == OPENING_DONE)
		snprintf(told, STORE_TOLD_BYTES,
		         "the diary was damaged; it is set aside as %.300s, and a new one begun", aside);
}

// Where a disk knows no locks, there is none.
static bool lock_folder(int folder_fd)
{
	struct timespec wait = {.tv_nsec = LOCK_WAIT_MS * 1000000L};
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(folder_fd, LOCK_EX | LOCK_NB) == 0 || (errno != EWOULDBLOCK && errno != EINTR))
			return true;
		nanosleep(&wait, NULL);
	}
	return false;
}

struct store *store_open(const char *folder, char told[STORE_TOLD_BYTES])
{
	told[0] = '\0';
	char *real = folder ? realpath(folder, NULL) : NULL;
	int folder_fd = real ? state_open(real) : -1;
	if (folder_fd < 0) {
		snprintf(told, STORE_TOLD_BYTES, "there is no folder that the diary could be kept in");
		free(real);
		return NULL;
	}
	struct store *store = memory_alloc(sizeof *store);
	store->folder_fd = folder_fd;
	store->path = memory_printf("%s/%s", real, NAME);
	free(real);
	if (lock_folder(folder_fd))
		open_or_set_aside(store, told);
	else
		snprintf(told, STORE_TOLD_BYTES, "the diary cannot be opened: another program holds it");
	flock(folder_fd, LOCK_UN);
	if (store->db)
		return store;
	store_close(store);
	return NULL;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	sigset_t before;
	bool pending = hold_signal(&before);
	for (int i = 0; i < KEPT_STATEMENTS; i++)
		sqlite3_finalize(store->kept[i]);
	sqlite3_close(store->db);
	let_signal(&before, pending);
	close(store->folder_fd);
	free(store->path);
	free(store);
}

// ---- Changes

// A statement of this text, ready to be bound: what was used a short while ago is not prepared anew.
static int prepare(struct store *store, const char *sql, sqlite3_stmt **statement)
{
	int at = 0;
	while (at < KEPT_STATEMENTS - 1 && store->kept[at] && strcmp(sqlite3_sql(store->kept[at]), sql) != 0)
		at++;
	*statement = store->kept[at];
	int result = SQLITE_OK;
	if (!*statement || strcmp(sqlite3_sql(*statement), sql) != 0) {
		sqlite3_finalize(*statement);
		store->kept[at] = NULL;
		result = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
	}
	memmove(&store->kept[1], &store->kept[0], (size_t)at * sizeof *store->kept);
	store->kept[0] = result == SQLITE_OK ? *statement : NULL;
	return result;
}

static int step_to_end(struct store *store, const struct change *change)
{
	sqlite3_stmt *statement;
	int result = prepare(store, change->sql, &statement);
	if (result != SQLITE_OK)
		return result;
	result = change_bind(change, statement) ? SQLITE_OK : SQLITE_ERROR;
	while (result == SQLITE_OK || result == SQLITE_ROW)
		result = sqlite3_step(statement);
	int reset = sqlite3_reset(statement); // gives the same failure again
	sqlite3_clear_bindings(statement);
	return reset == SQLITE_OK ? result : reset;
}

static int run(struct store *store, const struct change *change)
{
	sigset_t before;
	bool pending = hold_signal(&before);
	int result = step_to_end(store, change);
	let_signal(&before, pending);
	look_at(store, result);
	return result;
}

bool store_run(struct store *store, const char *sql, const char *types, ...)
{
	va_list values;
	va_start(values, types);
	struct change *change = change_create(sql, types, values);
	va_end(values);
	int result = run(store, change);
	change_destroy(change);
	return result == SQLITE_DONE;
}

bool store_begin(struct store *store)
{
	int result = exec(store->db, "BEGIN IMMEDIATE");
	look_at(store, result);
	return result == SQLITE_OK;
}

bool store_look(struct store *store)
{
	int result = exec(store->db, "BEGIN");
	look_at(store, result);
	return result == SQLITE_OK;
}

bool store_commit(struct store *store)
{
	int result = exec(store->db, "COMMIT");
	look_at(store, result);
	if (result != SQLITE_OK)
		store_rollback(store);
	return result == SQLITE_OK;
}

void store_rollback(struct store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		exec(store->db, "ROLLBACK");
}

bool store_apply(struct store *store, const struct change *first, bool *refused)
{
	if (!store_begin(store))
		return false;
	for (; first; first = first->next) {
		int result = run(store, first);
		if ((result & 0xff) == SQLITE_CONSTRAINT) {
			*refused = true;
		} else if (result != SQLITE_DONE) {
			store_rollback(store);
			return false;
		}
	}
	return store_commit(store);
}

bool store_truncate(struct store *store)
{
	int64_t busy = 1;
	sigset_t before;
	bool pending = hold_signal(&before);
	int result = read_number(store->db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy);
	let_signal(&before, pending);
	return result == SQLITE_OK && busy == 0;
}

// ---- Questions

static sqlite3_stmt *ask(struct store *store, const char *sql, const char *types, va_list values)
{
	sqlite3_stmt *statement = NULL;
	struct change *change = change_create(sql, types, values);
	int result = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
	look_at(store, result);
	if (result == SQLITE_OK && !change_bind(change, statement))
		result = SQLITE_ERROR;
	change_destroy(change);
	if (result == SQLITE_OK)
		return statement;
	sqlite3_finalize(statement);
	return NULL;
}

sqlite3_stmt *store_ask(struct store *store, const char *sql, const char *types, ...)
{
	va_list values;
	va_start(values, types);
	sqlite3_stmt *statement = ask(store, sql, types, values);
	va_end(values);
	return statement;
}

bool store_next(struct store *store, sqlite3_stmt *question)
{
	int result = question ? sqlite3_step(question) : SQLITE_DONE;
	look_at(store, result);
	return result == SQLITE_ROW;
}

sqlite3_int64 store_number(struct store *store, sqlite3_int64 none, const char *sql, const char *types, ...)
{
	sqlite3_stmt *statement;
	sqlite3_int64 number = none;
	int result = prepare(store, sql, &statement);
	look_at(store, result);
	if (result != SQLITE_OK)
		return none;
	va_list values;
	va_start(values, types);
	struct change *change = change_create(sql, types, values);
	va_end(values);
	if (change_bind(change, statement) && store_next(store, statement) &&
	    sqlite3_column_type(statement, 0) != SQLITE_NULL)
		number = sqlite3_column_int64(statement, 0);
	change_destroy(change);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return number;
}

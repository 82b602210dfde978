// Deleted bytes are overwritten (PRAGMA secure_delete) in the diary's file, and its write-ahead file, which still has
// them, is emptied. What a disk keeps of blocks that no file has any more is out of our hands.
#include "diary/upkeep.h"

#include "base/memory.h"
#include "diary/rows.h"
#include "diary/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- Backup

static int copy_to(struct store *store, const char *path)
{
	sqlite3 *to = NULL;
	int result = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL);
	sqlite3_backup *backup = result == SQLITE_OK ? sqlite3_backup_init(to, "main", store_db(store), "main") : NULL;
	if (backup)
		result = sqlite3_backup_step(backup, -1);
	if (backup && sqlite3_backup_finish(backup) != SQLITE_OK)
		result = sqlite3_errcode(to);
	// A copy stands alone: without a write-ahead file beside it.
	if (result == SQLITE_DONE && sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
		result = sqlite3_errcode(to);
	if (sqlite3_close(to) != SQLITE_OK)
		result = SQLITE_IOERR;
	return result;
}

static bool sync_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return synced;
}

const char *diary_backup(struct diary *diary, const char *file, char told[DIARY_TOLD_BYTES])
{
	char *fresh = memory_printf("%s.XXXXXX", file);
	int fd = mkostemp(fresh, O_CLOEXEC); // 0600
	if (fd < 0) {
		snprintf(told, DIARY_TOLD_BYTES, "%s", strerror(errno));
		free(fresh);
		return told;
	}
	close(fd);
	int result = copy_to(diary_store(diary), fresh);
	bool made = result == SQLITE_DONE && sync_file(fresh) && rename(fresh, file) == 0;
	if (!made) {
		snprintf(told, DIARY_TOLD_BYTES, "%s",
		         result == SQLITE_DONE ? strerror(errno) : sqlite3_errstr(result));
		unlink(fresh);
	}
	free(fresh);
	return made ? NULL : told;
}

// ---- Taking out

bool diary_delete(struct diary *diary, const char *id)
{
	static const char *const statements[] = {"DELETE FROM session WHERE id = ?", "DELETE FROM attack WHERE id = ?",
	                                         "DELETE FROM medication WHERE id = ?",
	                                         "DELETE FROM tag WHERE entry = ?"};
	struct store *store = diary_store(diary);
	if (rows_kind(store, id) < 0 || !store_begin(store))
		return false;
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
		if (!store_run(store, statements[i], "t", id)) {
			store_rollback(store);
			return false;
		}
	return store_commit(store) && store_truncate(store);
}

// Overwritten before its name goes.
static bool wipe(int folder_fd, const char *name)
{
	static const char zeros[4096];
	struct stat is;
	int fd = state_open_file(folder_fd, name, O_WRONLY);
	bool wiped = fd >= 0 && fstat(fd, &is) == 0;
	for (off_t at = 0; wiped && at < is.st_size; at += (off_t)sizeof zeros) {
		size_t n = is.st_size - at < (off_t)sizeof zeros ? (size_t)(is.st_size - at) : sizeof zeros;
		wiped = pwrite(fd, zeros, n, at) == (ssize_t)n;
	}
	if (fd >= 0 && (fsync(fd) != 0 || close(fd) != 0))
		wiped = false;
	return unlinkat(folder_fd, name, 0) == 0 && wiped;
}

static bool wipe_damaged(const char *folder)
{
	static const char damaged[] = "diary.damaged-";
	int folder_fd = state_open(folder);
	DIR *dir = folder_fd >= 0 ? fdopendir(dup(folder_fd)) : NULL;
	bool wiped = dir;
	for (struct dirent *entry; dir && (entry = readdir(dir));)
		if (strncmp(entry->d_name, damaged, strlen(damaged)) == 0 || strcmp(entry->d_name, "diary.jsonl") == 0)
			wiped = wipe(folder_fd, entry->d_name) && wiped;
	if (dir)
		closedir(dir);
	if (folder_fd >= 0)
		close(folder_fd);
	return wiped;
}

bool diary_erase(struct diary *diary, const char *folder)
{
	static const char *const statements[] = {"DELETE FROM session", "DELETE FROM attack", "DELETE FROM medication",
	                                         "DELETE FROM tag", "DELETE FROM plan"};
	struct store *store = diary_store(diary);
	if (!store_begin(store))
		return false;
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
		if (!store_run(store, statements[i], "")) {
			store_rollback(store);
			return false;
		}
	return store_commit(store) && store_run(store, "VACUUM", "") && store_truncate(store) && wipe_damaged(folder);
}

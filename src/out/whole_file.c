// rename() is the one step in which a file can appear at once. Until then the work is a file without a name on the same
// disk (O_TMPFILE), of which nothing is left however the program ends; where the disk has no such files, it stands
// beside the target under a name that lists hide. A new file's permissions are those of open() and the umask.
#include "out/whole_file.h"

#include "base/hash.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	NAME_KEPT = 200, // bytes of the target's name in the temporary one, which must stay under 255
	TRIES = 100,
};

const char *whole_file_error(int error)
{
	switch (error) {
	case ENOSPC:
		return "the disk is full";
	case EDQUOT:
		return "the space that you may use on this disk is full";
	case EFBIG:
		return "the file has grown larger than is allowed here";
	case EPIPE:
		return "whoever was reading it has gone";
	case EIO:
		return "the disk has an error";
	case EINTR:
		return "it was stopped";
	case EACCES:
	case EPERM:
		return "its folder cannot be written to";
	case EROFS:
		return "its disk can only be read";
	case ENOENT:
	case ENOTDIR:
		return "there is no such folder";
	case ENAMETOOLONG:
		return "its name is too long";
	default:
		return strerror(error);
	}
}

// What is there already decides first.
static enum status check_target(const char *path, const char **why)
{
	struct stat info;
	if (path[0] && path[strlen(path) - 1] == '/') {
		*why = "that is a folder; add the name of a file";
		return STATUS_FAULTY;
	}
	if (stat(path, &info))
		return STATUS_OK; // nothing yet
	if (!S_ISREG(info.st_mode)) {
		*why = S_ISDIR(info.st_mode) ? "that is a folder; add the name of a file"
		                             : "that is a device or a pipe, not a file";
		return STATUS_FAULTY;
	}
	if (access(path, W_OK)) {
		*why = "the file that is there is protected against writing";
		return STATUS_FAILED;
	}
	return STATUS_OK;
}

static char *temporary_name(const char *target, int attempt)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	uint64_t seed = (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
	uint64_t random = hash64(seed ^ ((uint64_t)getpid() << 32), (uint64_t)attempt);
	char ending[7] = "";
	for (int i = 0; i < 6; i++)
		ending[i] = letters[random >> (5 * i) & 31];
	const char *slash = strrchr(target, '/');
	int folder_length = slash ? (int)(slash - target) + 1 : 0;
	return memory_printf("%.*s.%.*s.stillroom-%s", folder_length, target, NAME_KEPT, target + folder_length,
	                     ending);
}

// A file without a name gets one by way of /proc, so that must be there.
static bool open_nameless(struct whole_file *file)
{
	const char *slash = strrchr(file->target, '/');
	int length = slash ? (int)(slash + 1 - file->target) : 0;
	char *folder = memory_printf("%.*s.", length, file->target);
	if (access("/proc/self/fd", X_OK) == 0)
		file->fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
	free(folder);
	return file->fd >= 0;
}

static int give_name(struct whole_file *file)
{
	char self[40];
	snprintf(self, sizeof self, "/proc/self/fd/%d", file->fd);
	for (int i = 0; i < TRIES; i++) {
		char *name = temporary_name(file->target, i);
		if (linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0) {
			file->temporary = name;
			return 0;
		}
		int error = errno;
		free(name);
		if (error != EEXIST)
			return error;
	}
	return EEXIST;
}

static int open_temporary(struct whole_file *file)
{
	if (open_nameless(file))
		return 0;
	for (int i = 0; i < TRIES; i++) {
		file->temporary = temporary_name(file->target, i);
		file->fd = open(file->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (file->fd >= 0)
			return 0;
		int error = errno;
		free(file->temporary);
		file->temporary = NULL;
		if (error != EEXIST)
			return error;
	}
	return EEXIST;
}

enum status whole_file_open(struct whole_file *file, const char *path, const char **why)
{
	*file = (struct whole_file){.fd = -1};
	enum status status = check_target(path, why);
	if (status)
		return status;
	file->target = realpath(path, NULL);
	if (!file->target)
		file->target = memory_copy_text(path);
	int error = open_temporary(file);
	if (!error)
		return STATUS_OK;
	*why = whole_file_error(error);
	whole_file_discard(file);
	return STATUS_FAILED;
}

enum status whole_file_commit(struct whole_file *file, const char **why)
{
	int error = fsync(file->fd) && errno != EINVAL ? errno : 0;
	if (!error && !file->temporary)
		error = give_name(file);
	if (close(file->fd) && !error)
		error = errno;
	file->fd = -1;
	if (!error && rename(file->temporary, file->target))
		error = errno;
	if (!error) {
		free(file->temporary);
		file->temporary = NULL;
	}
	whole_file_discard(file);
	if (!error)
		return STATUS_OK;
	*why = whole_file_error(error);
	return STATUS_FAILED;
}

void whole_file_discard(struct whole_file *file)
{
	if (!file->target)
		return;
	if (file->fd >= 0)
		close(file->fd);
	if (file->temporary)
		unlink(file->temporary);
	free(file->temporary);
	free(file->target);
	*file = (struct whole_file){.fd = -1};
}

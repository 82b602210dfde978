// Every name is resolved by the kernel beneath the folder's descriptor (openat2, Linux 5.6), so no link and no race can
// lead outside. Where that call is missing or forbidden, the parts are walked one at a time and no symbolic link is
// followed at all. Opening does not wait (a FIFO would), and what was opened must then be a regular file.
#include "base/folder.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

#define CIRCLE "links lead in a circle there"

enum {
	FOLDER_FILE_FLAGS = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY,
	FOLDER_RACE_TRIES = 8, // openat2 gives EAGAIN while names are being moved
};

enum status folder_open(struct folder *folder, const char *path)
{
	*folder = (struct folder){.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
	if (folder->fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? STATUS_NOT_FOUND : STATUS_FAILED;
	folder->path = memory_copy_text(path);
	return STATUS_OK;
}

const char *folder_open_why(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return "there is no such folder";
	case ELOOP:
		return CIRCLE;
	case EACCES:
	case EPERM:
		return "its folder may not be read by you";
	default:
		return "its folder cannot be opened";
	}
}

void folder_close(struct folder *folder)
{
	if (!folder->path)
		return;
	close(folder->fd);
	free(folder->path);
	*folder = (struct folder){.fd = -1};
}

static const char *clause(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return "there is no such file";
	case EXDEV:
	case ELOOP:
		return "it leads out of its folder";
	case EACCES:
	case EPERM:
		return "it may not be read by you";
	case ENXIO:
		return "it is not a regular file";
	case ENAMETOOLONG:
		return "its name is too long";
	case EMFILE:
	case ENFILE:
		return "too many files are open";
	default:
		return "it cannot be opened";
	}
}

// NULL when the name is one that may be tried: the same for both ways of opening.
static const char *name_trouble(const char *name)
{
	if (!*name)
		return "a file name is missing";
	if (*name == '/')
		return "its name must be relative to its folder, without a / in front";
	for (const char *part = name; part; part = strchr(part, '/')) {
		part += *part == '/';
		if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2]))
			return "it leads out of its folder";
	}
	return name[strlen(name) - 1] == '/' ? "it is a folder, not a file" : NULL;
}

static int open_beneath(int dir, const char *name)
{
#ifdef SYS_openat2
	struct open_how how = {
		.flags = FOLDER_FILE_FLAGS,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	int fd = -1;
	for (int i = 0; i < FOLDER_RACE_TRIES; i++) {
		fd = (int)syscall(SYS_openat2, dir, name, &how, sizeof how);
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	return fd;
#else
	(void)dir;
	(void)name;
	errno = ENOSYS;
	return -1;
#endif
}

// A link in place of a folder is ENOTDIR to the kernel; for the message it is told apart.
static int open_part(int dir, const char *part, bool last)
{
	int fd = openat(dir, part, FOLDER_FILE_FLAGS | O_NOFOLLOW | (last ? 0 : O_DIRECTORY));
	struct stat state;
	if (fd < 0 && errno == ENOTDIR)
		errno = fstatat(dir, part, &state, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(state.st_mode) ? ELOOP
		                                                                                       : ENOTDIR;
	return fd;
}

static int open_walking(int dir, const char *name)
{
	int at = dir;
	for (const char *end; name; name = end) {
		char part[NAME_MAX + 1] = {0};
		name += strspn(name, "/");
		end = strchr(name, '/');
		size_t length = end ? (size_t)(end - name) : strlen(name);
		if (length > NAME_MAX)
			errno = ENAMETOOLONG;
		else
			memcpy(part, name, length); // NOLINT(bugprone-not-null-terminated-result): zeroed above
		int next = length > NAME_MAX ? -1 : open_part(at, part, !end);
		if (at != dir) {
			int error = errno;
			close(at);
			errno = error;
		}
		if (next < 0)
			return -1;
		at = next;
	}
	return at;
}

// The kernel's word for a link that was not followed is that for a circle of them.
static const char *clause_of(const struct folder *folder, const char *name, int error)
{
	struct stat state;
	bool circle = error == ELOOP && fstatat(folder->fd, name, &state, 0) != 0 && errno == ELOOP;
	return circle ? CIRCLE : clause(error);
}

static int only_regular(const struct folder *folder, const char *name, int fd, const char **why)
{
	struct stat state = {0};
	if (fd < 0) {
		*why = clause_of(folder, name, errno);
	} else if (fstat(fd, &state) != 0 || !S_ISREG(state.st_mode)) {
		*why = S_ISDIR(state.st_mode) ? "it is a folder, not a file" : "it is not a regular file";
		close(fd);
		fd = -1;
	}
	return fd;
}

int folder_walk_file(const struct folder *folder, const char *name, const char **why)
{
	*why = name_trouble(name);
	return *why ? -1 : only_regular(folder, name, open_walking(folder->fd, name), why);
}

static int open_any(const struct folder *folder, const char *name)
{
	int fd = open_beneath(folder->fd, name);
	if (fd < 0 && (errno == ENOSYS || errno == EPERM || errno == E2BIG || errno == EINVAL))
		fd = open_walking(folder->fd, name);
	return fd;
}

int folder_open_file(const struct folder *folder, const char *name, const char **why)
{
	*why = name_trouble(name);
	return *why ? -1 : only_regular(folder, name, open_any(folder, name), why);
}

bool folder_holds_folder(const struct folder *folder, const char *name, const char **why)
{
	struct stat state = {0};
	*why = name_trouble(name);
	if (*why)
		return false;
	int fd = open_any(folder, name);
	if (fd < 0)
		*why = clause_of(folder, name, errno);
	else if (fstat(fd, &state) != 0 || !S_ISDIR(state.st_mode))
		*why = "it is no folder";
	if (fd >= 0)
		close(fd);
	return !*why;
}

// Up to most_bytes + 1 of the file, so that one that is growing is found out.
static char *read_all(int fd, size_t most_bytes, size_t *length)
{
	size_t count = 0, capacity = 4096;
	char *text = memory_alloc(capacity);
	ssize_t got = 1;
	while (got > 0 && count <= most_bytes) {
		if (count + 1 >= capacity)
			text = memory_resize(text, capacity *= 2);
		got = read(fd, text + count, capacity - count - 1);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			count += (size_t)got;
	}
	text[count] = '\0';
	*length = count;
	if (got < 0) {
		free(text);
		return NULL;
	}
	return text;
}

char *folder_read_text(const struct folder *folder, const char *name, size_t most_bytes, size_t *length,
                       const char **why)
{
	int fd = folder_open_file(folder, name, why);
	if (fd < 0)
		return NULL;
	struct stat state;
	bool large = fstat(fd, &state) == 0 && state.st_size > 0 && (size_t)state.st_size > most_bytes;
	char *text = large ? NULL : read_all(fd, most_bytes, length);
	close(fd);
	if (text && *length > most_bytes) {
		free(text);
		text = NULL;
		large = true;
	}
	if (!text)
		*why = large ? "it is larger than such a file may be" : "it cannot be read";
	return text;
}

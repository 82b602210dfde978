#include "diary/state.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

// A relative XDG_STATE_HOME is to be ignored (XDG Base Directory Specification 0.8).
static char *folder_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	if (state && state[0] == '/')
		return memory_printf("%s/stillroom", state);
	if (home && home[0] == '/')
		return memory_printf("%s/.local/state/stillroom", home);
	return NULL;
}

// With every folder above it that is missing.
static void make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	mkdir(path, 0700);
}

// One that belongs to somebody else is left alone: root with a listener's HOME would leave files there that the listener
// can no longer write to.
int state_open(const char *folder)
{
	struct stat is;
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (fd < 0)
		return -1;
	if (fstat(fd, &is) == 0 && is.st_uid == geteuid() && ((is.st_mode & 077) == 0 || fchmod(fd, 0700) == 0))
		return fd;
	close(fd);
	return -1;
}

char *state_folder(void)
{
	char *path = folder_path();
	if (!path)
		return NULL;
	make_folders(path);
	int fd = state_open(path);
	if (fd >= 0 && faccessat(fd, ".", W_OK, AT_EACCESS) == 0) {
		close(fd);
		return path;
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return NULL;
}

// O_NONBLOCK: a FIFO of that name must not hold us up.
int state_open_file(int folder_fd, const char *name, int flags)
{
	struct stat is;
	int fd = openat(folder_fd, name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	if (fstat(fd, &is) == 0 && S_ISREG(is.st_mode) && is.st_uid == geteuid() &&
	    ((is.st_mode & 077) == 0 || (flags & O_ACCMODE) == O_RDONLY || fchmod(fd, 0600) == 0))
		return fd;
	close(fd);
	return -1;
}

bool state_may_grow_to(int64_t bytes)
{
	struct rlimit limit;
	return getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
	       (limit.rlim_cur == RLIM_INFINITY || (rlim_t)bytes <= limit.rlim_cur);
}

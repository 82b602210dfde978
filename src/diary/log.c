// A line is one write at the end of the file, which the system does not mix with another program's. The lock is for
// taking back half a line that a full disk left. What a power cut left of a line is closed by a line end before the next.
#include "diary/log.h"

#include "base/memory.h"
#include "diary/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LOCK_TRIES = 100, LOCK_WAIT_MS = 10 };

// Another holds it while it writes a line. Where a disk knows no locks, there is none.
static bool lock(int fd)
{
	struct timespec wait = {.tv_nsec = LOCK_WAIT_MS * 1000000L};
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0 || (errno != EWOULDBLOCK && errno != EINTR))
			return true;
		nanosleep(&wait, NULL);
	}
	return false;
}

static bool ends_in_mid_line(int fd, off_t size_bytes)
{
	char last;
	return size_bytes > 0 && pread(fd, &last, 1, size_bytes - 1) == 1 && last != '\n';
}

static bool append_locked(int fd, const char *line)
{
	struct stat is;
	if (fstat(fd, &is) != 0)
		return false;
	char *whole = memory_printf("%s%s", ends_in_mid_line(fd, is.st_size) ? "\n" : "", line);
	ssize_t bytes = (ssize_t)strlen(whole), written = -1;
	if (state_may_grow_to((int64_t)is.st_size + bytes))
		written = write(fd, whole, (size_t)bytes);
	free(whole);
	if (written == bytes && fsync(fd) == 0)
		return true;
	bool cut = ftruncate(fd, is.st_size) == 0;
	(void)cut; // in vain: then a line end closes it the next time
	return false;
}

bool log_append(int folder_fd, const char *name, const char *line)
{
	int fd = state_open_file(folder_fd, name, O_RDWR | O_APPEND | O_CREAT);
	if (fd < 0)
		return false;
	bool kept = lock(fd) && append_locked(fd, line);
	close(fd);
	if (kept)
		fsync(folder_fd); // its name, when it is new
	return kept;
}

char *log_tail(int folder_fd, const char *name)
{
	struct stat is;
	int fd = state_open_file(folder_fd, name, O_RDONLY);
	if (fd < 0)
		return NULL;
	char *text = memory_alloc(LOG_TAIL_BYTES + 1);
	bool is_cut = fstat(fd, &is) == 0 && is.st_size > LOG_TAIL_BYTES;
	ssize_t n = pread(fd, text, LOG_TAIL_BYTES, is_cut ? is.st_size - LOG_TAIL_BYTES : 0);
	close(fd);
	for (ssize_t i = 0; i < n; i++)
		if (!text[i])
			text[i] = '\x01';
	char *first_end = is_cut && n > 0 ? memchr(text, '\n', (size_t)n) : NULL;
	if (first_end)
		memmove(text, first_end + 1, strlen(first_end + 1) + 1);
	if (n > 0 && (!is_cut || first_end))
		return text;
	free(text);
	return NULL;
}

// Nothing here waits without a bound. The child's stderr is a pipe that does not block the writer: what is not read in
// time is lost, so a driver that floods it (1.2 GB were seen) neither stops there nor costs us anything.
//
// The child is a process group of its own: a terminal's Ctrl-C must not reach it before the fade. A child that a kill
// does not end at once hangs inside the kernel; it is remembered and reaped later, at the latest by init.
#include "out/device_child.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LISTING_MOST_BYTES = 1 << 20 };

#define HEAR_SEC 0.05 // how often a wait for a line looks at the noise

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

struct device_child child_none(void)
{
	return (struct device_child){.channel_fd = -1, .noise_fd = -1};
}

// ---- Start

struct child_ends {
	int channel, noise, feed; // what the child gets; the parent closes them
};

static bool open_ends(struct device_child *child, struct child_ends *ends, int feed_fd)
{
	int channel[2], noise[2];
	*ends = (struct child_ends){-1, -1, -1};
	child->channel_fd = child->noise_fd = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) < 0)
		return false;
	child->channel_fd = spawn_raise_fd(channel[0]);
	ends->channel = spawn_raise_fd(channel[1]);
	if (pipe2(noise, O_CLOEXEC | O_NONBLOCK) < 0)
		return false;
	child->noise_fd = spawn_raise_fd(noise[0]);
	ends->noise = spawn_raise_fd(noise[1]);
	if (feed_fd >= 0)
		ends->feed = fcntl(feed_fd, F_DUPFD_CLOEXEC, SPAWN_MOST_FDS);
	return child->channel_fd >= 0 && ends->channel >= 0 && child->noise_fd >= 0 && ends->noise >= 0 &&
	       (feed_fd < 0 || ends->feed >= 0);
}

bool child_spawn(struct device_child *child, const char *program, const char *const *arguments, int feed_fd)
{
	struct child_ends ends;
	child->pid = 0;
	child->text_bytes = 0;
	int error = open_ends(child, &ends, feed_fd) ? 0 : errno;
	if (!error)
		error = spawn_child(&child->pid, program, arguments,
		                    (int[]){ends.channel, ends.channel, ends.noise, ends.feed}, feed_fd >= 0 ? 4 : 3);
	close_fd(&ends.channel);
	close_fd(&ends.noise);
	close_fd(&ends.feed);
	if (error) {
		child->pid = 0;
		close_fd(&child->channel_fd);
		close_fd(&child->noise_fd);
		errno = error;
	}
	return error == 0;
}

// ---- What it says

static bool wait_readable(int fd, double deadline_sec)
{
	struct pollfd wanted = {.fd = fd, .events = POLLIN};
	double left_sec = deadline_sec - clock_sec();
	return poll(&wanted, 1, left_sec > 0 ? (int)(left_sec * 1e3) + 1 : 0) > 0;
}

static bool take_line(struct device_child *child, char *line, size_t line_bytes)
{
	char *end = memchr(child->text, '\n', child->text_bytes);
	if (!end)
		return false;
	size_t n = (size_t)(end - child->text), kept = n < line_bytes ? n : line_bytes - 1;
	memcpy(line, child->text, kept);
	line[kept] = '\0';
	child->text_bytes -= n + 1;
	memmove(child->text, end + 1, child->text_bytes);
	return true;
}

enum child_line child_read_line(struct device_child *child, char *line, size_t line_bytes, double deadline_sec)
{
	bool is_last = false;
	while (!take_line(child, line, line_bytes)) {
		if (is_last)
			return CHILD_NO_LINE;
		child_hear_noise(child);
		if (child->text_bytes == sizeof child->text)
			child->text_bytes = 0; // too long for a line of ours
		// Short waits, so that its noise is heard meanwhile.
		double soon_sec = clock_sec() + HEAR_SEC;
		is_last = deadline_sec <= soon_sec;
		if (!wait_readable(child->channel_fd, is_last ? deadline_sec : soon_sec))
			continue;
		ssize_t n = recv(child->channel_fd, child->text + child->text_bytes,
		                 sizeof child->text - child->text_bytes, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return CHILD_CLOSED;
		if (n > 0)
			child->text_bytes += (size_t)n;
	}
	return CHILD_LINE;
}

bool child_read_all(struct device_child *child, char **text, double deadline_sec)
{
	size_t size = 0, room = 4096;
	*text = memory_alloc(room);
	while (clock_sec() < deadline_sec && size < LISTING_MOST_BYTES) {
		child_hear_noise(child);
		if (!wait_readable(child->channel_fd, fmin(deadline_sec, clock_sec() + HEAR_SEC)))
			continue;
		if (room - size < 2048)
			*text = memory_resize(*text, room *= 2);
		ssize_t n = recv(child->channel_fd, *text + size, room - size - 1, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno == ECONNRESET)) {
			(*text)[size] = '\0';
			return true;
		}
		size += n > 0 ? (size_t)n : 0;
	}
	free(*text);
	*text = NULL;
	return false;
}

void child_hear_noise(struct device_child *child)
{
	char bytes[4096];
	for (int k = 0; k < 16 && child->noise_fd >= 0; k++) {
		ssize_t n = read(child->noise_fd, bytes, sizeof bytes);
		if (n <= 0)
			return;
		if (child->verbose && write(STDERR_FILENO, bytes, (size_t)n) < 0)
			child->verbose = false;
	}
}

// ---- End

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){0, ms * 1000000}, NULL);
}

static bool is_reaped(pid_t pid, int *status)
{
	pid_t found = waitpid(pid, status, WNOHANG);
	return found == pid || (found < 0 && errno == ECHILD);
}

bool child_has_exited(struct device_child *child, int *signal, double deadline_sec)
{
	int status = 0;
	*signal = 0;
	while (child->pid && !is_reaped(child->pid, &status)) {
		if (clock_sec() >= deadline_sec)
			return false;
		sleep_ms(2);
	}
	if (child->pid && WIFSIGNALED(status))
		*signal = WTERMSIG(status);
	child->pid = 0;
	return true;
}

static void reap_left(struct device_child *child)
{
	int status;
	for (int i = 0; i < LEFT_MOST; i++)
		if (child->left[i] && is_reaped(child->left[i], &status))
			child->left[i] = 0;
}

static void leave(struct device_child *child)
{
	for (int i = 0; i < LEFT_MOST; i++) {
		if (!child->left[i]) {
			child->left[i] = child->pid;
			break;
		}
	}
	child->pid = 0;
}

void child_end(struct device_child *child, double grace_sec)
{
	int signal;
	reap_left(child);
	if (child->channel_fd >= 0)
		shutdown(child->channel_fd, SHUT_RDWR);
	if (child->pid && !child_has_exited(child, &signal, clock_sec() + grace_sec)) {
		kill(child->pid, SIGKILL);
		if (!child_has_exited(child, &signal, clock_sec() + 0.5))
			leave(child);
	}
	child_hear_noise(child);
	close_fd(&child->channel_fd);
	close_fd(&child->noise_fd);
}

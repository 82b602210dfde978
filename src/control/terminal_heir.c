// It holds one end of a pipe, whose other end closes when we are gone, however that was. The duty lies in memory that both
// see. Signals are for us alone: it blocks them all, and stands in a process group of its own, away from Ctrl-C. A
// process that blocks SIGTTOU may set a terminal from the background.
#include "control/terminal_heir.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILES = 1024, WRITE_MOST_MS = 200 };

struct heir {
	pid_t pid;
	int life; // our end of the pipe
	atomic_int *duty;
};

// ---- The heir's side: it was forked, perhaps beside threads, so it calls nothing that a signal handler may not

static void close_all_but(int one, int other)
{
	for (int fd = 0; fd < FILES; fd++)
		if (fd != one && fd != other)
			close(fd);
}

static void write_all(int fd, const char *bytes, size_t count)
{
	while (count) {
		ssize_t n = write(fd, bytes, count);
		struct pollfd room = {.fd = fd, .events = POLLOUT};
		if (n < 0 && (errno != EAGAIN || poll(&room, 1, WRITE_MOST_MS) <= 0))
			return;
		if (n > 0) {
			bytes += n;
			count -= (size_t)n;
		}
	}
}

// A shell that has its terminal back already has set it by itself, and waits for at least one byte.
static bool is_as_we_left_it(const struct termios *is)
{
	return !(is->c_lflag & (ICANON | ECHO)) && is->c_cc[VMIN] == 0 && is->c_cc[VTIME] == 0;
}

static void give_back(const struct heir_will *will)
{
	struct termios is;
	write_all(will->fd, will->bytes, will->count);
	if (tcgetattr(will->fd, &is) == 0 && is_as_we_left_it(&is))
		tcsetattr(will->fd, TCSANOW, &will->before);
}

static _Noreturn void live(const struct heir_will *will, int life, const atomic_int *duty)
{
	char byte;
	setpgid(0, 0);
	prctl(PR_SET_NAME, "terminal-heir"); // not met by those who end stillroom by its name
	close_all_but(will->fd, life);
	while (read(life, &byte, 1) < 0 && errno == EINTR)
		;
	if (atomic_load(duty))
		give_back(will);
	_exit(0);
}

// ---- Ours

static pid_t beget(const struct heir_will *will, int ends[2], const atomic_int *duty)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before); // from its first moment on
	pid_t pid = fork();
	if (pid == 0)
		live(will, ends[0], duty);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return pid;
}

struct heir *heir_create(const struct heir_will *will)
{
	int ends[2];
	atomic_int *duty = mmap(NULL, sizeof *duty, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (duty == MAP_FAILED)
		return NULL;
	if (pipe2(ends, O_CLOEXEC) != 0) {
		munmap(duty, sizeof *duty);
		return NULL;
	}
	pid_t pid = beget(will, ends, duty);
	close(ends[0]);
	struct heir *heir = memory_alloc(sizeof *heir);
	*heir = (struct heir){.pid = pid, .life = ends[1], .duty = duty};
	if (pid > 0)
		return heir;
	heir_end(heir);
	return NULL;
}

atomic_int *heir_duty(struct heir *heir)
{
	return heir->duty;
}

void heir_end(struct heir *heir)
{
	if (!heir)
		return;
	if (heir->pid > 0) {
		kill(heir->pid, SIGKILL);
		while (waitpid(heir->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(heir->life);
	munmap(heir->duty, sizeof *heir->duty);
	free(heir);
}

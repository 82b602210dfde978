#include "base/spawn.h"

#include "base/memory.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>

extern char **environ;

int spawn_raise_fd(int fd)
{
	int high = fcntl(fd, F_DUPFD_CLOEXEC, SPAWN_MOST_FDS);
	close(fd);
	return high;
}

static int prepare_actions(posix_spawn_file_actions_t *actions, const int *fds, int fd_count)
{
	int error = 0;
	for (int i = 0; i < fd_count && !error; i++)
		error = posix_spawn_file_actions_adddup2(actions, fds[i], i);
	return error ? error : posix_spawn_file_actions_addclosefrom_np(actions, fd_count);
}

static int prepare_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setpgroup(attributes, 0);
	return posix_spawnattr_setflags(attributes,
	                                POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

int spawn_child(pid_t *pid, const char *program, const char *const *arguments, const int *fds, int fd_count)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	char *copies[SPAWN_MOST_ARGUMENTS + 1] = {0};
	for (int i = 0; i < SPAWN_MOST_ARGUMENTS && arguments[i]; i++)
		copies[i] = memory_copy_text(arguments[i]);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	int error = prepare_actions(&actions, fds, fd_count);
	if (!error)
		error = prepare_attributes(&attributes);
	if (!error)
		error = posix_spawn(pid, program, &actions, &attributes, copies, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	for (int i = 0; copies[i]; i++)
		free(copies[i]);
	return error;
}

// A child process with just the descriptors that it is given. Any thread.
#ifndef BASE_SPAWN_H
#define BASE_SPAWN_H

#include <sys/types.h>

enum { SPAWN_MOST_ARGUMENTS = 8, SPAWN_MOST_FDS = 8 };

// A descriptor in place of one that a child's own might overwrite: above those, closed in children. Closes fd.
int spawn_raise_fd(int fd);

// Starts `program` with its descriptors 0, 1... being fds[0], fds[1]... and no other open, no signal blocked or ignored,
// and a process group of its own, so that a terminal's keys do not reach it. The fds were raised; they stay open here.
// Returns 0, or an errno.
int spawn_child(pid_t *pid, const char *program, const char *const *arguments, const int *fds, int fd_count);

#endif

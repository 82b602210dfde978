// What the preloaded libraries share: a file of words that a test rewrites in place, seen at once and without a system
// call, so that it also works where those are filtered.
#ifndef TESTS_PRELOAD_H
#define TESTS_PRELOAD_H

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ORDERS_BYTES = 64 };

// The file that the environment's variable names, which has ORDERS_BYTES; NULL in any other program than stillroom.
static inline char *preload_orders(const char *path)
{
	void *orders = MAP_FAILED;
	if (!path || strcmp(program_invocation_short_name, "stillroom") != 0)
		return NULL;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0)
		orders = mmap(NULL, ORDERS_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	return orders == MAP_FAILED ? NULL : orders;
}

#endif

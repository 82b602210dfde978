// Preloaded into stillroom: a disk that stalls on order. STALLED_DISK names a file of 64 bytes: while byte 0 is '1', no
// read of a regular file returns; while byte 1 is '1', no write to one and no wait for the disk. Byte 2 becomes '1' when a
// read has been held up, byte 3 a write.
#include "preload.h"

#include <dlfcn.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>

static volatile char *orders;

__attribute__((constructor)) static void begin(void)
{
	orders = preload_orders(getenv("STALLED_DISK"));
}

static void hold(int fd, int which)
{
	struct stat is;
	if (!orders || orders[which] != '1' || fstat(fd, &is) != 0 || !S_ISREG(is.st_mode))
		return;
	orders[2 + which] = '1';
	while (orders[which] == '1')
		poll(NULL, 0, 10);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t read(int fd, void *bytes, size_t count)
{
	hold(fd, 0);
	return NEXT(read)(fd, bytes, count);
}

ssize_t pread(int fd, void *bytes, size_t count, off_t at)
{
	hold(fd, 0);
	return NEXT(pread)(fd, bytes, count, at);
}

ssize_t pread64(int fd, void *bytes, size_t count, off64_t at)
{
	hold(fd, 0);
	return NEXT(pread64)(fd, bytes, count, at);
}

ssize_t write(int fd, const void *bytes, size_t count)
{
	hold(fd, 1);
	return NEXT(write)(fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at)
{
	hold(fd, 1);
	return NEXT(pwrite)(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at)
{
	hold(fd, 1);
	return NEXT(pwrite64)(fd, bytes, count, at);
}

int fsync(int fd)
{
	hold(fd, 1);
	return NEXT(fsync)(fd);
}

int fdatasync(int fd)
{
	hold(fd, 1);
	return NEXT(fdatasync)(fd);
}

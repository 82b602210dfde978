// A render is longer than anybody's cache, is not read again soon, and must be on the disk when it ends: to copy it into
// the kernel's page cache was a sixth of all the work. So whole pages go past it (open(2), O_DIRECT). What is no whole
// page (the end, a header that is written again) goes through it, and so does all where the disk knows no other way.
#include "out/bulk.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	PAGE_BYTES = 4096,      // no disk's sectors are larger
	WAITING_BYTES = 1 << 20 // half of it costs the kernel a third more
};

void bulk_begin(struct bulk *bulk, int fd)
{
	*bulk = (struct bulk){.fd = fd};
}

static void set_direct(struct bulk *bulk, bool direct)
{
	if (direct == bulk->direct || (direct && bulk->never_direct))
		return;
	int flags = fcntl(bulk->fd, F_GETFL);
	bool done = fcntl(bulk->fd, F_SETFL, direct ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
	bulk->direct = direct && done;
	bulk->never_direct = !done;
}

static void write_out(struct bulk *bulk, const char *from, size_t length)
{
	while (length > 0 && !bulk->error) {
		set_direct(bulk, bulk->at % PAGE_BYTES == 0 && length % PAGE_BYTES == 0);
		ssize_t n = pwrite(bulk->fd, from, length, bulk->at);
		if (n >= 0) {
			from += n;
			bulk->at += n;
			length -= (size_t)n;
		} else if (errno == EINVAL && bulk->direct) {
			set_direct(bulk, false);
			bulk->never_direct = true;
		} else if (errno != EINTR) {
			bulk->error = errno;
		}
	}
}

void bulk_flush(struct bulk *bulk)
{
	if (bulk->waiting_bytes == 0)
		return;
	size_t pages = bulk->at % PAGE_BYTES == 0 ? bulk->waiting_bytes / PAGE_BYTES * PAGE_BYTES : 0;
	write_out(bulk, bulk->waiting, pages);
	write_out(bulk, bulk->waiting + pages, bulk->waiting_bytes - pages);
	bulk->waiting_bytes = 0;
}

void bulk_put(struct bulk *bulk, const void *bytes, size_t length)
{
	const char *from = bytes;
	if (!bulk->waiting)
		bulk->waiting = memory_alloc_pages(WAITING_BYTES);
	while (length > 0) {
		size_t room = WAITING_BYTES - (size_t)(bulk_tell(bulk) % WAITING_BYTES);
		size_t n = length < room ? length : room;
		memcpy(bulk->waiting + bulk->waiting_bytes, from, n);
		bulk->waiting_bytes += n;
		from += n;
		length -= n;
		if (n == room)
			bulk_flush(bulk);
	}
}

int64_t bulk_tell(const struct bulk *bulk)
{
	return bulk->at + (int64_t)bulk->waiting_bytes;
}

void bulk_seek(struct bulk *bulk, int64_t at)
{
	if (at == bulk_tell(bulk))
		return;
	bulk_flush(bulk);
	bulk->at = at;
}

void bulk_free(struct bulk *bulk)
{
	free(bulk->waiting);
	bulk->waiting = NULL;
}

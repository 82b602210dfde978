// A render is longer than anybody's cache, is not read again soon, and must be on the disk when it ends: to copy it into
// the kernel's page cache was a sixth of all the work. So whole pages go past it (open(2), O_DIRECT). What is no whole
// page (the end, a header that is written again) goes through it, and so does all where the disk knows no other way.
#include "out/bulk.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	WAITING_BYTES = 1 << 19,
	MANY_BYTES = 1 << 16,
};

void bulk_begin(struct bulk *bulk, int fd)
{
	*bulk = (struct bulk){.fd = fd};
}

static bool is_page(int64_t at)
{
	return at % MEMORY_PAGE_BYTES == 0;
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

static void drop(struct iovec *part, size_t length)
{
	part->iov_base = (char *)part->iov_base + length;
	part->iov_len -= length;
}

// What waits, and more that follows it.
static void write_out(struct bulk *bulk, struct iovec waiting, struct iovec more)
{
	while (waiting.iov_len + more.iov_len > 0 && !bulk->error) {
		const struct iovec parts[2] = {waiting, more};
		int first = waiting.iov_len == 0, last = 1 + (more.iov_len > 0);
		set_direct(bulk,
		           is_page(bulk->at) && is_page((int64_t)waiting.iov_len) && is_page((int64_t)more.iov_len));
		ssize_t n = pwritev(bulk->fd, parts + first, last - first, bulk->at);
		if (n > 0) {
			size_t of_waiting = (size_t)n < waiting.iov_len ? (size_t)n : waiting.iov_len;
			drop(&waiting, of_waiting);
			drop(&more, (size_t)n - of_waiting);
			bulk->at += n;
		} else if (n < 0 && errno == EINVAL && bulk->direct) {
			set_direct(bulk, false);
			bulk->never_direct = true;
		} else if (n == 0 || errno != EINTR) {
			bulk->error = n == 0 ? ENOSPC : errno;
		}
	}
	bulk->at += (int64_t)(waiting.iov_len + more.iov_len); // of an error: as if all were well
}

// Writing only reads it, though the struct does not say so.
static struct iovec part_of(const void *bytes, size_t length)
{
	struct iovec part = {.iov_len = length};
	memcpy(&part.iov_base, &bytes, sizeof bytes);
	return part;
}

void bulk_flush(struct bulk *bulk)
{
	const struct iovec none = {0};
	size_t pages = is_page(bulk->at) ? bulk->waiting_bytes / MEMORY_PAGE_BYTES * MEMORY_PAGE_BYTES : 0;
	if (pages > 0)
		write_out(bulk, part_of(bulk->waiting, pages), none);
	if (bulk->waiting_bytes > pages)
		write_out(bulk, part_of(bulk->waiting + pages, bulk->waiting_bytes - pages), none);
	bulk->waiting_bytes = 0;
}

// Returns how many came.
static size_t wait_for_more(struct bulk *bulk, const char *bytes, size_t length)
{
	memcpy(bulk->waiting + bulk->waiting_bytes, bytes, length);
	bulk->waiting_bytes += length;
	return length;
}

// The first page is filled up, those in the middle are written as they stand, and what is left of the last one waits.
static void put_pages(struct bulk *bulk, const char *bytes, size_t length)
{
	size_t within = (size_t)(bulk_tell(bulk) % MEMORY_PAGE_BYTES), done = 0;
	if (within > 0)
		done = wait_for_more(bulk, bytes, MEMORY_PAGE_BYTES - within);
	if (!is_page(bulk->at))
		bulk_flush(bulk);
	size_t pages = (length - done) / MEMORY_PAGE_BYTES * MEMORY_PAGE_BYTES;
	write_out(bulk, part_of(bulk->waiting, bulk->waiting_bytes), part_of(bytes + done, pages));
	bulk->waiting_bytes = 0;
	done += pages;
	wait_for_more(bulk, bytes + done, length - done);
}

void bulk_put(struct bulk *bulk, const void *bytes, size_t length)
{
	const char *from = bytes;
	if (!bulk->waiting)
		bulk->waiting = memory_alloc_pages(WAITING_BYTES);
	if (length >= MANY_BYTES &&
	    (uintptr_t)bytes % MEMORY_PAGE_BYTES == (size_t)(bulk_tell(bulk) % MEMORY_PAGE_BYTES)) {
		put_pages(bulk, bytes, length);
		return;
	}
	while (length > 0) {
		size_t room = WAITING_BYTES - (size_t)(bulk_tell(bulk) % WAITING_BYTES);
		size_t n = wait_for_more(bulk, from, length < room ? length : room);
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

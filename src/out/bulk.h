// Bytes on their way to a file, in few large writes. Control thread.
#ifndef OUT_BULK_H
#define OUT_BULK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bulk {
	int fd;    // the caller's
	int error; // errno of the first write that failed; nothing is written after it
	bool direct, never_direct;
	int64_t at; // in the file, of the first byte that waits
	size_t waiting_bytes;
	char *waiting; // NULL: none ever waited
};

// From the file's beginning.
void bulk_begin(struct bulk *bulk, int fd);

// Few bytes wait for more, and so do many, but those that stand as far from a page's begin in memory as in the file
// (MEMORY_PAGE_BYTES): they are written from where they are.
void bulk_put(struct bulk *bulk, const void *bytes, size_t length);
int64_t bulk_tell(const struct bulk *bulk); // where the next byte goes
void bulk_seek(struct bulk *bulk, int64_t at);
void bulk_flush(struct bulk *bulk);
void bulk_free(struct bulk *bulk); // without flushing

#endif

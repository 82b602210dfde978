#include "base/memory.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Several threads may find none at once: one of them says so.
void memory_ran_out(void)
{
	static atomic_flag told = ATOMIC_FLAG_INIT;
	static _Thread_local bool ending;
	if (ending) // and what is done at the end finds none either
		_exit(1);
	while (atomic_flag_test_and_set(&told))
		pause();
	ending = true;
	fputs("stillroom: out of memory\n", stderr);
	exit(1);
}

static void *checked(void *memory)
{
	if (!memory)
		memory_ran_out();
	return memory;
}

void *memory_alloc(size_t size_bytes)
{
	return checked(calloc(1, size_bytes ? size_bytes : 1));
}

// Large ones of 2 MB, where the kernel has them to give, cost it less to fill and to send to a disk.
void *memory_alloc_pages(size_t size_bytes)
{
	const size_t large_bytes = 2 << 20;
	void *memory = NULL;
	if (posix_memalign(&memory, size_bytes < large_bytes ? MEMORY_PAGE_BYTES : large_bytes, size_bytes) == 0 &&
	    size_bytes >= large_bytes)
		madvise(memory, size_bytes, MADV_HUGEPAGE);
	return checked(memory);
}

// Never touched, so it costs no memory.
void memory_ask(size_t size_bytes)
{
	void *room = mmap(NULL, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	checked(room == MAP_FAILED ? NULL : room);
	munmap(room, size_bytes);
}

void *memory_resize(void *old, size_t size_bytes)
{
	return checked(realloc(old, size_bytes ? size_bytes : 1));
}

char *memory_printf(const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	int length = vasprintf(&text, format, args);
	va_end(args);
	return checked(length < 0 ? NULL : text);
}

char *memory_copy_text(const char *text)
{
	return checked(strdup(text));
}

void *memory_grow(void *items, size_t count, size_t *capacity, size_t item_bytes)
{
	if (count < *capacity)
		return items;
	size_t wanted = *capacity ? *capacity * 2 : 16;
	if (wanted > SIZE_MAX / item_bytes)
		return checked(NULL);
	items = memory_resize(items, wanted * item_bytes);
	*capacity = wanted;
	return items;
}

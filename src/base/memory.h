// Memory for the control side. Never call these on the audio thread.
//
// Running out of memory ends the program here, so callers need no check.
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

enum { MEMORY_PAGE_BYTES = 4096 }; // no disk's sectors are larger; a machine's own pages may be

void *memory_alloc(size_t size_bytes) __attribute__((returns_nonnull));       // zeroed
void *memory_alloc_pages(size_t size_bytes) __attribute__((returns_nonnull)); // from a page's begin on, not zeroed
void memory_ask(size_t size_bytes); // before a library that crashes where it gets none: takes so much and gives it back
void *memory_resize(void *old, size_t size_bytes) __attribute__((returns_nonnull)); // like realloc
char *memory_printf(const char *format, ...) __attribute__((format(printf, 1, 2), returns_nonnull));
char *memory_copy_text(const char *text) __attribute__((returns_nonnull));

// Says so, and ends the program: where something else than these found none.
_Noreturn void memory_ran_out(void);

// Grows an array that is full: `items` of `item_bytes` each; doubles *capacity when count has reached it.
void *memory_grow(void *items, size_t count, size_t *capacity, size_t item_bytes);

#endif

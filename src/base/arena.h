// Memory that is freed all at once: what a parse makes lives here. One thread at a time.
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_create(void);
void arena_destroy(struct arena *arena); // NULL is fine

void *arena_alloc(struct arena *arena, size_t size_bytes);              // zeroed, aligned for any type
char *arena_copy(struct arena *arena, const char *text, size_t length); // adds the closing NUL
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
size_t arena_used_bytes(const struct arena *arena);

// Grows an array that lives in the arena (the old copy stays until the end): see memory_grow.
void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t item_bytes);

#endif

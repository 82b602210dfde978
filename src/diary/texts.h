// Texts kept once each, numbered from 0 in the order in which they came. One thread at a time.
#ifndef DIARY_TEXTS_H
#define DIARY_TEXTS_H

#include "base/arena.h"

#include <stdint.h>

enum { TEXTS_NONE = -1 };

struct texts {
	struct arena *arena;
	const char **items;
	size_t count, capacity;
	int32_t *slots; // numbers + 1, or 0; a power of two of them, at most half full
	size_t slot_count;
};

struct texts texts_init(struct arena *arena);
const char *texts_keep(struct texts *texts, const char *text);  // NULL stays NULL
long texts_number(const struct texts *texts, const char *text); // or TEXTS_NONE
// Forgotten with the arena; the slots with this.
void texts_finish(struct texts *texts);

#endif

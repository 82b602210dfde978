#include "diary/texts.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct texts texts_init(struct arena *arena)
{
	return (struct texts){.arena = arena};
}

void texts_finish(struct texts *texts)
{
	free(texts->items);
	free(texts->slots);
	*texts = (struct texts){0};
}

// FNV-1a, 64 bits (Fowler, Noll, Vo).
static uint64_t sum_of(const char *text)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);
	for (; *text; text++)
		sum = (sum ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return sum ^ sum >> 32;
}

// The slot that holds the text, or the free one that it would take.
static size_t find(const struct texts *texts, const char *text)
{
	size_t at = (size_t)sum_of(text) & (texts->slot_count - 1);
	while (texts->slots[at] && strcmp(texts->items[texts->slots[at] - 1], text) != 0)
		at = (at + 1) & (texts->slot_count - 1);
	return at;
}

static void make_room(struct texts *texts)
{
	if (2 * (texts->count + 1) <= texts->slot_count)
		return;
	free(texts->slots);
	texts->slot_count = texts->slot_count ? 2 * texts->slot_count : 64;
	texts->slots = memory_alloc(texts->slot_count * sizeof *texts->slots);
	for (size_t i = 0; i < texts->count; i++)
		texts->slots[find(texts, texts->items[i])] = (int32_t)i + 1;
}

const char *texts_keep(struct texts *texts, const char *text)
{
	if (!text)
		return NULL;
	make_room(texts);
	size_t at = find(texts, text);
	if (!texts->slots[at]) {
		texts->items = memory_grow(texts->items, texts->count, &texts->capacity, sizeof *texts->items);
		texts->items[texts->count++] = arena_copy(texts->arena, text, strlen(text));
		texts->slots[at] = (int32_t)texts->count;
	}
	return texts->items[texts->slots[at] - 1];
}

long texts_number(const struct texts *texts, const char *text)
{
	int32_t slot = texts->slot_count ? texts->slots[find(texts, text)] : 0;
	return slot ? slot - 1 : TEXTS_NONE;
}

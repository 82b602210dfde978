#include "base/fault.h"

#include "base/arena.h"
#include "base/screen.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct fault_list fault_list_init(struct arena *arena)
{
	return (struct fault_list){.arena = arena};
}

static bool same_place(const struct place *a, const struct place *b)
{
	for (; a && b; a = a->from, b = b->from)
		if (a->line != b->line || a->column != b->column || strcmp(a->file, b->file) != 0)
			return false;
	return a == b;
}

static bool already_known(const struct fault_list *list, const struct place *place, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (same_place(&list->items[i].place, place) && strcmp(list->items[i].text, text) == 0)
			return true;
	return false;
}

void fault_add(struct fault_list *list, const struct place *place, const char *format, ...)
{
	if (list->count >= FAULTS_MOST)
		return;
	va_list args;
	va_start(args, format);
	const char *text = arena_vprintf(list->arena, format, args);
	va_end(args);
	if (already_known(list, place, text))
		return;
	list->items = arena_grow(list->arena, list->items, list->count, &list->capacity, sizeof *list->items);
	list->items[list->count++] = (struct fault){*place, text};
}

static int compare(const void *left, const void *right)
{
	const struct fault *a = left, *b = right;
	int by_file = strcmp(a->place.file, b->place.file);
	if (by_file)
		return by_file;
	if (a->place.line != b->place.line)
		return a->place.line < b->place.line ? -1 : 1;
	if (a->place.column != b->place.column)
		return a->place.column < b->place.column ? -1 : 1;
	return strcmp(a->text, b->text);
}

void fault_list_sort(struct fault_list *list)
{
	if (list->count > 1)
		qsort(list->items, list->count, sizeof *list->items, compare);
}

const char *fault_text(const struct fault *fault, struct arena *arena)
{
	const struct place *place = &fault->place;
	char *text;
	if (place->column)
		text = arena_printf(arena, "%s:%d:%d: %s", place->file, place->line, place->column, fault->text);
	else if (place->line)
		text = arena_printf(arena, "%s:%d: %s", place->file, place->line, fault->text);
	else
		text = arena_printf(arena, "%s: %s", place->file, fault->text);
	for (const struct place *from = place->from; from; from = from->from)
		text = arena_printf(arena, "%s (used at %s:%d:%d)", text, from->file, from->line, from->column);
	return screen_one_line(text); // a file's name may hold anything
}

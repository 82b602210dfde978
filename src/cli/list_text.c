// Names stand on lines of their own, to be found and copied; all else is sentences within 80 columns, without signs
// that a screen reader would spell.
#include "cli/list.h"

#include "base/arena.h"

#include <stdbool.h>
#include <string.h>

enum { COLUMNS = 80, INDENT = 6 };

// Columns of UTF-8 text: its characters.
static int width(const char *text, size_t length)
{
	int count = 0;
	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

static void print_wrapped(FILE *out, int indent, const char *text)
{
	int column = 0;
	for (text += strspn(text, " \t\n"); *text; text += strspn(text, " \t\n")) {
		size_t length = strcspn(text, " \t\n");
		int wide = width(text, length);
		if (column > 0 && column + 1 + wide > COLUMNS) {
			fputc('\n', out);
			column = 0;
		}
		if (column == 0)
			fprintf(out, "%*s", column = indent, "");
		else
			column += fprintf(out, " ");
		fwrite(text, 1, length, out);
		column += wide;
		text += length;
	}
	fputc('\n', out);
}

static const char *first_sentence(struct arena *arena, const char *text)
{
	size_t length = strcspn(text, ".!?");
	while (text[length] && text[length + 1] && !strchr(" \t\n", text[length + 1]))
		length += 1 + strcspn(text + length + 1, ".!?");
	return arena_copy(arena, text, length + (text[length] != 0));
}

// As a shell takes it for one word.
static const char *typed(struct arena *arena, const struct library *library, const struct library_entry *entry)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./+,:@";
	const char *name = library->folder ? arena_printf(arena, "%s/%s", library->folder, entry->path) : entry->name;
	if (!name[strspn(name, plain)])
		return name;
	const char *quoted = "'";
	for (const char *end; *name; name = end + (*end != 0)) {
		end = name + strcspn(name, "'");
		quoted = arena_printf(arena, "%s%.*s%s", quoted, (int)(end - name), name, *end ? "'\\''" : "");
	}
	return arena_printf(arena, "%s'", quoted);
}

// "Evening, 4 min, daily."
static const char *about_session(struct arena *arena, const struct library_entry *entry)
{
	const char *length = list_length(entry, arena), *often = list_often(entry, arena);
	return arena_printf(arena, "%s%s%s%s%s.", entry->title, *length ? ", " : "", length, *often ? ", " : "", often);
}

// "Temple circles: temples, light pressure, 2 min."
static const char *about_technique(struct arena *arena, const struct library_entry *entry)
{
	const char *length = list_length(entry, arena), *pressure = list_pressure(entry->pressure);
	return arena_printf(arena, "%s: %s%s%s%s%s%s.", entry->title, list_area(entry->area), *pressure ? ", " : "",
	                    pressure, *pressure ? " pressure" : "", *length ? ", " : "", length);
}

// "Needs --with where=..."; "" when it needs nothing.
static const char *wanted(struct arena *arena, const struct library_entry *entry)
{
	const char *text = "";
	for (size_t i = 0; i < entry->parameter_count; i++)
		if (!entry->parameters[i].preset)
			text = arena_printf(arena, "%s --with %s=...", text, entry->parameters[i].name);
	return *text ? arena_printf(arena, " Needs%s", text) : "";
}

static const char *heading(const struct library_entry *entry)
{
	if (entry->faulty)
		return "Cannot be played; to see why:";
	return entry->is_technique ? "Techniques, each alone" : list_moment(entry->moment);
}

static void print_entry(const struct library *library, const struct library_entry *entry, struct arena *arena,
                        FILE *out)
{
	fprintf(out, "  %s%s\n", entry->faulty ? "stillroom check " : "", typed(arena, library, entry));
	if (entry->faulty)
		return;
	const char *what = entry->is_technique ? about_technique(arena, entry) : about_session(arena, entry);
	print_wrapped(out, INDENT,
	              arena_printf(arena, "%s %s%s", what, first_sentence(arena, entry->about), wanted(arena, entry)));
}

void list_print_text(const struct library *library, FILE *out)
{
	struct arena *arena = arena_create();
	const char *no_lengths = list_no_lengths(library, arena), *before = NULL;
	if (no_lengths) {
		print_wrapped(out, 0, no_lengths);
		fputc('\n', out);
	}
	for (size_t i = 0; i < library->count; i++) {
		const struct library_entry *entry = &library->entries[i];
		const char *title = heading(entry);
		if (!before || strcmp(before, title) != 0)
			fprintf(out, "%s%s\n", before ? "\n" : "", title);
		before = title;
		print_entry(library, entry, arena, out);
	}
	if (library->playable_count > 0)
		fprintf(out, "\nTo play one: stillroom play %s\n", typed(arena, library, &library->entries[0]));
	arena_destroy(arena);
}

// Nothing but what the files say goes into the page, so that it changes only with them.
#include "cli/list.h"

#include "base/arena.h"
#include "routine/reader.h"

#include <stdbool.h>
#include <string.h>

// Words in a cell of a table: on one line, and no sign of them taken for Markdown.
static void print_words(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\`*_[]<>|#&", *text))
			fputc('\\', out);
		fputc(strchr("\t\r\n", *text) ? ' ' : *text, out);
	}
}

// The name as code, leading to its file.
static void print_name(FILE *out, const struct library_entry *entry)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
	fputs("| [", out);
	print_words(out, entry->name);
	fputs("](", out);
	for (const char *at = entry->path; *at; at++)
		fprintf(out, strchr(plain, *at) ? "%c" : "%%%02X", (unsigned char)*at);
	fputs(".yaml) | ", out);
}

// "length: 2m, 30s to 5m; circles: 2, 1 or 2"
static void print_parameter(FILE *out, const struct routine_parameter *parameter, struct arena *arena)
{
	print_words(out, parameter->name);
	fputs(": ", out);
	print_words(out, parameter->preset ? parameter->preset : "must be given");
	if (parameter->from && parameter->to)
		print_words(out, arena_printf(arena, " (%s to %s)", parameter->from, parameter->to));
	else if (parameter->from || parameter->to)
		print_words(out, parameter->from ? arena_printf(arena, " (%s or more)", parameter->from)
		                                 : arena_printf(arena, " (up to %s)", parameter->to));
	if (parameter->words)
		print_words(out, arena_printf(arena, " (%s)", reader_join(arena, parameter->words, " or ")));
}

// The whole body is worth a word only where no part of it is named.
static void print_areas(FILE *out, const char *const *areas)
{
	bool alone = areas[0] && !areas[1];
	const char *before = "";
	for (size_t i = 0; areas[i]; i++) {
		if (!alone && strcmp(areas[i], "whole") == 0)
			continue;
		fprintf(out, "%s%s", before, list_area(areas[i]));
		before = ", ";
	}
}

// "**Evening.** Temples, forehead and scalp." or the title alone.
static void print_what(FILE *out, const struct library_entry *entry)
{
	size_t length = strlen(entry->title);
	bool ended = length && strchr(".!?", entry->title[length - 1]);
	fputs("**", out);
	print_words(out, entry->title);
	fputs(ended ? "**" : ".**", out);
	fputs(*entry->about ? " " : "", out);
	print_words(out, entry->about);
}

static void print_session(FILE *out, const struct library_entry *entry, struct arena *arena)
{
	const char *often = list_often(entry, arena);
	fprintf(out, "| %s ", list_moment(entry->moment));
	print_name(out, entry);
	fprintf(out, "%s | ", list_length(entry, arena));
	print_areas(out, entry->areas);
	fprintf(out, " | %s | ", *often ? often : "when needed");
	print_what(out, entry);
	fputs(" |\n", out);
}

static void print_technique(FILE *out, const struct library_entry *entry, struct arena *arena)
{
	print_name(out, entry);
	fprintf(out, "%s | %s | %s | ", list_area(entry->area), list_pressure(entry->pressure),
	        list_length(entry, arena));
	for (size_t i = 0; i < entry->parameter_count; i++) {
		fputs(i ? "; " : "", out);
		print_parameter(out, &entry->parameters[i], arena);
	}
	fputs(" | ", out);
	print_what(out, entry);
	fputs(" | ", out);
	print_words(out, entry->caution ? entry->caution : "");
	fputs(" |\n", out);
}

static void print_faulty(FILE *out, const struct library_entry *entry)
{
	fputs("- ", out);
	print_words(out, entry->name);
	fputs("\n", out);
}

static void print_head(FILE *out, const struct library *library, struct arena *arena)
{
	const char *no_lengths = list_no_lengths(library, arena);
	fputs("# The library\n\n"
	      "Every session and every technique of this folder: `stillroom play NAME` plays one. This page is made "
	      "from\n"
	      "the files, not written; where they have changed, this makes it anew:\n\n"
	      "    stillroom list --markdown routines >routines/README.md\n",
	      out);
	if (no_lengths)
		fprintf(out, "\n%s\n", no_lengths);
}

static int kind(const struct library_entry *entry)
{
	return entry->faulty ? 2 : entry->is_technique ? 1 : 0;
}

void list_print_page(const struct library *library, FILE *out)
{
	static const char *const heads[] = {
		("\n## Sessions\n\n"
	         "| when | name | length | areas | how often | what |\n"
	         "|---|---|---|---|---|---|\n"),
		("\n## Techniques\n\n"
	         "Each can be played alone, or used in a routine of your own. The length is that of playing it alone, "
	         "with\n"
	         "settling before it and a close after it; `--with NAME=VALUE` sets a parameter.\n\n"
	         "| name | area | pressure | length | parameters | what | take care |\n"
	         "|---|---|---|---|---|---|---|\n"),
		("\n## Cannot be played\n\n"
	         "`stillroom check NAME` says why.\n\n"),
	};
	struct arena *arena = arena_create();
	int before = -1;
	print_head(out, library, arena);
	for (size_t i = 0; i < library->count; i++) {
		const struct library_entry *entry = &library->entries[i];
		if (kind(entry) != before)
			fputs(heads[before = kind(entry)], out);
		if (entry->faulty)
			print_faulty(out, entry);
		else if (entry->is_technique)
			print_technique(out, entry, arena);
		else
			print_session(out, entry, arena);
	}
	arena_destroy(arena);
}

// Lines are sorted by their folded words, so a line is found by halving, and two lines with the same words stand side by
// side.
#include "voice/pack.h"

#include "base/arena.h"
#include "base/memory.h"
#include "voice/manifest.h"
#include "voice/words.h"
#include "yaml/yaml.h"

#include <stdlib.h>
#include <string.h>

enum { NEAR_PART = 3 }; // near: at most a third of the letters differ

static int compare_words(const void *left, const void *right)
{
	const struct pack_line *a = left, *b = right;
	return strcmp(a->folded, b->folded);
}

static int compare_lines(const void *left, const void *right)
{
	const struct pack_line *a = left, *b = right;
	int by_words = compare_words(a, b);
	if (by_words)
		return by_words;
	if (a->place.line != b->place.line)
		return a->place.line < b->place.line ? -1 : 1;
	return (a->place.column > b->place.column) - (a->place.column < b->place.column);
}

static void sort_lines(struct pack *pack, struct fault_list *faults)
{
	if (pack->line_count > 1)
		qsort(pack->lines, pack->line_count, sizeof *pack->lines, compare_lines);
	for (size_t i = 1; i < pack->line_count; i++) {
		const struct pack_line *line = &pack->lines[i], *before = line - 1;
		if (*line->folded && strcmp(line->folded, before->folded) == 0)
			fault_add(faults, &line->place, "the same words are in line %d already; keep one of the two",
			          before->place.line);
	}
}

enum status pack_open(struct pack **pack, const char *dir, struct fault_list *faults)
{
	struct folder folder;
	*pack = NULL;
	enum status status = folder_open(&folder, dir);
	if (status != STATUS_OK) {
		struct place place = {.file = arena_copy(faults->arena, dir, strlen(dir))};
		fault_add(faults, &place,
		          status == STATUS_NOT_FOUND ? "there is no such voice pack"
		                                     : "this voice pack cannot be opened");
		return status;
	}
	struct pack *made = *pack = memory_alloc(sizeof *made);
	*made = (struct pack){.arena = arena_create(), .folder = folder, .decoder = audio_decoder_create()};
	made->name = made->language = made->speaker = made->licence = made->made = "";
	made->file = arena_printf(made->arena, "%s/pack.yaml", dir);
	size_t length, known = faults->count;
	const char *why;
	char *text = folder_read_text(&folder, "pack.yaml", YAML_MOST_BYTES, &length, &why);
	if (!text) {
		struct place place = {.file = made->file};
		fault_add(faults, &place, "%s", why);
		return STATUS_FAULTY;
	}
	manifest_read(made, text, length, faults);
	free(text);
	sort_lines(made, faults);
	return faults->count > known ? STATUS_FAULTY : STATUS_OK;
}

void pack_destroy(struct pack *pack)
{
	if (!pack)
		return;
	folder_close(&pack->folder);
	audio_decoder_destroy(pack->decoder);
	arena_destroy(pack->arena);
	free(pack);
}

char *pack_fold(struct arena *arena, const char *words)
{
	char *folded = arena_alloc(arena, strlen(words) + 1);
	words_fold(words, folded);
	return folded;
}

const struct pack_line *pack_find(const struct pack *pack, const char *words)
{
	char *folded = memory_alloc(strlen(words) + 1);
	words_fold(words, folded);
	struct pack_line wanted = {.folded = folded};
	const struct pack_line *line = NULL;
	if (*folded && pack->line_count > 0)
		line = bsearch(&wanted, pack->lines, pack->line_count, sizeof *pack->lines, compare_words);
	free(folded);
	return line;
}

const struct pack_line *pack_nearest(const struct pack *pack, const char *words)
{
	char *folded = memory_alloc(strlen(words) + 1);
	words_fold(words, folded);
	int most = (int)strlen(folded) / NEAR_PART;
	const struct pack_line *nearest = NULL;
	for (size_t i = 0; i < pack->line_count && most >= 0; i++) {
		int distance = words_distance(folded, pack->lines[i].folded, most);
		if (distance <= most) {
			nearest = &pack->lines[i];
			most = distance - 1;
		}
	}
	free(folded);
	return nearest;
}

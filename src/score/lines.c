// Which lines a routine speaks, without a pack: the same walk as the score's, for words alone.
#include "score/builder.h"

#include "base/arena.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct line_list {
	struct arena *arena;
	const char **lines;
	size_t count, capacity;
};

static void add_line(struct line_list *list, const char *line)
{
	list->lines = arena_grow(list->arena, list->lines, list->count, &list->capacity, sizeof *list->lines);
	list->lines[list->count++] = line;
}

static void add_number(struct line_list *list, int number)
{
	char *line = arena_printf(list->arena, "%s.", words_number(list->arena, number));
	line[0] = (char)toupper((unsigned char)line[0]);
	add_line(list, line);
}

static void add_lines(struct line_list *list, const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct step *step = &steps[i];
		if (step->say && step->kind != STEP_PART)
			add_line(list, step->say);
		for (size_t k = 0; k < step->cue_count; k++)
			add_line(list, step->cues[k].say);
		if (step->kind == STEP_BREATHE && step->spoken_breaths > 0) {
			add_line(list, WORDS_BREATHE_IN);
			add_line(list, WORDS_BREATHE_OUT);
		}
		int every = step->kind == STEP_HOLD ? (int)step->count_sec : 0;
		for (int left = every; every > 0 && left < (int)step->length.amount; left += every)
			add_number(list, left);
		if (!step->still_hands) {
			add_lines(list, step->steps, step->step_count);
			continue;
		}
		add_line(list, WORDS_STILL_HANDS);
		add_line(list, WORDS_STILL_STAY);
	}
}

static int compare_lines(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

size_t score_keep_once(const char **lines, size_t count)
{
	if (count > 1)
		qsort(lines, count, sizeof *lines, compare_lines);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || strcmp(lines[kept - 1], lines[i]) != 0)
			lines[kept++] = lines[i];
	return kept;
}

size_t score_lines(const struct routine *routine, struct arena *arena, const char ***lines)
{
	struct line_list list = {.arena = arena};
	add_lines(&list, routine->steps, routine->step_count);
	*lines = list.lines;
	return score_keep_once(list.lines, list.count);
}

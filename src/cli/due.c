#include "cli/due.h"

#include "base/arena.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/diary.h"
#include "cli/options.h"
#include "report/words.h"

#include <string.h>
#include <time.h>

enum { DAY_SEC = 86400, LOOKED_AT_DAYS = 33 }; // all that want_list looks at

size_t due_oftens(const struct library *library, struct arena *arena, struct want_often **oftens)
{
	size_t count = 0;
	*oftens = arena_alloc(arena, library->count * sizeof **oftens);
	for (size_t i = 0; i < library->count; i++) {
		const struct library_entry *entry = &library->entries[i];
		if (!entry->faulty)
			(*oftens)[count++] = (struct want_often){entry->name, entry->title,
			                                         entry->is_technique ? 0.0 : entry->often_per_week};
	}
	return count;
}

size_t due_wants(struct diary *diary, const struct library *library, int64_t now_wall_sec, struct arena *arena,
                 struct want **wants)
{
	struct history history = {0};
	struct want_often *oftens;
	*wants = NULL;
	if (!diary ||
	    !history_read(diary, now_wall_sec - LOOKED_AT_DAYS * DAY_SEC, now_wall_sec + 2 * DAY_SEC, arena, &history))
		return 0;
	size_t often_count = due_oftens(library, arena, &oftens);
	int today = day_at(now_wall_sec, diary_zone_min(now_wall_sec));
	return want_list(&history, today, oftens, often_count, arena, wants);
}

bool due_today(const struct want *wants, size_t count, const char *routine)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(wants[i].routine, routine) == 0)
			return wants[i].is_due;
	return false;
}

// ---- The command

static void print_json(const struct want *wants, size_t count)
{
	fputs("[", stdout);
	for (size_t i = 0; i < count; i++) {
		const struct want *want = &wants[i];
		fputs(i ? ",\n  {\"routine\": " : "\n  {\"routine\": ", stdout);
		json_print_text(stdout, want->routine);
		fputs(", \"title\": ", stdout);
		json_print_text(stdout, want->title);
		printf(", \"per_week\": %g, \"planned\": %s, \"due_today\": %s, \"done_today\": %d, "
		       "\"done_this_week\": %d, "
		       "\"left_this_week\": %d}",
		       want->per_week, want->is_planned ? "true" : "false", want->is_due ? "true" : "false",
		       want->done_today, want->done_week, want->left_week);
	}
	puts(count ? "\n]" : "]");
}

static void print_today(const struct want *wants, size_t count)
{
	bool any = false;
	for (size_t i = 0; i < count; i++) {
		if (!wants[i].is_due)
			continue;
		if (!any)
			puts("Due today");
		any = true;
		printf("  %s\n      %s\n", wants[i].routine, wants[i].title);
	}
	if (!any)
		puts("Nothing is due today.");
}

static void print_week(const struct want *wants, size_t count)
{
	char often[WORDS_BYTES];
	if (count > 0)
		puts("\nThis week, from Monday to Sunday");
	for (size_t i = 0; i < count; i++) {
		const struct want *want = &wants[i];
		words_often(want->per_week, often);
		printf("  %s\n      %s: done %d, left %d\n", want->routine, often, want->done_week, want->left_week);
	}
	if (count == 0)
		puts("There is no plan yet, and nothing that you do regularly: stillroom plan set neck-week 3/week");
}

int command_due(int argc, char **argv)
{
	bool json = false;
	struct diary_here here;
	struct want *wants;
	const struct option_spec table[] = {{"json", 0, NULL, &json}, {NULL, 0, NULL, NULL}};
	int operands = options_read(argc, argv, table);
	if (operands > 0)
		fputs("stillroom: due takes no name; stillroom plan shows the plan\n", stderr);
	if (operands != 0)
		return EXIT_WRONG;
	if (!diary_here_open(&here))
		return EXIT_FAILED;
	struct data_paths paths = data_paths_init();
	struct library *library = library_create(&paths, NULL, false);
	size_t count = due_wants(here.diary, library, (int64_t)time(NULL), paths.arena, &wants);
	if (json)
		print_json(wants, count);
	else {
		print_today(wants, count);
		print_week(wants, count);
	}
	diary_here_close(&here);
	library_destroy(library);
	data_paths_finish(&paths);
	return EXIT_DONE;
}

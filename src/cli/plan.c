// stillroom plan: what the listener wants to do, and how often.
#include "diary/plan.h"

#include "base/arena.h"
#include "cli/command.h"
#include "cli/complaint.h"
#include "cli/data.h"
#include "cli/diary.h"
#include "cli/options.h"
#include "diary/history.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

static int wrong(void)
{
	fputs("stillroom: as in: stillroom plan set neck-week 3/week\n"
	      "           or:    stillroom plan clear neck-week\n",
	      stderr);
	return EXIT_WRONG;
}

// "daily", "3/week", "3 per week", "when needed".
static bool read_often(const char *text, double *per_week)
{
	char *end;
	if (strcmp(text, "daily") == 0)
		*per_week = DAYS_A_WEEK;
	else if (strcmp(text, "when needed") == 0)
		*per_week = 0.0;
	else if (*text < '1' || *text > '9')
		return false;
	else {
		long number = strtol(text, &end, 10);
		*per_week = (double)number;
		return number <= PLAN_MOST_PER_WEEK && (strcmp(end, "/week") == 0 || strcmp(end, " per week") == 0);
	}
	return true;
}

static bool is_there(const char *routine)
{
	struct data_paths paths = data_paths_init();
	bool found = data_find_routine(&paths, routine) != NULL;
	const char *near = found ? NULL : data_nearest_routine(&paths, routine);
	if (near)
		complaint_print("there is no routine \"%s\"; did you mean \"%s\"?", routine, near);
	else if (!found)
		complaint_print("there is no routine \"%s\"; stillroom list shows what there is", routine);
	data_paths_finish(&paths);
	return found;
}

static int tell(bool kept)
{
	if (!kept)
		fputs("stillroom: the plan could not be kept\n", stderr);
	return kept ? EXIT_DONE : EXIT_FAILED;
}

static int set(struct diary *diary, const char *routine, const char *text)
{
	double per_week;
	if (!read_often(text, &per_week)) {
		complaint_print("how often is \"%s\"? daily, 1/week to %d/week, or \"when needed\"", text,
		                PLAN_MOST_PER_WEEK);
		return EXIT_WRONG;
	}
	return is_there(routine) ? tell(plan_set(diary, routine, per_week)) : EXIT_WRONG;
}

static int clear(struct diary *diary, const char *routine)
{
	bool had, cleared = plan_clear(diary, routine, &had);
	if (!cleared || had)
		return tell(cleared);
	complaint_print("\"%s\" is not in the plan; stillroom plan shows it", routine);
	return EXIT_FAILED;
}

static int show(struct diary *diary)
{
	struct arena *arena = arena_create();
	struct history history = {0};
	char often[WORDS_BYTES];
	bool is_read = history_read(diary, 0, 0, arena, &history);
	for (size_t i = 0; i < history.plan_count; i++) {
		words_often(history.plans[i].per_week, often);
		printf("%s\n    %s\n", history.plans[i].routine,
		       history.plans[i].per_week > 0.0 ? often : "when needed");
	}
	if (is_read && history.plan_count == 0)
		puts("There is no plan; what a routine says of itself counts for what you do at all.\n"
		     "To make one: stillroom plan set neck-week 3/week");
	arena_destroy(arena);
	return is_read ? EXIT_DONE : EXIT_FAILED;
}

int command_plan(int argc, char **argv)
{
	struct diary_here here;
	const struct option_spec table[] = {{NULL, 0, NULL, NULL}};
	int count = options_read(argc, argv, table);
	bool sets = count == 3 && strcmp(argv[1], "set") == 0, clears = count == 2 && strcmp(argv[1], "clear") == 0;
	if (count < 0)
		return EXIT_WRONG;
	if (count > 0 && !sets && !clears)
		return wrong();
	if (!diary_here_open(&here))
		return EXIT_FAILED;
	int result = sets ? set(here.diary, argv[2], argv[3]) : clears ? clear(here.diary, argv[2]) : show(here.diary);
	diary_here_close(&here);
	return result;
}

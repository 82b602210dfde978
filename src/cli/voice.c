#include "base/arena.h"
#include "cli/command.h"
#include "cli/load.h"
#include "cli/options.h"

#include <string.h>

struct line_set {
	const char **lines;
	size_t count, capacity;
};

static bool add_lines_of(struct loaded *loaded, const char *name, struct line_set *set)
{
	const char *path = data_find_routine(&loaded->paths, name);
	struct routine_request request = {.libraries = loaded->paths.routines};
	struct routine *routine = NULL;
	enum status status = routine_load(&routine, path ? path : name, &request, &loaded->faults);
	if (status != STATUS_OK) {
		routine_destroy(routine);
		return false;
	}
	const char **lines;
	size_t count = score_lines(routine, loaded->arena, &lines);
	for (size_t i = 0; i < count; i++) {
		set->lines = arena_grow(loaded->arena, set->lines, set->count, &set->capacity, sizeof *set->lines);
		set->lines[set->count++] = arena_copy(loaded->arena, lines[i], strlen(lines[i]));
	}
	routine_destroy(routine);
	return true;
}

static void print_once(struct line_set *set)
{
	size_t count = score_keep_once(set->lines, set->count);
	for (size_t i = 0; i < count; i++)
		puts(set->lines[i]);
}

int command_voice(int argc, char **argv)
{
	const struct option_spec table[] = {{NULL, 0, NULL, NULL}};
	int count = options_read(argc, argv, table);
	if (count < 0)
		return EXIT_WRONG;
	if (count < 2 || strcmp(argv[1], "lines") != 0) {
		fputs("stillroom: voice needs what to do, as in: stillroom voice lines evening\n", stderr);
		return EXIT_WRONG;
	}
	struct loaded loaded;
	load_begin(&loaded);
	struct line_set set = {0};
	bool good = true;
	for (int i = 2; i <= count; i++)
		good = add_lines_of(&loaded, argv[i], &set) && good;
	if (good)
		print_once(&set);
	load_print_faults(&loaded, stderr);
	load_finish(&loaded);
	return good ? EXIT_DONE : EXIT_WRONG;
}

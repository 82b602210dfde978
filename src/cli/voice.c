#include "base/arena.h"
#include "cli/command.h"
#include "cli/load.h"
#include "cli/options.h"

#include <string.h>

struct line_set {
	const char **lines;
	size_t count, capacity;
};

static bool add_lines_of(struct loaded *loaded, const char *path, const struct routine_request *request,
                         struct line_set *set)
{
	struct routine *routine = NULL;
	bool good = routine_load(&routine, path, request, &loaded->faults) == STATUS_OK;
	const char **lines = NULL;
	size_t count = good ? score_lines(routine, loaded->arena, &lines) : 0;
	for (size_t i = 0; i < count; i++) {
		set->lines = arena_grow(loaded->arena, set->lines, set->count, &set->capacity, sizeof *set->lines);
		set->lines[set->count++] = arena_copy(loaded->arena, lines[i], strlen(lines[i]));
	}
	routine_destroy(routine);
	return good;
}

static size_t count_words(const struct routine_parameter *parameter)
{
	size_t count = 0;
	while (parameter->words && parameter->words[count])
		count++;
	return count;
}

// How many ways there are to choose a file's words; 0 after a fault.
static size_t count_choices(struct loaded *loaded, const struct routine *routine)
{
	enum { CHOICES_MOST = 64 };
	size_t choices = 1;
	for (size_t i = 0; i < routine->parameter_count && choices <= CHOICES_MOST; i++)
		choices *= routine->parameters[i].words ? count_words(&routine->parameters[i]) : 1;
	if (choices <= CHOICES_MOST)
		return choices;
	const struct place file = {.file = arena_copy(loaded->arena, routine->file, strlen(routine->file))};
	fault_add(&loaded->faults, &file,
	          "its words can be chosen in more than %d ways; use fewer one-of, or fewer words in them",
	          CHOICES_MOST);
	return 0;
}

// The choice of that number: its words are like the digits of a number. What has neither words nor a default gets what
// its range allows.
static size_t make_choice(const struct routine *routine, size_t number, struct routine_argument *arguments)
{
	size_t count = 0;
	for (size_t i = 0; i < routine->parameter_count; i++) {
		const struct routine_parameter *parameter = &routine->parameters[i];
		size_t words = count_words(parameter);
		if (words) {
			arguments[count++] =
				(struct routine_argument){parameter->name, parameter->words[number % words]};
			number /= words;
		} else if (!parameter->preset) {
			arguments[count++] = (struct routine_argument){
				parameter->name, parameter->from ? parameter->from : parameter->to};
		}
	}
	return count;
}

// With and without sore touch: what is said instead is needed too.
static bool add_both_lines_of(struct loaded *loaded, const char *path, struct routine_request *request,
                              struct line_set *set)
{
	request->sore = false;
	bool good = add_lines_of(loaded, path, request, set);
	request->sore = true;
	return add_lines_of(loaded, path, request, set) && good;
}

// The lines of a file in all its variants, so that a pack holds every one; of a technique with what is played around it.
static bool add_all_lines_of(struct loaded *loaded, const char *name, struct line_set *set)
{
	const char *path = data_find_routine(&loaded->paths, name);
	struct routine_request request = {.libraries = loaded->paths.routines};
	struct routine *routine = NULL;
	bool good = routine_load(&routine, path ? path : name, &request, &loaded->faults) == STATUS_OK;
	size_t choices = good ? count_choices(loaded, routine) : 0;
	struct routine_argument *arguments =
		arena_alloc(loaded->arena, (good ? routine->parameter_count + 1 : 1) * sizeof *arguments);
	request.arguments = arguments;
	request.to_play = true;
	good = choices > 0;
	for (size_t i = 0; i < choices; i++) {
		request.argument_count = make_choice(routine, i, arguments);
		good = add_both_lines_of(loaded, path ? path : name, &request, set) && good;
	}
	routine_destroy(routine);
	return good;
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
		good = add_all_lines_of(&loaded, argv[i], &set) && good;
	if (good)
		print_once(&set);
	load_print_faults(&loaded);
	load_finish(&loaded);
	return good ? EXIT_DONE : EXIT_WRONG;
}

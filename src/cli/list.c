#include "cli/list.h"

#include "base/arena.h"
#include "cli/command.h"
#include "cli/complaint.h"
#include "cli/options.h"

#include <dirent.h>
#include <string.h>

static bool is_folder(const char *path)
{
	DIR *dir = opendir(path);
	if (dir)
		closedir(dir);
	else
		complaint_print("there is no folder \"%s\" to list", path);
	return dir;
}

// Without the slashes at its end.
static const char *folder_name(struct arena *arena, const char *path)
{
	size_t length = strlen(path);
	while (length > 1 && path[length - 1] == '/')
		length--;
	return arena_copy(arena, path, length);
}

static int print_library(const char *folder, bool json, bool page)
{
	struct data_paths paths = data_paths_init();
	struct library *library = library_create(&paths, folder ? folder_name(paths.arena, folder) : NULL, true);
	bool any = library->playable_count > 0;
	if (json)
		list_print_json(library, stdout);
	else if (page)
		list_print_page(library, stdout);
	else
		list_print_text(library, stdout);
	if (library->count == 0)
		complaint_print("there is no routine in %s", folder ? folder : "any data folder");
	else if (!any)
		fputs("stillroom: none of these can be played\n", stderr);
	library_destroy(library);
	data_paths_finish(&paths);
	return any ? EXIT_DONE : EXIT_FAILED;
}

int command_list(int argc, char **argv)
{
	bool json = false, page = false;
	const struct option_spec table[] = {
		{"json", 0, NULL, &json}, {"markdown", 0, NULL, &page}, {NULL, 0, NULL, NULL}};
	int count = options_read(argc, argv, table);
	if (count < 0)
		return EXIT_WRONG;
	if (count > 1) {
		fputs("stillroom: list takes one folder, as in: stillroom list my\n", stderr);
		return EXIT_WRONG;
	}
	if (json && page) {
		fputs("stillroom: --json or --markdown, not both\n", stderr);
		return EXIT_WRONG;
	}
	if (count && !is_folder(argv[1]))
		return EXIT_WRONG;
	return print_library(count ? argv[1] : NULL, json, page);
}

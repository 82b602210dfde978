#include "cli/data.h"

#include "base/arena.h"
#include "base/folder.h"
#include "yaml/yaml.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TECHNIQUES "techniques/" // of a folder of routines

struct path_list {
	struct arena *arena;
	const char **paths;
	size_t count, capacity;
};

static void add_path(struct path_list *list, const char *path)
{
	list->paths = arena_grow(list->arena, list->paths, list->count, &list->capacity, sizeof *list->paths);
	list->paths[list->count++] = path;
}

// The folder that holds bin/, libexec/ and share/: of an installation or a build.
static const char *find_prefix(struct arena *arena)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
	if (length <= 0)
		return NULL;
	path[length] = 0;
	for (int up = 0; up < 2; up++) {
		char *slash = strrchr(path, '/');
		if (!slash)
			return NULL;
		*slash = 0;
	}
	return arena_copy(arena, path, strlen(path));
}

static void add_system_folders(struct path_list *list, const char *kind)
{
	const char *dirs = getenv("XDG_DATA_DIRS");
	if (!dirs || !*dirs)
		dirs = "/usr/local/share:/usr/share";
	while (*dirs) {
		size_t length = strcspn(dirs, ":");
		if (length > 0 && dirs[0] == '/')
			add_path(list, arena_printf(list->arena, "%.*s/stillroom/%s", (int)length, dirs, kind));
		dirs += length + (dirs[length] == ':');
	}
}

static const char *const *data_folders(struct arena *arena, const char *prefix, const char *kind)
{
	struct path_list list = {.arena = arena};
	const char *data_home = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	add_path(&list, kind);
	if (data_home && data_home[0] == '/')
		add_path(&list, arena_printf(arena, "%s/stillroom/%s", data_home, kind));
	else if (home && home[0] == '/')
		add_path(&list, arena_printf(arena, "%s/.local/share/stillroom/%s", home, kind));
	if (prefix)
		add_path(&list, arena_printf(arena, "%s/share/stillroom/%s", prefix, kind));
	add_system_folders(&list, kind);
	add_path(&list, NULL);
	return list.paths;
}

struct data_paths data_paths_init(void)
{
	struct arena *arena = arena_create();
	const char *prefix = find_prefix(arena);
	return (struct data_paths){
		.arena = arena,
		.routines = data_folders(arena, prefix, "routines"),
		.voices = data_folders(arena, prefix, "voices"),
		.device_program =
			arena_printf(arena, "%s/libexec/stillroom/stillroom-device", prefix ? prefix : "/usr"),
	};
}

void data_paths_finish(struct data_paths *paths)
{
	arena_destroy(paths->arena);
}

static bool exists(const char *path, mode_t kind)
{
	struct stat info;
	return stat(path, &info) == 0 && (info.st_mode & S_IFMT) == kind;
}

const char *data_find_routine(const struct data_paths *paths, const char *name)
{
	static const char *const endings[] = {"", ".yaml"};
	for (int i = 0; i < 2; i++) {
		const char *path = arena_printf(paths->arena, "%s%s", name, endings[i]);
		if (exists(path, S_IFREG))
			return path;
	}
	static const char *const folders[] = {"", TECHNIQUES};
	for (size_t i = 0; i < sizeof folders / sizeof *folders && name[0] != '/'; i++)
		for (size_t k = 0; paths->routines[k]; k++) {
			const char *path =
				arena_printf(paths->arena, "%s/%s%s.yaml", paths->routines[k], folders[i], name);
			if (exists(path, S_IFREG))
				return path;
		}
	return NULL;
}

// What came with a routine may have come from a stranger: it does not lead out of its folder.
static const char *only_within(const char *path, const char *folder_path, const char *name, const char **why)
{
	struct folder folder;
	if (folder_open(&folder, folder_path) != STATUS_OK)
		return NULL;
	bool within = folder_holds_folder(&folder, name, why);
	folder_close(&folder);
	return within ? path : NULL;
}

const char *data_find_pack(const struct data_paths *paths, const char *name, const char *routine_file, const char **why)
{
	*why = NULL;
	if (strchr(name, '/'))
		return exists(name, S_IFDIR) ? arena_copy(paths->arena, name, strlen(name)) : NULL;
	const char *slash = strrchr(routine_file, '/');
	int folder_length = slash ? (int)(slash + 1 - routine_file) : 0;
	const char *folder = folder_length ? arena_copy(paths->arena, routine_file, (size_t)folder_length) : ".";
	const char *below = arena_printf(paths->arena, "voices/%s", name);
	const char *beside = arena_printf(paths->arena, "%.*s%s", folder_length, routine_file, below);
	if (exists(beside, S_IFDIR))
		return only_within(beside, folder, below, why);
	if (exists(below, S_IFDIR))
		return only_within(below, ".", below, why);
	for (size_t i = 0; paths->voices[i]; i++) {
		const char *path = arena_printf(paths->arena, "%s/%s", paths->voices[i], name);
		if (exists(path, S_IFDIR))
			return path;
	}
	return NULL;
}

enum { NAMES_MOST = 2000 };

// The files of a folder with this ending, without it; `before` goes in front. Control characters are no name to type.
static void add_names(struct path_list *names, const char *folder, const char *before, const char *ending)
{
	DIR *dir = opendir(folder);
	if (!dir)
		return;
	for (struct dirent *entry; (entry = readdir(dir)) && names->count < NAMES_MOST;) {
		const char *name = entry->d_name;
		size_t length = strlen(name), end = strlen(ending);
		bool plain = name[0] != '.' && length > end;
		for (size_t i = 0; i < length; i++)
			plain &= (unsigned char)name[i] >= ' ' && name[i] != 0x7f;
		if (plain && strcmp(name + length - end, ending) == 0)
			add_path(names, arena_printf(names->arena, "%s%.*s", before, (int)(length - end), name));
	}
	closedir(dir);
}

const char *data_nearest_routine(const struct data_paths *paths, const char *name)
{
	struct path_list names = {.arena = paths->arena};
	for (size_t i = 0; paths->routines[i]; i++) {
		const char *techniques = arena_printf(paths->arena, "%s/" TECHNIQUES, paths->routines[i]);
		add_names(&names, paths->routines[i], "", ".yaml");
		add_names(&names, techniques, "", ".yaml");
		add_names(&names, techniques, TECHNIQUES, ".yaml");
	}
	add_path(&names, NULL);
	return yaml_nearest(name, names.paths);
}

const char *data_nearest_pack(const struct data_paths *paths, const char *name)
{
	struct path_list names = {.arena = paths->arena};
	for (size_t i = 0; paths->voices[i]; i++)
		add_names(&names, paths->voices[i], "", "");
	add_path(&names, NULL);
	return yaml_nearest(name, names.paths);
}

// A folder's routines, and those one folder below it, such as techniques/.
static void add_routines(struct path_list *names, const char *folder)
{
	struct path_list below = {.arena = names->arena};
	add_names(names, folder, "", ".yaml");
	add_names(&below, folder, "", "");
	for (size_t i = 0; i < below.count; i++) {
		const char *path = arena_printf(names->arena, "%s/%s", folder, below.paths[i]);
		if (exists(path, S_IFDIR))
			add_names(names, path, arena_printf(names->arena, "%s/", below.paths[i]), ".yaml");
	}
}

size_t data_list_routines(const struct data_paths *paths, const char *const *folders, const char ***names)
{
	struct path_list list = {.arena = paths->arena};
	for (size_t i = 0; folders[i]; i++)
		add_routines(&list, folders[i]);
	*names = list.paths;
	return list.count;
}

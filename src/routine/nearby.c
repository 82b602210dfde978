// Looked for in the folder that was named, beside the routine, and where techniques and sounds usually are; in the
// libraries alike. Only names are read, no link is followed, and no more than some hundred names of a folder.
#include "routine/nearby.h"

#include "base/arena.h"
#include "yaml/yaml.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { FOLDER_MOST_NAMES = 300, NAMES_MOST = 2000 };

struct candidate {
	const char *path; // as it would be written
	const char *stem; // without folder and ending
};

struct names {
	struct arena *arena;
	bool techniques;
	const char *own; // the routine's own file: no answer
	struct candidate *items;
	size_t count, capacity;
};

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static const char *stem_of(struct arena *arena, const char *path)
{
	const char *base = base_of(path), *point = strrchr(base, '.');
	return arena_copy(arena, base, point ? (size_t)(point - base) : strlen(base));
}

static bool has_ending(const char *name, bool techniques)
{
	static const char *const sounds[] = {".wav", ".flac", ".ogg", ".opus", ".mp3"};
	const char *ending = strrchr(name, '.');
	if (!ending || ending == name)
		return false;
	if (techniques)
		return strcmp(ending, ".yaml") == 0;
	for (size_t i = 0; i < sizeof sounds / sizeof *sounds; i++)
		if (strcasecmp(ending, sounds[i]) == 0)
			return true;
	return false;
}

static bool is_plain(const char *name)
{
	for (; *name; name++)
		if ((unsigned char)*name < ' ' || *name == 0x7f)
			return false;
	return true;
}

static void add(struct names *names, const char *folder, const char *name)
{
	if (names->count == NAMES_MOST || !has_ending(name, names->techniques) || !is_plain(name) ||
	    strcmp(name, names->own) == 0)
		return;
	const char *path = arena_printf(names->arena, "%s%s%s", folder, *folder ? "/" : "", name);
	if (names->techniques)
		path = arena_copy(names->arena, path, strlen(path) - strlen(".yaml"));
	names->items = arena_grow(names->arena, names->items, names->count, &names->capacity, sizeof *names->items);
	names->items[names->count++] = (struct candidate){path, stem_of(names->arena, name)};
}

static int compare_paths(const void *left, const void *right)
{
	return strcmp(((const struct candidate *)left)->path, ((const struct candidate *)right)->path);
}

// Opens a folder below another, part by part; -1 when it is not there or a link is on the way.
static int open_below(int fd, const char *folder)
{
	int here = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (here >= 0 && *folder) {
		char part[256] = "";
		size_t length = strcspn(folder, "/");
		if (length < sizeof part)
			memcpy(part, folder, length);
		int next = openat(here, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(here);
		here = next;
		folder += length + (folder[length] == '/');
	}
	return here;
}

static void add_folder(struct names *names, const struct folder *root, const char *folder)
{
	int fd = open_below(root->fd, folder);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	const struct dirent *entry;
	size_t first = names->count;
	for (int i = 0; i < FOLDER_MOST_NAMES && (entry = readdir(dir)); i++)
		add(names, folder, entry->d_name);
	closedir(dir);
	if (names->count > first) // a folder gives its names in any order
		qsort(names->items + first, names->count - first, sizeof *names->items, compare_paths);
}

const char *nearby_file(const struct routine *routine, const char *name)
{
	struct arena *arena = routine->arena;
	const char *base = base_of(name);
	const char *named = base == name ? "" : arena_copy(arena, name, (size_t)(base - name) - 1);
	struct names names = {.arena = arena, .techniques = has_ending(name, true), .own = base_of(routine->file)};
	const char *const usual[] = {"", names.techniques ? "techniques" : "sounds"};
	for (size_t i = 0; i < routine->folder_count; i++) {
		add_folder(&names, &routine->folders[i], named);
		for (size_t j = 0; j < sizeof usual / sizeof *usual; j++)
			if (strcmp(usual[j], named) != 0)
				add_folder(&names, &routine->folders[i], usual[j]);
	}
	const char **known = arena_alloc(arena, (names.count + 1) * sizeof *known);
	for (size_t i = 0; i < names.count; i++)
		known[i] = names.items[i].stem;
	const char *nearest = yaml_nearest(stem_of(arena, name), known);
	for (size_t i = 0; i < names.count; i++)
		if (names.items[i].stem == nearest)
			return names.items[i].path;
	return NULL;
}

// Files are looked for in the routine's own folder, then in the libraries; folder.h sees to it that nothing else is
// opened. Names that could not work anyway are refused here first, in plainer words than the kernel's.
//
// The budgets bound what a small file can ask for: nested `sides` and `use` double with each level, so the steps, the
// values looked at and the memory are counted while reading, and all reading ends when one is spent.
#include "routine/loader.h"

#include "base/arena.h"
#include "routine/nearby.h"
#include "routine/parameter.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	WORK_MOST = 20 * ROUTINE_MOST_STEPS,
	MEMORY_MOST_BYTES = 256 << 20,
	SOURCES_MOST_BYTES = 2 * YAML_MOST_BYTES,
	NAME_MOST_BYTES = 200,
	SEARCHES_MOST = 20,
};

#define NO_FILE "there is no such file"
#define TOO_LARGE "it is larger than such a file may be"

static bool exhausted(const struct reader *reader, const struct yaml_node *node, const char *what)
{
	reader->loader->stopped = true;
	reader_fault(reader, node, "%s; use fewer `sides` and `use` inside each other", what);
	return false;
}

bool loader_spend(const struct reader *reader, const struct yaml_node *node, size_t n)
{
	struct loader *loader = reader->loader;
	if (loader->stopped)
		return false;
	loader->work += n;
	if (loader->work > WORK_MOST || arena_used_bytes(reader->arena) > MEMORY_MOST_BYTES)
		return exhausted(reader, node, "the routine grows too large here");
	return true;
}

bool loader_spend_step(const struct reader *reader, const struct yaml_node *node)
{
	struct loader *loader = reader->loader;
	if (loader->stopped)
		return false;
	if (++loader->steps_made > ROUTINE_MOST_STEPS)
		return exhausted(reader, node, "the routine grows to more than 200000 steps here");
	return true;
}

const char *loader_why(const char *why)
{
	return strcmp(why, TOO_LARGE) == 0 ? "it is larger than 1 MiB, the most that such a file may have" : why;
}

struct fault_list loader_mute(struct arena *arena)
{
	return (struct fault_list){.arena = arena, .count = FAULTS_MOST};
}

const char *loader_name_trouble(struct arena *arena, const char *name)
{
	const char *shown = yaml_clip(arena, name);
	if (strlen(name) > NAME_MOST_BYTES)
		return arena_printf(arena, "`%s` is too long for a file's name; make it shorter", shown);
	if (strchr(name, '\\'))
		return arena_printf(arena, "`%s` has a backslash; folders are parted by /", shown);
	if (*name == '/' || *name == '~' || strchr(name, ':'))
		return arena_printf(arena, "`%s` leads out of the routine's folder; name a file in or below it", shown);
	for (const char *part = name; part; part = strchr(part, '/')) {
		part += *part == '/';
		size_t length = strcspn(part, "/");
		if (length == 2 && part[0] == '.' && part[1] == '.')
			return arena_printf(arena, "`%s` leads out of the routine's folder; name a file in or below it",
			                    shown);
		if (length == 0 || (length == 1 && *part == '.'))
			return arena_printf(
				arena, "`%s` is no file's name; such as techniques/temple-circles or sounds/rain.flac",
				shown);
	}
	return NULL;
}

static void tell_missing(const struct reader *reader, const struct yaml_node *node, const char *name)
{
	bool search = reader->faults->count < FAULTS_MOST && reader->loader->searches++ < SEARCHES_MOST;
	const char *nearby = search ? nearby_file(reader->loader->routine, name) : NULL;
	const char *shown = yaml_clip(reader->arena, name);
	if (nearby)
		reader_fault(reader, node, "`%s` is neither beside the routine nor in the library; did you mean `%s`?",
		             shown, yaml_clip(reader->arena, nearby));
	else
		reader_fault(reader, node, "`%s` is neither beside the routine nor in the library; check its name",
		             shown);
}

// The folder that has the file; NULL and *why, where the first that has something unfit of that name ends the search.
static const struct folder *search(const struct routine *routine, const char *name, const char **why)
{
	for (size_t i = 0; i < routine->folder_count; i++) {
		int fd = folder_open_file(&routine->folders[i], name, why);
		if (fd >= 0) {
			close(fd);
			return &routine->folders[i];
		}
		if (strcmp(*why, NO_FILE) != 0)
			break;
	}
	return NULL;
}

bool loader_has(const struct reader *reader, const char *name)
{
	const char *why = NULL;
	return search(reader->loader->routine, arena_printf(reader->arena, "%s.yaml", name), &why) != NULL;
}

const struct folder *loader_find_file(const struct reader *reader, const struct yaml_node *node, const char *name)
{
	const char *why = loader_name_trouble(reader->arena, name);
	if (why) {
		reader_fault(reader, node, "%s", why);
		return NULL;
	}
	const struct folder *folder = search(reader->loader->routine, name, &why);
	if (folder)
		return folder;
	if (!why || strcmp(why, NO_FILE) == 0)
		tell_missing(reader, node, name);
	else
		reader_fault(reader, node, "`%s`: %s; name a file in or below the routine's folder",
		             yaml_clip(reader->arena, name), why);
	return NULL;
}

// The text and the path it came from; NULL after a fault.
static char *read_file(const struct reader *reader, const struct yaml_node *node, const char *name, size_t *length,
                       const char **path)
{
	const struct folder *folder = loader_find_file(reader, node, name);
	if (!folder)
		return NULL;
	const char *why = NULL;
	char *text = folder_read_text(folder, name, YAML_MOST_BYTES, length, &why);
	if (!text)
		reader_fault(reader, node, "`%s`: %s; a technique is a small text file", yaml_clip(reader->arena, name),
		             loader_why(why));
	bool here = strcmp(folder->path, ".") == 0;
	*path = here ? arena_copy(reader->arena, name, strlen(name))
	             : arena_printf(reader->arena, "%s/%s", folder->path, name);
	return text;
}

// Its faults are told even when the `use` is read by a mute reader: it is the only time.
static void parse_source(const struct reader *user, const struct yaml_node *use, const struct yaml_node *node,
                         struct source *source)
{
	struct loader *loader = user->loader;
	const struct reader telling = {user->arena, loader->faults, user->scope, loader}, *reader = &telling;
	size_t length = 0, faults_before = reader->faults->count;
	const char *path, *name = arena_printf(reader->arena, "%s.yaml", source->name);
	char *text = read_file(reader, node, name, &length, &path);
	if (!text)
		return;
	struct place *from = arena_alloc(reader->arena, sizeof *from);
	*from = reader_place(reader, use);
	loader->source_bytes += length;
	if (loader->source_bytes > SOURCES_MOST_BYTES)
		exhausted(reader, node, "the techniques are larger than 2 MiB together");
	else
		source->root = yaml_parse(reader->arena, path, from, text, length, reader->faults);
	free(text);
	if (source->root)
		parameter_read_rules(reader, from, source);
	source->half_read = reader->faults->count != faults_before;
}

struct source *loader_find(const struct reader *reader, const struct yaml_node *use, const struct yaml_node *node,
                           const char *name)
{
	struct loader *loader = reader->loader;
	size_t length = strlen(name);
	for (size_t i = 0; i < loader->source_count; i++)
		if (strcmp(loader->sources[i]->name, name) == 0)
			return loader->sources[i];
	if (length > 5 && strcmp(name + length - 5, ".yaml") == 0) {
		reader_fault(reader, node, "`.yaml` is added by itself; write %s",
		             yaml_clip(reader->arena, arena_copy(reader->arena, name, length - 5)));
		return NULL;
	}
	if (loader->source_count == ROUTINE_MOST_FILES) {
		exhausted(reader, node, "more than 64 different techniques");
		return NULL;
	}
	struct source *source = arena_alloc(reader->arena, sizeof *source);
	source->name = arena_copy(reader->arena, name, length);
	loader->sources[loader->source_count++] = source;
	parse_source(reader, use, node, source);
	return source;
}

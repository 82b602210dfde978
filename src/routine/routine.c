// Loading: the file's text, its tree, then its words. All that is read lives in the routine's arena. Faults must outlive
// it, so they are copied in the end.
#include "routine/routine.h"

#include "base/arena.h"
#include "base/memory.h"
#include "routine/alone.h"
#include "routine/head.h"
#include "routine/step.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *copy_text(struct arena *arena, const char *text)
{
	return arena_copy(arena, text, strlen(text));
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static const char *folder_name(struct arena *arena, const char *path)
{
	size_t length = (size_t)(base_name(path) - path);
	if (length == 0)
		return ".";
	return arena_copy(arena, path, length > 1 ? length - 1 : 1);
}

static const char *short_name(struct arena *arena, const char *path)
{
	const char *name = base_name(path);
	size_t length = strlen(name);
	if (length > 5 && strcmp(name + length - 5, ".yaml") == 0)
		length -= 5;
	return arena_copy(arena, name, length);
}

static struct routine *create(const char *path)
{
	struct arena *arena = arena_create();
	struct routine *routine = arena_alloc(arena, sizeof *routine);
	routine->arena = arena;
	routine->file = copy_text(arena, path);
	routine->name = short_name(arena, path);
	head_set_defaults(routine);
	return routine;
}

// The routine's own folder must be there; a library that is not is left out.
static enum status open_folders(struct routine *routine, const struct routine_request *request, const char **why)
{
	const char *const *libraries = request ? request->libraries : NULL;
	size_t most = 1;
	for (size_t i = 0; libraries && libraries[i]; i++)
		most++;
	routine->folders = arena_alloc(routine->arena, most * sizeof *routine->folders);
	enum status status = folder_open(&routine->folders[0], folder_name(routine->arena, routine->file));
	if (status != STATUS_OK) {
		*why = folder_open_why(errno);
		return status;
	}
	routine->folder_count = 1;
	for (size_t i = 0; i + 1 < most; i++)
		if (folder_open(&routine->folders[routine->folder_count], libraries[i]) == STATUS_OK)
			routine->folder_count++;
	return STATUS_OK;
}

// A file of another kind, whose own slips nobody wants to hear of. What cannot be shown is told by its bytes.
static bool is_something_else(const struct yaml_node *root, const char *text, size_t length)
{
	bool letters = false;
	if (root && root->kind == YAML_MAP)
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned char letter = (unsigned char)text[i];
		letters |= (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
		if (letter >= 0x7f || (letter < ' ' && !strchr("\t\r\n", letter)) || !letter)
			return false;
	}
	return letters && length <= YAML_MOST_BYTES && !head_looks_like_a_routine(text, length);
}

// What was asked for beside the file.
static void finish(struct routine *routine, const struct routine_request *request)
{
	routine->sore = request->sore;
	if (request->sore)
		sore_make_still(routine->steps, routine->step_count);
	double sleep_sec = request->sleep_sec;
	if (sleep_sec <= 0)
		return;
	sleep_sec = sleep_sec < ROUTINE_LEAST_END_SEC ? ROUTINE_LEAST_END_SEC : sleep_sec;
	sleep_sec = sleep_sec > ROUTINE_MOST_END_SEC ? ROUTINE_MOST_END_SEC : sleep_sec;
	routine->ending = (struct ending){sleep_sec, 1, 2, 3, 3};
}

// False when there is nothing in it that could be read.
static bool read_tree(struct routine *routine, const char *text, size_t length, const struct routine_request *request,
                      struct fault_list *faults)
{
	static const struct routine_request nothing = {0};
	struct loader *loader = memory_alloc(sizeof *loader);
	const struct scope scope = {0};
	const struct reader reader = {routine->arena, faults, &scope, loader};
	struct yaml_node *root = yaml_parse(routine->arena, routine->file, NULL, text, length, faults);
	loader->routine = routine;
	loader->request = request ? request : &nothing;
	loader->faults = faults;
	loader->chain[loader->depth++] = routine->name;
	bool technique = root && root->kind == YAML_MAP && yaml_get(root, "technique");
	if (is_something_else(root, text, length)) {
		faults->count = 0;
		fault_add(faults, &(struct place){routine->file, 1, 1, NULL},
		          "this is no routine; one begins with stillroom: 1 and a title: Evening");
		free(loader);
		return false;
	}
	bool readable = root && head_version_fits(&reader, root);
	if (readable && technique)
		alone_read(&reader, root, routine);
	else if (readable)
		head_read(&reader, root, routine);
	if (loader->stopped || loader->told_extent)
		routine->step_count = 0;
	finish(routine, loader->request);
	free(loader);
	return readable && root->kind == YAML_MAP;
}

static const struct place *move_chain(struct arena *arena, const struct place *from)
{
	if (!from)
		return NULL;
	struct place *place = arena_alloc(arena, sizeof *place);
	*place = *from;
	place->file = copy_text(arena, from->file);
	place->from = move_chain(arena, from->from);
	return place;
}

// Gives the load's own faults to the caller, who may keep them longer than the routine.
static void hand_over(const struct fault_list *own, struct fault_list *faults)
{
	for (size_t i = 0; i < own->count; i++) {
		struct place place = own->items[i].place;
		place.file = copy_text(faults->arena, place.file);
		place.from = move_chain(faults->arena, place.from);
		fault_add(faults, &place, "%s", own->items[i].text);
	}
}

static enum status not_found(struct routine *made, struct fault_list *faults, const char *why)
{
	const struct place place = {.file = copy_text(faults->arena, made->file)};
	fault_add(faults, &place, "%s", why);
	routine_destroy(made);
	return STATUS_NOT_FOUND;
}

static enum status load(struct routine **routine, struct routine *made, const char *text, size_t length,
                        const struct routine_request *request, struct fault_list *faults)
{
	struct fault_list own = fault_list_init(made->arena);
	bool readable = read_tree(made, text, length, request, &own);
	hand_over(&own, faults);
	bool faulty = own.count > 0;
	made->partial = faulty;
	if (readable)
		*routine = made;
	else
		routine_destroy(made);
	return faulty ? STATUS_FAULTY : STATUS_OK;
}

enum status routine_load_text(struct routine **routine, const char *path, const char *text, size_t length,
                              const struct routine_request *request, struct fault_list *faults)
{
	struct routine *made = create(path);
	const char *why = NULL;
	*routine = NULL;
	if (open_folders(made, request, &why) != STATUS_OK)
		return not_found(made, faults, why);
	return load(routine, made, text, length, request, faults);
}

static const char *why_unread(const char *path, const char *why)
{
	struct stat info;
	bool dangles = lstat(path, &info) == 0 && S_ISLNK(info.st_mode) && stat(path, &info) != 0 && errno == ENOENT;
	return dangles ? "it is a link to a file that is not there" : loader_why(why);
}

enum status routine_load(struct routine **routine, const char *path, const struct routine_request *request,
                         struct fault_list *faults)
{
	struct routine *made = create(path);
	const char *why = NULL;
	size_t length = 0;
	*routine = NULL;
	if (open_folders(made, request, &why) != STATUS_OK)
		return not_found(made, faults, why);
	char *text = folder_read_text(&made->folders[0], base_name(path), YAML_MOST_BYTES, &length, &why);
	if (!text)
		return not_found(made, faults, why_unread(path, why));
	enum status status = load(routine, made, text, length, request, faults);
	free(text);
	return status;
}

void routine_destroy(struct routine *routine)
{
	if (!routine)
		return;
	for (size_t i = 0; i < routine->folder_count; i++)
		folder_close(&routine->folders[i]);
	arena_destroy(routine->arena);
}

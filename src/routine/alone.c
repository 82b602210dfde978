// A technique alone is steps and nothing else. To be played it becomes a whole session: the library's settle before it,
// close behind it, rain underneath. What the library lacks is left out.
#include "routine/alone.h"

#include "base/arena.h"
#include "routine/bed.h"
#include "routine/use.h"

#include <string.h>

// The name by which `settle` is used here: beside a file that is in a folder of techniques itself, or below; or NULL.
static const char *find(const struct reader *reader, const char *name)
{
	static const char folder[] = "techniques";
	const char *own = reader->loader->routine->folders[0].path, *slash = strrchr(own, '/');
	if (strcmp(slash ? slash + 1 : own, folder) == 0 && loader_has(reader, name))
		return name;
	const char *below = arena_printf(reader->arena, "%s/%s", folder, name);
	return loader_has(reader, below) ? below : NULL;
}

// Returns the part's index.
static size_t add_part(const struct reader *reader, const struct yaml_node *root, const char *name,
                       struct step_list *list)
{
	const struct step_text text = {.map = root, .key = root, .value = root};
	struct step *part = step_list_add(reader, list, &text, STEP_PART);
	part->say = name;
	part->say_place = part->place;
	step_list_extend(reader, list, root, 1, 0);
	return list->count - 1;
}

static void add_frame(const struct reader *reader, const struct yaml_node *root, const char *title, const char *name,
                      struct step_list *list)
{
	if (!name)
		return;
	add_part(reader, root, title, list);
	use_add(reader, root, name, list);
}

static void add_rain(const struct reader *reader, const struct yaml_node *root, struct routine *routine)
{
	const struct yaml_node rain = {.kind = YAML_SCALAR, .place = root->place, .text = "rain"};
	bed_read(reader, &rain, false, &routine->bed);
}

static void read_session(const struct reader *reader, const struct yaml_node *root, struct routine *routine,
                         struct step_list *list)
{
	bool framing = strcmp(routine->name, "settle") == 0 || strcmp(routine->name, "close") == 0;
	const char *settle = framing ? NULL : find(reader, "settle"), *close = framing ? NULL : find(reader, "close");
	add_rain(reader, root, routine);
	add_frame(reader, root, "Settle", settle, list);
	size_t part = settle || close ? add_part(reader, root, routine->title, list) : 0;
	use_read_alone(reader, root, routine, list);
	if (settle || close)
		list->items[part].say = routine->title;
	add_frame(reader, root, "Close", close, list);
}

void alone_read(const struct reader *reader, const struct yaml_node *root, struct routine *routine)
{
	struct step_list list = {0};
	if (reader->loader->request->to_play)
		read_session(reader, root, routine, &list);
	else
		use_read_alone(reader, root, routine, &list);
	routine->steps = list.items;
	routine->step_count = list.count;
	steps_check_left(reader, root, routine);
}

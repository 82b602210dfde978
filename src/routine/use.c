// A `use` reads its technique anew with the parameters given, so that every text is filled in and every value checked
// as it will be played. The file is parsed once; a technique whose steps had faults does not tell them a second time.
#include "routine/use.h"

#include "base/arena.h"
#include "routine/format.h"
#include "routine/head.h"
#include "routine/parameter.h"

#include <string.h>

const char *const technique_areas[] = {"temples", "forehead", "scalp", "jaw",    "neck",  "shoulders", "ears",
                                       "face",    "sinuses",  "hand",  "breath", "whole", NULL};
const char *const pressure_names[] = {"feather", "light", "medium", "firm", NULL}; // PRESSURE_NONE is left out

struct technique {
	const char *title, *about, *caution, *area;
	enum pressure pressure;
	struct step_list steps, if_sore;
	bool has_if_sore;
};

static void read_title(const struct reader *reader, const struct yaml_node *value, void *into)
{
	reader_text(reader, value, "Temple circles", &((struct technique *)into)->title);
}

static void read_about(const struct reader *reader, const struct yaml_node *value, void *into)
{
	reader_text(reader, value, "Small circles.", &((struct technique *)into)->about);
}

static void read_caution(const struct reader *reader, const struct yaml_node *value, void *into)
{
	reader_text(reader, value, "Never press on the throat.", &((struct technique *)into)->caution);
}

static void read_area(const struct reader *reader, const struct yaml_node *value, void *into)
{
	int area = 0;
	if (reader_choice(reader, value, technique_areas, &area))
		((struct technique *)into)->area = technique_areas[area];
}

static void read_pressure(const struct reader *reader, const struct yaml_node *value, void *into)
{
	int pressure = 0;
	if (reader_choice(reader, value, pressure_names, &pressure))
		((struct technique *)into)->pressure = (enum pressure)(pressure + 1);
}

static void read_steps(const struct reader *reader, const struct yaml_node *value, void *into)
{
	steps_read(reader, value, &((struct technique *)into)->steps);
}

static void read_if_sore(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct technique *technique = into;
	technique->has_if_sore = sore_read_steps(reader, value, &technique->if_sore);
}

static const struct word words[] = {
	{"stillroom", NULL, "stillroom: 1"},
	{"technique", read_title, "technique: Temple circles"},
	{"about", read_about, NULL},
	{"caution", read_caution, NULL},
	{"area", read_area, "area: temples"},
	{"pressure", read_pressure, NULL},
	{"with", NULL, NULL},
	{"if-sore", read_if_sore, NULL},
	{"steps", read_steps, "steps: with - rest: 6s below it"},
	{NULL, NULL, NULL},
};

const struct vocabulary technique_vocabulary = {"a technique", "words and values, such as technique: Temple circles",
                                                words};

static void close_technique(const struct reader *reader, const struct step_text *text,
                            const struct technique *technique, struct step_list *list)
{
	struct step *group = step_list_add(reader, list, text, STEP_GROUP);
	group->technique = technique->title;
	group->area = technique->area;
	group->caution = technique->caution;
	group->pressure = technique->pressure;
	bool sore = technique->has_if_sore && reader->loader->request->sore;
	step_close_group(reader, list, text, group, sore ? &technique->if_sore : &technique->steps);
}

// "a -> b -> a"
static const char *chain_text(const struct reader *reader, const char *name)
{
	const struct loader *loader = reader->loader;
	const char *text = "";
	for (int i = 0; i < loader->depth; i++)
		text = arena_printf(reader->arena, "%s%s -> ", text, yaml_clip(reader->arena, loader->chain[i]));
	return arena_printf(reader->arena, "%s%s", text, yaml_clip(reader->arena, name));
}

static bool may_enter(const struct reader *reader, const struct yaml_node *node, const char *name)
{
	const struct loader *loader = reader->loader;
	for (int i = 0; i < loader->depth; i++) {
		if (strcmp(loader->chain[i], name) == 0) {
			reader_fault(reader, node, "`%s` would use itself (%s); take one `use` out",
			             yaml_clip(reader->arena, name), chain_text(reader, name));
			return false;
		}
	}
	if (loader->depth > ROUTINE_MOST_USE_DEPTH) {
		reader_fault(reader, node, "techniques use each other more than %d deep (%s); use fewer",
		             ROUTINE_MOST_USE_DEPTH, chain_text(reader, name));
		return false;
	}
	return true;
}

static bool is_technique(const struct reader *reader, const struct yaml_node *node, const struct source *source)
{
	const struct yaml_node *root = source->root;
	if (root->kind == YAML_MAP && !yaml_get(root, "technique") && yaml_get(root, "title")) {
		reader_fault(reader, node,
		             "`%s` is a routine; only a technique can be used (technique: instead of title:)",
		             yaml_clip(reader->arena, source->name));
		return false;
	}
	return true;
}

// Reads the file's steps with what the `use` gives.
static void enter(const struct reader *reader, const struct step_text *text, struct source *source,
                  struct step_list *list)
{
	struct loader *loader = reader->loader;
	struct technique technique = {0};
	struct scope scope = *reader->scope;
	struct fault_list mute = loader_mute(reader->arena);
	const struct reader inside = {reader->arena, source->told ? &mute : reader->faults, &scope, loader};
	size_t before = loader->troubles;
	if (source->half_read)
		parameter_bind_plausible(reader, source, &scope);
	else
		parameter_bind(reader, text->key, yaml_get(text->map, "with"), source, &scope);
	if (loader->troubles != before || (source->half_read && source->told))
		return;
	struct place *from = arena_alloc(reader->arena, sizeof *from);
	*from = reader_place(reader, text->key);
	scope.from = from;
	scope.for_sore = false; // it has its own way with sore touch
	loader->chain[loader->depth++] = source->name;
	if (head_version_fits(&inside, source->root))
		reader_words(&inside, source->root, &technique_vocabulary, &technique);
	loader->depth--;
	source->told |= loader->troubles != before || source->half_read;
	if (!source->half_read) // else its parameters are not the ones given
		close_technique(reader, text, &technique, list);
}

void step_read_use(const struct reader *reader, const struct step_text *text, struct step_list *list)
{
	const char *given = reader_scalar(reader, text->value, "techniques/temple-circles");
	if (!given)
		return;
	const char *trouble = loader_name_trouble(reader->arena, given);
	if (trouble) {
		reader_fault(reader, text->value, "%s", trouble);
		return;
	}
	if (!may_enter(reader, text->value, given))
		return;
	struct source *source = loader_find(reader, text->key, text->value, given);
	if (source && source->root && is_technique(reader, text->value, source))
		enter(reader, text, source, list);
}

void use_add(const struct reader *reader, const struct yaml_node *node, const char *name, struct step_list *list)
{
	const struct yaml_node bare = {.kind = YAML_MAP, .place = node->place};
	const struct step_text text = {.map = &bare, .key = node, .value = node};
	struct source *source = loader_find(reader, node, node, name);
	if (source && source->root && is_technique(reader, node, source))
		enter(reader, &text, source, list);
}

void use_read_alone(const struct reader *reader, const struct yaml_node *root, struct routine *routine,
                    struct step_list *list)
{
	struct source source = {.name = routine->name, .root = root};
	struct technique technique = {0};
	struct scope scope = {.side_name = "left"};
	const struct reader inside = {reader->arena, reader->faults, &scope, reader->loader};
	const struct step_text text = {.map = root, .key = root, .value = root};
	parameter_read_rules(reader, NULL, &source);
	parameter_bind_arguments(reader, &source, reader->loader->request->to_play, &scope);
	reader_words(&inside, root, &technique_vocabulary, &technique);
	close_technique(reader, &text, &technique, list);
	if (technique.title)
		routine->title = technique.title;
	if (technique.about)
		routine->about = technique.about;
	routine->is_technique = true;
	routine->parameters = source.rules;
	routine->parameter_count = source.rule_count;
}

#include "routine/bed.h"

#include "base/arena.h"
#include "routine/format.h"
#include "routine/step.h"
#include "sound/rules.h"
#include "sound/texture.h"

#include <string.h>

const char *const bed_modes[] = {"texture", "loop", "once", NULL}; // as in enum bed_mode

struct bed_text {
	struct bed *bed;
	const struct yaml_node *track, *level, *mode;
};

static void read_track(const struct reader *reader, const struct yaml_node *value, void *into)
{
	((struct bed_text *)into)->track = value;
	(void)reader;
}

static void read_level(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct bed_text *text = into;
	text->level = value;
	reader_level(reader, value, &text->bed->level_db);
}

static void read_mode(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct bed_text *text = into;
	int mode = 0;
	text->mode = value;
	text->bed->mode = reader_choice(reader, value, bed_modes, &mode) ? (enum bed_mode)mode : BED_LOOP;
}

static void read_fade(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct bed_text *text = into;
	reader_fade(reader, value, 1, &text->bed->fade_sec);
}

static const struct word words[] = {
	{"track", read_track, NULL},
	{"level", read_level, NULL},
	{"as", read_mode, NULL},
	{NULL, NULL, NULL},
};

static const struct word change_words[] = {
	{"track", read_track, NULL}, {"level", read_level, NULL}, {"as", read_mode, NULL},
	{"fade", read_fade, NULL},   {NULL, NULL, NULL},
};

const struct vocabulary bed_vocabulary = {"a bed", "rain, or {track: rain, level: soft}", words};
const struct vocabulary bed_change_vocabulary = {"a change of the bed", "rain, or {track: rain, fade: 8s}",
                                                 change_words};

static void find_texture(const struct reader *reader, const struct yaml_node *node, const char *name, struct bed *bed)
{
	for (size_t i = 0; texture_names[i]; i++)
		if (strcmp(texture_names[i], name) == 0) {
			bed->track = texture_names[i];
			return;
		}
	const char *nearest = yaml_nearest(name, texture_names);
	if (nearest)
		reader_fault(reader, node, "`%s`: did you mean `%s`?", yaml_clip(reader->arena, name), nearest);
	else
		reader_fault(reader, node, "`%s` is no bed; %s, none, or a file such as rain.flac",
		             yaml_clip(reader->arena, name), reader_join(reader->arena, texture_names, ", "));
}

static void find_track(const struct reader *reader, const struct bed_text *text)
{
	struct bed *bed = text->bed;
	const char *name = reader_scalar(reader, text->track, "rain");
	if (!name)
		return;
	bed->place = reader_place(reader, text->track);
	if (strpbrk(name, "./\\")) {
		bed->folder = loader_find_file(reader, text->track, name);
		bed->track = arena_copy(reader->arena, name, strlen(name));
		if (!text->mode)
			bed->mode = BED_LOOP;
		return;
	}
	if (text->mode)
		reader_fault(reader, text->mode, "`as` is for a file of your own; take it out");
	if (strcmp(name, "none") != 0)
		find_texture(reader, text->track, name, bed);
}

static void read_values(const struct reader *reader, const struct yaml_node *node, bool change, struct bed *bed)
{
	struct bed_text text = {.bed = bed};
	bool lone_word = node->kind == YAML_SCALAR;
	if (lone_word)
		text.track = node;
	else if (!reader_words(reader, node, change ? &bed_change_vocabulary : &bed_vocabulary, &text))
		return;
	bed->keep_track = change && !text.track;
	if (text.track)
		find_track(reader, &text);
	else if (node->partial || !reader_knows_all(node, change ? &bed_change_vocabulary : &bed_vocabulary))
		return;
	else if (!change || !text.level)
		reader_fault(reader, node,
		             change ? "nothing changes here; give a track or a level: {level: quiet}"
		                    : "`track` is missing; such as {track: rain, level: soft}");
	else if (text.mode)
		reader_fault(reader, text.mode, "`as` goes with a track; give the track too, or take it out");
	if (bed->keep_track && text.level)
		bed->place = reader_place(reader, text.level);
}

bool bed_read(const struct reader *reader, const struct yaml_node *node, bool change, struct bed *bed)
{
	const struct bed preset = {
		.level_db = BED_SOFT_DB,
		.fade_sec = change ? FADE_BED_CHANGE_SEC : 0,
		.place = reader_place(reader, node),
	};
	size_t before = reader->loader->troubles;
	*bed = preset;
	read_values(reader, node, change, bed);
	if (reader->loader->troubles == before)
		return true;
	if (!bed->folder)
		*bed = preset;
	return bed->folder;
}

void step_read_bed(const struct reader *reader, const struct step_text *text, struct step_list *list)
{
	struct step *step = step_list_add(reader, list, text, STEP_BED);
	if (!bed_read(reader, text->value, true, &step->bed))
		list->count--;
	step_list_extend(reader, list, text->key, 1, 0);
}

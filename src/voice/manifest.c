// The manifest's few words, each with its check. A value that is missing or wrong is a fault and gets a harmless
// value, so that one reading finds all faults.
#include "voice/manifest.h"

#include "base/arena.h"
#include "voice/words.h"
#include "yaml/yaml.h"

#include <string.h>

#define LUFS_LEAST (-60.0)
#define LUFS_MOST 0.0
#define PEAK_LEAST_DB (-60.0)
#define PEAK_MOST_DB 3.0

static const char *const pack_words[] = {"stillroom-voice", "name", "language", "speaker",
                                         "licence",         "made", "lines",    NULL};
static const char *const line_words[] = {"text", "file", "lufs", "peak", NULL};

static void check_words(const struct yaml_node *map, const char *const *known, struct fault_list *faults)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct yaml_node *key = map->keys[i];
		size_t k = 0;
		while (known[k] && strcmp(known[k], key->text) != 0)
			k++;
		if (known[k])
			continue;
		const char *word = yaml_clip(faults->arena, key->text);
		const char *near = yaml_nearest(key->text, known);
		if (near)
			fault_add(faults, &key->place, "`%s` is not known here; did you mean `%s`?", word, near);
		else
			fault_add(faults, &key->place, "`%s` is not known here; %s has %s", word,
			          known == line_words ? "a line" : "a voice pack",
			          known == line_words ? "text, file, lufs and peak"
			                              : "name, language, speaker, licence, made and lines");
	}
}

static bool is_word(const struct yaml_node *node)
{
	return node->kind == YAML_SCALAR && *node->text;
}

// The value of a key as text; "" when it is missing or no text. A partial map has its fault already.
static const char *read_text(struct pack *pack, const struct yaml_node *map, const char *key, const char *missing,
                             struct fault_list *faults)
{
	const struct yaml_node *node = yaml_get(map, key);
	if (node && is_word(node))
		return arena_copy(pack->arena, node->text, strlen(node->text));
	if (node && !node->partial)
		fault_add(faults, &node->place, "`%s` needs a text on the same line", key);
	else if (!node && missing && !map->partial)
		fault_add(faults, &map->place, "%s", missing);
	return "";
}

// Digits with a sign and a point, whatever the locale.
static bool parse_number(const char *text, double *number)
{
	double sign = *text == '-' ? -1.0 : 1.0, value = 0.0, place = 1.0;
	text += *text == '-' || *text == '+';
	size_t digits = strspn(text, "0123456789");
	const char *rest = text + digits;
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	if (digits == 0 || *rest || rest - text > 12)
		return false;
	for (const char *at = text; *at; at++)
		if (*at != '.')
			value = value * 10.0 + (*at - '0');
	for (const char *at = text + digits; *at; at++)
		place *= *at == '.' ? 1.0 : 10.0;
	*number = sign * value / place;
	return true;
}

static double read_level(const struct yaml_node *map, const char *key, const char *unit, double least, double most,
                         struct fault_list *faults)
{
	const struct yaml_node *node = yaml_get(map, key);
	double level = 0.0;
	if (!node) {
		if (!map->partial)
			fault_add(faults, &map->place,
			          "the line has no `%s`; measure the recording, for example %s: -23.0", key, key);
	} else if (node->kind != YAML_SCALAR || !parse_number(node->text, &level)) {
		fault_add(faults, &node->place, "`%s` needs a plain number (%s), such as -23.0", key, unit);
	} else if (level < least || level > most) {
		fault_add(faults, &node->place, "`%s` lies outside %.0f to %.0f %s; measure the recording again", key,
		          least, most, unit);
	} else {
		return level;
	}
	return 0.0;
}

static struct pack_line read_line(struct pack *pack, const struct yaml_node *map, struct fault_list *faults)
{
	struct pack_line line = {.place = map->place};
	check_words(map, line_words, faults);
	line.text = read_text(pack, map, "text", "the line has no `text`; it says the spoken words", faults);
	line.file = read_text(pack, map, "file", "the line has no `file`; it names the recording", faults);
	line.lufs = read_level(map, "lufs", "LUFS", LUFS_LEAST, LUFS_MOST, faults);
	line.peak_db = read_level(map, "peak", "dBTP", PEAK_LEAST_DB, PEAK_MOST_DB, faults);
	line.folded = pack_fold(pack->arena, line.text);
	if (*line.text && !*line.folded)
		fault_add(faults, &yaml_get(map, "text")->place, "the `text` has no words");
	return line;
}

static void read_lines(struct pack *pack, const struct yaml_node *root, struct fault_list *faults)
{
	const struct yaml_node *list = yaml_get(root, "lines");
	if (!list) {
		if (!root->partial)
			fault_add(faults, &root->place, "the pack has no `lines`");
		return;
	}
	if (list->kind != YAML_LIST) {
		if (!list->partial)
			fault_add(faults, &list->place, "`lines` needs a list: each line begins with `- text:`");
		return;
	}
	pack->lines = arena_alloc(pack->arena, list->count * sizeof *pack->lines);
	for (size_t i = 0; i < list->count; i++) {
		const struct yaml_node *item = list->items[i];
		if (item->kind == YAML_MAP)
			pack->lines[pack->line_count++] = read_line(pack, item, faults);
		else if (!item->partial)
			fault_add(faults, &item->place, "a line needs text, file, lufs and peak");
	}
}

// False when it is no pack at all, and nothing more need be said.
static bool check_version(const struct yaml_node *root, struct fault_list *faults)
{
	const struct yaml_node *version = root->kind == YAML_MAP ? yaml_get(root, "stillroom-voice") : NULL;
	if (!version) {
		if (!root->partial)
			fault_add(faults, &root->place,
			          "this is not a voice pack; one begins with `stillroom-voice: 1`");
		return root->partial && root->kind == YAML_MAP;
	}
	if (version->kind != YAML_SCALAR || strcmp(version->text, "1") != 0)
		fault_add(faults, &version->place, "this stillroom reads voice packs of version 1 only");
	return true;
}

void manifest_read(struct pack *pack, const char *text, size_t length, struct fault_list *faults)
{
	pack->name = pack->language = pack->speaker = pack->licence = pack->made = "";
	const struct yaml_node *root = yaml_parse(pack->arena, pack->file, NULL, text, length, faults);
	if (!root || !check_version(root, faults))
		return;
	check_words(root, pack_words, faults);
	pack->name = read_text(pack, root, "name", "the pack has no `name`", faults);
	pack->language = read_text(pack, root, "language", "the pack has no `language`, such as en", faults);
	pack->speaker = read_text(pack, root, "speaker", NULL, faults);
	pack->licence = read_text(pack, root, "licence", NULL, faults);
	pack->made = read_text(pack, root, "made", NULL, faults);
	read_lines(pack, root, faults);
}

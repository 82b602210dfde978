// The tree is built from libyaml's events, so that every value has its mark, and so that a hostile file is refused
// before it has grown: the counts of depth and events stop the reading, aliases are never followed, and libyaml's own
// loader, which would expand them, is not used.
//
// libyaml stops at its first syntax error. What was read until then is kept, with every list and map that was open
// marked as partial, so that the checks above can go on without asking for what may stand below the error.
#include "yaml/yaml.h"

#include "base/arena.h"
#include "base/memory.h"
#include "yaml/slip.h"

#include <stdlib.h>
#include <string.h>

struct tree {
	yaml_parser_t parser;
	struct arena *arena;
	struct yaml_slip slip;
	size_t events;
	bool stopped;
	struct yaml_node *folded; // the last scalar, when it is plain and goes over several lines
};

static struct yaml_node *build_node(struct tree *tree, yaml_event_t *event, int depth);

static struct place place_of(const struct tree *tree, yaml_mark_t mark)
{
	return slip_place(&tree->slip, mark.line, mark.column);
}

static void stop(struct tree *tree, const struct place *place, const char *text)
{
	fault_add(tree->slip.faults, place, "%s", text);
	tree->stopped = true;
}

// The next event, to be deleted by the caller; false when reading has stopped.
static bool next_event(struct tree *tree, yaml_event_t *event)
{
	if (tree->stopped)
		return false;
	if (!yaml_parser_parse(&tree->parser, event)) {
		slip_explain(&tree->slip, &tree->parser);
		tree->stopped = true;
		if (tree->folded) // it has most likely swallowed the line with the error
			tree->folded->partial = true;
		return false;
	}
	if (++tree->events > YAML_MOST_EVENTS) {
		struct place place = place_of(tree, event->start_mark);
		stop(tree, &place, "too many values in one file; it may hold 100000");
		yaml_event_delete(event);
		return false;
	}
	return true;
}

static void check_scalar(struct tree *tree, struct yaml_node *node, const char *text, size_t length)
{
	const char *what;
	if (slip_bad_character(text, length, &what)) {
		fault_add(tree->slip.faults, &node->place, "the quoted words hold %s", what);
		node->partial = true;
	}
}

// Escapes and lines that were folded make a text that is not as long as what is written.
static int inset_of(const yaml_event_t *event, bool in_quotes)
{
	size_t letters = 0;
	for (const yaml_char_t *at = event->data.scalar.value; *at; at++)
		letters += (*at & 0xc0) != 0x80;
	bool one_line = event->start_mark.line == event->end_mark.line;
	size_t columns = one_line ? event->end_mark.column - event->start_mark.column : 0;
	return one_line && columns == letters + (in_quotes ? 2 : 0) ? in_quotes : -1;
}

static void build_scalar(struct tree *tree, struct yaml_node *node, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;
	node->kind = YAML_SCALAR;
	node->text = arena_copy(tree->arena, text, length);
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	check_scalar(tree, node, text, length);
	tree->slip.quoted = event->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
	                    event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	node->inset = inset_of(event, tree->slip.quoted);
	bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	tree->folded = plain && event->start_mark.line != event->end_mark.line ? node : NULL;
	tree->slip.begin = event->start_mark;
	tree->slip.end = event->end_mark;
}

// Anchors and tags would let one value stand for another; words that begin so are nearly always meant as words.
static void check_sign(struct tree *tree, struct yaml_node *node, const yaml_event_t *event)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;
	if (event->type == YAML_SCALAR_EVENT) {
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
	}
	char sign = event->type == YAML_ALIAS_EVENT ? '*' : anchor ? '&' : tag ? '!' : '\0';
	if (!sign)
		return;
	node->partial = true;
	fault_add(tree->slip.faults, &node->place, "`%c` has no meaning here; put words that begin with it in quotes",
	          sign);
}

static void build_list(struct tree *tree, struct yaml_node *list, int depth)
{
	size_t capacity = 0;
	yaml_event_t event;
	while (next_event(tree, &event)) {
		if (event.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&event);
			return;
		}
		list->items = arena_grow(tree->arena, list->items, list->count, &capacity, sizeof *list->items);
		list->items[list->count++] = build_node(tree, &event, depth + 1);
	}
	list->partial = true;
}

static int compare_keys(const void *left, const void *right)
{
	const struct yaml_node *a = *(struct yaml_node *const *)left, *b = *(struct yaml_node *const *)right;
	int by_text = strcmp(a->text, b->text);
	if (by_text)
		return by_text;
	if (a->place.line != b->place.line)
		return a->place.line < b->place.line ? -1 : 1;
	return a->place.column < b->place.column ? -1 : a->place.column > b->place.column;
}

static void drop_pair(struct yaml_node *map, const struct yaml_node *key)
{
	size_t i = 0;
	while (map->keys[i] != key)
		i++;
	map->count--;
	memmove(map->keys + i, map->keys + i + 1, (map->count - i) * sizeof *map->keys);
	memmove(map->items + i, map->items + i + 1, (map->count - i) * sizeof *map->items);
}

// Sorted first: a map of 50,000 keys must not cost 50,000 squared. No more pairs are dropped than faults are kept.
static void find_twins(struct tree *tree, struct yaml_node *map)
{
	size_t count = map->count, dropped = 0;
	if (count < 2)
		return;
	struct yaml_node **sorted = arena_alloc(tree->arena, count * sizeof *sorted);
	memcpy(sorted, map->keys, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, compare_keys);
	const struct yaml_node *first = sorted[0];
	for (size_t i = 1; i < count && dropped < FAULTS_MOST; i++) {
		if (strcmp(first->text, sorted[i]->text) != 0) {
			first = sorted[i];
			continue;
		}
		fault_add(tree->slip.faults, &sorted[i]->place,
		          "`%s` is here twice, first in line %d; keep one of them", yaml_clip(tree->arena, first->text),
		          first->place.line);
		drop_pair(map, sorted[i]);
		dropped++;
	}
}

static void add_pair(struct tree *tree, struct yaml_node *map, size_t *capacity, struct yaml_node *key,
                     struct yaml_node *value)
{
	if (key->kind != YAML_SCALAR || key->partial || (!*key->text && !key->quoted)) {
		if (!key->partial)
			fault_add(tree->slip.faults, &key->place,
			          "a word is missing before the colon; such as say: or rest:");
		map->partial = true;
		return;
	}
	size_t values_capacity = *capacity;
	map->keys = arena_grow(tree->arena, map->keys, map->count, capacity, sizeof *map->keys);
	map->items = arena_grow(tree->arena, map->items, map->count, &values_capacity, sizeof *map->items);
	map->keys[map->count] = key;
	map->items[map->count++] = value;
}

static void build_map(struct tree *tree, struct yaml_node *map, int depth)
{
	size_t capacity = 0;
	bool ended = false;
	yaml_event_t event;
	while (next_event(tree, &event)) {
		ended = event.type == YAML_MAPPING_END_EVENT;
		if (ended) {
			yaml_event_delete(&event);
			break;
		}
		struct yaml_node *key = build_node(tree, &event, depth + 1);
		if (!next_event(tree, &event))
			break;
		add_pair(tree, map, &capacity, key, build_node(tree, &event, depth + 1));
	}
	map->partial |= !ended;
	find_twins(tree, map);
}

// Takes the event.
static struct yaml_node *build_node(struct tree *tree, yaml_event_t *event, int depth)
{
	struct yaml_node *node = arena_alloc(tree->arena, sizeof *node);
	yaml_event_type_t type = event->type;
	node->place = place_of(tree, event->start_mark);
	node->text = "";
	if (type == YAML_SCALAR_EVENT)
		build_scalar(tree, node, event);
	check_sign(tree, node, event);
	yaml_event_delete(event);
	if (type != YAML_SEQUENCE_START_EVENT && type != YAML_MAPPING_START_EVENT)
		return node;
	node->text = NULL;
	node->kind = type == YAML_SEQUENCE_START_EVENT ? YAML_LIST : YAML_MAP;
	if (depth >= YAML_MOST_DEPTH) {
		stop(tree, &node->place, "nested too deeply; 32 levels are the most");
		node->partial = true;
	} else if (node->kind == YAML_LIST) {
		build_list(tree, node, depth);
	} else {
		build_map(tree, node, depth);
	}
	return node;
}

static struct yaml_node *build_document(struct tree *tree)
{
	struct yaml_node *root = NULL;
	yaml_event_t event;
	while (next_event(tree, &event)) {
		yaml_event_type_t type = event.type;
		if (type == YAML_DOCUMENT_START_EVENT && root) {
			struct place place = place_of(tree, event.start_mark);
			stop(tree, &place, "a second document begins here; put it in a file of its own");
		}
		bool value = type == YAML_SCALAR_EVENT || type == YAML_SEQUENCE_START_EVENT ||
		             type == YAML_MAPPING_START_EVENT || type == YAML_ALIAS_EVENT;
		if (value)
			root = build_node(tree, &event, 0);
		else
			yaml_event_delete(&event);
		if (type == YAML_STREAM_END_EVENT)
			break;
	}
	if (!root && !tree->stopped)
		fault_add(tree->slip.faults, &(struct place){tree->slip.file, 1, 1, tree->slip.from},
		          "the file is empty; see FORMAT.md for a first routine");
	return root;
}

static bool check_text(const struct yaml_slip *slip)
{
	if (slip->length > YAML_MOST_BYTES) {
		fault_add(slip->faults, &(struct place){slip->file, 0, 0, slip->from},
		          "the file is larger than 1 MiB; such files are small");
		return false;
	}
	const char *what, *bad = slip_bad_character(slip->text, slip->length, &what);
	if (!bad)
		return true;
	size_t line = 0, column = 0;
	for (const char *at = slip->text; at < bad; at++) {
		bool ends_line = *at == '\n' || (*at == '\r' && at[1] != '\n');
		line += ends_line;
		column = ends_line ? 0 : column + (((unsigned char)*at & 0xc0) != 0x80);
	}
	struct place place = slip_place(slip, line, column);
	fault_add(slip->faults, &place, "%s", what);
	return false;
}

struct yaml_node *yaml_parse(struct arena *arena, const char *file, const struct place *from, const char *text,
                             size_t length, struct fault_list *faults)
{
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3; // the mark that some editors put in front of UTF-8
		length -= 3;
	}
	struct tree tree = {.arena = arena, .slip = {text, length, file, from, faults, .quoted = false}};
	if (!check_text(&tree.slip))
		return NULL;
	if (!yaml_parser_initialize(&tree.parser))
		memory_ran_out();
	yaml_parser_set_encoding(&tree.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&tree.parser, (const unsigned char *)text, length);
	struct yaml_node *root = build_document(&tree);
	yaml_parser_delete(&tree.parser);
	return root;
}

struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->keys[i]->text, key) == 0)
			return map->items[i];
	return NULL;
}

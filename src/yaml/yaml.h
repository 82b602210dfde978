// YAML text to a tree in which every value keeps its place. Control thread.
//
// Only what a routine or a pack needs: mappings, sequences and plain scalars. Anchors, aliases, tags, several
// documents, NUL bytes and text that is not UTF-8 are faults; so is a tree deeper than 32, with more than 100,000
// events or over 1 MiB. Duplicate keys are faults. The commonest slips (a tab, a wrong indent, a missing space after a
// colon) get a hint in plain words.
#ifndef YAML_YAML_H
#define YAML_YAML_H

#include "base/fault.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	YAML_MOST_BYTES = 1 << 20,
	YAML_MOST_DEPTH = 32,
	YAML_MOST_EVENTS = 100000,
};

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	struct place place; // of its first character
	const char *text;   // a scalar's text, else NULL
	bool quoted;        // a scalar in quotes: never a blank value
	int inset;          // columns from its place to its text: 1 in quotes; -1 when it is not written as it reads
	bool partial;       // reading stopped inside it, or it has its fault already: miss nothing in it
	size_t count;       // items of a list, pairs of a map
	struct yaml_node **items; // a list's items, a map's values
	struct yaml_node **keys;  // a map's keys, all scalars, in the order written
};

// The root of the document, or NULL with faults in the list. `file` names it in messages and must outlive the tree;
// `from` is the place of the `use` that led here, or NULL. A tree may be NULL or partial when faults were added: look
// at faults->count. An empty document is a fault.
struct yaml_node *yaml_parse(struct arena *arena, const char *file, const struct place *from, const char *text,
                             size_t length, struct fault_list *faults);

// The value of `key`, or NULL. For maps.
struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

// The known word nearest to `word`, or NULL: a Damerau-Levenshtein distance of 1, from five letters on 2, from nine
// letters on a third of its length; letter case does not count. `known` ends with NULL.
const char *yaml_nearest(const char *word, const char *const *known);

// Words for a message: on one line, and no longer than some 40 characters.
const char *yaml_clip(struct arena *arena, const char *text);

// The slip `say:Lie down`: the length of the word before a colon that lacks its blank, or 0.
size_t yaml_missing_blank(const char *text);

#endif

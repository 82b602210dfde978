// What one load shares: the technique files read so far, the `use` that is being read, and the budgets that stop a
// stranger's routine before it has grown. Control thread.
#ifndef ROUTINE_LOADER_H
#define ROUTINE_LOADER_H

#include "routine/reader.h"

// A technique's file, parsed once.
struct source {
	const char *name; // as `use` gives it
	const struct yaml_node *root;
	struct routine_parameter *rules;
	size_t rule_count;
	bool half_read; // its text has faults: what it declares may be missing
	bool told;      // its steps have faults, which are told: another use is read without a word
};

struct loader {
	struct routine *routine; // its folders
	const struct routine_request *request;
	struct fault_list *faults; // a reader's own may be mute
	size_t troubles;           // values that could not be read, told or not
	struct source *sources[ROUTINE_MOST_FILES];
	size_t source_count;
	size_t source_bytes;

	const char *chain[ROUTINE_MOST_USE_DEPTH + 1]; // names of the files that are being read, the main one first
	int depth;

	size_t steps_made;
	size_t work;
	int searches;     // for files with nearly the name of a missing one
	bool stopped;     // a budget ran out: nothing more is read
	bool told_extent; // too many steps or too long has been told
};

// Takes n values from the budget; false, with a fault the first time, when nothing is left.
bool loader_spend(const struct reader *reader, const struct yaml_node *node, size_t n);
bool loader_spend_step(const struct reader *reader, const struct yaml_node *node);

// The technique of that name, or NULL after a fault at `node`. `use` is where its own faults are told to be used.
struct source *loader_find(const struct reader *reader, const struct yaml_node *use, const struct yaml_node *node,
                           const char *name);

// The folder's clause, with the size that a file may have.
const char *loader_why(const char *why);

// A list that takes no faults: for what is read again, only for its good steps.
struct fault_list loader_mute(struct arena *arena);

// NULL when the name stays in its folder, or what is wrong with it.
const char *loader_name_trouble(struct arena *arena, const char *name);

// Whether a technique of that name is there to be used.
bool loader_has(const struct reader *reader, const char *name);

// The folder that has the file, or NULL after a fault at `node`.
const struct folder *loader_find_file(const struct reader *reader, const struct yaml_node *node, const char *name);

#endif

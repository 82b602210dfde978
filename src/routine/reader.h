// How one map of a routine is read: by a table of its words, so that an unknown word, a missing one and a value of the
// wrong kind are told in the same way everywhere. Control thread.
#ifndef ROUTINE_READER_H
#define ROUTINE_READER_H

#include "routine/routine.h"
#include "routine/value.h"
#include "yaml/yaml.h"

// What a {name} in a text stands for.
struct parameter {
	const char *name, *text;
	const struct routine_parameter *rule;
};

struct scope {
	const struct parameter *parameters; // of the technique that is being read
	size_t count;
	const char *side_name;    // what {side} stands for: "left", "right"; NULL outside `sides`
	enum side side;           // of strokes and holds that name none
	bool for_sore;            // within an `if-sore`
	const struct place *from; // the `use` that led to this file, or NULL
};

struct loader;

struct reader {
	struct arena *arena; // the routine's
	struct fault_list *faults;
	const struct scope *scope;
	struct loader *loader;
};

typedef void read_word_fn(const struct reader *reader, const struct yaml_node *value, void *into);

struct word {
	const char *name;
	read_word_fn *read; // NULL: the caller reads it
	const char *needed; // when the word must be there: an example of it
};

struct vocabulary {
	const char *of;           // "a stroke"
	const char *example;      // of the whole: "{shape: circle, for: 2m}"
	const struct word *words; // ends with a NULL name
};

struct place reader_place(const struct reader *reader, const struct yaml_node *node);
void reader_fault(const struct reader *reader, const struct yaml_node *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

// Counts a value that is not there though nothing is said here: its fault is told already. reader_fault does it too.
void reader_trouble(const struct reader *reader);

// Reads a map: each word by its entry. False when it is not a map.
bool reader_words(const struct reader *reader, const struct yaml_node *node, const struct vocabulary *vocabulary,
                  void *into);

// Whether every word of a map is known.
bool reader_knows_all(const struct yaml_node *map, const struct vocabulary *vocabulary);

// The checks of reader_words one by one. `known` ends with NULL.
bool reader_is_map(const struct reader *reader, const struct yaml_node *node, const char *of, const char *example);
void reader_unknown(const struct reader *reader, const struct yaml_node *key, const char *of, const char *const *known);

// A value with its {names} filled in, or NULL after a fault. `example` is what would be right.
const char *reader_scalar(const struct reader *reader, const struct yaml_node *node, const char *example);

// The rest add a fault and give false when the value is not what it should be.
bool reader_text(const struct reader *reader, const struct yaml_node *node, const char *example, const char **text);
bool reader_choice(const struct reader *reader, const struct yaml_node *node, const char *const *names, int *choice);
bool reader_length(const struct reader *reader, const struct yaml_node *node, const struct value_bounds *bounds,
                   struct length *length);
bool reader_sec(const struct reader *reader, const struct yaml_node *node, double least_sec, double most_sec,
                double *sec);
bool reader_fade(const struct reader *reader, const struct yaml_node *node, double least_sec, double *sec);
bool reader_level(const struct reader *reader, const struct yaml_node *node, double *level_db);
bool reader_rate(const struct reader *reader, const struct yaml_node *node, double *per_minute);
bool reader_number(const struct reader *reader, const struct yaml_node *node, double least, double most,
                   double *number);
bool reader_whole(const struct reader *reader, const struct yaml_node *node, int least, int most, int *number);

// Names for messages: "left, right or both".
const char *reader_join(struct arena *arena, const char *const *names, const char *last);

// scope.c: the text with every {name} replaced, or NULL after a fault at `node`.
const char *scope_fill(const struct reader *reader, const struct yaml_node *node, const char *text);
bool scope_is_name(const char *text);

#endif

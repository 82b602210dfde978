// Steps: the list, and what each kind of step has in common. Control thread.
#ifndef ROUTINE_STEP_H
#define ROUTINE_STEP_H

#include "routine/loader.h"

// A list that grows, and how much it comes to when it is played.
struct step_list {
	struct step *items;
	size_t count, capacity;
	double unrolled; // steps
	double sec;      // of the lengths that are given in time
};

// One step as it stands in the file.
struct step_text {
	const struct yaml_node *map;
	const struct yaml_node *key;   // its main word
	const struct yaml_node *value; // of the main word
	bool doubtful;                 // it has unknown words: what seems missing may be there, misspelt
};

// Reads the list of a `steps:`.
void steps_read(const struct reader *reader, const struct yaml_node *node, struct step_list *list);

// Adds a zeroed step with its place.
struct step *step_list_add(const struct reader *reader, struct step_list *list, const struct step_text *text,
                           enum step_kind kind);

// Adds what a step comes to; a list that grows too large or too long is a fault at `node`.
void step_list_extend(const struct reader *reader, struct step_list *list, const struct yaml_node *node,
                      double unrolled, double sec);

// Makes `inner` the steps of a group, the list's last step, and adds what it comes to. A group without steps, which have
// faults then, is taken out again.
void step_close_group(const struct reader *reader, struct step_list *list, const struct step_text *text,
                      struct step *group, const struct step_list *inner);

// The `steps` of a step that has some below it; NULL when they are missing, which is a fault.
const struct yaml_node *step_inner(const struct reader *reader, const struct step_text *text);

// A file in which no `when` holds has nothing to play: a fault.
void steps_check_left(const struct reader *reader, const struct yaml_node *root, const struct routine *routine);

typedef void read_step_fn(const struct reader *reader, const struct step_text *text, struct step_list *list);
read_step_fn step_read_stroke, step_read_bed, step_read_repeat, step_read_sides, step_read_use, step_read_when;

// Reads the list of an `if-sore:`, with or without steps in it; false after a fault.
bool sore_read_steps(const struct reader *reader, const struct yaml_node *node, struct step_list *list);

// A step of its own with these steps in it.
void sore_add_group(const struct reader *reader, const struct step_text *text, const struct step_list *inner,
                    struct step_list *list);

// Makes still what moves or presses and does not stand in an `if-sore`.
void sore_make_still(struct step *steps, size_t count);

// Takes a timed step with a fault out of the list again; its words stay, each as a STEP_SAY.
void step_leave_words(const struct reader *reader, const struct step_text *text, struct step_list *list);

// `say` and `cues` of a timed step, once its length is known.
void step_read_extras(const struct reader *reader, const struct step_text *text, struct step *step,
                      struct step_list *list);

extern const struct value_bounds step_bounds;
extern const char *const step_side_names[];

#endif

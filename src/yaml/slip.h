// What the YAML reader knows when it meets something wrong, and how that is said in plain words. Control thread.
#ifndef YAML_SLIP_H
#define YAML_SLIP_H

#include "base/fault.h"

#include <yaml.h>

struct yaml_slip {
	const char *text; // the whole file
	size_t length;
	const char *file;
	const struct place *from;
	struct fault_list *faults;

	// The last scalar in quotes: where it began and ended.
	bool quoted;
	yaml_mark_t begin, end;
};

// Adds the fault for the parser's syntax error, where a person would look for it.
void slip_explain(const struct yaml_slip *slip, const yaml_parser_t *parser);

// The first character of a text that may not stand in one; NULL when all may. *what says what it is.
const char *slip_bad_character(const char *text, size_t length, const char **what);

// Lines from 0 and columns from 0, as libyaml counts them.
struct place slip_place(const struct yaml_slip *slip, size_t line, size_t column);

#endif

// What a routine says of itself before its steps, and the steps. Control thread.
#ifndef ROUTINE_HEAD_H
#define ROUTINE_HEAD_H

#include "routine/reader.h"

// Reads the whole of a routine's map.
void head_read(const struct reader *reader, const struct yaml_node *root, struct routine *routine);

// Checks `stillroom: 1`; false when the file is for a newer version, whose words are not known here.
bool head_version_fits(const struct reader *reader, const struct yaml_node *root);

// What holds when nothing is said.
void head_set_defaults(struct routine *routine);

// Whether some line of a text begins with a word of the format and its colon.
bool head_looks_like_a_routine(const char *text, size_t length);

#endif

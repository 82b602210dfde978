// Parameters: what `with:` declares, and what a `use` or the command line gives. Control thread.
#ifndef ROUTINE_PARAMETER_H
#define ROUTINE_PARAMETER_H

#include "routine/loader.h"

// Reads the declarations of source->root. `from` is the `use` that led to the file.
void parameter_read_rules(const struct reader *reader, const struct place *from, struct source *source);

// Checks and fills in what a `use` gives: `with` is its map, or NULL. Faults are at the values in the map, or at `node`.
void parameter_bind(const struct reader *reader, const struct yaml_node *node, const struct yaml_node *with,
                    const struct source *source, struct scope *scope);

// Checks and fills in the loader's arguments, for a file that is loaded by itself. With `needed` a parameter without a
// default is a fault when it is not among them; else it gets a plausible value.
void parameter_bind_arguments(const struct reader *reader, const struct source *source, bool needed,
                              struct scope *scope);

// Defaults, or plausible values: for a technique that is only half known.
void parameter_bind_plausible(const struct reader *reader, const struct source *source, struct scope *scope);

extern const struct vocabulary parameter_vocabulary;

#endif

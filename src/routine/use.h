// Techniques: files of steps for `use`. Control thread.
#ifndef ROUTINE_USE_H
#define ROUTINE_USE_H

#include "routine/step.h"

// Reads a technique's file by itself, with the loader's arguments; its steps are added as one group.
void use_read_alone(const struct reader *reader, const struct yaml_node *root, struct routine *routine,
                    struct step_list *list);

// Adds the technique of that name with its defaults, as a `use` at `node` would.
void use_add(const struct reader *reader, const struct yaml_node *node, const char *name, struct step_list *list);

#endif

// Techniques: files of steps for `use`. Control thread.
#ifndef ROUTINE_USE_H
#define ROUTINE_USE_H

#include "routine/step.h"

// Checks a technique's file on its own; its steps become the routine's, as one group.
void use_read_alone(const struct reader *reader, const struct yaml_node *root, struct routine *routine);

#endif

// For a file that is not there: one that is, with nearly its name. Control thread.
#ifndef ROUTINE_NEARBY_H
#define ROUTINE_NEARBY_H

#include "routine/routine.h"

// The file whose name, without folder and ending, is nearest to that of `name`, as it would be written in the routine;
// NULL when there is none. A `name` with `.yaml` is a technique's, another one a bed's.
const char *nearby_file(const struct routine *routine, const char *name);

#endif

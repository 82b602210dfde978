// A technique's file that is loaded by itself. Control thread.
#ifndef ROUTINE_ALONE_H
#define ROUTINE_ALONE_H

#include "routine/reader.h"

void alone_read(const struct reader *reader, const struct yaml_node *root, struct routine *routine);

#endif

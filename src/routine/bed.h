// The bed, as the whole routine's and as a step. Control thread.
#ifndef ROUTINE_BED_H
#define ROUTINE_BED_H

#include "routine/reader.h"

// Reads a bed into *bed. A change (the step) may also fade, and may leave the track as it is. False when there is
// nothing of it to keep: *bed is then none.
bool bed_read(const struct reader *reader, const struct yaml_node *node, bool change, struct bed *bed);

#endif

// A line of the control socket or of `stillroom ctl` to a wish. Any thread; nothing changes.
#ifndef CONTROL_LINE_H
#define CONTROL_LINE_H

#include "control/verb.h"

#include <stdbool.h>

enum { LINE_MOST_BYTES = 120 }; // without its end

// False, and in `why` what would be right, when the line asks for nothing that there is.
bool line_read(const char *line, struct wish *wish, char *why, size_t why_bytes);

#endif

// How a session stands, as text for who asks from outside. Any thread.
#ifndef CONTROL_VIEW_H
#define CONTROL_VIEW_H

#include "control/control.h"

#include <stddef.h>

// "playing, part 3 of 5: Forehead sweep, at 4m10s of 12m30s". One line; too long a text is cut at a letter's end.
void view_print(const struct control_view *view, char *text, size_t bytes);
// The same and more as a JSON object on one line; `{}` when it does not fit.
void view_print_json(const struct control_view *view, char *text, size_t bytes);

#endif

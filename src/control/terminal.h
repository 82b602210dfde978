// The keyboard of a terminal as a control, and the terminal dark meanwhile. Control thread, but for terminal_restore_now.
//
// While it is open a key comes at once and is not shown. More than eight different keys in one read are a paste or a
// hand: one VERB_OTHER. The terminal is given back as it was on destroy, on exit(), on Ctrl-Z, before a crash or any
// signal that ends the program, and after SIGKILL.
#ifndef CONTROL_TERMINAL_H
#define CONTROL_TERMINAL_H

#include "control/control.h"

#include <stdbool.h>

// NULL when the descriptor is not the terminal that this program stands in the foreground of, or one is open already.
// `dark`: the screen is black, empty and without a cursor; false leaves it alone. Signal handlers that are set later
// are the caller's own; those set before stay, but for crashes, where theirs comes after ours.
struct control *terminal_open(int fd, bool dark);
void terminal_again(struct control *control); // after SIGCONT; NULL is fine

// One dim line on the dark screen, drawn only when it changes; "" or NULL: none. NULL control is fine.
void terminal_show(struct control *control, const char *line);

// From any signal handler, on any thread, as often as you like.
void terminal_restore_now(void);

#endif

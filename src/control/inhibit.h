// Keeps the machine awake while a session plays, and pauses it before the machine sleeps all the same. Control thread.
#ifndef CONTROL_INHIBIT_H
#define CONTROL_INHIBIT_H

#include "control/control.h"

// Holds while it is told that a session plays, and lets go in a pause and at the end. NULL when there is no system bus;
// without logind on it nothing is held, and nothing else differs.
struct control *inhibit_create(void);

#endif

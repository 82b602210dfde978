// A remote, a number pad or a keyboard that is for this session alone, read below the desktop. Control thread.
//
// What is pressed there reaches no other program meanwhile. It may be missing or unplugged: it is looked for every few
// seconds at the same path, so choose one below /dev/input/by-id.
#ifndef CONTROL_REMOTE_H
#define CONTROL_REMOTE_H

#include "control/control.h"

// NULL when this program was built without libevdev.
struct control *remote_open(const char *path);
// 0 while it is there; else the errno of the last try (ENOENT: not plugged in, EACCES: not allowed to, ENOTTY: no such
// device, EBUSY: another program has taken it). 0 for NULL.
int remote_error(const struct control *control);

#endif

// The desktop's media keys, lock screens, headset buttons and playerctl: MPRIS 2.2 on the session bus. Control thread.
#ifndef CONTROL_MPRIS_H
#define CONTROL_MPRIS_H

#include "control/control.h"

// The lowest volume; MPRIS knows it as 0.
#define MPRIS_FLOOR_DB (-60.0)

// NULL when there is no session bus. Seen as org.mpris.MediaPlayer2.stillroom, a second player as .stillroom.instancePID.
struct control *mpris_create(void);

#endif

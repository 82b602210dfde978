// Where wishes come from: the keyboard, a socket, the desktop's media keys, a remote; behind one contract. Control thread.
//
// A control that cannot be had (no terminal, no bus, no device) is NULL at its creation, and all else works without it.
// Nothing here waits, prints, or knows what a session is.
#ifndef CONTROL_CONTROL_H
#define CONTROL_CONTROL_H

#include "control/verb.h"

#include <stdbool.h>

// WAITING: for an output that is away, to play on. ASKING: no session plays, and of the rest only the volume is known.
enum control_state { CONTROL_STOPPED, CONTROL_PLAYING, CONTROL_PAUSED, CONTROL_WAITING, CONTROL_ASKING };

// What the outside may know of the session. Texts live until the next tell.
struct control_view {
	enum control_state state;
	double at_sec, length_sec;
	bool jumped;                // the position did not get here by playing
	const char *title;          // of the session
	const char *part;           // that is playing; NULL before the first
	int part_index, part_count; // from 0; -1 before the first
	double volume_db;           // as chosen, at most 0
};

struct control {
	const struct control_ops *ops;
};

struct control_ops {
	// A descriptor to wait on and its poll events; -1 for none. May change between calls.
	int (*wait_on)(struct control *control, short *events);
	// When `take` must be called even if nothing arrives, by clock_sec; INFINITY: never.
	double (*deadline_sec)(struct control *control);
	// The next wish; false when there is none now. Does the control's own work too, so it is called until false.
	bool (*take)(struct control *control, struct wish *wish);
	// After each change, and when the position jumped.
	void (*tell)(struct control *control, const struct control_view *view);
	void (*destroy)(struct control *control);
};

// NULL is fine in all of these.
int control_wait_on(struct control *control, short *events);
double control_deadline_sec(struct control *control);
bool control_take(struct control *control, struct wish *wish);
void control_tell(struct control *control, const struct control_view *view);
void control_destroy(struct control *control);

#endif

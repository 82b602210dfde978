// The guard of the output: the sound stays on the headset that the session began on, or falls silent. Control thread.
//
// A sound server moves a stream to other speakers without a word to it when its output goes away. The guard watches the
// server (PulseAudio, or PipeWire through its PulseAudio side) from a thread of its own. With no server it does nothing,
// and waits for one. It never starts one.
#ifndef CONTROL_ROUTE_H
#define CONTROL_ROUTE_H

#include "control/control.h"

#include <stdbool.h>
#include <sys/types.h>

struct route_hooks {
	// Ends the sound now. Called by the guard's thread, with its lock held: it must not wait, nor call a route_
	// function. When it is called, route_is_lost is true already for all who ask.
	void (*silence)(void *user);
	void *user;
};

struct route;

struct route *route_create(const struct route_hooks *hooks);
void route_destroy(struct route *route); // NULL is fine, here and below; once it returns, no hook is called

// Gives VERB_PAUSE once after each loss; wakes its waiter also when the output is back. Its `destroy` is route_destroy.
struct control *route_control(struct route *route);

enum route_home {
	ROUTE_NEW_HOME,  // wherever the stream is now: at a start, or when the listener asked for sound again
	ROUTE_SAME_HOME, // where it was before, or it is lost at once: when the output was opened again by itself
};

// Guards the stream of this process from now on; a loss before is over. 0: none.
void route_follow(struct route *route, pid_t pid, enum route_home home);

bool route_is_lost(struct route *route); // since the last route_follow

// After a loss: the output is there again, and is the one that a new stream would go to.
bool route_is_back(struct route *route);

#endif

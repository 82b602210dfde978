// The output that a session began on, and whether its sound is still there: the judgement alone, without a sound server.
// One thread at a time; no side effects.
//
// An output is a sink and its port: a headset that is pulled out of its jack leaves the sink where it is.
#ifndef CONTROL_HOME_H
#define CONTROL_HOME_H

#include <stdbool.h>
#include <stdint.h>

enum { HOME_NAME_BYTES = 256, HOME_NO_INDEX = -1 };

// What a sound server says of a sink.
struct home_sink {
	int64_t index; // a server's number for it; a server that starts anew gives another
	const char *name;
	const char *port;  // the active one; NULL: it has none
	bool port_is_gone; // nothing is plugged in there
};

struct home {
	bool known;
	int64_t index;                                     // HOME_NO_INDEX: not known on this connection
	char name[HOME_NAME_BYTES], port[HOME_NAME_BYTES]; // port: empty for none
	bool port_was_gone;                                // from the start: some never tell the truth
};

enum home_verdict {
	HOME_STAYS,
	HOME_LEFT,    // the sound is, or is about to be, somewhere else
	HOME_UNKNOWN, // home_look at that sink tells
};

struct home home_none(void);

// The connection to the server is a new one: its numbers mean nothing any more.
void home_forget_index(struct home *home);

// The stream plays to this sink; HOME_NO_INDEX: to none at the moment.
enum home_verdict home_stream(const struct home *home, int64_t sink_index);

// What the sink is that the stream plays to. The first one becomes the home.
enum home_verdict home_look(struct home *home, const struct home_sink *sink);

// A sink is no more.
enum home_verdict home_removed(struct home *home, int64_t sink_index);

// The sink of that name is there, plugged in, and is where a new stream would go.
bool home_is_back(const struct home *home, const struct home_sink *sink, const char *default_name);

#endif

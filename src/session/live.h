// Plays a session to a live output: keys and signals in, fades and jumps out. Control thread; one at a time in a process,
// since signals are the process's.
#ifndef SESSION_LIVE_H
#define SESSION_LIVE_H

#include "mix/mix.h"
#include "out/sink.h"
#include "session/session.h"

struct live_options {
	int64_t begin_frames;
	double volume_db;           // at most 0
	int key_fd;                 // where keys come from when it is a terminal; -1: no keys
	int most_failures;          // of the output in a row, before the session gives up
	void (*opened)(void *user); // called once, when the output has opened; may be NULL
	void *user;
};

struct live_result {
	enum session_end end;
	int64_t at_frames;  // the position heard when it ended
	int signal;         // that ended it, or 0
	enum status status; // of the output's last start
};

// Returns when the session is over. SIGINT, SIGTERM and SIGHUP fade out and end it; a second one ends it at once.
struct live_result live_play(const struct score *score, struct mix *mix, struct sink *sink,
                             const struct live_options *options);

#endif

// The live session as a pure machine: session_step(state, event) gives the new state and what is to be done. Time and
// positions come in with the events, so any night can be replayed in a test. Any thread; no side effects.
//
// A pause and a jump are the same move: fade out, drop what was queued, seek, and either wait or fade in again.
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "score/score.h"

#include <stdbool.h>
#include <stdint.h>

enum session_mode {
	SESSION_OPENING, // waits for the output
	SESSION_PLAYING,
	SESSION_HALTING, // fades out; `after` says what comes then
	SESSION_PAUSED,
	SESSION_OVER,
};

enum session_end { END_NONE, END_DONE, END_STOPPED, END_NO_OUTPUT, END_LOST_OUTPUT };

struct session {
	const struct score *score;
	enum session_mode mode;
	enum session_mode after; // of HALTING and OPENING: PLAYING, PAUSED or OVER
	enum session_end end;    // why it is over
	int64_t target_frames;   // where to go on
	bool keeps_target;       // a jump: target is where it goes, not where the fade began
	bool opened;             // the output has worked once
	int failures;            // of the output in a row
	int most_failures;       // so many in a row end it
	double failed_sec;       // when the last one was
};

enum session_event_kind {
	EVENT_OPENED,
	EVENT_OPEN_FAILED,
	EVENT_LOST,    // the output hangs or is gone; at: the frame last heard
	EVENT_SETTLED, // the fade out is over; at: where it began
	EVENT_ENDED,   // the last sample was heard
	EVENT_PAUSE,   // pause or resume
	EVENT_NEXT,
	EVENT_PREVIOUS,
	EVENT_STOP,
};

struct session_event {
	enum session_event_kind kind;
	int64_t at_frames; // the position heard
	double now_sec;    // any clock that does not go back
};

#define SESSION_FORGIVE_SEC 60.0 // failures further apart than this are not in a row
#define SESSION_PREVIOUS_SEC 3.0 // this far into a part, `previous` goes to its own start
#define FADE_JUMP_SEC 0.6

// What is to be done, in this order; fades in seconds.
struct session_effects {
	bool reopen; // stop the output and start it anew; answer with EVENT_OPENED or EVENT_OPEN_FAILED
	bool halt;   // fade out over halt_sec; answer with EVENT_SETTLED
	double halt_sec;
	bool seek; // mix from seek_frames on
	int64_t seek_frames;
	bool go; // fade in over go_sec
	double go_sec;
};

// A session that begins at a frame, waiting for EVENT_OPENED. So many failures of the output in a row end it.
struct session session_init(const struct score *score, int64_t begin_frames, int most_failures);
struct session_effects session_step(struct session *session, const struct session_event *event);

#endif

// Plays a session on a stage: wishes in, fades, jumps and answers out. Control thread.
#ifndef SESSION_LIVE_H
#define SESSION_LIVE_H

#include "mix/mix.h"
#include "session/session.h"
#include "session/stage.h"

struct live_hooks {
	void *user;
	void (*opened)(void *user); // once, when the output has opened
	// The mix of a variant: the caller's, alive until live_play returns. NULL: it cannot be had now; asked again at the
	// next change of place, so it waits for it once at most.
	struct mix *(*variant)(void *user, enum session_variant variant);
	// About once a second while it plays: where, and how much was heard by now.
	void (*keep)(void *user, const struct session *session, int64_t at_frames, int64_t heard_frames);
	void (*note)(void *user, const struct session_note *note);
};

struct live_options {
	int64_t begin_frames;
	double volume_db;         // at most 0
	int ease;                 // steps of "too much" that it begins with
	const char *const *hurts; // areas that are left out from the beginning; live as long as the session
	int hurt_count;
	double patience_sec;     // with a lost output, before the session gives up
	const char *title;       // for the controls
	struct live_hooks hooks; // any may be NULL, but for user
};

struct live_result {
	enum session_end end;
	int64_t at_frames;    // the position heard when it ended
	int64_t heard_frames; // how much of it was played
	double volume_db;     // as chosen at last
	int ease;
	enum status status; // of the output's last start
};

// An output that a question has left open is taken over as it is. Returns when the session is over, with the output still
// open if it is: stage_close ends it. A signal fades out and
// ends it; a second one ends it at once.
struct live_result live_play(struct stage *stage, const struct score *score, struct mix *mix,
                             const struct live_options *options);

#endif

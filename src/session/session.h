// The live session as a pure machine: session_step(state, event) gives the new state and what is to be done. Time and
// positions come in with the events, so any night can be replayed in a test. Any thread; no side effects.
//
// A pause and a jump are the same move: fade out, drop what was queued, seek, and either wait or fade in again.
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "control/verb.h"
#include "score/score.h"
#include "session/answer.h"

#include <stdbool.h>
#include <stdint.h>

enum { SESSION_MOST_PARTS = 256, SESSION_MOST_HURTS = 16, SESSION_MOST_NOTES = 3 };

enum session_mode {
	SESSION_OPENING, // waits for the output
	SESSION_PLAYING,
	SESSION_HALTING, // fades out; `after` says what comes then
	SESSION_PAUSED,
	SESSION_OVER,
};

enum session_end { END_NONE, END_DONE, END_STOPPED, END_NO_OUTPUT, END_LOST_OUTPUT };

// Which sound of the score is played: its own, or less of it.
enum session_variant { VARIANT_ALL, VARIANT_DARK, VARIANT_NAMES, VARIANT_BREATH, VARIANTS };

struct session {
	const struct score *score;
	enum session_mode mode;
	enum session_mode after; // of HALTING and OPENING: PLAYING, PAUSED or OVER
	enum session_end end;    // why it is over
	int64_t target_frames;   // where to go on
	bool keeps_target;       // a jump: target is where it goes, not where the fade began
	bool opened;             // the output has worked once
	bool closed;             // the output's route went; only a wish opens another
	bool asked_to_open;      // by that wish
	int failures;            // of the output in a row
	double away_sec;         // when the first of them was
	double patience_sec;     // away for so long, it ends; 0: when it is lost
	double opened_sec;       // when the output last opened
	double paused_sec;       // since when it is paused

	// comfort.c
	double volume_db; // as chosen, at most 0
	int ease;         // steps of "too much"
	uint8_t skips[SESSION_MOST_PARTS];
	const char *hurts[SESSION_MOST_HURTS]; // areas left out from now on
	int hurt_count;

	// answers.c
	struct answer waiting; // to be spoken as soon as there is room
	double waiting_since_sec;
	bool speaking; // an answer sounds
	bool goes_on;  // paused only for it

	struct wish last_jump;
	double last_jump_sec;
	double granted_sec; // when a key brought the sleep tail back
	double escape_sec;
};

enum session_event_kind {
	EVENT_OPENED,
	EVENT_OPEN_FAILED,
	EVENT_LOST,       // the output hangs or is gone; at: the frame last heard
	EVENT_ROUTE_LOST, // the sound would come out elsewhere, such as a loudspeaker for a headset; at: the frame last heard
	EVENT_SETTLED, // the fade out is over; at: where it began
	EVENT_ENDED,   // the last sample was heard
	EVENT_WISH,
	EVENT_ANSWERED, // the answer is over
	EVENT_TICK,     // time passes; several a second while it plays
};

struct session_event {
	enum session_event_kind kind;
	struct wish wish;  // EVENT_WISH
	int64_t at_frames; // the position heard
	int64_t sent_frames; // the position that leaves for the output now, a latency further; less than at_frames: the same
	double now_sec;      // any clock that does not go back
};

#define SESSION_HOLDS_SEC 5.0    // an output that is lost sooner has not come back,
#define SESSION_HEARD_SEC 1.5    // unless so much was heard
#define SESSION_PREVIOUS_SEC 3.0 // this far into a part, `previous` goes to its own start
#define SESSION_DOUBLE_SEC 0.3   // a key that jumps, pressed twice within this, counts once
#define SESSION_ESCAPE_SEC 2.0   // two Escapes within this are a stop
#define SESSION_LONG_PAUSE_SEC 120.0
#define SESSION_LONG_BACK_SEC 15.0 // after a long pause: to the instruction's start, or this much back
#define SESSION_GRANT_SEC 600.0    // a key in the sleep tail
#define SESSION_AHEAD_SEC 0.8      // an area left out is jumped over this much before it begins
#define FADE_JUMP_SEC 0.6

enum note_kind { NOTE_SKIPPED, NOTE_NOT_TONIGHT, NOTE_HURT, NOTE_TOO_MUCH, NOTE_LITTLE_MORE };

// For the diary.
struct session_note {
	enum note_kind kind;
	const char *name; // of the part or area; NULL for none
	int ease;         // of NOTE_TOO_MUCH and NOTE_LITTLE_MORE: steps now
	int64_t at_frames;
};

// What is to be done, in this order; fades in seconds.
struct session_effects {
	bool close;  // stop the output; no answer is due
	bool reopen; // stop the output and start it anew; answer with EVENT_OPENED or EVENT_OPEN_FAILED
	bool set_volume;
	double volume_db; // with what "too much" takes
	bool hush;        // cancel the answer that sounds; no EVENT_ANSWERED follows
	bool halt;        // fade out over halt_sec; answer with EVENT_SETTLED
	double halt_sec;
	bool seek; // the place is seek_frames; mix from lead_frames on, in this variant
	int64_t seek_frames;
	int64_t lead_frames; // what precedes the place is heard while the fade rises, and words are not lost in it
	enum session_variant variant;
	bool go; // fade in over go_sec
	double go_sec;
	struct answer say; // speak it; when it was heard, EVENT_ANSWERED
	struct session_note notes[SESSION_MOST_NOTES];
	int note_count;
};

// A session that begins at a frame, waiting for EVENT_OPENED. A lost output is waited for so long.
struct session session_init(const struct score *score, int64_t begin_frames, double volume_db, double patience_sec);
void session_ease(struct session *session, int steps);             // before its first event
void session_leave_out(struct session *session, const char *area); // likewise; the name outlives it
struct session_effects session_step(struct session *session, const struct session_event *event);

double session_live_db(const struct session *session); // the volume as chosen, less what "too much" takes
enum session_variant session_variant(const struct session *session);

// Where to go on after a long pause at a place.
int64_t session_back_to(const struct score *score, int64_t at_frames);

#endif

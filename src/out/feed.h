// The feed: the one way of sound from the mixing thread to whatever plays it, and the one place where live gain is
// applied. It lies in shared memory between the player and the device's child process, holds no pointer and needs no
// lock.
//
// The mixing thread writes frames; the audio thread pulls them, applies one ramped gain, and counts. A pause and a jump
// are the same thing: `halt` fades to silence and drops what was queued, the mixing thread writes from the new place,
// `go` fades in. Gain is never above the volume, and the volume never above 0 dB: what is heard is at most the score's
// own sound. At full volume and no ramp, frames pass unchanged bit for bit.
//
// When frames run out without an end (a stalled disk), the audio thread fades over the last of them and fades in again
// when they return.
#ifndef OUT_FEED_H
#define OUT_FEED_H

#include "base/ring.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct feed {
	// Written by the control thread. A command counts when its number has changed.
	_Alignas(64) _Atomic uint32_t command; // number of the last command
	_Atomic uint32_t wanted_state;         // enum feed_state: FEED_PLAYING or FEED_HALTED
	_Atomic int32_t fade_frames;           // of the command: from silence to 0 dB, or back
	_Atomic float volume_db;               // at most 0; FADE_FLOOR_DB or below is silence
	_Atomic int32_t volume_frames_per_db;  // how slowly a change of volume goes
	_Atomic int64_t end_written;           // the ring position after the last frame, or -1

	// Written by the audio thread.
	_Alignas(64) _Atomic uint32_t
		done_command;           // the last command whose fade has ended (and whose queue is dropped)
	_Atomic int64_t pulls;          // calls: the watchdog's pulse
	_Atomic int64_t pulled_frames;  // frames given to the device in all, silence too
	_Atomic int64_t queue_frames;   // frames taken from the ring while playing, dropped ones not counted
	_Atomic int64_t drained_frames; // silence given since the last frame of the session
	_Atomic int64_t fade_began;     // queue_frames when the last halt began: where to resume
	_Atomic int32_t starved;        // times the ring ran out
	_Atomic float gain_db;          // as it is now

	// The audio thread's own.
	_Alignas(64) struct {
		uint32_t command;
		uint32_t state;
		double transport_db, transport_step_db; // of the fade: 0 is full
		double volume_db;
		bool starving;
	} audio;

	struct ring ring;
};

enum feed_state { FEED_HALTED, FEED_PLAYING };

// Setup: before either side runs. A feed starts halted and silent.
void feed_init(struct feed *feed, double volume_db);

// Control thread. A fade of 0 frames is at once: only for a session's very start, whose score rises from silence.
void feed_go(struct feed *feed, int32_t fade_frames);
void feed_halt(struct feed *feed, int32_t fade_frames);
bool feed_settled(const struct feed *feed);                // the last command is done
void feed_set_volume(struct feed *feed, double volume_db); // at 3 dB a second up, faster down

// Control thread: frames of the session that have gone to the output since feed_init. The listener is the output's
// latency behind.
int64_t feed_queue_frames(const struct feed *feed);
bool feed_ended(const struct feed *feed, int64_t silence_frames); // the last frame, then that much silence, has gone

// Mixing thread. After a halt it may write only once the feed has settled.
int64_t feed_space(const struct feed *feed);
int64_t feed_write(struct feed *feed, const float *frames, int64_t n_frames); // returns how many there was room for
void feed_end(struct feed *feed);                                             // what was written is all

// Audio thread: gives exactly n frames, silence included. Never allocates, locks, logs or waits.
void feed_pull(struct feed *feed, float *out, int64_t n_frames);

#endif

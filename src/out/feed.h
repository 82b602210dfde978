// The feed: the one way of sound from the mixing thread to whatever plays it, and the one place where live gain is
// applied. It lies in shared memory between the player and the device's child process, holds no pointer and needs no
// lock.
//
// The mixing thread writes frames; the audio thread pulls them, applies one ramped gain, and counts. A pause and a jump
// are the same thing: `halt` fades to silence and drops what was queued, the mixing thread writes from the new place,
// `go` fades in. At full volume and no ramp, frames pass unchanged bit for bit.
//
// When frames run out without an end (a stalled disk), the audio thread fades over the last of them and fades in again
// when there are enough. An aside is spoken over what is queued, and over silence. feed.c tells the states.
//
// Never louder. What is heard is
//
//   score's own sound x volume x transport x duck  +  aside x volume
//
// - The volume is at most what was chosen last, and 0 dB. It rises by 2 dB a second.
// - The transport is silence before and after every change of place. From silence it rises by 20 dB a second, and by no
//   more on any part of that way. Silence ends at FADE_FLOOR_DB: below it, 0.3 s lead to nothing without a step.
// - The duck leaves with 18.8 dB a second at most.
// - Only one of the three rises at a time, so their product rises by 20 dB a second at most.
// - Peaks: with the session's ceiling c, an aside stays under 0.708 c (3 dB below; its limiter holds that), and sounds
//   only while the session is ducked by 12 dB, under 0.251 c. The peak of a sum is at most the sum of the peaks:
//   0.708 c + 0.251 c = 0.959 c. How loud its words are is its maker's: level them as the session's voice.
#ifndef OUT_FEED_H
#define OUT_FEED_H

#include "base/ring.h"
#include "out/aside.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

// How fast gain may rise from silence, and by a wish for another volume, which may fall quickly.
#define FEED_RISE_DB_PER_SEC 20.0
#define FEED_VOLUME_RISE_DB_PER_SEC 2.0 // a step of "too much", 6 dB, comes back over 3 s
#define FEED_VOLUME_FALL_DB_PER_SEC 40.0

// The session under an aside, and an aside under the session's ceiling.
#define FEED_DUCK_DB (-12.0)
#define FEED_ASIDE_DB (-3.0)

enum {
	// Kept in the ring for a fade, should nothing more come: 20 ms.
	FEED_RESERVE_FRAMES = ENGINE_RATE_HZ / 50,
	// A rise begins with this much in the ring, or an end: 0.4 s. An output that opens takes nearly that at once.
	FEED_ENOUGH_FRAMES = ENGINE_RATE_HZ * 2 / 5,
	// No fade from silence to 0 dB is shorter than 60 dB at 20 dB a second and 6 dB below them: 3.302 s. None to
	// silence is shorter than 5 ms.
	FEED_LEAST_RISE_FRAMES = ENGINE_RATE_HZ * 3302 / 1000,
	FEED_LEAST_FALL_FRAMES = ENGINE_RATE_HZ / 200,
	// The duck, S-curves in decibels: 0.3 s down, 1 s up. At once where there is silence.
	FEED_DUCK_DOWN_FRAMES = ENGINE_RATE_HZ * 3 / 10,
	FEED_DUCK_UP_FRAMES = ENGINE_RATE_HZ,
};

struct feed {
	// Written by the control thread.
	_Alignas(64) _Atomic uint64_t order; // the last command in one word: its number, its state, its fade in frames
	_Atomic float volume_db;             // at most 0; FADE_FLOOR_DB or below is silence

	// Written by the mixing thread; a halt takes it back.
	_Atomic int64_t end_written; // the ring position after the last frame, or -1

	// Written by the audio thread.
	_Alignas(64) _Atomic uint32_t done_command; // the last halt whose queue is dropped, or go that was heeded
	_Atomic int64_t pulls;                      // calls: the watchdog's pulse
	_Atomic int64_t pulled_frames;              // frames given to the device in all, silence too
	_Atomic int64_t queue_frames; // frames taken from the ring to be played, in fades too; dropped ones not counted
	_Atomic int64_t drained_frames; // silence given since the last frame of the session
	_Atomic int64_t fade_began;     // queue_frames when the last halt began: where to resume
	_Atomic int32_t starved;        // times the ring ran out
	_Atomic float gain_db;          // as it is now; -INFINITY is silence

	// The audio thread's own.
	_Alignas(64) struct {
		uint32_t command; // the last one heeded
		uint32_t state;   // feed.c tells
		double level;     // the transport's place on its fade curve: 1 is silence, LEVEL_FULL is 0 dB
		double level_step;
		int64_t fade_left_frames; // of the transport's fade; 0: none
		int64_t rise_frames;      // of the next fade from silence to 0 dB
		float volume_db;          // as last asked for
		double volume_gain, volume_goal;
		int32_t duck_place; // on its curve: 0 is none
		double duck_gain;   // at that place
		bool wants_room;    // an aside sounds, or waits for the duck
	} audio;

	struct ring ring;
	struct aside aside;
};

// Setup: before either side runs. A feed starts halted and silent, for a session as soft as in an attack.
void feed_init(struct feed *feed, double volume_db);
void feed_set_ceiling(struct feed *feed, double dbtp); // the session's; control thread, before the first aside

// Control thread. A go's fade is never shorter than FEED_LEAST_RISE_FRAMES, but a fade of 0 frames is at once before
// the first frame of all: only for a session's very start, whose score rises from silence. A start in its middle (a new
// feed after a reconnect, `--from`) gives its fade.
// A go during a halt's fade is heeded when that halt is done; only the newest command counts.
void feed_go(struct feed *feed, int32_t fade_frames);
void feed_halt(struct feed *feed, int32_t fade_frames);
// The last command is done: a halt has faded and dropped the queue, or a go will play whatever is written from now on
// (it begins its fade once there is enough).
bool feed_settled(const struct feed *feed);
void feed_set_volume(struct feed *feed, double volume_db); // 2 dB a second up, faster down

// Control thread: frames of the session that have gone to the output since feed_init. The listener is the output's
// latency behind.
int64_t feed_queue_frames(const struct feed *feed);
bool feed_ended(const struct feed *feed, int64_t silence_frames); // the last frame, then that much silence, has gone

// Control thread: asides. A new one takes the place of one that sounds. Volume rules it, a halt or a go does not. More
// than the 1.3 s that have room is topped up a few times a second; where that is late, it fades, waits and goes on.
void feed_aside_begin(struct feed *feed);
// One channel or two at 48 kHz; returns how many frames it took. What is above the aside's ceiling is turned down.
int64_t feed_aside_write(struct feed *feed, const float *frames, int channels, int64_t n_frames);
void feed_aside_end(struct feed *feed);                                 // what was written is all
void feed_aside_cancel(struct feed *feed);                              // fades within 40 ms
bool feed_aside_runs(const struct feed *feed);                          // begun, and not yet all given to the output
bool feed_aside_heard(const struct feed *feed, int64_t silence_frames); // all given, and so many frames after it

// Mixing thread. After a halt it may write (and end) only once the feed has settled. Writing on takes an end back.
int64_t feed_space(const struct feed *feed);
int64_t feed_write(struct feed *feed, const float *frames, int64_t n_frames); // returns how many there was room for
void feed_end(struct feed *feed);                                             // what was written is all

// Audio thread: gives exactly n frames, silence included. Never allocates, locks, logs or waits.
void feed_pull(struct feed *feed, float *out, int64_t n_frames);

#endif

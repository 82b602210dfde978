// An aside: words spoken over the session at once, past the second of session that is already queued. Part of the feed:
// it lies in the same shared memory, holds no pointer and needs no lock.
//
// An aside has no fade in: its own sound begins softly, and it waits until the session is ducked. No sample of it lies
// above its ceiling: the limiter stands in the way of its writing.
#ifndef OUT_ASIDE_H
#define OUT_ASIDE_H

#include "base/ring.h"
#include "sound/limiter.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	ASIDE_EDGE_FRAMES = ENGINE_RATE_HZ / 100, // S-curve where it begins, or goes on after its frames ran out: 10 ms
	ASIDE_CANCEL_FRAMES = ENGINE_RATE_HZ / 25,  // S-curve when it is cancelled: 40 ms
	ASIDE_RESERVE_FRAMES = ENGINE_RATE_HZ / 50, // kept for a fade, should nothing more come
	ASIDE_ENOUGH_FRAMES = ENGINE_RATE_HZ / 5,   // it begins with this much, or its end
	ASIDE_WINDOW_FRAMES = LIMITER_REACH_FRAMES + BLOCK_FRAMES + LIMITER_REACH_FRAMES,
};

struct aside {
	// Written by the control thread: positions in the ring. `until` is stored before `from`, and read after it.
	_Alignas(64) _Atomic int64_t from; // what lies before is cancelled
	_Atomic int64_t until;             // its end, or INT64_MAX while it is being written

	// The control thread's own: what waits for the limiter, which looks ahead.
	struct {
		float ceiling_gain; // of all asides; the true peak stays under it
		int32_t held_frames;
		float window[ASIDE_WINDOW_FRAMES * ENGINE_CHANNELS];
	} control;

	// Written by the audio thread.
	_Alignas(64) _Atomic int64_t drained_frames; // given since its last frame

	// The audio thread's own.
	struct {
		uint32_t state; // aside.c tells
		double place;   // on the edge's curve: 0 is silence, 1 is full
		double place_step;
		int64_t edge_left_frames; // 0: no edge
		int64_t filled_frames;    // as last seen
		bool ended;               // no more will follow them
	} audio;

	struct ring ring;
};

// Setup.
void aside_init(struct aside *aside);
void aside_set_ceiling(struct aside *aside, double dbtp); // control thread, too; for what is written after it

// Control thread; feed.h tells.
void aside_begin(struct aside *aside);
int64_t aside_write(struct aside *aside, const float *frames, int channels, int64_t n_frames);
void aside_end(struct aside *aside);
void aside_cancel(struct aside *aside);
bool aside_runs(const struct aside *aside);
bool aside_heard(const struct aside *aside, int64_t silence_frames);

// Audio thread, for each piece: look, then say how many frames it gives next (0: none), then mix exactly so many or fewer.
void aside_look(struct aside *aside);
bool aside_wants_room(const struct aside *aside); // it sounds, or would if the session were ducked
int64_t aside_frames(struct aside *aside);        // only while the session is ducked
void aside_read(struct aside *aside, float *frames, int64_t n_frames);
void aside_count_silence(struct aside *aside, int64_t n_frames);

#endif

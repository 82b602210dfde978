// A queue of its own, and one edge that softens what is broken off.
//
// States of the audio thread:
//
//   SILENT    nothing is taken                         enough, and the session is ducked: SPEAKING
//   SPEAKING  frames as they are, after a short edge   cancelled, or reserve reached without an end: LEAVING
//                                                      all taken: SILENT
//   LEAVING   fade over what is left of it             done: what was cancelled is dropped, SILENT
//
// A new aside begins where the one before is cancelled, so it can be written while that still fades, and the two never
// mix: the fade ends at `from` at the latest, and what lies before `from` is dropped.
#include "out/aside.h"

#include "base/decibel.h"
#include "sound/curve.h"

#include <string.h>

enum aside_state { SILENT, SPEAKING, LEAVING };

#define LOAD(number) atomic_load_explicit(&(number), memory_order_acquire)
#define STORE(number, value) atomic_store_explicit(&(number), value, memory_order_release)

static const int64_t OPEN = INT64_MAX;

// What the control thread still holds when an aside ends must find room.
enum { END_FRAMES = 2 * BLOCK_FRAMES };

// ---- Setup and control thread

void aside_init(struct aside *aside)
{
	memset(aside, 0, sizeof *aside);
}

void aside_set_ceiling(struct aside *aside, double dbtp)
{
	aside->control.ceiling_gain = (float)gain_from_db(dbtp);
}

// Whatever was written before now is no longer wanted.
static void cancel(struct aside *aside, int64_t until)
{
	STORE(aside->until, until);
	STORE(aside->from, LOAD(aside->ring.written));
	aside->control.held_frames = 0;
	memset(aside->control.window, 0, sizeof aside->control.window);
}

void aside_begin(struct aside *aside)
{
	cancel(aside, OPEN);
}

void aside_cancel(struct aside *aside)
{
	cancel(aside, LOAD(aside->ring.written));
}

// A block goes through the limiter, and the window moves on.
static void pass_block(struct aside *aside, int64_t n_frames)
{
	float *window = aside->control.window;
	float block[BLOCK_FRAMES * ENGINE_CHANNELS];
	limiter_block(window, aside->control.ceiling_gain, block);
	ring_write(&aside->ring, block, n_frames);
	size_t kept = (ASIDE_WINDOW_FRAMES - BLOCK_FRAMES) * ENGINE_CHANNELS;
	size_t gone = BLOCK_FRAMES * ENGINE_CHANNELS;
	memmove(window, window + gone, kept * sizeof *window);
	memset(window + kept, 0, gone * sizeof *window);
	aside->control.held_frames -= (int32_t)n_frames;
}

static void hold_frame(struct aside *aside, const float *frame, int channels)
{
	float *place = aside->control.window + (LIMITER_REACH_FRAMES + aside->control.held_frames) * ENGINE_CHANNELS;
	place[0] = frame[0];
	place[1] = frame[channels - 1];
	aside->control.held_frames++;
}

int64_t aside_write(struct aside *aside, const float *frames, int channels, int64_t n_frames)
{
	if (LOAD(aside->until) != OPEN || ring_space(&aside->ring) < END_FRAMES)
		return 0;
	for (int64_t i = 0; i < n_frames; i++) {
		if (aside->control.held_frames == BLOCK_FRAMES + LIMITER_REACH_FRAMES) {
			if (ring_space(&aside->ring) < BLOCK_FRAMES + END_FRAMES)
				return i;
			pass_block(aside, BLOCK_FRAMES);
		}
		hold_frame(aside, frames + i * channels, channels);
	}
	return n_frames;
}

void aside_end(struct aside *aside)
{
	if (LOAD(aside->until) != OPEN)
		return;
	while (aside->control.held_frames > 0) {
		int32_t held = aside->control.held_frames;
		pass_block(aside, held < BLOCK_FRAMES ? held : BLOCK_FRAMES);
	}
	STORE(aside->until, LOAD(aside->ring.written));
}

bool aside_runs(const struct aside *aside)
{
	return LOAD(aside->ring.read) < LOAD(aside->until);
}

bool aside_heard(const struct aside *aside, int64_t silence_frames)
{
	return !aside_runs(aside) && LOAD(aside->drained_frames) >= silence_frames;
}

// ---- Audio thread

static void begin_edge(struct aside *aside, double goal, int64_t n_frames)
{
	aside->audio.edge_left_frames = n_frames;
	aside->audio.place_step = (goal - aside->audio.place) / (double)n_frames;
}

static void fall_silent(struct aside *aside)
{
	aside->audio.state = SILENT;
	aside->audio.place = 0.0;
	aside->audio.edge_left_frames = 0;
}

static void speak(struct aside *aside)
{
	aside->audio.state = SPEAKING;
	begin_edge(aside, 1.0, ASIDE_EDGE_FRAMES);
}

static void leave(struct aside *aside, int64_t n_frames)
{
	if (n_frames > ASIDE_CANCEL_FRAMES)
		n_frames = ASIDE_CANCEL_FRAMES;
	if (aside->audio.state == LEAVING && n_frames >= aside->audio.edge_left_frames)
		return;
	aside->audio.state = LEAVING;
	begin_edge(aside, 0.0, n_frames);
}

// How much there is to take. `written` is read first and `from` after it, so no frame of a new aside is seen before the
// old one is known to be cancelled.
static int64_t see_queue(struct aside *aside)
{
	int64_t written = LOAD(aside->ring.written);
	int64_t from = LOAD(aside->from);
	int64_t until = LOAD(aside->until);
	aside->audio.ended = until <= written;
	aside->audio.filled_frames = written - LOAD(aside->ring.read);
	return from;
}

static bool has_enough(const struct aside *aside)
{
	if (aside->audio.ended)
		return aside->audio.filled_frames > 0;
	return aside->audio.filled_frames >= ASIDE_ENOUGH_FRAMES;
}

void aside_look(struct aside *aside)
{
	int64_t from = see_queue(aside);
	int64_t cancelled_frames = from - LOAD(aside->ring.read);
	if (cancelled_frames > 0 && aside->audio.state != SILENT) {
		leave(aside, cancelled_frames);
		return;
	}
	if (cancelled_frames > 0) {
		ring_skip_to(&aside->ring, from);
		if (see_queue(aside) != from)
			aside->audio.filled_frames = 0; // cancelled once more meanwhile: next time
	}
	int64_t filled = aside->audio.filled_frames;
	if (aside->audio.state != SILENT && filled == 0)
		fall_silent(aside);
	else if (aside->audio.state == LEAVING && has_enough(aside))
		speak(aside);
	else if (aside->audio.state == SPEAKING && !aside->audio.ended && filled <= ASIDE_RESERVE_FRAMES)
		leave(aside, filled);
}

bool aside_wants_room(const struct aside *aside)
{
	return aside->audio.state != SILENT || has_enough(aside);
}

int64_t aside_frames(struct aside *aside)
{
	if (aside->audio.state == SILENT && has_enough(aside))
		speak(aside);
	int64_t most = aside->audio.filled_frames;
	switch (aside->audio.state) {
	case SPEAKING:
		if (!aside->audio.ended)
			most -= ASIDE_RESERVE_FRAMES;
		if (aside->audio.edge_left_frames == 0 || most < aside->audio.edge_left_frames)
			return most;
		return aside->audio.edge_left_frames;
	case LEAVING:
		return aside->audio.edge_left_frames;
	default:
		return 0;
	}
}

void aside_read(struct aside *aside, float *frames, int64_t n_frames)
{
	STORE(aside->drained_frames, 0);
	ring_read(&aside->ring, frames, n_frames);
	if (aside->audio.edge_left_frames == 0)
		return;
	for (int64_t i = 0; i < n_frames; i++) {
		aside->audio.place += aside->audio.place_step;
		float gain = (float)curve_s(aside->audio.place);
		frames[2 * i] *= gain;
		frames[2 * i + 1] *= gain;
	}
	if ((aside->audio.edge_left_frames -= n_frames) > 0)
		return;
	if (aside->audio.state == SPEAKING)
		aside->audio.place = 1.0;
	else
		fall_silent(aside); // what was cancelled is dropped at the next look
}

void aside_count_silence(struct aside *aside, int64_t n_frames)
{
	STORE(aside->drained_frames, LOAD(aside->drained_frames) + n_frames);
}

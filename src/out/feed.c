// One gain, ramped per frame, stands between the queue and the output.
//
// The transport's gain follows a level from 1 to LEVEL_FULL that is multiplied by a constant each frame: a straight line
// in decibels down to FADE_FLOOR_DB, and a straight line in gain from there to zero (LEVEL_FLOOR to 1).
// A fade knows its count of frames and is set on its goal exactly when they are over. It always starts from the
// present level, so no command makes a step.
//
// States of the audio thread:
//
//   HALTED    silence, nothing is taken               go: WAITING
//   WAITING   a go, or the queue ran out: silence     enough is queued, or an end: RISING
//   RISING    fade in                                 at 0 dB: FULL
//   FULL      frames times the volume                 reserve reached without an end: STARVING; all taken: ENDED
//   HALTING   fade out                                silent or out of frames: the queue is dropped, HALTED
//   STARVING  fade over the reserve                   enough again: RISING; silent: WAITING
//   ENDED     silence after the last frame, counted   more is written after all: WAITING
//
// An aside (aside.c) is mixed over whatever the state gives, in pieces that end where a curve does, so that the sound
// does not depend on the size of pulls. Its words wait until the duck is down; in silence the duck is there at once.
//
// A halt in any state leads to HALTING, or at once to HALTED where there is silence. A go waits until HALTING is over,
// so what was queued before a halt is never mixed with what is written after it: the mixing thread writes again when
// the halt has settled. A go elsewhere changes nothing. A halt while HALTING may only hasten the fade.
//
// Each shared number has one writer (end_written: two, which take turns by the rule above). A number that tells about
// others is stored with release after them and read with acquire before them.
#include "out/feed.h"

#include "base/decibel.h"
#include "sound/curve.h"
#include "sound/rules.h"

#include <math.h>
#include <string.h>

enum audio_state { HALTED, WAITING, RISING, FULL, HALTING, STARVING, ENDED };

#define LEVEL_SILENT 1.0
#define LEVEL_FLOOR 2.0
#define LEVEL_FULL (LEVEL_FLOOR / FLOOR_GAIN)
#define ORDER_GO (UINT64_C(1) << 31)
#define ORDER_FADE (ORDER_GO - 1)

// FADE_FLOOR_DB. Below it the volume goes straight to zero, in this many frames.
#define FLOOR_GAIN 0.001
#define FLOOR_FRAMES 2400

// The duck's place goes by whole steps, so that both ways end exactly.
enum {
	DUCK_UP_STEP = 3,
	DUCK_WHOLE = DUCK_UP_STEP * FEED_DUCK_UP_FRAMES,
	DUCK_DOWN_STEP = DUCK_WHOLE / FEED_DUCK_DOWN_FRAMES,
	ASIDE_PIECE_FRAMES = 256, // at most, on the stack
};
_Static_assert(DUCK_DOWN_STEP *FEED_DUCK_DOWN_FRAMES == DUCK_WHOLE, "the duck comes down in whole steps");

// What is queued, seen once for each piece of a pull.
struct queue {
	int64_t filled_frames;
	bool ended; // no more will follow
};

#define LOAD(number) atomic_load_explicit(&(number), memory_order_acquire)
#define STORE(number, value) atomic_store_explicit(&(number), value, memory_order_release)

// ---- Setup and control thread

static float sane_volume_db(double volume_db)
{
	if (volume_db > 0.0)
		return 0.0f;
	return volume_db > FADE_FLOOR_DB ? (float)volume_db : (float)FADE_FLOOR_DB; // a NaN is silence
}

static double volume_gain(float volume_db)
{
	return volume_db > (float)FADE_FLOOR_DB ? fmin(gain_from_db((double)volume_db), 1.0) : 0.0;
}

void feed_init(struct feed *feed, double volume_db)
{
	memset(feed, 0, sizeof *feed);
	float db = sane_volume_db(volume_db);
	atomic_init(&feed->volume_db, db);
	atomic_init(&feed->end_written, -1);
	atomic_init(&feed->gain_db, -INFINITY);
	feed->audio.state = HALTED;
	feed->audio.level = LEVEL_SILENT;
	feed->audio.volume_db = db;
	feed->audio.volume_gain = feed->audio.volume_goal = volume_gain(db);
	feed->audio.duck_gain = 1.0;
	aside_init(&feed->aside);
	feed_set_ceiling(feed, CEILING_GENTLE_DBTP);
}

void feed_set_ceiling(struct feed *feed, double dbtp)
{
	double sane = dbtp <= 0.0 ? dbtp : dbtp > 0.0 ? 0.0 : CEILING_GENTLE_DBTP;
	aside_set_ceiling(&feed->aside, sane + FEED_ASIDE_DB);
}

static uint32_t order_number(uint64_t order)
{
	return (uint32_t)(order >> 32);
}

static void give_order(struct feed *feed, uint64_t go, int32_t fade_frames)
{
	uint64_t number = order_number(LOAD(feed->order)) + 1u;
	uint64_t fade = fade_frames > 0 ? (uint64_t)fade_frames : 0;
	STORE(feed->order, number << 32 | go | fade);
}

void feed_go(struct feed *feed, int32_t fade_frames)
{
	give_order(feed, ORDER_GO, fade_frames);
}

void feed_halt(struct feed *feed, int32_t fade_frames)
{
	give_order(feed, 0, fade_frames);
}

bool feed_settled(const struct feed *feed)
{
	return LOAD(feed->done_command) == order_number(LOAD(feed->order));
}

void feed_set_volume(struct feed *feed, double volume_db)
{
	STORE(feed->volume_db, sane_volume_db(volume_db));
}

int64_t feed_queue_frames(const struct feed *feed)
{
	return LOAD(feed->queue_frames);
}

bool feed_ended(const struct feed *feed, int64_t silence_frames)
{
	int64_t end = LOAD(feed->end_written);
	return end >= 0 && LOAD(feed->ring.read) >= end && LOAD(feed->drained_frames) >= silence_frames;
}

// ---- Control thread: asides

void feed_aside_begin(struct feed *feed)
{
	aside_begin(&feed->aside);
}

int64_t feed_aside_write(struct feed *feed, const float *frames, int channels, int64_t n_frames)
{
	return aside_write(&feed->aside, frames, channels, n_frames);
}

void feed_aside_end(struct feed *feed)
{
	aside_end(&feed->aside);
}

void feed_aside_cancel(struct feed *feed)
{
	aside_cancel(&feed->aside);
}

bool feed_aside_runs(const struct feed *feed)
{
	return aside_runs(&feed->aside);
}

bool feed_aside_heard(const struct feed *feed, int64_t silence_frames)
{
	return aside_heard(&feed->aside, silence_frames);
}

// ---- Mixing thread

int64_t feed_space(const struct feed *feed)
{
	return ring_space(&feed->ring);
}

int64_t feed_write(struct feed *feed, const float *frames, int64_t n_frames)
{
	if (n_frames > 0 && LOAD(feed->end_written) >= 0)
		STORE(feed->end_written, -1);
	return ring_write(&feed->ring, frames, n_frames);
}

void feed_end(struct feed *feed)
{
	STORE(feed->end_written, LOAD(feed->ring.written));
}

// ---- Audio thread: fades

// From the present level to the goal in exactly n frames.
static void fade_in_frames(struct feed *feed, double goal, int64_t n_frames)
{
	feed->audio.fade_left_frames = n_frames > 1 ? n_frames : 1;
	feed->audio.level_step = pow(goal / feed->audio.level, 1.0 / (double)feed->audio.fade_left_frames);
}

// How long the way to the goal is at the pace of a whole fade.
static int64_t way_frames(const struct feed *feed, double goal, int64_t whole_fade_frames)
{
	double part = fabs(log(goal / feed->audio.level)) / log(LEVEL_FULL);
	return (int64_t)ceil((double)whole_fade_frames * part);
}

static void begin_rise(struct feed *feed)
{
	feed->audio.state = RISING;
	fade_in_frames(feed, LEVEL_FULL, way_frames(feed, LEVEL_FULL, feed->audio.rise_frames));
	if (feed->audio.rise_frames == 0) {
		feed->audio.state = FULL;
		feed->audio.level = LEVEL_FULL;
		feed->audio.fade_left_frames = 0;
		feed->audio.rise_frames = FEED_LEAST_RISE_FRAMES;
	}
}

static void settle_halt(struct feed *feed)
{
	ring_skip_to(&feed->ring, LOAD(feed->ring.written));
	STORE(feed->end_written, -1);
	STORE(feed->drained_frames, 0);
	feed->audio.state = HALTED;
	feed->audio.level = LEVEL_SILENT;
	feed->audio.fade_left_frames = 0;
	STORE(feed->done_command, feed->audio.command);
}

static void wait_for_frames(struct feed *feed)
{
	feed->audio.state = WAITING;
	feed->audio.level = LEVEL_SILENT;
	feed->audio.fade_left_frames = 0;
}

static void end_fade(struct feed *feed)
{
	if (feed->audio.state == HALTING) {
		settle_halt(feed);
	} else if (feed->audio.state == STARVING) {
		wait_for_frames(feed);
	} else {
		feed->audio.state = FULL;
		feed->audio.level = LEVEL_FULL;
		feed->audio.rise_frames = FEED_LEAST_RISE_FRAMES;
	}
}

// ---- Audio thread: commands

static void heed_go(struct feed *feed, int64_t fade_frames)
{
	if (feed->audio.state == HALTED) {
		bool first = LOAD(feed->queue_frames) == 0;
		if (fade_frames < FEED_LEAST_RISE_FRAMES && !(first && fade_frames == 0))
			fade_frames = FEED_LEAST_RISE_FRAMES;
		feed->audio.rise_frames = fade_frames;
		feed->audio.state = WAITING;
	}
	STORE(feed->done_command, feed->audio.command);
}

static void heed_halt(struct feed *feed, int64_t fade_frames)
{
	if (fade_frames < FEED_LEAST_FALL_FRAMES)
		fade_frames = FEED_LEAST_FALL_FRAMES;
	int64_t way = way_frames(feed, LEVEL_SILENT, fade_frames);
	if (feed->audio.state != HALTING)
		STORE(feed->fade_began, LOAD(feed->queue_frames));
	switch (feed->audio.state) {
	case RISING:
	case FULL:
		fade_in_frames(feed, LEVEL_SILENT, way);
		feed->audio.state = HALTING;
		return;
	case HALTING:
	case STARVING:
		if (way < feed->audio.fade_left_frames)
			fade_in_frames(feed, LEVEL_SILENT, way);
		feed->audio.state = HALTING;
		return;
	default:
		settle_halt(feed);
	}
}

static void heed_command(struct feed *feed)
{
	uint64_t order = LOAD(feed->order);
	uint64_t go = order & ORDER_GO;
	if (order_number(order) == feed->audio.command || (go && feed->audio.state == HALTING))
		return;
	feed->audio.command = order_number(order);
	if (go)
		heed_go(feed, (int64_t)(order & ORDER_FADE));
	else
		heed_halt(feed, (int64_t)(order & ORDER_FADE));
}

static void heed_volume(struct feed *feed)
{
	float db = LOAD(feed->volume_db);
	if (db == feed->audio.volume_db)
		return;
	feed->audio.volume_db = db;
	feed->audio.volume_goal = volume_gain(db);
}

// ---- Audio thread: the queue

// The end is read first: if it is there, so is every frame before it.
static struct queue look(const struct feed *feed)
{
	struct queue queue;
	queue.ended = LOAD(feed->end_written) >= 0;
	queue.filled_frames = ring_filled(&feed->ring);
	return queue;
}

static bool is_low(const struct queue *queue)
{
	return !queue->ended && queue->filled_frames <= FEED_RESERVE_FRAMES;
}

static void begin_starving(struct feed *feed, const struct queue *queue)
{
	STORE(feed->starved, LOAD(feed->starved) + 1);
	feed->audio.state = STARVING;
	fade_in_frames(feed, LEVEL_SILENT, queue->filled_frames);
}

// Nobody writes during a halt: what is queued must do for its fade.
static void follow_halting(struct feed *feed, const struct queue *queue)
{
	if (queue->filled_frames == 0)
		settle_halt(feed);
	else if (queue->filled_frames < feed->audio.fade_left_frames)
		fade_in_frames(feed, LEVEL_SILENT, queue->filled_frames);
}

// Changes of state that come from the queue.
static void follow_queue(struct feed *feed, const struct queue *queue)
{
	bool enough = queue->ended || queue->filled_frames >= FEED_ENOUGH_FRAMES;
	bool over = queue->ended && queue->filled_frames == 0;
	if (feed->audio.state == ENDED && !over)
		wait_for_frames(feed);
	if ((feed->audio.state == WAITING || feed->audio.state == STARVING) && enough)
		begin_rise(feed);

	if (feed->audio.state == HALTING) {
		follow_halting(feed, queue);
	} else if (feed->audio.state == RISING || feed->audio.state == FULL) {
		if (over) {
			wait_for_frames(feed);
			feed->audio.state = ENDED;
			feed->audio.rise_frames = FEED_LEAST_RISE_FRAMES;
		} else if (is_low(queue)) {
			begin_starving(feed, queue);
		}
	}
	if (feed->audio.state == STARVING && queue->filled_frames == 0)
		wait_for_frames(feed);
}

// How many of the next n frames may be taken as the state is: 0 is silence.
static int64_t piece_frames(const struct feed *feed, const struct queue *queue, int64_t n_frames)
{
	int64_t most = queue->filled_frames;
	switch (feed->audio.state) {
	case RISING:
	case FULL:
		if (!queue->ended)
			most -= FEED_RESERVE_FRAMES;
		break;
	case HALTING:
	case STARVING:
		break;
	default:
		return 0;
	}
	if (feed->audio.fade_left_frames > 0 && feed->audio.fade_left_frames < most)
		most = feed->audio.fade_left_frames;
	return most < n_frames ? most : n_frames;
}

// ---- Audio thread: the gain

static void step_volume(struct feed *feed, bool may_rise)
{
	const double up = 1.0 + FEED_VOLUME_RISE_DB_PER_SEC * 0.11512925464970228 / ENGINE_RATE_HZ;
	const double down = 1.0 - FEED_VOLUME_FALL_DB_PER_SEC * 0.11512925464970228 / ENGINE_RATE_HZ;
	double gain = feed->audio.volume_gain, goal = feed->audio.volume_goal;
	if (gain < goal && may_rise) {
		gain = gain < FLOOR_GAIN ? gain + FLOOR_GAIN / FLOOR_FRAMES : gain * up;
		feed->audio.volume_gain = gain < goal ? gain : goal;
	} else if (gain > goal) {
		gain = gain > FLOOR_GAIN ? gain * down : gain - FLOOR_GAIN / FLOOR_FRAMES;
		feed->audio.volume_gain = gain > goal ? gain : goal;
	}
}

static void set_duck(struct feed *feed, int32_t place)
{
	if (place == feed->audio.duck_place)
		return;
	place = place < 0 ? 0 : place > DUCK_WHOLE ? DUCK_WHOLE : place;
	feed->audio.duck_place = place;
	double depth = curve_s((double)place / DUCK_WHOLE);
	feed->audio.duck_gain = place > 0 ? gain_from_db(FEED_DUCK_DB * depth) : 1.0;
}

// One frame on. Of transport, duck and volume only one rises at a time.
static void step_gains(struct feed *feed)
{
	bool rising = feed->audio.state == RISING;
	if (feed->audio.fade_left_frames > 0)
		feed->audio.level *= feed->audio.level_step;
	if (feed->audio.wants_room)
		set_duck(feed, feed->audio.duck_place + DUCK_DOWN_STEP);
	else if (!rising && feed->audio.duck_place > 0)
		set_duck(feed, feed->audio.duck_place - DUCK_UP_STEP);
	step_volume(feed, !rising && (feed->audio.wants_room || feed->audio.duck_place == 0));
}

static double transport_gain(const struct feed *feed)
{
	double level = feed->audio.level;
	return level < LEVEL_FLOOR ? FLOOR_GAIN * (level - LEVEL_SILENT) / (LEVEL_FLOOR - LEVEL_SILENT)
	                           : level / LEVEL_FULL;
}

static float sane_gain(double gain)
{
	return gain < 0.0 ? 0.0f : gain > 1.0 ? 1.0f : (float)gain;
}

// The one place where live gain is made: the session's here, an aside's is the volume. Never above 0 dB.
static float total_gain(const struct feed *feed)
{
	return sane_gain(transport_gain(feed) * feed->audio.duck_gain * feed->audio.volume_gain);
}

// PortAudio is told not to clip, so nothing above full scale, and nothing that is no number, may reach it.
static float sane_sample(float sample)
{
	if (sample >= -1.0f && sample <= 1.0f)
		return sample;
	return sample > 1.0f ? 1.0f : sample < -1.0f ? -1.0f : 0.0f;
}

// ---- Audio thread: pieces

// What one piece of a pull is made of.
struct piece {
	int64_t n_frames;
	bool sounds; // frames of the session; or silence
	bool speaks; // frames of an aside
};

// The duck is there at once where nothing of the session is heard. An aside speaks when the duck is down.
static void plan_aside(struct feed *feed, struct piece *piece)
{
	aside_look(&feed->aside);
	feed->audio.wants_room = aside_wants_room(&feed->aside);
	if (!piece->sounds)
		set_duck(feed, feed->audio.wants_room ? DUCK_WHOLE : 0);
	if (!feed->audio.wants_room)
		return;
	int64_t most = (DUCK_WHOLE - feed->audio.duck_place + DUCK_DOWN_STEP - 1) / DUCK_DOWN_STEP;
	if (most == 0) {
		most = aside_frames(&feed->aside);
		most = most < ASIDE_PIECE_FRAMES ? most : ASIDE_PIECE_FRAMES;
		piece->speaks = true;
	}
	piece->n_frames = most < piece->n_frames ? most : piece->n_frames;
}

static struct piece plan_piece(struct feed *feed, int64_t n_frames)
{
	struct queue queue = look(feed);
	follow_queue(feed, &queue);
	struct piece piece = {.n_frames = piece_frames(feed, &queue, n_frames)};
	piece.sounds = piece.n_frames > 0;
	if (!piece.sounds)
		piece.n_frames = n_frames;
	plan_aside(feed, &piece);
	return piece;
}

// Two loops, so that a session alone passes bit for bit, and costs no more.
static void mix(struct feed *feed, const float *words, float *out, int64_t n_frames)
{
	for (int64_t i = 0; i < n_frames && !words; i++) {
		step_gains(feed);
		float gain = total_gain(feed);
		out[2 * i] = sane_sample(out[2 * i] * gain);
		out[2 * i + 1] = sane_sample(out[2 * i + 1] * gain);
	}
	for (int64_t i = 0; i < n_frames && words; i++) {
		step_gains(feed);
		float gain = total_gain(feed), volume = sane_gain(feed->audio.volume_gain);
		out[2 * i] = sane_sample(out[2 * i] * gain + words[2 * i] * volume);
		out[2 * i + 1] = sane_sample(out[2 * i + 1] * gain + words[2 * i + 1] * volume);
	}
}

// What is counted is counted after it is taken; a fade is over before anybody looks again.
static void count_piece(struct feed *feed, const struct piece *piece)
{
	if (!piece->speaks)
		aside_count_silence(&feed->aside, piece->n_frames);
	if (!piece->sounds && feed->audio.state == ENDED)
		STORE(feed->drained_frames, LOAD(feed->drained_frames) + piece->n_frames);
	if (!piece->sounds)
		return;
	STORE(feed->queue_frames, LOAD(feed->queue_frames) + piece->n_frames);
	bool fading = feed->audio.fade_left_frames > 0;
	if (fading && (feed->audio.fade_left_frames -= piece->n_frames) == 0)
		end_fade(feed);
}

static int64_t give_piece(struct feed *feed, float *out, int64_t n_frames)
{
	struct piece piece = plan_piece(feed, n_frames);
	float words[ASIDE_PIECE_FRAMES * ENGINE_CHANNELS];
	if (piece.sounds)
		ring_read(&feed->ring, out, piece.n_frames);
	else
		memset(out, 0, (size_t)piece.n_frames * ENGINE_CHANNELS * sizeof *out);
	if (piece.speaks)
		aside_read(&feed->aside, words, piece.n_frames);
	mix(feed, piece.speaks ? words : NULL, out, piece.n_frames);
	count_piece(feed, &piece);
	return piece.n_frames;
}

static float now_db(const struct feed *feed)
{
	float gain = total_gain(feed);
	return gain > 0.0f ? (float)db_from_gain((double)gain) : -INFINITY;
}

void feed_pull(struct feed *feed, float *out, int64_t n_frames)
{
	heed_volume(feed);
	for (int64_t done = 0; done < n_frames;) {
		heed_command(feed);
		done += give_piece(feed, out + done * ENGINE_CHANNELS, n_frames - done);
	}
	STORE(feed->gain_db, now_db(feed));
	STORE(feed->pulled_frames, LOAD(feed->pulled_frames) + n_frames);
	STORE(feed->pulls, LOAD(feed->pulls) + 1);
}

// A hand's stroke as sound.
//
// A hand is a source of soft noise with three curves over the stroke: how strong it brushes, where it is (0 is the
// middle of the body, 1 the side), and how bright it sounds. With both sides there are two hands in mirror image, each
// with its own noise. Sources are panned by equal power.
//
// Edges are raised cosines, never quicker than STROKE_EDGE_SEC: a stroke too short for that is softer in proportion.
// All is computed in steps of 128 frames counted from the stroke's start, the curves at the steps' ends and straight
// lines between them, so any splitting gives the same samples.
#include "sound/stroke.h"

#include "base/decibel.h"
#include "base/frames.h"
#include "base/hash.h"
#include "base/vector.h"
#include "sound/curve.h"
#include "sound/noise.h"
#include "sound/rules.h"
#include "sound/sides.h"
#include "sound/turn.h"

#include <stdbool.h>

enum { STEP_FRAMES = NOISE_STEP_FRAMES, SOUNDS = 4 };

struct stroke {
	enum stroke_shape shape;
	enum stroke_direction direction;
	double length_frames;
};

// Where the hand is and how it sounds, at one frame.
struct hand {
	double place; // from the middle, 0, to its own side, 1
	double bright;
};

// How a shape swells and fades: seconds at most, and parts of the stroke at most. The trim brings a run of 3 s strokes
// to STROKE_DB below VOICE_LUFS; tap and release are mostly fading and are not raised all the way to make up for it.
static const struct {
	double rise_sec, rise_part, fall_sec, fall_part, trim_db;
} shapes[] = {
	[STROKE_CIRCLE] = {1.5, 0.40, 1.5, 0.40, 2.18},
	[STROKE_SWEEP] = {1.0, 0.30, 2.0, 0.45, 2.08},
	[STROKE_PULL] = {0.6, 0.20, 4.0, 0.75, 2.92},
	[STROKE_PRESS] = {3.0, 0.45, 0.6, 0.25, 1.82},
	[STROKE_ROLL] = {1.5, 0.40, 1.5, 0.40, 2.28},
	[STROKE_TAP] = {0.20, 0.35, 0.6, 0.65, 3.5},
	[STROKE_STILL] = {0},
	[STROKE_RELEASE] = {1.5, 0.30, 600.0, 0.7, 2.5},
};

static double least(double a, double b)
{
	return a < b ? a : b;
}

static bool is_up(const struct stroke *stroke)
{
	return stroke->direction == DIRECTION_UP || stroke->direction == DIRECTION_FORWARD;
}

// A pull upwards is one downwards in a mirror: it swells as it brightens, or its bright end would not be heard.
static double strength(const struct stroke *stroke, double at_frames)
{
	double length_sec = stroke->length_frames / ENGINE_RATE_HZ, t = at_frames / ENGINE_RATE_HZ;
	if (stroke->shape == STROKE_PULL && is_up(stroke))
		t = t < length_sec ? length_sec - t : 0.0;
	double rise = least(shapes[stroke->shape].rise_sec, shapes[stroke->shape].rise_part * length_sec);
	double fall = least(shapes[stroke->shape].fall_sec, shapes[stroke->shape].fall_part * length_sec);
	double end = stroke->shape == STROKE_TAP ? least(length_sec, rise + fall) : length_sec;
	double soft = least(1.0, least(rise, fall) / STROKE_EDGE_SEC);
	return soft * curve_s(t / rise) * curve_s((end - t) / fall);
}

// From `from` to `to` over the stroke, or the other way round.
static double travel(double u, bool turned, double from, double to)
{
	return from + (to - from) * curve_s(turned ? 1.0 - u : u);
}

// Up and forward brighten, down and back darken.
static void move(const struct stroke *stroke, double u, struct hand *hand)
{
	bool down = stroke->direction == DIRECTION_DOWN || stroke->direction == DIRECTION_BACK;
	bool up = is_up(stroke);
	bool inward = stroke->direction == DIRECTION_INWARD;
	double orbit = stroke->direction == DIRECTION_COUNTERCLOCKWISE ? -u : u;
	switch (stroke->shape) {
	case STROKE_CIRCLE:
		hand->place = 0.6 + 0.3 * turn_cos(orbit);
		hand->bright = 0.5 + 0.4 * turn_sin(orbit);
		break;
	case STROKE_SWEEP:
		hand->place = travel(u, inward, 0.0, 0.9);
		hand->bright = up || down ? travel(u, down, 0.2, 0.8) : 0.5;
		break;
	case STROKE_PULL:
		hand->place = travel(u, inward, 0.35, 0.75);
		hand->bright = travel(u, up, 0.9, 0.05);
		break;
	case STROKE_ROLL:
		hand->place = 0.5 - 0.35 * turn_cos(orbit);
		hand->bright = up || down ? travel(u, down, 0.2, 0.8) : 0.4;
		break;
	case STROKE_RELEASE:
		hand->place = 0.5;
		hand->bright = travel(u, false, 0.3, 0.0);
		break;
	default:
		hand->place = 0.55;
		hand->bright = 0.3;
		break;
	}
}

// The gains of the left hand and of the right one, each: dark to the left, bright to the left, dark to the right, bright
// to the right.
struct gains {
	double hand[2][SOUNDS];
};

static struct gains stroke_gains(const struct stroke *stroke, int64_t at_frames)
{
	struct hand hand;
	struct gains gains;
	move(stroke, least(1.0, (double)at_frames / stroke->length_frames), &hand);
	double level = strength(stroke, (double)at_frames);
	double near = level * turn_sin(0.125 + 0.125 * hand.place), far = level * turn_cos(0.125 + 0.125 * hand.place);
	double dark = turn_cos(0.25 * hand.bright), bright = turn_sin(0.25 * hand.bright);
	for (int right = 0; right < 2; right++) {
		gains.hand[right][0] = dark * (right ? far : near);
		gains.hand[right][1] = bright * (right ? far : near);
		gains.hand[right][2] = dark * (right ? near : far);
		gains.hand[right][3] = bright * (right ? near : far);
	}
	return gains;
}

struct wave {
	float left[STEP_FRAMES], right[STEP_FRAMES];
};

VECTOR static void hand_step(uint64_t seed, int64_t step, const double a[SOUNDS], const double b[SOUNDS], int frames,
                             struct wave *wave)
{
	float dark[STEP_FRAMES], bright[STEP_FRAMES], from[SOUNDS], slope[SOUNDS];
	noise_step(seed, NOISE_375_HZ, step, dark);
	noise_step(seed, NOISE_750_HZ, step, bright);
	for (int k = 0; k < SOUNDS; k++) {
		from[k] = (float)a[k];
		slope[k] = (float)((b[k] - a[k]) / frames);
	}
	for (int i = 0; i < STEP_FRAMES; i++) {
		float t = (float)i;
		wave->left[i] += (from[0] + slope[0] * t) * dark[i] + (from[1] + slope[1] * t) * bright[i];
		wave->right[i] += (from[2] + slope[2] * t) * dark[i] + (from[3] + slope[3] * t) * bright[i];
	}
}

// One step of one or two hands.
static void stroke_step(enum side side, uint64_t seed, int64_t step, const struct gains *a, const struct gains *b,
                        int frames, struct wave *wave)
{
	*wave = (struct wave){0};
	for (int right = 0; right < 2; right++)
		if (side != (right ? SIDE_LEFT : SIDE_RIGHT))
			hand_step(hash64(seed, (uint64_t)right), step, a->hand[right], b->hand[right], frames, wave);
}

VECTOR void stroke_add(enum stroke_shape shape, enum side side, enum stroke_direction direction, uint64_t seed,
                       int64_t length_frames, int64_t at_frames, float gain, float *out, int n_frames)
{
	if (shape == STROKE_STILL || length_frames <= 0)
		return;
	struct stroke stroke = {shape, direction, (double)length_frames};
	double hands_db = side == SIDE_BOTH ? -3.0103 : 0.0;
	float scale = gain * (float)gain_from_db(VOICE_LUFS + STROKE_DB + shapes[shape].trim_db + hands_db);
	int64_t end = at_frames + n_frames < length_frames ? at_frames + n_frames : length_frames;
	struct gains a = stroke_gains(&stroke, at_frames / STEP_FRAMES * STEP_FRAMES);
	for (int64_t step = at_frames / STEP_FRAMES; step * STEP_FRAMES < end; step++) {
		int64_t first = step * STEP_FRAMES;
		int frames = length_frames - first < STEP_FRAMES ? (int)(length_frames - first) : STEP_FRAMES;
		struct gains b = stroke_gains(&stroke, first + frames);
		struct wave wave;
		stroke_step(side, seed, step, &a, &b, frames, &wave);
		int from = first < at_frames ? (int)(at_frames - first) : 0;
		int to = end - first < STEP_FRAMES ? (int)(end - first) : STEP_FRAMES;
		sides_add_two(wave.left + from, wave.right + from, scale,
		              out + (first + from - at_frames) * ENGINE_CHANNELS, to - from);
		a = b;
	}
}

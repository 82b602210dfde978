// The sound of a hand's stroke: a soft brushed noise that goes where the hand goes. Any thread; no state.
#ifndef SOUND_STROKE_H
#define SOUND_STROKE_H

#include <stdint.h>

enum stroke_shape {
	STROKE_CIRCLE,  // a small orbit on its side
	STROKE_SWEEP,   // from the centre to both sides (or to the one side)
	STROKE_PULL,    // falling; upwards, rising
	STROKE_PRESS,   // swells and stays
	STROKE_ROLL,    // slowly to and fro
	STROKE_TAP,     // a soft touch and its fading
	STROKE_STILL,   // no motion: silent
	STROKE_RELEASE, // fading away: the end of a hold
};

enum side { SIDE_BOTH, SIDE_LEFT, SIDE_RIGHT };

enum stroke_direction {
	DIRECTION_NONE, // the shape's own
	DIRECTION_CLOCKWISE,
	DIRECTION_COUNTERCLOCKWISE,
	DIRECTION_OUTWARD,
	DIRECTION_INWARD,
	DIRECTION_UP,
	DIRECTION_DOWN,
	DIRECTION_FORWARD,
	DIRECTION_BACK,
};

// Adds frames [at, at + n) of one stroke that lasts `length` frames to stereo `out`, times gain; at counts from the
// stroke's start. Starts and ends at exactly zero. Level: STROKE_DB below VOICE_LUFS for gain 1 over a run of
// strokes (tap and release, which are mostly fading, up to 2 dB lower). `seed` makes each stroke its own; strokes that
// follow one another need different ones. However a stroke is cut into calls, its samples are the same bit for bit.
void stroke_add(enum stroke_shape shape, enum side side, enum stroke_direction direction, uint64_t seed,
                int64_t length_frames, int64_t at_frames, float gain, float *out, int n_frames);

#endif

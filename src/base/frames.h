// The engine's one sound format, and its block. Any thread.
//
// A position is an int64_t count of frames since the session's start. Ranges are half-open, [begin, end).
// Samples are float, interleaved left and right, 1.0 is full scale.
#ifndef BASE_FRAMES_H
#define BASE_FRAMES_H

#include <stdint.h>

enum {
	ENGINE_RATE_HZ = 48000,
	ENGINE_CHANNELS = 2,

	// Everything that has a sound is computed in blocks that begin at multiples of this. A block depends on
	// the score and its own number alone, so reading in any portion, from any place, gives the same samples.
	BLOCK_FRAMES = 1024,
};

#endif

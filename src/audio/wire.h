// What the player and the decoder's process say to each other: fixed messages over a socket that keeps their bounds, a
// file's descriptor beside the request that opens it, and samples in a window of memory that the player only reads.
#ifndef AUDIO_WIRE_H
#define AUDIO_WIRE_H

#include "audio/audio.h"

#include <stdint.h>

enum {
	WIRE_SOCKET_FD = 0, // of the decoder's process
	WIRE_WINDOW_FD = 3,
	WIRE_WINDOW_SAMPLES = 5 * ENGINE_RATE_HZ, // a stream's chunk, and most spoken lines: each asking wakes two
	WIRE_MOST_TRACKS = 256,                   // open at once
};

_Static_assert((int)WIRE_WINDOW_SAMPLES >= AUDIO_CHUNK_FRAMES * ENGINE_CHANNELS, "a chunk fits");

enum wire_verb {
	WIRE_MONO,  // with a descriptor; number: the most frames. The first samples are in the window
	WIRE_CHECK, // with a descriptor; number likewise: how loud it is, and whether it is whole
	WIRE_LOOK,  // with a descriptor; number likewise: what its head says
	WIRE_MORE,  // of the same file, from sample `number` on
	WIRE_OPEN,  // with a descriptor: a track
	WIRE_READ,  // number: a chunk of the track
	WIRE_CLOSE,
};

struct wire_request {
	int32_t verb;
	int32_t track;
	int64_t number;
};

struct wire_answer {
	int32_t status;           // enum status: OK, FAULTY or FAILED
	int32_t clause;           // why, when it is not OK
	int32_t track;            // of WIRE_OPEN
	struct audio_level level; // of WIRE_MONO and WIRE_CHECK
	int32_t lost;             // of WIRE_READ: 1 when a part of the chunk cannot be decoded
	struct audio_info info;   // of all that come with a descriptor
};

// What may be wrong with a file crosses as a number: a text of a stranger's making is nothing to print.
int wire_clause(const char *why);             // -1 when it is none of ours
const char *wire_clause_text(int32_t clause); // NULL when there is none

#endif

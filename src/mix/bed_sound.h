// What the store and the reader of beds both know. Inside mix/ only.
#ifndef MIX_BED_SOUND_H
#define MIX_BED_SOUND_H

#include "audio/audio.h"
#include "mix/kept.h"
#include "score/score.h"
#include "sound/texture.h"

#include <stdbool.h>

enum { BED_SEED = 1 }; // of all textures: a session sounds the same every time

struct bed_sound {
	const char *track;
	const struct folder *folder; // NULL: a built-in texture
	struct audio_decoder *decoder;
	enum bed_mode mode;
	struct texture *texture; // of a built-in one
	struct kept *kept;       // the whole file decoded, when it is short; NULL: it is decoded as it plays
	float *seam;             // a loop's end crossfaded with its beginning, edge_frames long
	double *levels;          // of each chunk of a kept file, as audio_stream_level tells
	double most;             // what a chunk may have: even.h
	int64_t frames;          // of the file
	int64_t edge_frames;     // of the seam, or of the soft ends of `once`
	double gain;             // brings it to VOICE_LUFS
};

struct bed_store {
	const struct score *score;
	struct bed_sound *sounds; // each different one once
	int sound_count;
	int *sound_of;   // for each of score.beds
	double *gain_of; // likewise: to its level
	int file_count;
	bool broken;             // one of them cannot be played
	int64_t keepable_frames; // what may still be kept
	bool two;                // threads may decode and measure at once
};

// The level of a chunk, as even_apply asks: of a kept sound it is known, else of the stream, which may be NULL then.
double bed_sound_level(const struct bed_sound *sound, struct audio_stream *stream, int64_t k);

// NULL when the file has gone, or is not the one that was looked at. `beside` may be NULL: see audio_stream_open_beside.
struct audio_stream *bed_sound_open_again(const struct bed_sound *sound, const struct audio_stream *beside);

#endif

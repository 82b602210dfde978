// A bed's file as it is being read by one mix: looped, once, or ground to a texture, at any position. One thread at a
// time for each.
#ifndef MIX_MATERIAL_H
#define MIX_MATERIAL_H

#include "mix/bed_sound.h"

#include <stdbool.h>

struct material {
	const struct bed_sound *sound; // NULL: none is open
	struct texture *grains;        // of the file, for BED_TEXTURE; reads the file as it plays

	// Grains cross: one stream follows each of the two, or one reader of a sound that is kept.
	struct audio_stream *streams[2];
	struct kept_reader kept[2];
	int64_t next_frames[2]; // where the last read of each ended
	int last_read;          // which
};

// Returns false when the file cannot be opened, or is not the one that was measured. The material must not move while
// it is open.
bool material_open(struct material *material, const struct bed_sound *sound);
void material_close(struct material *material); // one without a sound is fine

// One block at `at` (a multiple of BLOCK_FRAMES) of the session, of a sound that began at `origin`: zeros before it.
// Returns false when all of it is silent.
bool material_read(struct material *material, int64_t origin_frames, int64_t at_frames, float *out);

#endif

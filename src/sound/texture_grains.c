// Grains of a recording: pieces of it from random places, each faded into the next by equal power (sin and cos).
//
// All is in whole blocks: grain k begins at block k * (grain - crossfade) and is read from a whole block of the
// recording, so that a block of sound needs one piece of the recording, or two where grains cross. Both may not come
// from the same place of it, which would add up to more than either: odd grains look for a place where they do not
// meet their even neighbours.
//
// A grain is 6.1 s, of which 2 s cross; a recording under two grains long is cut into grains of half its length.
#include "sound/texture_parts.h"

#include "base/hash.h"
#include "sound/curve.h"

#include <stdlib.h>

enum { GRAIN_BLOCKS = 288, TRIES = 16 };

struct grains grains_init(texture_read_fn *read, void *source, int64_t length_frames)
{
	int64_t blocks = length_frames / BLOCK_FRAMES;
	int64_t grain = blocks / 2 < GRAIN_BLOCKS ? blocks / 2 : GRAIN_BLOCKS;
	return (struct grains){
		.read = read,
		.source = source,
		.places = blocks - grain + 1,
		.grain_blocks = grain,
		.crossfade_blocks = grain / 3,
	};
}

static int64_t any_place(const struct grains *grains, uint64_t seed, int64_t k, int attempt)
{
	return (int64_t)(hash64(hash64(seed, (uint64_t)k), (uint64_t)attempt) % (uint64_t)grains->places);
}

// The block of the recording where grain k begins.
static int64_t grain_place(const struct grains *grains, uint64_t seed, int64_t k)
{
	int64_t place = any_place(grains, seed, k, 0), hop = grains->grain_blocks - grains->crossfade_blocks;
	if (k % 2 == 0)
		return place;
	int64_t before = any_place(grains, seed, k - 1, 0) + hop, after = any_place(grains, seed, k + 1, 0) - hop;
	for (int attempt = 1; attempt < TRIES; attempt++) {
		if (llabs(place - before) > 2 && llabs(place - after) > 2)
			break;
		place = any_place(grains, seed, k, attempt);
	}
	return place;
}

void grains_read(const struct grains *grains, uint64_t seed, int64_t block, float *out)
{
	int64_t hop = grains->grain_blocks - grains->crossfade_blocks, k = block / hop, in = block % hop;
	grains->read(grains->source, (grain_place(grains, seed, k) + in) * BLOCK_FRAMES, out, BLOCK_FRAMES);
	if (in >= grains->crossfade_blocks)
		return;
	float leaving[BLOCK_FRAMES * ENGINE_CHANNELS];
	int64_t from = grain_place(grains, seed, k - 1) + hop + in;
	grains->read(grains->source, from * BLOCK_FRAMES, leaving, BLOCK_FRAMES);
	double span = (double)(grains->crossfade_blocks * BLOCK_FRAMES);
	for (int i = 0; i < BLOCK_FRAMES; i++) {
		double u = (double)(in * BLOCK_FRAMES + i) / span;
		float come = (float)curve_power_in(u), go = (float)curve_power_in(1.0 - u);
		for (int channel = 0; channel < ENGINE_CHANNELS; channel++) {
			int at = ENGINE_CHANNELS * i + channel;
			out[at] = come * out[at] + go * leaving[at];
		}
	}
}

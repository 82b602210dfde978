// Drops and bubbles: short sines, each with a smooth swell and fall, so that none is a click.
//
// Time is cut into slots of 1 / per_sec; drop k begins at a random place in slot k. That is as steady as it is
// irregular: no two are regularly apart, and no second is empty or crowded.
#include "sound/texture_parts.h"

#include "base/hash.h"
#include "base/vector.h"
#include "sound/sides.h"
#include "sound/turn.h"

#include <math.h>

struct drop {
	int64_t begin_frames, length_frames;
	double first_hz, bend_hz; // bend: how much higher at the end
	float left, right;
};

static struct drop drop_init(const struct drops *drops, uint64_t seed, int64_t k)
{
	uint64_t own = hash64(seed, (uint64_t)k);
	double slot = ENGINE_RATE_HZ / drops->per_sec;
	double place = hash_unit(own, 1), length_sec = hash_unit(own, 2), pitch = hash_unit(own, 3);
	double level = drops->level * (0.3 + 0.7 * hash_unit(own, 4)), turn = 0.125 + 0.1 * hash_signed(own, 5);
	length_sec = drops->short_sec + (drops->long_sec - drops->short_sec) * length_sec;
	double hz = drops->low_hz * pow(drops->high_hz / drops->low_hz, pitch);
	return (struct drop){
		.begin_frames = (int64_t)(((double)k + place) * slot),
		.length_frames = (int64_t)(length_sec * ENGINE_RATE_HZ),
		.first_hz = hz,
		.bend_hz = hz * (drops->glide - 1.0),
		.left = (float)(level * turn_cos(turn)),
		.right = (float)(level * turn_sin(turn)),
	};
}

VECTOR static void drop_add(const struct drop *drop, int64_t at_frames, float *out)
{
	int64_t from = drop->begin_frames - at_frames, to = from + drop->length_frames;
	int first = from > 0 ? (int)from : 0, last = to < BLOCK_FRAMES ? (int)to : BLOCK_FRAMES;
	double done = (double)(first - from), length = (double)drop->length_frames;
	double bend = 0.5 * drop->bend_hz / ENGINE_RATE_HZ / length, step = drop->first_hz / ENGINE_RATE_HZ;
	double turns = done * (step + bend * done);
	float start = (float)(turns - floor(turns)), slope = (float)(step + 2.0 * bend * done), curve = (float)bend;
	float u0 = (float)(done / length), du = (float)(1.0 / length);
	float wave[BLOCK_FRAMES];
	for (int i = 0; i < last - first; i++) {
		float t = (float)i, u = u0 + du * t, down = 1.0f - u;
		float swell = 28.935185f * u * u * down * down * down;
		wave[i] = swell * turn_sinf(start + t * (slope + curve * t));
	}
	sides_add_one(wave, drop->left, drop->right, out + first * ENGINE_CHANNELS, last - first);
}

void texture_add_drops(const struct drops *drops, uint64_t seed, int64_t block, float *out)
{
	int64_t at_frames = block * BLOCK_FRAMES;
	double slot = ENGINE_RATE_HZ / drops->per_sec, longest = drops->long_sec * ENGINE_RATE_HZ;
	int64_t k = (int64_t)floor(((double)at_frames - longest) / slot) - 1;
	for (; (double)k * slot < (double)(at_frames + BLOCK_FRAMES); k++) {
		struct drop drop = drop_init(drops, hash64(seed, 61), k);
		if (drop.begin_frames < at_frames + BLOCK_FRAMES && drop.begin_frames + drop.length_frames > at_frames)
			drop_add(&drop, at_frames, out);
	}
}

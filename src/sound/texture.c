// The built-in beds, as recipes: how strong each band of noise is, how the bands sway, and what drops into them.
//
// The colours keep away from 2.5 to 5.5 kHz, where sounds are least pleasant, and from everything that ticks, trembles
// or startles: rain is a soft shower without a roof, brook has rounded bubbles, night has no insects.
#include "sound/texture.h"

#include "base/decibel.h"
#include "base/hash.h"
#include "base/memory.h"
#include "sound/rules.h"
#include "sound/texture_parts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define OFF (-200.0)

static const struct recipe {
	const char *name;
	double trim_db;        // measured: brings it to VOICE_LUFS
	double band_db[BANDS]; // unused, then peaks at 6, 3, 1.5 kHz, 750, 375, 188, 94 and 47 Hz
	texture_sway_fn *sway;
	struct drops drops;
	bool chord;
} recipes[] = {
	{
		.name = "rain",
		.trim_db = -8.25,
		.band_db = {OFF, -26, -19, -3.5, -1, -4, -8, -14, OFF},
		.sway = texture_sway_rain,
		.drops = {.per_sec = 24,
                          .low_hz = 380,
                          .high_hz = 1300,
                          .short_sec = 0.02,
                          .long_sec = 0.05,
                          .glide = 0.9,
                          .level = 2.0},
	},
	{
		.name = "sea",
		.trim_db = -8.55,
		.band_db = {OFF, -22, -13, -5, -2, 0, 0, -2, -8},
		.sway = texture_sway_sea,
	},
	{
		.name = "brook",
		.trim_db = -5.94,
		.band_db = {OFF, -28, -19, -6.5, -4, -7, -13, -20, OFF},
		.sway = texture_sway_brook,
		.drops = {.per_sec = 26,
                          .low_hz = 330,
                          .high_hz = 1150,
                          .short_sec = 0.03,
                          .long_sec = 0.09,
                          .glide = 1.25,
                          .level = 2.2},
	},
	{
		.name = "wind",
		.trim_db = -9.12,
		.band_db = {OFF, OFF, -20, -10, -3, 0, 0, -3, -8},
		.sway = texture_sway_wind,
	},
	{
		.name = "night",
		.trim_db = -6.86,
		.band_db = {OFF, -34, -26, -17, -10, -4, -1, 0, -4},
		.sway = texture_sway_night,
	},
	{
		.name = "brown",
		.trim_db = -3.35,
		.band_db = {OFF, -21, -18, -15, -12, -9, -6, -3, -9},
	},
	{
		.name = "drone",
		.trim_db = 0.68,
		.band_db = {OFF, OFF, OFF, -34, -28, -24, -22, -24, OFF},
		.chord = true,
	},
};

enum { RECIPES = sizeof recipes / sizeof recipes[0] };

const char *const texture_names[] = {"rain", "sea", "brook", "wind", "night", "brown", "drone", NULL};

struct texture {
	const struct recipe *recipe; // NULL: grains
	uint64_t seed;
	double scale; // of the whole recipe
	double band_gain[BANDS];
	struct drops drops;
	struct grains grains;
};

// Each name has noise of its own: two beds that share it would add up as one where they cross, 3 dB too loud.
static uint64_t own_seed(const char *name, uint64_t seed)
{
	for (const char *c = name; *c; c++)
		seed = hash64(seed, (unsigned char)*c);
	return seed;
}

struct texture *texture_create(const char *name, uint64_t seed)
{
	const struct recipe *recipe = recipes;
	while (recipe < recipes + RECIPES && strcmp(recipe->name, name) != 0)
		recipe++;
	if (recipe == recipes + RECIPES)
		return NULL;
	struct texture *texture = memory_alloc(sizeof *texture);
	texture->recipe = recipe;
	texture->seed = own_seed(name, seed);
	texture->scale = gain_from_db(VOICE_LUFS + recipe->trim_db);
	for (int band = 0; band < BANDS; band++)
		if (recipe->band_db[band] > OFF)
			texture->band_gain[band] = texture->scale * gain_from_db(recipe->band_db[band]);
	texture->drops = recipe->drops;
	texture->drops.level *= texture->scale;
	return texture;
}

struct texture *texture_create_from(texture_read_fn *read, void *source, int64_t length_frames, uint64_t seed)
{
	struct texture *texture = memory_alloc(sizeof *texture);
	texture->seed = seed;
	texture->grains = grains_init(read, source, length_frames);
	return texture;
}

void texture_destroy(struct texture *texture)
{
	free(texture);
}

static void read_recipe(const struct texture *texture, int64_t block, float *out)
{
	const struct recipe *recipe = texture->recipe;
	double gains[EDGES][BANDS];
	for (int edge = 0; edge < EDGES; edge++) {
		memcpy(gains[edge], texture->band_gain, sizeof gains[edge]);
		if (recipe->sway)
			recipe->sway(texture->seed, (double)(block + edge - 1) * BLOCK_FRAMES / ENGINE_RATE_HZ,
			             gains[edge]);
	}
	memset(out, 0, BLOCK_FRAMES * ENGINE_CHANNELS * sizeof *out);
	texture_add_noise(texture->seed, block, gains, out);
	if (recipe->drops.per_sec > 0.0)
		texture_add_drops(&texture->drops, texture->seed, block, out);
	if (recipe->chord)
		texture_add_drone(texture->seed, block, texture->scale, out);
}

static void read_block(const struct texture *texture, int64_t block, float *out)
{
	if (texture->recipe)
		read_recipe(texture, block, out);
	else
		grains_read(&texture->grains, texture->seed, block, out);
}

void texture_read(const struct texture *texture, int64_t at_frames, float *out, int n_frames)
{
	if (n_frames == BLOCK_FRAMES) {
		read_block(texture, at_frames / BLOCK_FRAMES, out);
		return;
	}
	float whole[BLOCK_FRAMES * ENGINE_CHANNELS];
	read_block(texture, at_frames / BLOCK_FRAMES, whole);
	memcpy(out, whole, (size_t)n_frames * ENGINE_CHANNELS * sizeof *out);
}

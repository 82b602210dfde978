// What one mix reads its beds with. Built-in textures are the store's; of the files, those heard last are kept open. One
// that cannot be opened again is silent from then on.
#include "mix/bed.h"

#include "base/memory.h"
#include "mix/material.h"

#include <stdlib.h>

struct bed_reader {
	const struct bed_store *store;
	struct material open[BED_MOST_OPEN];
	int64_t last_use[BED_MOST_OPEN];
	int64_t uses;
	bool *lost; // for each sound: it could not be opened

	const struct bed_sound *block_sound; // the block that was read last; NULL: none
	int64_t block_origin, block_at;
	bool block_silent;
	float block[BLOCK_FRAMES * ENGINE_CHANNELS];
};

struct bed_reader *bed_reader_create(const struct bed_store *store)
{
	struct bed_reader *reader = memory_alloc(sizeof(*reader));
	reader->store = store;
	reader->lost = memory_alloc(sizeof(reader->lost[0]) * (size_t)(store->sound_count + 1));
	return reader;
}

void bed_reader_destroy(struct bed_reader *reader)
{
	if (!reader)
		return;
	for (int i = 0; i < BED_MOST_OPEN; i++)
		material_close(&reader->open[i]);
	free(reader->lost);
	free(reader);
}

// The place of the sound's file; when it is not open, the place that was used longest ago.
static int find_place(const struct bed_reader *reader, const struct bed_sound *sound)
{
	int oldest = 0;
	for (int i = 0; i < BED_MOST_OPEN; i++) {
		if (reader->open[i].sound == sound)
			return i;
		if (reader->last_use[i] < reader->last_use[oldest])
			oldest = i;
	}
	return oldest;
}

static struct material *get_material(struct bed_reader *reader, const struct bed_sound *sound)
{
	bool *lost = &reader->lost[sound - reader->store->sounds];
	int place = find_place(reader, sound);
	struct material *material = &reader->open[place];
	if (*lost)
		return NULL;
	if (material->sound != sound) {
		material_close(material);
		*lost = !material_open(material, sound);
		if (*lost)
			return NULL;
	}
	reader->last_use[place] = ++reader->uses;
	return material;
}

// Returns false when the block is silent.
static bool fill_block(struct bed_reader *reader, const struct bed_sound *sound, int64_t origin, int64_t at)
{
	if (sound->texture) {
		texture_read(sound->texture, at, reader->block, BLOCK_FRAMES);
		return true;
	}
	struct material *material = get_material(reader, sound);
	return material && material_read(material, origin, at, reader->block);
}

const float *bed_reader_read(struct bed_reader *reader, int bed, int64_t origin_frames, int64_t at_frames)
{
	const struct bed_sound *sound = &reader->store->sounds[reader->store->sound_of[bed]];
	if (sound != reader->block_sound || origin_frames != reader->block_origin || at_frames != reader->block_at) {
		reader->block_sound = sound;
		reader->block_origin = origin_frames;
		reader->block_at = at_frames;
		reader->block_silent = !fill_block(reader, sound, origin_frames, at_frames);
	}
	return reader->block_silent ? NULL : reader->block;
}

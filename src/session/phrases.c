#include "session/phrases.h"

#include "base/decibel.h"
#include "base/frames.h"
#include "base/memory.h"
#include "voice/clip.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define GAP_SEC 0.1 // beside the silence in the recordings
#define CACHE_BYTES (4u << 20)

struct phrases {
	const struct pack *packs[2];
	struct clip_cache *caches[2];
	float *frames;
	int64_t n_frames, room_frames;
};

struct phrases *phrases_create(const struct pack *pack, const struct pack *fallback)
{
	struct phrases *phrases = memory_alloc(sizeof *phrases);
	phrases->packs[0] = pack;
	phrases->packs[1] = fallback;
	for (int i = 0; i < 2; i++)
		if (phrases->packs[i])
			phrases->caches[i] = clip_cache_create(phrases->packs[i], CACHE_BYTES);
	return phrases;
}

void phrases_destroy(struct phrases *phrases)
{
	if (!phrases)
		return;
	clip_cache_destroy(phrases->caches[0]);
	clip_cache_destroy(phrases->caches[1]);
	free(phrases->frames);
	free(phrases);
}

static bool make_room(struct phrases *phrases, int64_t n_frames)
{
	int64_t needed = phrases->n_frames + n_frames;
	if (needed > (int64_t)PHRASES_MOST_SEC * ENGINE_RATE_HZ)
		return false;
	if (needed > phrases->room_frames) {
		phrases->room_frames = 2 * needed;
		phrases->frames = memory_resize(phrases->frames, (size_t)phrases->room_frames * sizeof(float));
	}
	return true;
}

static void add_gap(struct phrases *phrases)
{
	int64_t n = (int64_t)(GAP_SEC * ENGINE_RATE_HZ);
	if (phrases->n_frames == 0 || !make_room(phrases, n))
		return;
	memset(phrases->frames + phrases->n_frames, 0, (size_t)n * sizeof(float));
	phrases->n_frames += n;
}

static void add_clip(struct phrases *phrases, const struct clip *clip, float gain)
{
	add_gap(phrases);
	if (!make_room(phrases, clip->frames))
		return;
	for (int64_t i = 0; i < clip->frames; i++)
		phrases->frames[phrases->n_frames + i] = clip->samples[i] * gain;
	phrases->n_frames += clip->frames;
}

static bool add_line(struct phrases *phrases, int which, const char *words, double level_db)
{
	const struct pack_line *line = phrases->packs[which] ? pack_find(phrases->packs[which], words) : NULL;
	if (!line)
		return false;
	const struct clip *clip = clip_take(phrases->caches[which], line, 0);
	bool found = clip->samples;
	if (found)
		add_clip(phrases, clip, (float)gain_from_db(clip_gain_db(line) + level_db));
	clip_give_back(phrases->caches[which], clip);
	return found;
}

int64_t phrases_say(struct phrases *phrases, const char *const *lines, int count, double level_db, const float **frames)
{
	phrases->n_frames = 0;
	for (int i = 0; i < count; i++)
		if (!add_line(phrases, 0, lines[i], level_db))
			add_line(phrases, 1, lines[i], level_db);
	*frames = phrases->frames;
	return phrases->n_frames;
}

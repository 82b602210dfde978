// A pack's recordings for a speech recogniser: FOLDER/NUMBER.raw, 16 kHz, 16 bit, one channel, and on the standard
// output a line each: the number, a tab, the words.
// usage: pack_speech PACK FOLDER
#include "base/arena.h"
#include "base/frames.h"
#include "base/memory.h"
#include "voice/clip.h"

#include <soxr.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SPEECH_RATE_HZ 16000

static bool write_speech(const char *path, const float *samples, size_t count)
{
	FILE *file = fopen(path, "wb");
	if (!file)
		return false;
	for (size_t i = 0; i < count; i++) {
		long level = lrintf(32767.0f * fmaxf(-1.0f, fminf(1.0f, samples[i])));
		fputc((int)(level & 0xFF), file);
		fputc((int)(level >> 8 & 0xFF), file);
	}
	return fclose(file) == 0;
}

static bool save(const char *path, const float *samples, int64_t frames)
{
	size_t room = (size_t)frames / (ENGINE_RATE_HZ / SPEECH_RATE_HZ) + 1, count = 0;
	float *speech = memory_alloc(room * sizeof *speech);
	bool good = soxr_oneshot(ENGINE_RATE_HZ, SPEECH_RATE_HZ, 1, samples, (size_t)frames, NULL, speech, room, &count,
	                         NULL, NULL, NULL) == NULL &&
	            write_speech(path, speech, count);
	free(speech);
	return good;
}

static bool save_lines(const struct pack *pack, const char *folder)
{
	struct clip_cache *cache = clip_cache_create(pack, 1);
	bool good = true;
	for (size_t i = 0; good && i < pack->line_count; i++) {
		char path[500];
		const struct clip *clip = clip_take(cache, &pack->lines[i], 0);
		snprintf(path, sizeof path, "%s/%04zu.raw", folder, i);
		good = clip->samples && save(path, clip->samples, clip->frames);
		clip_give_back(cache, clip);
		if (good)
			printf("%04zu\t%s\n", i, pack->lines[i].text);
		else
			fprintf(stderr, "pack_speech: %s of \"%s\" cannot be read\n", pack->lines[i].file,
			        pack->lines[i].text);
	}
	clip_cache_destroy(cache);
	return good;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: pack_speech PACK FOLDER\n", stderr);
		return 2;
	}
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct pack *pack = NULL;
	bool good = pack_open(&pack, argv[1], &faults) == STATUS_OK;
	for (size_t i = 0; i < faults.count; i++)
		fprintf(stderr, "%s\n", fault_text(&faults.items[i], arena));
	good = good && save_lines(pack, argv[2]);
	pack_destroy(pack);
	arena_destroy(arena);
	return good ? 0 : 1;
}

// A pack in a temporary folder, written by each test as text and tones.
#ifndef TESTS_PACK_KIT_H
#define TESTS_PACK_KIT_H

#include "base/arena.h"
#include "voice/pack.h"

#include <sndfile.h>

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct kit {
	char dir[40];
	struct arena *arena;
	struct fault_list faults;
	struct pack *pack;
};

static inline struct kit kit_init(void)
{
	struct kit kit = {.dir = "/tmp/stillroom-pack-XXXXXX", .arena = arena_create()};
	if (!mkdtemp(kit.dir))
		abort();
	kit.faults = fault_list_init(kit.arena);
	return kit;
}

static inline void kit_finish(struct kit *kit)
{
	char command[60];
	snprintf(command, sizeof command, "rm -r %s", kit->dir);
	if (system(command) != 0)
		abort();
	pack_destroy(kit->pack);
	arena_destroy(kit->arena);
}

static inline void kit_path(const struct kit *kit, const char *name, char path[300])
{
	snprintf(path, 300, "%s/%s", kit->dir, name);
}

static inline void kit_write(const struct kit *kit, const char *name, const char *text, size_t length)
{
	char path[300];
	kit_path(kit, name, path);
	FILE *file = fopen(path, "w");
	if (!file || fwrite(text, 1, length, file) != length || fclose(file) != 0)
		abort();
}

// A tone of 300 Hz with this peak, mono FLAC at 24 kHz.
static inline void kit_tone(const struct kit *kit, const char *name, double sec, double peak)
{
	char path[300];
	kit_path(kit, name, path);
	SF_INFO info = {.samplerate = 24000, .channels = 1, .format = SF_FORMAT_FLAC | SF_FORMAT_PCM_24};
	SNDFILE *file = sf_open(path, SFM_WRITE, &info);
	for (int i = 0; i < (int)(sec * 24000); i++) {
		float sample = (float)(peak * sin(6.283185307 * 300.0 * i / 24000.0));
		sf_writef_float(file, &sample, 1);
	}
	sf_close(file);
}

static inline enum status kit_open(struct kit *kit, const char *manifest)
{
	kit_write(kit, "pack.yaml", manifest, strlen(manifest));
	return pack_open(&kit->pack, kit->dir, &kit->faults);
}

// The faults, one a line, without the folder's name.
static inline const char *kit_faults(struct kit *kit)
{
	const char *all = "";
	fault_list_sort(&kit->faults);
	for (size_t i = 0; i < kit->faults.count; i++) {
		const char *text = fault_text(&kit->faults.items[i], kit->arena);
		if (strncmp(text, kit->dir, strlen(kit->dir)) == 0)
			text += strlen(kit->dir) + (text[strlen(kit->dir)] == '/');
		all = arena_printf(kit->arena, "%s%s\n", all, text);
	}
	return all;
}

#define KIT_HEAD "stillroom-voice: 1\nname: x\nlanguage: en\nlines:\n"

#endif

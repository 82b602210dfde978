// A voice pack for tests, made in a temporary folder: each line, and "Hum.", is a soft hum of 0.2 s and 0.3 s a word, so that scores
// have lengths that a person can check.
#ifndef TESTS_SCORE_WORD_PACK_H
#define TESTS_SCORE_WORD_PACK_H

#include "base/arena.h"
#include "score/score.h"

#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORD_PACK_RATE_HZ = 24000 };

static int word_pack_count_words(const char *line)
{
	int words = 0;
	for (const char *at = line; *at; at++)
		words += *at != ' ' && (at == line || at[-1] == ' ');
	return words;
}

static void word_pack_write_line(const char *dir, size_t number, const char *line)
{
	char path[300];
	snprintf(path, sizeof path, "%s/%zu.flac", dir, number);
	SF_INFO info = {.samplerate = WORD_PACK_RATE_HZ, .channels = 1, .format = SF_FORMAT_FLAC | SF_FORMAT_PCM_16};
	SNDFILE *file = sf_open(path, SFM_WRITE, &info);
	int frames = WORD_PACK_RATE_HZ * (2 + 3 * word_pack_count_words(line)) / 10;
	for (int i = 0; i < frames; i++) {
		float hum = 0.1f * sinf(6.2831853f * 220.0f * (float)i / WORD_PACK_RATE_HZ) *
		            sinf(3.1415927f * (float)i / (float)frames);
		sf_writef_float(file, &hum, 1);
	}
	sf_close(file);
}

// Writes a pack that holds these lines; dir gets its folder, a fresh one below /tmp.
static void word_pack_make(char dir[64], const char *const *lines, size_t count)
{
	strcpy(dir, "/tmp/stillroom-pack-XXXXXX");
	if (!mkdtemp(dir))
		abort();
	char path[300];
	snprintf(path, sizeof path, "%s/pack.yaml", dir);
	FILE *manifest = fopen(path, "w");
	fputs("stillroom-voice: 1\nname: words\nlanguage: en\nspeaker: a hum\nlicence: CC0-1.0\nmade: by a "
	      "test\nlines:\n",
	      manifest);
	word_pack_write_line(dir, count, "Hum.");
	fprintf(manifest, "  - {text: Hum., file: %zu.flac, lufs: -23.5, peak: -19.9}\n", count);
	for (size_t i = 0; i < count; i++) {
		word_pack_write_line(dir, i, lines[i]);
		fprintf(manifest, "  - text: \"%s\"\n    file: %zu.flac\n    lufs: -23.5\n    peak: -19.9\n", lines[i],
		        i);
	}
	fclose(manifest);
}

static void word_pack_remove(const char *dir)
{
	char command[120];
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	if (system(command) != 0)
		abort();
}

#endif

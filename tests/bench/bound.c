#include "bound.h"

#include <sndfile.h>

#include <stdio.h>
#include <stdlib.h>

enum { PORTION_FRAMES = 4096 };

static SNDFILE *open_or_end(const char *path, int mode, SF_INFO *info)
{
	SNDFILE *file = sf_open(path, mode, info);
	if (!file) {
		fprintf(stderr, "%s: %s\n", path, sf_strerror(NULL));
		exit(1);
	}
	return file;
}

static void decode(const char *path)
{
	static float frames[PORTION_FRAMES * 8];
	SF_INFO info = {0};
	SNDFILE *file = open_or_end(path, SFM_READ, &info);
	while (sf_readf_float(file, frames, PORTION_FRAMES) > 0)
		;
	sf_close(file);
}

void bound_run(const struct bound *bound)
{
	for (const char *const *input = bound->inputs; *input; input++)
		decode(*input);
	SF_INFO info = {.samplerate = 48000, .channels = 2, .format = bound->format};
	SNDFILE *file = open_or_end(bound->output, SFM_WRITE, &info);
	for (int64_t at = 0; at < bound->frames; at += PORTION_FRAMES) {
		int64_t n = bound->frames - at < PORTION_FRAMES ? bound->frames - at : PORTION_FRAMES;
		sf_writef_short(file, bound->samples + 2 * at, n);
	}
	sf_close(file);
}

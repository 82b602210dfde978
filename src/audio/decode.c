// Whole files: looked at, or decoded to one channel.
#include "audio/decode.h"

#include "audio/file.h"
#include "audio/fold.h"
#include "audio/resample.h"
#include "base/memory.h"

#include <stdlib.h>

enum { DECODE_PIECE_FRAMES = 1024 };

enum status decode_probe(int fd, struct audio_info *info, const char **why)
{
	struct audio_file file;
	*info = (struct audio_info){0};
	enum status status = audio_file_open(&file, fd, why);
	if (status != STATUS_OK)
		return status;
	*info = file.info;
	audio_file_close(&file);
	return STATUS_OK;
}

static const char *decode_to(struct audio_file *file, float *mono)
{
	float piece[DECODE_PIECE_FRAMES * AUDIO_MOST_CHANNELS];
	int64_t at = 0;
	while (at < file->info.frames) {
		int64_t left = file->info.frames - at;
		int64_t got = audio_file_read(file, piece, left < DECODE_PIECE_FRAMES ? left : DECODE_PIECE_FRAMES);
		if (got == 0)
			return "it ends before its header says, or is damaged";
		if (!fold_mono(file->info.channels, piece, mono + at, got))
			return "it holds values that are no sound";
		at += got;
	}
	return NULL;
}

enum status decode_mono(int fd, int64_t most_frames, float **samples, struct audio_info *info, const char **why)
{
	struct audio_file file;
	*samples = NULL;
	*info = (struct audio_info){0};
	enum status status = audio_file_open(&file, fd, why);
	if (status != STATUS_OK)
		return status;
	*info = file.info;
	float *mono = NULL;
	if (info->engine_frames > most_frames) {
		*why = "it is too long";
	} else {
		mono = memory_alloc((size_t)info->frames * sizeof *mono);
		*why = decode_to(&file, mono);
	}
	audio_file_close(&file);
	if (!*why) {
		*samples = memory_alloc((size_t)info->engine_frames * sizeof **samples);
		resample(info->rate_hz, 1, mono, info->frames, *samples, info->engine_frames);
	}
	free(mono);
	return *why ? STATUS_FAULTY : STATUS_OK;
}

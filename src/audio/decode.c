// Whole files: looked at, or decoded to one channel.
#include "audio/audio.h"

#include "audio/file.h"
#include "audio/fold.h"
#include "audio/resample.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

enum { DECODE_PIECE_FRAMES = 1024 };

enum status audio_probe(int fd, struct audio_info *info, const char **why)
{
	struct audio_file file;
	*info = (struct audio_info){0};
	enum status status = audio_file_open(&file, fd, why);
	if (status != STATUS_OK)
		return status;
	*info = file.info;
	*why = audio_file_end_trouble(&file);
	audio_file_close(&file);
	return *why ? STATUS_FAULTY : STATUS_OK;
}

static float higher(float a, float b)
{
	return a > b ? a : b;
}

// Decodes to `mono`, or without it only finds the peak.
static const char *decode_mono(struct audio_file *file, float *mono, float *peak)
{
	float piece[DECODE_PIECE_FRAMES * AUDIO_MOST_CHANNELS], folded[DECODE_PIECE_FRAMES];
	int64_t at = 0;
	while (at < file->info.frames) {
		int64_t left = file->info.frames - at;
		int64_t got = audio_file_read(file, piece, left < DECODE_PIECE_FRAMES ? left : DECODE_PIECE_FRAMES);
		float *to = mono ? mono + at : folded;
		if (got == 0)
			return "it ends before its header says, or is damaged";
		if (!fold_mono(file->info.channels, piece, to, got))
			return "it holds values that are no sound";
		for (int64_t i = 0; i < got; i++)
			*peak = higher(*peak, fabsf(to[i]));
		at += got;
	}
	return NULL;
}

static enum status open_short(struct audio_file *file, int fd, int64_t most_frames, struct audio_info *info,
                              const char **why)
{
	*info = (struct audio_info){0};
	enum status status = audio_file_open(file, fd, why);
	if (status != STATUS_OK)
		return status;
	*info = file->info;
	if (info->engine_frames <= most_frames)
		return STATUS_OK;
	*why = "it is too long";
	audio_file_close(file);
	return STATUS_FAULTY;
}

enum status audio_check_mono(int fd, int64_t most_frames, float *peak, struct audio_info *info, const char **why)
{
	struct audio_file file;
	*peak = 0.0f;
	enum status status = open_short(&file, fd, most_frames, info, why);
	if (status != STATUS_OK)
		return status;
	*why = decode_mono(&file, NULL, peak);
	audio_file_close(&file);
	return *why ? STATUS_FAULTY : STATUS_OK;
}

enum status audio_decode_mono(int fd, int64_t most_frames, float **samples, struct audio_info *info, const char **why)
{
	struct audio_file file;
	float peak = 0.0f;
	*samples = NULL;
	enum status status = open_short(&file, fd, most_frames, info, why);
	if (status != STATUS_OK)
		return status;
	float *mono = memory_alloc((size_t)info->frames * sizeof *mono);
	*why = decode_mono(&file, mono, &peak);
	audio_file_close(&file);
	if (!*why) {
		*samples = memory_alloc((size_t)info->engine_frames * sizeof **samples);
		resample(info->rate_hz, 1, mono, info->frames, *samples, info->engine_frames);
	}
	free(mono);
	return *why ? STATUS_FAULTY : STATUS_OK;
}

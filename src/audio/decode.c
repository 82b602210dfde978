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

// A file's frames folded to one channel, piece by piece.
struct mono {
	struct audio_file *file;
	int64_t left_frames;
	const char *why; // what is wrong, or NULL
	float piece[DECODE_PIECE_FRAMES * AUDIO_MOST_CHANNELS];
	float folded[DECODE_PIECE_FRAMES];
};

static int64_t read_mono(void *user, const float **frames, int64_t n_frames)
{
	struct mono *mono = user;
	int64_t n = n_frames < DECODE_PIECE_FRAMES ? n_frames : DECODE_PIECE_FRAMES;
	n = n < mono->left_frames ? n : mono->left_frames;
	int64_t got = n > 0 && !mono->why ? audio_file_read(mono->file, mono->piece, n) : 0;
	if (n > 0 && got == 0 && !mono->why)
		mono->why = "it ends before its header says, or is damaged";
	if (!fold_mono(mono->file->info.channels, mono->piece, mono->folded, got))
		mono->why = "it holds values that are no sound";
	mono->left_frames -= got;
	*frames = mono->folded;
	return mono->why ? 0 : got;
}

// What the resampler did not ask for is looked at all the same.
static const char *decode_to(struct audio_file *file, float *samples)
{
	struct mono mono = {.file = file, .left_frames = file->info.frames};
	const float *rest;
	resample_from(file->info.rate_hz, 1, read_mono, &mono, samples, file->info.engine_frames);
	while (read_mono(&mono, &rest, DECODE_PIECE_FRAMES) > 0)
		continue;
	return mono.why;
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
	if (info->engine_frames > most_frames) {
		*why = "it is too long";
	} else {
		*samples = memory_alloc((size_t)info->engine_frames * sizeof **samples);
		*why = decode_to(&file, *samples);
	}
	audio_file_close(&file);
	if (*why) {
		free(*samples);
		*samples = NULL;
	}
	return *why ? STATUS_FAULTY : STATUS_OK;
}

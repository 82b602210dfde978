// Whole files: looked at, or decoded to one channel.
#include "audio/decode.h"

#include "audio/bound.h"
#include "audio/file.h"
#include "audio/fold.h"
#include "audio/resample.h"
#include "base/memory.h"
#include "base/peak.h"

#include <math.h>
#include <stdlib.h>

enum { DECODE_PIECE_FRAMES = 1024 };

// A file's frames folded to one channel, piece by piece.
struct mono {
	struct audio_file *file;
	int64_t left_frames;
	float peak;
	struct bound bound;
	const char *why; // what is wrong, or NULL
	float piece[DECODE_PIECE_FRAMES * AUDIO_MOST_CHANNELS];
};

static int64_t read_mono(void *user, const float **frames, int64_t n_frames)
{
	struct mono *mono = user;
	int64_t n = n_frames < DECODE_PIECE_FRAMES ? n_frames : DECODE_PIECE_FRAMES;
	n = n < mono->left_frames ? n : mono->left_frames;
	int64_t got = n > 0 && !mono->why ? audio_file_read(mono->file, mono->piece, n) : 0;
	if (n > 0 && got == 0 && !mono->why)
		mono->why = "it ends before its header says, or is damaged";
	if (!fold_mono(mono->file->info.channels, mono->piece, got))
		mono->why = "it holds values that are no sound";
	mono->peak = fmaxf(mono->peak, peak_of(mono->piece, got));
	bound_add(&mono->bound, mono->piece, got);
	mono->left_frames -= got;
	*frames = mono->piece;
	return mono->why ? 0 : got;
}

static void read_rest(struct mono *mono)
{
	const float *rest;
	while (read_mono(mono, &rest, DECODE_PIECE_FRAMES) > 0) {
	}
}

static struct audio_level end_mono(struct mono *mono)
{
	struct audio_level level = {mono->peak, (float)bound_lufs(&mono->bound)};
	bound_finish(&mono->bound);
	audio_file_close(mono->file);
	return level;
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

enum status decode_look(int fd, int64_t most_frames, struct audio_info *info, const char **why)
{
	struct audio_file file;
	enum status status = open_short(&file, fd, most_frames, info, why);
	if (status == STATUS_OK)
		audio_file_close(&file);
	return status;
}

enum status decode_check(int fd, int64_t most_frames, struct audio_level *level, struct audio_info *info,
                         const char **why)
{
	struct audio_file file;
	*level = (struct audio_level){0};
	enum status status = open_short(&file, fd, most_frames, info, why);
	if (status != STATUS_OK)
		return status;
	struct mono mono = {.file = &file, .left_frames = info->frames};
	bound_init(&mono.bound, info->rate_hz);
	read_rest(&mono);
	*level = end_mono(&mono);
	*why = mono.why;
	return *why ? STATUS_FAULTY : STATUS_OK;
}

enum status decode_mono(int fd, int64_t most_frames, float *room, int64_t room_frames, float **samples,
                        struct audio_level *level, struct audio_info *info, const char **why)
{
	struct audio_file file;
	*samples = NULL;
	*level = (struct audio_level){0};
	enum status status = open_short(&file, fd, most_frames, info, why);
	if (status != STATUS_OK)
		return status;
	struct mono mono = {.file = &file, .left_frames = info->frames};
	bound_init(&mono.bound, info->rate_hz);
	bool fits = info->engine_frames <= room_frames;
	*samples = fits ? room : memory_resize(NULL, (size_t)info->engine_frames * sizeof **samples);
	resample_from(info->rate_hz, 1, read_mono, &mono, *samples, info->engine_frames);
	read_rest(&mono); // what the resampler did not ask for is looked at all the same
	*level = end_mono(&mono);
	*why = mono.why;
	if (!*why)
		return STATUS_OK;
	if (!fits)
		free(*samples);
	*samples = NULL;
	return STATUS_FAULTY;
}

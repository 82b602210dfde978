// The chunks of a file that lies open in the decoder's process; a few are kept here, so that playing on asks once a
// second. When the process dies of the file twice, the rest of it is silence.
#include "audio/audio.h"

#include "audio/decoder.h"
#include "base/memory.h"
#include "base/power.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNKS_KEPT = 3, LEVELS_KEPT = 16, TENTH_SAMPLES = AUDIO_CHUNK_FRAMES / 10 * ENGINE_CHANNELS };

struct chunk {
	int64_t number; // -1 when empty
	int64_t used;   // the reading that last used it
	float *frames;
};

struct audio_stream {
	struct audio_decoder *decoder;
	int fd; // for a decoder that starts anew
	struct decoder_track track;
	struct audio_info info;
	bool broken;
	int64_t readings;
	struct chunk chunks[CHUNKS_KEPT];

	struct level {
		int64_t chunk; // from 1; 0: none
		double power;
	} levels[LEVELS_KEPT]; // each at its chunk's number modulo so many
};

static enum status open_track(struct audio_stream **stream, struct audio_decoder *decoder, int fd,
                              const struct decoder_track *beside, const char **why)
{
	struct decoder_track track = {0};
	struct audio_info info;
	*stream = NULL;
	enum status status = decoder_open(decoder, fd, beside, &track, &info, why);
	if (status != STATUS_OK) {
		close(fd);
		return status;
	}
	struct audio_stream *made = *stream = memory_alloc(sizeof *made);
	*made = (struct audio_stream){.decoder = decoder, .fd = fd, .track = track, .info = info};
	for (int i = 0; i < CHUNKS_KEPT; i++)
		made->chunks[i].number = -1;
	return STATUS_OK;
}

enum status audio_stream_open(struct audio_stream **stream, struct audio_decoder *decoder, int fd, const char **why)
{
	return open_track(stream, decoder, fd, NULL, why);
}

enum status audio_stream_open_beside(struct audio_stream **stream, const struct audio_stream *beside, int fd,
                                     const char **why)
{
	return open_track(stream, beside->decoder, fd, &beside->track, why);
}

void audio_stream_close(struct audio_stream *stream)
{
	if (!stream)
		return;
	decoder_close(stream->decoder, &stream->track);
	close(stream->fd);
	for (int i = 0; i < CHUNKS_KEPT; i++)
		free(stream->chunks[i].frames);
	free(stream);
}

const struct audio_info *audio_stream_info(const struct audio_stream *stream)
{
	return &stream->info;
}

bool audio_stream_is_broken(const struct audio_stream *stream)
{
	return stream->broken;
}

static double level_of(const float *samples, bool lost)
{
	double most = lost ? HUGE_VAL : 0.0;
	for (int i = 0; !lost && i < 10; i++)
		most = fmax(most, power_of(samples + i * TENTH_SAMPLES, TENTH_SAMPLES));
	return most;
}

static void chunk_make(struct audio_stream *stream, struct chunk *chunk, int64_t number)
{
	size_t bytes = AUDIO_CHUNK_FRAMES * ENGINE_CHANNELS * sizeof *chunk->frames;
	if (!chunk->frames)
		chunk->frames = memory_alloc(bytes);
	bool lost = true;
	stream->broken = stream->broken || !decoder_read(stream->decoder, stream->fd, &stream->track, &stream->info,
	                                                 number, chunk->frames, &lost);
	if (stream->broken)
		memset(chunk->frames, 0, bytes);
	chunk->number = number;
	stream->levels[number % LEVELS_KEPT] =
		(struct level){number + 1, level_of(chunk->frames, lost || stream->broken)};
}

static const float *chunk_get(struct audio_stream *stream, int64_t number)
{
	struct chunk *chunk = &stream->chunks[0];
	for (int i = 0; i < CHUNKS_KEPT && chunk->number != number; i++)
		if (stream->chunks[i].number == number || stream->chunks[i].used < chunk->used)
			chunk = &stream->chunks[i];
	if (chunk->number != number)
		chunk_make(stream, chunk, number);
	chunk->used = ++stream->readings;
	return chunk->frames;
}

double audio_stream_level(struct audio_stream *stream, int64_t k)
{
	if (k < 0 || k * AUDIO_CHUNK_FRAMES >= stream->info.engine_frames)
		return 0.0;
	const struct level *level = &stream->levels[k % LEVELS_KEPT];
	if (level->chunk != k + 1)
		chunk_get(stream, k);
	return level->power;
}

const float *audio_stream_look(struct audio_stream *stream, int64_t at_frames, int64_t *n_frames)
{
	int64_t within = at_frames % AUDIO_CHUNK_FRAMES, n = AUDIO_CHUNK_FRAMES - within;
	int64_t left = stream->info.engine_frames - at_frames;
	*n_frames = n < left ? n : left;
	return chunk_get(stream, at_frames / AUDIO_CHUNK_FRAMES) + within * ENGINE_CHANNELS;
}

void audio_stream_read(struct audio_stream *stream, int64_t at_frames, float *out, int64_t n_frames)
{
	int64_t length = stream->info.engine_frames;
	while (n_frames > 0) {
		bool inside = at_frames >= 0 && at_frames < length;
		int64_t n = at_frames < 0 ? -at_frames : n_frames;
		const float *frames = inside ? audio_stream_look(stream, at_frames, &n) : NULL;
		n = n < n_frames ? n : n_frames;
		size_t bytes = (size_t)n * ENGINE_CHANNELS * sizeof *out;
		if (inside)
			memcpy(out, frames, bytes);
		else
			memset(out, 0, bytes);
		at_frames += n;
		out += n * ENGINE_CHANNELS;
		n_frames -= n;
	}
}

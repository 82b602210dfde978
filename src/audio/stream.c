// A long file by chunks of one second. Chunk k is made of source frames [k * rate, (k + 1) * rate), a whole number at
// any rate, and a margin on both sides which the resampler needs to meet its neighbours; a few chunks are kept.
//
// A decoder that has been sent to a place is not to be trusted at once: with libsndfile 1.2.0, samples after a seek in
// Vorbis were wrong 18 times in 300 for up to 1,011 frames, in MP3 and Opus they differ until the decoder's memory has
// filled, and MP3 differs in the last bit for ever. So a file is cut into segments of 16 chunks. Decoding a segment
// always begins in the same way: a decoder opened anew, sent to a run-up before the segment, the run-up thrown away
// (after 20,000 frames no format differed from an unbroken decode by more than 6e-8, in 300 places each), then always
// in pieces of the same size. Whoever asks, in whatever order, the segment's samples are the same; playing
// on costs nothing, and a jump costs half a segment. Where a piece cannot be decoded the rest of its segment is
// silent.
//
// MP3 at rates under 32 kHz is one segment: libmpg123 prints to stderr when it is sent into the middle of such a file.
// It decodes there 3,000 to 8,000 times faster than it plays.
#include "audio/audio.h"

#include "audio/file.h"
#include "audio/fold.h"
#include "audio/resample.h"
#include "base/frames.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
	CHUNK_FRAMES = ENGINE_RATE_HZ,
	CHUNKS_KEPT = 3,
	SEGMENT_CHUNKS = 16,
	RUN_UP_FRAMES = 20480,
	PIECE_FRAMES = 4096,
	MARGINS_A_SEC = 40, // a margin is at least 25 ms
};

struct chunk {
	int64_t number; // -1 when empty
	int64_t used;   // the reading that last used it
	float *frames;
};

// The decoder's place: folded frames [begin, begin + count) of one segment, begin may be below 0.
struct window {
	int64_t segment; // -1 at first
	int64_t begin;
	int64_t count;
	bool broken; // nothing more can be decoded in this segment
	float *frames;
};

struct audio_stream {
	struct audio_file file;
	struct fold fold;
	int64_t margin_frames; // of the source
	int64_t segment_chunks;
	int64_t readings;
	struct window window;
	float *piece;     // as decoded, with the file's channels
	float *resampled; // a chunk and its margins
	struct chunk chunks[CHUNKS_KEPT];
};

// A margin that is a whole number of frames at both rates.
static int64_t margin_for(int rate_hz)
{
	int64_t a = rate_hz, b = ENGINE_RATE_HZ;
	while (b) {
		int64_t rest = a % b;
		a = b;
		b = rest;
	}
	int64_t step = rate_hz / a, least = rate_hz / MARGINS_A_SEC;
	return rate_hz == ENGINE_RATE_HZ ? 0 : (least + step - 1) / step * step;
}

static int64_t to_engine(const struct audio_stream *stream, int64_t frames)
{
	return frames * ENGINE_RATE_HZ / stream->file.info.rate_hz;
}

static void *alloc_frames(int64_t n_frames)
{
	return memory_alloc((size_t)n_frames * ENGINE_CHANNELS * sizeof(float));
}

enum status audio_stream_open(struct audio_stream **stream, int fd, const char **why)
{
	struct audio_file file;
	*stream = NULL;
	enum status status = audio_file_open(&file, fd, why);
	if (status != STATUS_OK)
		return status;
	*why = audio_file_end_trouble(&file);
	if (*why) {
		audio_file_close(&file);
		return STATUS_FAULTY;
	}
	struct audio_stream *made = *stream = memory_alloc(sizeof *made);
	int rate_hz = file.info.rate_hz;
	made->file = file;
	made->fold = fold_for(&file);
	made->margin_frames = margin_for(rate_hz);
	made->segment_chunks = file.container.kind == CONTAINER_MPEG && rate_hz < 32000 ? INT64_MAX : SEGMENT_CHUNKS;
	made->window.segment = -1;
	made->window.frames = alloc_frames(rate_hz + 2 * made->margin_frames + PIECE_FRAMES);
	made->piece = memory_alloc((size_t)PIECE_FRAMES * (size_t)file.info.channels * sizeof(float));
	made->resampled = alloc_frames(CHUNK_FRAMES + 2 * to_engine(made, made->margin_frames));
	for (int i = 0; i < CHUNKS_KEPT; i++)
		made->chunks[i].number = -1;
	return STATUS_OK;
}

void audio_stream_close(struct audio_stream *stream)
{
	if (!stream)
		return;
	audio_file_close(&stream->file);
	for (int i = 0; i < CHUNKS_KEPT; i++)
		free(stream->chunks[i].frames);
	free(stream->window.frames);
	free(stream->piece);
	free(stream->resampled);
	free(stream);
}

const struct audio_info *audio_stream_info(const struct audio_stream *stream)
{
	return &stream->file.info;
}

// Sends the decoder to the run-up of a segment; the first begins with silence of a margin's length.
static void window_restart(struct audio_stream *stream, int64_t segment)
{
	struct window *window = &stream->window;
	int64_t first = -stream->margin_frames;
	if (segment > 0)
		first += segment * stream->segment_chunks * stream->file.info.rate_hz - RUN_UP_FRAMES;
	window->segment = segment;
	window->begin = first;
	window->count = 0;
	window->broken = !audio_file_restart(&stream->file, first < 0 ? 0 : first);
}

static void window_drop_before(struct window *window, int64_t begin)
{
	int64_t n = begin - window->begin;
	if (n > window->count)
		n = window->count;
	if (n <= 0)
		return;
	window->begin += n;
	window->count -= n;
	memmove(window->frames, window->frames + n * ENGINE_CHANNELS,
	        (size_t)window->count * ENGINE_CHANNELS * sizeof *window->frames);
}

// Adds the next piece, always of the same size, so that even a damaged file gives the same for every reader.
static void window_extend(struct audio_stream *stream)
{
	struct window *window = &stream->window;
	float *out = window->frames + window->count * ENGINE_CHANNELS;
	int64_t next = window->begin + window->count;
	int64_t wanted = next < 0 && -next < PIECE_FRAMES ? -next : PIECE_FRAMES, got = 0;
	if (next >= 0 && !window->broken) {
		got = audio_file_read(&stream->file, stream->piece, wanted);
		fold_stereo(&stream->fold, stream->piece, out, got);
		window->broken = got < wanted;
	}
	memset(out + got * ENGINE_CHANNELS, 0, (size_t)(wanted - got) * ENGINE_CHANNELS * sizeof *out);
	window->count += wanted;
}

// The source frames [begin, end) for a chunk, which are never more than the window can hold beside a piece.
static const float *window_get(struct audio_stream *stream, int64_t segment, int64_t begin, int64_t end)
{
	struct window *window = &stream->window;
	if (window->segment != segment || begin < window->begin)
		window_restart(stream, segment);
	window_drop_before(window, begin);
	while (window->begin + window->count < end) {
		window_extend(stream);
		window_drop_before(window, begin);
	}
	return window->frames;
}

static void chunk_make(struct audio_stream *stream, struct chunk *chunk, int64_t number)
{
	int64_t rate_hz = stream->file.info.rate_hz, margin = stream->margin_frames;
	const float *source = window_get(stream, number / stream->segment_chunks, number * rate_hz - margin,
	                                 (number + 1) * rate_hz + margin);
	int64_t lead = to_engine(stream, margin);
	resample(stream->file.info.rate_hz, ENGINE_CHANNELS, source, rate_hz + 2 * margin, stream->resampled,
	         CHUNK_FRAMES + 2 * lead);
	if (!chunk->frames)
		chunk->frames = alloc_frames(CHUNK_FRAMES);
	memcpy(chunk->frames, stream->resampled + lead * ENGINE_CHANNELS,
	       CHUNK_FRAMES * ENGINE_CHANNELS * sizeof *chunk->frames);
	chunk->number = number;
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

void audio_stream_read(struct audio_stream *stream, int64_t at_frames, float *out, int64_t n_frames)
{
	int64_t length = stream->file.info.engine_frames;
	while (n_frames > 0) {
		int64_t within = at_frames % CHUNK_FRAMES, n = n_frames;
		if (at_frames < 0)
			n = n < -at_frames ? n : -at_frames;
		else if (at_frames < length)
			n = n < length - at_frames ? n : length - at_frames;
		if (at_frames >= 0 && at_frames < length && n > CHUNK_FRAMES - within)
			n = CHUNK_FRAMES - within;
		size_t bytes = (size_t)n * ENGINE_CHANNELS * sizeof *out;
		if (at_frames < 0 || at_frames >= length)
			memset(out, 0, bytes);
		else
			memcpy(out, chunk_get(stream, at_frames / CHUNK_FRAMES) + within * ENGINE_CHANNELS, bytes);
		at_frames += n;
		out += n * ENGINE_CHANNELS;
		n_frames -= n;
	}
}

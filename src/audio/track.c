// A long file by chunks of one second. Chunk k is made of source frames [k * rate, (k + 1) * rate), a whole number at
// any rate, and a margin on both sides which the resampler needs to meet its neighbours.
//
// A decoder that has been sent to a place is not to be trusted at once: with libsndfile 1.2.0, samples after a seek in
// Vorbis were wrong 18 times in 300 for up to 1,011 frames, in MP3 and Opus they differ until the decoder's memory has
// filled, and MP3 differs in the last bit for ever. So a file is cut into segments of 16 chunks. Decoding a segment
// always begins in the same way: a decoder opened anew, sent to a run-up before the segment, the run-up thrown away
// (after 20,000 frames no format differed from an unbroken decode by more than 6e-8, in 300 places each), then always
// in pieces of the same size. Whoever asks, in whatever order, the segment's samples are the same; playing
// on costs nothing, and a jump costs half a segment. Where a piece cannot be decoded, or holds values that are
// no sound, the rest of its segment is silent.
//
// MP3 at rates under 32 kHz is one segment: libmpg123 prints to stderr when it is sent into the middle of such a file.
// It decodes there 3,000 to 8,000 times faster than it plays.
#include "audio/track.h"

#include "audio/file.h"
#include "audio/fold.h"
#include "audio/resample.h"
#include "base/frames.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
	RUN_UP_FRAMES = 20480,
	PIECE_FRAMES = 4096,
	MARGINS_A_SEC = 40, // a margin is at least 25 ms
};

// The decoder's place: folded frames [begin, begin + count) of one segment, begin may be below 0.
struct window {
	int64_t segment; // -1 at first
	int64_t begin;
	int64_t count;
	bool broken;      // nothing more can be decoded in this segment
	int64_t good_end; // then: where that begins
	float *frames;
};

struct audio_track {
	struct audio_file file;
	struct fold fold;
	int64_t margin_frames; // of the source
	int64_t segment_chunks;
	struct window window;
	float *piece;     // as decoded, of a file that is not stereo
	float *resampled; // a chunk and its margins
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

static int64_t to_engine(const struct audio_track *track, int64_t frames)
{
	return frames * ENGINE_RATE_HZ / track->file.info.rate_hz;
}

static void *alloc_frames(int64_t n_frames)
{
	return memory_alloc((size_t)n_frames * ENGINE_CHANNELS * sizeof(float));
}

enum status audio_track_open(struct audio_track **track, int fd, const char **why)
{
	struct audio_file file;
	*track = NULL;
	enum status status = audio_file_open(&file, fd, why);
	if (status != STATUS_OK)
		return status;
	*why = audio_file_end_trouble(&file);
	if (*why) {
		audio_file_close(&file);
		return STATUS_FAULTY;
	}
	struct audio_track *made = *track = memory_alloc(sizeof *made);
	int rate_hz = file.info.rate_hz;
	made->file = file;
	made->fold = fold_for(&file);
	made->margin_frames = margin_for(rate_hz);
	made->segment_chunks =
		file.container.kind == CONTAINER_MPEG && rate_hz < 32000 ? INT64_MAX : AUDIO_SEGMENT_CHUNKS;
	made->window.segment = -1;
	bool as_it_is = rate_hz == ENGINE_RATE_HZ;
	made->window.frames = alloc_frames((as_it_is ? 0 : rate_hz + 2 * made->margin_frames) + PIECE_FRAMES);
	if (file.info.channels != ENGINE_CHANNELS)
		made->piece = memory_alloc((size_t)PIECE_FRAMES * (size_t)file.info.channels * sizeof(float));
	if (!as_it_is)
		made->resampled = alloc_frames(AUDIO_CHUNK_FRAMES + 2 * to_engine(made, made->margin_frames));
	return STATUS_OK;
}

void audio_track_close(struct audio_track *track)
{
	if (!track)
		return;
	audio_file_close(&track->file);
	free(track->window.frames);
	free(track->piece);
	free(track->resampled);
	free(track);
}

const struct audio_info *audio_track_info(const struct audio_track *track)
{
	return &track->file.info;
}

// A place in an MP3 is found by going there from its beginning: 4 s for a day of it, or 11 s where that is one segment.
int64_t audio_track_most_chunks(const struct audio_track *track)
{
	bool from_begin = track->file.container.kind == CONTAINER_MPEG;
	return from_begin ? track->file.info.engine_frames / AUDIO_CHUNK_FRAMES + 1 : track->segment_chunks + 1;
}

// Sends the decoder to the run-up of a segment; the first begins with silence of a margin's length.
static void window_restart(struct audio_track *track, int64_t segment)
{
	struct window *window = &track->window;
	int64_t first = -track->margin_frames;
	if (segment > 0)
		first += segment * track->segment_chunks * track->file.info.rate_hz - RUN_UP_FRAMES;
	window->segment = segment;
	window->begin = first;
	window->count = 0;
	window->broken = !audio_file_restart(&track->file, first < 0 ? 0 : first);
	window->good_end = first;
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

// The next piece, always of the same size, so that even a damaged file gives the same for every reader.
static void next_piece(struct audio_track *track, float *out)
{
	struct window *window = &track->window;
	int64_t next = window->begin + window->count;
	int64_t wanted = next < 0 && -next < PIECE_FRAMES ? -next : PIECE_FRAMES, got = 0;
	if (next >= 0 && !window->broken) {
		float *piece = track->piece ? track->piece : out;
		got = audio_file_read(&track->file, piece, wanted);
		if (!fold_stereo(&track->fold, piece, out, got))
			got = 0; // no sound
		window->broken = got < wanted;
		window->good_end = next + got;
	}
	memset(out + got * ENGINE_CHANNELS, 0, (size_t)(wanted - got) * ENGINE_CHANNELS * sizeof *out);
	window->count += wanted;
}

static void window_extend(struct audio_track *track)
{
	struct window *window = &track->window;
	next_piece(track, window->frames + window->count * ENGINE_CHANNELS);
}

// The source frames [begin, end), which are never more than the window can hold beside a piece: a chunk's, or at our own
// rate some that a single piece has.
static const float *window_get(struct audio_track *track, int64_t segment, int64_t begin, int64_t end)
{
	struct window *window = &track->window;
	if (window->segment != segment || begin < window->begin)
		window_restart(track, segment);
	window_drop_before(window, begin);
	while (window->begin + window->count < end) {
		window_extend(track);
		window_drop_before(window, begin);
	}
	return window->frames;
}

// Of a file at our own rate: what the window has left, and then pieces as they are decoded.
static void chunk_as_it_is(struct audio_track *track, int64_t number, float *out)
{
	struct window *window = &track->window;
	int64_t begin = number * AUDIO_CHUNK_FRAMES, end = begin + AUDIO_CHUNK_FRAMES;
	const float *left = window_get(track, number / track->segment_chunks, begin, begin + 1);
	memcpy(out, left, (size_t)window->count * ENGINE_CHANNELS * sizeof *out);
	while (window->begin + window->count + PIECE_FRAMES <= end)
		next_piece(track, out + (window->begin + window->count - begin) * ENGINE_CHANNELS);
	int64_t done = window->begin + window->count;
	window->begin = done;
	window->count = 0;
	window_get(track, window->segment, done, end);
	memcpy(out + (done - begin) * ENGINE_CHANNELS, window->frames,
	       (size_t)(end - done) * ENGINE_CHANNELS * sizeof *out);
	window_drop_before(window, end);
}

// How many frames a file has is not always known to the last.
static bool is_whole(const struct audio_track *track, int64_t number)
{
	const struct window *window = &track->window;
	int64_t frames = track->file.info.frames, end = (number + 1) * track->file.info.rate_hz;
	return !window->broken || window->good_end >= (end < frames - PIECE_FRAMES ? end : frames - PIECE_FRAMES);
}

static void chunk_resampled(struct audio_track *track, int64_t number, float *out)
{
	int64_t rate_hz = track->file.info.rate_hz, margin = track->margin_frames;
	const float *source = window_get(track, number / track->segment_chunks, number * rate_hz - margin,
	                                 (number + 1) * rate_hz + margin);
	int64_t lead = to_engine(track, margin);
	resample(track->file.info.rate_hz, ENGINE_CHANNELS, source, rate_hz + 2 * margin, track->resampled,
	         AUDIO_CHUNK_FRAMES + 2 * lead);
	memcpy(out, track->resampled + lead * ENGINE_CHANNELS, AUDIO_CHUNK_FRAMES * ENGINE_CHANNELS * sizeof *out);
}

bool audio_track_chunk(struct audio_track *track, int64_t number, float *out)
{
	if (track->file.info.rate_hz == ENGINE_RATE_HZ)
		chunk_as_it_is(track, number, out);
	else
		chunk_resampled(track, number, out);
	return is_whole(track, number);
}

// A file as an endless or a single bed, at any position. Short files and seams are in memory; of the others, those heard
// last are kept open. One that cannot be opened again is silent from then on.
#include "mix/bed.h"

#include "audio/audio.h"
#include "base/memory.h"
#include "mix/bed_sound.h"
#include "mix/edge.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct bed_reader {
	const struct bed_store *store;
	struct {
		struct audio_stream *stream;
		int sound;
		int64_t last_use;
	} open[BED_MOST_OPEN];
	int64_t uses;
	bool *lost; // for each sound: could not be opened

	int block_sound; // the block that was read last, -1: none
	int64_t block_origin, block_at;
	bool block_silent;
	float block[BLOCK_FRAMES * ENGINE_CHANNELS];
};

struct bed_reader *bed_reader_create(const struct bed_store *store)
{
	struct bed_reader *reader = memory_alloc(sizeof(*reader));
	reader->store = store;
	reader->lost = memory_alloc(sizeof(reader->lost[0]) * (size_t)(store->sound_count + 1));
	reader->block_sound = -1;
	return reader;
}

void bed_reader_destroy(struct bed_reader *reader)
{
	if (!reader)
		return;
	for (int i = 0; i < BED_MOST_OPEN; i++)
		audio_stream_close(reader->open[i].stream);
	free(reader->lost);
	free(reader);
}

// The place of the sound's stream; when it is not open, the place that was used longest ago.
static int find_place(const struct bed_reader *reader, int sound)
{
	int oldest = 0;
	for (int i = 0; i < BED_MOST_OPEN; i++) {
		if (reader->open[i].stream && reader->open[i].sound == sound)
			return i;
		if (reader->open[i].last_use < reader->open[oldest].last_use)
			oldest = i;
	}
	return oldest;
}

static struct audio_stream *get_stream(struct bed_reader *reader, int sound)
{
	int place = find_place(reader, sound);
	if (!reader->open[place].stream || reader->open[place].sound != sound) {
		if (reader->lost[sound])
			return NULL;
		const char *why;
		struct audio_stream *stream = bed_sound_open(&reader->store->sounds[sound], &why);
		if (stream && audio_stream_info(stream)->engine_frames != reader->store->sounds[sound].frames) {
			audio_stream_close(stream); // another file than the one that was measured
			stream = NULL;
		}
		reader->lost[sound] = !stream;
		if (!stream)
			return NULL;
		audio_stream_close(reader->open[place].stream);
		reader->open[place].stream = stream;
		reader->open[place].sound = sound;
	}
	reader->open[place].last_use = ++reader->uses;
	return reader->open[place].stream;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

struct material {
	const struct bed_sound *sound;
	struct audio_stream *stream; // NULL when it is kept
};

// Up to n frames of a loop from position p, no further than its next edge; returns how many.
static int64_t read_loop(const struct material *m, int64_t p, float *out, int64_t n)
{
	int64_t edge = m->sound->edge_frames, period = m->sound->frames - edge;
	int64_t at = p % period;
	if (p >= period && at < edge) {
		n = least(n, edge - at);
		memcpy(out, m->sound->seam + at * ENGINE_CHANNELS, (size_t)n * ENGINE_CHANNELS * sizeof(float));
	} else {
		n = least(n, period - at);
		bed_sound_read(m->sound, m->stream, at, out, n);
	}
	return n;
}

// The same for a file that plays once; p is before its end.
static int64_t read_once(const struct material *m, int64_t p, float *out, int64_t n)
{
	int64_t edge = m->sound->edge_frames, fall = m->sound->frames - edge;
	n = least(n, p < edge ? edge - p : p < fall ? fall - p : m->sound->frames - p);
	bed_sound_read(m->sound, m->stream, p, out, n);
	if (p < edge)
		edge_apply(out, p, n, edge, false);
	else if (p >= fall)
		edge_apply(out, p - fall, n, edge, true);
	return n;
}

// Returns false when the block is silent.
static bool fill_from_file(struct bed_reader *reader, int sound_number, int64_t origin, int64_t at)
{
	struct material m = {.sound = &reader->store->sounds[sound_number]};
	int64_t end = at + BLOCK_FRAMES;
	if (m.sound->mode == BED_ONCE)
		end = least(end, origin + m.sound->frames);
	if (!m.sound->kept)
		m.stream = get_stream(reader, sound_number);
	if ((!m.sound->kept && !m.stream) || end <= at || origin >= end)
		return false;
	memset(reader->block, 0, sizeof(reader->block));
	int64_t t = at > origin ? at : origin;
	while (t < end) {
		float *out = reader->block + (t - at) * ENGINE_CHANNELS;
		if (m.sound->mode == BED_ONCE)
			t += read_once(&m, t - origin, out, end - t);
		else
			t += read_loop(&m, t - origin, out, end - t);
	}
	return true;
}

const float *bed_reader_read(struct bed_reader *reader, int bed, int64_t origin_frames, int64_t at_frames)
{
	int sound = reader->store->sound_of[bed];
	if (sound != reader->block_sound || origin_frames != reader->block_origin || at_frames != reader->block_at) {
		const struct texture *texture = reader->store->sounds[sound].texture;
		reader->block_sound = sound;
		reader->block_origin = origin_frames;
		reader->block_at = at_frames;
		reader->block_silent = false;
		if (texture)
			texture_read(texture, at_frames, reader->block, BLOCK_FRAMES);
		else
			reader->block_silent = !fill_from_file(reader, sound, origin_frames, at_frames);
	}
	return reader->block_silent ? NULL : reader->block;
}

// Position p of a loop is frame p modulo its period of the file, but for the seam, which bed.c has prepared; so the
// sound at a position is a function of the position.
#include "mix/material.h"

#include "base/frames.h"
#include "mix/edge.h"
#include "mix/even.h"

#include <string.h>

struct reading {
	const struct material *material;
	int which;
};

static double read_level(void *source, int64_t k)
{
	const struct reading *reading = source;
	const struct material *m = reading->material;
	return bed_sound_level(m->sound, m->streams[reading->which], k);
}

// In the order in which they lie: the level of the chunk before is asked for too.
static void read_stream(struct audio_stream *stream, int64_t at_frames, float *out, int64_t n_frames)
{
	audio_stream_level(stream, at_frames / AUDIO_CHUNK_FRAMES - 1);
	audio_stream_read(stream, at_frames, out, n_frames);
}

// A stream that is sent elsewhere decodes anew, so a read goes to the stream that is just there.
static void read_file(void *source, int64_t at_frames, float *out, int64_t n_frames)
{
	struct material *m = source;
	int which = m->sound->mode == BED_TEXTURE && m->next_frames[0] != at_frames;
	if (which == 1 && m->next_frames[1] != at_frames)
		which = m->last_read == 0;
	m->next_frames[which] = at_frames + n_frames;
	m->last_read = which;
	if (m->sound->kept)
		kept_read(&m->kept[which], at_frames, out, n_frames);
	else
		read_stream(m->streams[which], at_frames, out, n_frames);
	even_apply(read_level, &(struct reading){m, which}, m->sound->most, at_frames, out, n_frames);
}

bool material_open(struct material *material, const struct bed_sound *sound)
{
	int streams = sound->kept ? 0 : sound->mode == BED_TEXTURE ? 2 : 1;
	*material = (struct material){.sound = sound};
	material->kept[0].kept = material->kept[1].kept = sound->kept;
	for (int i = 0; i < streams; i++) {
		material->streams[i] = bed_sound_open_again(sound, NULL);
		if (!material->streams[i]) {
			material_close(material);
			return false;
		}
	}
	if (sound->mode == BED_TEXTURE)
		material->grains = texture_create_from(read_file, material, sound->frames, BED_SEED);
	return true;
}

void material_close(struct material *material)
{
	texture_destroy(material->grains);
	for (int i = 0; i < 2; i++) {
		kept_reader_end(&material->kept[i]);
		audio_stream_close(material->streams[i]);
	}
	*material = (struct material){0};
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

// Up to n frames of a loop from position p, no further than its next edge; returns how many.
static int64_t read_loop(struct material *m, int64_t p, float *out, int64_t n)
{
	int64_t edge = m->sound->edge_frames, period = m->sound->frames - edge;
	int64_t at = p % period;
	if (p >= period && at < edge) {
		n = least(n, edge - at);
		memcpy(out, m->sound->seam + at * ENGINE_CHANNELS, (size_t)n * ENGINE_CHANNELS * sizeof(float));
	} else {
		n = least(n, period - at);
		read_file(m, at, out, n);
	}
	return n;
}

// The same for a file that plays once; p is before its end.
static int64_t read_once(struct material *m, int64_t p, float *out, int64_t n)
{
	int64_t edge = m->sound->edge_frames, fall = m->sound->frames - edge;
	n = least(n, p < edge ? edge - p : p < fall ? fall - p : m->sound->frames - p);
	read_file(m, p, out, n);
	if (p < edge)
		edge_apply(out, p, n, edge, edge_rise, 0.0);
	else if (p >= fall)
		edge_apply(out, p - fall, n, edge, edge_fall, 0.0);
	return n;
}

static void silence(float *block, int64_t block_begin, int64_t from, int64_t to)
{
	memset(block + (from - block_begin) * ENGINE_CHANNELS, 0,
	       (size_t)((to - from) * ENGINE_CHANNELS) * sizeof *block);
}

bool material_read(struct material *m, int64_t origin_frames, int64_t at_frames, float *out)
{
	if (m->grains) {
		texture_read(m->grains, at_frames, out, BLOCK_FRAMES);
		return true;
	}
	bool once = m->sound->mode == BED_ONCE;
	int64_t end = at_frames + BLOCK_FRAMES;
	if (once)
		end = least(end, origin_frames + m->sound->frames);
	if (end <= at_frames || origin_frames >= end)
		return false;
	int64_t t = at_frames > origin_frames ? at_frames : origin_frames;
	silence(out, at_frames, at_frames, t);
	silence(out, at_frames, end, at_frames + BLOCK_FRAMES);
	while (t < end) {
		float *to = out + (t - at_frames) * ENGINE_CHANNELS;
		t += once ? read_once(m, t - origin_frames, to, end - t) : read_loop(m, t - origin_frames, to, end - t);
	}
	return true;
}

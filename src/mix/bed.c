// What is known of a score's beds before the first sound. Beds that differ only in level share one sound.
//
// A file is levelled by a few places of it (hear.c). What is far louder elsewhere, even.c turns down.
//
// A loop of F frames whose seam is C frames long comes back every P = F - C frames: each round but the first begins
// with the seam, in which the file's last C frames, from P on, leave with equal power while its first C frames come.
// Equal power is for strangers. Of a steady tone both sides are alike, or upside down, and would add up to 3 dB more or
// nearly vanish: how alike they are is measured, and the seam is levelled by what that makes of the sum.
#include "mix/bed.h"

#include "audio/audio.h"
#include "base/decibel.h"
#include "base/memory.h"
#include "base/thread.h"
#include "mix/bed_sound.h"
#include "mix/edge.h"
#include "mix/even.h"
#include "mix/hear.h"
#include "sound/curve.h"
#include "sound/rules.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Two sides that cancel each other cannot be raised without end.
#define SEAM_LEAST_ALIKE (-0.9)
#define SEAM_MOST_ALIKE 0.99

_Static_assert((int)HEAR_FRAMES <= (int)ENGINE_RATE_HZ, "BED_LEAST_SEC has room for a place");

// A file as it is looked at beforehand.
struct look {
	const struct bed_sound *sound;
	struct audio_stream *stream; // NULL once it is kept
	struct kept_reader kept;
};

static void look_read(void *source, int64_t at_frames, float *out, int64_t n_frames)
{
	struct look *look = source;
	if (look->stream)
		audio_stream_read(look->stream, at_frames, out, n_frames);
	else
		kept_read(&look->kept, at_frames, out, n_frames);
}

double bed_sound_level(const struct bed_sound *sound, struct audio_stream *stream, int64_t k)
{
	if (!sound->kept)
		return audio_stream_level(stream, k);
	return k >= 0 && k * AUDIO_CHUNK_FRAMES < sound->frames ? sound->levels[k] : 0.0;
}

static double look_level(void *source, int64_t k)
{
	const struct look *look = source;
	return bed_sound_level(look->sound, look->stream, k);
}

// As it will be played.
static void look_read_even(struct look *look, int64_t at_frames, float *out, int64_t n_frames)
{
	look_read(look, at_frames, out, n_frames);
	even_apply(look_level, look, look->sound->most, at_frames, out, n_frames);
}

static struct audio_stream *open_file(const struct bed_sound *sound, const struct audio_stream *beside,
                                      const char **why)
{
	struct audio_stream *stream = NULL;
	int fd = folder_open_file(sound->folder, sound->track, why);
	if (fd >= 0 && beside)
		audio_stream_open_beside(&stream, beside, fd, why);
	else if (fd >= 0)
		audio_stream_open(&stream, sound->decoder, fd, why);
	return stream;
}

struct audio_stream *bed_sound_open_again(const struct bed_sound *sound, const struct audio_stream *beside)
{
	const char *why;
	struct audio_stream *stream = open_file(sound, beside, &why);
	if (stream && audio_stream_info(stream)->engine_frames == sound->frames)
		return stream;
	audio_stream_close(stream);
	return NULL;
}

static bool keep_part(const struct bed_sound *sound, struct audio_stream *stream, int64_t from, int64_t to)
{
	bool good = true;
	for (int64_t at = from, n; good && at < to; at += n) {
		const float *frames = audio_stream_look(stream, at, &n);
		good = kept_write(sound->kept, at, frames, n) && !audio_stream_is_broken(stream);
		sound->levels[at / AUDIO_CHUNK_FRAMES] = audio_stream_level(stream, at / AUDIO_CHUNK_FRAMES);
	}
	return good;
}

// The second half of a file, from where a segment begins; another thread decodes the first meanwhile.
struct half {
	const struct bed_sound *sound;
	const struct audio_stream *beside;
	int64_t from;
	bool good;
};

static int64_t middle_of(int64_t frames)
{
	return (frames / 2 + AUDIO_SEGMENT_FRAMES / 2) / AUDIO_SEGMENT_FRAMES * AUDIO_SEGMENT_FRAMES;
}

static bool has_halves(const struct half *half)
{
	return half->from > 0 && half->from < half->sound->frames;
}

static void *keep_half(void *user)
{
	struct half *half = user;
	struct audio_stream *stream = bed_sound_open_again(half->sound, half->beside);
	half->good = stream && keep_part(half->sound, stream, half->from, half->sound->frames);
	audio_stream_close(stream);
	return NULL;
}

static bool keep_all(const struct bed_store *store, const struct bed_sound *sound, struct audio_stream *stream)
{
	struct half half = {.sound = sound, .beside = stream, .from = middle_of(sound->frames)};
	pthread_t thread;
	if (!store->two || !has_halves(&half) || !thread_start(&thread, keep_half, &half))
		return keep_part(sound, stream, 0, sound->frames);
	bool good = keep_part(sound, stream, 0, half.from);
	pthread_join(thread, NULL);
	return good && (half.good || keep_part(sound, stream, half.from, sound->frames));
}

// Keeps a whole file decoded, if there is room for it, and then needs the stream no more.
static void keep(struct bed_store *store, struct bed_sound *sound, struct look *look)
{
	if (sound->frames > store->keepable_frames)
		return;
	sound->kept = kept_create(sound->frames);
	if (!sound->kept)
		return;
	sound->levels = memory_alloc((size_t)(sound->frames / AUDIO_CHUNK_FRAMES + 1) * sizeof *sound->levels);
	if (!keep_all(store, sound, look->stream)) {
		kept_destroy(sound->kept);
		sound->kept = NULL;
		return;
	}
	store->keepable_frames -= sound->frames;
	look->kept = (struct kept_reader){.kept = sound->kept};
	audio_stream_close(look->stream);
	look->stream = NULL;
}

// The second half of the places, by a look of its own; another thread hears the first meanwhile.
struct ear {
	const struct bed_sound *sound;
	struct hearing *hearing;
};

static void *hear_apart(void *user)
{
	const struct ear *ear = user;
	struct look look = {.sound = ear->sound, .kept = {.kept = ear->sound->kept}};
	hear_places(ear->hearing, HEAR_PLACES / 2, HEAR_PLACES, ear->sound->frames, look_read, &look);
	kept_reader_end(&look.kept);
	return NULL;
}

static double measure(const struct bed_store *store, struct bed_sound *sound, struct look *look)
{
	struct hearing hearing;
	struct ear ear = {sound, &hearing};
	pthread_t thread;
	bool apart = store->two && sound->kept && thread_start(&thread, hear_apart, &ear);
	hear_places(&hearing, 0, HEAR_PLACES / 2, sound->frames, look_read, look);
	if (apart)
		pthread_join(thread, NULL);
	else
		hear_places(&hearing, HEAR_PLACES / 2, HEAR_PLACES, sound->frames, look_read, look);
	sound->most = even_most(hearing.powers, HEAR_PLACES * HEAR_PORTIONS);
	return hear_lufs(&hearing);
}

// To VOICE_LUFS. A file that measures as silence is left as it is: nothing is known of the rest of it.
static double raise_gain(double lufs)
{
	if (!(lufs > -HUGE_VAL))
		return 1.0;
	return gain_from_db(fmin(VOICE_LUFS - lufs, BED_MOST_RAISE_DB));
}

static void prepare_edges(struct bed_sound *sound)
{
	int64_t quarter = (int64_t)(BED_EDGE_MOST_SHARE * (double)sound->frames);
	int64_t edge = (int64_t)((sound->mode == BED_LOOP ? LOOP_CROSSFADE_SEC : BED_ONCE_EDGE_SEC) * ENGINE_RATE_HZ);
	sound->edge_frames = edge < quarter ? edge : quarter;
}

// How alike two sounds are: 0 strangers, 1 the same, -1 the same upside down.
static double alike(const float *a, const float *b, int64_t samples)
{
	double both = 0.0, power_a = 0.0, power_b = 0.0;
	for (int64_t i = 0; i < samples; i++) {
		both += (double)a[i] * (double)b[i];
		power_a += (double)a[i] * (double)a[i];
		power_b += (double)b[i] * (double)b[i];
	}
	double most = sqrt(power_a * power_b);
	return most > 0.0 ? both / most : 0.0;
}

// The sum of a sound that comes by sin and one that goes by cos has 1 + 2 r sin cos of the power of each.
static double level_of_sum(double u, double r)
{
	return 1.0 / sqrt(1.0 + 2.0 * r * edge_rise(u, 0.0) * edge_fall(u, 0.0));
}

static void prepare_seam(struct bed_sound *sound, struct look *look)
{
	int64_t n = sound->edge_frames;
	size_t bytes = (size_t)n * ENGINE_CHANNELS * sizeof(float);
	float *tail = memory_alloc(bytes);
	sound->seam = memory_alloc(bytes);
	look_read_even(look, 0, sound->seam, n);
	look_read_even(look, sound->frames - n, tail, n);
	double r = fmin(fmax(alike(sound->seam, tail, n * ENGINE_CHANNELS), SEAM_LEAST_ALIKE), SEAM_MOST_ALIKE);
	edge_apply(sound->seam, 0, n, n, edge_rise, 0.0);
	edge_apply(tail, 0, n, n, edge_fall, 0.0);
	for (int64_t i = 0; i < n * ENGINE_CHANNELS; i++)
		sound->seam[i] += tail[i];
	edge_apply(sound->seam, 0, n, n, level_of_sum, r);
	free(tail);
}

static void prepare_sound(struct bed_store *store, struct bed_sound *sound, struct look *look)
{
	keep(store, sound, look);
	prepare_edges(sound);
	sound->gain = raise_gain(measure(store, sound, look));
	if (sound->mode == BED_LOOP)
		prepare_seam(sound, look);
}

// Returns what is wrong, or NULL.
static const char *prepare_file(struct bed_store *store, struct bed_sound *sound)
{
	const char *why = "it cannot be read";
	if (++store->file_count > BED_MOST_FILES)
		return "a session can have at most 16 beds made from files";
	struct look look = {.sound = sound, .stream = open_file(sound, NULL, &why)};
	if (!look.stream)
		return why;
	sound->frames = audio_stream_info(look.stream)->engine_frames;
	why = NULL;
	if ((double)sound->frames < BED_LEAST_SEC * ENGINE_RATE_HZ)
		why = "it is shorter than a second; a bed should have half a minute or more";
	else
		prepare_sound(store, sound, &look);
	audio_stream_close(look.stream);
	kept_reader_end(&look.kept);
	return why;
}

static const char *prepare(struct bed_store *store, struct bed_sound *sound)
{
	if (sound->folder)
		return prepare_file(store, sound);
	sound->gain = 1.0;
	sound->texture = texture_create(sound->track, BED_SEED);
	return sound->texture ? NULL : "there is no built-in bed of this name";
}

static bool same_sound(const struct bed_sound *sound, const struct score_bed *bed)
{
	return sound->folder == bed->folder && sound->mode == bed->mode && strcmp(sound->track, bed->track) == 0;
}

static int find_sound(const struct bed_store *store, const struct score_bed *bed)
{
	for (int i = 0; i < store->sound_count; i++)
		if (same_sound(&store->sounds[i], bed))
			return i;
	return -1;
}

// The bed's sound, made when no bed before had it.
static int add_sound(struct bed_store *store, const struct score_bed *bed, struct fault_list *faults)
{
	int found = find_sound(store, bed);
	if (found >= 0)
		return found;
	struct bed_sound *sound = &store->sounds[store->sound_count];
	const struct pack *pack = store->score->pack;
	*sound = (struct bed_sound){
		.track = bed->track, .folder = bed->folder, .mode = bed->mode, .decoder = pack ? pack->decoder : NULL};
	const char *why = prepare(store, sound);
	if (why) {
		store->broken = true;
		fault_add(faults, &bed->place, "the bed \"%s\" cannot be played: %s", bed->track, why);
	}
	return store->sound_count++;
}

enum status bed_store_create(struct bed_store **store, const struct score *score, int threads,
                             struct fault_list *faults)
{
	struct bed_store *s = memory_alloc(sizeof(*s));
	s->score = score;
	s->two = threads > 1;
	s->keepable_frames = (int64_t)BED_KEPT_SEC * ENGINE_RATE_HZ;
	s->sounds = memory_alloc(sizeof(s->sounds[0]) * (score->bed_count + 1));
	s->sound_of = memory_alloc(sizeof(s->sound_of[0]) * (score->bed_count + 1));
	s->gain_of = memory_alloc(sizeof(s->gain_of[0]) * (score->bed_count + 1));
	for (size_t i = 0; i < score->bed_count; i++) {
		s->sound_of[i] = add_sound(s, &score->beds[i], faults);
		s->gain_of[i] = s->sounds[s->sound_of[i]].gain * gain_from_db(score->beds[i].level_db);
	}
	if (s->broken) {
		bed_store_destroy(s);
		return STATUS_FAULTY;
	}
	*store = s;
	return STATUS_OK;
}

static void forget(const struct bed_sound *sound)
{
	texture_destroy(sound->texture);
	kept_destroy(sound->kept);
	free(sound->seam);
	free(sound->levels);
}

void bed_store_destroy(struct bed_store *store)
{
	if (!store)
		return;
	for (int i = 0; i < store->sound_count; i++)
		forget(&store->sounds[i]);
	free(store->sounds);
	free(store->sound_of);
	free(store->gain_of);
	free(store);
}

double bed_store_gain(const struct bed_store *store, int bed)
{
	return store->gain_of[bed];
}

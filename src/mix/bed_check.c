// A bed plays where it can be decoded and is silent where it cannot, so only who asks for it is told: all of the file has
// to be gone through.
#include "mix/bed.h"

#include "mix/bed_sound.h"

#include <inttypes.h>
#include <math.h>

enum { TELL_CHUNKS = 64 };

struct checking {
	const struct bed_sound *sound;
	struct audio_stream *stream; // NULL of a kept one
	int64_t chunks;
	mix_progress_fn *progress; // may be NULL
	void *user;
};

static bool is_lost(const struct checking *c, int64_t k)
{
	if (c->progress && k % TELL_CHUNKS == 0)
		c->progress(c->user, k, c->chunks);
	return isinf(bed_sound_level(c->sound, c->stream, k));
}

// From chunk k on.
static int64_t find(const struct checking *c, int64_t k, bool lost)
{
	while (k < c->chunks && is_lost(c, k) != lost)
		k++;
	return k;
}

static void check(const struct checking *c, const struct place *place, struct fault_list *faults)
{
	int64_t from = find(c, 0, true), to = from < c->chunks ? find(c, from, false) : from;
	if (from < to)
		fault_add(faults, place,
		          "the bed \"%s\" cannot be decoded from %" PRId64 ":%02" PRId64 " to %" PRId64 ":%02" PRId64
		          ", and is silent there; make the file again",
		          c->sound->track, from / 60, from % 60, to / 60, to % 60);
}

static const struct place *place_of(const struct bed_store *store, int sound)
{
	size_t bed = 0;
	while (store->sound_of[bed] != sound)
		bed++;
	return &store->score->beds[bed].place;
}

void bed_store_check(const struct bed_store *store, mix_progress_fn *progress, void *user, struct fault_list *faults)
{
	for (int i = 0; i < store->sound_count; i++) {
		struct checking c = {.sound = &store->sounds[i], .progress = progress, .user = user};
		if (c.sound->texture)
			continue;
		c.chunks = (c.sound->frames + AUDIO_CHUNK_FRAMES - 1) / AUDIO_CHUNK_FRAMES;
		c.stream = c.sound->kept ? NULL : bed_sound_open_again(c.sound, NULL);
		if (c.sound->kept || c.stream)
			check(&c, place_of(store, i), faults);
		audio_stream_close(c.stream);
	}
}

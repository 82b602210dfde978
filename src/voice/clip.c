// Decoded recordings in order of use, the last used first. One that cannot be decoded is kept too, as silence, so that
// it is not tried again for every block.
#include "voice/clip.h"

#include "audio/audio.h"
#include "base/decibel.h"
#include "base/frames.h"
#include "base/memory.h"
#include "sound/rules.h"

#include <math.h>
#include <stdlib.h>

static const double most_gain_db = 12.0;
static const double peak_slack_db = 0.5; // what meters differ by
static const float silent = 0.001f;
static const int64_t most_frames = (int64_t)PACK_MOST_LINE_SEC * ENGINE_RATE_HZ;

struct clip {
	struct clip *next;
	const struct pack_line *line;
	float *samples; // NULL when it cannot be decoded
	int64_t frames;
	size_t bytes;
};

struct clip_cache {
	const struct pack *pack;
	size_t most_bytes;
	struct clip *first;
};

double clip_gain_db(const struct pack_line *line)
{
	return fmin(VOICE_LUFS - line->lufs, most_gain_db);
}

static enum status decode(const struct pack *pack, const struct pack_line *line, float **samples, int64_t *frames,
                          const char **why)
{
	struct audio_info info;
	int fd = folder_open_file(&pack->folder, line->file, why);
	*samples = NULL;
	*frames = 0;
	if (fd < 0)
		return STATUS_NOT_FOUND;
	enum status status = audio_decode_mono(pack->decoder, fd, most_frames, samples, &info, why);
	if (status == STATUS_OK)
		*frames = info.engine_frames;
	return status;
}

enum status clip_check(const struct pack *pack, const struct pack_line *line, int64_t *frames,
                       struct fault_list *faults)
{
	const char *why;
	struct audio_info info;
	float peak = 0.0f;
	int fd = folder_open_file(&pack->folder, line->file, &why);
	enum status status = STATUS_NOT_FOUND;
	*frames = 0;
	if (fd >= 0)
		status = audio_check_mono(pack->decoder, fd, most_frames, &peak, &info, &why);
	if (status != STATUS_OK) {
		fault_add(faults, &line->place, "the recording %s cannot be used: %s", line->file, why);
		return STATUS_FAULTY;
	}
	*frames = info.engine_frames;
	if (peak < silent) {
		fault_add(faults, &line->place, "the recording %s holds only silence", line->file);
		return STATUS_FAULTY;
	}
	double peak_db = db_from_gain((double)peak);
	if (peak_db <= line->peak_db + peak_slack_db)
		return STATUS_OK;
	fault_add(faults, &line->place,
	          "the recording %s is louder than written here (peak %.1f dB, not %.1f); measure it again", line->file,
	          peak_db, line->peak_db);
	return STATUS_FAULTY;
}

struct clip_cache *clip_cache_create(const struct pack *pack, size_t most_bytes)
{
	struct clip_cache *cache = memory_alloc(sizeof *cache);
	cache->pack = pack;
	cache->most_bytes = most_bytes;
	return cache;
}

static void clip_free(struct clip *clip)
{
	free(clip->samples);
	free(clip);
}

void clip_cache_destroy(struct clip_cache *cache)
{
	if (!cache)
		return;
	while (cache->first) {
		struct clip *next = cache->first->next;
		clip_free(cache->first);
		cache->first = next;
	}
	free(cache);
}

// Takes the line's clip out of the list; NULL when it is not there.
static struct clip *take(struct clip_cache *cache, const struct pack_line *line)
{
	struct clip **link = &cache->first;
	while (*link && (*link)->line != line)
		link = &(*link)->next;
	struct clip *clip = *link;
	if (clip)
		*link = clip->next;
	return clip;
}

static struct clip *load(struct clip_cache *cache, const struct pack_line *line)
{
	const char *why;
	struct clip *clip = memory_alloc(sizeof *clip);
	clip->line = line;
	decode(cache->pack, line, &clip->samples, &clip->frames, &why);
	clip->bytes = sizeof *clip + (size_t)clip->frames * sizeof *clip->samples;
	return clip;
}

// Gives up what was used longest ago, before the new one is decoded and not after: many threads do so at once.
static void make_room(struct clip_cache *cache, size_t new_bytes)
{
	struct clip **link = &cache->first;
	size_t kept_bytes = 0;
	while (*link && kept_bytes + (*link)->bytes + new_bytes <= cache->most_bytes) {
		kept_bytes += (*link)->bytes;
		link = &(*link)->next;
	}
	struct clip *gone = *link;
	*link = NULL;
	while (gone) {
		struct clip *next = gone->next;
		clip_free(gone);
		gone = next;
	}
}

const float *clip_get(struct clip_cache *cache, const struct pack_line *line, int64_t expected_frames, int64_t *frames)
{
	struct clip *clip = take(cache, line);
	if (!clip) {
		make_room(cache, sizeof *clip + (size_t)expected_frames * sizeof(float));
		clip = load(cache, line);
		make_room(cache, clip->bytes);
	}
	clip->next = cache->first;
	cache->first = clip;
	*frames = clip->frames;
	return clip->samples;
}

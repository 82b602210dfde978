// Decoded recordings in order of use, the last used first. One that cannot be decoded is kept too, as silence, so that
// it is not tried again for every block. Threads share them: a session is rendered in pieces shorter than a line.
//
// A manifest may lie, and full-scale noise be raised as if it were a whisper. To measure every line would be a tenth of a
// render, so the decoder's process tells what a line's loudness cannot pass (audio/bound.c), and only what may be too
// loud by that is measured: a few of the shipped packs' lines. A process that was taken over may lie about it, but then it
// may as well give noise of any loudness; the limiter holds both.
#include "voice/clip.h"

#include "audio/audio.h"
#include "base/decibel.h"
#include "base/frames.h"
#include "base/memory.h"
#include "sound/rules.h"
#include "voice/measure.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

static const double most_gain_db = 12.0;
static const double peak_slack_db = 0.5; // what meters differ by
static const double loud_slack_db = 1.0; // likewise, of loudness
static const float silent = 0.001f;
static const int64_t most_frames = (int64_t)PACK_MOST_LINE_SEC * ENGINE_RATE_HZ;

struct clip_cache {
	const struct pack *pack;
	size_t most_bytes;
	pthread_mutex_t lock; // guards what follows, and the clips' own fields
	pthread_cond_t decoded;
	struct clip *first;
	bool lost; // one of them
};

double clip_gain_db(const struct pack_line *line)
{
	return fmin(VOICE_LUFS - line->lufs, most_gain_db);
}

// Whether a sound of this loudness, played as the manifest says, is no louder than a voice.
static bool is_levelled(const struct pack_line *line, double lufs)
{
	return lufs + clip_gain_db(line) <= VOICE_LUFS + loud_slack_db;
}

// What is wrong with a sound of this level for this line. One in doubt has to be measured: most need not be.
enum judgement { FITS, SILENT, TOO_HIGH, IN_DOUBT };

static enum judgement judge(const struct pack_line *line, const struct audio_level *level)
{
	if (level->peak < silent)
		return SILENT;
	if (db_from_gain((double)level->peak) > line->peak_db + peak_slack_db)
		return TOO_HIGH;
	return is_levelled(line, (double)level->most_lufs) ? FITS : IN_DOUBT;
}

static bool fits(const struct pack_line *line, const struct audio_level *level, const float *samples, int64_t frames)
{
	enum judgement judgement = judge(line, level);
	return judgement == FITS || (judgement == IN_DOUBT && is_levelled(line, measure_lufs(samples, frames)));
}

static enum status decode(const struct pack *pack, const struct pack_line *line, struct clip *clip)
{
	const char *why;
	struct audio_info info = {0};
	struct audio_level level;
	int fd = folder_open_file(&pack->folder, line->file, &why);
	enum status status = STATUS_NOT_FOUND;
	if (fd >= 0)
		status = audio_decode_mono(pack->decoder, fd, most_frames, &clip->samples, &level, &info, &why);
	if (status == STATUS_OK && !fits(line, &level, clip->samples, info.engine_frames))
		status = STATUS_FAULTY;
	clip->frames = info.engine_frames;
	if (status != STATUS_OK) {
		free(clip->samples);
		clip->samples = NULL;
		clip->frames = 0;
	}
	return status;
}

static enum status fault(const struct pack_line *line, const char *why, struct fault_list *faults)
{
	fault_add(faults, &line->place, "the recording %s cannot be used: %s", line->file, why);
	return STATUS_FAULTY;
}

enum status clip_look(const struct pack *pack, const struct pack_line *line, int64_t *frames, struct fault_list *faults)
{
	const char *why;
	struct audio_info info;
	int fd = folder_open_file(&pack->folder, line->file, &why);
	*frames = 0;
	if (fd < 0 || audio_look_mono(pack->decoder, fd, most_frames, &info, &why) != STATUS_OK)
		return fault(line, why, faults);
	*frames = info.engine_frames;
	return STATUS_OK;
}

// Decodes it once more, for its samples.
static enum status check_loudness(const struct pack *pack, const struct pack_line *line, struct fault_list *faults)
{
	const char *why;
	struct audio_info info;
	struct audio_level level;
	float *samples = NULL;
	int fd = folder_open_file(&pack->folder, line->file, &why);
	if (fd < 0 || audio_decode_mono(pack->decoder, fd, most_frames, &samples, &level, &info, &why) != STATUS_OK)
		return fault(line, why, faults);
	double lufs = measure_lufs(samples, info.engine_frames);
	free(samples);
	if (is_levelled(line, lufs))
		return STATUS_OK;
	fault_add(faults, &line->place,
	          "the recording %s is louder than written here (%.1f LUFS, not %.1f); measure it again", line->file,
	          lufs, line->lufs);
	return STATUS_FAULTY;
}

enum status clip_check(const struct pack *pack, const struct pack_line *line, int64_t *frames,
                       struct fault_list *faults)
{
	const char *why;
	struct audio_info info;
	struct audio_level level;
	int fd = folder_open_file(&pack->folder, line->file, &why);
	*frames = 0;
	if (fd < 0 || audio_check_mono(pack->decoder, fd, most_frames, &level, &info, &why) != STATUS_OK)
		return fault(line, why, faults);
	*frames = info.engine_frames;
	switch (judge(line, &level)) {
	case FITS:
		return STATUS_OK;
	case SILENT:
		fault_add(faults, &line->place, "the recording %s holds only silence", line->file);
		break;
	case TOO_HIGH:
		fault_add(faults, &line->place,
		          "the recording %s is louder than written here (peak %.1f dB, not %.1f); measure it again",
		          line->file, db_from_gain((double)level.peak), line->peak_db);
		break;
	case IN_DOUBT:
		return check_loudness(pack, line, faults);
	}
	return STATUS_FAULTY;
}

struct clip_cache *clip_cache_create(const struct pack *pack, size_t most_bytes)
{
	struct clip_cache *cache = memory_alloc(sizeof *cache);
	cache->pack = pack;
	cache->most_bytes = most_bytes;
	pthread_mutex_init(&cache->lock, NULL);
	pthread_cond_init(&cache->decoded, NULL);
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
	pthread_cond_destroy(&cache->decoded);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

static size_t clip_bytes(int64_t frames)
{
	return sizeof(struct clip) + (size_t)frames * sizeof(float);
}

// Takes the line's clip out of the list; NULL when it is not there.
static struct clip *unlink_clip(struct clip_cache *cache, const struct pack_line *line)
{
	struct clip **link = &cache->first;
	while (*link && (*link)->line != line)
		link = &(*link)->next;
	struct clip *clip = *link;
	if (clip)
		*link = clip->next;
	return clip;
}

static void link_first(struct clip_cache *cache, struct clip *clip)
{
	clip->next = cache->first;
	cache->first = clip;
}

// Gives up what was used longest ago and is nobody's now, so that so much more fits. Returns the samples' memory of one,
// which the caller uses again: new pages for each line were as dear as its decoding.
static float *make_room(struct clip_cache *cache, size_t new_bytes)
{
	struct clip **link = &cache->first;
	size_t kept_bytes = new_bytes;
	float *freed = NULL;
	while (*link) {
		struct clip *clip = *link;
		kept_bytes += clip->bytes;
		if (clip->users > 0 || kept_bytes <= cache->most_bytes) {
			link = &clip->next;
		} else {
			*link = clip->next;
			free(freed);
			freed = clip->samples;
			free(clip);
		}
	}
	return freed;
}

// Room is made before the decoding and not after: many threads do so at once.
static struct clip *start_clip(struct clip_cache *cache, const struct pack_line *line, int64_t expected_frames)
{
	size_t bytes = clip_bytes(expected_frames);
	float *samples = make_room(cache, bytes);
	struct clip *clip = memory_alloc(sizeof *clip);
	*clip = (struct clip){.line = line, .samples = samples, .bytes = bytes, .users = 1};
	link_first(cache, clip);
	return clip;
}

static void load(struct clip_cache *cache, struct clip *clip)
{
	enum status status = decode(cache->pack, clip->line, clip);
	pthread_mutex_lock(&cache->lock);
	clip->ready = true;
	clip->bytes = clip_bytes(clip->frames);
	cache->lost = cache->lost || status != STATUS_OK;
	free(make_room(cache, 0));
	pthread_cond_broadcast(&cache->decoded);
	pthread_mutex_unlock(&cache->lock);
}

const struct clip *clip_take(struct clip_cache *cache, const struct pack_line *line, int64_t expected_frames)
{
	pthread_mutex_lock(&cache->lock);
	struct clip *clip = unlink_clip(cache, line);
	if (clip) {
		clip->users++;
		link_first(cache, clip);
		while (!clip->ready)
			pthread_cond_wait(&cache->decoded, &cache->lock);
		pthread_mutex_unlock(&cache->lock);
		return clip;
	}
	clip = start_clip(cache, line, expected_frames);
	pthread_mutex_unlock(&cache->lock);
	load(cache, clip);
	return clip;
}

void clip_give_back(struct clip_cache *cache, const struct clip *clip)
{
	pthread_mutex_lock(&cache->lock);
	for (struct clip *one = cache->first; one; one = one->next)
		if (one == clip)
			one->users--;
	pthread_mutex_unlock(&cache->lock);
}

void clip_expect(struct clip_cache *cache, const struct pack_line *line, int64_t expected_frames)
{
	if (clip_bytes(expected_frames) <= cache->most_bytes / 2)
		clip_give_back(cache, clip_take(cache, line, expected_frames));
}

bool clip_cache_has_lost(struct clip_cache *cache)
{
	pthread_mutex_lock(&cache->lock);
	bool lost = cache->lost;
	pthread_mutex_unlock(&cache->lock);
	return lost;
}

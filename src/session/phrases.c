// The thread makes what was asked for last. `asked` counts: what is done for an older question is dropped, and so is the
// rest of its lines.
#include "session/phrases.h"

#include "base/decibel.h"
#include "base/frames.h"
#include "base/memory.h"
#include "base/thread.h"
#include "voice/clip.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define GAP_SEC 0.1 // beside the silence in the recordings
#define CACHE_BYTES (4u << 20)

// Lines as sound.
struct spoken {
	float *frames;
	int64_t n_frames, room_frames;
};

struct question {
	char **lines;
	int count;
	double level_db;
};

struct phrases {
	const struct pack *packs[2];
	struct clip_cache *caches[2]; // the thread's
	int ready_fd;
	bool started;
	pthread_t thread;

	pthread_mutex_t lock; // for what follows
	pthread_cond_t changed;
	struct question question; // lines NULL: the thread has taken it
	unsigned asked;
	struct spoken done; // for the last question, when `ready`; the caller's until the next
	bool ready, quit;
};

static void question_free(struct question *question)
{
	for (int i = 0; i < question->count; i++)
		free(question->lines[i]);
	free(question->lines);
	*question = (struct question){0};
}

static void spoken_free(struct spoken *spoken)
{
	free(spoken->frames);
	*spoken = (struct spoken){0};
}

// ---- The thread

static bool make_room(struct spoken *spoken, int64_t n_frames)
{
	int64_t needed = spoken->n_frames + n_frames;
	if (needed > (int64_t)PHRASES_MOST_SEC * ENGINE_RATE_HZ)
		return false;
	if (needed > spoken->room_frames) {
		spoken->room_frames = 2 * needed;
		spoken->frames = memory_resize(spoken->frames, (size_t)spoken->room_frames * sizeof(float));
	}
	return true;
}

static void add_gap(struct spoken *spoken)
{
	int64_t n = (int64_t)(GAP_SEC * ENGINE_RATE_HZ);
	if (spoken->n_frames == 0 || !make_room(spoken, n))
		return;
	memset(spoken->frames + spoken->n_frames, 0, (size_t)n * sizeof(float));
	spoken->n_frames += n;
}

static void add_clip(struct spoken *spoken, const struct clip *clip, float gain)
{
	add_gap(spoken);
	if (!make_room(spoken, clip->frames))
		return;
	for (int64_t i = 0; i < clip->frames; i++)
		spoken->frames[spoken->n_frames + i] = clip->samples[i] * gain;
	spoken->n_frames += clip->frames;
}

static bool add_line(struct phrases *phrases, int which, const char *words, double level_db, struct spoken *spoken)
{
	const struct pack_line *line = phrases->packs[which] ? pack_find(phrases->packs[which], words) : NULL;
	if (!line)
		return false;
	const struct clip *clip = clip_take(phrases->caches[which], line, 0);
	bool found = clip->samples;
	if (found)
		add_clip(spoken, clip, (float)gain_from_db(clip_gain_db(line) + level_db));
	clip_give_back(phrases->caches[which], clip);
	return found;
}

static bool is_wanted(struct phrases *phrases, unsigned asked)
{
	pthread_mutex_lock(&phrases->lock);
	bool wanted = phrases->asked == asked && !phrases->quit;
	pthread_mutex_unlock(&phrases->lock);
	return wanted;
}

static struct spoken make(struct phrases *phrases, const struct question *question, unsigned asked)
{
	struct spoken spoken = {0};
	for (int i = 0; i < question->count && is_wanted(phrases, asked); i++)
		if (!add_line(phrases, 0, question->lines[i], question->level_db, &spoken))
			add_line(phrases, 1, question->lines[i], question->level_db, &spoken);
	return spoken;
}

static void *run(void *user)
{
	struct phrases *phrases = user;
	pthread_mutex_lock(&phrases->lock);
	while (!phrases->quit) {
		if (!phrases->question.lines) {
			pthread_cond_wait(&phrases->changed, &phrases->lock);
			continue;
		}
		struct question question = phrases->question;
		unsigned asked = phrases->asked;
		phrases->question = (struct question){0};
		pthread_mutex_unlock(&phrases->lock);
		struct spoken spoken = make(phrases, &question, asked);
		question_free(&question);
		pthread_mutex_lock(&phrases->lock);
		if (asked == phrases->asked) {
			phrases->done = spoken;
			phrases->ready = true;
			eventfd_write(phrases->ready_fd, 1);
		} else {
			spoken_free(&spoken);
		}
	}
	pthread_mutex_unlock(&phrases->lock);
	return NULL;
}

// ---- The caller

struct phrases *phrases_create(const struct pack *pack, const struct pack *fallback)
{
	struct phrases *phrases = memory_alloc(sizeof *phrases);
	phrases->packs[0] = pack;
	phrases->packs[1] = fallback;
	phrases->ready_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	for (int i = 0; i < 2; i++)
		if (phrases->packs[i])
			phrases->caches[i] = clip_cache_create(phrases->packs[i], CACHE_BYTES);
	pthread_mutex_init(&phrases->lock, NULL);
	pthread_cond_init(&phrases->changed, NULL);
	return phrases;
}

static void set_hurry(struct phrases *phrases, bool hurry)
{
	for (int i = 0; i < 2; i++)
		if (phrases->packs[i])
			audio_decoder_hurry(phrases->packs[i]->decoder, hurry);
}

void phrases_hurry(struct phrases *phrases)
{
	set_hurry(phrases, true);
}

static void end_thread(struct phrases *phrases)
{
	if (!phrases->started)
		return;
	pthread_mutex_lock(&phrases->lock);
	phrases->quit = true;
	pthread_cond_signal(&phrases->changed);
	pthread_mutex_unlock(&phrases->lock);
	pthread_join(phrases->thread, NULL);
}

void phrases_destroy(struct phrases *phrases)
{
	if (!phrases)
		return;
	phrases_hurry(phrases);
	end_thread(phrases);
	set_hurry(phrases, false);
	pthread_cond_destroy(&phrases->changed);
	pthread_mutex_destroy(&phrases->lock);
	clip_cache_destroy(phrases->caches[0]);
	clip_cache_destroy(phrases->caches[1]);
	question_free(&phrases->question);
	spoken_free(&phrases->done);
	if (phrases->ready_fd >= 0)
		close(phrases->ready_fd);
	free(phrases);
}

static struct question copy_question(const char *const *lines, int count, double level_db)
{
	struct question question = {.count = count, .level_db = level_db};
	question.lines = memory_alloc((size_t)count * sizeof *question.lines);
	for (int i = 0; i < count; i++)
		question.lines[i] = memory_copy_text(lines[i]);
	return question;
}

// The thread is there from the first question on: who is never asked needs none.
void phrases_ask(struct phrases *phrases, const char *const *lines, int count, double level_db)
{
	eventfd_t before;
	pthread_mutex_lock(&phrases->lock);
	question_free(&phrases->question);
	spoken_free(&phrases->done);
	phrases->question = copy_question(lines, count, level_db);
	phrases->asked++;
	phrases->ready = false;
	eventfd_read(phrases->ready_fd, &before);
	pthread_cond_signal(&phrases->changed);
	pthread_mutex_unlock(&phrases->lock);
	if (!phrases->started)
		phrases->started = thread_start(&phrases->thread, run, phrases);
}

bool phrases_take(struct phrases *phrases, const float **frames, int64_t *n_frames)
{
	eventfd_t before;
	pthread_mutex_lock(&phrases->lock);
	bool ready = phrases->ready || !phrases->started; // no thread: nothing can be said
	*frames = phrases->done.frames;
	*n_frames = phrases->done.n_frames;
	eventfd_read(phrases->ready_fd, &before);
	pthread_mutex_unlock(&phrases->lock);
	return ready;
}

int phrases_ready_fd(const struct phrases *phrases)
{
	return phrases->ready_fd;
}

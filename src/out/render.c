// One thread, the caller's, writes, and others mix ahead of it, down to the samples as they are written. The session is
// cut into pieces; each thread takes the next number, mixes that piece with a mix of its own into the slot number
// modulo slots, and waits when the writer is a whole round behind. The slots stand side by side, so that pieces which
// came while one was written are written at once. The sound at a frame depends on the score alone, so neither the
// pieces nor the threads can be heard.
//
// Those who mix make way for the writer and the decoders. These mostly wait for the disk or for a question; if they had to
// wait for a processor as well, a turn of it takes as long as four pieces, and the mixers would soon wait for them.
//
// Two threads mostly want the same words at once, and both would wait while they are decoded. So one more thread has the
// next words decoded while those before them are mixed; only those, for the cache of words is small.
//
// With one job there are no threads: the caller mixes a portion, then writes it.
#include "out/render.h"

#include "base/clock.h"
#include "base/decibel.h"
#include "base/frames.h"
#include "base/memory.h"
#include "base/thread.h"
#include "sound/curve.h"
#include "sound/rules.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PROGRESS_SEC 0.5

enum {
	MOST_JOBS = 8, // encoding cannot keep more of them busy
	LEAST_PIECE_FRAMES = 32 * BLOCK_FRAMES,
	SLOTS_BYTES = 3 << 20, // all slots together, or twice what the writer takes at once, if that is more
	SLOTS_A_JOB = 4,
	PIECE_MOST_FRAMES = 375 * BLOCK_FRAMES,
	STOP_ASKED_MS = 50,
};

struct renderer {
	const struct render_options *options;
	struct writer *writer;
	const char **why;
	float gain;
	int64_t begin, end;     // frames of the session
	int64_t done_frames;    // written
	double told_sec;        // when progress was told last
	int64_t portion_frames; // between two looks at the stop flag
	int slot_count;         // 0 without threads
	char *slots;            // as the writer takes them; each belongs to whoever has its piece
	int64_t piece_frames, piece_count;
	atomic_bool ending;     // the threads shall leave
	pthread_mutex_t lock;   // guards what follows
	pthread_cond_t changed; // a piece is whole, or was written
	pthread_cond_t moved;   // a piece was begun
	int64_t taken, written; // pieces
	int64_t begun;          // the first piece after all that were
	int64_t *whole;         // for each slot: the number of the piece that is whole in it; -1: none
};

struct worker {
	struct renderer *renderer;
	struct mix *mix;
	pthread_t thread;
};

static bool is_stopped(const struct renderer *r)
{
	return r->options->stop && atomic_load_explicit(r->options->stop, memory_order_relaxed);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void tell_progress(struct renderer *r)
{
	int64_t all = r->end - r->begin;
	double now_sec = clock_sec();
	if (!r->options->progress || (now_sec - r->told_sec < PROGRESS_SEC && r->done_frames < all))
		return;
	r->told_sec = now_sec;
	r->options->progress(r->options->user, r->done_frames, all);
}

static bool is_edge(const struct renderer *r, int64_t at, int64_t n)
{
	return at < r->begin + r->options->fade_in_frames || at + n > r->end - r->options->fade_out_frames;
}

// A part of a session begins and ends softly.
static void fade_edges(const struct renderer *r, int64_t at, float *frames, int64_t n)
{
	int64_t in = r->options->fade_in_frames, out = r->options->fade_out_frames;
	for (int64_t i = 0; i < n; i++) {
		double rise = in > 0 ? (double)(at + i - r->begin) / (double)in : 1.0;
		double fall = out > 0 ? (double)(r->end - at - i) / (double)out : 1.0;
		float gain = (float)(curve_fade_gain(rise) * curve_fade_gain(fall));
		frames[2 * i] *= gain;
		frames[2 * i + 1] *= gain;
	}
}

static void shape(const struct renderer *r, int64_t at, float *frames, int64_t n)
{
	if (is_edge(r, at, n))
		fade_edges(r, at, frames, n);
	for (int64_t i = 0; i < n * ENGINE_CHANNELS; i++)
		frames[i] *= r->gain;
}

// Mixes a portion and makes of it what the writer takes.
static void mix_portion(const struct renderer *r, struct mix *mix, int64_t at, char *out, int64_t n)
{
	float shaped[BLOCK_FRAMES * ENGINE_CHANNELS];
	for (int64_t end = at + n; at < end; at += n) {
		const float *frames = mix_look(mix, at, &n);
		n = least(n, end - at);
		if (r->gain != 1.0f || is_edge(r, at, n)) {
			memcpy(shaped, frames, (size_t)n * ENGINE_CHANNELS * sizeof *shaped);
			shape(r, at, shaped, n);
			frames = shaped;
		}
		writer_convert(r->writer, frames, at, out, n);
		out += (size_t)n * writer_frame_bytes(r->writer);
	}
}

static enum status write_portion(struct renderer *r, const char *frames, int64_t n)
{
	if (is_stopped(r))
		return STATUS_STOPPED;
	enum status status = writer_write(r->writer, frames, n, r->why);
	if (status)
		return is_stopped(r) ? STATUS_STOPPED : status;
	r->done_frames += n;
	tell_progress(r);
	return STATUS_OK;
}

static enum status render_alone(struct renderer *r, struct mix *mix)
{
	char *frames = writer_alloc_frames(r->writer, r->portion_frames);
	enum status status = STATUS_OK;
	for (int64_t at = r->begin; at < r->end && !status; at += r->portion_frames) {
		int64_t n = least(r->portion_frames, r->end - at);
		mix_portion(r, mix, at, frames, n);
		status = write_portion(r, frames, n);
	}
	writer_free_frames(r->writer, frames);
	return status;
}

static int64_t piece_begin(const struct renderer *r, int64_t number)
{
	return r->begin + number * r->piece_frames;
}

static int64_t piece_length(const struct renderer *r, int64_t number)
{
	return least(r->piece_frames, r->end - piece_begin(r, number));
}

// The next piece to mix, whose slot is free; -1: none is left.
static int64_t take_piece(struct renderer *r)
{
	pthread_mutex_lock(&r->lock);
	int64_t number = r->taken++;
	while (number < r->piece_count && number >= r->written + r->slot_count && !atomic_load(&r->ending))
		pthread_cond_wait(&r->changed, &r->lock);
	bool left = number < r->piece_count && !atomic_load(&r->ending);
	r->begun = r->begun > number ? r->begun : number + 1;
	pthread_cond_signal(&r->moved);
	pthread_mutex_unlock(&r->lock);
	return left ? number : -1;
}

static char *slot_of(const struct renderer *r, int64_t number)
{
	return r->slots + (size_t)(number % r->slot_count * r->piece_frames) * writer_frame_bytes(r->writer);
}

static void mix_piece(struct renderer *r, struct mix *mix, int64_t number)
{
	char *slot = slot_of(r, number);
	int64_t begin = piece_begin(r, number), length = piece_length(r, number);
	for (int64_t at = 0; at < length && !atomic_load_explicit(&r->ending, memory_order_relaxed);
	     at += r->portion_frames)
		mix_portion(r, mix, begin + at, slot + (size_t)at * writer_frame_bytes(r->writer),
		            least(r->portion_frames, length - at));
	pthread_mutex_lock(&r->lock);
	r->whole[number % r->slot_count] = number;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

static void *work(void *user)
{
	struct worker *worker = user;
	int64_t number;
	thread_make_way();
	while ((number = take_piece(worker->renderer)) >= 0)
		mix_piece(worker->renderer, worker->mix, number);
	return NULL;
}

static bool is_whole(const struct renderer *r, int64_t number)
{
	return r->whole[number % r->slot_count] == number;
}

// The first frame of the pieces that nobody has begun, once it is beyond this one.
static int64_t wait_until_begun(struct renderer *r, int64_t at)
{
	pthread_mutex_lock(&r->lock);
	while (piece_begin(r, r->begun) <= at && !atomic_load(&r->ending))
		pthread_cond_wait(&r->moved, &r->lock);
	int64_t next = piece_begin(r, r->begun);
	pthread_mutex_unlock(&r->lock);
	return next;
}

static void *expect_words(void *user)
{
	struct worker *worker = user;
	struct renderer *r = worker->renderer;
	int64_t at = r->begin;
	while (!atomic_load(&r->ending) && (at = mix_expect(worker->mix, at)) >= 0 && at < r->end)
		at = wait_until_begun(r, at);
	return NULL;
}

// Under the lock, which it gives up meanwhile.
static void wait_for_change(struct renderer *r)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += STOP_ASKED_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_cond_timedwait(&r->changed, &r->lock, &until);
}

// Returns how many pieces from this one on are whole, side by side; 0 when the render was stopped.
static int64_t wait_for_pieces(struct renderer *r, int64_t number)
{
	int64_t n = 0;
	pthread_mutex_lock(&r->lock);
	while (!is_whole(r, number) && !is_stopped(r))
		wait_for_change(r);
	while (number % r->slot_count + n < r->slot_count && is_whole(r, number + n))
		n++;
	pthread_mutex_unlock(&r->lock);
	return n;
}

// Moves *number to the next piece that is not written.
static enum status write_pieces(struct renderer *r, int64_t *number)
{
	int64_t n = wait_for_pieces(r, *number), length = 0;
	if (n == 0)
		return STATUS_STOPPED;
	const char *frames = slot_of(r, *number);
	enum status status = STATUS_OK;
	for (int64_t i = 0; i < n; i++)
		length += piece_length(r, *number + i);
	for (int64_t at = 0; at < length && !status; at += r->portion_frames)
		status = write_portion(r, frames + (size_t)at * writer_frame_bytes(r->writer),
		                       least(r->portion_frames, length - at));
	*number += n;
	pthread_mutex_lock(&r->lock);
	r->written = *number;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
	return status;
}

// Enough pieces for every thread, few enough to fit in memory, whole blocks.
static void cut_pieces(struct renderer *r, int jobs)
{
	int64_t length = r->end - r->begin;
	int64_t least_frames = SLOTS_BYTES / (int64_t)writer_frame_bytes(r->writer);
	int64_t most_frames = least_frames > 2 * r->portion_frames ? least_frames : 2 * r->portion_frames;
	r->slot_count = (int)least(SLOTS_A_JOB * jobs, most_frames / LEAST_PIECE_FRAMES);
	int64_t frames = least(most_frames / r->slot_count, PIECE_MOST_FRAMES);
	frames = least(frames, length / (2 * jobs));
	frames -= frames % BLOCK_FRAMES;
	r->piece_frames = frames > LEAST_PIECE_FRAMES ? frames : LEAST_PIECE_FRAMES;
	r->piece_count = (length + r->piece_frames - 1) / r->piece_frames;
	r->slots = writer_alloc_frames(r->writer, r->slot_count * r->piece_frames);
	r->whole = memory_alloc(sizeof *r->whole * (size_t)r->slot_count);
	for (int i = 0; i < r->slot_count; i++)
		r->whole[i] = -1;
}

static int start_workers(struct renderer *r, const struct mix *mix, struct worker *workers, int jobs)
{
	int started = 0;
	for (; started < jobs; started++) {
		struct worker *worker = &workers[started];
		*worker = (struct worker){.renderer = r, .mix = mix_clone(mix)};
		if (!thread_start(&worker->thread, work, worker)) {
			mix_destroy(worker->mix);
			break;
		}
	}
	return started;
}

static void end_workers(struct renderer *r, struct worker *workers, int started)
{
	pthread_mutex_lock(&r->lock);
	atomic_store(&r->ending, true);
	pthread_cond_broadcast(&r->changed);
	pthread_cond_signal(&r->moved);
	pthread_mutex_unlock(&r->lock);
	for (int i = 0; i < started; i++) {
		pthread_join(workers[i].thread, NULL);
		mix_destroy(workers[i].mix);
	}
}

static enum status render_together(struct renderer *r, struct mix *mix, int jobs)
{
	struct worker workers[MOST_JOBS], words = {.renderer = r, .mix = mix};
	cut_pieces(r, jobs);
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	pthread_cond_init(&r->moved, NULL);
	int started = start_workers(r, mix, workers, jobs);
	bool expecting = started > 0 && thread_start(&words.thread, expect_words, &words);
	enum status status = STATUS_OK;
	if (started == 0)
		status = render_alone(r, mix);
	for (int64_t number = 0; started > 0 && number < r->piece_count && !status;)
		status = write_pieces(r, &number);
	end_workers(r, workers, started);
	if (expecting)
		pthread_join(words.thread, NULL);
	pthread_cond_destroy(&r->moved);
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	writer_free_frames(r->writer, r->slots);
	free(r->whole);
	return status;
}

static int count_jobs(const struct renderer *r)
{
	int64_t jobs = r->options->jobs > 0 ? r->options->jobs : sysconf(_SC_NPROCESSORS_ONLN);
	jobs = least(jobs, MOST_JOBS);
	jobs = least(jobs, (r->end - r->begin) / LEAST_PIECE_FRAMES);
	return jobs > 1 ? (int)jobs : 1;
}

static float volume_gain(double volume_db)
{
	if (volume_db >= 0.0)
		return 1.0f;
	return volume_db > FADE_FLOOR_DB ? (float)gain_from_db(volume_db) : 0.0f;
}

static void hurry_when(const struct score *score, const atomic_int *stop)
{
	if (score->pack && score->pack->decoder)
		audio_decoder_hurry_when(score->pack->decoder, stop);
}

static enum status render_mix(struct renderer *r, const struct score *score, struct fault_list *faults)
{
	struct mix *mix = NULL;
	struct score written = *score;
	written.ceiling_db -= writer_headroom_db(r->writer);
	int jobs = count_jobs(r);
	enum status status = (jobs > 1 ? mix_create_by_two : mix_create)(&mix, &written, faults);
	if (status)
		return status;
	status = jobs > 1 ? render_together(r, mix, jobs) : render_alone(r, mix);
	if (status == STATUS_OK && mix_has_lost_words(mix)) {
		score_hear(score, faults);
		status = STATUS_FAULTY;
	}
	mix_destroy(mix);
	return status;
}

enum status render(const struct score *score, struct writer *writer, const struct render_options *options,
                   struct fault_list *faults, const char **why)
{
	struct renderer r = {
		.options = options,
		.writer = writer,
		.why = why,
		.gain = volume_gain(options->volume_db),
		.begin = options->begin_frames,
		.end = options->end_frames,
		.told_sec = clock_sec(),
		.portion_frames = writer_portion_frames(writer),
	};
	*why = NULL;
	if (r.end - r.begin > writer_most_frames(writer)) {
		*why = "a WAV file cannot be longer than 6 hours; choose flac, ogg, opus or mp3";
		return STATUS_FAULTY;
	}
	writer_stop_when(writer, options->stop);
	hurry_when(score, options->stop);
	enum status status = render_mix(&r, score, faults);
	hurry_when(score, NULL);
	return status && is_stopped(&r) ? STATUS_STOPPED : status; // what nobody waited for is no fault
}

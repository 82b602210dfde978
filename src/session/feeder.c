// One loop: mix a block outside the lock, write it under the lock if nobody has asked for another place meanwhile. The
// lock is held for a copy of one block, never for a mix, and the audio thread knows nothing of it.
//
// The thread sleeps until the ring is nearly half played, by the pace it last saw: two wake-ups a second at the device's
// pace, more against a faster clock. What is queued is all that a fade out may last: half of the ring is always there.
#include "session/feeder.h"

#include "base/clock.h"
#include "base/frames.h"
#include "base/memory.h"
#include "base/thread.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#define TAKEN_SEC 0.125 // of an output that takes much at once, more may be gone than its pace tells
#define SLEEP_LEAST_SEC 0.005
#define SLEEP_MOST_SEC 0.7
#define PACE_UNKNOWN (40.0 * ENGINE_RATE_HZ) // looks often until it has seen

struct feeder {
	pthread_t thread;
	int64_t end_frames;

	pthread_mutex_t lock; // for what follows
	pthread_cond_t changed;
	struct mix *mix;   // read by the thread alone
	struct feed *feed; // NULL: held
	int64_t at;        // the next frame to write
	unsigned wish;     // counts the control thread's calls
	bool quit;
};

// Under the lock; ends early when something has changed.
static void sleep_sec(struct feeder *f, double sec)
{
	double until = clock_sec() + sec;
	struct timespec time = {.tv_sec = (time_t)until, .tv_nsec = (long)((until - (double)(time_t)until) * 1e9)};
	pthread_cond_timedwait(&f->changed, &f->lock, &time);
}

// How fast the other side takes frames.
struct pace {
	double seen_sec;
	int64_t seen_frames;
	double frames_per_sec;
};

static double time_to_half(struct pace *pace, struct feed *feed)
{
	double now = clock_sec();
	int64_t queued = feed_queue_frames(feed);
	double elapsed = now - pace->seen_sec;
	if (queued < pace->seen_frames)
		pace->frames_per_sec = PACE_UNKNOWN; // another feed
	else if (queued > pace->seen_frames && elapsed > 0.0)
		pace->frames_per_sec = (double)(queued - pace->seen_frames) / elapsed;
	else
		pace->frames_per_sec /= 2.0; // a pause
	pace->seen_sec = now;
	pace->seen_frames = queued;
	double speed = pace->frames_per_sec > ENGINE_RATE_HZ ? pace->frames_per_sec : ENGINE_RATE_HZ;
	double spare = RING_FRAMES / 2.0 - TAKEN_SEC * ENGINE_RATE_HZ - (double)feed_space(feed);
	double sec = spare / speed;
	return sec < SLEEP_LEAST_SEC ? SLEEP_LEAST_SEC : sec > SLEEP_MOST_SEC ? SLEEP_MOST_SEC : sec;
}

// Mixes and writes one block, or finds the ring full (false). Called and left with the lock held.
static bool feed_block(struct feeder *f)
{
	if (feed_space(f->feed) < BLOCK_FRAMES)
		return false;
	float block[BLOCK_FRAMES * ENGINE_CHANNELS];
	int64_t at = f->at;
	unsigned wish = f->wish;
	struct mix *mix = f->mix;
	int64_t n = f->end_frames - at < BLOCK_FRAMES ? f->end_frames - at : BLOCK_FRAMES;
	pthread_mutex_unlock(&f->lock);
	mix_read(mix, at, block, n);
	pthread_mutex_lock(&f->lock);
	if (wish == f->wish)
		f->at += feed_write(f->feed, block, n);
	return true;
}

static void *run(void *user)
{
	struct feeder *f = user;
	struct pace pace = {.frames_per_sec = PACE_UNKNOWN};
	pthread_mutex_lock(&f->lock);
	while (!f->quit) {
		if (!f->feed)
			pthread_cond_wait(&f->changed, &f->lock);
		else if (f->at >= f->end_frames) {
			feed_end(f->feed);
			f->feed = NULL;
		} else if (!feed_block(f))
			sleep_sec(f, time_to_half(&pace, f->feed));
	}
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

struct feeder *feeder_create(struct mix *mix, int64_t end_frames)
{
	struct feeder *f = memory_alloc(sizeof *f);
	f->mix = mix;
	f->end_frames = end_frames;
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&f->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&f->lock, NULL);
	if (!thread_start(&f->thread, run, f))
		memory_ran_out(); // for a thread's stack
	return f;
}

static void wish(struct feeder *f, struct feed *feed, int64_t at, bool quit)
{
	pthread_mutex_lock(&f->lock);
	f->feed = feed;
	f->at = at;
	f->quit = quit;
	f->wish++;
	pthread_cond_signal(&f->changed);
	pthread_mutex_unlock(&f->lock);
}

void feeder_use(struct feeder *f, struct mix *mix)
{
	pthread_mutex_lock(&f->lock);
	f->mix = mix;
	pthread_mutex_unlock(&f->lock);
}

void feeder_hold(struct feeder *f)
{
	wish(f, NULL, 0, false);
}

void feeder_seek(struct feeder *f, struct feed *feed, int64_t at_frames)
{
	wish(f, feed, at_frames, false);
}

void feeder_destroy(struct feeder *f)
{
	if (!f)
		return;
	wish(f, NULL, 0, true);
	pthread_join(f->thread, NULL);
	pthread_cond_destroy(&f->changed);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

#include "out/pacer.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/thread.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define BLOCK_SEC ((double)BLOCK_FRAMES / ENGINE_RATE_HZ)
#define LATE_MOST_SEC 0.25 // what is later is not caught up: nobody wants to hear it in a rush
#define FINISH_SEC 0.4     // for the block that is being given; then as long again for its breaking off

struct pacer {
	struct feed feed;
	float block[BLOCK_FRAMES * ENGINE_CHANNELS];
	give_fn *give;
	void *user;
	pthread_t thread;
	atomic_bool stop, hurry, gone, ended;
};

static void sleep_until(double sec)
{
	struct timespec t = {(time_t)sec, (long)((sec - (double)(time_t)sec) * 1e9)};
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void *run(void *user)
{
	struct pacer *pacer = user;
	enum give answer = GIVE_ON;
	double next_sec = clock_sec();
	while (answer == GIVE_ON && !atomic_load(&pacer->stop)) {
		feed_pull(&pacer->feed, pacer->block, BLOCK_FRAMES);
		answer = pacer->give(pacer->user, pacer, pacer->block, BLOCK_FRAMES);
		next_sec += BLOCK_SEC;
		if (clock_sec() - next_sec > LATE_MOST_SEC)
			next_sec = clock_sec();
		sleep_until(next_sec);
	}
	if (answer == GIVE_GONE)
		atomic_store(&pacer->gone, true);
	atomic_store(&pacer->ended, true);
	return NULL;
}

struct pacer *pacer_create(double volume_db, give_fn *give, void *user)
{
	struct pacer *pacer = aligned_alloc(_Alignof(struct pacer), sizeof *pacer);
	if (!pacer)
		return NULL;
	feed_init(&pacer->feed, volume_db);
	pacer->give = give;
	pacer->user = user;
	atomic_init(&pacer->stop, false);
	atomic_init(&pacer->hurry, false);
	atomic_init(&pacer->gone, false);
	atomic_init(&pacer->ended, false);
	if (!thread_start(&pacer->thread, run, pacer)) {
		free(pacer);
		return NULL;
	}
	return pacer;
}

struct feed *pacer_feed(struct pacer *pacer)
{
	return &pacer->feed;
}

bool pacer_is_gone(const struct pacer *pacer)
{
	return atomic_load(&pacer->gone);
}

bool pacer_hurries(const struct pacer *pacer)
{
	return atomic_load(&pacer->hurry);
}

static bool join_within(struct pacer *pacer, double sec)
{
	double deadline_sec = clock_sec() + sec;
	while (!atomic_load(&pacer->ended) && clock_sec() < deadline_sec)
		nanosleep(&(struct timespec){0, 2000000}, NULL);
	return atomic_load(&pacer->ended) && pthread_join(pacer->thread, NULL) == 0;
}

bool pacer_destroy(struct pacer *pacer)
{
	atomic_store(&pacer->stop, true);
	bool ended = join_within(pacer, FINISH_SEC);
	if (!ended) {
		atomic_store(&pacer->hurry, true);
		ended = join_within(pacer, FINISH_SEC);
	}
	if (ended)
		free(pacer);
	else
		pthread_detach(pacer->thread);
	return ended;
}

// One place for the newest bookmark and a flag for each wish; the thread takes them all at a time, and writes outside the
// lock. A wish after a keep is heeded after it.
#include "diary/keeper.h"

#include "base/memory.h"
#include "base/thread.h"

#include <pthread.h>
#include <stdlib.h>

struct keeper {
	struct bookmarks *bookmarks; // the thread's, until it has ended
	pthread_t thread;

	pthread_mutex_t lock; // for what follows
	pthread_cond_t changed;
	struct bookmark newest;
	struct bookmark_value values[BOOKMARK_MOST_VALUES]; // its own, for the caller's may change
	bool keep, settle, done, quit;
};

static bool is_idle(const struct keeper *keeper)
{
	return !keeper->keep && !keeper->settle && !keeper->done && !keeper->quit;
}

static void *run(void *user)
{
	struct keeper *keeper = user;
	struct keeper wishes;
	do {
		pthread_mutex_lock(&keeper->lock);
		while (is_idle(keeper))
			pthread_cond_wait(&keeper->changed, &keeper->lock);
		wishes = *keeper;
		wishes.newest.values = wishes.values;
		keeper->keep = keeper->settle = keeper->done = false;
		pthread_mutex_unlock(&keeper->lock);
		if (wishes.keep)
			bookmark_keep(keeper->bookmarks, &wishes.newest);
		if (wishes.settle)
			bookmark_settle(keeper->bookmarks);
		if (wishes.done)
			bookmark_done(keeper->bookmarks);
	} while (!wishes.quit);
	return NULL;
}

static void finish(struct keeper *keeper)
{
	bookmark_close(keeper->bookmarks);
	pthread_cond_destroy(&keeper->changed);
	pthread_mutex_destroy(&keeper->lock);
	free(keeper);
}

struct keeper *keeper_open(const char *folder)
{
	struct bookmarks *bookmarks = bookmark_open(folder);
	if (!bookmarks)
		return NULL;
	struct keeper *keeper = memory_alloc(sizeof *keeper);
	keeper->bookmarks = bookmarks;
	pthread_mutex_init(&keeper->lock, NULL);
	pthread_cond_init(&keeper->changed, NULL);
	if (thread_start(&keeper->thread, run, keeper))
		return keeper;
	finish(keeper);
	return NULL;
}

static void copy(struct keeper *keeper, const struct bookmark *newest)
{
	size_t n = newest->value_count < BOOKMARK_MOST_VALUES ? newest->value_count : BOOKMARK_MOST_VALUES;
	keeper->newest = *newest;
	for (size_t i = 0; i < n; i++)
		keeper->values[i] = newest->values[i];
}

static void wish(struct keeper *keeper, bool *flag, const struct bookmark *newest)
{
	pthread_mutex_lock(&keeper->lock);
	*flag = true;
	if (newest)
		copy(keeper, newest);
	pthread_mutex_unlock(&keeper->lock);
	pthread_cond_signal(&keeper->changed); // after the unlock: else it wakes only to wait for the lock
}

void keeper_keep(struct keeper *keeper, const struct bookmark *bookmark)
{
	if (keeper)
		wish(keeper, &keeper->keep, bookmark);
}

void keeper_settle(struct keeper *keeper)
{
	if (keeper)
		wish(keeper, &keeper->settle, NULL);
}

void keeper_done(struct keeper *keeper)
{
	if (keeper)
		wish(keeper, &keeper->done, NULL);
}

void keeper_close(struct keeper *keeper)
{
	if (!keeper)
		return;
	wish(keeper, &keeper->quit, NULL);
	pthread_join(keeper->thread, NULL);
	finish(keeper);
}

// One queue, one thread that takes all of it at a time and makes one commit of it. A commit that fails (a full disk,
// another program that holds on) puts it back at the head: the next change, or a flush, tries again. The thread begins
// with the first change, so a program that only reads has none; it takes no signals, for they are the session's.
#include "diary/scribe.h"

#include "base/memory.h"
#include "base/thread.h"

#include <pthread.h>
#include <stdlib.h>

struct scribe {
	struct store *store;
	bool started;
	pthread_t thread;

	pthread_mutex_t lock; // of all below
	pthread_cond_t wanted, settled;
	struct change *first, **last;
	int count;     // that wait, with those that are being written
	bool writing;  // some are
	bool stuck;    // the last try failed
	bool flushing; // somebody waits
	bool lost;     // one was dropped or refused
	bool stopping;
};

struct scribe *scribe_create(struct store *store)
{
	struct scribe *scribe = memory_alloc(sizeof *scribe);
	scribe->store = store;
	scribe->last = &scribe->first;
	pthread_mutex_init(&scribe->lock, NULL);
	pthread_cond_init(&scribe->wanted, NULL);
	pthread_cond_init(&scribe->settled, NULL);
	return scribe;
}

static int destroy_all(struct change *first)
{
	int count = 0;
	while (first) {
		struct change *next = first->next;
		change_destroy(first);
		first = next;
		count++;
	}
	return count;
}

static void put_back(struct scribe *scribe, struct change *first)
{
	struct change *end = first;
	while (end->next)
		end = end->next;
	if (!scribe->first)
		scribe->last = &end->next;
	end->next = scribe->first;
	scribe->first = first;
}

// The lock is held, but not while it writes.
static void write_all(struct scribe *scribe)
{
	struct change *first = scribe->first;
	bool refused = false;
	scribe->first = NULL;
	scribe->last = &scribe->first;
	scribe->writing = true;
	pthread_mutex_unlock(&scribe->lock);
	bool kept = store_apply(scribe->store, first, &refused);
	pthread_mutex_lock(&scribe->lock);
	scribe->writing = false;
	scribe->stuck = !kept;
	scribe->lost = scribe->lost || (kept && refused);
	if (kept)
		scribe->count -= destroy_all(first);
	else
		put_back(scribe, first);
}

static void *run(void *context)
{
	struct scribe *scribe = context;
	pthread_mutex_lock(&scribe->lock);
	while (true) {
		bool try_again = scribe->flushing || scribe->stopping;
		if (scribe->first && (!scribe->stuck || try_again))
			write_all(scribe);
		if (scribe->first && !scribe->stuck)
			continue;
		if (try_again) {
			scribe->flushing = false;
			pthread_cond_broadcast(&scribe->settled);
			if (scribe->stopping)
				break;
		}
		while (!scribe->flushing && !scribe->stopping && (!scribe->first || scribe->stuck))
			pthread_cond_wait(&scribe->wanted, &scribe->lock);
	}
	pthread_mutex_unlock(&scribe->lock);
	return NULL;
}

static bool start(struct scribe *scribe)
{
	scribe->started = scribe->started || thread_start(&scribe->thread, run, scribe);
	return scribe->started;
}

static void append(struct scribe *scribe, struct change *change)
{
	pthread_mutex_lock(&scribe->lock);
	if (scribe->count < SCRIBE_MOST_CHANGES && scribe->started) {
		*scribe->last = change;
		scribe->last = &change->next;
		scribe->count++;
		scribe->stuck = false;
		change = NULL;
	} else {
		scribe->lost = true;
	}
	pthread_mutex_unlock(&scribe->lock);
	if (!change)
		pthread_cond_signal(&scribe->wanted); // after the unlock: else it wakes only to wait for the lock
	change_destroy(change);
}

void scribe_put(struct scribe *scribe, const char *sql, const char *types, ...)
{
	va_list values;
	va_start(values, types);
	struct change *change = change_create(sql, types, values);
	va_end(values);
	start(scribe);
	append(scribe, change);
}

bool scribe_flush(struct scribe *scribe)
{
	pthread_mutex_lock(&scribe->lock);
	if (scribe->started) {
		scribe->flushing = true;
		pthread_cond_signal(&scribe->wanted);
		while (scribe->flushing)
			pthread_cond_wait(&scribe->settled, &scribe->lock);
	}
	bool kept = !scribe->first && !scribe->lost;
	scribe->lost = false;
	pthread_mutex_unlock(&scribe->lock);
	return kept;
}

void scribe_destroy(struct scribe *scribe)
{
	if (!scribe)
		return;
	pthread_mutex_lock(&scribe->lock);
	scribe->stopping = true;
	pthread_cond_signal(&scribe->wanted);
	pthread_mutex_unlock(&scribe->lock);
	if (scribe->started)
		pthread_join(scribe->thread, NULL);
	destroy_all(scribe->first);
	pthread_mutex_destroy(&scribe->lock);
	pthread_cond_destroy(&scribe->wanted);
	pthread_cond_destroy(&scribe->settled);
	free(scribe);
}

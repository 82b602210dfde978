// What is played instead once "too much" was said: the session's score with less in it, and its mix. Control thread.
//
// A mix begins by reading its beds, and a disk may stall: each is made in a thread of its own.
#ifndef CLI_VARIANTS_H
#define CLI_VARIANTS_H

#include "mix/mix.h"
#include "session/session.h"

#include <pthread.h>
#include <stdbool.h>

struct variant {
	enum score_ease ease;
	struct variants *all;
	pthread_t thread;
	bool begun;
	struct score *score; // until it is done, the thread's
	struct mix *mix;     // NULL: it cannot be had
	bool done;           // under the lock
};

struct variants {
	const struct score *score; // borrowed
	struct variant each[VARIANTS];
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

void variants_init(struct variants *variants, const struct score *score);
void variants_finish(struct variants *variants); // waits for what is still being made

// Made at its first asking, which waits a second for it at most. NULL when it is not there yet, or cannot be had.
struct mix *variants_get(struct variants *variants, enum session_variant which);

#endif

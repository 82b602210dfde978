// A thread that pulls a feed at the system clock's pace and gives the blocks away: the clock of outputs that have none.
// Control thread.
#ifndef OUT_PACER_H
#define OUT_PACER_H

#include "out/feed.h"

#include <stdbool.h>

enum give {
	GIVE_ON,   // the next one, please
	GIVE_STOP, // no more pulls
	GIVE_GONE, // the output has ended
};

struct pacer;

// On the pacer's thread; may wait, but not for long once the pacer hurries.
typedef enum give give_fn(void *user, struct pacer *pacer, const float *frames, int64_t n_frames);

struct pacer *pacer_create(double volume_db, give_fn *give, void *user); // NULL: no thread to be had
struct feed *pacer_feed(struct pacer *pacer);
bool pacer_is_gone(const struct pacer *pacer);
bool pacer_hurries(const struct pacer *pacer); // for give: the block need not be finished any more

// Within 1 s. False when the thread hangs inside `give` for good: then it still uses `user`, which must be left alive.
bool pacer_destroy(struct pacer *pacer);

#endif

// The mixing thread: reads the mix ahead of the listener into the feed. Control thread; every call returns at once,
// also while the mix waits for a stalled disk.
#ifndef SESSION_FEEDER_H
#define SESSION_FEEDER_H

#include "mix/mix.h"
#include "out/feed.h"

struct feeder;

// The mix belongs to the thread until feeder_destroy. Frames up to end_frames are fed.
struct feeder *feeder_create(struct mix *mix, int64_t end_frames);
void feeder_destroy(struct feeder *feeder); // NULL is fine; the mix stays the caller's

void feeder_use(struct feeder *feeder, struct mix *mix); // from the next block on; both mixes are the thread's
void feeder_hold(struct feeder *feeder);                 // nothing more is written
void feeder_seek(struct feeder *feeder, struct feed *feed, int64_t at_frames); // writes from there on, to this feed

#endif

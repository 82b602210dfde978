// What the program says by itself, as sound: lines of a pack, one after another. Control thread.
//
// Recordings lie on a disk, which may stall: they are decoded in a thread of their own, and no call here waits for them
// but the last.
#ifndef SESSION_PHRASES_H
#define SESSION_PHRASES_H

#include "voice/pack.h"

#include <stdbool.h>
#include <stdint.h>

enum { PHRASES_MOST_SEC = 90 };

struct phrases;

// A line that `pack` has not is looked for in `fallback`, which may be NULL. Both must outlive it.
struct phrases *phrases_create(const struct pack *pack, const struct pack *fallback);
void phrases_destroy(struct phrases *phrases); // NULL is fine; breaks off a line that the disk holds back

// Asks for the lines as one channel at 48 kHz, `level_db` beside the level of a session's voice. They are copied. What was
// asked for before is forgotten, and what was taken is no longer valid.
void phrases_ask(struct phrases *phrases, const char *const *lines, int count, double level_db);

// True once they are there. *n_frames is 0 when nothing could be said; a line that neither pack has is left out.
bool phrases_take(struct phrases *phrases, const float **frames, int64_t *n_frames);

// The session is over: nothing more is waited for, of its own sound files either, which its pack's decoder reads.
void phrases_hurry(struct phrases *phrases);

int phrases_ready_fd(const struct phrases *phrases); // readable when there is something to take; -1: look now and then

#endif

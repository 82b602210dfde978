// What the program says by itself, as sound: lines of a pack, one after another. Control thread.
#ifndef SESSION_PHRASES_H
#define SESSION_PHRASES_H

#include "voice/pack.h"

#include <stdint.h>

enum { PHRASES_MOST_SEC = 90 };

struct phrases;

// A line that `pack` has not is looked for in `fallback`, which may be NULL. Both must outlive it.
struct phrases *phrases_create(const struct pack *pack, const struct pack *fallback);
void phrases_destroy(struct phrases *phrases); // NULL is fine

// The lines as one channel at 48 kHz, `level_db` beside the level of a session's voice; valid until the next call.
// A line that neither pack has is left out. Returns how many frames there are, 0 when nothing could be said.
int64_t phrases_say(struct phrases *phrases, const char *const *lines, int count, double level_db,
                    const float **frames);

#endif

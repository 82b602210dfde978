// Changes of the diary made by a thread of its own, so that a session does not wait for the disk. Control thread.
#ifndef DIARY_SCRIBE_H
#define DIARY_SCRIBE_H

#include "diary/store.h"

enum { SCRIBE_MOST_CHANGES = 20000 }; // that wait; more are dropped

struct scribe;

struct scribe *scribe_create(struct store *store); // the store outlives it
void scribe_destroy(struct scribe *scribe);        // after a last try; NULL is fine

// In this order, soon. What the disk does not take now waits, and is tried again with the next one.
void scribe_put(struct scribe *scribe, const char *sql, const char *types, ...);

// Waits until the disk has all of it: only then may the store be used beside it. false: something could not be kept, now
// or since the last flush.
bool scribe_flush(struct scribe *scribe);

#endif

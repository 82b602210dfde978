// Keeps the bookmark on a thread of its own, so that a session never waits for a disk that stalls: of what was not yet
// written only the newest is. Control thread.
#ifndef DIARY_KEEPER_H
#define DIARY_KEEPER_H

#include "diary/bookmark.h"

struct keeper;

// As bookmark_open, which tells when it is NULL; NULL is fine in all of these.
struct keeper *keeper_open(const char *folder);

// At once. The texts must live until the keeper is closed.
void keeper_keep(struct keeper *keeper, const struct bookmark *bookmark);
void keeper_settle(struct keeper *keeper); // what was kept before, on to the disk
void keeper_done(struct keeper *keeper);   // what was kept before is finished

// Waits until the disk has it all, so that comes after the last sound.
void keeper_close(struct keeper *keeper);

#endif

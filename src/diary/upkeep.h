// A copy of the diary, and taking things out of it for good. Control thread; waits for the disk.
#ifndef DIARY_UPKEEP_H
#define DIARY_UPKEEP_H

#include "diary/diary.h"

// By SQLite's own backup, whole even while a session is written; for its owner alone. A file that is there is replaced
// only when the copy is whole. NULL: it is made; else why not, in `told`.
const char *diary_backup(struct diary *diary, const char *file, char told[DIARY_TOLD_BYTES]);

// An entry with all that belongs to it: its bytes leave the files too. false: there is none, or the disk would not.
bool diary_delete(struct diary *diary, const char *id);

// Everything, and what was set aside as damaged. false: something is left.
bool diary_erase(struct diary *diary, const char *folder);

#endif

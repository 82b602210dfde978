// The diary as rows of text, out and in: see columns.h. Control thread; waits for the disk.
#ifndef DIARY_ROWS_H
#define DIARY_ROWS_H

#include "diary/columns.h"
#include "diary/diary.h"
#include "diary/moment.h"

// Each row in the order of an export: a session, then what belongs to it; attacks; medication; plans. The texts live
// until the next. false ends it.
typedef bool rows_take(const struct row *row, void *context);
bool rows_each(struct store *store, rows_take *take, void *context); // false: it cannot be read, or `take` ended it

// One session, attack or medication, its texts in the arena. false: there is none.
bool rows_get(struct store *store, const char *id, struct arena *arena, struct row *row);

// Its kind; -1: there is none.
int rows_kind(struct store *store, const char *id);

// The id that is meant: the whole of it, or a beginning or end that only one has. 0: none, 1: found, 2: several.
int rows_find_id(struct store *store, const char *piece, char id[DIARY_ID_BYTES]);

// Adds it, or puts it in the place of the one with its id, which sessions, attacks and medications must have. Between
// store_begin and store_commit. false: the tables refuse it, such as an attack that is not there.
bool rows_put(struct store *store, const struct values *values);

#endif

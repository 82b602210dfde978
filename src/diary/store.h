// The file of the diary: SQLite in the state folder, for its owner alone, written ahead (WAL) and synced at each commit.
// Several programs may have it open. One thread at a time; may wait for the disk and for another program's commit.
#ifndef DIARY_STORE_H
#define DIARY_STORE_H

#include "diary/change.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

enum { STORE_TOLD_BYTES = 512 };

struct store;

// NULL: it cannot be had. `told` is what the person should know, one plain line without its end, or "": why there is
// none, or that a damaged file was set aside and under which name. A file of a newer program is left as it is.
struct store *store_open(const char *folder, char told[STORE_TOLD_BYTES]);
void store_close(struct store *store); // NULL is fine

sqlite3 *store_db(const struct store *store);
const char *store_path(const struct store *store);

// One statement, committed at once; values as in change.h. false: nothing has changed.
bool store_run(struct store *store, const char *sql, const char *types, ...);

// Several as one: all are kept or none. Between the two only store_run may write.
bool store_begin(struct store *store);
bool store_commit(struct store *store); // false: rolled back
void store_rollback(struct store *store);
bool store_look(struct store *store); // only to read, of one state, until store_rollback

// Changes in a row as one commit. One that the tables refuse is left out (*refused); false: none is kept, for now.
bool store_apply(struct store *store, const struct change *first, bool *refused);

// A question, stepped with store_next and ended by sqlite3_finalize. NULL after a failure.
sqlite3_stmt *store_ask(struct store *store, const char *sql, const char *types, ...);
bool store_next(struct store *store, sqlite3_stmt *question); // NULL: false

// The first value of its first row; `none` when there is none.
sqlite3_int64 store_number(struct store *store, sqlite3_int64 none, const char *sql, const char *types, ...);

// What was taken out leaves the write-ahead file too.
bool store_truncate(struct store *store);

#endif

// What is wanted and what is due: from the diary, its plan, and what the routines say of themselves. Control thread.
#ifndef CLI_DUE_H
#define CLI_DUE_H

#include "cli/library.h"
#include "report/report.h"

// What the routines of the library say, in the arena.
size_t due_oftens(const struct library *library, struct arena *arena, struct want_often **oftens);

// In the arena, whose texts are of the library too. A diary that is NULL or cannot be read has nothing: 0.
size_t due_wants(struct diary *diary, const struct library *library, int64_t now_wall_sec, struct arena *arena,
                 struct want **wants);

// Whether it is due today, among those.
bool due_today(const struct want *wants, size_t count, const char *routine);

#endif

// The whole diary as a file that can be read again: DIARY.md tells its columns. Control thread; waits for the disk.
#ifndef DIARY_EXPORT_H
#define DIARY_EXPORT_H

#include "diary/diary.h"

#include <stdio.h>

enum export_format { EXPORT_CSV, EXPORT_JSON };

// false: the diary cannot be read, or `out` has an error.
bool diary_export(struct diary *diary, enum export_format format, FILE *out);

#endif

// A file of lines that only grows. Two programs may write to it. Control thread; may wait for the disk.
#ifndef DIARY_LOG_H
#define DIARY_LOG_H

#include <stdbool.h>
#include <stddef.h>

enum { LOG_TAIL_BYTES = 256 * 1024 };

// The line, with its end, is on the disk; or the file is as it was, and false.
bool log_append(int folder_fd, const char *name, const char *line);

// Its whole lines at the end, at most LOG_TAIL_BYTES of them, with a NUL behind; NULL when there are none. A NUL in
// them reads as a damaged byte. Free it with free().
char *log_tail(int folder_fd, const char *name);

#endif

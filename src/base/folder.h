// A folder that files are read from, and a promise: nothing outside it is ever opened. Control and mixing threads.
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

struct folder {
	char *path; // as given, for messages; owned
	int fd;     // -1 when not open
};

enum status folder_open(struct folder *folder, const char *path);
const char *folder_open_why(int error);   // of folder_open's errno: a plain clause, static text
void folder_close(struct folder *folder); // a zeroed or closed one is fine

// Opens a regular file below the folder for reading; the caller closes it. `name` is relative with `/` between
// parts. What leads outside (`..`, an absolute path, a symbolic link that leaves, /proc) and what is not a
// regular file (a FIFO, a device, a folder) is refused.
// Returns the descriptor, or -1 and *why: a plain clause such as "there is no such file", static text.
int folder_open_file(const struct folder *folder, const char *name, const char **why);

// The same by walking the parts, following no symbolic link at all: what folder_open_file does where the kernel has no
// openat2. For its tests.
int folder_walk_file(const struct folder *folder, const char *name, const char **why);

// Whether a folder of that name lies below it. False, and *why as above: what leads outside, or is no folder.
bool folder_holds_folder(const struct folder *folder, const char *name, const char **why);

// The whole of a small file, with a closing NUL that *length does not count; free it with free().
// NULL when it is larger than most_bytes or cannot be read; *why says so.
char *folder_read_text(const struct folder *folder, const char *name, size_t most_bytes, size_t *length,
                       const char **why);

#endif

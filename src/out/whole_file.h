// A file that is there whole or not at all: written beside its target without a name, or under a temporary one, then
// renamed. Control thread.
#ifndef OUT_WHOLE_FILE_H
#define OUT_WHOLE_FILE_H

#include "base/status.h"

struct whole_file {
	int fd;          // -1: none
	char *target;    // what a symbolic link leads to
	char *temporary; // ".NAME.stillroom-XXXXXX" in the target's folder; NULL while it has no name
};

// STATUS_FAULTY for a folder or a device, STATUS_FAILED when the place cannot be written to; *why is a plain clause.
enum status whole_file_open(struct whole_file *file, const char *path, const char **why);

// Everything is on the disk, then the file is in its place. On failure nothing is left.
enum status whole_file_commit(struct whole_file *file, const char **why);
void whole_file_discard(struct whole_file *file); // one that is committed or was never opened is fine

// What an errno of writing means, in plain words.
const char *whole_file_error(int error);

#endif

// Takes from this process for good what decoding a file that is already open does not need.
#ifndef AUDIO_CONFINE_H
#define AUDIO_CONFINE_H

#include <stdbool.h>

enum { CONFINE_MEMORY_BYTES = 512 << 20, CONFINE_MOST_FILES = 320 };

// No file or socket can be opened or made, no process started, no memory run as code; memory is bounded. What the kernel
// does not have is done without. Returns false when not even a filter of system calls could be set.
bool confine(void);

// From now on so much processor time, then the process is killed.
void confine_time(int sec);

#endif

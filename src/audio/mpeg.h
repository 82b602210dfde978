// The frames of an MP3 file, counted. Any thread.
#ifndef AUDIO_MPEG_H
#define AUDIO_MPEG_H

#include "base/status.h"

#include <stdint.h>

// Walks the frame headers from the file's start and counts sample frames. A file whose first three headers do not
// follow each other, one with much between its frames, and one with fewer frames than its Xing header says is faulty.
enum status mpeg_count(int fd, int64_t size_bytes, int64_t *sample_frames, const char **why);

#endif

// What a file's own bytes say of it, before any decoder sees them. Any thread; the descriptor's position is not used.
#ifndef AUDIO_CONTAINER_H
#define AUDIO_CONTAINER_H

#include "base/status.h"

#include <stdint.h>

enum container_kind { CONTAINER_WAV, CONTAINER_FLAC, CONTAINER_OGG, CONTAINER_MPEG };

struct container {
	enum container_kind kind;
	int64_t mpeg_frames; // MPEG only: sample frames counted in the file, encoder delay and padding included
};

// Tells the kind by its first bytes and looks whether the file is whole, as far as its kind lets one see that cheaply:
// the data chunk of a WAV, the end mark of an Ogg, the frame count of an MP3.
enum status container_look(int fd, struct container *container, const char **why);

#endif

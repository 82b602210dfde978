// A sound file that is open for decoding. One thread at a time for each.
#ifndef AUDIO_FILE_H
#define AUDIO_FILE_H

#include "audio/audio.h"
#include "audio/container.h"

#include <sndfile.h>
#include <stdbool.h>

struct audio_file {
	int fd;
	SNDFILE *decoder; // NULL when it could not be opened anew
	struct container container;
	struct audio_info info;
};

// Takes the descriptor; it is closed at once when the file is refused.
enum status audio_file_open(struct audio_file *file, int fd, const char **why);
void audio_file_close(struct audio_file *file); // a zeroed one is not fine: its descriptor would be 0

// What is wrong with a file that has just been opened, when its end is missing; NULL: nothing. Who decodes all of it
// notices without this.
const char *audio_file_end_trouble(struct audio_file *file);

// Decodes on from the next frame. Returns how many frames there were.
int64_t audio_file_read(struct audio_file *file, float *frames, int64_t n_frames);

// Opens the file anew and goes to a frame: what is decoded from there on does not depend on what was read before.
bool audio_file_restart(struct audio_file *file, int64_t at_frames);

#endif

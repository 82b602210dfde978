// The player's side of the decoder's process. Inside audio/ and for tests only. Any thread.
#ifndef AUDIO_DECODER_H
#define AUDIO_DECODER_H

#include "audio/audio.h"

#include <stdbool.h>
#include <sys/types.h>

// A track that is open in the process, and which process that is: a later one has to be told of the file anew.
struct decoder_track {
	int process; // of the decoder's
	int number;
	int life; // 0: not open
};

// `program` NULL is stillroom-decoder, where it lies beside this program. A process that has not answered for so long
// is killed.
struct audio_decoder *decoder_create(const char *program, double patience_sec);

// Opens a file as a track; the descriptor stays the caller's. In another process than that of `beside`, if not NULL.
enum status decoder_open(struct audio_decoder *decoder, int fd, const struct decoder_track *beside,
                         struct decoder_track *track, struct audio_info *info, const char **why);
void decoder_close(struct audio_decoder *decoder, struct decoder_track *track);

// Chunk k of a track; *lost when a part of it is silence because it cannot be decoded. False when the process has died of
// it, or the file is no longer the one that `info` tells of.
bool decoder_read(struct audio_decoder *decoder, int fd, struct decoder_track *track, const struct audio_info *info,
                  int64_t k, float *out, bool *lost);

pid_t decoder_pid(struct audio_decoder *decoder); // of the first; 0: none runs

#endif

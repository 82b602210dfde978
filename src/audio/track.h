// A long file by chunks of one second at 48 kHz, in the decoder's process. One thread.
//
// Chunk k depends on the file and k alone: whatever was asked for before, its samples are the same bit for bit.
#ifndef AUDIO_TRACK_H
#define AUDIO_TRACK_H

#include "audio/audio.h"

#include <stdbool.h>

struct audio_track;

// Takes the descriptor. *why is a plain clause, static text.
enum status audio_track_open(struct audio_track **track, int fd, const char **why);
void audio_track_close(struct audio_track *track); // NULL is fine
const struct audio_info *audio_track_info(const struct audio_track *track);

// How many chunks are gone through, at most, for one that is asked for.
int64_t audio_track_most_chunks(const struct audio_track *track);

// Frames [k, k + 1) * AUDIO_CHUNK_FRAMES as stereo (mono goes to both sides; more channels are folded down), 0 <= k and
// not after the file's last; zeros after its end and where a damaged part cannot be decoded. Returns false there.
bool audio_track_chunk(struct audio_track *track, int64_t k, float *out);

#endif

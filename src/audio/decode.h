// A whole file, looked at or decoded at once, in the decoder's process. Any thread.
#ifndef AUDIO_DECODE_H
#define AUDIO_DECODE_H

#include "audio/audio.h"

// Looks at a file without keeping it. Takes the descriptor and closes it. *why is a plain clause, static text.
enum status decode_probe(int fd, struct audio_info *info, const char **why);

// As audio_check_mono and audio_decode_mono.
enum status decode_check(int fd, int64_t most_frames, float *peak, struct audio_info *info, const char **why);
enum status decode_mono(int fd, int64_t most_frames, float **samples, struct audio_info *info, const char **why);

#endif

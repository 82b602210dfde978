// A whole file, looked at or decoded at once, in the decoder's process. Any thread.
#ifndef AUDIO_DECODE_H
#define AUDIO_DECODE_H

#include "audio/audio.h"

// As audio_look_mono, audio_check_mono and audio_decode_mono, but that *samples is the room, where that has so many
// frames, else new. They take the descriptor and close it.
enum status decode_look(int fd, int64_t most_frames, struct audio_info *info, const char **why);
enum status decode_check(int fd, int64_t most_frames, struct audio_level *level, struct audio_info *info,
                         const char **why);
enum status decode_mono(int fd, int64_t most_frames, float *room, int64_t room_frames, float **samples,
                        struct audio_level *level, struct audio_info *info, const char **why);

#endif

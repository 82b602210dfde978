// The loudness of a recording, as voices/README.md measures it for a manifest. Any thread.
#ifndef VOICE_MEASURE_H
#define VOICE_MEASURE_H

#include <stdint.h>

// Of so many samples at 48 kHz, at least one, heard on both sides; -HUGE_VAL when no 0.4 s of it reach -70 LUFS.
double measure_lufs(const float *samples, int64_t frames);

#endif

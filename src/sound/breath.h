// The breath as sound: a tone that rises on in and falls on out, or a breath-like noise. Any thread; no state.
#ifndef SOUND_BREATH_H
#define SOUND_BREATH_H

#include <stdint.h>

enum breath_phase { BREATH_IN, BREATH_HOLD_IN, BREATH_OUT, BREATH_HOLD_OUT };
enum breath_sound { BREATH_TONE, BREATH_AIR, BREATH_SILENT };

// Adds frames [at, at + n) of one phase that lasts `length` frames to stereo `out`, times gain. at counts from the
// phase's own start. Holds are silent. The phase is a closed-form glide, and its edges are raised cosines of
// BREATH_EDGE_SEC (a fifth of a shorter phase), so it starts and ends at exactly zero; a phase under BREATH_LEAST_SEC
// is silent. Level: BREATH_DB below VOICE_LUFS for gain 1, over a run of breaths of 4 s in and 6 s out. `seed` varies
// the air's noise from breath to breath. However a phase is cut into calls, its samples are the same bit for bit.
void breath_add(enum breath_sound sound, enum breath_phase phase, uint64_t seed, int64_t length_frames,
                int64_t at_frames, float gain, float *out, int n_frames);

// The fundamental of the tone at a frame of a phase, in Hz: what the tests compare with.
double breath_tone_hz(enum breath_phase phase, int64_t length_frames, int64_t at_frames);

#endif

// Built-in beds: endless textures that never repeat to the ear. After creation any thread; no state changes.
//
// A texture is a sum of overlapping grains (and single drops, waves, chirps, each a function of its own number) cut
// from noise made at creation. Grain k starts, swells and moves by hash(seed, k) alone, so any frame can be computed
// without what came before.
#ifndef SOUND_TEXTURE_H
#define SOUND_TEXTURE_H

#include <stddef.h>
#include <stdint.h>

struct texture;

// "rain", "sea", "brook", "wind", "night", "brown", "drone", NULL.
extern const char *const texture_names[];

// NULL when there is no such texture. A few tens of milliseconds and at most 4 MB.
struct texture *texture_create(const char *name, uint64_t seed);

// A texture of grains cut from a recording: never the same twice. `read` gives frames [at, at + n) of it as 48 kHz
// stereo; length_frames must be at least one second.
typedef void texture_read_fn(void *source, int64_t at_frames, float *out, int64_t n_frames);
struct texture *texture_create_from(texture_read_fn *read, void *source, int64_t length_frames, uint64_t seed);

void texture_destroy(struct texture *texture); // NULL is fine

// Writes frames [at, at + n) to stereo `out`. at is a multiple of BLOCK_FRAMES and n at most BLOCK_FRAMES.
// Level: VOICE_LUFS (integrated, over any minute within 1 LU), so that a bed's level is relative to the voice.
// A texture made from a recording keeps that recording's level.
void texture_read(const struct texture *texture, int64_t at_frames, float *out, int n_frames);

#endif

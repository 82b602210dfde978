// Built-in beds: endless textures that never repeat to the ear. After creation any thread; no state changes.
//
// A texture is bands of noise that sway slowly, with single drops, waves and gusts in it. Every random number is a hash
// of the seed and its own place, so any frame can be computed without what came before, at any time of any day, and
// nothing is ever repeated: there is no table that could be.
#ifndef SOUND_TEXTURE_H
#define SOUND_TEXTURE_H

#include <stddef.h>
#include <stdint.h>

struct texture;

// "rain", "sea", "brook", "wind", "night", "brown", "drone", NULL.
extern const char *const texture_names[];

// NULL when there is no such texture. With the same seed, textures of different names are strangers. Takes no time and no memory to speak of.
struct texture *texture_create(const char *name, uint64_t seed);

// A texture of grains cut from a recording: never the same twice. `read` gives frames [at, at + n) of it as 48 kHz
// stereo; length_frames must be at least one second. Each texture_read asks for at most two pieces, of BLOCK_FRAMES
// each, that begin at multiples of BLOCK_FRAMES. Grains last 6.1 s, or half of a shorter recording, and are crossfaded by
// equal power over a third of that.
typedef void texture_read_fn(void *source, int64_t at_frames, float *out, int64_t n_frames);
struct texture *texture_create_from(texture_read_fn *read, void *source, int64_t length_frames, uint64_t seed);

void texture_destroy(struct texture *texture); // NULL is fine

// Writes frames [at, at + n) to stereo `out`. at is a multiple of BLOCK_FRAMES and n at most BLOCK_FRAMES.
// Level: VOICE_LUFS (integrated, over any minute within 1 LU), so that a bed's level is relative to the voice.
// A texture made from a recording keeps that recording's level.
void texture_read(const struct texture *texture, int64_t at_frames, float *out, int n_frames);

#endif

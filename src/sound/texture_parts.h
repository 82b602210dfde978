// What textures are made of. For texture.c and its own files only; any thread.
#ifndef SOUND_TEXTURE_PARTS_H
#define SOUND_TEXTURE_PARTS_H

#include "base/frames.h"
#include "sound/texture.h"

#include <stdint.h>

// Bands of noise an octave and a half wide. Band b peaks at 12 kHz / 2^b; band 0 is not used.
enum { BANDS = 9 };

// Gains of the bands at the edges of a block and of its neighbours: edges -1, 0, 1 and 2, in blocks.
enum { EDGES = 4 };

// Adds a block of noise to stereo `out`. Gains go in straight lines from edge to edge.
void texture_add_noise(uint64_t seed, int64_t block, double gains[EDGES][BANDS], float *out);

// A slow random curve, within -1 to 1, RMS about 0.4: a cubic B-spline through hashed numbers at whole t.
double texture_drift(uint64_t seed, double t);

// How a texture's bands swell and fade: changes gain[] for a place in seconds, by curves slower than 1 Hz.
typedef void texture_sway_fn(uint64_t seed, double sec, double gain[BANDS]);
texture_sway_fn texture_sway_rain, texture_sway_sea, texture_sway_brook, texture_sway_wind, texture_sway_night;

// Drops and bubbles: short sines that swell and fade, each at its own random place.
struct drops {
	double per_sec;
	double low_hz, high_hz;
	double short_sec, long_sec;
	double glide; // the last frequency over the first
	double level; // of the loudest
};
void texture_add_drops(const struct drops *drops, uint64_t seed, int64_t block, float *out);

// A chord that breathes, times gain.
void texture_add_drone(uint64_t seed, int64_t block, double gain, float *out);

// Grains of a recording.
struct grains {
	texture_read_fn *read;
	void *source;
	int64_t places; // a grain may begin at any of so many blocks of the recording
	int64_t grain_blocks, crossfade_blocks;
};
struct grains grains_init(texture_read_fn *read, void *source, int64_t length_frames);
void grains_read(const struct grains *grains, uint64_t seed, int64_t block, float *out);

#endif

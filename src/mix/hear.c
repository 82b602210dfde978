// A file's loudness is that of two blocks at each place, of 0.4 s each and gated as ITU-R BS.1770-4 gates all of a file's:
// that told the level of all built-in beds, of 1 and of 10 minutes, within 0.4 dB, and an hour of rain need not be decoded
// before a session may begin. The meter hears a little before the first block of a place, in which its filters forget the
// place before.
#include "mix/hear.h"

#include "audio/audio.h"
#include "base/power.h"

#include <ebur128.h>

#include <math.h>

enum { PORTIONS_APART = 2 }; // of a place's blocks; the second ends with the place

#define SILENT_POWER 1e-7 // -70 LUFS
#define GATE 0.1          // -10 LU, of the mean of what is not silent

// Of a long file each place is where decoding begins.
static int64_t find_place(int64_t file_frames, int number)
{
	int64_t at = (file_frames - HEAR_FRAMES) / (HEAR_PLACES - 1) * number;
	return file_frames >= HEAR_PLACES * AUDIO_SEGMENT_FRAMES ? at - at % AUDIO_SEGMENT_FRAMES : at;
}

static double last_block(ebur128_state *meter)
{
	double lufs;
	return meter && ebur128_loudness_momentary(meter, &lufs) == EBUR128_SUCCESS ? pow(10.0, lufs / 10.0) : 0.0;
}

static void hear_place(struct hearing *hearing, int place, int64_t at_frames, hear_read_fn *read, void *source,
                       ebur128_state *meter)
{
	float frames[HEAR_PORTION_FRAMES * ENGINE_CHANNELS];
	double *blocks = hearing->blocks + HEAR_BLOCKS * place, *powers = hearing->powers + HEAR_PORTIONS * place;
	for (int i = 0; i < HEAR_PORTIONS; i++) {
		if (i == HEAR_PORTIONS - PORTIONS_APART)
			blocks[0] = last_block(meter);
		read(source, at_frames + (int64_t)i * HEAR_PORTION_FRAMES, frames, HEAR_PORTION_FRAMES);
		powers[i] = power_of(frames, HEAR_PORTION_FRAMES * ENGINE_CHANNELS);
		if (meter)
			ebur128_add_frames_float(meter, frames, HEAR_PORTION_FRAMES);
	}
	blocks[1] = last_block(meter);
}

void hear_places(struct hearing *hearing, int first, int last, int64_t file_frames, hear_read_fn *read, void *source)
{
	ebur128_state *meter = ebur128_init(ENGINE_CHANNELS, ENGINE_RATE_HZ, EBUR128_MODE_M);
	for (int i = first; i < last; i++)
		hear_place(hearing, i, find_place(file_frames, i), read, source, meter);
	if (meter)
		ebur128_destroy(&meter);
}

double hear_lufs(const struct hearing *hearing)
{
	enum { COUNT = HEAR_BLOCKS * HEAR_PLACES };
	double heard = power_mean_above(hearing->blocks, COUNT, SILENT_POWER);
	return 10.0 * log10(power_mean_above(hearing->blocks, COUNT, fmax(GATE * heard, SILENT_POWER)));
}

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

#define GATE_LUFS (-70.0)
#define GATE_BELOW_DB 10.0 // the mean of what passes the first gate

static const int64_t segment_frames = (int64_t)AUDIO_SEGMENT_CHUNKS * AUDIO_CHUNK_FRAMES;

// Of a long file each place is where decoding begins.
static int64_t find_place(int64_t file_frames, int number)
{
	int64_t at = (file_frames - HEAR_FRAMES) / (HEAR_PLACES - 1) * number;
	return file_frames >= HEAR_PLACES * segment_frames ? at - at % segment_frames : at;
}

static double last_block_lufs(ebur128_state *meter)
{
	double lufs;
	return meter && ebur128_loudness_momentary(meter, &lufs) == EBUR128_SUCCESS ? lufs : -HUGE_VAL;
}

static void hear_place(struct hearing *hearing, int place, int64_t at_frames, hear_read_fn *read, void *source,
                       ebur128_state *meter)
{
	float frames[HEAR_PORTION_FRAMES * ENGINE_CHANNELS];
	double *lufs = hearing->lufs + HEAR_BLOCKS * place, *powers = hearing->powers + HEAR_PORTIONS * place;
	for (int i = 0; i < HEAR_PORTIONS; i++) {
		if (i == HEAR_PORTIONS - PORTIONS_APART)
			lufs[0] = last_block_lufs(meter);
		read(source, at_frames + (int64_t)i * HEAR_PORTION_FRAMES, frames, HEAR_PORTION_FRAMES);
		powers[i] = power_of(frames, HEAR_PORTION_FRAMES * ENGINE_CHANNELS);
		if (meter)
			ebur128_add_frames_float(meter, frames, HEAR_PORTION_FRAMES);
	}
	lufs[1] = last_block_lufs(meter);
}

void hear_places(struct hearing *hearing, int first, int last, int64_t file_frames, hear_read_fn *read, void *source)
{
	ebur128_state *meter = ebur128_init(ENGINE_CHANNELS, ENGINE_RATE_HZ, EBUR128_MODE_M);
	for (int i = first; i < last; i++)
		hear_place(hearing, i, find_place(file_frames, i), read, source, meter);
	if (meter)
		ebur128_destroy(&meter);
}

// The mean power of the blocks above a gate; -HUGE_VAL: there are none.
static double gated_lufs(const struct hearing *hearing, double gate_lufs)
{
	double power = 0.0;
	int count = 0;
	for (int i = 0; i < HEAR_PLACES * HEAR_BLOCKS; i++) {
		if (hearing->lufs[i] <= gate_lufs)
			continue;
		power += pow(10.0, hearing->lufs[i] / 10.0);
		count++;
	}
	return count > 0 ? 10.0 * log10(power / count) : -HUGE_VAL;
}

double hear_lufs(const struct hearing *hearing)
{
	return gated_lufs(hearing, fmax(gated_lufs(hearing, GATE_LUFS) - GATE_BELOW_DB, GATE_LUFS));
}

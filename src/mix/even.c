// A bed is levelled by twenty places of it, and a stranger's file may hold anything between them. So each chunk of a
// second that has a louder tenth than is plausible is turned down to that, and one of which a part is lost to silence. Its
// neighbours lead there and back in an S, so that nothing comes suddenly: the gain at a frame depends on three chunks of the
// file alone. All others are left as they are, to the bit.
#include "mix/even.h"

#include "audio/audio.h"
#include "base/decibel.h"
#include "base/power.h"
#include "base/vector.h"

#include <math.h>
#include <stddef.h>

#define GATE 0.1          // of the mean: silence between is no part of the bed
#define SILENT_POWER 1e-7 // -70 dB: of a bed that was silent where it was measured

double even_most(const double *powers, int count)
{
	double mean = power_mean_above(powers, count, GATE * power_mean_above(powers, count, 0.0));
	double gain = gain_from_db(EVEN_MOST_DB);
	return fmax(mean, SILENT_POWER) * gain * gain;
}

static double weight(even_level_fn *level, void *source, double most, int64_t k)
{
	double power = level(source, k);
	return power > most ? sqrt(most / power) : 1.0;
}

// By the place in the chunk alone, whatever is asked for at once.
VECTOR static void turn_down(float *frames, int within_frames, int n_frames, float from, float to)
{
	for (int i = 0; i < n_frames; i++) {
		float u = (float)(within_frames + i) / AUDIO_CHUNK_FRAMES,
		      gain = from + (to - from) * (u * u * (3.0f - 2.0f * u));
		for (int c = 0; c < ENGINE_CHANNELS; c++)
			frames[i * ENGINE_CHANNELS + c] *= gain;
	}
}

void even_apply(even_level_fn *level, void *source, double most, int64_t at_frames, float *frames, int64_t n_frames)
{
	while (n_frames > 0) {
		int64_t k = at_frames / AUDIO_CHUNK_FRAMES, within = at_frames % AUDIO_CHUNK_FRAMES;
		int64_t n = AUDIO_CHUNK_FRAMES - within < n_frames ? AUDIO_CHUNK_FRAMES - within : n_frames;
		double before = weight(level, source, most, k - 1), here = weight(level, source, most, k);
		double after = weight(level, source, most, k + 1);
		double from = fmin(before, here), to = fmin(here, after);
		if (from < 1.0 || to < 1.0)
			turn_down(frames, (int)within, (int)n, (float)from, (float)to);
		at_frames += n;
		frames += n * ENGINE_CHANNELS;
		n_frames -= n;
	}
}

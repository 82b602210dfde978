// EBU R 128 has blocks of 0.4 s, which a short word does not fill: what is shorter than 3 s is measured repeated.
#include "voice/measure.h"

#include "audio/audio.h"
#include "base/frames.h"

#include <ebur128.h>

#include <math.h>

enum { LEAST_FRAMES = 3 * ENGINE_RATE_HZ, STEP_FRAMES = ENGINE_RATE_HZ / 10 };

static double moment_lufs(ebur128_state *meter)
{
	double lufs;
	return ebur128_loudness_momentary(meter, &lufs) == EBUR128_SUCCESS ? lufs : -HUGE_VAL;
}

double measure_lufs(const float *samples, int64_t frames)
{
	int64_t rounds = frames < LEAST_FRAMES ? (LEAST_FRAMES + frames - 1) / frames : 1, total = rounds * frames;
	ebur128_state *meter = ebur128_init(1, ENGINE_RATE_HZ, EBUR128_MODE_I | EBUR128_MODE_M);
	double whole = HUGE_VAL, moment = -HUGE_VAL;
	if (!meter)
		return whole; // what cannot be measured is not believed
	ebur128_set_channel(meter, 0, EBUR128_DUAL_MONO);
	for (int64_t at = 0, n; at < total; at += n) {
		int64_t place = at % frames, step = STEP_FRAMES - at % STEP_FRAMES;
		n = frames - place < step ? frames - place : step;
		ebur128_add_frames_float(meter, samples + place, (size_t)n);
		if (n == step)
			moment = fmax(moment, moment_lufs(meter));
	}
	if (ebur128_loudness_global(meter, &whole) != EBUR128_SUCCESS)
		whole = HUGE_VAL;
	ebur128_destroy(&meter);
	return fmax(whole, moment - AUDIO_MOMENT_LU);
}

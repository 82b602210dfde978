// The breath as sound.
//
// The tone glides in a straight line between two notes, so its phase is the integral of that, a formula:
//   phase(t) = f0 t + (f1 - f0) t^2 / (2 T)   in turns, from the phase's own start.
// It dwells nowhere, least of all at its ends: there it would stand at a fixed distance from the tones of a bed and beat
// with them. For the same reason its second harmonic is very weak.
// In and out differ in three ways, so that closed eyes can tell: where the glide begins, where it goes, and whether it
// swells or fades. The air has the same shape with noise in place of the tone,
// which brightens or darkens.
//
// All is computed in steps of 128 frames counted from the phase's start, the curves at the steps' ends (the last step ends with the phase) and straight lines
// between them, so any splitting gives the same samples.
#include "sound/breath.h"

#include "base/decibel.h"
#include "base/frames.h"
#include "base/vector.h"
#include "sound/curve.h"
#include "sound/noise.h"
#include "sound/rules.h"
#include "sound/sides.h"
#include "sound/turn.h"

enum { STEP_FRAMES = NOISE_STEP_FRAMES };

// Measured: the gains that bring 4 s in and 6 s out to BREATH_DB below VOICE_LUFS.
#define TONE_TRIM_DB 2.99
#define AIR_TRIM_DB (-0.76)

// What glides and swells, at one frame.
struct instant {
	double level;
	double turns; // the tone's phase
	double u;     // how far through the phase
};

static double from_hz(enum breath_phase phase)
{
	return phase == BREATH_IN ? BREATH_LOW_HZ : BREATH_HIGH_HZ;
}

static double to_hz(enum breath_phase phase)
{
	return phase == BREATH_IN ? BREATH_HIGH_HZ : BREATH_LOW_HZ;
}

double breath_tone_hz(enum breath_phase phase, int64_t length_frames, int64_t at_frames)
{
	if (phase != BREATH_IN && phase != BREATH_OUT)
		return 0.0;
	double u = (double)at_frames / (double)length_frames;
	return from_hz(phase) + (to_hz(phase) - from_hz(phase)) * u;
}

// Most places are far from both ends: no division for them.
static double near_end(double distance, double edge)
{
	return distance < edge ? curve_s(distance / edge) : 1.0;
}

static double breath_level(enum breath_phase phase, int64_t length_frames, int64_t at_frames)
{
	double length = (double)length_frames, at = (double)at_frames, u = at / length;
	double edge = BREATH_EDGE_SEC * ENGINE_RATE_HZ;
	edge = edge < length / 5.0 ? edge : length / 5.0;
	double swell = phase == BREATH_IN ? 0.7 + 0.3 * u : 1.0 - 0.45 * u;
	return swell * near_end(at, edge) * near_end(length - at, edge);
}

static struct instant breath_instant(enum breath_phase phase, int64_t length_frames, int64_t at_frames)
{
	double length_sec = (double)length_frames / ENGINE_RATE_HZ, t = (double)at_frames / ENGINE_RATE_HZ;
	double u = t / length_sec, first = from_hz(phase), change = to_hz(phase) - first;
	return (struct instant){
		.level = breath_level(phase, length_frames, at_frames),
		.turns = first * t + 0.5 * change * u * t,
		.u = u,
	};
}

static double bright(enum breath_phase phase, const struct instant *at)
{
	return phase == BREATH_IN ? 0.45 + 0.55 * curve_s(at->u) : 0.5 - 0.5 * curve_s(at->u);
}

VECTOR static void tone_step(const struct instant *a, const struct instant *b, int frames, float harmonic, float *out)
{
	float level = (float)a->level, rise = (float)((b->level - a->level) / frames);
	float sine[STEP_FRAMES], cosine[STEP_FRAMES];
	turn_walk(a->turns, (b->turns - a->turns) / frames, sine, cosine);
	for (int i = 0; i < STEP_FRAMES; i++)
		out[i] = (sine[i] + harmonic * sine[i] * cosine[i]) * (level + rise * (float)i);
}

static void air_step(enum breath_phase phase, uint64_t seed, int64_t step, const struct instant *a,
                     const struct instant *b, int frames, float *out)
{
	float low[STEP_FRAMES], middle[STEP_FRAMES], high[STEP_FRAMES];
	noise_step(seed, NOISE_375_HZ, step, low);
	noise_step(seed, NOISE_750_HZ, step, middle);
	noise_step(seed, NOISE_1500_HZ, step, high);
	float level = (float)a->level, rise = (float)((b->level - a->level) / frames);
	double from = 0.25 * bright(phase, a), to = 0.25 * bright(phase, b);
	float dark = (float)turn_cos(from), light = (float)turn_sin(from);
	float darker = ((float)turn_cos(to) - dark) / (float)frames;
	float lighter = ((float)turn_sin(to) - light) / (float)frames;
	for (int i = 0; i < STEP_FRAMES; i++) {
		float t = (float)i;
		float air = (dark + darker * t) * low[i] + (light + lighter * t) * (middle[i] + 0.25f * high[i]);
		out[i] = air * (level + rise * t);
	}
}

VECTOR void breath_add(enum breath_sound sound, enum breath_phase phase, uint64_t seed, int64_t length_frames,
                       int64_t at_frames, float gain, float *out, int n_frames)
{
	if (sound == BREATH_SILENT || (phase != BREATH_IN && phase != BREATH_OUT))
		return;
	if (length_frames < (int64_t)(BREATH_LEAST_SEC * ENGINE_RATE_HZ))
		return;
	double trim_db = VOICE_LUFS + BREATH_DB + (sound == BREATH_TONE ? TONE_TRIM_DB : AIR_TRIM_DB);
	float scale = gain * (float)gain_from_db(trim_db);
	float harmonic = 2.0f * (float)gain_from_db(BREATH_SECOND_HARMONIC_DB); // sin 2x = 2 sin x cos x
	int64_t end = at_frames + n_frames < length_frames ? at_frames + n_frames : length_frames;
	struct instant a = breath_instant(phase, length_frames, at_frames / STEP_FRAMES * STEP_FRAMES);
	for (int64_t step = at_frames / STEP_FRAMES; step * STEP_FRAMES < end; step++) {
		int64_t first = step * STEP_FRAMES;
		int frames = length_frames - first < STEP_FRAMES ? (int)(length_frames - first) : STEP_FRAMES;
		struct instant b = breath_instant(phase, length_frames, first + frames);
		float wave[STEP_FRAMES];
		if (sound == BREATH_TONE)
			tone_step(&a, &b, frames, harmonic, wave);
		else
			air_step(phase, seed, step, &a, &b, frames, wave);
		int from = first < at_frames ? (int)(at_frames - first) : 0;
		int to = end - first < STEP_FRAMES ? (int)(end - first) : STEP_FRAMES;
		sides_add_one(wave + from, scale, scale, out + (first + from - at_frames) * ENGINE_CHANNELS, to - from);
		a = b;
	}
}

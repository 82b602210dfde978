// A chord that breathes: five sines on a low G.
//
// Two tones beat at the difference of their frequencies, so no two here are nearer than 196 Hz: nothing trembles
// between 1 and 150 Hz. The octave from 180 to 300 Hz is left to the breath tone, which glides from G to D. Its ends are
// 98 Hz from the root and from the second tone, and no chord is better: above 46 Hz and below 444 Hz there is nothing
// 150 Hz away from all of its way, and a root under 75 Hz trembles by itself. So the tone does not dwell there. Each sine
// swells and fades by itself over some 20 s, and is a little farther round in one ear than in the other, which makes
// the chord wide.
//
// Phases are whole numbers that wrap (2^32 is a turn), so they are exact for ever; inside a block a turning vector
// makes the sines, 16 frames abreast, set anew at every block.
#include "sound/texture_parts.h"

#include "base/decibel.h"
#include "base/hash.h"
#include "sound/turn.h"

enum { ABREAST = 16, PARTIALS = 5 };

static const struct partial {
	int multiple; // of the root
	double level_db, swell_db, swell_sec;
	double apart; // turns between the ears
} partials[PARTIALS] = {
	{1, 0.0, 1.2, 11.0, 0.00},  {4, -9.0, 3.5, 9.0, 0.12},   {6, -14.0, 5.0, 8.0, -0.15},
	{8, -20.0, 6.0, 7.0, 0.18}, {10, -27.0, 7.0, 6.0, -0.2},
};

#define ROOT_STEP UINT32_C(8768826) // 98.0 Hz in turns / 2^32 a frame

// sin and cos at ABREAST frames from a phase on.
static void first_vectors(uint32_t phase, uint32_t step, float *s, float *c)
{
	for (int i = 0; i < ABREAST; i++) {
		double turns = (double)(uint32_t)(phase + (uint32_t)i * step) * 0x1p-32;
		s[i] = (float)turn_sin(turns);
		c[i] = (float)turn_cos(turns);
	}
}

static double partial_level(const struct partial *partial, uint64_t seed, int64_t block, int ear)
{
	double sec = (double)block * BLOCK_FRAMES / ENGINE_RATE_HZ;
	uint64_t own = hash64(seed, 70 + (uint64_t)partial->multiple);
	double both = texture_drift(own, sec / partial->swell_sec);
	double one = texture_drift(own + 1 + (uint64_t)ear, sec / (1.3 * partial->swell_sec));
	return gain_from_db(partial->level_db + partial->swell_db * (both + 0.4 * one));
}

static void add_partial(const struct partial *partial, uint64_t seed, int64_t block, double gain, float *out)
{
	float s[ABREAST], c[ABREAST], level[2], rise[2];
	uint32_t step = ROOT_STEP * (uint32_t)partial->multiple;
	first_vectors((uint32_t)((uint64_t)block * BLOCK_FRAMES * step), step, s, c);
	for (int ear = 0; ear < 2; ear++) {
		double here = gain * partial_level(partial, seed, block, ear);
		double next = gain * partial_level(partial, seed, block + 1, ear);
		level[ear] = (float)here;
		rise[ear] = (float)((next - here) / BLOCK_FRAMES);
	}
	double stride = (double)(uint32_t)(step * ABREAST) * 0x1p-32;
	const float turn_s = (float)turn_sin(stride), turn_c = (float)turn_cos(stride);
	const float apart_s = (float)turn_sin(partial->apart), apart_c = (float)turn_cos(partial->apart);
	for (int at = 0; at < BLOCK_FRAMES; at += ABREAST)
		for (int i = 0; i < ABREAST; i++) {
			float t = (float)(at + i), sine = s[i], cosine = c[i];
			out[2 * (at + i)] += (level[0] + rise[0] * t) * sine;
			out[2 * (at + i) + 1] += (level[1] + rise[1] * t) * (sine * apart_c + cosine * apart_s);
			s[i] = sine * turn_c + cosine * turn_s;
			c[i] = cosine * turn_c - sine * turn_s;
		}
}

void texture_add_drone(uint64_t seed, int64_t block, double gain, float *out)
{
	for (int k = 0; k < PARTIALS; k++)
		add_partial(&partials[k], seed, block, gain, out);
}

// The reference session as one would write it in an afternoon: a plain loop over frames, everything per sample.
//
//   loop DIR OUTPUT.wav|OUTPUT.flac
#include "reference.h"

#include <sndfile.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER_FRAMES = 4096 };

static const char *dir;

static float *load(const char *name, int channels, int *frames)
{
	char path[4096];
	SF_INFO info = {0};
	snprintf(path, sizeof path, "%s/%s", dir, name);
	SNDFILE *file = sf_open(path, SFM_READ, &info);
	if (!file || info.channels != channels)
		exit(1);
	float *samples = malloc((size_t)(info.frames * channels) * sizeof *samples);
	*frames = (int)sf_readf_float(file, samples, info.frames);
	sf_close(file);
	return samples;
}

static float s_curve(float u)
{
	return u <= 0.0f ? 0.0f : u >= 1.0f ? 1.0f : 0.5f - 0.5f * cosf((float)M_PI * u);
}

static float gain_of_db(float db)
{
	return expf(db * 0.11512925f);
}

enum { LEAD = RATE_HZ * 6 / 10, FALL = RATE_HZ * 7 / 10, RISE = RATE_HZ * 2, CLIP = CLIP_SEC * RATE_HZ };

// 0: not at all, 1: fully; frames since a clip's duck began. Clips are so far apart that no two of them duck at once.
static float duck_depth(int since)
{
	if (since < 0 || since >= LEAD + CLIP + RISE)
		return 0.0f;
	if (since < FALL)
		return s_curve((float)since / FALL);
	return since < LEAD + CLIP ? 1.0f : 1.0f - s_curve((float)(since - LEAD - CLIP) / RISE);
}

static inline float duck_gain(float depth, float most_db)
{
	return depth == 0.0f ? 1.0f : depth == 1.0f ? gain_of_db(most_db) : gain_of_db(most_db * depth);
}

// Called for each frame of a breath in turn.
static float tone(bool in, int at, float *phase)
{
	float t = (float)at / RATE_HZ, u = t / BREATH_SEC;
	float hz = in ? 196.0f + 98.0f * u : 294.0f - 98.0f * u;
	float level =
		(in ? 0.7f + 0.3f * u : 1.0f - 0.45f * u) * s_curve(t / 0.35f) * s_curve((BREATH_SEC - t) / 0.35f);
	*phase += hz * (2.0f * (float)M_PI / RATE_HZ);
	if (*phase > (float)M_PI)
		*phase -= 2.0f * (float)M_PI;
	return level * (sinf(*phase) + 0.02f * sinf(2.0f * *phase));
}

// Twice the rate, by straight lines.
static float clip_sample(const float *clip, int frames, int at)
{
	int i = at / 2;
	if (i + 1 >= frames)
		return 0.0f;
	return at % 2 ? 0.5f * (clip[i] + clip[i + 1]) : clip[i];
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	dir = argv[1];
	int bed_frames, clip_frames = 0;
	float *bed = load("loop.flac", 2, &bed_frames), *clip = NULL, bed_gain, phase = 0.0f;
	char path[4096];
	snprintf(path, sizeof path, "%s/bed-gain", dir);
	FILE *text = fopen(path, "r");
	if (!text || fscanf(text, "%f", &bed_gain) != 1)
		return 1;
	fclose(text);
	int kind = strstr(argv[2], ".flac") ? SF_FORMAT_FLAC : SF_FORMAT_WAV;
	SF_INFO info = {.samplerate = RATE_HZ, .channels = 2, .format = kind | SF_FORMAT_PCM_16};
	SNDFILE *out = sf_open(argv[2], SFM_WRITE, &info);
	if (!out)
		return 1;
	const float clip_gain = gain_of_db(-23.0f - (float)CLIP_LUFS), tone_gain = gain_of_db(-23.0f - 14.0f + 2.99f);
	const int tone_begin = BREATH_BEGIN_SEC * RATE_HZ, tone_end = SESSION_FRAMES - FADE_OUT_SEC * RATE_HZ;
	int bed_at = 0, breath_at = 0, slot_at = LEAD - FIRST_CLIP_SEC * RATE_HZ, slot = 0;
	bool in = true;
	for (int at = 0; at < SESSION_FRAMES; at += BUFFER_FRAMES) {
		short buffer[BUFFER_FRAMES * 2];
		int n = SESSION_FRAMES - at < BUFFER_FRAMES ? SESSION_FRAMES - at : BUFFER_FRAMES;
		for (int i = 0; i < n; i++) {
			float depth = slot < CLIPS ? duck_depth(slot_at) : 0.0f, middle = 0.0f;
			if (slot_at == LEAD && slot < CLIPS) {
				char name[64];
				snprintf(name, sizeof name, "voices/bench/line%02d.flac", slot);
				free(clip);
				clip = load(name, 1, &clip_frames);
			}
			if (slot_at >= LEAD && slot < CLIPS)
				middle = clip_gain * clip_sample(clip, clip_frames, slot_at - LEAD);
			if (at + i >= tone_begin && at + i < tone_end) {
				middle += tone_gain * duck_gain(depth, -6.0f) * tone(in, breath_at, &phase);
				if (++breath_at == BREATH_SEC * RATE_HZ) {
					breath_at = 0;
					in = !in;
				}
			}
			float duck = bed_gain * duck_gain(depth, -8.0f);
			for (int c = 0; c < 2; c++)
				buffer[2 * i + c] = (short)lrintf(32767.0f * (middle + duck * bed[2 * bed_at + c]));
			if (++bed_at == bed_frames)
				bed_at = 0;
			if (++slot_at == CLIP_EVERY_SEC * RATE_HZ) {
				slot_at = 0;
				slot++;
			}
		}
		sf_writef_short(out, buffer, n);
	}
	sf_close(out);
	free(bed);
	free(clip);
	return 0;
}

// Writes what the bench renders, and what the peers need to render it, into a folder.
//
//   material DIR
//
// A bed of one minute, 40 clips, two packs of them, and two routines. For the peers: loop.flac, the bed with its
// seam made; duck.wav, the bed's gain over the session; tones.wav, its breath tone, and voice.wav, its words (for ecasound
// alone), all finished. They are given that work for nothing.
#include "base/decibel.h"
#include "base/hash.h"
#include "reference.h"
#include "sound/breath.h"
#include "sound/curve.h"
#include "sound/rules.h"

#include <ebur128.h>
#include <sndfile.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PORTION_FRAMES = BLOCK_FRAMES };

static const char *dir;

static char *path_to(const char *name)
{
	static char path[4096];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static void *or_end(void *made, const char *what)
{
	if (made)
		return made;
	fprintf(stderr, "material: cannot write %s\n", what);
	exit(1);
}

static SNDFILE *create_sound(const char *name, int format, int rate_hz, int channels)
{
	SF_INFO info = {.samplerate = rate_hz, .channels = channels, .format = format};
	return or_end(sf_open(path_to(name), SFM_WRITE, &info), name);
}

static FILE *create_text(const char *name)
{
	return or_end(fopen(path_to(name), "w"), name);
}

static void write_sound(const char *name, int format, int rate_hz, int channels, const float *frames, int n)
{
	SNDFILE *file = create_sound(name, format, rate_hz, channels);
	sf_writef_float(file, frames, n);
	sf_close(file);
}

static double loudness(const float *frames, int n)
{
	double lufs = 0.0;
	ebur128_state *meter = or_end(ebur128_init(2, RATE_HZ, EBUR128_MODE_I), "the loudness");
	ebur128_add_frames_float(meter, frames, (size_t)n);
	ebur128_loudness_global(meter, &lufs);
	ebur128_destroy(&meter);
	return lufs;
}

// Noise that falls by 6 dB an octave above 400 Hz; and for the peers, which know no seam, the same as a file that can
// be looped: its first seconds crossfaded with its last. Returns its loudness.
static double make_bed(void)
{
	enum { FRAMES = BED_SEC * RATE_HZ, SEAM = SEAM_SEC * RATE_HZ, PERIOD = FRAMES - SEAM };
	static float bed[FRAMES * 2];
	double low[2] = {0};
	for (int i = 0; i < FRAMES * 2; i++) {
		low[i % 2] += 0.05 * (hash_signed(77, (uint64_t)i) - low[i % 2]);
		bed[i] = (float)low[i % 2];
	}
	double lufs = loudness(bed, FRAMES);
	write_sound("bed.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, RATE_HZ, 2, bed, FRAMES);
	for (int i = 0; i < SEAM * 2; i++) {
		double u = (double)(i / 2) / SEAM;
		bed[i] = (float)(bed[i] * curve_power_in(u) + bed[PERIOD * 2 + i] * curve_power_in(1.0 - u));
	}
	write_sound("loop.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, RATE_HZ, 2, bed, PERIOD);
	return lufs;
}

// Something like a voice: a tone with harmonics, syllables, and soft edges.
static double speech(double hz, int at)
{
	double t = (double)at / CLIP_RATE_HZ, sum = 0.0, syllable = sin(2.0 * M_PI * 2.0 * t);
	for (int k = 1; k <= 8; k++)
		sum += sin(2.0 * M_PI * hz * k * t + k * k) / k;
	return 0.05 * sum * syllable * syllable;
}

static void make_clip(const char *pack, int number)
{
	char name[64];
	snprintf(name, sizeof name, "voices/%s/line%02d.flac", pack, number);
	static float samples[CLIP_SEC * CLIP_RATE_HZ];
	for (int i = 0; i < CLIP_SEC * CLIP_RATE_HZ; i++)
		samples[i] = (float)speech(110.0 + number, i);
	write_sound(name, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, CLIP_RATE_HZ, 1, samples, CLIP_SEC * CLIP_RATE_HZ);
}

static void make_pack(const char *pack, double lufs)
{
	char name[64];
	snprintf(name, sizeof name, "voices/%s", pack);
	mkdir(path_to("voices"), 0777);
	mkdir(path_to(name), 0777);
	snprintf(name, sizeof name, "voices/%s/pack.yaml", pack);
	FILE *text = create_text(name);
	fprintf(text,
	        "stillroom-voice: 1\nname: %s\nlanguage: en\nspeaker: sines\nlicence: CC0\nmade: by the "
	        "bench\nlines:\n",
	        pack);
	for (int i = 0; i < CLIPS; i++) {
		fprintf(text, "  - {text: Line %d., file: line%02d.flac, lufs: %.1f, peak: -9.0}\n", i, i, lufs);
		make_clip(pack, i);
	}
	fclose(text);
}

// A line so short that a hundred thousand of them fit into a day.
static void make_tick(void)
{
	static float samples[CLIP_RATE_HZ / 2];
	mkdir(path_to("voices/tick"), 0777);
	for (int i = 0; i < CLIP_RATE_HZ / 2; i++)
		samples[i] = (float)speech(110.0, i);
	write_sound("voices/tick/tick.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, CLIP_RATE_HZ, 1, samples,
	            CLIP_RATE_HZ / 2);
	FILE *text = create_text("voices/tick/pack.yaml");
	fprintf(text, "stillroom-voice: 1\nname: tick\nlanguage: en\nspeaker: sines\nlicence: CC0\nmade: by the bench\n"
	              "lines:\n  - {text: Tick., file: tick.flac, lufs: -21.0, peak: -9.0}\n");
	fclose(text);
}

static void make_routine(const char *name, const char *voice, const char *breath, const char *bed, const char *step)
{
	FILE *text = create_text(name);
	fprintf(text, "stillroom: 1\ntitle: Bench\nvoice: %s\nbreath: %s\nbed: %s\nsteps:\n  - %s\n    cues:\n", voice,
	        breath, bed, step);
	for (int i = 0; i < CLIPS; i++)
		fprintf(text, "      - {at: %ds, say: Line %d.}\n",
		        FIRST_CLIP_SEC - BREATH_BEGIN_SEC + i * CLIP_EVERY_SEC, i);
	fprintf(text, "end: {fade: %ds}\n", FADE_OUT_SEC);
	fclose(text);
}

static void make_duck(const struct span *words, double bed_lufs)
{
	SNDFILE *file = create_sound("duck.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, RATE_HZ, 2);
	float level = (float)gain_from_db(VOICE_LUFS - bed_lufs + BED_SOFT_DB);
	float gain[PORTION_FRAMES], frames[PORTION_FRAMES * 2];
	struct duck duck;
	for (int at = 0; at < SESSION_FRAMES; at += PORTION_FRAMES) {
		duck_find(&duck, words, CLIPS, at);
		duck_fill(&duck, DUCK_DB, gain);
		for (int i = 0; i < PORTION_FRAMES * 2; i++)
			frames[i] = gain[i / 2] * level;
		sf_writef_float(file, frames, PORTION_FRAMES);
	}
	sf_close(file);
	FILE *text = create_text("bed-gain");
	fprintf(text, "%.6f\n", (double)level);
	fclose(text);
}

static void make_tones(const struct span *words)
{
	SNDFILE *file = create_sound("tones.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, RATE_HZ, 2);
	const int length = BREATH_SEC * RATE_HZ, begin = BREATH_BEGIN_SEC * RATE_HZ;
	float gain[PORTION_FRAMES], frames[PORTION_FRAMES * 2];
	struct duck duck;
	for (int at = 0; at < SESSION_FRAMES; at += PORTION_FRAMES) {
		int breath = (at - begin) / length;
		memset(frames, 0, sizeof frames);
		duck_find(&duck, words, CLIPS, at);
		duck_fill(&duck, TONES_DUCK_DB, gain);
		if (at >= begin && at < SESSION_FRAMES - FADE_OUT_SEC * RATE_HZ)
			breath_add(BREATH_TONE, breath % 2 ? BREATH_OUT : BREATH_IN, 0, length,
			           at - begin - breath * length, 1.0f, frames, PORTION_FRAMES);
		for (int i = 0; i < PORTION_FRAMES * 2; i++)
			frames[i] *= gain[i / 2];
		sf_writef_float(file, frames, PORTION_FRAMES);
	}
	sf_close(file);
}

// Twice the rate by straight lines: the clips hold nothing above 1.2 kHz.
static void make_voice(void)
{
	enum { CLIP_FRAMES = CLIP_SEC * RATE_HZ };
	SNDFILE *file = create_sound("voice.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, RATE_HZ, 2);
	const double level = gain_from_db(VOICE_LUFS - CLIP_LUFS);
	for (int at = 0; at < SESSION_FRAMES; at += PORTION_FRAMES) {
		float frames[PORTION_FRAMES * 2];
		for (int i = 0; i < PORTION_FRAMES; i++) {
			int since = at + i - FIRST_CLIP_SEC * RATE_HZ, number = since / (CLIP_EVERY_SEC * RATE_HZ);
			int in_clip = since - number * CLIP_EVERY_SEC * RATE_HZ;
			bool spoken = since >= 0 && number < CLIPS && in_clip < CLIP_FRAMES;
			double sample = spoken ? 0.5 * (speech(110.0 + number, in_clip / 2) +
			                                speech(110.0 + number, (in_clip + 1) / 2))
			                       : 0.0;
			frames[2 * i] = frames[2 * i + 1] = (float)(level * sample);
		}
		sf_writef_float(file, frames, PORTION_FRAMES);
	}
	sf_close(file);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	dir = argv[1];
	struct span words[CLIPS];
	for (int i = 0; i < CLIPS; i++) {
		words[i].begin = (int64_t)(FIRST_CLIP_SEC + i * CLIP_EVERY_SEC) * RATE_HZ;
		words[i].end = words[i].begin + CLIP_SEC * RATE_HZ;
	}
	double bed_lufs = make_bed();
	make_pack("bench", CLIP_LUFS);
	make_pack("loud", LOUD_CLIP_LUFS);
	make_tick();
	make_routine("reference.yaml", "bench", "{in: 5s, out: 5s}", "{track: bed.flac, level: soft}",
	             "breathe: 590s\n    words: none");
	make_routine("full.yaml", "loud", "{from: 8 per minute, to: 6 per minute, over: 3m}",
	             "{track: rain, level: soft}", "stroke: {shape: circle, per-breath: 1, for: 590s}");
	make_duck(words, bed_lufs);
	make_tones(words);
	make_voice();
	return 0;
}

// Scores made by hand, with a pack of real recordings in a folder of their own: tests of the mix and of what stands on
// it need no routine. Included by one .c each; what a test does not use is not compiled in.
#ifndef TESTS_SCORE_KIT_H
#define TESTS_SCORE_KIT_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/memory.h"
#include "score/score.h"
#include "sound/rules.h"
#include "voice/pack.h"

#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KIT_LINES = 6, KIT_MOST_BEDS = 16 };

struct kit {
	char dir[64];
	struct arena *arena;
	struct fault_list faults;
	struct pack pack;
	struct pack_line lines[KIT_LINES];
	struct score score;
	size_t event_capacity, word_capacity;
	struct score_bed beds[KIT_MOST_BEDS];
	char *files[64]; // to be removed
	size_t file_count;
};

// The sample of a channel at a frame of a sound file.
typedef double kit_sound_fn(double parameter, int rate_hz, int64_t at, int channel);

static inline double kit_sine(double hz, int rate_hz, int64_t at, int channel)
{
	(void)channel;
	return 0.1 * sin(2.0 * M_PI * hz * (double)at / rate_hz);
}

static inline double kit_noise(double gain, int rate_hz, int64_t at, int channel)
{
	(void)rate_hz;
	return gain * hash_signed(77 + (uint64_t)channel, (uint64_t)at);
}

// Something like a voice: a tone with harmonics, syllables, and soft edges. At 150 Hz -22 LUFS, and 1 dB less for each
// 20 Hz more.
static inline double kit_speech(double hz, int rate_hz, int64_t at, int channel)
{
	(void)channel;
	double t = (double)at / rate_hz, sum = 0.0;
	for (int k = 1; k <= 8; k++)
		sum += sin(2.0 * M_PI * hz * k * t + k) / k;
	double syllable = sin(2.0 * M_PI * 2.1 * t);
	return 0.12 * exp((150.0 - hz) * 0.005756) * sum * syllable * syllable;
}

static inline void kit_write(struct kit *kit, const char *name, int format, int rate_hz, int channels, double seconds,
                             kit_sound_fn *sound, double parameter)
{
	char *path = memory_printf("%s/%s", kit->dir, name);
	SF_INFO info = {.samplerate = rate_hz, .channels = channels, .format = format};
	SNDFILE *file = sf_open(path, SFM_WRITE, &info);
	if (!file) {
		fprintf(stderr, "%s: %s\n", path, sf_strerror(NULL));
		abort();
	}
	int64_t frames = (int64_t)(seconds * rate_hz);
	float samples[1024 * 8];
	for (int64_t at = 0; at < frames; at += 1024) {
		int64_t n = frames - at < 1024 ? frames - at : 1024;
		for (int64_t i = 0; i < n * channels; i++)
			samples[i] = (float)sound(parameter, rate_hz, at + i / channels, (int)(i % channels));
		sf_writef_float(file, samples, n);
	}
	sf_close(file);
	for (size_t i = 0; i < kit->file_count; i++)
		if (strcmp(kit->files[i], path) == 0) {
			free(path);
			return;
		}
	kit->files[kit->file_count++] = path;
}

static inline void kit_remove(const struct kit *kit, const char *name)
{
	char *path = memory_printf("%s/%s", kit->dir, name);
	unlink(path);
	free(path);
}

// A session of so many frames, without an event, with a pack of six short lines.
static inline void kit_open(struct kit *kit, int64_t frames)
{
	memset(kit, 0, sizeof(*kit));
	snprintf(kit->dir, sizeof(kit->dir), "/tmp/stillroom-mix-XXXXXX");
	if (!mkdtemp(kit->dir) || folder_open(&kit->pack.folder, kit->dir))
		abort();
	kit->arena = arena_create();
	kit->faults = fault_list_init(kit->arena);
	kit->pack.arena = kit->arena;
	kit->pack.name = kit->pack.language = kit->pack.speaker = kit->pack.licence = kit->pack.made = "test";
	kit->pack.decoder = audio_decoder_create();
	kit->pack.lines = kit->lines;
	kit->pack.line_count = KIT_LINES;
	for (int i = 0; i < KIT_LINES; i++) {
		char *name = arena_printf(kit->arena, "line%d.flac", i);
		kit_write(kit, name, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 24000, 1, 1.0 + 0.43 * i, kit_speech,
		          150.0 + 20.0 * i);
		kit->lines[i] = (struct pack_line){
			.text = name, .folded = name, .file = name, .lufs = -22.0 - i, .peak_db = -1.0};
	}
	kit->score = (struct score){
		.arena = kit->arena,
		.pack = &kit->pack,
		.frames = frames,
		.beds = kit->beds,
		.breath_sound = BREATH_TONE,
		.ceiling_db = CEILING_DAY_DBTP,
	};
}

static inline void kit_close(struct kit *kit)
{
	for (size_t i = 0; i < kit->file_count; i++) {
		unlink(kit->files[i]);
		free(kit->files[i]);
	}
	rmdir(kit->dir);
	folder_close(&kit->pack.folder);
	audio_decoder_destroy(kit->pack.decoder);
	free(kit->score.events);
	free(kit->score.words);
	arena_destroy(kit->arena);
}

static inline struct event *kit_event(struct kit *kit, enum lane lane, int64_t begin, int64_t end)
{
	struct score *score = &kit->score;
	score->events = memory_grow(score->events, score->event_count, &kit->event_capacity, sizeof(struct event));
	struct event *event = &score->events[score->event_count++];
	memset(event, 0, sizeof(*event));
	event->begin = begin;
	event->end = end;
	event->lane = lane;
	return event;
}

static inline int64_t kit_line_frames(int line)
{
	return 2 * (int64_t)((1.0 + 0.43 * line) * 24000.0);
}

static inline void kit_say(struct kit *kit, int64_t at, int line)
{
	struct score *score = &kit->score;
	int64_t end = at + kit_line_frames(line);
	kit_event(kit, LANE_VOICE, at, end)->voice.line = &kit->lines[line];
	score->words = memory_grow(score->words, score->word_count, &kit->word_capacity, sizeof(struct span));
	score->words[score->word_count++] = (struct span){at, end};
}

static inline void kit_breathe(struct kit *kit, int64_t begin, int64_t end, int64_t phase_frames)
{
	for (int n = 0; begin < end; begin += phase_frames, n++) {
		int64_t last = begin + phase_frames < end ? begin + phase_frames : end;
		struct event *event = kit_event(kit, LANE_BREATH, begin, last);
		event->breath.phase = n % 2 ? BREATH_OUT : BREATH_IN;
		event->breath.number = n / 2;
	}
}

static inline void kit_stroke(struct kit *kit, int64_t begin, int64_t end, enum stroke_shape shape, int number)
{
	struct event *event = kit_event(kit, LANE_STROKE, begin, end);
	event->stroke.shape = shape;
	event->stroke.side = (enum side)(number % 3);
	event->stroke.number = number;
}

// A bed's number. `file` is in the kit's folder, or a built-in name when built_in.
static inline int kit_add_bed(struct kit *kit, const char *track, bool built_in, enum bed_mode mode, double level_db)
{
	kit->beds[kit->score.bed_count] = (struct score_bed){
		.track = track,
		.folder = built_in ? NULL : &kit->pack.folder,
		.mode = mode,
		.level_db = level_db,
		.place = {.file = "test.yaml", .line = 7, .column = 3},
	};
	return (int)kit->score.bed_count++;
}

static inline struct event *kit_bed(struct kit *kit, int64_t begin, int64_t end, int bed)
{
	struct event *event = kit_event(kit, LANE_BED, begin, end);
	event->bed.bed = bed;
	event->bed.origin = begin;
	return event;
}

static inline int kit_compare(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	if (x->lane != y->lane)
		return x->lane < y->lane ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

// Sorts what was added; call it once, last.
static inline void kit_finish(struct kit *kit)
{
	if (kit->score.event_count > 0)
		qsort(kit->score.events, kit->score.event_count, sizeof(struct event), kit_compare);
	kit->score.word_count = duck_merge(kit->score.words, kit->score.word_count);
}

static inline int64_t kit_pick(uint64_t seed, uint64_t *k, int64_t below)
{
	return (int64_t)(hash_unit(seed, (*k)++) * (double)below);
}

// A session of about 12 s in which everything may happen, beds that change and overlap and all fades included. It is dark
// with an odd seed.
static inline void kit_random(struct kit *kit, uint64_t seed)
{
	uint64_t k = 0;
	struct score *score = &kit->score;
	int64_t frames = score->frames;
	kit_write(kit, "mono.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44100, 1, 3.1, kit_noise, 0.2);
	kit_write(kit, "stereo.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 2, 2.7, kit_noise, 0.3);
	int beds[5] = {
		kit_add_bed(kit, "rain", true, BED_TEXTURE, -14.0),
		kit_add_bed(kit, "mono.flac", false, BED_LOOP, -10.0),
		kit_add_bed(kit, "stereo.wav", false, BED_ONCE, -12.0),
		kit_add_bed(kit, "mono.flac", false, BED_LOOP, -17.0),
		kit_add_bed(kit, "mono.flac", false, BED_TEXTURE, -11.0),
	};
	for (int64_t at = kit_pick(seed, &k, 20000); at < frames;) {
		int64_t end = at + 30000 + kit_pick(seed, &k, 200000);
		struct event *event = kit_bed(kit, at, end < frames ? end : frames, beds[kit_pick(seed, &k, 5)]);
		event->bed.fade_in_frames = kit_pick(seed, &k, 20000);
		event->bed.fade_out_frames = kit_pick(seed, &k, 20000);
		event->bed.alike_before = kit_pick(seed, &k, 2);
		at = end - kit_pick(seed, &k, 20000);
	}
	for (int64_t at = kit_pick(seed, &k, 90000); at < frames; at += 60000 + kit_pick(seed, &k, 150000))
		kit_say(kit, at, (int)kit_pick(seed, &k, KIT_LINES));
	kit_breathe(kit, kit_pick(seed, &k, 50000), frames - kit_pick(seed, &k, 50000),
	            48000 + kit_pick(seed, &k, 9999));
	for (int n = 0; n < 12; n++) {
		int64_t at = kit_pick(seed, &k, frames - 9000);
		kit_stroke(kit, at, at + 100 + kit_pick(seed, &k, 8900), (enum stroke_shape)kit_pick(seed, &k, 8), n);
	}
	score->start_fade_frames = kit_pick(seed, &k, 100000);
	score->voice_fade = (struct score_fade){frames - 200000, frames - 90000};
	score->tones_fade = (struct score_fade){frames - 150000, frames - 50000};
	score->bed_fade = (struct score_fade){frames - 99999, frames};
	score->breath_sound = (enum breath_sound)kit_pick(seed, &k, 3);
	score->level_db = -3.0 * (double)kit_pick(seed, &k, 3);
	score->ceiling_db = -12.0 - (double)kit_pick(seed, &k, 20); // low enough for the limiter to work
	score->dark = seed % 2 == 1;
	kit_finish(kit);
}

#endif

// The sound is made in blocks that begin at multiples of BLOCK_FRAMES. A raw block is the sum of all lanes there, and
// depends on the score and its own number alone; a final block is what the limiter makes of a raw block and the half
// blocks around it, darkened before where the score asks for it; where nothing is near the ceiling, that is the raw
// block. Every read is a copy from final blocks, so no portion and no start can change a sample.
//
// Read in order, each raw block is computed once: the last four are kept, and the last final block for small portions.
// Losing either changes the work, never the sound.
#include "mix/mix.h"

#include "base/decibel.h"
#include "base/memory.h"
#include "base/vector.h"
#include "mix/level.h"
#include "mix/plan.h"
#include "sound/dark.h"
#include "sound/limiter.h"
#include "sound/rules.h"
#include "voice/clip.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	RAW_KEPT = 4,
	BLOCK_SAMPLES = BLOCK_FRAMES * ENGINE_CHANNELS,
	REACH_FRAMES = LIMITER_REACH_FRAMES,
	WINDOW_FRAMES = REACH_FRAMES + BLOCK_FRAMES + REACH_FRAMES,
	DARK_WINDOW_FRAMES = DARK_REACH_FRAMES + WINDOW_FRAMES + DARK_REACH_FRAMES,
};

_Static_assert(REACH_FRAMES + DARK_REACH_FRAMES <= BLOCK_FRAMES, "three raw blocks make a final one");

struct mix {
	const struct score *score;
	struct plan *plan;
	struct bed_reader *beds;
	const struct clip *clip; // of the words at the last block: the next one mostly needs it again; NULL: none
	float level_gain, ceiling_gain;
	int64_t raw_number[RAW_KEPT]; // which block each place holds, INT64_MIN: none
	bool raw_idle[RAW_KEPT];      // nothing in it can reach the ceiling
	int64_t final_number;
	float raw[RAW_KEPT][BLOCK_SAMPLES];
	float final[BLOCK_SAMPLES];

	// of the block being made
	float window[WINDOW_FRAMES * ENGINE_CHANNELS];
	float dark_window[DARK_WINDOW_FRAMES * ENGINE_CHANNELS];
	float tones[BLOCK_SAMPLES];
	float gain[BLOCK_FRAMES];
	struct duck duck;
};

// The part of an event that lies in a block: frames of the block, half-open.
struct part {
	int from, to;
};

static struct part part_of(int64_t begin, int64_t end, int64_t block_begin)
{
	struct part part = {0, BLOCK_FRAMES};
	if (begin > block_begin)
		part.from = begin - block_begin < BLOCK_FRAMES ? (int)(begin - block_begin) : BLOCK_FRAMES;
	if (end < block_begin + BLOCK_FRAMES)
		part.to = end > block_begin ? (int)(end - block_begin) : 0;
	return part;
}

VECTOR static void add_samples(const struct mix *mix, const struct event *event, const struct clip *clip, int64_t at,
                               float *out)
{
	float gain = mix->level_gain * (float)gain_from_db(clip_gain_db(event->voice.line));
	int64_t end = event->begin + clip->frames < event->end ? event->begin + clip->frames : event->end;
	struct part part = part_of(event->begin, end, at);
	for (int i = part.from; i < part.to; i++) {
		float sample = clip->samples[at + i - event->begin] * gain * mix->gain[i];
		out[2 * i] += sample;
		out[2 * i + 1] += sample;
	}
}

static void let_clip_go(struct mix *mix)
{
	if (mix->clip)
		clip_give_back(mix->plan->clips, mix->clip);
	mix->clip = NULL;
}

static void add_clip(struct mix *mix, const struct event *event, int64_t at, float *out)
{
	if (!mix->clip || mix->clip->line != event->voice.line) {
		let_clip_go(mix);
		mix->clip = clip_take(mix->plan->clips, event->voice.line, event->end - event->begin);
	}
	if (mix->clip->samples)
		add_samples(mix, event, mix->clip, at, out);
}

static struct level voice_level(const struct mix *mix, int64_t at)
{
	struct level level;
	level_init(&level, at, 1.0);
	level_fall(&level, mix->score->voice_fade.begin, mix->score->voice_fade.end, curve_fade_gain);
	return level;
}

static void add_voice(struct mix *mix, int64_t at, float *out)
{
	struct plan_range range = plan_find(mix->plan, LANE_VOICE, at, at + BLOCK_FRAMES);
	struct level level = voice_level(mix, at);
	if (range.first >= range.last || level_is_silent(&level)) {
		let_clip_go(mix);
		return;
	}
	level_fill(&level, mix->gain);
	for (int i = range.first; i < range.last; i++) {
		const struct event *event = plan_event(mix->plan, LANE_VOICE, i);
		if (event->end > at)
			add_clip(mix, event, at, out);
	}
}

static void add_breath(const struct mix *mix, const struct event *event, int64_t at, float gain, float *out)
{
	struct part part = part_of(event->begin, event->end, at);
	uint64_t seed = (uint64_t)event->breath.number * 4 + event->breath.phase;
	breath_add(mix->score->breath_sound, event->breath.phase, seed, event->end - event->begin,
	           at + part.from - event->begin, gain, out + part.from * ENGINE_CHANNELS, part.to - part.from);
}

static void add_stroke(const struct event *event, int64_t at, float gain, float *out)
{
	struct part part = part_of(event->begin, event->end, at);
	stroke_add(event->stroke.shape, event->stroke.side, event->stroke.direction, (uint64_t)event->stroke.number,
	           event->end - event->begin, at + part.from - event->begin, gain, out + part.from * ENGINE_CHANNELS,
	           part.to - part.from);
}

static void add_tone_lane(const struct mix *mix, enum lane lane, int64_t at, float gain, float *out)
{
	struct plan_range range = plan_find(mix->plan, lane, at, at + BLOCK_FRAMES);
	for (int i = range.first; i < range.last; i++) {
		const struct event *event = plan_event(mix->plan, lane, i);
		if (event->end <= at)
			continue;
		if (lane == LANE_BREATH)
			add_breath(mix, event, at, gain, out);
		else
			add_stroke(event, at, gain, out);
	}
}

static void fill_gain(struct mix *mix, double duck_db, const struct level *level)
{
	if (!mix->duck.moves) {
		level_fill(level, mix->gain);
		return;
	}
	duck_fill(&mix->duck, duck_db, mix->gain);
	level_scale(level, mix->gain);
}

// Breath and strokes. Where words come or go, and while they leave, they are made aside, so that neither is theirs to know.
VECTOR static void add_tones(struct mix *mix, int64_t at, float *out)
{
	const struct score *score = mix->score;
	struct level level;
	level_init(&level, at, mix->level_gain * (mix->duck.moves ? 1.0 : duck_first_gain(&mix->duck, TONES_DUCK_DB)));
	level_fall(&level, score->tones_fade.begin, score->tones_fade.end, curve_fade_gain);
	if (level_is_silent(&level))
		return;
	if (level_is_steady(&level) && !mix->duck.moves) {
		add_tone_lane(mix, LANE_BREATH, at, level.knots[0], out);
		add_tone_lane(mix, LANE_STROKE, at, level.knots[0], out);
		return;
	}
	memset(mix->tones, 0, sizeof(mix->tones));
	add_tone_lane(mix, LANE_BREATH, at, 1.0f, mix->tones);
	add_tone_lane(mix, LANE_STROKE, at, 1.0f, mix->tones);
	fill_gain(mix, TONES_DUCK_DB, &level);
	for (int i = 0; i < BLOCK_FRAMES; i++) {
		out[2 * i] += mix->tones[2 * i] * mix->gain[i];
		out[2 * i + 1] += mix->tones[2 * i + 1] * mix->gain[i];
	}
}

// A level that changes is two events of one sound, which add up as one does: their gains, not their powers, make 1.
static void bed_level(const struct mix *mix, const struct event *event, int64_t at, struct level *level)
{
	const struct score *score = mix->score;
	level_curve_fn *in = event->bed.alike_before ? curve_s : curve_power_in;
	level_curve_fn *out = event->bed.alike_after ? curve_s : curve_power_in;
	double ducked = mix->duck.moves ? 1.0 : duck_first_gain(&mix->duck, DUCK_DB);
	level_init(level, at, mix->level_gain * bed_store_gain(mix->plan->beds, event->bed.bed) * ducked);
	level_rise(level, event->begin, event->begin + event->bed.fade_in_frames, in);
	level_fall(level, event->end - event->bed.fade_out_frames, event->end, out);
	level_rise(level, 0, score->start_fade_frames, curve_fade_gain);
	level_fall(level, score->bed_fade.begin, score->bed_fade.end, curve_fade_gain);
}

static void clear_blank(float *block, bool *blank)
{
	if (*blank)
		memset(block, 0, BLOCK_SAMPLES * sizeof *block);
	*blank = false;
}

// The first in its block, which most often is one bed throughout, at one level: it needs no silence to be added to.
VECTOR static bool set_bed(const float *bed, struct part part, float gain, float *out)
{
	if (part.from > 0 || part.to < BLOCK_FRAMES)
		return false;
	for (int i = 0; i < BLOCK_SAMPLES; i++)
		out[i] = bed[i] * gain;
	return true;
}

// What is in the block already is told by *blank: nothing, not even zeros.
VECTOR static void add_bed(struct mix *mix, const struct event *event, int64_t at, float *out, bool *blank)
{
	struct level level;
	bed_level(mix, event, at, &level);
	if (level_is_silent(&level))
		return;
	const float *bed = bed_reader_read(mix->beds, event->bed.bed, event->bed.origin, at);
	if (!bed)
		return;
	struct part part = part_of(event->begin, event->end, at);
	bool steady = level_is_steady(&level) && !mix->duck.moves;
	if (*blank && steady && set_bed(bed, part, level.knots[0], out)) {
		*blank = false;
		return;
	}
	clear_blank(out, blank);
	if (steady) {
		for (int i = 2 * part.from; i < 2 * part.to; i++)
			out[i] += bed[i] * level.knots[0];
		return;
	}
	fill_gain(mix, DUCK_DB, &level);
	for (int i = part.from; i < part.to; i++) {
		out[2 * i] += bed[2 * i] * mix->gain[i];
		out[2 * i + 1] += bed[2 * i + 1] * mix->gain[i];
	}
}

// Before all else.
static void set_beds(struct mix *mix, int64_t at, float *out)
{
	bool blank = true;
	struct plan_range range = plan_find(mix->plan, LANE_BED, at, at + BLOCK_FRAMES);
	for (int i = range.first; i < range.last; i++) {
		const struct event *event = plan_event(mix->plan, LANE_BED, i);
		if (event->end > at)
			add_bed(mix, event, at, out, &blank);
	}
	clear_blank(out, &blank);
}

static int raw_place(int64_t number)
{
	return (int)(number & (RAW_KEPT - 1));
}

static const float *raw_block(struct mix *mix, int64_t number)
{
	int place = raw_place(number);
	float *raw = mix->raw[place];
	if (mix->raw_number[place] == number)
		return raw;
	mix->raw_number[place] = number;
	mix->raw_idle[place] = true;
	int64_t at = number * BLOCK_FRAMES;
	if (at < 0 || at >= mix->score->frames)
		return memset(raw, 0, sizeof(mix->raw[place]));
	duck_find(&mix->duck, mix->score->words, mix->score->word_count, at);
	set_beds(mix, at, raw);
	add_tones(mix, at, raw);
	add_voice(mix, at, raw);
	mix->raw_idle[place] = limiter_is_idle(raw, BLOCK_SAMPLES, mix->ceiling_gain);
	return raw;
}

// A raw block with so much of its neighbours.
static void gather(struct mix *mix, int64_t number, int reach_frames, float *window)
{
	int reach = reach_frames * ENGINE_CHANNELS;
	size_t reach_bytes = (size_t)reach * sizeof(float);
	memcpy(window, raw_block(mix, number - 1) + BLOCK_SAMPLES - reach, reach_bytes);
	memcpy(window + reach, raw_block(mix, number), BLOCK_SAMPLES * sizeof(float));
	memcpy(window + reach + BLOCK_SAMPLES, raw_block(mix, number + 1), reach_bytes);
}

static bool is_idle(struct mix *mix, int64_t number)
{
	bool idle = true;
	for (int64_t n = number - 1; n <= number + 1; n++) {
		raw_block(mix, n);
		idle = idle && mix->raw_idle[raw_place(n)];
	}
	return idle;
}

static const float *final_block(struct mix *mix, int64_t number)
{
	if (mix->final_number == number)
		return mix->final;
	if (!mix->score->dark && is_idle(mix, number))
		return raw_block(mix, number);
	if (mix->score->dark) {
		gather(mix, number, REACH_FRAMES + DARK_REACH_FRAMES, mix->dark_window);
		dark_filter(mix->dark_window, mix->window, WINDOW_FRAMES);
	} else {
		gather(mix, number, REACH_FRAMES, mix->window);
	}
	limiter_block(mix->window, mix->ceiling_gain, mix->final);
	mix->final_number = number;
	return mix->final;
}

static struct mix *create_with(struct plan *plan)
{
	struct mix *mix = memory_alloc(sizeof(*mix));
	mix->plan = plan;
	mix->score = plan->score;
	mix->beds = bed_reader_create(plan->beds);
	mix->level_gain = (float)gain_from_db(plan->score->level_db);
	mix->ceiling_gain = (float)gain_from_db(plan->score->ceiling_db);
	mix->final_number = -1;
	for (int i = 0; i < RAW_KEPT; i++)
		mix->raw_number[i] = INT64_MIN;
	return mix;
}

static enum status create_by(struct mix **mix, const struct score *score, int threads, struct fault_list *faults)
{
	struct plan *plan = NULL;
	*mix = NULL;
	enum status status = plan_create(&plan, score, threads, faults);
	if (!status)
		*mix = create_with(plan);
	return status;
}

enum status mix_create(struct mix **mix, const struct score *score, struct fault_list *faults)
{
	return create_by(mix, score, 1, faults);
}

enum status mix_create_by_two(struct mix **mix, const struct score *score, struct fault_list *faults)
{
	return create_by(mix, score, 2, faults);
}

struct mix *mix_clone(const struct mix *mix)
{
	return create_with(plan_share(mix->plan));
}

void mix_destroy(struct mix *mix)
{
	if (!mix)
		return;
	let_clip_go(mix);
	bed_reader_destroy(mix->beds);
	plan_release(mix->plan);
	free(mix);
}

int64_t mix_expect(const struct mix *mix, int64_t from_frames)
{
	struct plan_range range = plan_find(mix->plan, LANE_VOICE, from_frames, INT64_MAX);
	for (int i = range.first; i < range.last; i++) {
		const struct event *event = plan_event(mix->plan, LANE_VOICE, i);
		struct level level = voice_level(mix, event->begin);
		if (event->begin < from_frames || level_is_silent(&level))
			continue;
		clip_expect(mix->plan->clips, event->voice.line, event->end - event->begin);
		return event->begin;
	}
	return -1;
}

void mix_check_beds(const struct mix *mix, mix_progress_fn *progress, void *user, struct fault_list *faults)
{
	bed_store_check(mix->plan->beds, progress, user, faults);
}

bool mix_has_lost_words(const struct mix *mix)
{
	return mix->plan->clips && clip_cache_has_lost(mix->plan->clips);
}

const float *mix_look(struct mix *mix, int64_t at_frames, int64_t *n_frames)
{
	int64_t from = at_frames % BLOCK_FRAMES, n = BLOCK_FRAMES - from, left = mix->score->frames - at_frames;
	*n_frames = n < left ? n : left;
	return final_block(mix, at_frames / BLOCK_FRAMES) + from * ENGINE_CHANNELS;
}

void mix_read(struct mix *mix, int64_t at_frames, float *out, int64_t n_frames)
{
	int64_t at = at_frames, end = at_frames + n_frames;
	while (at < end) {
		int64_t n, length = mix->score->frames;
		if (at < 0 || at >= length) {
			n = at < 0 && end > 0 ? -at : end - at;
			memset(out, 0, (size_t)n * ENGINE_CHANNELS * sizeof(float));
		} else {
			const float *frames = mix_look(mix, at, &n);
			n = n < end - at ? n : end - at;
			memcpy(out, frames, (size_t)n * ENGINE_CHANNELS * sizeof(float));
		}
		at += n;
		out += n * ENGINE_CHANNELS;
	}
}

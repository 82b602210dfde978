// Random valid routines through score and mix. The bytes choose the steps, so that every routine is one that a person
// could have written; it is written twice, once with `repeat` and `sides`, once with the same steps written out. Then
//
//   - both load without a fault, and make the same score, line by line;
//   - a score is sorted and within its length; so is every eased one, which is as long;
//   - the mix of any portion, from any start, by any mix is the same bit for bit, and never over the ceiling.
//
//   fuzz_session -max_len=200 -timeout=60 -rss_limit_mb=1024 WORK tests/fuzz/session
#include "mix/mix.h"

#include "base/arena.h"
#include "base/decibel.h"
#include "base/frames.h"
#include "base/hash.h"
#include "score/word_pack.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const lines[] = {"Breathe in.", "Breathe out.",  "Rest now.",         "Let go.",
                                    "Half way.",   "Now the left.", "Your left temple.", "Your right temple.",
                                    "Five.",       "Ten.",          "Fifteen."};
enum { LINES = sizeof lines / sizeof *lines, FREE_LINES = 5, MOST_STEPS = 24, PORTION_FRAMES = 2500 };

static struct {
	char dir[64];
	struct arena *arena;
	struct pack *pack;
} here;

static void leave(void)
{
	pack_destroy(here.pack);
	arena_destroy(here.arena);
	word_pack_remove(here.dir);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	here.arena = arena_create();
	struct fault_list faults = fault_list_init(here.arena);
	word_pack_make(here.dir, lines, LINES);
	if (pack_open(&here.pack, here.dir, &faults) != STATUS_OK)
		abort();
	return atexit(leave);
}

// ---- A routine in two spellings

struct writing {
	const uint8_t *bytes;
	size_t size, at;
	int steps_left;
	FILE *brief, *full; // brief is NULL while steps are written out again
	const char *side;   // of `sides`, in the full spelling
	bool sided;
};

static unsigned pick(struct writing *w, unsigned below)
{
	return w->at < w->size ? w->bytes[w->at++] % below : 0;
}

__attribute__((format(printf, 2, 3))) static void put(struct writing *w, const char *format, ...)
{
	FILE *const files[] = {w->brief, w->full};
	for (int i = 0; i < 2; i++) {
		va_list args;
		va_start(args, format);
		if (files[i])
			vfprintf(files[i], format, args);
		va_end(args);
	}
}

static void put_words(struct writing *w)
{
	unsigned line = pick(w, FREE_LINES * 2);
	if (line < FREE_LINES)
		put(w, ", say: %s", lines[line]);
}

static void put_side(struct writing *w)
{
	static const char *const sides[] = {"left", "right", "both"};
	if (pick(w, 2))
		put(w, ", side: %s", sides[pick(w, 3)]);
	else if (w->sided && w->full)
		fprintf(w->full, ", side: %s", w->side); // what `sides` says by itself
}

static void put_stroke(struct writing *w)
{
	static const char *const shapes[] = {"circle", "sweep", "pull", "roll", "tap", "press", "still"};
	unsigned shape = pick(w, 7);
	put(w, "{stroke: {shape: %s", shapes[shape]);
	if (shape < 5 && pick(w, 2))
		put(w, ", per-breath: %u", 1 + pick(w, 8));
	else if (shape < 5 && pick(w, 2))
		put(w, ", every: %us", 1 + pick(w, 20));
	if (pick(w, 2))
		put(w, ", for: %us", 5 + pick(w, 40));
	else
		put(w, ", for: %u breaths", 2 + pick(w, 4));
	put_side(w);
	put(w, "}");
	put_words(w);
	put(w, "}");
}

static void put_hold(struct writing *w)
{
	unsigned hold = 10 + pick(w, 20);
	put(w, "{hold: %us", hold);
	if (pick(w, 2))
		put(w, ", release: %us", 1 + pick(w, 10));
	if (pick(w, 2))
		put(w, ", count: 5s");
	else
		put_words(w);
	put_side(w);
	put(w, "}");
}

static void put_bed(struct writing *w)
{
	static const char *const tracks[] = {"rain", "sea", "brook", "wind", "night", "brown", "drone", "none"};
	unsigned track = pick(w, 8);
	put(w, "{bed: {track: %s", tracks[track]);
	if (track < 7 && pick(w, 2))
		put(w, ", level: -%u dB", pick(w, 61));
	put(w, ", fade: %us}}", 1 + pick(w, 12));
}

static void put_plain(struct writing *w, unsigned kind)
{
	switch (kind) {
	case 0:
		put(w, "{say: %s}", lines[pick(w, FREE_LINES)]);
		break;
	case 1:
		put(w, "{rest: %us", 3 + pick(w, 30));
		put_words(w);
		put(w, "}");
		break;
	case 2:
		put(w, "{breathe: %u breaths, words: %s}", 2 + pick(w, 5), pick(w, 2) ? "none" : "first 1");
		break;
	case 3:
		put_stroke(w);
		break;
	case 4:
		put_hold(w);
		break;
	case 5:
		put(w, "{part: Part %u}", pick(w, 5));
		break;
	case 6:
		put_bed(w);
		break;
	default: // within `sides` only
		if (w->brief)
			fputs("{say: \"Your {side} temple.\"}", w->brief);
		fprintf(w->full, "{say: \"Your %s temple.\"}", w->side);
	}
}

static void put_steps(struct writing *w, int depth);

// The same bytes once more: only the full spelling has the steps again.
static void put_again(struct writing *w, struct writing from, int depth, const char *side)
{
	FILE *brief = w->brief;
	*w = from;
	w->brief = NULL;
	w->side = side;
	fputs(", ", w->full);
	put_steps(w, depth + 1);
	w->brief = brief;
}

static void put_group(struct writing *w, int depth)
{
	bool sides = !w->sided && pick(w, 2);
	unsigned times = sides ? 2 : 1 + pick(w, 3);
	if (w->brief && sides)
		fputs("{sides: [left, right], steps: [", w->brief);
	else if (w->brief)
		fprintf(w->brief, "{repeat: %u, steps: [", times);
	bool sided = w->sided;
	const char *side = w->side;
	w->sided = sided || sides;
	w->side = sides ? "left" : side;
	struct writing from = *w;
	put_steps(w, depth + 1);
	for (unsigned i = 1; i < times; i++)
		put_again(w, from, depth, sides ? "right" : side);
	w->sided = sided;
	w->side = side;
	if (w->brief)
		fputs("]}", w->brief);
}

// At least one step; commas between them.
static void put_steps(struct writing *w, int depth)
{
	unsigned count = 1 + pick(w, depth ? 3 : 8);
	for (unsigned i = 0; i < count && (i == 0 || w->steps_left > 0); i++) {
		if (i > 0)
			put(w, ", ");
		w->steps_left--;
		unsigned kind = pick(w, w->sided ? 9 : 8);
		if (kind == 7 && depth < 2)
			put_group(w, depth);
		else
			put_plain(w, kind == 7 ? 0 : kind == 8 ? 7 : kind);
	}
}

static void put_head(struct writing *w)
{
	static const char *const moments[] = {"attack", "first-sign", "after", "daily", "bedtime"};
	static const char *const orders[] = {"[voice, tones, bed]", "[bed, voice]", "[tones]"};
	put(w, "stillroom: 1\ntitle: T\nfor: %s\n", moments[pick(w, 5)]);
	if (pick(w, 3) == 0)
		put(w, "breath: {from: %u per minute, to: 6 per minute, over: %us}\n", 7 + pick(w, 5),
		    20 + pick(w, 60));
	else
		put(w, "breath: {in: %us, hold-in: %us, out: %us, sound: %s}\n", 2 + pick(w, 5), pick(w, 3),
		    3 + pick(w, 6), pick(w, 2) ? "air" : "tone");
	if (pick(w, 2))
		put(w, "bed: {track: %s, level: -%u dB}\n", pick(w, 2) ? "rain" : "drone", pick(w, 30));
	put(w, "end: {fade: %us", 2 + pick(w, 20));
	if (pick(w, 2))
		put(w, ", order: %s", orders[pick(w, 3)]);
	put(w, "}\nsteps: [");
}

static void write_both(const uint8_t *bytes, size_t size, char *texts[2])
{
	size_t length[2];
	struct writing w = {.bytes = bytes, .size = size, .steps_left = MOST_STEPS, .side = "both"};
	w.brief = open_memstream(&texts[0], &length[0]);
	w.full = open_memstream(&texts[1], &length[1]);
	if (!w.brief || !w.full)
		abort();
	put_head(&w);
	put_steps(&w, 0);
	put(&w, "]\n");
	if (fclose(w.brief) || fclose(w.full))
		abort();
}

// ---- What must hold

struct made {
	struct arena *arena;
	struct fault_list faults;
	struct routine *routine;
	struct score *score;
	char *print;
	bool good;
};

static void complain(const struct made *made, const char *text)
{
	fprintf(stderr, "%s\n", text);
	for (size_t i = 0; i < made->faults.count; i++)
		fprintf(stderr, "%s\n", fault_text(&made->faults.items[i], made->arena));
	abort();
}

static char *print_of(const struct score *score)
{
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	if (!out)
		abort();
	score_print(score, out);
	fclose(out);
	return text;
}

static struct made make(const char *text)
{
	struct made made = {.arena = arena_create()};
	made.faults = fault_list_init(made.arena);
	if (routine_load_text(&made.routine, "r.yaml", text, strlen(text), NULL, &made.faults) != STATUS_OK)
		complain(&made, text); // every one of them is valid
	made.good = score_create(&made.score, made.routine, here.pack, &made.faults) == STATUS_OK;
	if (made.good != (made.faults.count == 0)) // words that find no room
		complain(&made, text);
	made.print = print_of(made.score);
	return made;
}

static void unmake(struct made *made)
{
	free(made->print);
	score_destroy(made->score);
	routine_destroy(made->routine);
	arena_destroy(made->arena);
}

static bool is_whole(const struct score *score)
{
	bool whole = score->frames > 0;
	for (size_t i = 0; i < score->event_count; i++) {
		const struct event *event = &score->events[i], *before = event - 1;
		whole &= event->begin >= 0 && event->end >= event->begin;
		whole &= event->end <= score->frames ||
		         event->lane == LANE_BED; // one that is leaving goes with the rest
		whole &= i == 0 || before->begin < event->begin ||
		         (before->begin == event->begin && before->lane <= event->lane);
	}
	for (size_t i = 0; i < score->word_count; i++) {
		const struct span *span = &score->words[i];
		whole &= span->end > span->begin && (i == 0 || span->begin > span[-1].end);
	}
	return whole;
}

static struct mix *mix_of(struct made *made, const struct score *score)
{
	struct mix *mix;
	if (mix_create(&mix, score, &made->faults) != STATUS_OK)
		abort();
	return mix;
}

static void check_sound(const float *frames, const struct score *score)
{
	float ceiling = (float)gain_from_db(score->ceiling_db);
	for (int i = 0; i < PORTION_FRAMES * ENGINE_CHANNELS; i++)
		if (!(fabsf(frames[i]) <= ceiling))
			abort();
}

// A portion at once, and the same in pieces by a mix that has been elsewhere.
static void check_mix(struct made *made, const struct score *score, const uint8_t *bytes, size_t size)
{
	static float whole[PORTION_FRAMES * ENGINE_CHANNELS], pieces[PORTION_FRAMES * ENGINE_CHANNELS];
	struct mix *mix = mix_of(made, score), *other = mix_clone(mix);
	uint64_t seed = size;
	for (size_t i = 0; i < size; i++)
		seed = seed * 31 + bytes[i];
	for (uint64_t k = 0; k < 2; k++) {
		int64_t at = (int64_t)(hash64(seed, k) % (uint64_t)score->frames) - PORTION_FRAMES / 2;
		mix_read(mix, at, whole, PORTION_FRAMES);
		check_sound(whole, score);
		mix_read(other, (int64_t)(hash64(seed, 50 + k) % (uint64_t)score->frames), pieces, 100);
		for (int64_t done = 0, n; done < PORTION_FRAMES; done += n) {
			n = 1 + (int64_t)(hash64(seed, 100 + (uint64_t)done) % 1500);
			n = n < PORTION_FRAMES - done ? n : PORTION_FRAMES - done;
			mix_read(other, at + done, pieces + done * ENGINE_CHANNELS, n);
		}
		if (memcmp(whole, pieces, sizeof whole) != 0)
			abort();
	}
	mix_destroy(other);
	mix_destroy(mix);
}

static void check_eased(const struct made *made)
{
	for (int ease = EASE_NONE; ease <= EASE_BREATH; ease++) {
		struct score *eased;
		score_ease(&eased, made->score, (enum score_ease)ease);
		if (!is_whole(eased) || eased->frames != made->score->frames)
			abort();
		score_destroy(eased);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *texts[2];
	write_both(data, size, texts);
	struct made brief = make(texts[0]), full = make(texts[1]);
	if (brief.good != full.good || strcmp(brief.print, full.print) != 0)
		complain(&brief, texts[0]);
	if (brief.good) {
		if (!is_whole(brief.score))
			complain(&brief, texts[0]);
		check_mix(&brief, brief.score, data, size);
		check_eased(&brief);
	}
	unmake(&brief);
	unmake(&full);
	free(texts[0]);
	free(texts[1]);
	return 0;
}

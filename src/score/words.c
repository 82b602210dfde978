// Words in time. What the author wrote must fit: words that outlast their step, or begin while others are still spoken,
// are faults. What the program says by itself (counts, "Breathe in.") gives way instead.
#include "score/builder.h"

#include "base/arena.h"
#include "base/frames.h"
#include "base/memory.h"
#include "voice/clip.h"
#include "voice/number.h"

#include <stdlib.h>
#include <string.h>

// Between the author's words and the program's own.
#define WORDS_APART_SEC 0.4

static const struct pack_line *find_line(struct builder *b, const char *words, const struct place *place)
{
	const struct pack *pack = b->score->pack;
	const struct pack_line *line = pack_find(pack, words);
	if (line)
		return line;
	const struct pack_line *near = pack_nearest(pack, words);
	if (near)
		fault_add(b->faults, place, "voice %s has no recording of \"%s\"; it has \"%s\"", pack->name, words,
		          near->text);
	else
		fault_add(b->faults, place,
		          "voice %s has no recording of \"%s\"; voices/README.md tells how to add one", pack->name,
		          words);
	return NULL;
}

// The length of a line's recording, looked at once; 0 when it is missing or damaged.
static int64_t line_frames(struct builder *b, const struct pack_line *line)
{
	const struct pack *pack = b->score->pack;
	int64_t *known = &b->clip_frames[line - pack->lines];
	if (*known == 0 && (pack->heard_as_mixed ? clip_look : clip_check)(pack, line, known, b->faults) != STATUS_OK)
		*known = -1;
	return *known > 0 ? *known : 0;
}

static bool add_voice(struct builder *b, int64_t at, int64_t frames, const struct pack_line *line,
                      const struct place *place)
{
	struct event *event = builder_add(b, LANE_VOICE, at, at + frames);
	if (!event)
		return false;
	event->voice.line = line;
	event->voice.place = place;
	return true;
}

int64_t words_add(struct builder *b, int64_t at, int64_t end, const char *words, const struct place *place)
{
	const struct pack_line *line = b->hushed ? pack_find(b->score->pack, words) : find_line(b, words, place);
	int64_t frames = line ? line_frames(b, line) : 0;
	if (frames == 0 || b->hushed)
		return frames;
	if (at + frames > end && !b->partial) {
		double over_sec = (double)(at + frames - end) / ENGINE_RATE_HZ;
		fault_add(b->faults, place,
		          "these words take %.1f s and go %.1f s beyond their step; make the step longer "
		          "or give them a step of their own",
		          (double)frames / ENGINE_RATE_HZ, over_sec);
		return 0;
	}
	add_voice(b, at, frames, line, place);
	return frames;
}

static bool is_free(const struct builder *b, size_t first_event, int64_t begin, int64_t end)
{
	int64_t apart = builder_frames(WORDS_APART_SEC);
	for (size_t i = first_event; i < b->score->event_count; i++) {
		const struct event *event = &b->score->events[i];
		if (event->lane == LANE_VOICE && begin < event->end + apart && event->begin < end + apart)
			return false;
	}
	return true;
}

bool words_add_if_free(struct builder *b, size_t first_event, int64_t at, int64_t end, const char *words,
                       const struct place *place)
{
	if (b->hushed)
		return false;
	const struct pack_line *line = find_line(b, words, place);
	int64_t frames = line ? line_frames(b, line) : 0;
	if (frames == 0 || at + frames > end || !is_free(b, first_event, at, at + frames))
		return false;
	return add_voice(b, at, frames, line, place);
}

const char *words_number(struct arena *arena, int number)
{
	char words[NUMBER_BYTES];
	number_words(number, words);
	return arena_printf(arena, "%s", words);
}

static void fault_if_over(struct builder *b, const struct event *before, const struct event *after)
{
	if (after->begin >= before->end)
		return;
	fault_add(b->faults, after->voice.place,
	          "these words begin %.1f s before \"%s\" has ended; let them begin later",
	          (double)(before->end - after->begin) / ENGINE_RATE_HZ, before->voice.line->text);
}

static void find_faults(struct builder *b)
{
	const struct event *before = NULL;
	for (size_t i = 0; i < b->score->event_count; i++) {
		const struct event *event = &b->score->events[i];
		if (event->lane != LANE_VOICE)
			continue;
		if (before)
			fault_if_over(b, before, event);
		before = event;
	}
}

void words_finish(struct builder *b)
{
	if (!b->partial)
		find_faults(b);
	score_find_words(b->score);
}

void score_find_words(struct score *score)
{
	size_t capacity = 0;
	for (size_t i = 0; i < score->event_count; i++) {
		const struct event *event = &score->events[i];
		if (event->lane != LANE_VOICE)
			continue;
		score->words = memory_grow(score->words, score->word_count, &capacity, sizeof *score->words);
		score->words[score->word_count++] = (struct span){event->begin, event->end};
	}
	score->word_count = duck_merge(score->words, score->word_count);
}

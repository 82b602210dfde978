// A score made by hand for tests of the session's machine, and the wishes that are sent to it: no sound, no clock.
#ifndef TESTS_SESSION_WISHES_H
#define TESTS_SESSION_WISHES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/frames.h"
#include "session/session.h"

enum { SEC = ENGINE_RATE_HZ };

static const struct pack_line first_line = {.text = "Place your fingers on your temples."};
static const struct pack_line second_line = {.text = "Let your jaw hang loose."};

#define MARK(from, to, what, name)                                                                                     \
	{                                                                                                              \
		.begin = (from)*SEC, .end = (to)*SEC, .lane = LANE_MARK, .mark = { what, name }                        \
	}
#define WORDS(from, to, line_)                                                                                         \
	{                                                                                                              \
		.begin = (from)*SEC, .end = (to)*SEC, .lane = LANE_VOICE, .voice = {.line = &(line_) }                 \
	}

// Parts at 6, 60 and 120 s; words at 10, 62, 70, 76 and 130 s; the neck at 60 and again at 120 s; it fades at 180 s.
static struct event wishes_events[] = {
	MARK(6, 60, MARK_PART, "Temples"),  MARK(6, 60, MARK_AREA, "temples"), WORDS(10, 14, first_line),
	MARK(60, 120, MARK_PART, "Neck"),   MARK(60, 120, MARK_AREA, "neck"),  WORDS(62, 68, second_line),
	WORDS(70, 74, second_line),         WORDS(76, 80, second_line),        MARK(120, 180, MARK_PART, "Close"),
	MARK(120, 180, MARK_AREA, "whole"), MARK(140, 160, MARK_AREA, "neck"), WORDS(162, 166, second_line),
};
static struct span wishes_words[] = {
	{10 * SEC, 14 * SEC}, {62 * SEC, 68 * SEC}, {70 * SEC, 74 * SEC}, {76 * SEC, 80 * SEC}, {162 * SEC, 166 * SEC}};

static const struct score wishes_score = {
	.frames = 210 * SEC,
	.events = wishes_events,
	.event_count = sizeof wishes_events / sizeof *wishes_events,
	.words = wishes_words,
	.word_count = sizeof wishes_words / sizeof *wishes_words,
	.voice_fade = {180 * SEC, 210 * SEC},
	.tones_fade = {180 * SEC, 210 * SEC},
	.bed_fade = {180 * SEC, 210 * SEC},
};

static inline struct session_effects wishes_send(struct session *s, enum session_event_kind kind, double at_sec,
                                                 double now_sec)
{
	return session_step(
		s, &(struct session_event){.kind = kind, .at_frames = (int64_t)(at_sec * SEC), .now_sec = now_sec});
}

static inline struct session_effects wishes_ask(struct session *s, enum verb verb, double value, double at_sec,
                                                double now_sec)
{
	return session_step(s, &(struct session_event){.kind = EVENT_WISH,
	                                               .wish = {verb, value},
	                                               .at_frames = (int64_t)(at_sec * SEC),
	                                               .now_sec = now_sec});
}

static inline struct session_effects wishes_press(struct session *s, enum verb verb, double at_sec, double now_sec)
{
	return wishes_ask(s, verb, 0.0, at_sec, now_sec);
}

static inline struct session wishes_playing(const struct score *score, double volume_db)
{
	struct session s = session_init(score, 0, volume_db, 60.0);
	wishes_send(&s, EVENT_OPENED, 0.0, 0.0);
	return s;
}

#endif

#include "cli/record.h"

#include "base/arena.h"
#include "base/frames.h"
#include "routine/format.h"
#include "score/names.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

// Names that no parameter can have: how the session was asked for beside its parameters, and what became of it.
static const char SORE[] = "--sore", SLEEP[] = "--sleep", HURT[] = "--hurt";

#define SLEEP_LEAST_SEC 300.0 // a tail this long is one to fall asleep in
#define ALIKE_SEC 0.25        // what was heard and the way that it went; else it has jumped

enum { HEARD_EACH_KEEPS = 10 }; // the diary is told how much was heard

static void keep_values(struct record *record, const struct load_options *load)
{
	struct arena *arena = record->loaded->arena;
	size_t n = 0;
	for (size_t i = 0; load->with[i]; i++) {
		const char *equals = strchr(load->with[i], '=');
		const char *name = arena_copy(arena, load->with[i], (size_t)(equals - load->with[i]));
		record->values[n++] = (struct bookmark_value){name, equals + 1};
	}
	if (load->sore)
		record->values[n++] = (struct bookmark_value){SORE, "yes"};
	if (load->sleep_sec > 0.0)
		record->values[n++] = (struct bookmark_value){SLEEP, arena_printf(arena, "%d", (int)load->sleep_sec)};
	record->asked_count = record->mark.value_count = n;
}

static void keep_hurts(struct record *record, const struct session *session)
{
	size_t n = record->asked_count;
	for (int i = 0; i < session->hurt_count; i++)
		record->values[n++] = (struct bookmark_value){HURT, session->hurts[i]};
	record->mark.value_count = n;
}

static void add_hurt(struct play_options *options, const char *area)
{
	if (options->hurt_count < SESSION_MOST_HURTS)
		options->hurts[options->hurt_count++] = area;
}

void record_asked(const struct bookmark *mark, struct arena *arena, struct play_options *options)
{
	size_t n = 0;
	options->routine = mark->routine;
	options->load = (struct load_options){.voice = mark->voice};
	for (size_t i = 0; i < mark->value_count; i++) {
		const struct bookmark_value *value = &mark->values[i];
		if (strcmp(value->name, SORE) == 0)
			options->load.sore = true;
		else if (strcmp(value->name, SLEEP) == 0)
			options->load.sleep_sec = strtod(value->value, NULL);
		else if (strcmp(value->name, HURT) == 0)
			add_hurt(options, value->value);
		else if (n < OPTIONS_MOST_AGAIN)
			options->load.with[n++] = arena_printf(arena, "%s=%s", value->name, value->value);
	}
}

static bool ends_in_sleep(const struct loaded *loaded)
{
	const struct score_fade *fade = &loaded->score->bed_fade;
	return loaded->routine->moment == MOMENT_BEDTIME ||
	       (double)(fade->end - fade->begin) >= SLEEP_LEAST_SEC * ENGINE_RATE_HZ;
}

void record_begin(struct record *record, const struct loaded *loaded, const struct play_options *options,
                  struct diary *diary, const char *folder)
{
	*record = (struct record){
		.loaded = loaded,
		.diary = diary,
		.bookmarks = folder ? keeper_open(folder) : NULL,
		.sleeps = ends_in_sleep(loaded),
		.part = -1,
		.mark = {.routine = options->routine,
	                 .voice = options->load.voice,
	                 .title = loaded->routine->title,
	                 .values = record->values,
	                 .length_frames = loaded->score->frames},
	};
	keep_values(record, &options->load);
	enum moment moment = loaded->routine->moment;
	diary_begin(diary, &(struct diary_start){
				   .moment = moment == MOMENT_ANY ? NULL : moment_name(moment),
				   .routine = options->routine,
				   .title = loaded->routine->title,
				   .wall_sec = (int64_t)time(NULL),
			   });
	if (options->load.sore)
		diary_sore(diary, true);
	if (options->compare)
		diary_compare(diary, options->compare);
}

// ---- While it plays

static void leave_part(struct record *record)
{
	if (record->part >= 0 && !record->skipped)
		diary_part(record->diary, score_part(record->loaded->score, record->part)->mark.name, DIARY_DONE);
}

static void follow_parts(struct record *record, int64_t at_frames)
{
	int part = score_part_at(record->loaded->score, at_frames);
	if (part == record->part)
		return;
	if (part > record->part)
		leave_part(record);
	record->part = part;
	record->skipped = false;
}

// The side of the stroke that the hands are at: the last that has begun in the area, or its first.
static enum side side_at(const struct score *score, const struct event *area, int64_t at_frames)
{
	enum side side = SIDE_BOTH;
	bool found = false;
	for (size_t i = 0; i < score->event_count && score->events[i].begin < area->end; i++) {
		const struct event *event = &score->events[i];
		if (event->lane != LANE_STROKE || event->begin < area->begin)
			continue;
		if (found && event->begin > at_frames)
			break;
		side = event->stroke.side;
		found = true;
	}
	return side;
}

static struct diary_place place_of(const struct score *score, const struct event *area, int64_t at_frames)
{
	enum pressure pressure = area->mark.pressure;
	return (struct diary_place){
		.area = area->mark.name,
		.side = name_of_side(side_at(score, area, at_frames)),
		.pressure = pressure == PRESSURE_NONE ? NULL : pressure_names[pressure - 1],
	};
}

// Touched from one frame to another.
static void touch_area(struct record *record, const struct event *area, int64_t from, int64_t to)
{
	int64_t begin = from > area->begin ? from : area->begin, end = to < area->end ? to : area->end;
	if (end <= begin)
		return;
	struct diary_place place = place_of(record->loaded->score, area, end - 1);
	diary_area(record->diary, &place, (double)(end - begin) / ENGINE_RATE_HZ);
}

// Since the last keep. After a jump only the area that it led into counts, and no longer than it can have been.
static void follow_areas(struct record *record, int64_t at_frames, int64_t heard_frames)
{
	const struct score *score = record->loaded->score;
	int64_t from = at_frames - (heard_frames - record->heard_frames);
	bool jumped = llabs(from - record->last_frames) > (int64_t)(ALIKE_SEC * ENGINE_RATE_HZ);
	for (size_t i = 0; i < score->event_count && score->events[i].begin <= at_frames; i++) {
		const struct event *event = &score->events[i];
		if (score_is_place_of_body(event) && (!jumped || event->end > at_frames))
			touch_area(record, event, from, at_frames);
	}
}

static void skip_area(struct record *record, const struct event *area, int64_t at_frames)
{
	struct diary_place place = place_of(record->loaded->score, area, at_frames);
	diary_area_skipped(record->diary, &place);
}

static void skip_areas(struct record *record, int64_t at_frames)
{
	const struct score *score = record->loaded->score;
	for (size_t i = 0; i < score->event_count && score->events[i].begin <= at_frames; i++)
		if (score->events[i].end > at_frames && score_is_place_of_body(&score->events[i]))
			skip_area(record, &score->events[i], at_frames);
}

void record_left_out(struct record *record, const char *name)
{
	const struct score *score = record->loaded->score;
	for (size_t i = 0; i < score->event_count; i++) {
		const struct event *event = &score->events[i];
		if (score_is_place_of_body(event) && strcmp(event->mark.name, name) == 0)
			skip_area(record, event, event->begin);
	}
}

// How much was heard, now and then, so that a killed program leaves that too.
static void follow_heard(struct record *record, int64_t heard_frames)
{
	if (record->heard_keeps++ % HEARD_EACH_KEEPS == 1) // at the first, nothing was
		diary_heard(record->diary, (double)heard_frames / ENGINE_RATE_HZ, (int64_t)time(NULL));
}

void record_keep(struct record *record, const struct session *session, int64_t at_frames, int64_t heard_frames)
{
	bool plays = session->mode == SESSION_PLAYING;
	if (!session->opened)
		return;
	if (plays) {
		follow_parts(record, at_frames);
		follow_areas(record, at_frames, heard_frames);
		follow_heard(record, heard_frames);
	}
	record->last_frames = at_frames;
	record->heard_frames = heard_frames;
	if (plays || record->mark.wall_sec == 0)
		record->mark.wall_sec = (int64_t)time(NULL); // since when it is paused, later
	record->mark.at_frames = at_frames;
	record->mark.ease = session->ease;
	record->mark.volume_db = session->volume_db;
	keep_hurts(record, session);
	keeper_keep(record->bookmarks, &record->mark);
	if (session->mode == SESSION_PAUSED && !record->settled)
		keeper_settle(record->bookmarks);
	record->settled = session->mode == SESSION_PAUSED;
}

static void skip(struct record *record, const struct session_note *note, enum diary_fate fate)
{
	const char *name = note->name;
	if (!name)
		return;
	skip_areas(record, note->at_frames);
	diary_part(record->diary, name, fate);
	if (record->part >= 0 && strcmp(score_part(record->loaded->score, record->part)->mark.name, name) == 0)
		record->skipped = true;
}

static void hurt(struct record *record, const struct session_note *note)
{
	const struct score *score = record->loaded->score;
	for (size_t i = 0; note->name && i < score->event_count; i++) {
		const struct event *event = &score->events[i];
		if (event->begin > note->at_frames || event->end <= note->at_frames || !score_is_place_of_body(event) ||
		    strcmp(event->mark.name, note->name) != 0)
			continue;
		struct diary_place place = place_of(score, event, note->at_frames);
		diary_hurt(record->diary, &place, (double)note->at_frames / ENGINE_RATE_HZ);
	}
	record->skipped = record->skipped || note->name; // it was not done to its end
}

void record_note(struct record *record, const struct session_note *note)
{
	switch (note->kind) {
	case NOTE_SKIPPED:
		skip(record, note, DIARY_SKIPPED);
		break;
	case NOTE_NOT_TONIGHT:
		skip(record, note, DIARY_NOT_TONIGHT);
		break;
	case NOTE_HURT:
		hurt(record, note);
		break;
	case NOTE_TOO_MUCH:
		diary_too_much(record->diary, (double)note->at_frames / ENGINE_RATE_HZ);
		break;
	case NOTE_LITTLE_MORE:
		break;
	}
}

// ---- Its end

static enum diary_ending ending_of(const struct record *record, const struct live_result *result, bool by_signal)
{
	if (by_signal || result->end == END_LOST_OUTPUT || result->end == END_NO_OUTPUT)
		return DIARY_BROKEN_OFF;
	if (result->end == END_STOPPED)
		return DIARY_STOPPED;
	return record->sleeps ? DIARY_FELL_ASLEEP : DIARY_TO_THE_END;
}

bool record_end(struct record *record, const struct live_result *result, bool by_signal)
{
	const struct score *score = record->loaded->score;
	bool in_ending = result->at_frames >= score->bed_fade.begin;
	if (result->end == END_DONE || in_ending)
		leave_part(record);
	if (result->end == END_DONE || (in_ending && result->end == END_STOPPED && !by_signal))
		keeper_done(record->bookmarks);
	keeper_close(record->bookmarks);
	record->bookmarks = NULL;
	if (result->end == END_NO_OUTPUT) {
		diary_drop(record->diary);
		return true;
	}
	double heard_sec = (double)result->heard_frames / ENGINE_RATE_HZ;
	return diary_end(record->diary, heard_sec, ending_of(record, result, by_signal), (int64_t)time(NULL)) ||
	       !record->diary;
}

void record_drop(struct record *record)
{
	keeper_close(record->bookmarks);
	record->bookmarks = NULL;
	diary_drop(record->diary);
}

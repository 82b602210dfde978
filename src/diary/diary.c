// A line of JSON a session, and a line for a rating that came later; what is asked of the past is read from the file's
// last lines. A damaged line is passed over.
#include "diary/diary.h"

#include "base/hash.h"
#include "base/memory.h"
#include "diary/entry.h"
#include "diary/log.h"
#include "diary/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static const char NAME[] = "diary.jsonl";

enum { DAY_SEC = 24 * 60 * 60 };

#define LEAST_HEARD_SEC 60.0 // to count as done

struct diary {
	int folder_fd;
	bool running;
	struct arena *arena; // of the session that runs, or ran last
	struct entry entry;
};

struct diary *diary_open(const char *folder)
{
	int folder_fd = state_open(folder);
	if (folder_fd < 0)
		return NULL;
	struct diary *diary = memory_alloc(sizeof *diary);
	diary->folder_fd = folder_fd;
	diary->arena = arena_create();
	return diary;
}

void diary_close(struct diary *diary)
{
	if (!diary)
		return;
	arena_destroy(diary->arena);
	close(diary->folder_fd);
	free(diary);
}

// ---- A session

// Its moment sorts, and a random number keeps apart what two programs begin in the same second.
static void make_id(char id[DIARY_ID_BYTES], int64_t wall_sec)
{
	uint64_t random;
	time_t at = (time_t)wall_sec;
	struct tm tm = {0};
	char moment[24];
	if (getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random)
		random = hash64((uint64_t)getpid(), (uint64_t)wall_sec);
	gmtime_r(&at, &tm);
	if (strftime(moment, sizeof moment, "%Y%m%dT%H%M%SZ", &tm) == 0)
		moment[0] = '\0';
	snprintf(id, DIARY_ID_BYTES, "%s-%08x", moment, (unsigned)random);
}

static const char *copy(struct arena *arena, const char *text)
{
	return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

void diary_begin(struct diary *diary, const struct diary_start *start)
{
	if (!diary)
		return;
	struct arena *arena = arena_create();
	diary->entry = (struct entry){
		.start = {copy(arena, start->moment), copy(arena, start->routine), copy(arena, start->title),
	                  start->wall_sec},
	};
	arena_destroy(diary->arena);
	diary->arena = arena;
	make_id(diary->entry.session, start->wall_sec);
	diary->running = true;
}

const char *diary_session(const struct diary *diary)
{
	return diary ? diary->entry.session : "";
}

static struct entry_note *find_note(const struct entry_notes *notes, const char *name)
{
	for (size_t i = 0; i < notes->count; i++)
		if (strcmp(notes->items[i].name, name) == 0)
			return &notes->items[i];
	return NULL;
}

static void add_note(struct diary *diary, struct entry_notes *notes, struct entry_note note)
{
	if (notes->count >= DIARY_MOST_NOTES)
		return;
	notes->items = arena_grow(diary->arena, notes->items, notes->count, &notes->capacity, sizeof note);
	note.name = copy(diary->arena, note.name);
	notes->items[notes->count++] = note;
}

void diary_part(struct diary *diary, const char *part, enum diary_fate fate)
{
	if (!diary || !diary->running || !part)
		return;
	struct entry_note *known = find_note(&diary->entry.parts, part);
	if (known)
		known->fate = fate;
	else
		add_note(diary, &diary->entry.parts, (struct entry_note){.name = part, .fate = fate});
}

void diary_area(struct diary *diary, const char *area)
{
	if (diary && diary->running && area && !find_note(&diary->entry.areas, area))
		add_note(diary, &diary->entry.areas, (struct entry_note){.name = area});
}

void diary_hurt(struct diary *diary, const char *area, double at_sec)
{
	diary_area(diary, area);
	if (diary && diary->running && area)
		add_note(diary, &diary->entry.hurt, (struct entry_note){.name = area, .at_sec = at_sec});
}

void diary_too_much(struct diary *diary, double at_sec)
{
	if (diary && diary->running)
		add_note(diary, &diary->entry.too_much, (struct entry_note){.at_sec = at_sec});
}

bool diary_end(struct diary *diary, double heard_sec, enum diary_ending ending)
{
	if (!diary || !diary->running)
		return false;
	diary->running = false;
	diary->entry.heard_sec = heard_sec;
	diary->entry.ending = ending;
	return log_append(diary->folder_fd, NAME, entry_session_line(diary->arena, &diary->entry));
}

// ---- The past

// The next line that is whole; *rest goes on behind it.
static bool next_seen(char **rest, const char *area, struct entry_seen *seen)
{
	for (char *line; (line = strsep(rest, "\n"));)
		if (entry_read(line, area, seen))
			return true;
	return false;
}

// The last session, or the one of that name, with the ratings that came later.
static bool find_session(struct diary *diary, const char *session, struct entry_seen *found)
{
	char *text = log_tail(diary->folder_fd, NAME), *rest = text;
	struct entry_seen seen;
	*found = (struct entry_seen){0};
	while (rest && next_seen(&rest, NULL, &seen)) {
		if (seen.kind == ENTRY_SESSION && (!session || strcmp(session, seen.session) == 0))
			*found = seen;
		for (int i = 0; i < DIARY_WHENS; i++)
			if (seen.kind == ENTRY_RATING && strcmp(seen.session, found->session) == 0 &&
			    seen.ratings[i].asked)
				found->ratings[i] = seen.ratings[i];
	}
	free(text);
	return found->kind == ENTRY_SESSION;
}

bool diary_rate(struct diary *diary, const char *session, enum diary_when when, int rating, int64_t wall_sec)
{
	struct entry_rating given = {.asked = true, .value = rating, .wall_sec = wall_sec};
	struct entry_seen seen;
	if (!diary || !session || !session[0] || rating < DIARY_NO_RATING || rating > 9)
		return false;
	if (diary->running && strcmp(session, diary->entry.session) == 0) {
		diary->entry.ratings[when] = given;
		return true;
	}
	return find_session(diary, session, &seen) &&
	       log_append(diary->folder_fd, NAME, entry_rating_line(diary->arena, seen.session, when, &given));
}

bool diary_unrated(struct diary *diary, int64_t wall_sec, struct diary_unrated *unrated)
{
	struct entry_seen seen;
	*unrated = (struct diary_unrated){.before = DIARY_NO_RATING};
	if (!diary || !find_session(diary, NULL, &seen) || seen.ratings[DIARY_AFTER].asked ||
	    wall_sec < seen.wall_sec || wall_sec - seen.wall_sec >= DAY_SEC)
		return false;
	memcpy(unrated->session, seen.session, sizeof unrated->session);
	unrated->wall_sec = seen.wall_sec;
	unrated->before = seen.ratings[DIARY_BEFORE].value;
	unrated->heard_sec = seen.heard_sec;
	unrated->ending = seen.ending;
	return true;
}

int diary_count(struct diary *diary, const char *routine, int64_t since_wall_sec)
{
	char *text = diary ? log_tail(diary->folder_fd, NAME) : NULL, *rest = text;
	struct entry_seen seen;
	int count = 0;
	while (rest && next_seen(&rest, NULL, &seen))
		count += seen.kind == ENTRY_SESSION && seen.wall_sec >= since_wall_sec &&
		         seen.heard_sec >= LEAST_HEARD_SEC && strcmp(seen.routine, routine) == 0;
	free(text);
	return count;
}

bool diary_hurt_last_time(struct diary *diary, const char *area)
{
	char *text = diary && area ? log_tail(diary->folder_fd, NAME) : NULL, *rest = text;
	struct entry_seen seen;
	bool hurt = false;
	while (rest && next_seen(&rest, area, &seen))
		if (seen.kind == ENTRY_SESSION && seen.touched)
			hurt = seen.hurt;
	free(text);
	return hurt;
}

#include "cli/compare.h"

#include "base/arena.h"
#include "cli/complaint.h"
#include "diary/history.h"
#include "diary/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { EVENING_SEC = 12 * 60 * 60 };

static const char *name_of(const char *compare)
{
	return strcmp(compare, "breath") == 0 ? "breath" : "hands";
}

// Of this evening; NULL: none.
static const char *last_draw(struct diary *diary, int64_t now_wall_sec)
{
	struct arena *arena = arena_create();
	struct history history = {0};
	const char *draw = NULL;
	if (history_read(diary, now_wall_sec - EVENING_SEC, now_wall_sec + 1, arena, &history))
		for (size_t i = 0; i < history.session_count; i++)
			if (history.sessions[i].compare)
				draw = name_of(history.sessions[i].compare);
	arena_destroy(arena);
	return draw;
}

static const char *draw_anew(void)
{
	unsigned char byte = 0;
	if (getrandom(&byte, sizeof byte, 0) != sizeof byte)
		return NULL;
	return byte & 1 ? "breath" : "hands";
}

const char *compare_draw(void)
{
	char told[DIARY_TOLD_BYTES];
	char *folder = state_folder();
	struct diary *diary = diary_open(folder, told);
	const char *draw = diary ? last_draw(diary, (int64_t)time(NULL)) : NULL;
	if (diary && !draw)
		draw = draw_anew();
	if (!draw)
		complaint_print("--compare: %s", *told ? told : "there is nowhere to keep the draw, so there is none");
	diary_close(diary);
	free(folder);
	return draw;
}

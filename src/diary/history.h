// What the diary holds, read whole into an arena: what the report, the export and the plan look at. Control thread.
// Texts that repeat (routines, areas) are one text each, so 100,000 sessions stay small. Missing is missing: NO_VALUE,
// NULL or NAN.
#ifndef DIARY_HISTORY_H
#define DIARY_HISTORY_H

#include "base/arena.h"
#include "diary/diary.h"

enum { HISTORY_NO_VALUE = -1 };

struct history_area {
	const char *name, *side, *pressure; // "temples", "left", "light" or NULL
	double seconds;                     // NAN: not known
	bool skipped;
	double hurt_sec; // NAN: it did not hurt
};

struct history_session {
	const char *id;
	int64_t wall_sec;                     // since 1970
	int zone_min;                         // of the place where it was, east of Greenwich
	const char *routine, *title, *moment; // title, moment: NULL
	double heard_sec;                     // NAN
	const char *ending;                   // NULL
	int ratings[DIARY_WHENS];             // 0 to 9 or HISTORY_NO_VALUE, by enum diary_when
	int64_t rated_wall_sec[DIARY_WHENS];
	int too_much;        // presses
	int sore;            // 0, 1 or HISTORY_NO_VALUE
	const char *compare; // "breath", "hands" or NULL
	const char *note;
	const struct history_area *areas;
	size_t area_count;
	const char *const *tags; // NULL-ended
};

struct history_medication {
	const char *id, *attack; // attack: NULL
	int64_t wall_sec;
	int zone_min;
	const char *kind, *name, *dose; // name, dose: NULL
};

struct history_attack {
	const char *id;
	int64_t wall_sec, ended_wall_sec; // ended: 0 while it lasts or when it was not told
	int zone_min;
	int strength;                         // 0 to 9 or HISTORY_NO_VALUE
	const char *side;                     // or NULL
	int nausea, light, sound, aura, sore; // 0, 1 or HISTORY_NO_VALUE
	const char *note;
	const char *const *suspected, *const *tags; // NULL-ended
};

struct history_plan {
	const char *routine;
	double per_week;
};

struct history {
	struct history_session *sessions; // by time
	size_t session_count;
	struct history_attack *attacks; // by time
	size_t attack_count;
	struct history_medication *medications; // by time
	size_t medication_count;
	struct history_plan *plans;
	size_t plan_count;
};

// What began in [from, to). false: the diary cannot be read.
bool history_read(struct diary *diary, int64_t from_wall_sec, int64_t to_wall_sec, struct arena *arena,
                  struct history *history);

#endif

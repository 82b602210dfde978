// The rows of an export: one table for everything that the diary holds. DIARY.md is its page for people. Any thread.
#ifndef DIARY_COLUMNS_H
#define DIARY_COLUMNS_H

#include "base/fault.h"

#include <stdbool.h>
#include <stdint.h>

enum { DIARY_TEXT_BYTES = 4000 }; // the longest text, with its end

// In the order of an export.
enum column {
	COLUMN_KIND,
	COLUMN_ID,
	COLUMN_BEGAN,
	COLUMN_ENDED,
	COLUMN_ROUTINE,
	COLUMN_TITLE,
	COLUMN_MOMENT,
	COLUMN_HEARD_SEC,
	COLUMN_ENDING,
	COLUMN_COMPARE,
	COLUMN_BEFORE,
	COLUMN_BEFORE_AT,
	COLUMN_AFTER,
	COLUMN_AFTER_AT,
	COLUMN_LATER,
	COLUMN_LATER_AT,
	COLUMN_STRENGTH,
	COLUMN_NAUSEA,
	COLUMN_LIGHT,
	COLUMN_SOUND,
	COLUMN_AURA,
	COLUMN_SORE,
	COLUMN_SUSPECTED,
	COLUMN_AT,
	COLUMN_TYPE,
	COLUMN_NAME,
	COLUMN_DOSE,
	COLUMN_ATTACK,
	COLUMN_SIDE,
	COLUMN_PLACE,
	COLUMN_FATE,
	COLUMN_PRESSURE,
	COLUMN_SECONDS,
	COLUMN_SKIPPED,
	COLUMN_HURT_SEC,
	COLUMN_AT_SEC,
	COLUMN_PER_WEEK,
	COLUMN_TAGS,
	COLUMN_NOTE,
	COLUMNS
};

enum column_type {
	COLUMN_TYPE_TEXT,
	COLUMN_TYPE_WORD,  // one of its words
	COLUMN_TYPE_WHOLE, // 0 to `most`
	COLUMN_TYPE_REAL,  // 0 or more
	COLUMN_TYPE_YES,   // yes or no
	COLUMN_TYPE_TIME,  // ISO 8601 with zone
	COLUMN_TYPE_NAMES, // several, with ; between them
	COLUMN_TYPE_ID,
};

struct column_spec {
	const char *name;
	enum column_type type;
	const char *const *words;
	int most;
};

enum row_kind { ROW_SESSION, ROW_PART, ROW_AREA, ROW_TOO_MUCH, ROW_ATTACK, ROW_MEDICATION, ROW_PLAN, ROW_KINDS };
extern const char *const row_kind_words[]; // NULL-ended

// A row as texts; NULL: missing.
struct row {
	const char *cells[COLUMNS];
};

struct value {
	bool given;
	const char *text;
	int64_t whole; // of a time: since 1970; yes is 1
	double real;
	int zone_min;
};

struct values {
	enum row_kind kind;
	struct value of[COLUMNS];
};

const struct column_spec *column_spec(enum column column);
int column_find(const char *name);                         // or -1
bool column_is_of(enum row_kind kind, enum column column); // whether such a row may have it

// Reads every cell; what is wrong is a fault at the place. The texts are the row's. false: there was a fault.
bool row_read(const struct row *row, const struct place *place, struct fault_list *faults, struct values *values);

// One cell; *wrong says what would be right, in the arena.
bool column_read(enum column column, const char *text, struct value *value, struct arena *arena, const char **wrong);

#endif

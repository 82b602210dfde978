// Reading back what was exported, and other diaries through a map of their columns. All of a file comes in or nothing;
// what is there already is not doubled. Control thread; waits for the disk.
#ifndef DIARY_IMPORT_H
#define DIARY_IMPORT_H

#include "base/status.h"
#include "diary/columns.h"
#include "diary/diary.h"
#include "diary/moment.h"

#include <stdio.h>

enum {
	IMPORT_MOST_BYTES = 256 << 20, // a larger file is refused unread
	IMPORT_MOST_ROWS = 4000000,
	IMPORT_MOST_FAULTS = 50, // then it reads no further
	IMPORT_MOST_PAIRS = 48,
	IMPORT_MOST_WORDS = 200,
};

// What stands where in another diary's CSV. DIARY.md tells how it is written.
struct import_map {
	enum row_kind kind; // ROW_SESSION, ROW_ATTACK or ROW_MEDICATION
	enum moment_order order;
	int strength_most; // of their scale, which begins at 0
	struct {
		int column;         // of ours, or IMPORT_DATE, IMPORT_TIME
		const char *theirs; // its name in their header
	} pairs[IMPORT_MOST_PAIRS];
	int pair_count;
	struct {
		int column; // or IMPORT_ANY
		const char *theirs, *ours;
	} words[IMPORT_MOST_WORDS];
	int word_count;
};

enum { IMPORT_DATE = COLUMNS, IMPORT_TIME, IMPORT_ANY };

// "date=Datum,strength=Schmerz", or the lines of a file (`file` names it, else NULL). Texts go into the arena. false: the
// faults say why.
bool import_map_read(struct import_map *map, const char *text, const char *file, struct arena *arena,
                     struct fault_list *faults);

struct import_count {
	int added, there; // rows that were new; that were there already
};

// Of a CSV file or, without a map, a JSON one: by its first byte. STATUS_FAULTY: nothing came in, and the faults say why,
// by line; STATUS_FAILED: the disk would not.
enum status diary_import(struct diary *diary, FILE *in, const char *name, const struct import_map *map,
                         struct fault_list *faults, struct import_count *count);

#endif

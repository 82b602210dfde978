// Adding, changing and taking out an entry: all by the row that an export would have of it, so that one check serves all.
#include "base/arena.h"
#include "cli/complaint.h"
#include "cli/diary.h"
#include "cli/options.h"
#include "diary/rows.h"
#include "diary/upkeep.h"
#include "yaml/yaml.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static void print_faults(const struct fault_list *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		complaint_print("%s", faults->items[i].text);
}

static const char *nearest_field(enum row_kind kind, const char *name)
{
	const char *names[COLUMNS + 1] = {0};
	int count = 0;
	for (int i = COLUMN_BEGAN; i < COLUMNS; i++)
		if (column_is_of(kind, (enum column)i))
			names[count++] = column_spec((enum column)i)->name;
	return yaml_nearest(name, names);
}

// A time as people write it becomes one of an export.
static const char *plain_time(struct arena *arena, const char *text)
{
	int64_t wall_sec;
	int zone_min;
	char moment[MOMENT_BYTES];
	if (!moment_read_plain(text, (int64_t)time(NULL), MOMENT_ORDER_UNTOLD, &wall_sec, &zone_min))
		return text;
	moment_write_zone(wall_sec, zone_min, moment);
	return arena_copy(arena, moment, strlen(moment));
}

// "strength=7"; nothing behind the sign takes the value away.
static bool take_field(struct row *row, enum row_kind kind, const char *word, struct arena *arena)
{
	const char *equals = strchr(word, '=');
	if (!equals) {
		complaint_print("\"%s\": it is written field=value, such as strength=7", word);
		return false;
	}
	const char *name = arena_copy(arena, word, (size_t)(equals - word));
	int column = column_find(name);
	if (column < COLUMN_BEGAN || !column_is_of(kind, (enum column)column)) {
		const char *near = nearest_field(kind, name);
		complaint_print(near ? "a row of kind %s has no field \"%s\"; did you mean \"%s\"?"
		                     : "a row of kind %s has no field \"%s\"; stillroom diary --help lists them",
		                row_kind_words[kind], name, near);
		return false;
	}
	const char *value = equals[1] ? equals + 1 : NULL;
	bool is_time = column_spec((enum column)column)->type == COLUMN_TYPE_TIME;
	row->cells[column] = value && is_time ? plain_time(arena, value) : value;
	return true;
}

static bool keep(struct diary *diary, const struct row *row, struct arena *arena)
{
	struct fault_list faults = fault_list_init(arena);
	struct place nowhere = {.file = ""};
	struct values values;
	struct store *store = diary_store(diary);
	if (!row_read(row, &nowhere, &faults, &values)) {
		print_faults(&faults);
		return false;
	}
	if (store_begin(store) && rows_put(store, &values) && store_commit(store))
		return true;
	int error = sqlite3_extended_errcode(store_db(store));
	complaint_print("%s", error == SQLITE_CONSTRAINT_FOREIGNKEY
	                              ? "there is no attack of that id; give the whole of it"
	                              : sqlite3_errmsg(store_db(store)));
	store_rollback(store);
	return false;
}

// ---- add

static int kind_of(const char *word)
{
	static const enum row_kind kinds[] = {ROW_ATTACK, ROW_SESSION, ROW_MEDICATION};
	for (int i = 0; word && i < 3; i++)
		if (strcmp(word, row_kind_words[kinds[i]]) == 0)
			return (int)kinds[i];
	fprintf(stderr, "stillroom: add takes attack, session or medication, then field=value\n");
	return -1;
}

static bool find_attack(struct diary_here *here, struct row *row, struct arena *arena)
{
	char id[DIARY_ID_BYTES];
	if (!row->cells[COLUMN_ATTACK])
		return true;
	if (!diary_here_find(here, row->cells[COLUMN_ATTACK], id))
		return false;
	row->cells[COLUMN_ATTACK] = arena_copy(arena, id, strlen(id));
	return true;
}

static bool make_entry(struct diary_here *here, struct row *row, enum row_kind kind, struct arena *arena, char *id)
{
	enum column when = kind == ROW_MEDICATION ? COLUMN_AT : COLUMN_BEGAN;
	int64_t wall_sec = (int64_t)time(NULL);
	if (!row->cells[when])
		row->cells[when] = plain_time(arena, "now");
	moment_read(row->cells[when], &wall_sec);
	diary_make_id(id, wall_sec);
	row->cells[COLUMN_KIND] = row_kind_words[kind];
	row->cells[COLUMN_ID] = id;
	return find_attack(here, row, arena) && keep(here->diary, row, arena);
}

static int add(struct diary_here *here, enum row_kind kind, int argc, char **argv)
{
	struct arena *arena = arena_create();
	struct row row = {0};
	char id[DIARY_ID_BYTES];
	bool read = true;
	for (int i = 0; i < argc; i++)
		read = take_field(&row, kind, argv[i], arena) && read;
	bool kept = read && make_entry(here, &row, kind, arena, id);
	if (kept)
		diary_print_entries(here->diary, NULL, 1, id);
	arena_destroy(arena);
	return kept ? EXIT_DONE : EXIT_WRONG;
}

int diary_add(int argc, char **argv)
{
	const struct option_spec table[] = {{0}};
	struct diary_here here;
	int count = options_read(argc, argv, table);
	int kind = count < 0 ? -1 : kind_of(count > 0 ? argv[1] : NULL);
	if (kind < 0)
		return EXIT_WRONG;
	if (!diary_here_open(&here))
		return EXIT_FAILED;
	int status = add(&here, (enum row_kind)kind, count - 1, argv + 2);
	diary_here_close(&here);
	return status;
}

// ---- edit

static int edit(struct diary_here *here, int argc, char **argv)
{
	struct arena *arena = arena_create();
	struct row row;
	char id[DIARY_ID_BYTES];
	int status = EXIT_WRONG;
	if (diary_here_find(here, argv[0], id) && rows_get(diary_store(here->diary), id, arena, &row)) {
		enum row_kind kind = (enum row_kind)rows_kind(diary_store(here->diary), id);
		bool read = true;
		for (int i = 1; i < argc; i++)
			read = take_field(&row, kind, argv[i], arena) && read;
		if (read && find_attack(here, &row, arena) && keep(here->diary, &row, arena)) {
			diary_print_entries(here->diary, NULL, 1, id);
			status = EXIT_DONE;
		}
	}
	arena_destroy(arena);
	return status;
}

int diary_edit(int argc, char **argv)
{
	const struct option_spec table[] = {{0}};
	struct diary_here here;
	int count = options_read(argc, argv, table);
	if (count >= 0 && count < 2)
		fputs("stillroom: edit needs an entry and what is to be changed: edit 1a2b3c4d strength=6\n", stderr);
	if (count < 2)
		return EXIT_WRONG;
	if (!diary_here_open(&here))
		return EXIT_FAILED;
	int status = edit(&here, count, argv + 1);
	diary_here_close(&here);
	return status;
}

// ---- delete

static int take_out(struct diary_here *here, const char *piece, bool sure)
{
	char id[DIARY_ID_BYTES];
	if (!diary_here_find(here, piece, id))
		return EXIT_WRONG;
	diary_print_entries(here->diary, NULL, 1, id);
	fflush(stdout);
	if (!sure && !diary_confirm("This entry goes for good. Type yes to delete it: ")) {
		fputs("stillroom: it stays\n", stderr);
		return EXIT_FAILED;
	}
	if (diary_delete(here->diary, id))
		return EXIT_DONE;
	fputs("stillroom: it could not be deleted for good; is the diary in use elsewhere?\n", stderr);
	return EXIT_FAILED;
}

int diary_remove(int argc, char **argv)
{
	bool sure = false;
	const struct option_spec table[] = {{"yes", 0, NULL, &sure}, {0}};
	struct diary_here here;
	int count = options_read(argc, argv, table);
	if (count >= 0 && count != 1)
		fputs("stillroom: delete takes one entry, such as: stillroom diary delete 1a2b3c4d\n", stderr);
	if (count != 1)
		return EXIT_WRONG;
	if (!diary_here_open(&here))
		return EXIT_FAILED;
	int status = take_out(&here, argv[1], sure);
	diary_here_close(&here);
	return status;
}

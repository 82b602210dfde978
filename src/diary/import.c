// One transaction around all of it, rolled back at the first fault; the rows behind that are still looked at, so that an
// author sees every fault at once.
//
// A row without an id gets one of its time and a checksum of its cells: the same row has the same the next time, and so
// comes in once. What belongs to a session comes with it or not at all.
#include "diary/importer.h"

#include "base/arena.h"
#include "base/memory.h"
#include "diary/rows.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

void importer_fault(struct importer *importer, const char *text)
{
	fault_add(importer->faults, &importer->place, "%s", text);
	importer->stopped = importer->stopped || importer->faults->count >= IMPORT_MOST_FAULTS;
}

// ---- A row

// FNV-1a, 32 bits (Fowler, Noll, Vo), over all cells with their places.
static unsigned sum_of(const struct row *row)
{
	uint32_t sum = 0x811c9dc5u;
	for (int i = 0; i < COLUMNS; i++)
		for (const char *at = row->cells[i] ? row->cells[i] : ""; true; at++) {
			sum = (sum ^ (unsigned char)*at) * 0x01000193u;
			if (!*at)
				break;
		}
	return sum;
}

static void make_id(char id[DIARY_ID_BYTES], const struct row *row, const struct values *values)
{
	const struct value *when = &values->of[values->kind == ROW_MEDICATION ? COLUMN_AT : COLUMN_BEGAN];
	diary_make_id(id, when->whole);
	char *end = strrchr(id, '-');
	snprintf(end, (size_t)(id + DIARY_ID_BYTES - end), "-%08x", sum_of(row));
}

static bool is_whole_entry(enum row_kind kind)
{
	return kind == ROW_SESSION || kind == ROW_ATTACK || kind == ROW_MEDICATION;
}

static void put(struct importer *importer, const struct values *values)
{
	if (rows_put(importer->store, values)) {
		importer->count->added++;
		return;
	}
	int error = sqlite3_errcode(store_db(importer->store)) & 0xff;
	if (error != SQLITE_CONSTRAINT)
		importer->failed = importer->stopped = true;
	else
		importer_fault(importer, values->kind == ROW_MEDICATION ? "its attack is neither here nor in the diary"
		                                                        : "it stands here a second time");
}

static void take_entry(struct importer *importer, const struct row *row, struct values *values)
{
	struct value *id = &values->of[COLUMN_ID];
	if (!id->given)
		make_id(importer->id, row, values);
	else
		snprintf(importer->id, sizeof importer->id, "%s", id->text);
	*id = (struct value){.given = true, .text = importer->id};
	int kind = rows_kind(importer->store, importer->id);
	if (kind >= 0 && kind != (int)values->kind) {
		importer_fault(importer, "its id is that of another kind of entry");
	} else if (kind >= 0) {
		importer->count->there++;
	} else {
		texts_keep(&importer->fresh, importer->id);
		put(importer, values);
	}
}

static void take_piece(struct importer *importer, const struct values *values)
{
	const char *id = values->of[COLUMN_ID].text;
	if (texts_number(&importer->fresh, id) != TEXTS_NONE)
		put(importer, values);
	else if (rows_kind(importer->store, id) == ROW_SESSION)
		importer->count->there++;
	else
		importer_fault(importer, "the session of this id must stand above it");
}

static void take_plan(struct importer *importer, const struct values *values)
{
	if (store_number(importer->store, 0, "SELECT count(*) FROM plan WHERE routine = ?", "t",
	                 values->of[COLUMN_ROUTINE].text) > 0)
		importer->count->there++;
	else
		put(importer, values);
}

bool importer_take(struct importer *importer, const struct row *row)
{
	struct values values;
	if (row_read(row, &importer->place, importer->faults, &values)) {
		if (is_whole_entry(values.kind))
			take_entry(importer, row, &values);
		else if (values.kind == ROW_PLAN)
			take_plan(importer, &values);
		else
			take_piece(importer, &values);
	}
	if (importer->faults->count >= IMPORT_MOST_FAULTS)
		importer->stopped = true;
	if (importer->count->added + importer->count->there > IMPORT_MOST_ROWS)
		importer_fault(importer, "there are too many rows");
	return !importer->stopped;
}

// ---- A CSV file of ours

static void add_row(struct importer *importer, const struct csv *csv, const int *columns, int column_count)
{
	struct row row = {0};
	importer->place.line = csv->line;
	if (csv->count != column_count) {
		fault_add(importer->faults, &importer->place, "this row has %d cells; the first row has %d", csv->count,
		          column_count);
		importer->stopped = importer->faults->count >= IMPORT_MOST_FAULTS;
		return;
	}
	for (int i = 0; i < column_count; i++)
		if (csv->cells[i][0])
			row.cells[columns[i]] = csv->cells[i];
	importer_take(importer, &row);
}

static void read_header(struct importer *importer, const struct csv *csv, int columns[CSV_MOST_CELLS])
{
	bool seen[COLUMNS] = {false};
	importer->place.line = csv->line;
	for (int i = 0; i < csv->count; i++) {
		columns[i] = column_find(csv->cells[i]);
		if (columns[i] < 0)
			fault_add(importer->faults, &importer->place,
			          "column %d is none of an export; for another diary's file see --map", i + 1);
		else if (seen[columns[i]])
			fault_add(importer->faults, &importer->place, "column \"%s\" is there twice", csv->cells[i]);
		else
			seen[columns[i]] = true;
	}
	if (!seen[COLUMN_KIND] && importer->faults->count == 0)
		importer_fault(importer, "column \"kind\" is missing");
}

void import_csv(struct importer *importer, FILE *in)
{
	int columns[CSV_MOST_CELLS], column_count = 0;
	struct csv *csv = memory_alloc(sizeof *csv);
	csv_begin(csv, in);
	if (csv_next(csv)) {
		column_count = csv->count;
		read_header(importer, csv, columns);
	} else if (!csv->wrong) {
		importer->place.line = 0;
		importer_fault(importer, "it is empty; the first row names the columns");
	}
	importer->stopped = importer->stopped || importer->faults->count > 0;
	while (!importer->stopped && csv_next(csv))
		add_row(importer, csv, columns, column_count);
	importer->place.line = csv->line;
	if (csv->wrong)
		importer_fault(importer, csv->wrong);
	free(csv);
}

// ---- All of it

// With a NUL behind; NULL after a fault.
static char *read_all(struct importer *importer, FILE *in)
{
	size_t used = 0, capacity = 1 << 16;
	char *text = memory_alloc(capacity);
	for (size_t n; (n = fread(text + used, 1, capacity - used - 1, in)) > 0;) {
		used += n;
		if (used > IMPORT_MOST_BYTES) {
			importer_fault(importer, "it is larger than 256 MiB");
			free(text);
			return NULL;
		}
		if (used + 1 == capacity)
			text = memory_resize(text, capacity *= 2);
	}
	text[used] = '\0';
	if (strlen(text) == used)
		return text;
	importer_fault(importer, "there is a zero byte in it; this is no JSON file");
	free(text);
	return NULL;
}

static void import_text(struct importer *importer, FILE *in)
{
	char *text = read_all(importer, in);
	if (text)
		import_json(importer, text);
	free(text);
}

static void read_file(struct importer *importer, FILE *in, const struct import_map *map)
{
	struct stat is;
	if (fileno(in) >= 0 && fstat(fileno(in), &is) == 0 && S_ISREG(is.st_mode) && is.st_size > IMPORT_MOST_BYTES) {
		importer_fault(importer, "it is larger than 256 MiB");
		return;
	}
	int first = getc(in);
	if (first != EOF)
		ungetc(first, in);
	if (map)
		import_mapped(importer, in, map);
	else if (first == '{')
		import_text(importer, in);
	else
		import_csv(importer, in);
	importer->failed = importer->failed || ferror(in);
}

enum status diary_import(struct diary *diary, FILE *in, const char *name, const struct import_map *map,
                         struct fault_list *faults, struct import_count *count)
{
	struct arena *arena = arena_create();
	struct importer importer = {
		.store = diary_store(diary),
		.faults = faults,
		.place = {.file = name},
		.count = count,
		.fresh = texts_init(arena),
	};
	*count = (struct import_count){0};
	importer.failed = !store_begin(importer.store);
	if (!importer.failed)
		read_file(&importer, in, map);
	bool good = !importer.failed && faults->count == 0;
	if (good)
		importer.failed = !store_commit(importer.store);
	else
		store_rollback(importer.store);
	texts_finish(&importer.fresh);
	arena_destroy(arena);
	if (faults->count > 0 || importer.failed)
		*count = (struct import_count){0};
	return faults->count > 0 ? STATUS_FAULTY : importer.failed ? STATUS_FAILED : STATUS_OK;
}

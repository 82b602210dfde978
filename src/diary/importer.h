// Rows on their way in: what the readers of CSV and JSON share. Control thread.
#ifndef DIARY_IMPORTER_H
#define DIARY_IMPORTER_H

#include "diary/csv.h"
#include "diary/import.h"
#include "diary/texts.h"

struct importer {
	struct store *store;
	struct fault_list *faults;
	struct place place; // that is read now
	struct import_count *count;
	struct texts fresh;      // ids that came with this file
	char id[DIARY_ID_BYTES]; // of the last session, attack or medication
	bool failed;             // the disk would not
	bool stopped;            // enough
};

// One row. false: no more of them.
bool importer_take(struct importer *importer, const struct row *row);
void importer_fault(struct importer *importer, const char *text);

void import_csv(struct importer *importer, FILE *in);
void import_mapped(struct importer *importer, FILE *in, const struct import_map *map);
void import_json(struct importer *importer, const char *text); // ends with a NUL

#endif

#include "base/memory.h"
#include "diary/importer.h"
#include "diary/scan.h"

#include <stdlib.h>
#include <string.h>

struct reading {
	struct importer *importer;
	const char *counted; // up to here lines are counted
	int line;
	bool known;                     // the member that says what it is was there
	char (*cells)[SCAN_TEXT_BYTES]; // of the row, by column
	struct row row;
	const char *wrong;
};

static int line_of(struct reading *reading, const char *at)
{
	for (; reading->counted < at; reading->counted++)
		reading->line += *reading->counted == '\n';
	return reading->line;
}

// ---- A row

static void take_number(struct scan *scan, char text[SCAN_TEXT_BYTES])
{
	const char *begin = scan->at;
	scan_number(scan);
	snprintf(text, SCAN_TEXT_BYTES, "%.*s", (int)(scan->at - begin < 64 ? scan->at - begin : 64), begin);
}

struct names {
	char *text;
	bool wrong; // not texts, or one with ; in it
};

static void take_name(struct scan *scan, const char *key, void *context)
{
	struct names *names = context;
	char text[SCAN_TEXT_BYTES];
	(void)key;
	if (scan_peek(scan) != '"') {
		names->wrong = true;
		scan_skip(scan);
		return;
	}
	scan_text(scan, text);
	size_t used = strlen(names->text), n = strlen(text);
	if (strchr(text, ';') || used + n + 2 > SCAN_TEXT_BYTES) {
		names->wrong = true;
		return;
	}
	if (used)
		names->text[used++] = ';';
	memcpy(names->text + used, text, n + 1);
}

static void take_cell(struct scan *scan, enum column column, struct reading *reading)
{
	char *text = reading->cells[column];
	struct names names = {.text = text};
	text[0] = '\0';
	switch (scan_peek(scan)) {
	case '"':
		scan_text(scan, text);
		break;
	case 't':
	case 'f':
		strcpy(text, scan_peek(scan) == 't' ? "yes" : "no");
		scan_skip(scan);
		break;
	case 'n':
		scan_skip(scan);
		break;
	case '[':
		scan_array(scan, take_name, &names);
		if (names.wrong || column_spec(column)->type != COLUMN_TYPE_NAMES)
			reading->wrong =
				"a list holds texts without \";\", and only \"tags\" and \"suspected\" are lists";
		break;
	case '{':
		reading->wrong = "there is an object where a value should be";
		scan_skip(scan);
		break;
	default:
		take_number(scan, text);
	}
	reading->row.cells[column] = text[0] ? text : NULL;
}

static void take_member(struct scan *scan, const char *key, void *context)
{
	struct reading *reading = context;
	int column = column_find(key);
	if (column >= 0) {
		take_cell(scan, (enum column)column, reading);
		return;
	}
	reading->wrong = "it has a member that no row has; DIARY.md lists them";
	scan_skip(scan);
}

static void take_row(struct scan *scan, const char *key, void *context)
{
	struct reading *reading = context;
	(void)key;
	reading->row = (struct row){0};
	reading->wrong = NULL;
	scan_peek(scan);
	reading->importer->place.line = line_of(reading, scan->at);
	scan_object(scan, take_member, reading);
	if (scan->bad)
		return;
	if (reading->wrong)
		importer_fault(reading->importer, reading->wrong);
	else
		importer_take(reading->importer, &reading->row);
	if (reading->importer->stopped)
		scan->bad = true; // no further
}

static void take_whole(struct scan *scan, const char *key, void *context)
{
	struct reading *reading = context;
	if (strcmp(key, "stillroom-diary") == 0) {
		reading->known = scan_peek(scan) != '"' && scan_peek(scan) != '[' && scan_peek(scan) != '{' &&
		                 scan_number(scan) == 1.0;
		if (!reading->known)
			scan->bad = true;
	} else if (strcmp(key, "rows") == 0) {
		scan_array(scan, take_row, reading);
	} else {
		scan_skip(scan);
	}
}

void import_json(struct importer *importer, const char *text)
{
	struct reading reading = {.importer = importer, .counted = text, .line = 1};
	struct scan scan = {.at = text};
	reading.cells = memory_alloc(COLUMNS * sizeof *reading.cells);
	scan_object(&scan, take_whole, &reading);
	bool ended = scan_ends(&scan);
	if (!importer->stopped && !ended) {
		importer->place.line = line_of(&reading, scan.at);
		importer_fault(importer, "this is no JSON here");
	} else if (!importer->stopped && !reading.known) {
		importer->place.line = 1;
		importer_fault(importer, "it is no export of a diary, version 1");
	}
	free(reading.cells);
}

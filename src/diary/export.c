#include "diary/export.h"

#include "base/json.h"
#include "base/memory.h"
#include "diary/csv.h"
#include "diary/rows.h"

#include <stdlib.h>
#include <string.h>

struct exporting {
	FILE *out;
	size_t count;
};

// ---- CSV

static void print_header(FILE *out)
{
	for (int i = 0; i < COLUMNS; i++)
		fprintf(out, "%s%s", i ? "," : "", column_spec((enum column)i)->name);
	putc('\n', out);
}

static bool take_csv(const struct row *row, void *context)
{
	struct exporting *exporting = context;
	for (int i = 0; i < COLUMNS; i++) {
		if (i)
			putc(',', exporting->out);
		if (row->cells[i])
			csv_print(exporting->out, row->cells[i]);
	}
	putc('\n', exporting->out);
	return !ferror(exporting->out);
}

// ---- JSON

static void print_names(FILE *out, const char *names)
{
	putc('[', out);
	for (bool first = true; *names; first = false) {
		size_t n = strcspn(names, ";");
		char *name = memory_printf("%.*s", (int)n, names);
		if (!first)
			putc(',', out);
		json_print_text(out, name);
		free(name);
		names += n + (names[n] == ';');
	}
	putc(']', out);
}

static void print_value(FILE *out, enum column column, const char *text)
{
	switch (column_spec(column)->type) {
	case COLUMN_TYPE_WHOLE:
	case COLUMN_TYPE_REAL:
		fputs(text, out);
		break;
	case COLUMN_TYPE_YES:
		fputs(strcmp(text, "yes") == 0 ? "true" : "false", out);
		break;
	case COLUMN_TYPE_NAMES:
		print_names(out, text);
		break;
	default:
		json_print_text(out, text);
	}
}

static bool take_json(const struct row *row, void *context)
{
	struct exporting *exporting = context;
	const char *before = exporting->count++ ? ",\n{" : "\n{";
	for (int i = 0; i < COLUMNS; i++) {
		if (!row->cells[i])
			continue;
		fprintf(exporting->out, "%s\"%s\":", before, column_spec((enum column)i)->name);
		print_value(exporting->out, (enum column)i, row->cells[i]);
		before = ",";
	}
	putc('}', exporting->out);
	return !ferror(exporting->out);
}

bool diary_export(struct diary *diary, enum export_format format, FILE *out)
{
	struct exporting exporting = {.out = out};
	if (format == EXPORT_CSV)
		print_header(out);
	else
		fputs("{\"stillroom-diary\":1,\"rows\":[", out);
	bool all = rows_each(diary_store(diary), format == EXPORT_CSV ? take_csv : take_json, &exporting);
	if (format == EXPORT_JSON)
		fputs("\n]}\n", out);
	return all && fflush(out) == 0 && !ferror(out);
}

// A cell in quotes holds anything, a quote as two; a row ends with LF or CRLF. A mark of byte order (U+FEFF) in front is
// passed over. In the first row the separator is the sign that comes first behind a name, outside of quotes.
#include "diary/csv.h"

#include <stddef.h>
#include <string.h>

void csv_begin(struct csv *csv, FILE *in)
{
	memset(csv, 0, offsetof(struct csv, bytes));
	csv->in = in;
	csv->next_line = 1;
}

static int take(struct csv *csv)
{
	int c = getc(csv->in);
	if (c == '\n')
		csv->next_line++;
	return c;
}

static bool fail(struct csv *csv, const char *wrong)
{
	csv->wrong = wrong;
	return false;
}

static bool add(struct csv *csv, int c)
{
	if (c == '\0')
		return fail(csv, "there is a zero byte here; this is no CSV file");
	if (csv->used + 1 >= CSV_MOST_ROW_BYTES)
		return fail(csv, "this row is longer than 65535 bytes; is a quote open?");
	csv->bytes[csv->used++] = (char)c;
	return true;
}

static bool begin_cell(struct csv *csv)
{
	if (csv->count == CSV_MOST_CELLS)
		return fail(csv, "this row has more than 200 cells");
	csv->cells[csv->count++] = csv->bytes + csv->used;
	return true;
}

static bool end_cell(struct csv *csv)
{
	if (csv->used >= CSV_MOST_ROW_BYTES)
		return fail(csv, "this row is longer than 65535 bytes; is a quote open?");
	csv->bytes[csv->used++] = '\0';
	return true;
}

// Behind the opening quote; *behind is what follows the closing one.
static bool take_quoted(struct csv *csv, int *behind)
{
	while (true) {
		int c = take(csv);
		if (c == EOF)
			return fail(csv, "a quote that opens here is not closed");
		if (c == '"' && (c = take(csv)) != '"') {
			*behind = c;
			return true;
		}
		if (!add(csv, c))
			return false;
	}
}

static bool is_separator(struct csv *csv, int c)
{
	if (!csv->separator && (c == ',' || c == ';' || c == '\t'))
		csv->separator = (char)c;
	return csv->separator && c == csv->separator;
}

static bool is_end(struct csv *csv, int *c)
{
	if (*c == '\r') {
		int behind = getc(csv->in);
		if (behind == '\n') {
			csv->next_line++;
			*c = '\n';
		} else if (behind != EOF) {
			ungetc(behind, csv->in);
		}
	}
	return *c == '\n' || *c == EOF;
}

// From its first byte to the separator or the end behind it, which goes into *c.
static bool take_cell(struct csv *csv, int *c)
{
	if (!begin_cell(csv))
		return false;
	if (*c == '"') {
		if (!take_quoted(csv, c))
			return false;
		if (!is_end(csv, c) && !is_separator(csv, *c))
			return fail(csv,
			            "behind a closing quote there must be a separator; a quote inside is written \"\"");
		return end_cell(csv);
	}
	while (!is_end(csv, c) && !is_separator(csv, *c)) {
		if (*c == '"')
			return fail(csv,
			            "a cell with a quote in it must stand in quotes, and the quote is written \"\"");
		if (!add(csv, *c))
			return false;
		*c = take(csv);
	}
	return end_cell(csv);
}

static void pass_byte_order(struct csv *csv, int *c)
{
	if (csv->line != 1 || *c != 0xef)
		return;
	int second = getc(csv->in), third = second == 0xbb ? getc(csv->in) : EOF;
	if (second == 0xbb && third == 0xbf)
		*c = take(csv);
	else if (second != EOF && second != 0xbb)
		ungetc(second, csv->in);
}

bool csv_next(struct csv *csv)
{
	int c;
	if (csv->wrong)
		return false;
	do {
		csv->line = csv->next_line;
		csv->count = 0;
		csv->used = 0;
		c = take(csv);
		pass_byte_order(csv, &c);
		if (c == EOF)
			return false;
	} while (is_end(csv, &c) && c != EOF);
	if (c == EOF)
		return false;
	while (take_cell(csv, &c)) {
		if (c == '\n' || c == EOF)
			return true;
		c = take(csv);
	}
	return false;
}

void csv_print(FILE *out, const char *text)
{
	size_t n = strlen(text);
	bool quoted = strpbrk(text, ",;\t\"\r\n") || (n > 0 && (text[0] == ' ' || text[n - 1] == ' '));
	if (!quoted) {
		fputs(text, out);
		return;
	}
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	putc('"', out);
}

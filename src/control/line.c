// A word of the table and, for some, an amount: "next", "seek -1m30s", "volume -12". Amounts are read by hand, since the
// machine's language must not change what "1.5" means.
#include "control/line.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SEEK_MOST_SEC 86400.0
#define VOLUME_LEAST_DB (-60.0)

enum { AMOUNT_MOST_DIGITS = 9 };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

// Digits with or without a point; false when there are none.
static bool read_plain(const char **text, double *value)
{
	double scale = 0.0;
	int digits = 0;
	*value = 0.0;
	for (; is_digit(**text) || (**text == '.' && scale == 0.0); ++*text) {
		if (**text == '.') {
			scale = 1.0;
			continue;
		}
		*value = *value * 10.0 + (**text - '0');
		scale *= 10.0;
		if (++digits > AMOUNT_MOST_DIGITS)
			return false;
	}
	if (scale > 0.0)
		*value /= scale;
	return digits > 0;
}

// "90", "90s", "1m30s", "1h".
static bool read_length(const char *text, double *value)
{
	static const struct {
		char letter;
		double sec;
	} units[] = {{'h', 3600.0}, {'m', 60.0}, {'s', 1.0}};
	double amount;
	size_t next = 0;
	*value = 0.0;
	while (*text) {
		if (!read_plain(&text, &amount))
			return false;
		if (!*text && next == 0) {
			*value = amount;
			return true;
		}
		while (next < 3 && units[next].letter != *text)
			next++;
		if (next == 3)
			return false;
		*value += amount * units[next++].sec;
		text++;
	}
	return next > 0;
}

static bool read_signed(const char *text, double *value, bool (*read)(const char *, double *))
{
	bool minus = *text == '-';
	if (!read(text + (minus || *text == '+'), value))
		return false;
	if (minus)
		*value = -*value;
	return true;
}

static bool read_number(const char *text, double *value)
{
	return read_plain(&text, value) && !*text;
}

static bool read_amount(const char *text, enum verb_operand operand, double *value)
{
	switch (operand) {
	case OPERAND_LENGTH:
		return read_signed(text, value, read_length) && fabs(*value) <= SEEK_MOST_SEC;
	case OPERAND_PLACE:
		return read_length(text, value) && *value <= SEEK_MOST_SEC;
	case OPERAND_LEVEL:
		return read_signed(text, value, read_number) && *value <= 0.0 && *value >= VOLUME_LEAST_DB;
	case OPERAND_DIGIT:
		*value = *text - '0';
		return is_digit(text[0]) && !text[1];
	default:
		return !*text;
	}
}

static void tell_amount(const struct verb_row *row, char *why, size_t why_bytes)
{
	static const char *const rights[] = {
		[OPERAND_NONE] = "nothing follows it",
		[OPERAND_LENGTH] = "a length of time follows it, as in: seek 30, seek -1m30s",
		[OPERAND_PLACE] = "a time of the session follows it, as in: go-to 2m30s",
		[OPERAND_LEVEL] = "decibels from -60 to 0 follow it, as in: volume -12",
		[OPERAND_DIGIT] = "one digit follows it, as in: digit 3",
	};
	snprintf(why, why_bytes, "%s: %s", row->word, rights[row->operand]);
}

static void tell_words(char *why, size_t why_bytes)
{
	size_t count, used = 0;
	const struct verb_row *rows = verb_rows(&count);
	const char *before = "the words are: ";
	for (size_t i = 0; i < count; i++) {
		if (!rows[i].word || used >= why_bytes)
			continue;
		used += (size_t)snprintf(why + used, why_bytes - used, "%s%s", before, rows[i].word);
		before = ", ";
	}
}

static const struct verb_row *find(const char *word)
{
	size_t count;
	const struct verb_row *rows = verb_rows(&count);
	for (size_t i = 0; i < count; i++)
		if (rows[i].word && strcmp(rows[i].word, word) == 0)
			return &rows[i];
	return NULL;
}

// Blanks around the word and the amount are nothing; the rest stays.
static char *cut(char *text)
{
	while (is_blank(*text))
		text++;
	size_t n = strlen(text);
	while (n && is_blank(text[n - 1]))
		text[--n] = '\0';
	return text;
}

bool line_read(const char *line, struct wish *wish, char *why, size_t why_bytes)
{
	char copy[LINE_MOST_BYTES + 1];
	if (strlen(line) >= sizeof copy) {
		snprintf(why, why_bytes, "a line has at most %d bytes", LINE_MOST_BYTES);
		return false;
	}
	strcpy(copy, line);
	char *word = cut(copy), *rest = word;
	while (*rest && !is_blank(*rest))
		rest++;
	if (*rest)
		*rest++ = '\0';
	const struct verb_row *row = strchr(line, '\n') ? NULL : find(word);
	if (!row) {
		tell_words(why, why_bytes);
		return false;
	}
	*wish = (struct wish){.verb = row->verb};
	if (read_amount(cut(rest), row->operand, row->operand ? &wish->value : &(double){0}))
		return true;
	tell_amount(row, why, why_bytes);
	return false;
}

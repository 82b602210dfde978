// libyaml says what its grammar missed and where it noticed; a person wants to know what to change and where. First the
// slips that can be seen in the text itself (a tab, a colon without its blank, quotes that end too early), which
// libyaml reports under many names, often a line later; then a table from its own messages to plain words.
#include "yaml/slip.h"

#include "base/arena.h"
#include "yaml/yaml.h"

#include <stdlib.h>
#include <string.h>

struct place slip_place(const struct yaml_slip *slip, size_t line, size_t column)
{
	return (struct place){slip->file, (int)line + 1, (int)column + 1, slip->from};
}

struct error {
	const struct yaml_slip *slip;
	const yaml_parser_t *parser;
	yaml_mark_t at;     // where libyaml noticed
	yaml_mark_t since;  // where that began which it could not finish
	const char *line;   // the text of line `at`
	const char *before; // the last line above it that is not blank, or ""
	size_t before_number;
	const char *since_line;
};

static bool ends_line(char letter)
{
	return letter == '\n' || letter == '\r';
}

// The line without its end, up to 200 bytes of it: enough to look at.
static char *copy_line(const struct yaml_slip *slip, size_t number)
{
	const char *at = slip->text, *end = at + slip->length;
	for (; number && at < end; at++)
		number -= *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n'));
	size_t length = 0;
	while (at + length < end && length < 200 && !ends_line(at[length]))
		length++;
	return arena_copy(slip->faults->arena, at, length);
}

static const char *after_indent(const char *line)
{
	return line + strspn(line, " -");
}

// The byte at a column, which counts characters.
static const char *at_column(const char *line, size_t column)
{
	for (; *line && column; column--)
		do
			line++;
		while (((unsigned char)*line & 0xc0) == 0x80);
	return line;
}

static void tell(const struct error *error, size_t line, size_t column, const char *text)
{
	struct place place = slip_place(error->slip, line, column);
	fault_add(error->slip->faults, &place, "%s", text);
}

static const char *clipped(const struct error *error, const char *text, size_t length)
{
	struct arena *arena = error->slip->faults->arena;
	return yaml_clip(arena, arena_copy(arena, text, length));
}

static bool tab_in(const struct error *error, const char *line, size_t number)
{
	const char *tab = after_indent(line);
	if (*tab != '\t')
		return false;
	tell(error, number, (size_t)(tab - line), "a tab; indent with spaces");
	return true;
}

static bool slip_tab(const struct error *error)
{
	return tab_in(error, error->line, error->at.line) || tab_in(error, error->before, error->before_number);
}

static bool glued_in(const struct error *error, const char *line, size_t number)
{
	const char *word = after_indent(line);
	size_t length = yaml_missing_blank(word);
	if (!length)
		return false;
	struct place place = slip_place(error->slip, number, (size_t)(word - line) + length + 1);
	fault_add(error->slip->faults, &place, "a blank is missing after the colon; write `%.*s: %s`", (int)length,
	          word, clipped(error, word + length + 1, strlen(word + length + 1)));
	return true;
}

static bool slip_glued(const struct error *error)
{
	return glued_in(error, error->line, error->at.line) || glued_in(error, error->before, error->before_number);
}

// Words that go on behind the closing quote, or quotes that were closed lines below by the opening ones of others.
static bool slip_quote(const struct error *error)
{
	const struct yaml_slip *slip = error->slip;
	if (!slip->quoted || slip->end.line != error->at.line || slip->end.column > error->at.column)
		return false;
	const char *end = at_column(error->line, slip->end.column);
	if (end + strspn(end, " ") != at_column(error->line, error->at.column))
		return false;
	if (slip->begin.line != slip->end.line)
		tell(error, slip->begin.line, slip->begin.column,
		     "the quotes opened here are closed lines below; close them behind their words");
	else
		tell(error, error->at.line, error->at.column,
		     "the words go on after the closing quote; put \"...\" around all of them");
	return true;
}

static void tell_open_quote(const struct error *error)
{
	tell(error, error->since.line, error->since.column, "the quotes opened here are never closed; close them");
}

static void tell_escape(const struct error *error)
{
	tell(error, error->at.line, error->at.column,
	     "a backslash means something else inside \"...\"; leave it out, or use '...'");
}

// Inside { } or [ ]: a comma is missing, or the closing bracket is.
static void tell_open_bracket(const struct error *error)
{
	const char *open = at_column(error->since_line, error->since.column);
	bool list = *open == '[';
	const char *here = at_column(error->line, error->at.column);
	if (error->at.line != error->since.line || !*here) {
		tell(error, error->since.line, error->since.column,
		     list ? "the `[` opened here is not closed, or a comma is missing; write [a, b]"
		          : "the `{` opened here is not closed, or a comma is missing; write {a: 1, b: 2}");
		return;
	}
	if (*here == '{' || *here == '[') {
		tell(error, error->at.line, error->at.column,
		     "a bracket among words; put \"...\" around all of the words");
		return;
	}
	size_t back = 0;
	while (*here == ':' && here - back > error->line && !strchr(" ,{[", here[-(ptrdiff_t)back - 1]))
		back++;
	tell(error, error->at.line, error->at.column - back,
	     "a comma is missing before this; or put \"...\" around words that hold a colon");
}

static size_t first_word(const char *line)
{
	return strcspn(after_indent(line), " :");
}

static void tell_no_colon(const struct error *error, const char *line, size_t number)
{
	const char *word = after_indent(line);
	size_t length = first_word(line);
	const char *rest = word + length + strspn(word + length, " ");
	struct place place = slip_place(error->slip, number, (size_t)(word - line));
	fault_add(error->slip->faults, &place, "a colon is missing; write `%s:%s%s`", clipped(error, word, length),
	          *rest ? " " : "", *rest ? clipped(error, rest, strlen(rest)) : "");
}

// A second colon in a line, or a line that stands too far in.
static void tell_colon(const struct error *error)
{
	const char *word = after_indent(error->line), *above = after_indent(error->before);
	const char *second = at_column(error->line, error->at.column), *first = strstr(word, ": ");
	if (first && first < second) {
		struct place place = slip_place(error->slip, error->at.line, error->at.column);
		const char *words = clipped(error, first + 2, strlen(first + 2));
		bool pair = strspn(first + 2, "abcdefghijklmnopqrstuvwxyz-") == (size_t)(second - first - 2);
		fault_add(error->slip->faults, &place,
		          pair ? "two colons in one line; write {%s}"
		               : "a colon among words; put them in quotes: \"%s\"",
		          words);
	} else if (word - error->line == above - error->before && !strchr(above, ':')) {
		tell_no_colon(error, error->before, error->before_number);
	} else {
		tell(error, error->at.line, (size_t)(word - error->line),
		     "this line stands too far in; begin it under the word that it belongs with");
	}
}

static void tell_simple_key(const struct error *error)
{
	tell_no_colon(error, error->since_line, error->since.line);
}

static void tell_dash(const struct error *error)
{
	struct place place = slip_place(error->slip, error->at.line, error->at.column);
	bool dash = *at_column(error->line, error->at.column) == '-';
	fault_add(error->slip->faults, &place, "this line begins in column %d; it belongs in column %d, %s",
	          (int)error->at.column + 1, (int)error->since.column + (dash ? 1 : 3),
	          dash ? "under the dashes above" : "under the word after the dash");
}

static void tell_key(const struct error *error)
{
	const char *here = at_column(error->line, error->at.column);
	const char *before = here;
	while (before > error->line && before[-1] == ' ')
		before--;
	if (before > error->line && strchr("}]", before[-1]))
		tell(error, error->at.line, error->at.column,
		     "words after a closing bracket; put \"...\" around words that begin with a bracket");
	else if (*here == ':')
		tell(error, error->at.line, error->at.column,
		     "a word is missing before the colon; such as say: or rest:");
	else if (*here == '}' || *here == ']')
		tell(error, error->at.line, error->at.column, "a closing bracket that was never opened; take it out");
	else
		tell(error, error->at.line, error->at.column,
		     "this line is not in one column with those it belongs to; begin it under them");
}

static void tell_list(const struct error *error)
{
	tell(error, error->at.line, error->at.column,
	     "a dash after a colon; begin a list on its own line, and put words that begin with a dash in quotes");
}

static void tell_sign(const struct error *error)
{
	struct place place = slip_place(error->slip, error->since.line, error->since.column);
	fault_add(error->slip->faults, &place, "words that begin with `%c` need quotes: \"...\"",
	          *at_column(error->since_line, error->since.column));
}

static void tell_question(const struct error *error)
{
	tell(error, error->at.line, error->at.column, "words that begin with `?` need quotes: \"...\"");
}

static void tell_block(const struct error *error)
{
	tell(error, error->since.line, error->since.column,
	     "after `>` or `|` the words begin on the next line; or put \"...\" around them");
}

static void tell_start(const struct error *error)
{
	tell(error, error->at.line, error->at.column,
	     "this line stands further out than the first one, or after an end mark; begin all in one column");
}

static void tell_percent(const struct error *error)
{
	tell(error, error->at.line, error->at.column, "a line cannot begin with `%`; take it out");
}

static const struct {
	const char *context, *problem; // parts of libyaml's messages; NULL fits any
	void (*tell)(const struct error *error);
} sayings[] = {
	{"quoted scalar", "end of stream", tell_open_quote},
	{"quoted scalar", "document indicator", tell_open_quote},
	{"quoted scalar", NULL, tell_escape},
	{"flow", NULL, tell_open_bracket},
	{NULL, "mapping values are not allowed", tell_colon},
	{NULL, "block sequence entries are not", tell_list},
	{NULL, "mapping keys are not allowed", tell_question},
	{NULL, "could not find expected ':'", tell_simple_key},
	{NULL, "expected '-' indicator", tell_dash},
	{NULL, "expected key", tell_key},
	{NULL, "cannot start any token", tell_sign},
	{"scanning an a", NULL, tell_sign}, // alias, anchor
	{"scanning a tag", NULL, tell_sign},
	{"parsing a tag", NULL, tell_sign},
	{"parsing a node", NULL, tell_sign},
	{"block scalar", NULL, tell_block},
	{"directive", NULL, tell_percent},
	{NULL, "<document start>", tell_start},
	{NULL, "incompatible YAML document", tell_percent},
};

static bool fits(const char *part, const char *message)
{
	return !part || (message && strstr(message, part));
}

static void tell_by_message(const struct error *error)
{
	const yaml_parser_t *parser = error->parser;
	for (size_t i = 0; i < sizeof sayings / sizeof *sayings; i++)
		if (fits(sayings[i].context, parser->context) && fits(sayings[i].problem, parser->problem)) {
			sayings[i].tell(error);
			return;
		}
	struct place place = slip_place(error->slip, error->at.line, error->at.column);
	fault_add(error->slip->faults, &place, "this cannot be read (%s); look at the colons, quotes and indents here",
	          parser->problem ? parser->problem : "no reason given");
}

void slip_explain(const struct yaml_slip *slip, const yaml_parser_t *parser)
{
	struct error error = {slip, parser, .at = parser->problem_mark};
	error.since = parser->context ? parser->context_mark : error.at;
	error.line = copy_line(slip, error.at.line);
	error.since_line = copy_line(slip, error.since.line);
	error.before = "";
	for (size_t number = error.at.line, tries = 0; number-- > 0 && tries < 8 && !*after_indent(error.before);
	     tries++) {
		error.before = copy_line(slip, number);
		error.before_number = number;
	}
	bool scanning_quote = parser->context && strstr(parser->context, "quoted scalar");
	if (scanning_quote || !(slip_tab(&error) || slip_glued(&error) || slip_quote(&error)))
		tell_by_message(&error);
}

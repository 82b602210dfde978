#include "routine/reader.h"

#include "base/arena.h"
#include "routine/loader.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

struct place reader_place(const struct reader *reader, const struct yaml_node *node)
{
	struct place place = node->place;
	place.from = reader->scope->from;
	return place;
}

void reader_trouble(const struct reader *reader)
{
	reader->loader->troubles++;
}

void reader_fault(const struct reader *reader, const struct yaml_node *node, const char *format, ...)
{
	reader_trouble(reader);
	if (reader->faults->count >= FAULTS_MOST)
		return;
	struct place place = reader_place(reader, node);
	va_list args;
	va_start(args, format);
	const char *text = arena_vprintf(reader->arena, format, args);
	va_end(args);
	fault_add(reader->faults, &place, "%s", text);
}

const char *reader_join(struct arena *arena, const char *const *names, const char *last)
{
	const char *text = "";
	for (size_t i = 0; names[i]; i++)
		text = arena_printf(arena, "%s%s%s", text, i == 0 ? "" : names[i + 1] ? ", " : last, names[i]);
	return text;
}

// `say:Lie down` is one scalar to YAML; told behind the colon, where the blank belongs.
static bool is_glued(const struct reader *reader, const struct yaml_node *node)
{
	size_t word = node->kind == YAML_SCALAR && !node->quoted ? yaml_missing_blank(node->text) : 0;
	if (!word)
		return false;
	struct yaml_node behind = *node;
	behind.place.column += (int)word + 1;
	reader_fault(reader, &behind, "a blank is missing after the colon; write `%.*s: %s`", (int)word, node->text,
	             yaml_clip(reader->arena, node->text + word + 1));
	return true;
}

void reader_unknown(const struct reader *reader, const struct yaml_node *key, const char *of, const char *const *known)
{
	const char *word = yaml_clip(reader->arena, key->text), *nearest = yaml_nearest(key->text, known);
	if (is_glued(reader, key))
		return;
	reader_trouble(reader);
	if (reader->faults->count >= FAULTS_MOST)
		return;
	if (nearest)
		reader_fault(reader, key, "`%s`: did you mean `%s`?", word, nearest);
	else
		reader_fault(reader, key, "`%s` is not a word of %s; known: %s", word, of,
		             reader_join(reader->arena, known, ", "));
}

bool reader_is_map(const struct reader *reader, const struct yaml_node *node, const char *of, const char *example)
{
	if (node->kind == YAML_MAP)
		return loader_spend(reader, node, node->count + 1);
	reader_trouble(reader);
	if (!node->partial && !is_glued(reader, node))
		reader_fault(reader, node, "%s is written as %s", of, example);
	return false;
}

static const char *const *known_words(const struct reader *reader, const struct vocabulary *vocabulary)
{
	size_t count = 0;
	while (vocabulary->words[count].name)
		count++;
	const char **known = arena_alloc(reader->arena, (count + 1) * sizeof *known);
	for (size_t i = 0; i < count; i++)
		known[i] = vocabulary->words[i].name;
	return known;
}

static const struct word *find_word(const struct vocabulary *vocabulary, const char *name)
{
	for (const struct word *word = vocabulary->words; word->name; word++)
		if (strcmp(word->name, name) == 0)
			return word;
	return NULL;
}

bool reader_knows_all(const struct yaml_node *map, const struct vocabulary *vocabulary)
{
	for (size_t i = 0; i < map->count; i++)
		if (!find_word(vocabulary, map->keys[i]->text))
			return false;
	return true;
}

// A word that seems missing, but stands there misspelt, has been told already.
static bool is_misspelt(const struct reader *reader, const struct yaml_node *map, const struct vocabulary *vocabulary,
                        const char *name)
{
	const char *const *known = known_words(reader, vocabulary);
	for (size_t i = 0; i < map->count; i++) {
		const char *key = map->keys[i]->text,
			   *nearest = find_word(vocabulary, key) ? NULL : yaml_nearest(key, known);
		size_t glued = yaml_missing_blank(key);
		if ((nearest && strcmp(nearest, name) == 0) ||
		    (glued == strlen(name) && strncmp(key, name, glued) == 0))
			return true;
	}
	return false;
}

bool reader_words(const struct reader *reader, const struct yaml_node *node, const struct vocabulary *vocabulary,
                  void *into)
{
	if (!reader_is_map(reader, node, vocabulary->of, vocabulary->example))
		return false;
	if (node->partial)
		reader_trouble(reader);
	for (size_t i = 0; i < node->count; i++) {
		const struct word *word = find_word(vocabulary, node->keys[i]->text);
		if (!word)
			reader_unknown(reader, node->keys[i], vocabulary->of, known_words(reader, vocabulary));
		else if (word->read)
			word->read(reader, node->items[i], into);
	}
	for (const struct word *word = vocabulary->words; word->name && !node->partial; word++)
		if (word->needed && !yaml_get(node, word->name) && !is_misspelt(reader, node, vocabulary, word->name))
			reader_fault(reader, node, "`%s` is missing; %s needs it, such as %s", word->name,
			             vocabulary->of, word->needed);
	return true;
}

// Unquoted, {name} is a map of one word without a value to YAML.
static bool is_lone_name(const struct yaml_node *node)
{
	return node->kind == YAML_MAP && node->count == 1 && node->items[0]->kind == YAML_SCALAR &&
	       !node->items[0]->quoted && !*node->items[0]->text && !yaml_missing_blank(node->keys[0]->text);
}

const char *reader_scalar(const struct reader *reader, const struct yaml_node *node, const char *example)
{
	if (node->partial) {
		reader_trouble(reader);
		return NULL;
	}
	if (is_lone_name(node))
		return scope_fill(reader, node, arena_printf(reader->arena, "{%s}", node->keys[0]->text));
	if (node->kind != YAML_SCALAR)
		reader_fault(reader, node, "one value belongs here, such as %s", example);
	else if (!*node->text)
		reader_fault(reader, node, "a value is missing here, such as %s", example);
	else
		return scope_fill(reader, node, node->text);
	return NULL;
}

// Words on one line: a text that was folded over several has its line ends made blanks.
static const char *squeeze(struct arena *arena, const char *text)
{
	char *copy = arena_alloc(arena, strlen(text) + 1), *to = copy;
	for (const char *at = text; *at; at++) {
		bool blank = *at == ' ' || *at == '\n' || *at == '\t' || *at == '\r';
		if (!blank)
			*to++ = *at;
		else if (to > copy && to[-1] != ' ')
			*to++ = ' ';
	}
	while (to > copy && to[-1] == ' ')
		*--to = '\0';
	return copy;
}

static bool has_letters(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80 || (*text >= '0' && *text <= '9') || (*text >= 'A' && *text <= 'Z') ||
		    (*text >= 'a' && *text <= 'z'))
			return true;
	return false;
}

bool reader_text(const struct reader *reader, const struct yaml_node *node, const char *example, const char **text)
{
	if (node->kind == YAML_SCALAR && strlen(node->text) > 2 * ROUTINE_MOST_TEXT_BYTES) {
		reader_fault(reader, node, "longer than %d letters; make two of it", ROUTINE_MOST_TEXT_BYTES);
		return false;
	}
	const char *words = reader_scalar(reader, node, example);
	if (!words)
		return false;
	words = squeeze(reader->arena, words);
	if (strlen(words) > ROUTINE_MOST_TEXT_BYTES)
		reader_fault(reader, node, "longer than %d letters; make two of it", ROUTINE_MOST_TEXT_BYTES);
	else if (!has_letters(words))
		reader_fault(reader, node, "there are no words here; such as %s", example);
	else {
		*text = words;
		return true;
	}
	return false;
}

bool reader_choice(const struct reader *reader, const struct yaml_node *node, const char *const *names, int *choice)
{
	const char *word = reader_scalar(reader, node, names[0]);
	if (!word)
		return false;
	for (int i = 0; names[i]; i++) {
		if (strcmp(names[i], word) == 0) {
			*choice = i;
			return true;
		}
	}
	const char *nearest = yaml_nearest(word, names);
	if (nearest)
		reader_fault(reader, node, "`%s`: did you mean `%s`?", yaml_clip(reader->arena, word), nearest);
	else
		reader_fault(reader, node, "`%s` has no meaning here; one of %s", yaml_clip(reader->arena, word),
		             reader_join(reader->arena, names, " or "));
	return false;
}

// Tells what a value_ function found wrong.
static bool accept(const struct reader *reader, const struct yaml_node *node, const char *wrong)
{
	if (wrong)
		reader_fault(reader, node, "%s", wrong);
	return !wrong;
}

bool reader_length(const struct reader *reader, const struct yaml_node *node, const struct value_bounds *bounds,
                   struct length *length)
{
	const char *text = reader_scalar(reader, node, bounds->breaths ? "30s, 2m or 6 breaths" : "30s or 2m");
	return text && accept(reader, node, value_length(reader->arena, text, bounds, length));
}

bool reader_sec(const struct reader *reader, const struct yaml_node *node, double least_sec, double most_sec,
                double *sec)
{
	const struct value_bounds bounds = {least_sec, most_sec, false};
	struct length length = {0};
	if (!reader_length(reader, node, &bounds, &length))
		return false;
	*sec = length.amount;
	return true;
}

bool reader_fade(const struct reader *reader, const struct yaml_node *node, double least_sec, double *sec)
{
	enum { LONGEST_SEC = 2 * 60 * 60 };
	double fade_sec;
	if (!reader_sec(reader, node, 0, LONGEST_SEC, &fade_sec))
		return false;
	if (fade_sec < least_sec) {
		reader_fault(reader, node, "`%s`: a cut hurts; at least %s", value_sec_text(reader->arena, fade_sec),
		             value_sec_text(reader->arena, least_sec));
		return false;
	}
	*sec = fade_sec;
	return true;
}

bool reader_level(const struct reader *reader, const struct yaml_node *node, double *level_db)
{
	const char *text = reader_scalar(reader, node, "soft or -14 dB");
	return text && accept(reader, node, value_level(reader->arena, text, level_db));
}

bool reader_rate(const struct reader *reader, const struct yaml_node *node, double *per_minute)
{
	const char *text = reader_scalar(reader, node, "6 per minute");
	return text && accept(reader, node, value_rate(reader->arena, text, per_minute));
}

bool reader_number(const struct reader *reader, const struct yaml_node *node, double least, double most, double *number)
{
	double value;
	const char *text = reader_scalar(reader, node, "2");
	if (!text)
		return false;
	if (!value_number(text, &value) || value < least || value > most) {
		reader_fault(reader, node, "`%s` does not fit; a number from %g to %g", yaml_clip(reader->arena, text),
		             least, most);
		return false;
	}
	*number = value;
	return true;
}

bool reader_whole(const struct reader *reader, const struct yaml_node *node, int least, int most, int *number)
{
	double value;
	const char *text = reader_scalar(reader, node, "6");
	if (!text)
		return false;
	if (!value_number(text, &value) || value < least || value > most || value != floor(value)) {
		reader_fault(reader, node, "`%s` does not fit; a whole number from %d to %d",
		             yaml_clip(reader->arena, text), least, most);
		return false;
	}
	*number = (int)value;
	return true;
}

// A parameter has a kind, told by its default or its range: a length, a number, or words. A value that is given must be
// of that kind, within the range and one of the words; so a technique's steps can rely on it, and the fault is told
// where the value stands, not somewhere inside the technique.
#include "routine/parameter.h"

#include "base/arena.h"

#include <string.h>

enum { PARAMETERS_MOST = 40 };
enum parameter_kind { PARAMETER_TEXT, PARAMETER_LENGTH, PARAMETER_NUMBER };

static const struct value_bounds any_length = {0, ROUTINE_MOST_SEC, true};

struct declaration {
	struct routine_parameter *rule;
	const struct yaml_node *preset, *from, *to;
};

static void read_preset(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct declaration *declaration = into;
	if (reader_text(reader, value, "2m", &declaration->rule->preset))
		declaration->preset = value;
}

static void read_from(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct declaration *declaration = into;
	if (reader_text(reader, value, "30s", &declaration->rule->from))
		declaration->from = value;
}

static void read_to(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct declaration *declaration = into;
	if (reader_text(reader, value, "5m", &declaration->rule->to))
		declaration->to = value;
}

static void read_one_of(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct declaration *declaration = into;
	if (value->kind != YAML_LIST || value->count == 0) {
		reader_fault(reader, value, "the words to choose from are written in brackets: [feather, light]");
		return;
	}
	const char **words = arena_alloc(reader->arena, (value->count + 1) * sizeof *words);
	size_t count = 0;
	for (size_t i = 0; i < value->count; i++)
		count += reader_text(reader, value->items[i], "light", &words[count]);
	if (count)
		declaration->rule->words = words;
}

static const struct word words[] = {
	{"default", read_preset, NULL}, {"from", read_from, NULL}, {"to", read_to, NULL},
	{"one-of", read_one_of, NULL},  {NULL, NULL, NULL},
};

const struct vocabulary parameter_vocabulary = {"a parameter", "{default: 2m, from: 30s, to: 5m}", words};

static enum parameter_kind kind_of(struct arena *arena, const char *text)
{
	struct length length;
	double number;
	if (!text)
		return PARAMETER_TEXT;
	if (value_number(text, &number))
		return PARAMETER_NUMBER;
	return value_length(arena, text, &any_length, &length) ? PARAMETER_TEXT : PARAMETER_LENGTH;
}

// Told by its range, else by its default.
static enum parameter_kind rule_kind(struct arena *arena, const struct routine_parameter *rule)
{
	return kind_of(arena, rule->from ? rule->from : rule->to ? rule->to : rule->preset);
}

// A length or number as a size to compare; false when the text is not of the rule's kind and unit.
static bool measure(struct arena *arena, const struct routine_parameter *rule, const char *text, struct length *size)
{
	*size = (struct length){0};
	if (rule_kind(arena, rule) == PARAMETER_NUMBER)
		return value_number(text, &size->amount);
	return value_length(arena, text, &any_length, size) == NULL;
}

static const char *range_text(struct arena *arena, const struct routine_parameter *rule)
{
	if (rule->from && rule->to)
		return arena_printf(arena, "from %s to %s", rule->from, rule->to);
	return rule->from ? arena_printf(arena, "at least %s", rule->from)
	                  : arena_printf(arena, "at most %s", rule->to);
}

static bool beyond(struct arena *arena, const struct routine_parameter *rule, const struct length *size,
                   const char *limit, int sign)
{
	struct length bound;
	if (!limit || !measure(arena, rule, limit, &bound))
		return false;
	return bound.in_breaths != size->in_breaths || sign * (size->amount - bound.amount) > 0;
}

// What is wrong with a value, or NULL.
static const char *value_trouble(struct arena *arena, const struct routine_parameter *rule, const char *text)
{
	const char *shown = yaml_clip(arena, text);
	enum parameter_kind kind = rule_kind(arena, rule);
	struct length size;
	if (kind != PARAMETER_TEXT) {
		bool fits = measure(arena, rule, text, &size);
		if (!fits && kind == PARAMETER_LENGTH)
			return value_length(arena, text, &any_length, &size);
		if (!fits)
			return arena_printf(arena, "`%s` is not a number; such as 6", shown);
		if (beyond(arena, rule, &size, rule->from, -1) || beyond(arena, rule, &size, rule->to, 1))
			return arena_printf(arena, "`%s` does not fit `%s`; %s", shown, rule->name,
			                    range_text(arena, rule));
	}
	for (const char *const *word = rule->words; word; word++) {
		if (*word && strcmp(*word, text) == 0)
			break;
		if (!*word) {
			const char *nearest = yaml_nearest(text, rule->words);
			return nearest ? arena_printf(arena, "`%s`: did you mean `%s`?", shown, nearest)
			               : arena_printf(arena, "`%s` does not fit `%s`; one of %s", shown, rule->name,
			                              reader_join(arena, rule->words, " or "));
		}
	}
	return NULL;
}

static void check_limit(const struct reader *reader, const struct yaml_node *node, const struct routine_parameter *rule)
{
	struct length size;
	const char *text = node == NULL ? NULL : reader_scalar(reader, node, "2m");
	if (text && (rule_kind(reader->arena, rule) == PARAMETER_TEXT || !measure(reader->arena, rule, text, &size)))
		reader_fault(reader, node,
		             "a range goes from one length or number to another; such as from: 30s, to: 5m");
}

static void check_rule(const struct reader *reader, const struct yaml_node *node, const struct declaration *declaration)
{
	struct routine_parameter *rule = declaration->rule;
	size_t before = reader->faults->count;
	check_limit(reader, declaration->from, rule);
	check_limit(reader, declaration->to, rule);
	if (reader->faults->count != before)
		return;
	const char *trouble = rule->from && rule->to ? value_trouble(reader->arena, rule, rule->from) : NULL;
	if (trouble)
		reader_fault(reader, declaration->from, "the range is upside down; write the smaller one in `from`");
	trouble = rule->preset && !trouble ? value_trouble(reader->arena, rule, rule->preset) : NULL;
	if (trouble)
		reader_fault(reader, declaration->preset, "%s", trouble);
	if (!rule->from && !rule->to && !rule->preset && !rule->words)
		reader_fault(reader, node, "`%s` needs a default, a range or words; such as %s: {default: 2m}",
		             yaml_clip(reader->arena, rule->name), rule->name);
}

static void read_rule(const struct reader *reader, const struct yaml_node *key, const struct yaml_node *value,
                      struct routine_parameter *rule)
{
	struct declaration declaration = {.rule = rule};
	size_t before = reader->faults->count;
	rule->name = key->text;
	if (!scope_is_name(key->text) || strlen(key->text) > 40) {
		rule->name = yaml_clip(reader->arena, key->text); // it is told again among the known ones
		reader_fault(reader, key, "`%s` is no parameter's name; small letters and -, such as length",
		             rule->name);
	} else if (strcmp(key->text, "side") == 0) {
		reader_fault(reader, key, "{side} has its own meaning; give the parameter another name");
	}
	if (value->kind == YAML_SCALAR)
		read_preset(reader, value, &declaration);
	else
		reader_words(reader, value, &parameter_vocabulary, &declaration);
	if (reader->faults->count == before)
		check_rule(reader, value, &declaration);
}

void parameter_read_rules(const struct reader *reader, const struct place *from, struct source *source)
{
	const struct scope scope = {.from = from};
	const struct reader inside = {reader->arena, reader->faults, &scope, reader->loader};
	const struct yaml_node *with = source->root->kind == YAML_MAP ? yaml_get(source->root, "with") : NULL;
	if (!with || !reader_is_map(&inside, with, "the parameters of a technique", "with: {length: 2m}"))
		return;
	if (with->count > PARAMETERS_MOST) {
		reader_fault(&inside, with, "more than %d parameters; make two techniques of it", PARAMETERS_MOST);
		return;
	}
	source->rules = arena_alloc(reader->arena, with->count * sizeof *source->rules);
	source->rule_count = with->count;
	for (size_t i = 0; i < with->count; i++)
		read_rule(&inside, with->keys[i], with->items[i], &source->rules[i]);
}

static const struct routine_parameter *find_rule(const struct source *source, const char *name)
{
	for (size_t i = 0; i < source->rule_count; i++)
		if (strcmp(source->rules[i].name, name) == 0)
			return &source->rules[i];
	return NULL;
}

// Who gives the values: for the words of a fault.
enum giver { GIVER_USE, GIVER_ARGUMENTS };

static void tell_unknown(const struct reader *reader, const struct yaml_node *key, const struct source *source,
                         enum giver giver)
{
	const char **known = arena_alloc(reader->arena, (source->rule_count + 1) * sizeof *known);
	for (size_t i = 0; i < source->rule_count; i++)
		known[i] = source->rules[i].name;
	if (source->rule_count)
		reader_unknown(reader, key, arena_printf(reader->arena, "`%s`", yaml_clip(reader->arena, source->name)),
		               known);
	else
		reader_fault(reader, key, "`%s` takes no parameters; take `%s` out",
		             yaml_clip(reader->arena, source->name), giver == GIVER_USE ? "with" : "--with");
}

static const char *plausible(const struct routine_parameter *rule)
{
	const char *text = rule->preset ? rule->preset : rule->from ? rule->from : rule->to;
	return text ? text : rule->words ? rule->words[0] : "";
}

static const char *given_value(const struct reader *reader, const struct yaml_node *value,
                               const struct routine_parameter *rule)
{
	const char *text = NULL, *example = rule->preset ? rule->preset : rule->from ? rule->from : "2m";
	if (!reader_text(reader, value, example, &text))
		return plausible(rule);
	const char *trouble = value_trouble(reader->arena, rule, text);
	if (!trouble)
		return text;
	reader_fault(reader, value, "%s", trouble);
	return plausible(rule);
}

static void tell_missing(const struct reader *reader, const struct yaml_node *node,
                         const struct routine_parameter *rule, enum giver giver)
{
	const char *example = rule->from || rule->to || rule->words ? plausible(rule) : "2m";
	if (giver == GIVER_USE)
		reader_fault(reader, node, "`%s` must be given; write with: {%s: %s}", rule->name, rule->name, example);
	else
		reader_fault(reader, node, "`%s` must be given; add --with %s=%s", rule->name, rule->name, example);
}

static struct parameter *bind_all(const struct reader *reader, const struct source *source, struct scope *scope)
{
	struct parameter *parameters = arena_alloc(reader->arena, source->rule_count * sizeof *parameters);
	for (size_t i = 0; i < source->rule_count; i++)
		parameters[i] =
			(struct parameter){source->rules[i].name, plausible(&source->rules[i]), &source->rules[i]};
	scope->parameters = parameters;
	scope->count = source->rule_count;
	return parameters;
}

// Fills in a map's values. `needed` is where a value that must be given is missed, or NULL: it may be left out.
static void bind_map(const struct reader *reader, const struct yaml_node *with, const struct yaml_node *needed,
                     const struct source *source, enum giver giver, struct scope *scope)
{
	for (size_t i = 0; with && i < with->count; i++)
		if (!find_rule(source, with->keys[i]->text))
			tell_unknown(reader, with->keys[i], source, giver);
	struct parameter *parameters = bind_all(reader, source, scope);
	for (size_t i = 0; i < source->rule_count; i++) {
		const struct routine_parameter *rule = &source->rules[i];
		const struct yaml_node *value = with ? yaml_get(with, rule->name) : NULL;
		if (value)
			parameters[i].text = given_value(reader, value, rule);
		else if (!rule->preset && needed && !(with && with->partial))
			tell_missing(reader, needed, rule, giver);
	}
}

void parameter_bind(const struct reader *reader, const struct yaml_node *node, const struct yaml_node *with,
                    const struct source *source, struct scope *scope)
{
	if (!with || reader_is_map(reader, with, "`with`", "with: {length: 2m}"))
		bind_map(reader, with, node, source, GIVER_USE, scope);
}

// The arguments as the map that a `use` would have.
static struct yaml_node *argument_map(const struct reader *reader)
{
	const struct routine_request *request = reader->loader->request;
	size_t count = request->argument_count;
	struct yaml_node *nodes = arena_alloc(reader->arena, (2 * count + 1) * sizeof *nodes), *map = nodes++;
	const struct yaml_node plain = {.kind = YAML_SCALAR, .place = {.file = "--with"}, .inset = -1};
	*map = plain;
	map->kind = YAML_MAP;
	map->keys = arena_alloc(reader->arena, count * sizeof *map->keys);
	map->items = arena_alloc(reader->arena, count * sizeof *map->items);
	for (size_t i = 0; i < count; i++) {
		struct yaml_node *key = nodes++, *value = nodes++;
		*key = *value = plain;
		key->text = request->arguments[i].name;
		value->text = request->arguments[i].value;
		if (yaml_get(map, key->text)) {
			reader_fault(reader, key, "`%s` is given twice; take one of them out",
			             yaml_clip(reader->arena, key->text));
			continue;
		}
		map->keys[map->count] = key;
		map->items[map->count++] = value;
	}
	return map;
}

void parameter_bind_arguments(const struct reader *reader, const struct source *source, bool needed,
                              struct scope *scope)
{
	const struct yaml_node *map = argument_map(reader);
	bind_map(reader, map, needed ? map : NULL, source, GIVER_ARGUMENTS, scope);
}

void parameter_bind_plausible(const struct reader *reader, const struct source *source, struct scope *scope)
{
	bind_all(reader, source, scope);
}

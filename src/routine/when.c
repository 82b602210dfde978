// Steps for one choice only: `when` names parameters and the words for which its steps are there. What does not hold is
// read all the same, as if its words had been chosen, so that a slip in it is told before somebody chooses them; then it
// is dropped. Reading counts against the budgets either way.
#include "routine/step.h"

#include "base/arena.h"

#include <string.h>

// A condition as far as it is read.
struct condition {
	struct parameter *assumed; // the scope's parameters, with the words that the condition asks for
	bool holds;
};

static void tell_unknown(const struct reader *reader, const struct yaml_node *key)
{
	const struct scope *scope = reader->scope;
	const char **known = arena_alloc(reader->arena, (scope->count + 1) * sizeof *known);
	for (size_t i = 0; i < scope->count; i++)
		known[i] = scope->parameters[i].name;
	if (scope->count)
		reader_unknown(reader, key, "`when`", known);
	else
		reader_fault(reader, key, "`%s` is no parameter here; this file has none, declare it in `with:`",
		             yaml_clip(reader->arena, key->text));
}

// The word that fits among those of a value, else the first of them; NULL after a fault.
static const char *read_words(const struct reader *reader, const struct yaml_node *value,
                              const struct parameter *parameter)
{
	const char *const *words = parameter->rule->words, *chosen = NULL;
	bool list = value->kind == YAML_LIST && value->count > 0, good = true;
	size_t count = list ? value->count : 1;
	if (!loader_spend(reader, value, count))
		return NULL;
	for (size_t i = 0; i < count; i++) {
		int word = 0;
		if (!reader_choice(reader, list ? value->items[i] : value, words, &word))
			good = false;
		else if (!chosen || strcmp(words[word], parameter->text) == 0)
			chosen = words[word];
	}
	return good ? chosen : NULL;
}

static void read_one(const struct reader *reader, const struct yaml_node *key, const struct yaml_node *value,
                     struct condition *condition)
{
	size_t i = 0;
	while (i < reader->scope->count && strcmp(reader->scope->parameters[i].name, key->text) != 0)
		i++;
	if (i == reader->scope->count) {
		tell_unknown(reader, key);
		return;
	}
	const struct parameter *parameter = &reader->scope->parameters[i];
	if (!parameter->rule->words) {
		reader_fault(reader, key,
		             "`%s` has no words to choose from; give it one-of, such as one-of: [hands, ball]",
		             parameter->name);
		return;
	}
	const char *word = read_words(reader, value, parameter);
	if (!word)
		return;
	condition->holds &= strcmp(word, parameter->text) == 0;
	condition->assumed[i].text = word;
}

static struct condition read_condition(const struct reader *reader, const struct yaml_node *node)
{
	const struct scope *scope = reader->scope;
	struct condition condition = {arena_alloc(reader->arena, scope->count * sizeof *condition.assumed), true};
	for (size_t i = 0; i < scope->count; i++)
		condition.assumed[i] = scope->parameters[i];
	if (!reader_is_map(reader, node, "`when`", "a parameter and its word: when: {tool: hands}"))
		return condition;
	if (node->count == 0 && !node->partial)
		reader_fault(reader, node, "`when` names a parameter and its word, such as when: {tool: hands}");
	for (size_t i = 0; i < node->count; i++)
		read_one(reader, node->keys[i], node->items[i], &condition);
	return condition;
}

void step_read_when(const struct reader *reader, const struct step_text *text, struct step_list *list)
{
	const struct condition condition = read_condition(reader, text->value);
	const struct yaml_node *steps = step_inner(reader, text), *if_sore = yaml_get(text->map, "if-sore");
	struct scope scope = *reader->scope;
	const struct reader inside = {reader->arena, reader->faults, &scope, reader->loader};
	struct step_list inner = {0}, instead = {0};
	scope.parameters = condition.assumed;
	if (steps)
		steps_read(&inside, steps, &inner);
	if (if_sore)
		sore_read_steps(&inside, if_sore, &instead);
	bool sore = if_sore && reader->loader->request->sore;
	if (condition.holds)
		sore_add_group(reader, text, sore ? &instead : &inner, list);
}

static bool any_if_sore(const struct yaml_node *steps)
{
	for (size_t i = 0; i < steps->count; i++)
		if (steps->items[i]->kind == YAML_MAP && yaml_get(steps->items[i], "if-sore"))
			return true;
	return false;
}

void steps_check_left(const struct reader *reader, const struct yaml_node *root, const struct routine *routine)
{
	const struct yaml_node *steps = root->kind == YAML_MAP ? yaml_get(root, "steps") : NULL;
	if (!steps || routine->step_count > 0 || reader->loader->troubles > 0)
		return;
	if (reader->loader->request->sore && any_if_sore(steps))
		reader_fault(reader, steps, "nothing is left to play when touch is sore; write steps in an `if-sore`");
	else
		reader_fault(reader, steps,
		             "no `when` holds here, so there is nothing to play; add steps for this choice");
}

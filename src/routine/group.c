// Steps that are played several times: `repeat` as often as it says, `sides` once for each side with {side} filled in.
// The sides are read once each, because their words differ; when the first had faults, the second would only repeat
// them, and is read without a word.
#include "routine/format.h"
#include "routine/step.h"

#include "base/arena.h"

const struct yaml_node *step_inner(const struct reader *reader, const struct step_text *text)
{
	const struct yaml_node *steps = yaml_get(text->map, "steps");
	if (!steps && !text->doubtful)
		reader_fault(reader, text->key, "`steps` is missing; write the steps below it, each with a dash");
	return steps;
}

void step_read_repeat(const struct reader *reader, const struct step_text *text, struct step_list *list)
{
	enum { MOST_TIMES = 1000 };
	struct step *group = step_list_add(reader, list, text, STEP_GROUP);
	const struct yaml_node *steps = step_inner(reader, text);
	struct step_list inner = {0};
	reader_whole(reader, text->value, 1, MOST_TIMES, &group->repeat);
	if (steps)
		steps_read(reader, steps, &inner);
	step_close_group(reader, list, text, group, &inner);
}

const char *const sides_names[] = {"left", "right", NULL};

// How many sides there are; 0 after a fault.
static size_t read_sides(const struct reader *reader, const struct yaml_node *node, int sides[2])
{
	if (node->kind != YAML_LIST || node->count < 1 || node->count > 2) {
		if (!node->partial)
			reader_fault(reader, node, "sides are written in brackets: [left, right]");
		return 0;
	}
	for (size_t i = 0; i < node->count; i++)
		if (!reader_choice(reader, node->items[i], sides_names, &sides[i]))
			return 0;
	if (node->count == 2 && sides[0] == sides[1]) {
		reader_fault(reader, node->items[1], "the same side twice; write [left, right] or [left]");
		return 0;
	}
	return node->count;
}

static void read_one_side(const struct reader *reader, const struct step_text *text, const struct yaml_node *steps,
                          int side, struct step_list *list)
{
	struct scope scope = *reader->scope;
	const struct reader inside = {reader->arena, reader->faults, &scope, reader->loader};
	struct step_list inner;
	struct step *group = step_list_add(reader, list, text, STEP_GROUP);
	scope.side_name = sides_names[side];
	scope.side = side == 0 ? SIDE_LEFT : SIDE_RIGHT;
	steps_read(&inside, steps, &inner);
	step_close_group(reader, list, text, group, &inner);
}

void step_read_sides(const struct reader *reader, const struct step_text *text, struct step_list *list)
{
	int sides[2] = {0, 1};
	size_t count = read_sides(reader, text->value, sides);
	const struct yaml_node *steps = step_inner(reader, text);
	if (!steps)
		return;
	size_t before = reader->loader->troubles, kept = list->count;
	read_one_side(reader, text, steps, sides[0], list);
	if (count == 0)
		list->count = kept; // which side it was is not known
	if (count != 2)
		return;
	struct fault_list mute = loader_mute(reader->arena);
	const struct reader again = {reader->arena, &mute, reader->scope, reader->loader};
	read_one_side(reader->loader->troubles == before ? reader : &again, text, steps, sides[1], list);
}

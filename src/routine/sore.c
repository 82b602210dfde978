// When touch is sore. `if-sore` gives steps to take instead; both they and what they replace are always read, so that a
// slip in either is told, and one of them is dropped.
//
// Without one, hands lie still where they would move or press. A technique that does either becomes still hands as a
// whole, for its words tell of motion; so does a stroke or a hold that stands outside any, without its words. The time
// that each takes stays, and with it the session's length.
#include "routine/step.h"

bool sore_read_steps(const struct reader *reader, const struct yaml_node *node, struct step_list *list)
{
	struct scope scope = *reader->scope;
	const struct reader inside = {reader->arena, reader->faults, &scope, reader->loader};
	size_t before = reader->loader->troubles;
	*list = (struct step_list){0};
	if (scope.for_sore)
		reader_fault(reader, node, "this stands in an `if-sore` already; write its steps there");
	scope.for_sore = true;
	if (node->kind != YAML_LIST || node->count > 0) // none: it is left out
		steps_read(&inside, node, list);
	return reader->loader->troubles == before;
}

void sore_add_group(const struct reader *reader, const struct step_text *text, const struct step_list *inner,
                    struct step_list *list)
{
	struct step *group = step_list_add(reader, list, text, STEP_GROUP);
	step_close_group(reader, list, text, group, inner);
}

static bool moves(const struct step *step)
{
	bool stroke = step->kind == STEP_STROKE && step->shape != STROKE_STILL;
	return (stroke || step->kind == STEP_HOLD) && !step->for_sore;
}

// Whether a technique moves by its own steps; those that it uses are looked at for themselves.
static bool any_moves(const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (moves(&steps[i]) || (!steps[i].technique && any_moves(steps[i].steps, steps[i].step_count)))
			return true;
	return false;
}

// The pace stays where it is the breath's, since the breath is heard by it; a stroke that is still has no other.
static void make_still(struct step *step)
{
	step->kind = STEP_STROKE;
	step->shape = STROKE_STILL;
	step->direction = DIRECTION_NONE;
	step->every_sec = 0;
	step->count_sec = 0;
	step->say = NULL;
	step->cues = NULL;
	step->cue_count = 0;
}

void sore_make_still(struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct step *step = &steps[i];
		if (moves(step))
			make_still(step);
		else if (step->technique && any_moves(step->steps, step->step_count))
			step->still_hands = true;
		else
			sore_make_still(step->steps, step->step_count);
	}
}

// What a hand does: its shape, side, direction and pace. Which directions a shape can take stands in one table.
#include "routine/step.h"

#include "routine/format.h"

#include <string.h>

const char *const stroke_shapes[] = {"circle", "sweep", "pull", "press", "roll", "tap", "still", NULL};
const char *const stroke_directions[] = {
	"clockwise", "counterclockwise", "outward", "inward", "up",
	"down",      "forward",          "back",    NULL}; // DIRECTION_NONE is left out

#define GOES(direction) (1u << DIRECTION_##direction)

static const struct shape {
	unsigned directions;
	const char *names;
	bool paced;
} shapes[] = {
	[STROKE_CIRCLE] = {GOES(CLOCKWISE) | GOES(COUNTERCLOCKWISE), "clockwise or counterclockwise", true},
	[STROKE_SWEEP] = {GOES(OUTWARD) | GOES(INWARD) | GOES(UP) | GOES(DOWN), "outward, inward, up or down", true},
	[STROKE_PULL] = {GOES(DOWN) | GOES(UP) | GOES(OUTWARD) | GOES(FORWARD) | GOES(BACK),
                         "down, up, outward, forward or back", true},
	[STROKE_PRESS] = {0, NULL, false},
	[STROKE_ROLL] = {GOES(FORWARD) | GOES(BACK) | GOES(UP) | GOES(DOWN), "forward, back, up or down", true},
	[STROKE_TAP] = {0, NULL, true},
	[STROKE_STILL] = {0, NULL, false},
};

struct stroke_text {
	struct step *step;
	const struct yaml_node *direction, *pace;
	bool has_shape;
};

static void read_shape(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct stroke_text *stroke = into;
	int shape = 0;
	stroke->has_shape = reader_choice(reader, value, stroke_shapes, &shape);
	stroke->step->shape = (enum stroke_shape)shape;
}

static void read_side(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct stroke_text *stroke = into;
	int side = 0;
	if (reader_choice(reader, value, step_side_names, &side))
		stroke->step->side = (enum side)side;
}

static void read_direction(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct stroke_text *stroke = into;
	int direction = 0;
	if (!reader_choice(reader, value, stroke_directions, &direction))
		return;
	stroke->step->direction = (enum stroke_direction)(direction + 1);
	stroke->direction = value;
}

static bool first_pace(const struct reader *reader, const struct yaml_node *value, struct stroke_text *stroke)
{
	if (stroke->pace)
		reader_fault(reader, value, "a second pace; keep one: per-breath or every");
	bool first = !stroke->pace;
	stroke->pace = value;
	return first;
}

static void read_per_breath(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct stroke_text *stroke = into;
	if (first_pace(reader, value, stroke))
		reader_number(reader, value, 0.25, 8, &stroke->step->per_breath);
}

static void read_every(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct stroke_text *stroke = into;
	if (first_pace(reader, value, stroke))
		reader_sec(reader, value, 0.5, 60, &stroke->step->every_sec);
}

static const struct word pace_words[] = {
	{"per-breath", read_per_breath, NULL},
	{"every", read_every, NULL},
	{NULL, NULL, NULL},
};

const struct vocabulary pace_vocabulary = {"a pace", "{per-breath: 2} or {every: 3s}", pace_words};

static void read_pace(const struct reader *reader, const struct yaml_node *value, void *into)
{
	if (reader_words(reader, value, &pace_vocabulary, into) && value->count == 0)
		reader_fault(reader, value, "a pace is missing here, such as {per-breath: 2}");
}

static void read_for(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct stroke_text *stroke = into;
	reader_length(reader, value, &step_bounds, &stroke->step->length);
}

static const struct word words[] = {
	{"shape", read_shape, "shape: circle"}, {"side", read_side, NULL},   {"direction", read_direction, NULL},
	{"per-breath", read_per_breath, NULL},  {"every", read_every, NULL}, {"pace", read_pace, NULL},
	{"for", read_for, "for: 2m"},           {NULL, NULL, NULL},
};

const struct vocabulary stroke_vocabulary = {"a stroke", "{shape: circle, for: 2m}", words};

static void check_shape(const struct reader *reader, const struct stroke_text *stroke)
{
	const struct step *step = stroke->step;
	const struct shape *shape = &shapes[step->shape];
	const char *name = stroke_shapes[step->shape];
	bool fits = !stroke->direction || (shape->directions & 1u << step->direction);
	if (!fits && shape->names)
		reader_fault(reader, stroke->direction, "`%s` does not go `%s`; %s", name,
		             stroke_directions[step->direction - 1], shape->names);
	else if (!fits)
		reader_fault(reader, stroke->direction, "`%s` has no direction; take `direction` out", name);
	if (stroke->pace && !shape->paced)
		reader_fault(reader, stroke->pace, "`%s` stays for its whole length; take the pace out", name);
}

void step_read_stroke(const struct reader *reader, const struct step_text *text, struct step_list *list)
{
	struct stroke_text stroke = {.step = step_list_add(reader, list, text, STEP_STROKE)};
	stroke.step->side = reader->scope->side;
	stroke.step->for_sore = reader->scope->for_sore;
	reader_words(reader, text->value, &stroke_vocabulary, &stroke);
	if (stroke.has_shape)
		check_shape(reader, &stroke);
	step_read_extras(reader, text, stroke.step, list);
}

// What is said while a timed step runs: its opening words, and cues at their times.
#include "routine/step.h"

#include "base/arena.h"
#include "routine/format.h"

#include <math.h>
#include <string.h>

static void read_at(const struct reader *reader, const struct yaml_node *value, void *into)
{
	static const char *const known[] = {"half", "last", NULL};
	static const struct value_bounds bounds = {0.1, ROUTINE_MOST_SEC, false};
	struct cue *cue = into;
	struct length length = {0};
	const char *text = reader_scalar(reader, value, "30s, half or last 10s");
	if (!text)
		return;
	bool last = strncmp(text, "last ", 5) == 0;
	if (strcmp(text, "half") == 0) {
		cue->when = CUE_HALF;
		return;
	}
	const char *trouble = value_length(reader->arena, text + (last ? 5 : 0), &bounds, &length);
	if (!trouble) {
		cue->when = last ? CUE_LAST : CUE_AT;
		cue->sec = length.amount;
	} else if (!last && yaml_nearest(text, known)) {
		reader_fault(reader, value, "`%s`: did you mean `%s`?", text, yaml_nearest(text, known));
	} else if (!last && *text >= 'A') {
		reader_fault(reader, value, "`%s` is no time of a cue; 30s, half or last 10s",
		             yaml_clip(reader->arena, text));
	} else {
		reader_fault(reader, value, "%s", trouble);
	}
}

static void read_words(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct cue *cue = into;
	cue->place = reader_place(reader, value);
	reader_text(reader, value, "Half way.", &cue->say);
}

static const struct word words[] = {
	{"at", read_at, "at: half"},
	{"say", read_words, "say: Half way."},
	{NULL, NULL, NULL},
};

const struct vocabulary cue_vocabulary = {"a cue", "{at: half, say: Half way.}", words};

// The length with the release, as far as it is known in time; NAN when breaths are in it.
static double known_sec(const struct step *step)
{
	if (step->length.in_breaths || step->release.in_breaths || step->length.amount <= 0)
		return NAN;
	return step->length.amount + step->release.amount;
}

static void check_time(const struct reader *reader, const struct yaml_node *node, const struct cue *cue, double sec)
{
	const struct yaml_node *at = node->kind == YAML_MAP ? yaml_get(node, "at") : NULL;
	if (at && cue->sec >= sec)
		reader_fault(reader, at, "the step lasts %s only; a cue comes before its end",
		             value_sec_text(reader->arena, sec));
}

static void read_cues(const struct reader *reader, const struct yaml_node *node, struct step *step)
{
	if (node->kind != YAML_LIST || node->count == 0) {
		if (!node->partial)
			reader_fault(reader, node,
			             "cues are a list; begin each with a dash: - {at: half, say: Half way.}");
		return;
	}
	if (!loader_spend(reader, node, node->count))
		return;
	step->cues = arena_alloc(reader->arena, node->count * sizeof *step->cues);
	step->cue_count = node->count;
	for (size_t i = 0; i < node->count; i++) {
		reader_words(reader, node->items[i], &cue_vocabulary, &step->cues[i]);
		check_time(reader, node->items[i], &step->cues[i], known_sec(step));
	}
}

void step_read_extras(const struct reader *reader, const struct step_text *text, struct step *step,
                      struct step_list *list)
{
	const struct yaml_node *say = yaml_get(text->map, "say"), *cues = yaml_get(text->map, "cues");
	if (say) {
		step->say_place = reader_place(reader, say);
		reader_text(reader, say, "Slow, small circles.", &step->say);
	}
	if (cues)
		read_cues(reader, cues, step);
	double sec = (step->length.in_breaths ? 0 : step->length.amount) +
	             (step->release.in_breaths ? 0 : step->release.amount);
	step_list_extend(reader, list, text->key, 1, sec);
}

static void leave_say(const struct reader *reader, const struct step_text *text, struct step_list *list,
                      const char *said, struct place place)
{
	if (!said)
		return;
	struct step *step = step_list_add(reader, list, text, STEP_SAY);
	step->say = said;
	step->say_place = place;
	step_list_extend(reader, list, text->key, 1, 0);
}

void step_leave_words(const struct reader *reader, const struct step_text *text, struct step_list *list)
{
	const struct step timed = list->items[--list->count];
	leave_say(reader, text, list, timed.say, timed.say_place);
	for (size_t i = 0; i < timed.cue_count; i++)
		leave_say(reader, text, list, timed.cues[i].say, timed.cues[i].place);
}

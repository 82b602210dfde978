// A step is a map with exactly one main word, which says what happens, and the words that may go with it. `say` is
// both: alone it is a step, beside a timed word it is what is said when that begins.
#include "routine/step.h"

#include "base/arena.h"
#include "routine/format.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#define SHORTEST_STEP_SEC 0.1

const struct value_bounds step_bounds = {SHORTEST_STEP_SEC, ROUTINE_MOST_SEC, true};
const char *const step_side_names[] = {"both", "left", "right", NULL}; // as in enum side

enum {
	SAY = 1 << 0,
	REST = 1 << 1,
	BREATHE = 1 << 2,
	STROKE = 1 << 3,
	HOLD = 1 << 4,
	PART = 1 << 5,
	BED = 1 << 6,
	REPEAT = 1 << 7,
	SIDES = 1 << 8,
	USE = 1 << 9,
	WHEN = 1 << 10,
	TIMED = REST | BREATHE | STROKE | HOLD,
	ALL = 2 * WHEN - 1,
};

static void read_say(const struct reader *reader, const struct step_text *text, struct step_list *list)
{
	struct step *step = step_list_add(reader, list, text, STEP_SAY);
	if (!reader_text(reader, text->value, "Lie down.", &step->say))
		list->count--;
	step->say_place = reader_place(reader, text->value);
	step_list_extend(reader, list, text->key, 1, 0);
}

static void read_part(const struct reader *reader, const struct step_text *text, struct step_list *list)
{
	struct step *step = step_list_add(reader, list, text, STEP_PART);
	if (!reader_text(reader, text->value, "Temples", &step->say))
		list->count--;
	step->say_place = reader_place(reader, text->value);
	step_list_extend(reader, list, text->key, 1, 0);
}

static void read_rest(const struct reader *reader, const struct step_text *text, struct step_list *list)
{
	struct step *step = step_list_add(reader, list, text, STEP_REST);
	reader_length(reader, text->value, &step_bounds, &step->length);
	step_read_extras(reader, text, step, list);
}

// `all`, `none` or `first N`.
static void read_spoken(const struct reader *reader, const struct yaml_node *node, int *breaths)
{
	static const char *const known[] = {"all", "none", "first", NULL};
	const char *words = reader_scalar(reader, node, "first 2");
	double number;
	if (!words)
		return;
	bool first = strncmp(words, "first ", 6) == 0 && value_number(words + 6, &number);
	if (strcmp(words, "all") == 0)
		*breaths = INT_MAX;
	else if (strcmp(words, "none") == 0)
		*breaths = 0;
	else if (first && number >= 1 && number <= ROUTINE_MOST_BREATHS && number == floor(number))
		*breaths = (int)number;
	else if (yaml_nearest(words, known))
		reader_fault(reader, node, "`%s`: did you mean `%s`?", yaml_clip(reader->arena, words),
		             strcmp(yaml_nearest(words, known), "first") == 0 ? "first 2" : yaml_nearest(words, known));
	else
		reader_fault(reader, node, "`%s` has no meaning here; all, none or first 2",
		             yaml_clip(reader->arena, words));
}

static void read_breathe(const struct reader *reader, const struct step_text *text, struct step_list *list)
{
	enum { SPOKEN_BREATHS = 2 };
	struct step *step = step_list_add(reader, list, text, STEP_BREATHE);
	const struct yaml_node *words = yaml_get(text->map, "words");
	reader_length(reader, text->value, &step_bounds, &step->length);
	step->spoken_breaths = SPOKEN_BREATHS;
	if (words)
		read_spoken(reader, words, &step->spoken_breaths);
	bool counted = words && step->length.in_breaths && step->spoken_breaths != INT_MAX;
	if (counted && step->spoken_breaths > step->length.amount)
		reader_fault(reader, words,
		             step->length.amount > 1 ? "there are only %.0f breaths; write all"
		                                     : "there is only %.0f breath; write all",
		             step->length.amount);
	step_read_extras(reader, text, step, list);
}

static void read_count(const struct reader *reader, const struct yaml_node *node, struct step *step)
{
	if (!reader_sec(reader, node, 2, 60, &step->count_sec) || step->length.amount <= 0)
		return;
	if (step->length.in_breaths)
		reader_fault(reader, node, "counting needs a hold in time; write hold: 20s");
	else if (step->count_sec >= step->length.amount)
		reader_fault(reader, node, "the hold is over before the first count; write a count below %s",
		             value_sec_text(reader->arena, step->length.amount));
}

static void read_hold(const struct reader *reader, const struct step_text *text, struct step_list *list)
{
	struct step *step = step_list_add(reader, list, text, STEP_HOLD);
	const struct yaml_node *release = yaml_get(text->map, "release"), *count = yaml_get(text->map, "count"),
			       *side = yaml_get(text->map, "side");
	int chosen = (int)reader->scope->side;
	step->shape = STROKE_PRESS;
	step->for_sore = reader->scope->for_sore;
	reader_length(reader, text->value, &step_bounds, &step->length);
	if (release)
		reader_length(reader, release, &step_bounds, &step->release);
	if (count)
		read_count(reader, count, step);
	if (side)
		reader_choice(reader, side, step_side_names, &chosen);
	step->side = (enum side)chosen;
	step_read_extras(reader, text, step, list);
}

static const struct main_word {
	const char *name;
	int bit;
	read_step_fn *read;
} mains[] = {
	{"say", SAY, read_say},
	{"rest", REST, read_rest},
	{"breathe", BREATHE, read_breathe},
	{"stroke", STROKE, step_read_stroke},
	{"hold", HOLD, read_hold},
	{"part", PART, read_part},
	{"bed", BED, step_read_bed},
	{"repeat", REPEAT, step_read_repeat},
	{"sides", SIDES, step_read_sides},
	{"use", USE, step_read_use},
	{"when", WHEN, step_read_when},
};

enum { MAINS = sizeof mains / sizeof *mains };

static const struct companion {
	const char *name;
	int with;
	const char *with_text;
} companions[] = {
	{"say", TIMED | SAY, NULL},
	{"cues", TIMED, "rest, breathe, stroke or hold"},
	{"words", BREATHE, "breathe"},
	{"release", HOLD, "hold"},
	{"count", HOLD, "hold"},
	{"side", HOLD, "hold (a stroke has it inside its braces)"},
	{"steps", REPEAT | SIDES | WHEN, "repeat, sides or when"},
	{"with", USE, "use"},
	{"if-sore", ALL, NULL},
};

enum { COMPANIONS = sizeof companions / sizeof *companions };

const char *const step_words[] = {"say",    "rest",  "breathe", "stroke", "hold",    "part",  "bed",
                                  "repeat", "sides", "use",     "when",   "cues",    "words", "release",
                                  "count",  "side",  "steps",   "with",   "if-sore", NULL};

static const struct main_word *find_main(const char *name)
{
	for (size_t i = 0; i < MAINS; i++)
		if (strcmp(mains[i].name, name) == 0)
			return &mains[i];
	return NULL;
}

static const struct companion *find_companion(const char *name)
{
	for (size_t i = 0; i < COMPANIONS; i++)
		if (strcmp(companions[i].name, name) == 0)
			return &companions[i];
	return NULL;
}

// The first main word; `say` only when there is no other.
static const struct main_word *choose_main(const struct yaml_node *map, const struct yaml_node **key,
                                           const struct yaml_node **value)
{
	const struct main_word *chosen = NULL;
	for (size_t i = 0; i < map->count; i++) {
		const struct main_word *word = find_main(map->keys[i]->text);
		if (!word || (chosen && (chosen->bit != SAY || word->bit == SAY)))
			continue;
		chosen = word;
		*key = map->keys[i];
		*value = map->items[i];
	}
	return chosen;
}

// Tells what does not go with the main word; false when a word is unknown.
static bool check_words(const struct reader *reader, const struct yaml_node *map, const struct main_word *chosen)
{
	bool known = true;
	for (size_t i = 0; i < map->count; i++) {
		const struct yaml_node *key = map->keys[i];
		const struct companion *companion = find_companion(key->text);
		const struct main_word *word = find_main(key->text);
		if (!companion && !word) {
			reader_unknown(reader, key, "a step", step_words);
			known = false;
		} else if (!chosen || word == chosen || (companion && (companion->with & chosen->bit))) {
			continue;
		} else if (word && ((word->bit | chosen->bit) & WHEN)) {
			reader_fault(reader, key,
			             "what `when` is about stands in its steps; write them below it, each "
			             "with its own dash");
		} else if (word) {
			reader_fault(reader, key, "`%s` and `%s` in one step; write two steps, each with its own dash",
			             chosen->name, word->name);
		} else {
			reader_fault(reader, key, "`%s` goes with %s, not with `%s`; take it out", companion->name,
			             companion->with_text, chosen->name);
		}
	}
	return known;
}

// `say` beside a word that it does not go with is told already; its words are kept.
static void keep_say(const struct reader *reader, const struct step_text *text, struct step_list *list)
{
	struct step_text words = *text;
	words.value = yaml_get(text->map, "say");
	for (size_t i = 0; i < text->map->count; i++)
		if (text->map->items[i] == words.value)
			words.key = text->map->keys[i];
	if (words.value)
		read_say(reader, &words, list);
}

static void read_main(const struct reader *reader, const struct yaml_node *map, struct step_list *list)
{
	struct step_text text = {.map = map};
	size_t before = reader->loader->troubles;
	const struct main_word *chosen = choose_main(map, &text.key, &text.value);
	text.doubtful = map->partial || !check_words(reader, map, chosen);
	if (chosen && !(chosen->bit & (SAY | TIMED)))
		keep_say(reader, &text, list);
	if (chosen)
		chosen->read(reader, &text, list);
	if (chosen && (chosen->bit & TIMED) && (text.doubtful || reader->loader->troubles != before))
		step_leave_words(reader, &text, list);
	else if (!chosen && !text.doubtful)
		reader_fault(reader, map,
		             "a step needs a main word: say, rest, breathe, stroke, hold, part, bed, repeat, "
		             "sides, use or when");
}

// Both what is done and what is done instead are read; one of them is dropped. A `when` reads its own: it holds for both.
static void read_step(const struct reader *reader, const struct yaml_node *map, struct step_list *list)
{
	if (!loader_spend_step(reader, map) ||
	    !reader_is_map(reader, map, "a step", "a word and its value: - rest: 6s"))
		return;
	const struct yaml_node *if_sore = yaml_get(map, "when") ? NULL : yaml_get(map, "if-sore");
	const struct step_text text = {.map = map, .key = map, .value = if_sore};
	bool sore = if_sore && reader->loader->request->sore;
	struct step_list dropped = {0}, instead = {0};
	read_main(reader, map, sore ? &dropped : list);
	if (if_sore)
		sore_read_steps(reader, if_sore, &instead);
	if (sore)
		sore_add_group(reader, &text, &instead, list);
}

// One room for all: a list of a million bytes must not be copied again and again.
static size_t room_for(const struct yaml_node *node)
{
	size_t room = node->count;
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_node *item = node->items[i];
		const struct yaml_node *sides = item->kind == YAML_MAP ? yaml_get(item, "sides") : NULL;
		room += sides != NULL;
	}
	return room;
}

void steps_read(const struct reader *reader, const struct yaml_node *node, struct step_list *list)
{
	*list = (struct step_list){0};
	if (node->kind != YAML_LIST) {
		if (!node->partial)
			reader_fault(reader, node, "steps are a list; begin each with a dash: - rest: 6s");
		return;
	}
	if (node->count == 0 && !node->partial) {
		reader_fault(reader, node, "there are no steps; such as - rest: 6s");
		return;
	}
	if (!loader_spend(reader, node, node->count))
		return;
	list->capacity = room_for(node);
	list->items = arena_alloc(reader->arena, list->capacity * sizeof *list->items);
	for (size_t i = 0; i < node->count && !reader->loader->stopped; i++)
		read_step(reader, node->items[i], list);
}

struct step *step_list_add(const struct reader *reader, struct step_list *list, const struct step_text *text,
                           enum step_kind kind)
{
	list->items = arena_grow(reader->arena, list->items, list->count, &list->capacity, sizeof *list->items);
	struct step *step = &list->items[list->count++];
	*step = (struct step){.kind = kind, .place = reader_place(reader, text->key), .repeat = 1};
	return step;
}

void step_list_extend(const struct reader *reader, struct step_list *list, const struct yaml_node *node,
                      double unrolled, double sec)
{
	list->unrolled += unrolled;
	list->sec += sec;
	bool many = list->unrolled > ROUTINE_MOST_STEPS, lasting = list->sec > ROUTINE_MOST_SEC;
	if ((many || lasting) && !reader->loader->told_extent) {
		reader->loader->told_extent = true;
		reader_fault(reader, node,
		             many ? "more than 200000 steps come together here; repeat less"
		                  : "more than 24 hours come together here; make it shorter");
	}
}

void step_close_group(const struct reader *reader, struct step_list *list, const struct step_text *text,
                      struct step *group, const struct step_list *inner)
{
	group->steps = inner->items;
	group->step_count = inner->count;
	if (inner->count == 0)
		list->count--;
	step_list_extend(reader, list, text->key, group->repeat * inner->unrolled, group->repeat * inner->sec);
}

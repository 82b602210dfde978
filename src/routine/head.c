#include "routine/head.h"

#include "base/arena.h"
#include "routine/bed.h"
#include "routine/format.h"
#include "routine/parameter.h"
#include "routine/step.h"
#include "sound/rules.h"

#include <math.h>
#include <string.h>

enum { VERSION = 1 };

const char *const moment_names[] = {"attack", "first-sign", "after",
                                    "daily",  "bedtime",    NULL}; // MOMENT_ANY is left out
const char *const breath_sounds[] = {"tone", "air", "none", NULL}; // as in enum breath_sound
const char *const end_lanes[] = {"voice", "tones", "bed", NULL};

struct head {
	struct routine *routine;
	struct step_list steps, if_sore;
	bool has_if_sore;
};

const char *moment_name(enum moment moment)
{
	return moment == MOMENT_ANY ? "any" : moment_names[moment - 1];
}

static void read_title(const struct reader *reader, const struct yaml_node *value, void *into)
{
	reader_text(reader, value, "Evening", &((struct head *)into)->routine->title);
}

static void read_about(const struct reader *reader, const struct yaml_node *value, void *into)
{
	reader_text(reader, value, "Gentle hands for the temples.", &((struct head *)into)->routine->about);
}

static void read_moment(const struct reader *reader, const struct yaml_node *value, void *into)
{
	int moment = 0;
	if (reader_choice(reader, value, moment_names, &moment))
		((struct head *)into)->routine->moment = (enum moment)(moment + 1);
}

enum { MOST_PER_WEEK = 14, DAILY = 7 };

// `3 times a week` and `3x per week` have a spelling that is right.
static void tell_often(const struct reader *reader, const struct yaml_node *value, const char *text)
{
	const char *shown = yaml_clip(reader->arena, text);
	size_t length = strspn(text, "0123456789");
	double number = 0;
	if (strstr(text, "week") && value_number(arena_copy(reader->arena, text, length), &number) && number >= 1 &&
	    number <= MOST_PER_WEEK)
		reader_fault(reader, value, "`%s` has no meaning here; write %.0f per week", shown, number);
	else
		reader_fault(reader, value, "`%s` has no meaning here; when needed, daily, or 1 to 14 per week", shown);
}

// `when needed`, `daily` or `N per week`.
static void read_often(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct routine *routine = ((struct head *)into)->routine;
	const char *text = reader_scalar(reader, value, "when needed, daily or 3 per week");
	char digits[4] = "";
	double number = 0;
	if (!text)
		return;
	size_t length = strspn(text, "0123456789");
	if (length < sizeof digits && strcmp(text + length, " per week") == 0)
		memcpy(digits, text, length);
	if (strcmp(text, "when needed") == 0)
		routine->often_per_week = 0;
	else if (strcmp(text, "daily") == 0)
		routine->often_per_week = DAILY;
	else if (value_number(digits, &number) && number >= 1 && number <= MOST_PER_WEEK)
		routine->often_per_week = number;
	else
		tell_often(reader, value, text);
}

// A pack's name is a folder's name, so it must not lead anywhere.
static void read_voice(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct routine *routine = ((struct head *)into)->routine;
	const char *text = reader_scalar(reader, value, "en-clb");
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	if (!text)
		return;
	if (text[strspn(text, letters)] || *text == '.' || strlen(text) > 80)
		reader_fault(reader, value, "`%s` is no voice pack's name; such as en-clb",
		             yaml_clip(reader->arena, text));
	else
		routine->voice = text;
	routine->voice_place = reader_place(reader, value);
}

static void read_in(const struct reader *reader, const struct yaml_node *value, void *into)
{
	reader_sec(reader, value, 1, 20, &((struct breath *)into)->in_sec);
}

static void read_out(const struct reader *reader, const struct yaml_node *value, void *into)
{
	reader_sec(reader, value, 1, 20, &((struct breath *)into)->out_sec);
}

static void read_hold_in(const struct reader *reader, const struct yaml_node *value, void *into)
{
	reader_sec(reader, value, 0, 20, &((struct breath *)into)->hold_in_sec);
}

static void read_hold_out(const struct reader *reader, const struct yaml_node *value, void *into)
{
	reader_sec(reader, value, 0, 20, &((struct breath *)into)->hold_out_sec);
}

static void read_from(const struct reader *reader, const struct yaml_node *value, void *into)
{
	reader_rate(reader, value, &((struct breath *)into)->from_per_minute);
}

static void read_to(const struct reader *reader, const struct yaml_node *value, void *into)
{
	reader_rate(reader, value, &((struct breath *)into)->to_per_minute);
}

static void read_over(const struct reader *reader, const struct yaml_node *value, void *into)
{
	reader_sec(reader, value, 1, ROUTINE_MOST_SEC, &((struct breath *)into)->over_sec);
}

static void read_sound(const struct reader *reader, const struct yaml_node *value, void *into)
{
	int sound = 0;
	if (reader_choice(reader, value, breath_sounds, &sound))
		((struct breath *)into)->sound = (enum breath_sound)sound;
}

static const struct word breath_words[] = {
	{"in", read_in, NULL},     {"hold-in", read_hold_in, NULL},
	{"out", read_out, NULL},   {"hold-out", read_hold_out, NULL},
	{"from", read_from, NULL}, {"to", read_to, NULL},
	{"over", read_over, NULL}, {"sound", read_sound, NULL},
	{NULL, NULL, NULL},
};

const struct vocabulary breath_vocabulary = {"the breath", "{in: 4s, out: 6s}", breath_words};

static const struct breath default_breath = {.in_sec = 4, .out_sec = 6};

static void read_breath(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct breath *breath = &((struct head *)into)->routine->breath;
	size_t before = reader->loader->troubles;
	if (!reader_words(reader, value, &breath_vocabulary, breath))
		return;
	int glide =
		(yaml_get(value, "from") != NULL) + (yaml_get(value, "to") != NULL) + (yaml_get(value, "over") != NULL);
	if (glide != 0 && glide != 3 && !value->partial)
		reader_fault(reader, value,
		             "a glide needs all three: {from: 8 per minute, to: 6 per minute, over: 3m}");
	if (reader->loader->troubles != before || glide % 3 != 0)
		*breath = default_breath;
}

static void read_bed(const struct reader *reader, const struct yaml_node *value, void *into)
{
	bed_read(reader, value, false, &((struct head *)into)->routine->bed);
}

static void read_end_fade(const struct reader *reader, const struct yaml_node *value, void *into)
{
	reader_fade(reader, value, ROUTINE_LEAST_END_SEC, &((struct ending *)into)->fade_sec);
}

static void read_order(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct ending *ending = into;
	int *ranks[] = {&ending->voice_rank, &ending->tones_rank, &ending->bed_rank};
	if (value->kind != YAML_LIST || value->count == 0) {
		if (!value->partial)
			reader_fault(reader, value, "the order is written in brackets: [voice, tones, bed]");
		return;
	}
	for (size_t i = 0; i < value->count; i++) {
		int lane = 0;
		if (!reader_choice(reader, value->items[i], end_lanes, &lane))
			continue;
		if (*ranks[lane])
			reader_fault(reader, value->items[i], "`%s` leaves only once; take one of them out",
			             end_lanes[lane]);
		else
			*ranks[lane] = ++ending->rank_count;
	}
}

static const struct word end_words[] = {
	{"fade", read_end_fade, NULL},
	{"order", read_order, NULL},
	{NULL, NULL, NULL},
};

const struct vocabulary end_vocabulary = {"the end", "{fade: 30s}", end_words};

static void read_end(const struct reader *reader, const struct yaml_node *value, void *into)
{
	reader_words(reader, value, &end_vocabulary, &((struct head *)into)->routine->ending);
}

static void read_steps(const struct reader *reader, const struct yaml_node *value, void *into)
{
	steps_read(reader, value, &((struct head *)into)->steps);
}

static void read_if_sore(const struct reader *reader, const struct yaml_node *value, void *into)
{
	struct head *head = into;
	if (value->kind == YAML_LIST && value->count == 0 && !value->partial)
		reader_fault(reader, value, "there are no steps; such as - rest: 6s");
	else
		head->has_if_sore = sore_read_steps(reader, value, &head->if_sore);
}

static const struct word words[] = {
	{"stillroom", NULL, "stillroom: 1"},
	{"title", read_title, "title: Evening"},
	{"about", read_about, NULL},
	{"for", read_moment, NULL},
	{"often", read_often, NULL},
	{"voice", read_voice, NULL},
	{"breath", read_breath, NULL},
	{"bed", read_bed, NULL},
	{"end", read_end, NULL},
	{"with", NULL, NULL},
	{"if-sore", read_if_sore, NULL},
	{"steps", read_steps, "steps: with - rest: 6s below it"},
	{NULL, NULL, NULL},
};

const struct vocabulary routine_vocabulary = {"a routine", "words and values, such as title: Evening", words};

bool head_version_fits(const struct reader *reader, const struct yaml_node *root)
{
	const struct yaml_node *node = root->kind == YAML_MAP ? yaml_get(root, "stillroom") : NULL;
	const char *text = node ? reader_scalar(reader, node, "stillroom: 1") : NULL;
	double version = 0;
	if (!text)
		return true;
	bool whole = value_number(text, &version) && version >= 1 && version == floor(version);
	if (whole && version > VERSION)
		reader_fault(reader, node, "this routine is for a newer stillroom; this one reads version %d", VERSION);
	else if (!whole)
		reader_fault(reader, node, "`%s` is no version; write stillroom: 1", yaml_clip(reader->arena, text));
	return !whole || version == VERSION;
}

static bool is_known(const char *word, size_t length)
{
	for (const struct word *known = words; known->name; known++)
		if (strlen(known->name) == length && memcmp(known->name, word, length) == 0)
			return true;
	for (const struct word *known = technique_vocabulary.words; known->name; known++)
		if (strlen(known->name) == length && memcmp(known->name, word, length) == 0)
			return true;
	for (const char *const *known = step_words; *known; known++)
		if (strlen(*known) == length && memcmp(*known, word, length) == 0)
			return true;
	return false;
}

bool head_looks_like_a_routine(const char *text, size_t length)
{
	const char *end = text + length;
	for (const char *line = text; line < end;) {
		const char *word = line;
		while (word < end && strchr(" \t-{[\"'", *word) && *word)
			word++;
		const char *at = word;
		while (at < end && ((*at >= 'a' && *at <= 'z') || *at == '-'))
			at++;
		if (at < end && *at == ':' && is_known(word, (size_t)(at - word)))
			return true;
		const char *next = memchr(line, '\n', (size_t)(end - line));
		line = next ? next + 1 : end;
	}
	return false;
}

void head_set_defaults(struct routine *routine)
{
	routine->title = routine->about = "";
	routine->breath = default_breath;
	routine->bed.level_db = BED_SOFT_DB;
	routine->ending.fade_sec = FADE_END_SEC;
}

// A routine is played by its name alone, so nothing may be left open.
static void check_presets(const struct reader *reader, const struct yaml_node *root, const struct source *source)
{
	const struct yaml_node *with = yaml_get(root, "with");
	for (size_t i = 0; i < source->rule_count; i++) {
		const struct routine_parameter *rule = &source->rules[i];
		const struct yaml_node *value = with->items[i];
		if (!rule->preset && value->kind == YAML_MAP && !yaml_get(value, "default") && !value->partial)
			reader_fault(reader, value,
			             "`%s` needs a default, so that the routine can be played by its name alone",
			             yaml_clip(reader->arena, rule->name));
	}
}

void head_read(const struct reader *reader, const struct yaml_node *root, struct routine *routine)
{
	struct head head = {.routine = routine};
	struct source source = {.name = routine->name, .root = root};
	struct scope scope = {0};
	const struct reader inside = {reader->arena, reader->faults, &scope, reader->loader};
	parameter_read_rules(reader, NULL, &source);
	if (source.rule_count)
		check_presets(reader, root, &source);
	parameter_bind_arguments(reader, &source, false, &scope);
	routine->parameters = source.rules;
	routine->parameter_count = source.rule_count;
	reader_words(&inside, root, &routine_vocabulary, &head);
	bool sore = head.has_if_sore && reader->loader->request->sore;
	routine->steps = sore ? head.if_sore.items : head.steps.items;
	routine->step_count = sore ? head.if_sore.count : head.steps.count;
	steps_check_left(reader, root, routine);
}

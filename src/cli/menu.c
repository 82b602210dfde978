// A question, and for a choice that stands for several sessions another one that names them. What is told first, and what
// silence begins, is what is unfinished, then what is due, then what is for an attack.
#include "cli/menu.h"

#include "base/arena.h"
#include "cli/attack.h"
#include "cli/attack_questions.h"
#include "cli/due.h"
#include "cli/library.h"
#include "cli/resume.h"
#include "cli/sitting.h"

#include <string.h>
#include <time.h>

#define SILENCE_SEC 20.0
#define UNFINISHED_SEC (12 * 60 * 60) // what was left longer ago is not offered; `resume` still takes it

enum { LIST_MOST = 7, DIGIT_MORE = 8, DIGIT_BACK = 9, CHOICE_MOST = 64 };
enum { FIRST_MOST = 7, DIGIT_ATTACK = 8 }; // of the first question: what is played, and a key that is always the same

struct menu {
	struct sitting sitting;
	struct library *library;
	struct bookmark mark;
	bool unfinished;
};

// What an offer of the first question stands for.
struct choice {
	enum { CHOICE_RESUME, CHOICE_LIST, CHOICE_ATTACK, CHOICE_END } kind;
	const struct library_entry *entries[CHOICE_MOST];
	int count;
	const char *line; // that its list begins with
};

struct first {
	struct choice choices[DIALOGUE_MOST_OFFERS];
	struct dialogue_offer offers[DIALOGUE_MOST_OFFERS];
	int count;
};

enum moment menu_moment(const char *name)
{
	for (enum moment moment = MOMENT_ATTACK; moment <= MOMENT_BEDTIME; moment++)
		if (strcmp(moment_name(moment), name) == 0)
			return moment;
	return MOMENT_ANY;
}

// ---- What there is

static bool is_for(const struct library_entry *entry, enum moment moment)
{
	return !entry->faulty && !entry->is_technique && entry->moment == moment;
}

// Adds to the choice.
static int gather(const struct menu *menu, enum moment moment, struct choice *choice)
{
	choice->kind = CHOICE_LIST;
	choice->line = choice->line ? choice->line : question_moment(moment);
	for (size_t i = 0; i < menu->library->count && choice->count < CHOICE_MOST; i++)
		if (is_for(&menu->library->entries[i], moment))
			choice->entries[choice->count++] = &menu->library->entries[i];
	return choice->count;
}

// From the plan, else from what the listener does at all. So on the first night nothing is due, and silence leads to the
// gentlest.
static int gather_due(const struct menu *menu, struct choice *choice)
{
	struct arena *arena = arena_create();
	struct want *wants;
	size_t count = due_wants(menu->sitting.diary, menu->library, (int64_t)time(NULL), arena, &wants);
	choice->kind = CHOICE_LIST;
	for (size_t i = 0; i < menu->library->count && choice->count < CHOICE_MOST; i++)
		if (due_today(wants, count, menu->library->entries[i].name))
			choice->entries[choice->count++] = &menu->library->entries[i];
	arena_destroy(arena);
	return choice->count;
}

// ---- The first question

static struct dialogue_offer *add(struct first *first)
{
	struct dialogue_offer *offer = &first->offers[first->count];
	offer->digit = ++first->count;
	return offer;
}

static void add_list(struct first *first, const char *press)
{
	const struct choice *choice = &first->choices[first->count];
	struct dialogue_offer *offer = add(first);
	offer->before[0] = press;
	offer->name[0] = choice->entries[0]->title;
	offer->leads_on = choice->count > 1;
	if (!offer->leads_on)
		offer->after[0] = choice->entries[0]->title;
}

static void add_last(struct first *first, int kind, int digit, const char *press)
{
	first->choices[first->count].kind = kind;
	first->offers[first->count] = (struct dialogue_offer){.digit = digit, .before = {press}, .leads_on = true};
	first->count++;
}

static int count_moments(const struct menu *menu)
{
	int count = 0;
	for (enum moment moment = MOMENT_ANY; moment <= MOMENT_BEDTIME; moment++) {
		struct choice choice = {0};
		count += gather(menu, moment, &choice) > 0;
	}
	return count;
}

// Where all is there at once, what is for any time stands behind what is for every day.
static void gather_first(const struct menu *menu, struct first *first)
{
	static const enum moment order[] = {MOMENT_ATTACK, MOMENT_FIRST_SIGN, MOMENT_AFTER,
	                                    MOMENT_DAILY,  MOMENT_BEDTIME,    MOMENT_ANY};
	*first = (struct first){0};
	if (menu->unfinished) {
		struct dialogue_offer *offer = add(first);
		offer->before[0] = question_lines[LINE_RESUME];
		offer->after[0] = menu->mark.title;
		offer->name[0] = question_lines[LINE_RESUME_NAME];
	}
	if (gather_due(menu, &first->choices[first->count]) > 0)
		add_list(first, question_lines[LINE_DUE]);
	bool crowded = first->count + count_moments(menu) > FIRST_MOST;
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		struct choice *choice = &first->choices[first->count];
		if (crowded && order[i] == MOMENT_ANY)
			break;
		gather(menu, order[i], choice);
		if (crowded && order[i] == MOMENT_DAILY)
			gather(menu, MOMENT_ANY, choice);
		if (choice->count > 0)
			add_list(first, question_press(order[i]));
	}
	add_last(first, CHOICE_ATTACK, DIGIT_ATTACK, attack_lines[ATTACK_LINE_OFFER]);
	add_last(first, CHOICE_END, DIGIT_BACK, question_lines[LINE_END]);
}

// ---- A list of sessions, some at a time

enum { LIST_BACK = -1, LIST_ENDED = -2 };

struct page {
	struct dialogue_offer offers[DIALOGUE_MOST_OFFERS];
	int count, more, back;
};

static void make_page(const struct choice *choice, int from, struct page *page)
{
	*page = (struct page){.more = -1};
	for (int i = from; i < choice->count && page->count < LIST_MOST; i++) {
		const char *title = choice->entries[i]->title;
		page->offers[page->count] =
			(struct dialogue_offer){.digit = page->count + 1, .after = {title}, .name = {title}};
		page->count++;
	}
	if (choice->count > LIST_MOST) {
		page->more = page->count++;
		page->offers[page->more] = (struct dialogue_offer){
			.digit = DIGIT_MORE, .before = {question_lines[LINE_MORE]}, .leads_on = true};
	}
	page->back = page->count++;
	page->offers[page->back] =
		(struct dialogue_offer){.digit = DIGIT_BACK, .before = {question_lines[LINE_BACK]}, .leads_on = true};
}

// The entry's index, LIST_BACK or LIST_ENDED.
static int ask_list(struct menu *menu, const struct choice *choice)
{
	const char *const lines[] = {choice->line, NULL};
	for (int from = 0;;) {
		struct page page;
		make_page(choice, from, &page);
		const struct dialogue_table table = {.lines = lines,
		                                     .offers = page.offers,
		                                     .offer_count = page.count,
		                                     .last = question_menu_last,
		                                     .silence_sec = SILENCE_SEC,
		                                     .confirms = true};
		int chosen = sitting_ask_table(&menu->sitting, &table).choice;
		if (chosen < 0 || !menu->sitting.asks)
			return LIST_ENDED;
		if (chosen == page.back)
			return LIST_BACK;
		if (chosen != page.more)
			return from + chosen;
		from = from + LIST_MOST < choice->count ? from + LIST_MOST : 0;
	}
}

// ---- What was chosen

static int end(struct menu *menu)
{
	const struct live_result ended = {.end = END_STOPPED};
	struct loaded nothing;
	load_begin(&nothing);
	int result = sitting_end(&menu->sitting, &nothing, &ended);
	load_finish(&nothing);
	return result;
}

static int play_entry(struct menu *menu, const struct library_entry *entry)
{
	menu->sitting.options->routine = entry->name;
	return play_in_the_dark(&menu->sitting, NULL);
}

// Notes an attack, and leads to the sessions for one, in `choice`; false: to the first question again, or to an end.
static bool note_attack(struct menu *menu, struct choice *choice, bool *ends)
{
	enum attack_heard heard = attack_from_menu(&menu->sitting);
	*choice = (struct choice){0};
	*ends = heard == ATTACK_ENDED || !menu->sitting.asks;
	if (heard == ATTACK_NOTED)
		choice->line = attack_lines[ATTACK_LINE_NOTED];
	return !*ends && heard != ATTACK_IS_OVER && gather(menu, MOMENT_ATTACK, choice) > 0;
}

// MENU_NOBODY: where no output opens, nothing was asked.
static int ask_first(struct menu *menu)
{
	for (;;) {
		struct first first;
		gather_first(menu, &first);
		const struct dialogue_table table = {.offers = first.offers,
		                                     .offer_count = first.count,
		                                     .last = question_menu_last,
		                                     .silence_sec = SILENCE_SEC,
		                                     .confirms = true};
		struct ask_answer answer = sitting_ask_table(&menu->sitting, &table);
		if (answer.choice >= 0 && !menu->sitting.asks)
			return MENU_NOBODY;
		if (answer.choice < 0 || first.choices[answer.choice].kind == CHOICE_END)
			return end(menu);
		struct choice *choice = &first.choices[answer.choice];
		bool ends = false, noted = choice->kind == CHOICE_ATTACK;
		if (choice->kind == CHOICE_RESUME)
			return resume_play(&menu->sitting, &menu->mark, menu->library->arena);
		if (noted && !note_attack(menu, choice, &ends) && !ends)
			continue;
		bool one = !noted && (choice->count == 1 || answer.by_silence);
		int entry = ends ? LIST_ENDED : one ? 0 : ask_list(menu, choice);
		if (entry == LIST_ENDED)
			return end(menu);
		if (entry >= 0)
			return play_entry(menu, choice->entries[entry]);
	}
}

static int ask_moment(struct menu *menu, enum moment moment)
{
	struct choice choice = {0};
	if (gather(menu, moment, &choice) == 0)
		return MENU_NOBODY;
	bool many = menu->sitting.asks && choice.count > 1 && moment != MOMENT_ATTACK; // the first one is the gentlest
	int entry = many ? ask_list(menu, &choice) : 0;
	if (!menu->sitting.asks)
		entry = 0; // no output: the session tells
	return entry < 0 ? end(menu) : play_entry(menu, choice.entries[entry]);
}

static bool is_unfinished(const struct menu *menu)
{
	const struct bookmark *mark = &menu->mark;
	return mark->routine && !mark->finished && !mark->playing &&
	       (int64_t)time(NULL) - mark->wall_sec < UNFINISHED_SEC;
}

int menu_play(struct play_options *options, enum moment moment)
{
	struct menu menu = {0};
	int result = MENU_NOBODY;
	sitting_open(&menu.sitting, options);
	menu.library = library_create(&menu.sitting.paths, NULL, false);
	menu.unfinished = bookmark_last(menu.sitting.folder, &menu.mark) && is_unfinished(&menu);
	if (moment != MOMENT_ANY)
		result = ask_moment(&menu, moment);
	else if (menu.sitting.asks)
		result = ask_first(&menu);
	if (result == MENU_NOBODY)
		sitting_close(&menu.sitting);
	bookmark_finish(&menu.mark);
	library_destroy(menu.library);
	return result;
}

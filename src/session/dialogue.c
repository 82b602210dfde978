//             OPENED            SAID               silence, or a key          SAID, 3 s
//   BEGINS ------------> ASKING ------> WAITING ------------------> CHOSEN -----------> OVER
//                          ^               ^                          |
//                          +--- again -----+--- SAID --- TELLING <----+ a key that is no choice
//
// Be slow to act on a slip: a choice is spoken first, a key that falls by chance chooses nothing, and while a choice
// waits it is taken back by any key.
#include "session/dialogue.h"

#include <math.h>
#include <stddef.h>

#define VOLUME_STEP_DB 2.0
#define TOO_MUCH_DB 6.0
#define SOFTEST_DB (-58.0) // two steps above silence

static const char NOTHING_THERE[] = "There is nothing behind this key.";
static const char CHOOSE_AGAIN[] = "Press another key to choose again.";
static const char TO_END[] = "Press the same key again to end.";

static const char *const NUMBERS[] = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};

struct dialogue dialogue_init(const struct dialogue_table *table, double volume_db)
{
	return (struct dialogue){
		.table = table,
		.choice = DIALOGUE_NONE,
		.volume_db = fmin(volume_db, 0.0),
		.last_sec = -INFINITY,
		.escape_sec = -INFINITY,
	};
}

static void say(struct dialogue_effects *effects, const char *line)
{
	if (line && effects->say_count < DIALOGUE_MOST_LINES)
		effects->say[effects->say_count++] = line;
}

static void say_list(struct dialogue_effects *effects, const char *const *lines)
{
	for (; lines && *lines; lines++)
		say(effects, *lines);
}

static void say_offer_lines(struct dialogue_effects *effects, const char *const lines[DIALOGUE_OFFER_LINES])
{
	for (int i = 0; i < DIALOGUE_OFFER_LINES; i++)
		say(effects, lines[i]);
}

static void ask(struct dialogue *d, struct dialogue_effects *effects)
{
	d->mode = DIALOGUE_ASKING;
	say_list(effects, d->table->lines);
	for (int i = 0; i < d->table->offer_count; i++) {
		const struct dialogue_offer *offer = &d->table->offers[i];
		if (offer->untold)
			continue;
		say_offer_lines(effects, offer->before);
		say(effects, NUMBERS[offer->digit]);
		say_offer_lines(effects, offer->after);
	}
	say_list(effects, d->table->last);
}

static void tell(struct dialogue *d, const char *line, struct dialogue_effects *effects)
{
	bool was_asking = d->mode == DIALOGUE_ASKING;
	say(effects, line);
	if (was_asking)
		ask(d, effects); // nobody has heard it yet
	else
		d->mode = DIALOGUE_TELLING;
}

static void finish(struct dialogue *d, int choice)
{
	d->mode = DIALOGUE_OVER;
	d->choice = choice;
}

static void choose(struct dialogue *d, int choice, bool by_silence, double now_sec, struct dialogue_effects *effects)
{
	bool leads_on = !by_silence && choice >= 0 && d->table->offers[choice].leads_on;
	d->choice = choice;
	d->by_silence = by_silence;
	d->chosen_sec = d->since_sec = now_sec;
	if (by_silence && d->table->silence_name)
		say_list(effects, d->table->silence_name);
	else if (choice >= 0 && !leads_on)
		say_offer_lines(effects, d->table->offers[choice].name);
	effects->hush = true;
	d->mode = DIALOGUE_CHOSEN;
	d->said = effects->say_count == 0;
	if (d->said && (leads_on || !d->table->confirms))
		finish(d, choice);
}

// ---- Keys

static int offer_of(const struct dialogue_table *table, int digit)
{
	for (int i = 0; i < table->offer_count; i++)
		if (table->offers[i].digit == digit)
			return i;
	return DIALOGUE_NONE;
}

static void change_volume(struct dialogue *d, double by_db, double now_sec, struct dialogue_effects *effects)
{
	d->volume_db = fmin(fmax(d->volume_db + by_db, SOFTEST_DB), 0.0);
	effects->set_volume = true;
	effects->volume_db = d->volume_db;
	if (d->mode == DIALOGUE_WAITING)
		d->since_sec = now_sec; // somebody is there
}

static void take_digit(struct dialogue *d, int digit, double now_sec, struct dialogue_effects *effects)
{
	int offer = offer_of(d->table, digit);
	if (offer >= 0 && d->mode == DIALOGUE_CHOSEN && offer == d->choice)
		return; // it is on its way
	effects->hush = true;
	if (offer >= 0)
		choose(d, offer, false, now_sec, effects);
	else if (digit == 0)
		ask(d, effects);
	else
		tell(d, NOTHING_THERE, effects);
}

static void take_enter(struct dialogue *d, double now_sec, struct dialogue_effects *effects)
{
	effects->hush = true;
	if (d->mode == DIALOGUE_CHOSEN)
		finish(d, d->choice);
	else
		choose(d, d->table->enter, false, now_sec, effects);
}

static void take_escape(struct dialogue *d, double now_sec, struct dialogue_effects *effects)
{
	bool twice = now_sec - d->escape_sec <= DIALOGUE_ESCAPE_SEC;
	d->escape_sec = now_sec;
	effects->hush = true;
	if (twice) {
		finish(d, DIALOGUE_ENDED);
		return;
	}
	say(effects, TO_END);
	d->mode = DIALOGUE_TELLING;
}

static void take_key(struct dialogue *d, const struct dialogue_event *event, struct dialogue_effects *effects)
{
	switch (event->wish.verb) {
	case VERB_DIGIT:
		take_digit(d, (int)event->wish.value, event->now_sec, effects);
		return;
	case VERB_PAUSE_RESUME:
	case VERB_RESUME:
		take_enter(d, event->now_sec, effects);
		return;
	case VERB_AGAIN:
	case VERB_WHERE:
	case VERB_HELP:
		effects->hush = true;
		ask(d, effects);
		return;
	case VERB_LOUDER:
	case VERB_LITTLE_MORE:
		change_volume(d, VOLUME_STEP_DB, event->now_sec, effects);
		return;
	case VERB_QUIETER:
		change_volume(d, -VOLUME_STEP_DB, event->now_sec, effects);
		return;
	case VERB_TOO_MUCH:
		change_volume(d, -TOO_MUCH_DB, event->now_sec, effects);
		return;
	case VERB_VOLUME:
		change_volume(d, event->wish.value - d->volume_db, event->now_sec, effects);
		return;
	case VERB_STOP:
		effects->hush = true;
		finish(d, DIALOGUE_ENDED);
		return;
	case VERB_ESCAPE:
		take_escape(d, event->now_sec, effects);
		return;
	default:
		break;
	}
	if (d->mode != DIALOGUE_CHOSEN || !d->table->confirms)
		return; // a hand fell on the keyboard
	effects->hush = true;
	tell(d, CHOOSE_AGAIN, effects);
}

static bool is_bounce(struct dialogue *d, const struct dialogue_event *event)
{
	bool alike = event->wish.verb == d->last.verb && !(event->wish.value < d->last.value) &&
	             !(event->wish.value > d->last.value);
	bool repeats = event->wish.verb != VERB_LOUDER && event->wish.verb != VERB_QUIETER;
	bool bounce = alike && repeats && event->now_sec - d->last_sec < DIALOGUE_BOUNCE_SEC;
	d->last = event->wish;
	d->last_sec = event->now_sec;
	return bounce;
}

// A choice that is only spoken of before it is taken is not changed by keys, but for the end.
static bool is_taken(const struct dialogue *d, enum verb verb)
{
	bool may_change = d->table->confirms || verb == VERB_STOP || verb == VERB_ESCAPE || verb == VERB_QUIETER ||
	                  verb == VERB_TOO_MUCH;
	return d->mode == DIALOGUE_CHOSEN && !may_change;
}

static void take_wish(struct dialogue *d, const struct dialogue_event *event, struct dialogue_effects *effects)
{
	if (d->mode == DIALOGUE_OVER || event->wish.verb == VERB_NONE || is_bounce(d, event) ||
	    is_taken(d, event->wish.verb))
		return;
	take_key(d, event, effects);
}

// ---- Time

double dialogue_deadline_sec(const struct dialogue *d)
{
	if (d->mode == DIALOGUE_WAITING)
		return d->since_sec + d->table->silence_sec;
	if (d->mode == DIALOGUE_CHOSEN && d->said && d->table->confirms)
		return fmax(d->chosen_sec + DIALOGUE_CONFIRM_SEC, d->since_sec + DIALOGUE_NAME_SEC);
	return INFINITY;
}

static void tick(struct dialogue *d, double now_sec, struct dialogue_effects *effects)
{
	if (now_sec < dialogue_deadline_sec(d))
		return;
	if (d->mode == DIALOGUE_CHOSEN)
		finish(d, d->choice);
	else
		choose(d, d->table->silence, true, now_sec, effects);
}

static void said(struct dialogue *d, double now_sec)
{
	d->since_sec = now_sec;
	if (d->mode == DIALOGUE_ASKING || d->mode == DIALOGUE_TELLING)
		d->mode = DIALOGUE_WAITING;
	else if (d->mode == DIALOGUE_CHOSEN && d->table->confirms)
		d->said = true;
	else if (d->mode == DIALOGUE_CHOSEN)
		finish(d, d->choice);
}

struct dialogue_effects dialogue_step(struct dialogue *d, const struct dialogue_event *event)
{
	struct dialogue_effects effects = {0};
	switch (event->kind) {
	case DIALOGUE_OPENED:
		if (d->mode != DIALOGUE_OVER)
			ask(d, &effects);
		break;
	case DIALOGUE_SAID:
		said(d, event->now_sec);
		break;
	case DIALOGUE_WISH:
		take_wish(d, event, &effects);
		break;
	case DIALOGUE_TICK:
		tick(d, event->now_sec, &effects);
		break;
	}
	return effects;
}

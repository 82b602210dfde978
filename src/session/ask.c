#include "session/ask.h"

#include "base/clock.h"
#include "sound/rules.h"

#include <math.h>
#include <string.h>

#define TICK_SEC 0.25
#define WORDS_DB (GENTLE_DB - 3.0) // softer than the voice of any session
#define WORDS_LATE_SEC 20.0        // a disk may have to wake for a question
enum { LOSSES_MOST = 2 };

struct asking {
	struct dialogue dialogue;
	struct stage *stage;
	bool speaks; // its end is awaited
	bool away;   // the headset went: a key opens the output
	int losses;
};

static void step(struct asking *asking, enum dialogue_event_kind kind, struct wish wish)
{
	struct dialogue_event event = {.kind = kind, .wish = wish, .now_sec = clock_sec()};
	struct dialogue_effects effects = dialogue_step(&asking->dialogue, &event);
	if (effects.hush) {
		stage_hush(asking->stage);
		asking->speaks = false;
	}
	if (effects.set_volume && stage_feed(asking->stage))
		feed_set_volume(stage_feed(asking->stage), effects.volume_db);
	if (effects.say_count == 0)
		return;
	stage_say_within(asking->stage, effects.say, effects.say_count, WORDS_DB, WORDS_LATE_SEC);
	asking->speaks = true;
}

static void step_plain(struct asking *asking, enum dialogue_event_kind kind)
{
	step(asking, kind, (struct wish){0});
}

static void give_up(struct asking *asking)
{
	asking->dialogue.mode = DIALOGUE_OVER;
	asking->dialogue.choice = asking->dialogue.table->silence;
	asking->dialogue.by_silence = true;
}

// Where no output opens there is nobody to ask.
static void open_output(struct asking *asking, bool new_home)
{
	asking->speaks = false;
	if (stage_open(asking->stage, asking->dialogue.volume_db, CEILING_GENTLE_DBTP) == STATUS_OK &&
	    stage_await(asking->stage, new_home) == STATUS_OK) {
		step_plain(asking, DIALOGUE_OPENED);
	} else {
		stage_close(asking->stage);
		if (!stage_end_is_wished(asking->stage)) // which is no silence
			give_up(asking);
	}
}

static void watch_output(struct asking *asking)
{
	if (stage_route_is_lost(asking->stage)) {
		stage_close(asking->stage);
		asking->away = true;
	} else if (stage_output_is_lost(asking->stage)) {
		stage_close(asking->stage);
		if (++asking->losses < LOSSES_MOST)
			open_output(asking, false);
		else
			give_up(asking);
	}
}

// A desktop pauses its players when a headset goes: that must not bring them to the loudspeaker. Nor a hand that fell on
// the keyboard, or a wish for less.
static bool wants_sound(enum verb verb)
{
	return verb != VERB_NONE && verb != VERB_PAUSE && verb != VERB_OTHER && verb != VERB_QUIETER &&
	       verb != VERB_TOO_MUCH && verb != VERB_VOLUME;
}

static void take_wish(struct asking *asking, struct wish wish)
{
	bool ends = wish.verb == VERB_STOP || wish.verb == VERB_ESCAPE;
	if (!asking->away || ends) {
		step(asking, DIALOGUE_WISH, wish);
	} else if (wants_sound(wish.verb)) {
		asking->away = false;
		open_output(asking, true);
	}
}

static void watch(struct asking *asking)
{
	struct wish wish;
	while (asking->dialogue.mode != DIALOGUE_OVER && stage_take(asking->stage, &wish))
		take_wish(asking, wish);
	if (asking->dialogue.mode == DIALOGUE_OVER)
		return;
	watch_output(asking);
	if (asking->speaks && !asking->away && !stage_speaks(asking->stage)) {
		asking->speaks = false;
		step_plain(asking, DIALOGUE_SAID);
	}
	if (!asking->away)
		step_plain(asking, DIALOGUE_TICK);
}

static double wait_sec(const struct asking *asking)
{
	return fmax(0.0, fmin(TICK_SEC, dialogue_deadline_sec(&asking->dialogue) - clock_sec()));
}

static void run(struct asking *asking)
{
	if (stage_feed(asking->stage))
		step_plain(asking, DIALOGUE_OPENED);
	else
		open_output(asking, true);
	while (asking->dialogue.mode != DIALOGUE_OVER && !stage_signal(asking->stage)) {
		stage_wait(asking->stage, wait_sec(asking));
		watch(asking);
	}
	stage_hush(asking->stage);
}

struct ask_answer ask(struct stage *stage, const struct dialogue_table *table, struct ask_sound *sound)
{
	struct asking asking = {.dialogue = dialogue_init(table, sound->volume_db), .stage = stage};
	stage_tell(stage,
	           &(struct control_view){.state = CONTROL_ASKING, .part_index = -1, .volume_db = sound->volume_db});
	run(&asking);
	sound->volume_db = asking.dialogue.volume_db;
	if (stage_signal(stage))
		return (struct ask_answer){.choice = DIALOGUE_ENDED};
	return (struct ask_answer){asking.dialogue.choice, asking.dialogue.by_silence};
}

bool ask_to_hear(struct stage *stage, const char *const *lines, struct ask_sound *sound)
{
	const struct dialogue_table table = {
		.lines = lines, .silence = DIALOGUE_SILENT, .enter = DIALOGUE_SILENT, .silence_sec = 0.0};
	return ask(stage, &table, sound).choice != DIALOGUE_ENDED;
}

#include "cli/sitting.h"

#include "base/arena.h"
#include "base/frames.h"
#include "cli/complaint.h"
#include "cli/record.h"
#include "cli/variants.h"
#include "control/inhibit.h"
#include "control/mpris.h"
#include "control/remote.h"
#include "control/socket.h"
#include "control/terminal.h"
#include "diary/state.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LONG_AGO_SEC 120     // then a session that is picked up begins at its instruction's start
#define LEAST_RATED_SEC 60.0 // nobody is asked how a shorter one was
#define PATIENCE_SEC 90.0    // with a sound server that is away: who lies in the dark starts no command again

// ---- The stage

static struct sink *create_sink(const struct data_paths *paths, const struct play_options *options)
{
	static const struct null_faults none = {-1, -1, 0, false};
	struct sink *sink;
	if (play_to_device(options)) {
		const char *name = options->to ? strchr(options->to, ':') : NULL;
		sink = sink_create_device(paths->device_program, name ? name + 1 : NULL);
	} else if (strcmp(options->to, "-") == 0)
		sink = sink_create_pipe(STDOUT_FILENO, options->output.format);
	else
		sink = sink_create_null(&none);
	sink->verbose = options->verbose;
	return sink;
}

static const char *remote_trouble(int error)
{
	switch (error) {
	case ENOENT:
		return "it is not there now; the session takes it as soon as it comes";
	case EACCES:
		return "reading it is not allowed; your user needs the group `input`";
	case ENOTTY:
		return "that is no keyboard or remote; look in /dev/input/by-id";
	case EBUSY:
		return "another program has taken it";
	default:
		return strerror(error);
	}
}

// Its trouble is told before the screen goes dark, and stands there again after the session.
static struct control *open_remote(const char *path)
{
	struct control *remote = remote_open(path);
	if (remote && remote_error(remote) != 0)
		complaint_print("--remote %s: %s", path, remote_trouble(remote_error(remote)));
	return remote;
}

static struct stage *create_stage(struct sitting *sitting)
{
	const struct play_options *options = sitting->options;
	bool to_device = play_to_device(options);
	struct stage_setup setup = {
		.sink = sitting->sink, .phrases = sitting->phrases, .guard = to_device && !options->unguarded};
	int n = 0;
	if (options->remote)
		setup.controls[n++] = open_remote(options->remote);
	sitting->terminal = terminal_open(STDIN_FILENO, to_device);
	setup.controls[n++] = setup.terminal = sitting->terminal;
	if (to_device) {
		setup.controls[n++] = socket_open();
		setup.controls[n++] = mpris_create();
		setup.controls[n++] = inhibit_create();
	}
	return stage_create(&setup);
}

// The voice that the program speaks with, where the session's own has not its words. Quietly: NULL when there is none.
static struct pack *open_voice(struct sitting *sitting)
{
	struct fault_list faults = fault_list_init(sitting->arena);
	const char *why, *dir = data_find_pack(&sitting->paths, DEFAULT_VOICE, "", &why);
	struct pack *pack = NULL;
	if (!dir || pack_open(&pack, dir, &faults) == STATUS_OK)
		return pack;
	pack_destroy(pack);
	return NULL;
}

// Where only the other kind of day has one, that: no day begins at full volume beside one that does not.
static void comfortable_volume(const char *folder, enum comfort_day day, double *volume_db)
{
	if (!comfort_volume(folder, day, volume_db))
		comfort_volume(folder, day == COMFORT_ATTACK ? COMFORT_GOOD : COMFORT_ATTACK, volume_db);
}

void sitting_open(struct sitting *sitting, struct play_options *options)
{
	bool to_device = play_to_device(options);
	*sitting = (struct sitting){.options = options, .paths = data_paths_init(), .arena = arena_create()};
	sitting->folder = to_device ? state_folder() : NULL;
	sitting->diary = to_device ? diary_open(sitting->folder, sitting->told) : NULL;
	sitting->voice = open_voice(sitting);
	sitting->phrases = sitting->voice ? phrases_create(sitting->voice, NULL) : NULL;
	sitting->sink = create_sink(&sitting->paths, options);
	sitting->sound.volume_db = options->output.volume_db;
	if (!options->has_volume)
		comfortable_volume(sitting->folder, COMFORT_ATTACK, &sitting->sound.volume_db);
	sitting->begun_db = sitting->sound.volume_db;
	sitting->stage = create_stage(sitting);
	sitting->speaks = to_device && sitting->phrases && !options->unasked;
	sitting->asks = sitting->speaks && (sitting->terminal || options->remote);
}

void sitting_close(struct sitting *sitting)
{
	stage_destroy(sitting->stage);
	phrases_destroy(sitting->phrases);
	pack_destroy(sitting->voice);
	sink_destroy(sitting->sink);
	if (sitting->folder && sitting->told[0])
		complaint_print("%s", sitting->told);
	diary_close(sitting->diary);
	free(sitting->folder);
	arena_destroy(sitting->arena);
	data_paths_finish(&sitting->paths);
}

// ---- Questions

// Where no output opens, nobody is asked again: the session tells.
struct ask_answer sitting_ask_table(struct sitting *sitting, const struct dialogue_table *table)
{
	struct ask_answer answer = ask(sitting->stage, table, &sitting->sound);
	sitting->asks = sitting->asks && stage_feed(sitting->stage);
	return answer;
}

struct ask_answer sitting_ask(struct sitting *sitting, enum question question)
{
	return sitting_ask_table(sitting, question_table(question));
}

// Silence is an answer too: it is not asked again.
static bool ask_rating(struct sitting *sitting, enum question question, const char *session, enum diary_when when)
{
	struct ask_answer answer = sitting_ask(sitting, question);
	if (answer.choice == DIALOGUE_ENDED)
		return false;
	int rating = answer.choice >= 0 ? answer.choice : DIARY_NO_RATING;
	if (sitting->asks)
		diary_rate(sitting->diary, session, when, rating, (int64_t)time(NULL));
	return true;
}

static bool ask_last_time(struct sitting *sitting)
{
	struct diary_unrated unrated;
	if (!sitting->asks || !diary_unrated(sitting->diary, (int64_t)time(NULL), &unrated))
		return true;
	return ask_rating(sitting, QUESTION_LAST_TIME, unrated.session, DIARY_AFTER);
}

// Who slept cannot tell.
static bool ask_later(struct sitting *sitting)
{
	struct diary_unrated unrated;
	if (!sitting->asks || !diary_follow_up_due(sitting->diary, (int64_t)time(NULL), &unrated) ||
	    unrated.ending == DIARY_FELL_ASLEEP)
		return true;
	return ask_rating(sitting, QUESTION_LATER, unrated.session, DIARY_LATER);
}

struct hurts {
	const char *areas[SESSION_MOST_HURTS];
	int count, seen_count;
	const char *seen[SESSION_MOST_HURTS];
};

static bool is_new(struct hurts *hurts, const char *area)
{
	for (int i = 0; i < hurts->seen_count; i++)
		if (strcmp(hurts->seen[i], area) == 0)
			return false;
	if (hurts->seen_count == SESSION_MOST_HURTS)
		return false;
	hurts->seen[hurts->seen_count++] = area;
	return true;
}

// What hurt last time is left out, unless the listener wants it kept.
static bool ask_hurt(struct sitting *sitting, const char *area, struct hurts *hurts)
{
	struct question_hurt hurt;
	question_hurt(&hurt, area);
	if (!sitting->speaks || !hurt.lines[0] || !diary_hurt_last_time(sitting->diary, area))
		return true;
	struct ask_answer answer = sitting_ask_table(sitting, &hurt.table);
	if (answer.choice != HURT_KEEP)
		hurts->areas[hurts->count++] = area;
	return answer.choice != DIALOGUE_ENDED;
}

static bool ask_hurts(struct sitting *sitting, const struct score *score, struct hurts *hurts)
{
	for (size_t i = 0; i < score->event_count; i++) {
		const struct event *event = &score->events[i];
		if (event->lane == LANE_MARK && event->mark.kind == MARK_AREA && is_new(hurts, event->mark.name) &&
		    !ask_hurt(sitting, event->mark.name, hurts))
			return false;
	}
	return true;
}

// Anew, with hands that rest; the names in it are those of before.
static bool load_sore(struct sitting *sitting, struct loaded *loaded)
{
	load_finish(loaded);
	return load_in_the_dark(loaded, sitting->options->routine, &sitting->options->load) == EXIT_DONE;
}

// Asked even where no key is at hand, for a bedside button that begins a session: silence takes the gentler way, and
// `stillroom ctl` can answer. Not by the silence of a machine without an output, which makes a file.
static bool ask_sore(struct sitting *sitting, struct loaded *loaded)
{
	struct load_options *load = &sitting->options->load;
	if (!sitting->speaks || loaded->routine->moment != MOMENT_ATTACK || load->sore)
		return true;
	struct ask_answer answer = sitting_ask_table(sitting, question_table(QUESTION_SORE));
	load->sore = answer.choice == SORE_YES && (!answer.by_silence || stage_feed(sitting->stage));
	sitting->sore_asked = !answer.by_silence && (answer.choice == SORE_YES || answer.choice == SORE_NO);
	return answer.choice != DIALOGUE_ENDED && (!load->sore || load_sore(sitting, loaded));
}

// ---- The session

struct performance {
	struct sitting *sitting;
	const struct loaded *loaded;
	struct record record;
	struct variants variants;
};

static struct mix *get_variant(void *user, enum session_variant variant)
{
	return variants_get(&((struct performance *)user)->variants, variant);
}

static void show_line(struct performance *p, int64_t at_frames)
{
	char line[240];
	const struct score *score = p->loaded->score;
	int part = score_part_at(score, at_frames);
	if (!p->sitting->options->screen)
		return;
	snprintf(line, sizeof line, "%s%s%s", p->loaded->routine->title, part >= 0 ? ": " : "",
	         part >= 0 ? score_part(score, part)->mark.name : "");
	terminal_show(p->sitting->terminal, line);
}

static void on_keep(void *user, const struct session *session, int64_t at_frames, int64_t heard_frames)
{
	struct performance *p = user;
	record_keep(&p->record, session, at_frames, heard_frames);
	show_line(p, at_frames);
}

static void on_note(void *user, const struct session_note *note)
{
	record_note(&((struct performance *)user)->record, note);
}

static void on_opened(void *user)
{
	show_line(user, 0);
}

// What was asked for, or what is comfortable on such a day; and what keys have changed since.
static double begin_volume_db(const struct sitting *sitting, const struct loaded *loaded)
{
	double volume_db = sitting->options->output.volume_db;
	enum comfort_day day = loaded->routine->moment == MOMENT_ATTACK ? COMFORT_ATTACK : COMFORT_GOOD;
	if (!sitting->options->has_volume)
		comfortable_volume(sitting->folder, day, &volume_db);
	return fmin(volume_db + sitting->sound.volume_db - sitting->begun_db, 0.0);
}

static struct live_options live_options(struct performance *p, const struct bookmark *bookmark,
                                        const struct hurts *hurts)
{
	struct sitting *sitting = p->sitting;
	struct live_options live = {
		.begin_frames = sitting->options->output.begin_frames,
		.volume_db = begin_volume_db(sitting, p->loaded),
		.hurts = hurts->areas,
		.hurt_count = hurts->count,
		.patience_sec = play_to_device(sitting->options) ? PATIENCE_SEC : 0.0,
		.title = p->loaded->routine->title,
		.hooks = {.user = p, .opened = on_opened, .variant = get_variant, .keep = on_keep, .note = on_note},
	};
	if (!bookmark)
		return live;
	bool long_ago = (int64_t)time(NULL) - bookmark->wall_sec > LONG_AGO_SEC;
	int64_t at = bookmark->at_frames < p->loaded->score->frames ? bookmark->at_frames : 0;
	live.begin_frames = long_ago ? session_back_to(p->loaded->score, at) : at;
	live.ease = bookmark->ease;
	live.hurts = sitting->options->hurts;
	live.hurt_count = sitting->options->hurt_count;
	if (!sitting->options->has_volume)
		live.volume_db = fmin(bookmark->volume_db + sitting->sound.volume_db - sitting->begun_db, 0.0);
	return live;
}

static struct live_result perform(struct performance *p, const struct bookmark *bookmark, const struct hurts *hurts)
{
	struct sitting *sitting = p->sitting;
	struct live_options live = live_options(p, bookmark, hurts);
	struct phrases *phrases = phrases_create(p->loaded->pack, sitting->voice);
	stage_speak_with(sitting->stage, phrases);
	variants_init(&p->variants, p->loaded->score);
	struct live_result result = live_play(sitting->stage, p->loaded->score, p->loaded->mix, &live);
	stage_speak_with(sitting->stage, sitting->phrases);
	variants_finish(&p->variants);
	phrases_destroy(phrases);
	sitting->sound.volume_db = fmin(sitting->sound.volume_db, result.volume_db);
	return result;
}

static bool ask_before(struct sitting *sitting, struct loaded *loaded)
{
	return ask_last_time(sitting) && ask_later(sitting) && ask_sore(sitting, loaded);
}

// What was told with an attack is not asked again.
static bool ask_rating_before(struct sitting *sitting)
{
	const char *session = diary_session(sitting->diary);
	if (sitting->asks && !sitting->pain_told)
		return ask_rating(sitting, QUESTION_BEFORE, session, DIARY_BEFORE);
	if (sitting->pain_told)
		diary_rate(sitting->diary, session, DIARY_BEFORE, sitting->pain, (int64_t)time(NULL));
	return true;
}

// On a comparison night the rating comes first: what is asked of the areas tells what was drawn.
static bool ask_of_session(struct sitting *sitting, const struct loaded *loaded, struct hurts *hurts)
{
	bool compares = sitting->options->compare != NULL;
	if (compares && !ask_rating_before(sitting))
		return false;
	return ask_hurts(sitting, loaded->score, hurts) && (compares || ask_rating_before(sitting));
}

// Not where the headset went: a loudspeaker is not asked from. Then the next time asks.
static void ask_after(struct sitting *sitting, const struct record *record, const struct live_result *result)
{
	bool ended = result->end == END_DONE || result->end == END_STOPPED;
	if (!sitting->asks || record->sleeps || !ended || stage_signal(sitting->stage) || !stage_feed(sitting->stage))
		return;
	if (result->heard_frames < (int64_t)(LEAST_RATED_SEC * ENGINE_RATE_HZ))
		diary_rate(sitting->diary, diary_session(sitting->diary), DIARY_AFTER, DIARY_NO_RATING,
		           (int64_t)time(NULL));
	else
		ask_rating(sitting, QUESTION_AFTER, diary_session(sitting->diary), DIARY_AFTER);
}

struct live_result sitting_play(struct sitting *sitting, struct loaded *loaded, const struct bookmark *bookmark)
{
	struct performance p = {.sitting = sitting, .loaded = loaded};
	struct live_result result = {.end = END_STOPPED};
	struct hurts hurts = {0};
	if (!bookmark && !ask_before(sitting, loaded))
		return result;
	record_begin(&p.record, loaded, sitting->options, sitting->diary, sitting->folder);
	if (sitting->sore_asked)
		diary_sore(sitting->diary, sitting->options->load.sore);
	sitting->sore_asked = false;
	if (!bookmark && !ask_of_session(sitting, loaded, &hurts)) {
		record_drop(&p.record);
		return result;
	}
	for (int i = 0; i < hurts.count; i++)
		record_left_out(&p.record, hurts.areas[i]);
	result = perform(&p, bookmark, &hurts);
	sitting->unkept = !record_end(&p.record, &result, stage_signal(sitting->stage) != 0);
	ask_after(sitting, &p.record, &result);
	return result;
}

// ---- Its end

static int finish(const struct play_options *options, const struct live_result *result, const char *trouble)
{
	switch (result->end) {
	case END_NO_OUTPUT:
		complaint_print("the output does not open: %s", trouble);
		return EXIT_FAILED;
	case END_LOST_OUTPUT:
		complaint_print("the session has stopped, since its output was lost: %s", trouble);
		play_print_where(options, result->at_frames);
		return EXIT_FAILED;
	case END_NONE:
	case END_DONE:
	case END_STOPPED:
		break;
	}
	return EXIT_DONE;
}

int sitting_end(struct sitting *sitting, struct loaded *loaded, const struct live_result *result)
{
	char trouble[sizeof sitting->sink->message];
	int signal = stage_signal(sitting->stage);
	bool attack_unkept = sitting->attack_unkept;
	bool unkept = play_to_device(sitting->options) && (!sitting->diary || sitting->unkept);
	bool told = sitting->folder && sitting->told[0]; // why
	const char *how_little = diary_has_session(sitting->diary) ? "not all" : "nothing";
	const struct play_options *options = sitting->options;
	memcpy(trouble, sitting->sink->message, sizeof trouble);
	sitting_close(sitting);
	load_complain(loaded);
	int status = loaded->faults.count > 0 ? EXIT_WRONG : finish(options, result, trouble);
	if (unkept && !told && result->end != END_NO_OUTPUT)
		complaint_print("%s of this session could be kept in the diary", how_little);
	if (attack_unkept)
		fputs("stillroom: the attack could not be kept in the diary\n", stderr);
	if (signal)
		output_die_by(signal);
	return status;
}

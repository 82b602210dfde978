// The session as a media player: specifications.freedesktop.org/mpris-spec, version 2.2.
//
// The whole session is one track, and its parts are what Next and Previous go to; a track's title is the part that plays.
// What is asked becomes a wish, never a change here: properties show what the session last told. The position is worked
// out when somebody asks for it, so nothing wakes up to keep it.
//
// Volume is MPRIS's linear gain: 1 is the loudest there is here, 0 dB; 0.5 is -6 dB; 0 is the lowest, -60 dB.
#include "control/mpris.h"

#include "base/clock.h"
#include "base/decibel.h"
#include "base/memory.h"
#include "control/bus.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "org.mpris.MediaPlayer2.stillroom"
#define PATH "/org/mpris/MediaPlayer2"
#define ROOT "org.mpris.MediaPlayer2"
#define PLAYER "org.mpris.MediaPlayer2.Player"
#define TRACK "/org/stillroom/session"
#define NO_TRACK "/org/mpris/MediaPlayer2/TrackList/NoTrack"

enum { STEPS_AT_ONCE = 64 }; // so that a talkative bus leaves time for the rest

struct mpris {
	struct control control;
	sd_bus *bus;      // NULL: it has died
	bool named;       // others can find us
	bool second;      // another player has the plain name
	struct wish wish; // VERB_NONE: none waits

	// as last told
	enum control_state state;
	double at_sec, length_sec, volume_db;
	double told_sec;    // when
	char *title, *part; // NULL: none
};

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool can_seek(const struct mpris *mpris)
{
	return mpris->state != CONTROL_STOPPED && isfinite(mpris->length_sec) && mpris->length_sec > 0.0;
}

static double position_sec(const struct mpris *mpris)
{
	double at_sec = mpris->at_sec;
	if (mpris->state == CONTROL_PLAYING)
		at_sec += clock_sec() - mpris->told_sec;
	return fmax(0.0, fmin(at_sec, mpris->length_sec));
}

static int64_t usec(double sec)
{
	return (int64_t)llround(fmin(sec, 1e9) * 1e6);
}

// What others ask

static int answer_with(sd_bus_message *message, void *user, enum verb verb, double value)
{
	struct mpris *mpris = user;
	mpris->wish = (struct wish){.verb = verb, .value = value};
	return sd_bus_reply_method_return(message, NULL);
}

static int on_plain(sd_bus_message *message, void *user, sd_bus_error *error)
{
	static const struct {
		const char *member;
		enum verb verb;
	} verbs[] = {
		{"Next", VERB_NEXT},   {"Previous", VERB_PREVIOUS},
		{"Pause", VERB_PAUSE}, {"PlayPause", VERB_PAUSE_RESUME},
		{"Stop", VERB_STOP},   {"Play", VERB_RESUME},
		{"Quit", VERB_STOP},   {"Raise", VERB_NONE},
	};
	(void)error;
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (same_text(sd_bus_message_get_member(message), verbs[i].member))
			return answer_with(message, user, verbs[i].verb, 0.0);
	return 0;
}

// Past the end is a Next, before the start is the start.
static int on_seek(sd_bus_message *message, void *user, sd_bus_error *error)
{
	struct mpris *mpris = user;
	int64_t by_usec;
	(void)error;
	int status = sd_bus_message_read(message, "x", &by_usec);
	if (status < 0)
		return status;
	double by_sec = 1e-6 * (double)by_usec, to_sec = position_sec(mpris) + by_sec;
	if (!can_seek(mpris))
		return answer_with(message, user, VERB_NONE, 0.0);
	if (to_sec > mpris->length_sec)
		return answer_with(message, user, VERB_NEXT, 0.0);
	if (to_sec < 0.0)
		return answer_with(message, user, VERB_SEEK_TO, 0.0);
	return answer_with(message, user, VERB_SEEK_BY, by_sec);
}

// Meant for another track, or a place that is none: nothing happens.
static int on_set_position(sd_bus_message *message, void *user, sd_bus_error *error)
{
	struct mpris *mpris = user;
	const char *track;
	int64_t to_usec;
	(void)error;
	int status = sd_bus_message_read(message, "ox", &track, &to_usec);
	if (status < 0)
		return status;
	double to_sec = 1e-6 * (double)to_usec;
	bool fits = can_seek(mpris) && strcmp(track, TRACK) == 0 && to_sec >= 0.0 && to_sec <= mpris->length_sec;
	return answer_with(message, user, fits ? VERB_SEEK_TO : VERB_NONE, fits ? to_sec : 0.0);
}

static int on_open(sd_bus_message *message, void *user, sd_bus_error *error)
{
	(void)user;
	(void)error;
	return sd_bus_reply_method_errorf(message, SD_BUS_ERROR_NOT_SUPPORTED,
	                                  "stillroom plays what it was started with");
}

// What others read

#define PROPERTY_PARAMETERS                                                                                            \
	sd_bus *bus, const char *path, const char *interface, const char *property, sd_bus_message *message,           \
		void *user, sd_bus_error *error

static int get_identity(PROPERTY_PARAMETERS)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)user, (void)error;
	return sd_bus_message_append(message, "s", "stillroom");
}

static int get_none(PROPERTY_PARAMETERS)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)user, (void)error;
	return sd_bus_message_append(message, "as", 0);
}

static int get_yes(PROPERTY_PARAMETERS)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)user, (void)error;
	return sd_bus_message_append(message, "b", 1);
}

static int get_no(PROPERTY_PARAMETERS)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)user, (void)error;
	return sd_bus_message_append(message, "b", 0);
}

static int get_status(PROPERTY_PARAMETERS)
{
	static const char *const words[] = {
		[CONTROL_STOPPED] = "Stopped",
		[CONTROL_PLAYING] = "Playing",
		[CONTROL_PAUSED] = "Paused",
		[CONTROL_WAITING] = "Playing", // a pause is what a button would change
	};
	const struct mpris *mpris = user;
	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(message, "s", words[mpris->state]);
}

static int get_going(PROPERTY_PARAMETERS)
{
	const struct mpris *mpris = user;
	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(message, "b", mpris->state != CONTROL_STOPPED);
}

static int get_can_seek(PROPERTY_PARAMETERS)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(message, "b", can_seek(user));
}

static int get_position(PROPERTY_PARAMETERS)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(message, "x", usec(position_sec(user)));
}

static int append_track(sd_bus_message *message, const struct mpris *mpris)
{
	int status = sd_bus_message_append(message, "{sv}", "mpris:trackid", "o", mpris->title ? TRACK : NO_TRACK);
	if (status >= 0 && isfinite(mpris->length_sec) && mpris->length_sec > 0.0)
		status = sd_bus_message_append(message, "{sv}", "mpris:length", "x", usec(mpris->length_sec));
	if (status >= 0 && mpris->title)
		status = sd_bus_message_append(message, "{sv}{sv}", "xesam:title", "s",
		                               mpris->part ? mpris->part : mpris->title, "xesam:album", "s",
		                               mpris->title);
	return status;
}

static int get_metadata(PROPERTY_PARAMETERS)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	int status = sd_bus_message_open_container(message, 'a', "{sv}");
	if (status >= 0)
		status = append_track(message, user);
	return status >= 0 ? sd_bus_message_close_container(message) : status;
}

static int get_volume(PROPERTY_PARAMETERS)
{
	const struct mpris *mpris = user;
	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	double gain = mpris->volume_db > MPRIS_FLOOR_DB ? gain_from_db(fmin(mpris->volume_db, 0.0)) : 0.0;
	return sd_bus_message_append(message, "d", gain);
}

// No number at all is a mistake, and a mistake must not become loud.
static int set_volume(PROPERTY_PARAMETERS)
{
	struct mpris *mpris = user;
	double gain;
	(void)bus, (void)path, (void)interface, (void)property;
	int status = sd_bus_message_read(message, "d", &gain);
	if (status < 0)
		return status;
	if (!isfinite(gain))
		return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS, "a volume is a number from 0 to 1");
	double db = gain > 0.0 ? fmax(db_from_gain(fmin(gain, 1.0)), MPRIS_FLOOR_DB) : MPRIS_FLOOR_DB;
	mpris->wish = (struct wish){.verb = VERB_VOLUME, .value = db};
	return 0;
}

static int get_rate(PROPERTY_PARAMETERS)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)user, (void)error;
	return sd_bus_message_append(message, "d", 1.0);
}

// There is one pace. To set 0 is a pause, as the specification wishes; the rest changes nothing.
static int set_rate(PROPERTY_PARAMETERS)
{
	struct mpris *mpris = user;
	double rate;
	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	int status = sd_bus_message_read(message, "d", &rate);
	if (status >= 0 && rate == 0.0)
		mpris->wish = (struct wish){.verb = VERB_PAUSE};
	return status < 0 ? status : 0;
}

#define METHOD(name) SD_BUS_METHOD(name, "", "", on_plain, SD_BUS_VTABLE_UNPRIVILEGED)
#define FIXED(name, type, get) SD_BUS_PROPERTY(name, type, get, 0, SD_BUS_VTABLE_PROPERTY_CONST)
#define LIVE(name, type, get) SD_BUS_PROPERTY(name, type, get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)
#define SETTABLE(name, type, get, set)                                                                                 \
	SD_BUS_WRITABLE_PROPERTY(name, type, get, set, 0,                                                              \
	                         SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE | SD_BUS_VTABLE_UNPRIVILEGED)

static const sd_bus_vtable root_vtable[] = {
	SD_BUS_VTABLE_START(0),
	METHOD("Raise"),
	METHOD("Quit"),
	FIXED("CanQuit", "b", get_yes),
	FIXED("CanRaise", "b", get_no),
	FIXED("HasTrackList", "b", get_no),
	FIXED("Identity", "s", get_identity),
	FIXED("DesktopEntry", "s", get_identity),
	FIXED("SupportedUriSchemes", "as", get_none),
	FIXED("SupportedMimeTypes", "as", get_none),
	SD_BUS_VTABLE_END,
};

static const sd_bus_vtable player_vtable[] = {
	SD_BUS_VTABLE_START(0),
	METHOD("Next"),
	METHOD("Previous"),
	METHOD("Pause"),
	METHOD("PlayPause"),
	METHOD("Stop"),
	METHOD("Play"),
	SD_BUS_METHOD("Seek", "x", "", on_seek, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("SetPosition", "ox", "", on_set_position, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("OpenUri", "s", "", on_open, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_SIGNAL("Seeked", "x", 0),
	LIVE("PlaybackStatus", "s", get_status),
	LIVE("Metadata", "a{sv}", get_metadata),
	SETTABLE("Volume", "d", get_volume, set_volume),
	SETTABLE("Rate", "d", get_rate, set_rate),
	FIXED("MinimumRate", "d", get_rate),
	FIXED("MaximumRate", "d", get_rate),
	SD_BUS_PROPERTY("Position", "x", get_position, 0, 0),
	LIVE("CanGoNext", "b", get_going),
	LIVE("CanGoPrevious", "b", get_going),
	LIVE("CanSeek", "b", get_can_seek),
	FIXED("CanPlay", "b", get_yes),
	FIXED("CanPause", "b", get_yes),
	FIXED("CanControl", "b", get_yes),
	SD_BUS_VTABLE_END,
};

// What is told to others

// Gives back what was kept before; its texts are the caller's.
static struct mpris keep(struct mpris *mpris, const struct control_view *view)
{
	struct mpris before = *mpris;
	mpris->state = view->state;
	mpris->at_sec = view->at_sec;
	mpris->length_sec = view->length_sec;
	mpris->volume_db = view->volume_db;
	mpris->told_sec = clock_sec();
	mpris->title = view->title ? memory_copy_text(view->title) : NULL;
	mpris->part = view->part ? memory_copy_text(view->part) : NULL;
	return before;
}

static void emit_changes(const struct mpris *now, const struct mpris *before)
{
	char status[] = "PlaybackStatus", metadata[] = "Metadata", volume[] = "Volume";
	char next[] = "CanGoNext", previous[] = "CanGoPrevious", seek[] = "CanSeek";
	char *changed[7];
	int count = 0;
	if (now->state != before->state)
		changed[count++] = status;
	if (!same_text(now->title, before->title) || !same_text(now->part, before->part) ||
	    now->length_sec != before->length_sec)
		changed[count++] = metadata;
	if (now->volume_db != before->volume_db)
		changed[count++] = volume;
	if ((now->state == CONTROL_STOPPED) != (before->state == CONTROL_STOPPED)) {
		changed[count++] = next;
		changed[count++] = previous;
	}
	if (can_seek(now) != can_seek(before))
		changed[count++] = seek;
	changed[count] = NULL;
	if (count > 0)
		sd_bus_emit_properties_changed_strv(now->bus, PATH, PLAYER, changed);
}

static void tell(struct control *control, const struct control_view *view)
{
	struct mpris *mpris = (struct mpris *)control;
	if (view->state == CONTROL_ASKING) // stopped, for a desktop, as before
		return;
	struct mpris before = keep(mpris, view);
	if (mpris->bus && mpris->named) {
		emit_changes(mpris, &before);
		if (view->jumped)
			sd_bus_emit_signal(mpris->bus, PATH, PLAYER, "Seeked", "x", usec(position_sec(mpris)));
	}
	free(before.title);
	free(before.part);
}

// The connection

static int on_name(sd_bus_message *reply, void *user, sd_bus_error *error)
{
	enum { OWNER = 1, TAKEN = 3 }; // of RequestName's answers
	struct mpris *mpris = user;
	uint32_t answer = 0;
	(void)error;
	if (sd_bus_message_is_method_error(reply, NULL) || sd_bus_message_read(reply, "u", &answer) < 0)
		return 0;
	mpris->named = answer == OWNER;
	if (answer != TAKEN || mpris->second)
		return 0;
	mpris->second = true;
	char *name = memory_printf(NAME ".instance%jd", (intmax_t)getpid());
	sd_bus_request_name_async(mpris->bus, NULL, name, 0, on_name, mpris);
	free(name);
	return 0;
}

static int wait_on(struct control *control, short *events)
{
	return bus_wait_on(((struct mpris *)control)->bus, events);
}

static double deadline_sec(struct control *control)
{
	return bus_deadline_sec(((struct mpris *)control)->bus);
}

static bool take(struct control *control, struct wish *wish)
{
	struct mpris *mpris = (struct mpris *)control;
	for (int i = 0; i < STEPS_AT_ONCE && mpris->wish.verb == VERB_NONE; i++)
		if (!bus_step(&mpris->bus))
			break;
	*wish = mpris->wish;
	mpris->wish = (struct wish){VERB_NONE, 0.0};
	return wish->verb != VERB_NONE;
}

static void destroy(struct control *control)
{
	struct mpris *mpris = (struct mpris *)control;
	bus_close(&mpris->bus);
	free(mpris->title);
	free(mpris->part);
	free(mpris);
}

struct control *mpris_create(void)
{
	static const struct control_ops ops = {wait_on, deadline_sec, take, tell, destroy};
	struct mpris *mpris = memory_alloc(sizeof *mpris);
	mpris->control.ops = &ops;
	mpris->bus = bus_open(BUS_SESSION);
	if (!mpris->bus || sd_bus_add_object_vtable(mpris->bus, NULL, PATH, ROOT, root_vtable, mpris) < 0 ||
	    sd_bus_add_object_vtable(mpris->bus, NULL, PATH, PLAYER, player_vtable, mpris) < 0 ||
	    sd_bus_request_name_async(mpris->bus, NULL, NAME, 0, on_name, mpris) < 0) {
		destroy(&mpris->control);
		return NULL;
	}
	return &mpris->control;
}

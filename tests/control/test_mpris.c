// The media player on a private bus, asked by the real playerctl and dbus-send.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/mpris.h"

#include "control/bus_kit.h"

#define NAME "org.mpris.MediaPlayer2.stillroom"
#define SEND "dbus-send --session --print-reply --dest=" NAME " /org/mpris/MediaPlayer2 "
#define GET SEND "org.freedesktop.DBus.Properties.Get string:"
#define SET SEND "org.freedesktop.DBus.Properties.Set string:org.mpris.MediaPlayer2.Player "
#define PLAYER "org.mpris.MediaPlayer2.Player"
#define CTL "playerctl -p stillroom "

static const struct control_view evening = {.state = CONTROL_PAUSED,
                                            .at_sec = 10.0,
                                            .length_sec = 100.0,
                                            .title = "Evening",
                                            .part = "Temples",
                                            .part_index = 1,
                                            .part_count = 3,
                                            .volume_db = -20.0};

static void rig_obeys(struct rig *rig, const struct wish *wish)
{
	struct control_view *view = rig->obey;
	if (wish->verb == VERB_PAUSE || (wish->verb == VERB_PAUSE_RESUME && view->state == CONTROL_PLAYING))
		view->state = CONTROL_PAUSED;
	else if (wish->verb == VERB_RESUME || wish->verb == VERB_PAUSE_RESUME)
		view->state = CONTROL_PLAYING;
	if (wish->verb == VERB_VOLUME)
		view->volume_db = wish->value;
	control_tell(rig->control, view);
}

// A player on the bus, told of the session; its name is there when playerctl sees it.
static void begin(struct rig *rig, const struct control_view *view)
{
	if (!have("dbus-daemon") || !have("playerctl") || !have("dbus-send"))
		skip();
	rig_begin(rig);
	start_bus(rig, "DBUS_SESSION_BUS_ADDRESS");
	rig->control = mpris_create();
	assert_non_null(rig->control);
	control_tell(rig->control, view);
	while (strcmp(run(rig, "playerctl -l"), "stillroom") != 0)
		;
}

static void expect_said(struct rig *rig, const char *command, const char *said)
{
	assert_string_equal(run(rig, command), said);
}

static void expect_has(struct rig *rig, const char *command, const char *said)
{
	if (!strstr(run(rig, command), said))
		fail_msg("%s\nsaid: %s\nnot:  %s", command, rig->said, said);
}

static void expect_wish(struct rig *rig, const char *command, const char *wishes)
{
	rig->wishes[0] = 0;
	run(rig, command);
	if (strcmp(rig->wishes, wishes) != 0)
		fail_msg("%s\nsaid:   %s\nwished: %s\nnot:    %s", command, rig->said, rig->wishes, wishes);
}

static void test_mpris_says_who_it_is(void **state)
{
	struct rig rig;
	(void)state;
	begin(&rig, &evening);
	expect_has(&rig, GET "org.mpris.MediaPlayer2 string:Identity", "string \"stillroom\"");
	expect_has(&rig, GET "org.mpris.MediaPlayer2 string:DesktopEntry", "string \"stillroom\"");
	expect_has(&rig, GET "org.mpris.MediaPlayer2 string:CanQuit", "boolean true");
	expect_has(&rig, GET "org.mpris.MediaPlayer2 string:CanRaise", "boolean false");
	expect_has(&rig, GET "org.mpris.MediaPlayer2 string:HasTrackList", "boolean false");
	expect_has(&rig, GET "org.mpris.MediaPlayer2 string:SupportedUriSchemes", "array [\n      ]");
	expect_has(&rig, GET "org.mpris.MediaPlayer2 string:SupportedMimeTypes", "array [\n      ]");
	expect_wish(&rig, SEND "org.mpris.MediaPlayer2.Quit", "stop; ");
	expect_wish(&rig, SEND "org.mpris.MediaPlayer2.Raise", "");
	expect_has(&rig, CTL "open file:///tmp/a.wav", "what it was started with");
	rig_end(&rig);
}

static void test_mpris_shows_what_it_was_told(void **state)
{
	struct rig rig;
	struct control_view view = evening;
	(void)state;
	begin(&rig, &view);
	expect_said(&rig, CTL "status", "Paused");
	expect_said(&rig, CTL "metadata xesam:title", "Temples");
	expect_said(&rig, CTL "metadata xesam:album", "Evening");
	expect_said(&rig, CTL "metadata mpris:length", "100000000");
	expect_said(&rig, CTL "metadata mpris:trackid", "'/org/stillroom/session'");
	expect_said(&rig, CTL "volume", "0.100000");
	for (const char *const *can =
	             (const char *const[]){"GoNext", "GoPrevious", "Seek", "Play", "Pause", "Control", NULL};
	     *can; can++) {
		char command[256];
		snprintf(command, sizeof command, GET PLAYER " string:Can%s", *can);
		expect_has(&rig, command, "boolean true");
	}
	expect_has(&rig, GET PLAYER " string:Rate", "double 1");
	view.part = NULL; // before the first
	view.state = CONTROL_STOPPED;
	view.volume_db = -60.0;
	control_tell(rig.control, &view);
	expect_said(&rig, CTL "status", "Stopped");
	expect_said(&rig, CTL "metadata xesam:title", "Evening");
	expect_has(&rig, GET PLAYER " string:CanSeek", "boolean false");
	expect_has(&rig, GET PLAYER " string:CanGoNext", "boolean false");
	expect_said(&rig, CTL "volume", "0.000000");
	rig_end(&rig);
}

// playerctl counts on by itself while something plays; this asks.
static int64_t position_usec(struct rig *rig)
{
	const char *said = strstr(run(rig, GET PLAYER " string:Position"), "int64 ");
	assert_non_null(said);
	return strtoll(said + 6, NULL, 10);
}

static void test_mpris_knows_the_position_between_tellings(void **state)
{
	struct rig rig;
	struct control_view view = evening;
	(void)state;
	begin(&rig, &view);
	expect_said(&rig, CTL "position", "10.000000");
	expect_said(&rig, CTL "position", "10.000000");
	view.state = CONTROL_PLAYING;
	control_tell(rig.control, &view);
	int64_t first = position_usec(&rig);
	assert_true(first >= 10000000 && first < 100000000);
	while (position_usec(&rig) <= first)
		;
	view.at_sec = 100.0; // never past the end
	control_tell(rig.control, &view);
	assert_int_equal(position_usec(&rig), 100000000);
	rig_end(&rig);
}

static void test_mpris_passes_the_buttons_on(void **state)
{
	struct rig rig;
	struct control_view view = evening;
	(void)state;
	begin(&rig, &view);
	rig.obey = &view;
	expect_wish(&rig, CTL "play", "resume; ");
	expect_said(&rig, CTL "status", "Playing");
	expect_wish(&rig, SEND PLAYER ".Play", "resume; "); // for the session nothing to do; never a toggle
	expect_said(&rig, CTL "status", "Playing");
	expect_wish(&rig, SEND PLAYER ".Pause", "pause; ");
	expect_wish(&rig, SEND PLAYER ".Pause", "pause; ");
	expect_said(&rig, CTL "status", "Paused");
	expect_wish(&rig, CTL "play-pause", "pause-resume; ");
	expect_said(&rig, CTL "status", "Playing");
	expect_wish(&rig, CTL "play-pause", "pause-resume; ");
	expect_said(&rig, CTL "status", "Paused");
	expect_wish(&rig, CTL "next", "next; ");
	expect_wish(&rig, CTL "previous", "previous; ");
	expect_wish(&rig, CTL "stop", "stop; ");
	expect_wish(&rig, SET "string:Rate variant:double:0", "pause; ");
	expect_wish(&rig, SET "string:Rate variant:double:2", "");
	rig_end(&rig);
}

#define SET_POSITION SEND PLAYER ".SetPosition objpath:/org/stillroom/"

static void test_mpris_seeks_within_the_session(void **state)
{
	struct rig rig;
	struct control_view view = evening;
	(void)state;
	begin(&rig, &view);
	expect_wish(&rig, CTL "position 5+", "by 5.00; ");
	expect_wish(&rig, CTL "position 5-", "by -5.00; ");
	expect_wish(&rig, CTL "position 30", "to 30.00; ");
	expect_wish(&rig, SEND PLAYER ".Seek int64:90000000", "by 90.00; ");
	expect_wish(&rig, SEND PLAYER ".Seek int64:90000001", "next; ");
	expect_wish(&rig, SEND PLAYER ".Seek int64:-11000000", "to 0.00; ");
	expect_wish(&rig, SEND PLAYER ".Seek int64:9223372036854775807", "next; ");
	expect_wish(&rig, SEND PLAYER ".Seek int64:-9223372036854775808", "to 0.00; ");
	expect_wish(&rig, SET_POSITION "session int64:100000000", "to 100.00; ");
	expect_wish(&rig, SET_POSITION "session int64:100000001", "");
	expect_wish(&rig, SET_POSITION "session int64:-1", "");
	expect_wish(&rig, SET_POSITION "another int64:30000000", "");
	view.state = CONTROL_STOPPED;
	control_tell(rig.control, &view);
	expect_wish(&rig, SEND PLAYER ".Seek int64:5000000", "");
	expect_wish(&rig, SET_POSITION "session int64:30000000", "");
	rig_end(&rig);
}

static void test_mpris_volume_is_never_above_nought(void **state)
{
	struct rig rig;
	struct control_view view = evening;
	(void)state;
	begin(&rig, &view);
	rig.obey = &view;
	expect_wish(&rig, CTL "volume 0.5", "volume -6.02; ");
	expect_said(&rig, CTL "volume", "0.500000");
	expect_wish(&rig, SET "string:Volume variant:double:1", "volume 0.00; ");
	expect_wish(&rig, SET "string:Volume variant:double:3", "volume 0.00; ");
	expect_said(&rig, CTL "volume", "1.000000");
	expect_wish(&rig, SET "string:Volume variant:double:0.0001", "volume -60.00; ");
	expect_wish(&rig, SET "string:Volume variant:double:0", "volume -60.00; ");
	expect_wish(&rig, SET "string:Volume variant:double:-1", "volume -60.00; ");
	expect_said(&rig, CTL "volume", "0.000000");
	for (const char *const *bad = (const char *const[]){"nan", "inf", "-inf", NULL}; *bad; bad++) {
		char command[256];
		snprintf(command, sizeof command, SET "string:Volume variant:double:%s", *bad);
		expect_wish(&rig, command, "");
		assert_non_null(strstr(rig.said, "InvalidArgs"));
	}
	view.volume_db = 6.0; // nobody should, but nobody shall see it
	control_tell(rig.control, &view);
	expect_said(&rig, CTL "volume", "1.000000");
	rig_end(&rig);
}

static int hear_change(sd_bus_message *message, void *user, sd_bus_error *error)
{
	struct rig *rig = user;
	const char *interface, *name;
	(void)error;
	assert_true(sd_bus_message_read(message, "s", &interface) > 0);
	assert_true(sd_bus_message_enter_container(message, 'a', "{sv}") > 0);
	while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
		assert_true(sd_bus_message_read(message, "s", &name) > 0);
		assert_true(sd_bus_message_skip(message, "v") > 0);
		assert_true(sd_bus_message_exit_container(message) > 0);
		add_text(rig->heard, sizeof rig->heard, name);
		add_text(rig->heard, sizeof rig->heard, " ");
	}
	add_text(rig->heard, sizeof rig->heard, "; ");
	return 0;
}

static int hear_seeked(sd_bus_message *message, void *user, sd_bus_error *error)
{
	struct rig *rig = user;
	int64_t at_usec;
	char line[64];
	(void)error;
	assert_true(sd_bus_message_read(message, "x", &at_usec) > 0);
	snprintf(line, sizeof line, "Seeked %jd; ", (intmax_t)at_usec);
	add_text(rig->heard, sizeof rig->heard, line);
	return 0;
}

static int hear_ready(sd_bus_message *message, void *user, sd_bus_error *error)
{
	(void)error;
	assert_false(sd_bus_message_is_method_error(message, NULL));
	*(bool *)user = true;
	return 0;
}

static void listen_in(struct rig *rig)
{
	bool ready = false;
	assert_true(sd_bus_open_user(&rig->ear) >= 0);
	assert_true(sd_bus_match_signal_async(rig->ear, NULL, NAME, NULL, "org.freedesktop.DBus.Properties",
	                                      "PropertiesChanged", hear_change, NULL, rig) >= 0);
	assert_true(sd_bus_match_signal_async(rig->ear, NULL, NAME, NULL, PLAYER, "Seeked", hear_seeked, NULL, rig) >=
	            0);
	assert_true(sd_bus_call_method_async(rig->ear, NULL, NAME, "/org/mpris/MediaPlayer2",
	                                     "org.freedesktop.DBus.Peer", "Ping", hear_ready, &ready, NULL) >= 0);
	while (!ready) {
		rig_work(rig);
		rig_wait(rig, -1);
	}
}

static void tell_and_hear(struct rig *rig, const struct control_view *view, const char *heard)
{
	control_tell(rig->control, view);
	while (strlen(rig->heard) < strlen(heard)) {
		rig_work(rig);
		rig_wait(rig, -1);
	}
	assert_string_equal(rig->heard, heard);
	rig->heard[0] = 0;
}

static void test_mpris_tells_what_changed_and_nothing_else(void **state)
{
	struct rig rig;
	struct control_view view = evening;
	char title[] = "Evening", part[] = "Jaw";
	(void)state;
	begin(&rig, &view);
	listen_in(&rig);
	view.state = CONTROL_PLAYING;
	tell_and_hear(&rig, &view, "PlaybackStatus ; ");
	control_tell(rig.control, &view); // nothing new: whatever this sent would be heard before the next
	view.at_sec = 20.0;               // a position got to by playing is no news
	view.title = title;               // nor are the same words elsewhere
	control_tell(rig.control, &view);
	view.part = part;
	tell_and_hear(&rig, &view, "Metadata ; ");
	strcpy(part, "Ear"); // texts live until the next tell only, so what was told is not read again
	tell_and_hear(&rig, &view, "Metadata ; ");
	view.volume_db = -30.0;
	tell_and_hear(&rig, &view, "Volume ; ");
	view.state = CONTROL_PAUSED;
	view.at_sec = 41.5;
	view.jumped = true;
	tell_and_hear(&rig, &view, "PlaybackStatus ; Seeked 41500000; ");
	view.jumped = false;
	view.state = CONTROL_STOPPED;
	tell_and_hear(&rig, &view, "PlaybackStatus CanGoNext CanGoPrevious CanSeek ; ");
	rig_end(&rig);
}

static void test_mpris_sleeps_while_nobody_asks(void **state)
{
	struct rig rig;
	struct control_view view = evening;
	struct wish wish;
	short events;
	(void)state;
	view.state = CONTROL_PLAYING;
	begin(&rig, &view);
	struct pollfd quiet = {.fd = control_wait_on(rig.control, &events), .events = events};
	while (poll(&quiet, 1, 100) > 0) // the bus tells who else left
		assert_false(control_take(rig.control, &wish));
	assert_int_equal(control_wait_on(rig.control, &events), quiet.fd);
	assert_int_equal(events, POLLIN);
	assert_true(isinf(control_deadline_sec(rig.control)));
	rig_end(&rig);
}

static void test_mpris_second_player_has_another_name(void **state)
{
	struct rig rig;
	char names[64];
	struct wish wish;
	(void)state;
	begin(&rig, &evening);
	struct control *first = rig.control;
	rig.control = mpris_create();
	control_tell(rig.control, &evening);
	snprintf(names, sizeof names, "stillroom.instance%jd", (intmax_t)getpid());
	do {
		control_take(first, &wish);
	} while (!strstr(run(&rig, "dbus-send --session --print-reply --dest=org.freedesktop.DBus / "
	                           "org.freedesktop.DBus.ListNames"),
	                 names));
	char command[128];
	snprintf(command, sizeof command, "playerctl -p %s next", names);
	expect_wish(&rig, command, "next; ");
	assert_false(control_take(first, &wish));
	control_destroy(first);
	rig_end(&rig);
}

static void test_mpris_without_a_bus_is_none(void **state)
{
	struct rig rig;
	char text[128];
	(void)state;
	rig_begin(&rig);
	unsetenv("DBUS_SESSION_BUS_ADDRESS");
	unsetenv("XDG_RUNTIME_DIR");
	assert_null(mpris_create());
	setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:", 1);
	assert_null(mpris_create());
	setenv("DBUS_SESSION_BUS_ADDRESS", rig.address, 1); // no such socket
	assert_null(mpris_create());
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "%s/bus", rig.folder);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_null(mpris_create()); // a socket, and nobody listens
	close(fd);
	assert_null(mpris_create()); // a socket, and its owner is dead
	snprintf(text, sizeof text, "unixexec:path=/usr/bin/touch,argv1=%s/ran", rig.folder);
	setenv("DBUS_SESSION_BUS_ADDRESS", text, 1); // an address that is a program
	assert_null(mpris_create());
	snprintf(text, sizeof text, "unix:path=/nowhere;unixexec:path=/usr/bin/touch,argv1=%s/ran", rig.folder);
	setenv("DBUS_SESSION_BUS_ADDRESS", text, 1);
	assert_null(mpris_create());
	snprintf(text, sizeof text, "%s/ran", rig.folder);
	assert_int_equal(access(text, F_OK), -1);
	rig_end(&rig);
}

static int listen_mutely(const struct rig *rig)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "%s/bus", rig->folder);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, 0), 0);
	setenv("DBUS_SESSION_BUS_ADDRESS", rig->address, 1);
	return fd;
}

// Whatever waits for such a bus is ended by the alarm.
static void test_mpris_does_not_wait_for_a_mute_bus(void **state)
{
	struct rig rig;
	struct wish wish;
	struct control_view view = evening;
	(void)state;
	rig_begin(&rig);
	int fd = listen_mutely(&rig);
	rig.control = mpris_create();
	assert_non_null(rig.control);
	for (int i = 0; i < 100; i++) {
		view.jumped = i % 2 == 1;
		control_tell(rig.control, &view);
		assert_false(control_take(rig.control, &wish));
	}
	assert_true(control_deadline_sec(rig.control) > clock_sec() + 1.0); // it does not spin either
	struct control *others[4];
	for (int i = 0; i < 4; i++) // its queue of callers is full
		others[i] = mpris_create();
	assert_null(others[3]);
	for (int i = 0; i < 4; i++)
		control_destroy(others[i]);
	close(fd);
	rig_end(&rig);
}

static void test_mpris_goes_quiet_with_its_bus(void **state)
{
	struct rig rig;
	struct control_view view = evening;
	struct wish wish;
	short events;
	(void)state;
	begin(&rig, &view);
	stop(&rig.daemon);
	while (control_wait_on(rig.control, &events) >= 0) {
		rig_work(&rig);
		rig_wait(&rig, -1);
		view.part = view.part ? NULL : "Jaw"; // and it is told on
		control_tell(rig.control, &view);
	}
	assert_int_equal(events, 0);
	assert_true(isinf(control_deadline_sec(rig.control)));
	view.jumped = true;
	control_tell(rig.control, &view);
	assert_false(control_take(rig.control, &wish));
	assert_string_equal(rig.wishes, "");
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mpris_says_who_it_is),
		cmocka_unit_test(test_mpris_shows_what_it_was_told),
		cmocka_unit_test(test_mpris_knows_the_position_between_tellings),
		cmocka_unit_test(test_mpris_passes_the_buttons_on),
		cmocka_unit_test(test_mpris_seeks_within_the_session),
		cmocka_unit_test(test_mpris_volume_is_never_above_nought),
		cmocka_unit_test(test_mpris_tells_what_changed_and_nothing_else),
		cmocka_unit_test(test_mpris_sleeps_while_nobody_asks),
		cmocka_unit_test(test_mpris_second_player_has_another_name),
		cmocka_unit_test(test_mpris_without_a_bus_is_none),
		cmocka_unit_test(test_mpris_does_not_wait_for_a_mute_bus),
		cmocka_unit_test(test_mpris_goes_quiet_with_its_bus),
	};
	return cmocka_run_group_tests_name("mpris", tests, NULL, NULL);
}

// A private bus for a test, and programs that talk over it while the control under test is driven from here, in one
// thread, as the session would. Included by one test file each.
#ifndef TESTS_CONTROL_BUS_KIT_H
#define TESTS_CONTROL_BUS_KIT_H

#include "control/control.h"

#include "base/clock.h"

#include <systemd/sd-bus.h>

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_SEC 60 // a test that hangs this long fails; nothing else is timed

struct rig {
	char folder[32];
	char address[64];
	pid_t daemon, helper;
	struct control *control;
	sd_bus *ear; // a second connection, for what playerctl and dbus-send do not say
	char heard[1024];
	char wishes[1024];         // "pause; seek 10; "
	char said[8192];           // by the last program
	struct control_view *obey; // NULL: wishes are only noted
};

// Defined by the test: what the session would do.
static void rig_obeys(struct rig *rig, const struct wish *wish);

static bool have(const char *program)
{
	char command[128];
	snprintf(command, sizeof command, "command -v %s >/dev/null", program);
	return system(command) == 0;
}

static inline void add_text(char *text, size_t room, const char *more)
{
	size_t used = strlen(text);
	snprintf(text + used, room - used, "%s", more);
}

static void note_wish(struct rig *rig, const struct wish *wish)
{
	static const char *const names[] = {
		[VERB_PAUSE_RESUME] = "pause-resume",
		[VERB_PAUSE] = "pause",
		[VERB_RESUME] = "resume",
		[VERB_NEXT] = "next",
		[VERB_PREVIOUS] = "previous",
		[VERB_SEEK_BY] = "by",
		[VERB_SEEK_TO] = "to",
		[VERB_VOLUME] = "volume",
		[VERB_STOP] = "stop",
	};
	bool valued = wish->verb == VERB_SEEK_BY || wish->verb == VERB_SEEK_TO || wish->verb == VERB_VOLUME;
	bool named = (size_t)wish->verb < sizeof names / sizeof *names && names[wish->verb];
	char line[64];
	if (valued)
		snprintf(line, sizeof line, "%s %.2f; ", names[wish->verb], wish->value);
	else
		snprintf(line, sizeof line, "%s; ", named ? names[wish->verb] : "?");
	add_text(rig->wishes, sizeof rig->wishes, line);
}

// Everything that is to be done now.
static void rig_work(struct rig *rig)
{
	struct wish wish;
	while (control_take(rig->control, &wish)) {
		note_wish(rig, &wish);
		if (rig->obey)
			rig_obeys(rig, &wish);
	}
	while (rig->ear && sd_bus_process(rig->ear, NULL) > 0)
		;
}

// Waits for the control, the ear, another descriptor, or the deadline; a short while at most.
static void rig_wait(struct rig *rig, int other)
{
	short events;
	struct pollfd waits[3] = {
		{.fd = control_wait_on(rig->control, &events)}, {.fd = -1}, {.fd = other, .events = POLLIN}};
	waits[0].events = events;
	if (rig->ear) {
		waits[1].fd = sd_bus_get_fd(rig->ear);
		waits[1].events = (short)sd_bus_get_events(rig->ear);
	}
	double sec = fmin(0.02, control_deadline_sec(rig->control) - clock_sec());
	poll(waits, 3, sec > 0.0 ? (int)ceil(sec * 1e3) : 0);
}

static pid_t start(const char *command, int output)
{
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (output >= 0) {
		dup2(output, STDOUT_FILENO);
		dup2(output, STDERR_FILENO);
	}
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static void stop(pid_t *pid)
{
	if (*pid > 0) {
		kill(*pid, SIGKILL);
		waitpid(*pid, NULL, 0);
	}
	*pid = 0;
}

// Runs a program to its end while the control works; what it said, without the last newline, is in rig->said.
static const char *run(struct rig *rig, const char *command)
{
	int ends[2];
	size_t used = 0;
	assert_int_equal(pipe(ends), 0);
	pid_t pid = start(command, ends[1]);
	close(ends[1]);
	for (ssize_t got = 1; got != 0;) {
		rig_work(rig);
		rig_wait(rig, ends[0]);
		struct pollfd ready = {.fd = ends[0], .events = POLLIN};
		if (poll(&ready, 1, 0) <= 0)
			continue;
		got = read(ends[0], rig->said + used, sizeof rig->said - 1 - used);
		used += got > 0 ? (size_t)got : 0;
	}
	close(ends[0]);
	waitpid(pid, NULL, 0);
	rig_work(rig);
	rig->said[used] = 0;
	if (used > 0 && rig->said[used - 1] == '\n')
		rig->said[used - 1] = 0;
	return rig->said;
}

static void rig_begin(struct rig *rig)
{
	memset(rig, 0, sizeof *rig);
	strcpy(rig->folder, "/tmp/stillroom-bus-XXXXXX");
	assert_non_null(mkdtemp(rig->folder));
	snprintf(rig->address, sizeof rig->address, "unix:path=%s/bus", rig->folder);
	alarm(PATIENCE_SEC);
}

static bool connects(const char *folder)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "%s/bus", folder);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool did = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
	close(fd);
	return did;
}

// A dbus-daemon of our own, where everybody may do everything; its address goes into the variable.
static void start_bus(struct rig *rig, const char *variable)
{
	char path[64], command[128];
	snprintf(path, sizeof path, "%s/bus.conf", rig->folder);
	FILE *config = fopen(path, "w");
	assert_non_null(config);
	fprintf(config,
	        "<busconfig><type>session</type><listen>%s</listen><auth>EXTERNAL</auth><policy context=\"default\">"
	        "<allow send_destination=\"*\"/><allow receive_sender=\"*\"/><allow own=\"*\"/></policy></busconfig>\n",
	        rig->address);
	fclose(config);
	snprintf(command, sizeof command, "exec dbus-daemon --config-file=%s --nofork --nopidfile 2>/dev/null", path);
	rig->daemon = start(command, -1);
	setenv(variable, rig->address, 1);
	while (!connects(rig->folder)) {
		assert_int_equal(waitpid(rig->daemon, NULL, WNOHANG), 0);
		poll(NULL, 0, 5);
	}
}

static void rig_end(struct rig *rig)
{
	char command[64];
	control_destroy(rig->control);
	rig->ear = sd_bus_close_unref(rig->ear);
	stop(&rig->helper);
	stop(&rig->daemon);
	snprintf(command, sizeof command, "rm -rf '%s'", rig->folder);
	assert_int_equal(system(command), 0);
	alarm(0);
}

#endif

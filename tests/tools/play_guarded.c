// play_guarded PROGRAM SECONDS [PORT_FILE]: plays noise through the device sink with the route guard attached, for so long.
// PROGRAM is stillroom-device. Orders come by its input, one at a time: "follow" opens the output anew, to stay at the home
// of before; "key" opens it anew, at home wherever it is then; "quit" ends.
//
// Prints one line for each thing that happens, with the seconds since the start: started, pause (the guard's wish), gone
// (and "lost", when the guard did it), back, away, played. With PORT_FILE every sink has the port that the file names,
// "NAME" or "NAME gone": null sinks have none of their own. "unguarded" in its place plays without the guard.
#include "control/route.h"
#include "out/sink_start.h"

#include "base/clock.h"
#include "base/hash.h"

#include <pulse/introspect.h>

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_FRAMES = 1024 };

struct player {
	struct sink *sink;
	struct feed *feed; // NULL: closed
	struct route *route;
	double begin_sec, end_sec;
	int64_t at;
	bool was_back;
};

__attribute__((format(printf, 2, 3))) static void say(const struct player *player, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	printf("%.4f ", clock_sec() - player->begin_sec);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

// ---- A port for null sinks; the linker puts this before libpulse's own

static const char *port_file;

struct with_port {
	pa_sink_info_cb_t callback;
	void *user;
};

static void add_port(pa_context *context, const pa_sink_info *info, int end, void *user)
{
	struct with_port *with = user;
	char name[64] = "none", gone[8] = "";
	FILE *file = fopen(port_file, "r");
	if (file && fscanf(file, "%63s %7s", name, gone) < 1)
		name[0] = '\0';
	if (file)
		fclose(file);
	pa_sink_port_info port = {.name = name, .available = gone[0] ? PA_PORT_AVAILABLE_NO : PA_PORT_AVAILABLE_YES};
	pa_sink_info copy;
	if (!end) {
		copy = *info;
		copy.active_port = &port;
	}
	with->callback(context, end ? NULL : &copy, end, with->user);
	if (end)
		free(with);
}

pa_operation *__real_pa_context_get_sink_info_by_index(pa_context *context, uint32_t index, pa_sink_info_cb_t callback,
                                                       void *user);
pa_operation *__wrap_pa_context_get_sink_info_by_index(pa_context *context, uint32_t index, pa_sink_info_cb_t callback,
                                                       void *user);

pa_operation *__wrap_pa_context_get_sink_info_by_index(pa_context *context, uint32_t index, pa_sink_info_cb_t callback,
                                                       void *user)
{
	if (!port_file)
		return __real_pa_context_get_sink_info_by_index(context, index, callback, user);
	struct with_port *with = malloc(sizeof *with);
	*with = (struct with_port){callback, user};
	return __real_pa_context_get_sink_info_by_index(context, index, add_port, with);
}

// ---- Playing

static void silence(void *user)
{
	sink_silence(user);
}

static bool open_output(struct player *player, enum route_home home)
{
	sink_stop(player->sink);
	player->feed = NULL;
	if (sink_start(player->sink, 0.0, &player->feed) != STATUS_OK) {
		player->feed = NULL;
		say(player, "no start: %s", player->sink->message);
		return false;
	}
	route_follow(player->route, player->sink->player_pid, home);
	say(player, "started as %ld", (long)player->sink->player_pid);
	feed_go(player->feed, 0);
	return true;
}

static void fill(struct player *player)
{
	float frames[2 * PIECE_FRAMES];
	while (player->feed && feed_space(player->feed) >= PIECE_FRAMES) {
		for (int64_t i = 0; i < 2 * PIECE_FRAMES; i++)
			frames[i] = 0.01f + 0.2f * (float)hash_unit(5, (uint64_t)(2 * player->at + i));
		player->at += feed_write(player->feed, frames, PIECE_FRAMES);
	}
}

static void look(struct player *player)
{
	struct wish wish;
	while (control_take(route_control(player->route), &wish))
		say(player, "%s", wish.verb == VERB_PAUSE ? "pause" : "what?");
	bool back = route_is_back(player->route);
	if (back != player->was_back)
		say(player, back ? "back" : "away");
	player->was_back = back;
	if (player->feed && sink_health(player->sink) != SINK_RUNS) {
		say(player, "gone%s", route_is_lost(player->route) ? ", lost" : "");
		sink_stop(player->sink);
		player->feed = NULL;
	}
}

static bool take_order(struct player *player)
{
	char line[32];
	ssize_t n = read(STDIN_FILENO, line, sizeof line - 1);
	line[n > 0 ? n : 0] = '\0';
	if (strncmp(line, "follow", 6) == 0)
		open_output(player, ROUTE_SAME_HOME);
	else if (strncmp(line, "key", 3) == 0)
		open_output(player, ROUTE_NEW_HOME);
	return n > 0 && strncmp(line, "quit", 4) != 0;
}

static void run(struct player *player)
{
	short events;
	struct pollfd waits[2] = {{.fd = STDIN_FILENO, .events = POLLIN}};
	while (clock_sec() < player->end_sec) {
		waits[1].fd = control_wait_on(route_control(player->route), &events);
		waits[1].events = events;
		fill(player);
		poll(waits, 2, 50);
		look(player);
		if ((waits[0].revents & (POLLIN | POLLHUP)) && !take_order(player))
			break;
	}
	say(player, "%s", player->feed ? "played" : "ended in silence");
}

int main(int count, char **words)
{
	if (count != 3 && count != 4)
		return 2;
	bool guarded = count == 3 || strcmp(words[3], "unguarded") != 0;
	port_file = count == 4 && guarded ? words[3] : NULL;
	struct player player = {.sink = sink_create_device(words[1], NULL), .begin_sec = clock_sec()};
	player.end_sec = player.begin_sec + strtod(words[2], NULL);
	if (guarded)
		player.route = route_create(&(struct route_hooks){silence, player.sink});
	int code = 4;
	if (open_output(&player, ROUTE_NEW_HOME)) {
		run(&player);
		code = player.feed ? 0 : 3;
	}
	route_destroy(player.route);
	sink_destroy(player.sink);
	return code;
}

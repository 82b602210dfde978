// Watches the sound server for what happens to one stream.
//
// The stream is known by the process that plays it: PulseAudio, and programs that come to PipeWire by its PulseAudio side,
// tell the process with the stream; PipeWire's own ALSA plug-in tells it with the client only. Where neither does, the
// program's name must do.
//
// What is asked of the server, and when:
//   a stream is new or has changed    which sink does it play to: another than before is a loss
//   the first sink is seen            its name and port: home.c remembers them
//   the sink, or its card, changed    its port: another one, or an empty one, is a loss
//   the sink is removed               nothing: a loss, before the server has found another place for the stream
//   after a loss, anything changed    is the sink there again, and the default
//
// The connection is made anew when it breaks, at once when a stream starts, less and less often when nobody is there.
#include "control/route.h"

#include "base/memory.h"
#include "control/home.h"

#include <pulse/pulseaudio.h>

#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define RETRY_FIRST_USEC 250000
#define RETRY_MOST_USEC 10000000

#define PROGRAM_NAME "[stillroom-device]" // in application.name, which is "ALSA plug-in [stillroom-device]" or alike

struct route {
	struct control head;
	struct route_hooks hooks;
	int wake_fd; // to the session: there is something to take
	int poke_fd; // to our thread: another stream is to be followed

	// Our thread's
	pa_threaded_mainloop *loop;
	pa_mainloop_api *api;
	pa_io_event *poke;
	pa_time_event *retry; // NULL: none is due
	pa_usec_t retry_usec;
	pa_context *context; // NULL: not connected
	char default_name[HOME_NAME_BYTES];

	pthread_mutex_t lock; // of all below
	pid_t pid;            // of the process that plays; 0: none
	struct home home;
	uint32_t stream, client; // the server's numbers; PA_INVALID_INDEX: not seen yet
	uint32_t sink;           // that the stream plays to
	bool lost, back;
	bool wish; // a VERB_PAUSE is to be taken
};

static void poke_fd(int fd)
{
	(void)!eventfd_write(fd, 1);
}

static void drain_fd(int fd)
{
	eventfd_t count;
	(void)!eventfd_read(fd, &count);
}

static void drop(pa_operation *operation)
{
	if (operation)
		pa_operation_unref(operation);
}

static bool is_ready(const struct route *route)
{
	return route->context && pa_context_get_state(route->context) == PA_CONTEXT_READY;
}

static bool follows(const struct route *route)
{
	return route->pid && !route->lost;
}

static int64_t home_index(uint32_t index)
{
	return index == PA_INVALID_INDEX ? HOME_NO_INDEX : (int64_t)index;
}

static struct home_sink view_sink(const pa_sink_info *info)
{
	const pa_sink_port_info *port = info->active_port;
	return (struct home_sink){
		.index = info->index,
		.name = info->name,
		.port = port ? port->name : NULL,
		.port_is_gone = port && port->available == PA_PORT_AVAILABLE_NO,
	};
}

// ---- After a loss: is it back?

static void on_home_sink(pa_context *context, const pa_sink_info *info, int end, void *user)
{
	struct route *route = user;
	(void)context;
	if (end > 0)
		return;
	struct home_sink sink = {0};
	if (!end)
		sink = view_sink(info);
	pthread_mutex_lock(&route->lock);
	bool back = route->lost && !end && home_is_back(&route->home, &sink, route->default_name);
	bool news = back != route->back;
	route->back = back;
	pthread_mutex_unlock(&route->lock);
	if (news)
		poke_fd(route->wake_fd);
}

static void on_server(pa_context *context, const pa_server_info *info, void *user)
{
	struct route *route = user;
	char name[HOME_NAME_BYTES];
	const char *default_name = info && info->default_sink_name ? info->default_sink_name : "";
	snprintf(route->default_name, sizeof route->default_name, "%s", default_name);
	pthread_mutex_lock(&route->lock);
	memcpy(name, route->home.name, sizeof name);
	pthread_mutex_unlock(&route->lock);
	drop(pa_context_get_sink_info_by_name(context, name, on_home_sink, route));
}

static void ask_whether_back(struct route *route)
{
	if (route->lost && route->home.known && is_ready(route))
		drop(pa_context_get_server_info(route->context, on_server, route));
}

// ---- The loss

// The flag comes before the silence: whoever finds the player dead can ask why.
static void judge(struct route *route, enum home_verdict verdict)
{
	if (verdict != HOME_LEFT || !follows(route))
		return;
	route->lost = route->wish = true;
	route->back = false;
	route->hooks.silence(route->hooks.user);
	poke_fd(route->wake_fd);
	ask_whether_back(route);
}

static void on_sink(pa_context *context, const pa_sink_info *info, int end, void *user)
{
	struct route *route = user;
	(void)context;
	if (end)
		return;
	struct home_sink sink = view_sink(info);
	pthread_mutex_lock(&route->lock);
	if (follows(route) && info->index == route->sink)
		judge(route, home_look(&route->home, &sink));
	pthread_mutex_unlock(&route->lock);
}

static void ask_sink(struct route *route)
{
	if (follows(route) && route->sink != PA_INVALID_INDEX)
		drop(pa_context_get_sink_info_by_index(route->context, route->sink, on_sink, route));
}

// ---- The stream

static void see_stream(struct route *route, const pa_sink_input_info *info)
{
	route->stream = info->index;
	route->sink = info->sink;
	enum home_verdict verdict = home_stream(&route->home, home_index(info->sink));
	if (verdict == HOME_UNKNOWN)
		ask_sink(route);
	else
		judge(route, verdict);
}

static bool names_pid(const char *text, pid_t pid)
{
	return strtol(text, NULL, 10) == (long)pid;
}

static void on_client(pa_context *context, const pa_client_info *info, int end, void *user);

static void on_stream(pa_context *context, const pa_sink_input_info *info, int end, void *user)
{
	struct route *route = user;
	if (end)
		return;
	const char *pid = pa_proplist_gets(info->proplist, PA_PROP_APPLICATION_PROCESS_ID);
	pthread_mutex_lock(&route->lock);
	bool has_client = info->client != PA_INVALID_INDEX;
	if (!follows(route))
		;
	else if (pid ? names_pid(pid, route->pid) : has_client && info->client == route->client)
		see_stream(route, info);
	else if (!pid && has_client)
		drop(pa_context_get_client_info(context, info->client, on_client, route));
	pthread_mutex_unlock(&route->lock);
}

static void ask_streams(struct route *route)
{
	drop(pa_context_get_sink_input_info_list(route->context, on_stream, route));
}

static void on_client(pa_context *context, const pa_client_info *info, int end, void *user)
{
	struct route *route = user;
	(void)context;
	if (end)
		return;
	const char *pid = pa_proplist_gets(info->proplist, PA_PROP_APPLICATION_PROCESS_ID);
	const char *name = pa_proplist_gets(info->proplist, PA_PROP_APPLICATION_NAME);
	pthread_mutex_lock(&route->lock);
	bool ours = pid ? names_pid(pid, route->pid) : name && strstr(name, PROGRAM_NAME);
	if (follows(route) && ours && route->client != info->index) {
		route->client = info->index;
		ask_streams(route);
	}
	pthread_mutex_unlock(&route->lock);
}

// ---- Events

static void on_stream_event(struct route *route, pa_subscription_event_type_t kind, uint32_t index)
{
	if (kind != PA_SUBSCRIPTION_EVENT_REMOVE)
		drop(pa_context_get_sink_input_info(route->context, index, on_stream, route));
	else if (index == route->stream)
		route->stream = route->sink = PA_INVALID_INDEX;
}

static void on_sink_event(struct route *route, pa_subscription_event_type_t kind, uint32_t index)
{
	if (kind == PA_SUBSCRIPTION_EVENT_REMOVE)
		judge(route, home_removed(&route->home, home_index(index)));
	else if (index == route->sink)
		ask_sink(route);
}

static void on_event(pa_context *context, pa_subscription_event_type_t event, uint32_t index, void *user)
{
	struct route *route = user;
	pa_subscription_event_type_t kind = event & PA_SUBSCRIPTION_EVENT_TYPE_MASK;
	(void)context;
	pthread_mutex_lock(&route->lock);
	switch (event & PA_SUBSCRIPTION_EVENT_FACILITY_MASK) {
	case PA_SUBSCRIPTION_EVENT_SINK_INPUT:
		on_stream_event(route, kind, index);
		break;
	case PA_SUBSCRIPTION_EVENT_SINK:
		on_sink_event(route, kind, index);
		ask_whether_back(route);
		break;
	default: // a card or the server's default
		ask_sink(route);
		ask_whether_back(route);
	}
	pthread_mutex_unlock(&route->lock);
}

// ---- The connection

static void connect_anew(struct route *route);

static void on_retry(pa_mainloop_api *api, pa_time_event *event, const struct timeval *when, void *user)
{
	struct route *route = user;
	(void)when;
	api->time_free(event);
	route->retry = NULL;
	connect_anew(route);
}

static void retry_later(struct route *route)
{
	struct timeval when;
	if (route->retry)
		return;
	pa_timeval_add(pa_gettimeofday(&when), route->retry_usec);
	route->retry = route->api->time_new(route->api, &when, on_retry, route);
	route->retry_usec = route->retry_usec * 2 < RETRY_MOST_USEC ? route->retry_usec * 2 : RETRY_MOST_USEC;
}

// What was seen on this connection means nothing on the next one.
static void forget_numbers(struct route *route)
{
	pthread_mutex_lock(&route->lock);
	home_forget_index(&route->home);
	route->stream = route->client = route->sink = PA_INVALID_INDEX;
	route->back = false;
	pthread_mutex_unlock(&route->lock);
}

static void begin_watch(struct route *route)
{
	route->retry_usec = RETRY_FIRST_USEC;
	pa_context_set_subscribe_callback(route->context, on_event, route);
	drop(pa_context_subscribe(route->context,
	                          PA_SUBSCRIPTION_MASK_SINK_INPUT | PA_SUBSCRIPTION_MASK_SINK |
	                                  PA_SUBSCRIPTION_MASK_CARD | PA_SUBSCRIPTION_MASK_SERVER,
	                          NULL, NULL));
	ask_streams(route);
	pthread_mutex_lock(&route->lock);
	ask_whether_back(route);
	pthread_mutex_unlock(&route->lock);
}

static void on_state(pa_context *context, void *user)
{
	struct route *route = user;
	pa_context_state_t state = pa_context_get_state(context);
	if (state == PA_CONTEXT_READY)
		begin_watch(route);
	else if (!PA_CONTEXT_IS_GOOD(state))
		retry_later(route);
}

static void disconnect(struct route *route)
{
	if (!route->context)
		return;
	pa_context_set_state_callback(route->context, NULL, NULL);
	pa_context_set_subscribe_callback(route->context, NULL, NULL);
	pa_context_disconnect(route->context);
	pa_context_unref(route->context);
	route->context = NULL;
}

static void connect_anew(struct route *route)
{
	disconnect(route);
	forget_numbers(route);
	route->context = pa_context_new(route->api, "stillroom");
	if (route->context) {
		pa_context_set_state_callback(route->context, on_state, route);
		if (pa_context_connect(route->context, NULL, PA_CONTEXT_NOAUTOSPAWN, NULL) >= 0)
			return;
	}
	retry_later(route);
}

static void on_poke(pa_mainloop_api *api, pa_io_event *event, int fd, pa_io_event_flags_t flags, void *user)
{
	struct route *route = user;
	(void)event;
	(void)flags;
	drain_fd(fd);
	if (is_ready(route)) {
		ask_streams(route);
	} else if (route->retry) {
		api->time_free(route->retry);
		route->retry = NULL;
		route->retry_usec = RETRY_FIRST_USEC;
		connect_anew(route);
	}
}

// ---- As a control

static int route_wait_on(struct control *control, short *events)
{
	*events = POLLIN;
	return ((struct route *)control)->wake_fd;
}

static double route_deadline_sec(struct control *control)
{
	(void)control;
	return INFINITY;
}

static bool route_take(struct control *control, struct wish *wish)
{
	struct route *route = (struct route *)control;
	drain_fd(route->wake_fd);
	pthread_mutex_lock(&route->lock);
	bool taken = route->wish;
	route->wish = false;
	pthread_mutex_unlock(&route->lock);
	if (taken)
		*wish = (struct wish){.verb = VERB_PAUSE};
	return taken;
}

static void route_tell(struct control *control, const struct control_view *view)
{
	(void)control;
	(void)view;
}

static void route_destroy_control(struct control *control)
{
	route_destroy((struct route *)control);
}

static const struct control_ops route_ops = {route_wait_on, route_deadline_sec, route_take, route_tell,
                                             route_destroy_control};

struct control *route_control(struct route *route)
{
	return route ? &route->head : NULL;
}

// ---- The session's side

void route_follow(struct route *route, pid_t pid, enum route_home home)
{
	if (!route)
		return;
	pthread_mutex_lock(&route->lock);
	route->pid = pid;
	if (home == ROUTE_NEW_HOME)
		route->home = home_none();
	route->stream = route->client = route->sink = PA_INVALID_INDEX;
	route->lost = route->back = route->wish = false;
	pthread_mutex_unlock(&route->lock);
	poke_fd(route->poke_fd);
}

bool route_is_lost(struct route *route)
{
	if (!route)
		return false;
	pthread_mutex_lock(&route->lock);
	bool lost = route->lost;
	pthread_mutex_unlock(&route->lock);
	return lost;
}

bool route_is_back(struct route *route)
{
	if (!route)
		return false;
	pthread_mutex_lock(&route->lock);
	bool back = route->back;
	pthread_mutex_unlock(&route->lock);
	return back;
}

static bool start(struct route *route)
{
	route->loop = pa_threaded_mainloop_new();
	if (!route->loop || route->wake_fd < 0 || route->poke_fd < 0)
		return false;
	route->api = pa_threaded_mainloop_get_api(route->loop);
	route->poke = route->api->io_new(route->api, route->poke_fd, PA_IO_EVENT_INPUT, on_poke, route);
	// The first connection is made by our thread: what it reads from disk holds nobody up
	retry_later(route);
	poke_fd(route->poke_fd);
	return route->poke && pa_threaded_mainloop_start(route->loop) >= 0;
}

struct route *route_create(const struct route_hooks *hooks)
{
	struct route *route = memory_alloc(sizeof *route);
	route->head.ops = &route_ops;
	route->hooks = *hooks;
	route->retry_usec = RETRY_FIRST_USEC;
	route->home = home_none();
	route->stream = route->client = route->sink = PA_INVALID_INDEX;
	route->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	route->poke_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&route->lock, NULL);
	if (start(route))
		return route;
	route_destroy(route);
	return NULL;
}

void route_destroy(struct route *route)
{
	if (!route)
		return;
	if (route->loop)
		pa_threaded_mainloop_stop(route->loop);
	disconnect(route);
	if (route->retry)
		route->api->time_free(route->retry);
	if (route->poke)
		route->api->io_free(route->poke);
	if (route->loop)
		pa_threaded_mainloop_free(route->loop);
	if (route->wake_fd >= 0)
		close(route->wake_fd);
	if (route->poke_fd >= 0)
		close(route->poke_fd);
	pthread_mutex_destroy(&route->lock);
	free(route);
}

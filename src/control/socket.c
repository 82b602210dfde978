// A stream socket behind one epoll descriptor. Nothing waits for a client: each is read once a round, at most as much
// as one line, an answer that it does not take at once ends it, and so does a line that is too long. `take` goes round
// by round, so that a client that never stops does not hold its caller.
#include "control/socket.h"

#include "base/clock.h"
#include "base/memory.h"
#include "control/line.h"
#include "control/socket_folder.h"
#include "control/view.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_SEC 3.0

enum {
	ANSWER_BYTES = 1024,
	MOST_NEW = SOCKET_MOST_CLIENTS / 2,
	IN_BYTES = LINE_MOST_BYTES + 1,
	LISTENER = SOCKET_MOST_CLIENTS
};

struct client {
	int fd; // -1: free
	char in[IN_BYTES];
	size_t count;
	uint64_t heard; // number of the last round that brought something
};

struct socket_control {
	struct control head;
	int folder, listener, epoll;
	char name[SOCKET_NAME_BYTES];
	struct client clients[SOCKET_MOST_CLIENTS];
	int next;       // client to look at in this round
	bool going;     // a round has begun
	uint64_t round; // its number
	bool told;
	struct control_view view;
};

static void watch(struct socket_control *control, int fd, uint32_t index)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = index};
	epoll_ctl(control->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void drop(struct client *client)
{
	if (client->fd >= 0)
		close(client->fd); // leaves the epoll by that
	*client = (struct client){.fd = -1};
}

static bool is_welcome(int fd)
{
	struct ucred peer;
	socklen_t n = sizeof peer;
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && (peer.uid == geteuid() || peer.uid == 0);
}

static void welcome(struct socket_control *control, int fd)
{
	int at = 0;
	for (int i = 0; i < SOCKET_MOST_CLIENTS; i++) {
		const struct client *client = &control->clients[i], *best = &control->clients[at];
		if (best->fd >= 0 && (client->fd < 0 || client->heard < best->heard))
			at = i;
	}
	drop(&control->clients[at]);
	control->clients[at].fd = fd;
	control->clients[at].heard = control->round;
	watch(control, fd, (uint32_t)at);
}

static void accept_some(struct socket_control *control)
{
	for (int i = 0; i < MOST_NEW; i++) {
		int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			return;
		if (is_welcome(fd))
			welcome(control, fd);
		else
			close(fd);
	}
}

// ---- Lines

static void answer(struct client *client, const char *text)
{
	char line[ANSWER_BYTES + 8];
	int n = snprintf(line, sizeof line, "%s\n", text);
	if (send(client->fd, line, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL) != n)
		drop(client);
}

static void print_asked(const struct socket_control *control, enum verb verb, char *text, size_t bytes)
{
	if (verb != VERB_WHERE && verb != VERB_NONE)
		snprintf(text, bytes, "ok");
	else if (!control->told)
		snprintf(text, bytes,
		         verb == VERB_NONE ? "ok: {\"state\": \"opening\"}" : "ok: the session has not begun");
	else {
		snprintf(text, bytes, "ok: ");
		(verb == VERB_NONE ? view_print_json : view_print)(&control->view, text + 4, bytes - 4);
	}
}

// True with a wish when the line has one.
static bool heed(struct socket_control *control, struct client *client, const char *line, struct wish *wish)
{
	char text[ANSWER_BYTES] = "no: ";
	bool right = line_read(line, wish, text + 4, sizeof text - 4);
	if (right)
		print_asked(control, wish->verb, text, sizeof text);
	answer(client, text);
	return right && wish->verb != VERB_NONE;
}

// The first whole line, which is then gone from the client; false when there is none.
static bool cut_line(struct client *client, char line[IN_BYTES])
{
	char *end = memchr(client->in, '\n', client->count);
	if (!end)
		return false;
	size_t n = (size_t)(end - client->in);
	memcpy(line, client->in, n);
	line[n] = '\0';
	client->count -= n + 1;
	memmove(client->in, end + 1, client->count);
	return true;
}

static void read_some(struct socket_control *control, struct client *client)
{
	ssize_t got = recv(client->fd, client->in + client->count, sizeof client->in - client->count, MSG_DONTWAIT);
	if (got > 0) {
		client->count += (size_t)got;
		client->heard = control->round;
	} else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		drop(client);
}

static bool next_of(struct socket_control *control, struct client *client, struct wish *wish)
{
	char line[IN_BYTES];
	while (client->fd >= 0 && cut_line(client, line))
		if (heed(control, client, line, wish))
			return true;
	if (client->fd >= 0 && client->count == sizeof client->in) {
		char text[80];
		snprintf(text, sizeof text, "no: a line has at most %d bytes", LINE_MOST_BYTES);
		answer(client, text);
		drop(client);
	}
	return false;
}

// ---- As a control

// Newcomers first, and fewer than there are places: who has just come is read before it makes room for another.
static void begin_round(struct socket_control *control)
{
	struct epoll_event events[SOCKET_MOST_CLIENTS + 1];
	control->round++;
	control->next = 0;
	control->going = true;
	accept_some(control);
	int count = epoll_wait(control->epoll, events, SOCKET_MOST_CLIENTS + 1, 0);
	for (int i = 0; i < count; i++)
		if (events[i].data.u32 != LISTENER && control->clients[events[i].data.u32].fd >= 0)
			read_some(control, &control->clients[events[i].data.u32]);
}

static bool socket_take(struct control *head, struct wish *wish)
{
	struct socket_control *control = (struct socket_control *)head;
	if (!control->going)
		begin_round(control);
	for (; control->next < SOCKET_MOST_CLIENTS; control->next++)
		if (next_of(control, &control->clients[control->next], wish))
			return true;
	control->going = false;
	return false;
}

static int socket_wait_on(struct control *control, short *events)
{
	*events = POLLIN;
	return ((struct socket_control *)control)->epoll;
}

static double socket_deadline_sec(struct control *control)
{
	(void)control;
	return INFINITY;
}

static void socket_tell(struct control *head, const struct control_view *view)
{
	struct socket_control *control = (struct socket_control *)head;
	control->view = *view;
	control->told = true;
}

static void socket_destroy(struct control *head)
{
	struct socket_control *control = (struct socket_control *)head;
	unlinkat(control->folder, control->name, 0);
	for (int i = 0; i < SOCKET_MOST_CLIENTS; i++)
		drop(&control->clients[i]);
	close(control->listener);
	close(control->epoll);
	close(control->folder);
	free(control);
}

static const struct control_ops OPS = {socket_wait_on, socket_deadline_sec, socket_take, socket_tell, socket_destroy};

struct control *socket_open(void)
{
	char name[SOCKET_NAME_BYTES];
	int folder = socket_folder_open(true);
	int listener = folder >= 0 ? socket_folder_listen(folder, name) : -1;
	int epoll = listener >= 0 ? epoll_create1(EPOLL_CLOEXEC) : -1;
	if (epoll < 0) {
		if (listener >= 0) {
			unlinkat(folder, name, 0);
			close(listener);
		}
		if (folder >= 0)
			close(folder);
		return NULL;
	}
	struct socket_control *control = memory_alloc(sizeof *control);
	*control = (struct socket_control){{&OPS}, .folder = folder, .listener = listener, .epoll = epoll};
	strcpy(control->name, name);
	for (int i = 0; i < SOCKET_MOST_CLIENTS; i++)
		control->clients[i].fd = -1;
	watch(control, listener, LISTENER);
	return &control->head;
}

const char *socket_name(const struct control *control)
{
	return ((const struct socket_control *)control)->name;
}

// ---- The other side

// One line, without its end; false when none came in time.
static bool await_line(int fd, char *line, size_t bytes)
{
	double until_sec = clock_sec() + ANSWER_SEC;
	size_t count = 0;
	while (count + 1 < bytes) {
		struct pollfd waiting = {.fd = fd, .events = POLLIN};
		double left_sec = until_sec - clock_sec();
		if (left_sec <= 0 || poll(&waiting, 1, (int)ceil(1e3 * left_sec)) <= 0)
			return false;
		ssize_t got = recv(fd, line + count, bytes - 1 - count, MSG_DONTWAIT);
		if (got <= 0)
			return false;
		char *end = memchr(line + count, '\n', (size_t)got);
		count += (size_t)got;
		if (end) {
			*end = '\0';
			return true;
		}
	}
	return false;
}

static enum socket_outcome talk(int fd, const char *line, char *text, size_t bytes)
{
	char out[LINE_MOST_BYTES + 2], in[ANSWER_BYTES + 8];
	int n = snprintf(out, sizeof out, "%s\n", line);
	if (send(fd, out, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL) != n || !await_line(fd, in, sizeof in))
		return SOCKET_SILENT;
	bool right = strncmp(in, "ok", 2) == 0;
	const char *rest = strstr(in, ": ");
	snprintf(text, bytes, "%s", rest ? rest + 2 : "");
	return right ? SOCKET_DONE : SOCKET_REFUSED;
}

static enum socket_outcome find_and_talk(int folder, const char *line, char *text, size_t bytes)
{
	int fd = socket_folder_connect(folder);
	if (fd < 0)
		return errno == EAGAIN ? SOCKET_SILENT : SOCKET_NOBODY;
	enum socket_outcome outcome = talk(fd, line, text, bytes);
	close(fd);
	return outcome;
}

int socket_send(const char *line, char *text, size_t bytes)
{
	struct wish wish;
	if (bytes)
		*text = '\0';
	if (!line_read(line, &wish, text, bytes))
		return SOCKET_REFUSED;
	int folder = socket_folder_open(false);
	if (folder < 0)
		return SOCKET_NOBODY;
	enum socket_outcome outcome = find_and_talk(folder, line, text, bytes);
	close(folder);
	return outcome;
}

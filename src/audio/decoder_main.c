// stillroom-decoder: the process in which strangers' sound files are decoded, and which can do nothing else. decoder.c
// starts it and tells why.
//
// Descriptors: 0 is the socket to the player, 1 and 2 lead nowhere, 3 is the window. It ends with the socket.
#include "audio/confine.h"
#include "audio/decode.h"
#include "audio/track.h"
#include "audio/wire.h"
#include "base/leaks.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
	KEPT_BYTES = 4 << 20, // of free memory
	REST_MS = 500,
};

// Processor time for one request. A segment at the highest rate, with all channels, takes a quarter of a second, and
// so does a spoken line of a minute; a damaged FLAC is searched for minutes, if it may.
#ifdef SANITIZED
enum { REQUEST_SEC = 25 };
#else
enum { REQUEST_SEC = 5 };
#endif
enum { CHUNKS_A_SEC = 1000 }; // a second more for so many that a track goes through: a day of MP3 has 91 s

struct served {
	float *window;
	float *mono; // of the last WIRE_MONO, where the window has no room for it, until all of it was given
	int64_t mono_samples;
	struct audio_track *tracks[WIRE_MOST_TRACKS];
};

static void set_trouble(struct wire_answer *answer, enum status status, const char *why)
{
	answer->status = (int32_t)status;
	answer->clause = status == STATUS_OK ? 0 : wire_clause(why);
}

static void give_mono(struct served *served, int64_t at)
{
	int64_t n = served->mono_samples - at;
	if (!served->mono || at < 0 || n <= 0)
		return;
	n = n < WIRE_WINDOW_SAMPLES ? n : WIRE_WINDOW_SAMPLES;
	memcpy(served->window, served->mono + at, (size_t)n * sizeof *served->window);
	if (at + n == served->mono_samples) {
		free(served->mono);
		served->mono = NULL;
	}
}

static void serve_mono(struct served *served, int fd, int64_t most_frames, struct wire_answer *answer)
{
	const char *why = NULL;
	float *samples;
	free(served->mono);
	enum status status = decode_mono(fd, most_frames, served->window, WIRE_WINDOW_SAMPLES, &samples, &answer->level,
	                                 &answer->info, &why);
	set_trouble(answer, status, why);
	served->mono = samples == served->window ? NULL : samples;
	served->mono_samples = answer->info.engine_frames;
	give_mono(served, 0);
}

static void serve_check(int fd, int64_t most_frames, struct wire_answer *answer)
{
	const char *why = NULL;
	enum status status = decode_check(fd, most_frames, &answer->level, &answer->info, &why);
	set_trouble(answer, status, why);
}

static void serve_look(int fd, int64_t most_frames, struct wire_answer *answer)
{
	const char *why = NULL;
	enum status status = decode_look(fd, most_frames, &answer->info, &why);
	set_trouble(answer, status, why);
}

static void serve_open(struct served *served, int fd, struct wire_answer *answer)
{
	const char *why = "too many files are open";
	int slot = 0;
	while (slot < WIRE_MOST_TRACKS && served->tracks[slot])
		slot++;
	answer->track = slot;
	if (slot == WIRE_MOST_TRACKS) {
		close(fd);
		set_trouble(answer, STATUS_FAILED, why);
		return;
	}
	enum status status = audio_track_open(&served->tracks[slot], fd, &why);
	set_trouble(answer, status, why);
	if (served->tracks[slot])
		answer->info = *audio_track_info(served->tracks[slot]);
}

static const struct audio_track *known_track(const struct served *served, const struct wire_request *request)
{
	return request->track >= 0 && request->track < WIRE_MOST_TRACKS ? served->tracks[request->track] : NULL;
}

static int most_sec(const struct served *served, const struct wire_request *request)
{
	const struct audio_track *track = request->verb == WIRE_READ ? known_track(served, request) : NULL;
	return REQUEST_SEC + (track ? (int)(audio_track_most_chunks(track) / CHUNKS_A_SEC) : 0);
}

static struct wire_answer serve(struct served *served, const struct wire_request *request, int fd)
{
	struct wire_answer answer = {0};
	bool known = known_track(served, request);
	switch ((enum wire_verb)request->verb) {
	case WIRE_MONO:
		serve_mono(served, fd, request->number, &answer);
		break;
	case WIRE_CHECK:
		serve_check(fd, request->number, &answer);
		break;
	case WIRE_LOOK:
		serve_look(fd, request->number, &answer);
		break;
	case WIRE_MORE:
		give_mono(served, request->number);
		break;
	case WIRE_OPEN:
		serve_open(served, fd, &answer);
		break;
	case WIRE_READ:
		if (known)
			answer.lost =
				!audio_track_chunk(served->tracks[request->track], request->number, served->window);
		break;
	case WIRE_CLOSE:
		if (known) {
			audio_track_close(served->tracks[request->track]);
			served->tracks[request->track] = NULL;
		}
		break;
	}
	return answer;
}

// Memory is kept from file to file while they come one after another, and given back when none does.
static void rest(void)
{
	struct pollfd wanted = {.fd = WIRE_SOCKET_FD, .events = POLLIN};
#ifdef M_MMAP_THRESHOLD
	malloc_trim(0);
#endif
	poll(&wanted, 1, -1);
}

// False at the end of the socket. *fd is -1 when none came.
static bool take(struct wire_request *request, int *fd)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof *fd)];
	struct iovec part = {request, sizeof *request};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
	ssize_t got;
	while ((got = recvmsg(WIRE_SOCKET_FD, &message, MSG_CMSG_CLOEXEC)) < 0 && (errno == EAGAIN || errno == EINTR))
		if (errno == EAGAIN) // none has come for REST_MS
			rest();
	struct cmsghdr *beside = CMSG_FIRSTHDR(&message);
	*fd = -1;
	if (got > 0 && beside && beside->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(beside), sizeof *fd);
	return got == (ssize_t)sizeof *request;
}

int main(void)
{
	static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGPIPE}; // its end is the socket's
	struct served served = {0};
	struct wire_request request;
	int fd;
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
	served.window =
		mmap(NULL, WIRE_WINDOW_SAMPLES * sizeof(float), PROT_READ | PROT_WRITE, MAP_SHARED, WIRE_WINDOW_FD, 0);
	if (served.window == MAP_FAILED) {
		fputs("stillroom-decoder is started by stillroom\n", stderr);
		return 2;
	}
#ifdef M_MMAP_THRESHOLD
	mallopt(M_MMAP_THRESHOLD, KEPT_BYTES); // the same memory for the next file, not new pages for each
	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
#endif
	setsockopt(WIRE_SOCKET_FD, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_usec = REST_MS * 1000},
	           sizeof(struct timeval));
	confine();
	while (take(&request, &fd)) {
		confine_time(most_sec(&served, &request));
		struct wire_answer answer = serve(&served, &request, fd);
		if (send(WIRE_SOCKET_FD, &answer, sizeof answer, MSG_NOSIGNAL) != (ssize_t)sizeof answer)
			break;
	}
	leaks_look();
	_exit(0);
}

// Decoders are large programs that read what strangers write, and have had their memory bugs. So they run in a process
// with nothing to lose and nothing to reach (confine.c). It gets files that are open already, and gives samples through a
// window of memory; nothing that it says is believed before it was looked at. Should it die, hang or lie, that is one
// fault of the file that was asked for; the next file finds a new process.
//
// A process may also die of what is not the file's fault, as when memory is short. So a file is tried twice, but not one
// that has used up the time it may take: it would do so again. At worst a damaged file costs 5 s of processor time for
// each stream of it (an MP3 of a day 91 s), and is silent from there on.
#include "audio/decoder.h"

#include "audio/wire.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/spawn.h"
#include "base/vector.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_SEC 120.0 // a disk may sleep; the processor time of a request is bounded by the process itself
#define HURRY_SEC 1.0
#define LOOK_SEC 0.2 // how often a wait looks whether it is to hurry
#define REAP_SEC 0.5
#ifdef SANITIZED
#define LAST_SEC 30.0 // in which a process looks for what it has lost
#else
#define LAST_SEC 0.0
#endif

enum { TRIES = 2, PROCESSES_MOST = 4, WINDOW_BYTES = WIRE_WINDOW_SAMPLES * sizeof(float) };

static const char cannot_start[] = "the sound decoder could not be started";
static const char gave_up[] = "its decoding broke off";
static const char no_sound[] = "it holds values that are no sound";

struct process {
	const char *program; // borrowed
	double patience_sec;
	const atomic_bool *hurry;
	const atomic_int *stop; // says the same when it is not 0; may be NULL

	// One thread's at a time.
	pthread_mutex_t lock;
	pid_t pid;  // 0: none runs
	int life;   // counts them, from 1
	bool spent; // the last request has used up its time
	int socket_fd;
	float *window; // may only be read
};

struct audio_decoder {
	char *program;
	atomic_bool hurry;
	struct process processes[PROCESSES_MOST];
};

// ---- The process

static char *find_program(void)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
	path[length < 0 ? 0 : length] = '\0';
	for (int up = 0; up < 2; up++) {
		char *slash = strrchr(path, '/');
		if (slash)
			*slash = '\0';
	}
	return memory_printf("%s/libexec/stillroom/stillroom-decoder", path);
}

// The window cannot be shortened by either side, or the other would die of reading it.
static int make_window(float **window)
{
	int fd = memfd_create("stillroom-window", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	void *memory = MAP_FAILED;
	if (fd >= 0 && ftruncate(fd, WINDOW_BYTES) == 0)
		memory = mmap(NULL, WINDOW_BYTES, PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
	*window = memory;
	return spawn_raise_fd(fd);
}

static bool start(struct process *process)
{
	const char *const arguments[] = {"stillroom-decoder", NULL};
	int pair[2] = {-1, -1}, window_fd = make_window(&process->window),
	    null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	const struct timeval look = {.tv_usec = (suseconds_t)(LOOK_SEC * 1e6)};
	bool ready = window_fd >= 0 && null_fd >= 0 &&
	             socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0 &&
	             setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &look, sizeof look) == 0;
	if (ready) {
		null_fd = spawn_raise_fd(null_fd);
		pair[1] = spawn_raise_fd(pair[1]);
		ready = spawn_child(&process->pid, process->program, arguments,
		                    (int[]){pair[1], null_fd, null_fd, window_fd}, 4) == 0;
	}
	const int ends[] = {window_fd, null_fd, pair[1], ready ? -1 : pair[0]};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	if (ready) {
		process->socket_fd = pair[0];
		process->life++;
		return true;
	}
	process->pid = 0;
	if (process->window)
		munmap(process->window, WINDOW_BYTES);
	process->window = NULL;
	return false;
}

static bool reap(const struct process *process, double most_sec, int *how)
{
	double deadline_sec = clock_sec() + most_sec;
	pid_t reaped;
	while ((reaped = waitpid(process->pid, how, WNOHANG)) == 0 && clock_sec() < deadline_sec)
		nanosleep(&(struct timespec){0, 200000}, NULL);
	return reaped != 0;
}

// It keeps nothing that could be lost. One that hangs inside the kernel is left to init. Returns how it ended, as waitpid
// tells.
static int end(struct process *process, double last_sec)
{
	int how = 0;
	if (!process->pid)
		return how;
	if (last_sec > 0.0)
		shutdown(process->socket_fd, SHUT_RDWR);
	if (last_sec <= 0.0 || !reap(process, last_sec, &how)) {
		kill(process->pid, SIGKILL);
		reap(process, REAP_SEC, &how);
	}
	close(process->socket_fd);
	munmap(process->window, WINDOW_BYTES);
	process->pid = 0;
	process->window = NULL;
	return how;
}

// ---- One question, one answer

static bool put(int socket_fd, struct wire_request request, int fd)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof fd)] = {0};
	struct iovec part = {&request, sizeof request};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	if (fd >= 0) {
		message.msg_control = room;
		message.msg_controllen = sizeof room;
		struct cmsghdr *beside = CMSG_FIRSTHDR(&message);
		beside->cmsg_level = SOL_SOCKET;
		beside->cmsg_type = SCM_RIGHTS;
		beside->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(beside), &fd, sizeof fd);
	}
	ssize_t sent;
	do
		sent = sendmsg(socket_fd, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)sizeof request;
}

static bool in_hurry(const struct process *process)
{
	return atomic_load(process->hurry) || (process->stop && atomic_load(process->stop) != 0);
}

// The socket itself wakes every LOOK_SEC: to poll it first would be one call more for each answer.
static bool take(const struct process *process, struct wire_answer *answer)
{
	double began_sec = clock_sec(), waited_sec = 0.0;
	ssize_t got;
	do {
		got = recv(process->socket_fd, answer, sizeof *answer, MSG_TRUNC);
		waited_sec = got < 0 ? clock_sec() - began_sec : 0.0;
	} while (got < 0 && (errno == EAGAIN || errno == EINTR) &&
	         waited_sec < (in_hurry(process) ? HURRY_SEC : process->patience_sec));
	return got == (ssize_t)sizeof *answer;
}

static bool info_is_sane(const struct audio_info *info)
{
	return info->rate_hz >= AUDIO_LEAST_RATE_HZ && info->rate_hz <= AUDIO_MOST_RATE_HZ && info->channels >= 1 &&
	       info->channels <= AUDIO_MOST_CHANNELS && info->frames >= 1 &&
	       info->frames <= (int64_t)AUDIO_MOST_SEC * info->rate_hz &&
	       info->engine_frames == (info->frames * ENGINE_RATE_HZ + info->rate_hz - 1) / info->rate_hz;
}

static bool level_is_sane(const struct audio_level *level)
{
	return level->peak >= 0.0f && level->peak <= AUDIO_MOST_SAMPLE && isfinite(level->most_lufs);
}

static bool answer_is_sane(const struct wire_request *request, const struct wire_answer *answer)
{
	if (answer->status == STATUS_FAULTY || answer->status == STATUS_FAILED)
		return wire_clause_text(answer->clause) != NULL;
	if (answer->status != STATUS_OK)
		return false;
	if (request->verb == WIRE_OPEN)
		return info_is_sane(&answer->info) && answer->track >= 0 && answer->track < WIRE_MOST_TRACKS;
	if (request->verb != WIRE_MONO && request->verb != WIRE_CHECK && request->verb != WIRE_LOOK)
		return true;
	return level_is_sane(&answer->level) && info_is_sane(&answer->info) &&
	       answer->info.engine_frames <= request->number;
}

// False when there is no process, or was none that could be believed. Under the lock.
static bool ask(struct process *process, const struct wire_request *request, int fd, struct wire_answer *answer)
{
	*answer = (struct wire_answer){0};
	process->spent = false;
	if (!process->pid && (in_hurry(process) || !start(process)))
		return false;
	double began_sec = clock_sec();
	if (put(process->socket_fd, *request, fd) && take(process, answer) && answer_is_sane(request, answer))
		return true;
	int how = end(process, 0.0);
	bool timed = WIFSIGNALED(how) && WTERMSIG(how) == SIGPROF; // see confine_time
	process->spent = timed || clock_sec() - began_sec >= process->patience_sec;
	*answer = (struct wire_answer){0}; // nothing of what it said
	return false;
}

// Of a file that was tried so often, and had this trouble.
static bool try_again(const struct process *process, int tries, const char *why)
{
	return tries < TRIES && why == gave_up && !process->spent;
}

// Copies and only then looks: the window may change at any time. Returns how many were no sound; those are zeros.
VECTOR static int copy_window(const struct process *process, float *out, int n)
{
	int wild = 0;
	memcpy(out, process->window, (size_t)n * sizeof *out);
	for (int i = 0; i < n; i++)
		wild += !(out[i] >= -AUDIO_MOST_SAMPLE && out[i] <= AUDIO_MOST_SAMPLE);
	for (int i = 0; wild && i < n; i++)
		if (!(out[i] >= -AUDIO_MOST_SAMPLE && out[i] <= AUDIO_MOST_SAMPLE))
			out[i] = 0.0f;
	return wild;
}

// The first from `from` on that is free, locked: a second process is there only when two threads want one at once.
static int lock_from(struct audio_decoder *decoder, int from)
{
	for (int i = from; i < PROCESSES_MOST; i++)
		if (pthread_mutex_trylock(&decoder->processes[i].lock) == 0)
			return i;
	pthread_mutex_lock(&decoder->processes[from].lock);
	return from;
}

// ---- Whole files

// The first samples are in the window already.
static const char *take_mono(struct process *process, float *samples, int64_t n_samples)
{
	struct wire_request more = {.verb = WIRE_MORE};
	struct wire_answer answer;
	while (more.number < n_samples) {
		int64_t left = n_samples - more.number, n = left < WIRE_WINDOW_SAMPLES ? left : WIRE_WINDOW_SAMPLES;
		if (more.number > 0 && !ask(process, &more, -1, &answer))
			return gave_up;
		if (copy_window(process, samples + more.number, (int)n))
			return no_sound;
		more.number += n;
	}
	return NULL;
}

// Of a request that comes with a file.
static enum status ask_about(struct process *process, const struct wire_request *request, int fd,
                             struct wire_answer *answer, const char **why)
{
	if (!ask(process, request, fd, answer)) {
		*why = process->life ? gave_up : cannot_start;
		return STATUS_FAILED;
	}
	*why = answer->status == STATUS_OK ? NULL : wire_clause_text(answer->clause);
	return (enum status)answer->status;
}

static enum status decode(struct process *process, int fd, int64_t most_frames, float **samples,
                          struct audio_level *level, struct audio_info *info, const char **why)
{
	struct wire_request request = {.verb = WIRE_MONO, .number = most_frames};
	struct wire_answer answer;
	enum status status = ask_about(process, &request, fd, &answer, why);
	*info = answer.info;
	*level = answer.level;
	if (status != STATUS_OK)
		return status;
	*samples = memory_resize(*samples, (size_t)info->engine_frames * sizeof **samples);
	*why = take_mono(process, *samples, info->engine_frames);
	if (!*why)
		return STATUS_OK;
	return *why == gave_up ? STATUS_FAILED : STATUS_FAULTY;
}

enum status audio_decode_mono(struct audio_decoder *decoder, int fd, int64_t most_frames, float **samples,
                              struct audio_level *level, struct audio_info *info, const char **why)
{
	enum status status = STATUS_FAILED;
	struct process *process = &decoder->processes[lock_from(decoder, 0)];
	for (int i = 0; i == 0 || try_again(process, i, *why); i++)
		status = decode(process, fd, most_frames, samples, level, info, why);
	pthread_mutex_unlock(&process->lock);
	close(fd);
	if (status != STATUS_OK) {
		free(*samples);
		*samples = NULL;
	}
	return status == STATUS_FAILED && *why == gave_up ? STATUS_FAULTY : status;
}

static enum status ask_about_file(struct audio_decoder *decoder, enum wire_verb verb, int fd, int64_t most_frames,
                                  struct wire_answer *answer, const char **why)
{
	const struct wire_request request = {.verb = (int32_t)verb, .number = most_frames};
	enum status status = STATUS_FAILED;
	struct process *process = &decoder->processes[lock_from(decoder, 0)];
	for (int i = 0; i == 0 || try_again(process, i, *why); i++)
		status = ask_about(process, &request, fd, answer, why);
	pthread_mutex_unlock(&process->lock);
	close(fd);
	return status == STATUS_FAILED && *why == gave_up ? STATUS_FAULTY : status;
}

enum status audio_check_mono(struct audio_decoder *decoder, int fd, int64_t most_frames, struct audio_level *level,
                             struct audio_info *info, const char **why)
{
	struct wire_answer answer;
	enum status status = ask_about_file(decoder, WIRE_CHECK, fd, most_frames, &answer, why);
	*info = answer.info;
	*level = answer.level;
	return status;
}

enum status audio_look_mono(struct audio_decoder *decoder, int fd, int64_t most_frames, struct audio_info *info,
                            const char **why)
{
	struct wire_answer answer;
	enum status status = ask_about_file(decoder, WIRE_LOOK, fd, most_frames, &answer, why);
	*info = answer.info;
	return status;
}

// ---- Tracks

static enum status open_once(struct process *process, int fd, struct decoder_track *track, struct audio_info *info,
                             const char **why)
{
	struct wire_request request = {.verb = WIRE_OPEN};
	struct wire_answer answer;
	enum status status = ask_about(process, &request, fd, &answer, why);
	if (status != STATUS_OK)
		return status;
	*info = answer.info;
	track->number = answer.track;
	track->life = process->life;
	return STATUS_OK;
}

enum status decoder_open(struct audio_decoder *decoder, int fd, const struct decoder_track *beside,
                         struct decoder_track *track, struct audio_info *info, const char **why)
{
	enum status status = STATUS_FAILED;
	int number = lock_from(decoder, beside ? (beside->process + 1) % PROCESSES_MOST : 0);
	struct process *process = &decoder->processes[number];
	for (int i = 0; i == 0 || try_again(process, i, *why); i++)
		status = open_once(process, fd, track, info, why);
	track->process = number;
	pthread_mutex_unlock(&process->lock);
	return status == STATUS_FAILED && *why == gave_up ? STATUS_FAULTY : status;
}

void decoder_close(struct audio_decoder *decoder, struct decoder_track *track)
{
	struct process *process = &decoder->processes[track->process];
	struct wire_request request = {.verb = WIRE_CLOSE, .track = track->number};
	struct wire_answer answer;
	pthread_mutex_lock(&process->lock);
	if (process->pid && track->life == process->life)
		ask(process, &request, -1, &answer);
	pthread_mutex_unlock(&process->lock);
	*track = (struct decoder_track){0};
}

// A new process does not know the file; what it sees must be the same one.
static bool open_again(struct process *process, int fd, struct decoder_track *track, const struct audio_info *info)
{
	struct audio_info now = {0};
	const char *why;
	return open_once(process, fd, track, &now, &why) == STATUS_OK && now.engine_frames == info->engine_frames &&
	       now.rate_hz == info->rate_hz;
}

bool decoder_read(struct audio_decoder *decoder, int fd, struct decoder_track *track, const struct audio_info *info,
                  int64_t k, float *out, bool *lost)
{
	struct wire_request request = {.verb = WIRE_READ, .number = k};
	struct wire_answer answer;
	struct process *process = &decoder->processes[track->process];
	bool done = false;
	pthread_mutex_lock(&process->lock);
	for (int i = 0; i == 0 || (!done && try_again(process, i, gave_up)); i++) {
		bool known = process->pid && track->life == process->life;
		if (!known && !open_again(process, fd, track, info))
			break;
		request.track = track->number;
		done = ask(process, &request, -1, &answer);
	}
	*lost = done && answer.lost != 0;
	if (done)
		copy_window(process, out, AUDIO_CHUNK_FRAMES * ENGINE_CHANNELS);
	pthread_mutex_unlock(&process->lock);
	return done;
}

// ---- Begin and end

struct audio_decoder *decoder_create(const char *program, double patience_sec)
{
	struct audio_decoder *decoder = memory_alloc(sizeof *decoder);
	decoder->program = program ? memory_copy_text(program) : find_program();
	for (int i = 0; i < PROCESSES_MOST; i++) {
		decoder->processes[i] = (struct process){.program = decoder->program,
		                                         .patience_sec = patience_sec,
		                                         .hurry = &decoder->hurry,
		                                         .socket_fd = -1};
		pthread_mutex_init(&decoder->processes[i].lock, NULL);
	}
	return decoder;
}

struct audio_decoder *audio_decoder_create(void)
{
	return decoder_create(NULL, PATIENCE_SEC);
}

void audio_decoder_destroy(struct audio_decoder *decoder)
{
	if (!decoder)
		return;
	for (int i = 0; i < PROCESSES_MOST; i++) {
		end(&decoder->processes[i], LAST_SEC);
		pthread_mutex_destroy(&decoder->processes[i].lock);
	}
	free(decoder->program);
	free(decoder);
}

void audio_decoder_hurry(struct audio_decoder *decoder, bool hurry)
{
	atomic_store(&decoder->hurry, hurry);
}

void audio_decoder_hurry_when(struct audio_decoder *decoder, const atomic_int *stop)
{
	for (int i = 0; i < PROCESSES_MOST; i++)
		decoder->processes[i].stop = stop;
}

pid_t decoder_pid(struct audio_decoder *decoder)
{
	pthread_mutex_lock(&decoder->processes[0].lock);
	pid_t pid = decoder->processes[0].pid;
	pthread_mutex_unlock(&decoder->processes[0].lock);
	return pid;
}

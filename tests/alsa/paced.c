// An ALSA output for tests that needs no card, kernel module or daemon. It plays in real time by the system clock,
// writes what was really played to a file, and fails on order. A configuration named by ALSA_CONFIG_PATH makes it the
// default output:
//
//   pcm_type.paced { lib "/path/libasound_module_pcm_paced.so" }
//   pcm.!default { type paced file "/tmp/heard.raw" }
//
// Fields: file PATH   what was played is appended here, as raw samples of the hardware's format (float when asked for);
//         first PATH  when the first frame with sound in it was played is written here, in seconds of the monotonic
//                     clock; to the frame, however seldom the player looks;
//         speed X     times real time;
//         channels N  only 1 or only 2 channels; else both;
//         rate N      only this rate, in Hz; else any;
//         buffer N    a buffer of N frames at most;
//         mmap N      0: its buffer cannot be mapped into memory, as with some drivers;
//         dry PATH    this file is made when it has run out of what to play;
//         fault WORD  die: calls answer -ENODEV; poll: the poll reports an error and the state is disconnected;
//                     stall: the clock stands still; freeze: the next call never returns;
//         after_ms N  the fault comes when so much was played since the start;
//         when PATH   the fault comes when this file exists; a device that died cannot be opened while it does;
//         once PATH   the fault makes this file, and does not come when it is there.
//
// What has been written but not played when the stream stops is lost, as on a real card: it is not in the file.
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum fault { FAULT_NONE, FAULT_DIE, FAULT_POLL, FAULT_STALL, FAULT_FREEZE };

struct paced {
	snd_pcm_ioplug_t io;
	int timer_fd;

	// From the configuration.
	char *file, *first, *dry, *when, *once;
	long channels;      // 0: 1 or 2
	long rate_hz;       // 0: any
	long buffer_frames; // 0: any
	long mmap;
	double speed, after_ms; // after_ms below 0: never
	enum fault fault;

	bool running, failed, told;
	double started_sec;
	double stalled_sec;                // played when the clock stopped; below 0: it runs
	snd_pcm_uframes_t written, played; // since prepare
	char *buffer;                      // buffer_size frames: written, not yet played
	size_t frame_bytes;
	int capture_fd;
};

static double now_sec(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool exists(const char *path)
{
	return path && access(path, F_OK) == 0;
}

// ---- Faults

static bool fault_is_due(const struct paced *paced, double played_sec)
{
	if (paced->fault == FAULT_NONE || exists(paced->once))
		return false;
	return (paced->after_ms >= 0 && played_sec * 1e3 >= paced->after_ms) || exists(paced->when);
}

static void freeze(void)
{
	for (;;)
		pause();
}

static void touch(const char *path)
{
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644) : -1;
	if (fd >= 0)
		close(fd);
}

static void fail_when_due(struct paced *paced, double played_sec)
{
	if (paced->failed || !fault_is_due(paced, played_sec))
		return;
	paced->failed = true;
	touch(paced->once);
	if (paced->fault == FAULT_FREEZE)
		freeze();
	if (paced->fault == FAULT_STALL)
		paced->stalled_sec = played_sec;
}

static bool is_dead(const struct paced *paced)
{
	return paced->failed && (paced->fault == FAULT_DIE || paced->fault == FAULT_POLL);
}

// ---- The clock, and what it has played

static double played_sec(const struct paced *paced)
{
	if (!paced->running)
		return 0;
	return paced->stalled_sec >= 0 ? paced->stalled_sec : (now_sec() - paced->started_sec) * paced->speed;
}

static void capture(struct paced *paced, const char *bytes, size_t n_bytes)
{
	if (paced->file && paced->capture_fd < 0)
		paced->capture_fd = open(paced->file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	while (paced->capture_fd >= 0 && n_bytes > 0) {
		ssize_t n = write(paced->capture_fd, bytes, n_bytes);
		if (n <= 0)
			return;
		bytes += n;
		n_bytes -= (size_t)n;
	}
}

static void tell_first(struct paced *paced, const char *bytes, size_t n_bytes)
{
	size_t at = 0;
	while (at < n_bytes && bytes[at] == 0)
		at++;
	if (at == n_bytes)
		return;
	paced->told = true;
	double frame = (double)(paced->played + at / paced->frame_bytes);
	FILE *file = fopen(paced->first, "we");
	if (!file)
		return;
	fprintf(file, "%.6f\n", paced->started_sec + frame / paced->io.rate / paced->speed);
	fclose(file);
}

// Captures what the clock has played by now. True when it has run past what was written.
static bool play(struct paced *paced)
{
	double sec = played_sec(paced);
	fail_when_due(paced, sec);
	snd_pcm_uframes_t due = (snd_pcm_uframes_t)(sec * paced->io.rate);
	snd_pcm_uframes_t end = due < paced->written ? due : paced->written;
	while (paced->played < end) {
		snd_pcm_uframes_t at = paced->played % paced->io.buffer_size;
		snd_pcm_uframes_t n = end - paced->played;
		if (n > paced->io.buffer_size - at)
			n = paced->io.buffer_size - at;
		if (paced->first && !paced->told)
			tell_first(paced, paced->buffer + at * paced->frame_bytes, n * paced->frame_bytes);
		capture(paced, paced->buffer + at * paced->frame_bytes, n * paced->frame_bytes);
		paced->played += n;
	}
	return due > paced->written;
}

static void set_timer(struct paced *paced, double period_sec)
{
	struct timespec t = {(time_t)period_sec, (long)((period_sec - (double)(time_t)period_sec) * 1e9)};
	timerfd_settime(paced->timer_fd, 0, &(struct itimerspec){t, t}, NULL);
}

// ---- What ALSA calls

static int paced_prepare(snd_pcm_ioplug_t *io)
{
	struct paced *paced = io->private_data;
	if (is_dead(paced))
		return -ENODEV;
	paced->frame_bytes = (size_t)snd_pcm_format_physical_width(io->format) / 8 * io->channels;
	char *buffer = realloc(paced->buffer, io->buffer_size * paced->frame_bytes);
	if (!buffer)
		return -ENOMEM;
	paced->buffer = buffer;
	paced->running = false;
	paced->written = paced->played = 0;
	set_timer(paced, 0);
	return 0;
}

static int paced_start(snd_pcm_ioplug_t *io)
{
	struct paced *paced = io->private_data;
	if (is_dead(paced))
		return -ENODEV;
	paced->running = true;
	paced->started_sec = now_sec();
	set_timer(paced, (double)io->period_size / io->rate / paced->speed);
	return 0;
}

static int paced_stop(snd_pcm_ioplug_t *io)
{
	struct paced *paced = io->private_data;
	if (!is_dead(paced))
		play(paced);
	paced->running = false;
	set_timer(paced, 0);
	return 0;
}

static snd_pcm_sframes_t paced_pointer(snd_pcm_ioplug_t *io)
{
	struct paced *paced = io->private_data;
	bool ran_out = !is_dead(paced) && play(paced);
	if (is_dead(paced))
		return -ENODEV;
	if (ran_out)
		touch(paced->dry);
	return ran_out ? -EPIPE : (snd_pcm_sframes_t)(paced->played % io->buffer_size);
}

static snd_pcm_sframes_t paced_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas,
                                        snd_pcm_uframes_t offset, snd_pcm_uframes_t n_frames)
{
	struct paced *paced = io->private_data;
	if (is_dead(paced))
		return -ENODEV;
	const char *from = (const char *)areas->addr + (areas->first + areas->step * offset) / 8;
	for (snd_pcm_uframes_t i = 0; i < n_frames; i++) {
		char *to = paced->buffer + paced->written++ % io->buffer_size * paced->frame_bytes;
		memcpy(to, from + i * paced->frame_bytes, paced->frame_bytes);
	}
	return (snd_pcm_sframes_t)n_frames;
}

static int paced_delay(snd_pcm_ioplug_t *io, snd_pcm_sframes_t *delay)
{
	struct paced *paced = io->private_data;
	snd_pcm_sframes_t pointer = paced_pointer(io);
	*delay = (snd_pcm_sframes_t)(paced->written - paced->played);
	return pointer < 0 ? (int)pointer : 0;
}

static int paced_revents(snd_pcm_ioplug_t *io, struct pollfd *fds, unsigned n_fds, unsigned short *events)
{
	struct paced *paced = io->private_data;
	uint64_t ticks;
	if (n_fds > 0 && (fds[0].revents & POLLIN) && read(paced->timer_fd, &ticks, sizeof ticks) < 0)
		ticks = 0;
	*events = 0;
	if (!is_dead(paced))
		play(paced);
	if (is_dead(paced) && paced->fault == FAULT_DIE)
		return -ENODEV;
	if (is_dead(paced)) {
		snd_pcm_ioplug_set_state(io, SND_PCM_STATE_DISCONNECTED);
		*events = POLLERR | POLLNVAL;
		return 0;
	}
	snd_pcm_sframes_t room = snd_pcm_avail_update(io->pcm);
	if (room < 0 || (snd_pcm_uframes_t)room >= io->period_size)
		*events = POLLOUT;
	return 0;
}

static void paced_free(struct paced *paced)
{
	if (paced->timer_fd >= 0)
		close(paced->timer_fd);
	if (paced->capture_fd >= 0)
		close(paced->capture_fd);
	free(paced->buffer);
	free(paced->file);
	free(paced->first);
	free(paced->dry);
	free(paced->when);
	free(paced->once);
	free(paced);
}

static int paced_close(snd_pcm_ioplug_t *io)
{
	paced_free(io->private_data);
	return 0;
}

static const snd_pcm_ioplug_callback_t paced_callbacks = {
	.start = paced_start,
	.stop = paced_stop,
	.pointer = paced_pointer,
	.transfer = paced_transfer,
	.prepare = paced_prepare,
	.close = paced_close,
	.poll_revents = paced_revents,
	.delay = paced_delay,
};

// ---- Configuration

static bool set_text(char **text, snd_config_t *field)
{
	const char *value;
	if (snd_config_get_string(field, &value) < 0)
		return false;
	free(*text);
	*text = strdup(value);
	return *text != NULL;
}

static bool set_fault(struct paced *paced, snd_config_t *field)
{
	static const char *const words[] = {"none", "die", "poll", "stall", "freeze"};
	const char *value;
	if (snd_config_get_string(field, &value) < 0)
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcmp(value, words[i]) == 0) {
			paced->fault = (enum fault)i;
			return true;
		}
	}
	return false;
}

static bool set_field(struct paced *paced, const char *id, snd_config_t *field)
{
	if (strcmp(id, "comment") == 0 || strcmp(id, "type") == 0 || strcmp(id, "hint") == 0)
		return true;
	if (strcmp(id, "file") == 0)
		return set_text(&paced->file, field);
	if (strcmp(id, "first") == 0)
		return set_text(&paced->first, field);
	if (strcmp(id, "dry") == 0)
		return set_text(&paced->dry, field);
	if (strcmp(id, "when") == 0)
		return set_text(&paced->when, field);
	if (strcmp(id, "once") == 0)
		return set_text(&paced->once, field);
	if (strcmp(id, "fault") == 0)
		return set_fault(paced, field);
	if (strcmp(id, "channels") == 0)
		return snd_config_get_integer(field, &paced->channels) >= 0;
	if (strcmp(id, "rate") == 0)
		return snd_config_get_integer(field, &paced->rate_hz) >= 0;
	if (strcmp(id, "buffer") == 0)
		return snd_config_get_integer(field, &paced->buffer_frames) >= 0;
	if (strcmp(id, "mmap") == 0)
		return snd_config_get_integer(field, &paced->mmap) >= 0;
	if (strcmp(id, "speed") == 0)
		return snd_config_get_ireal(field, &paced->speed) >= 0;
	if (strcmp(id, "after_ms") == 0)
		return snd_config_get_ireal(field, &paced->after_ms) >= 0;
	return false;
}

static int configure(struct paced *paced, const snd_config_t *conf)
{
	snd_config_iterator_t i, next;
	snd_config_for_each(i, next, conf)
	{
		snd_config_t *field = snd_config_iterator_entry(i);
		const char *id;
		if (snd_config_get_id(field, &id) >= 0 && !set_field(paced, id, field)) {
			SNDERR("paced: a wrong field: %s", id);
			return -EINVAL;
		}
	}
	return 0;
}

// Float first, so that PortAudio need not convert.
static void offer_formats(snd_pcm_ioplug_t *io, unsigned accesses, unsigned least_channels, unsigned most_channels)
{
	static const unsigned access[] = {SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_ACCESS_MMAP_INTERLEAVED};
	static const unsigned formats[] = {SND_PCM_FORMAT_FLOAT_LE, SND_PCM_FORMAT_S32_LE, SND_PCM_FORMAT_S16_LE};
	snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, accesses, access);
	snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, 3, formats);
	snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_CHANNELS, least_channels, most_channels);
	snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_RATE, 8000, 192000);
	snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 128, 1 << 20);
	snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 256, 4 << 20);
	snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIODS, 2, 1024);
}

static int open_paced(struct paced *paced, const char *name, snd_pcm_stream_t stream, int mode)
{
	bool gone = fault_is_due(paced, -1.0) && (paced->fault == FAULT_DIE || paced->fault == FAULT_POLL);
	if (stream != SND_PCM_STREAM_PLAYBACK || gone)
		return -ENODEV;
	paced->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (paced->timer_fd < 0)
		return -errno;
	paced->io.version = SND_PCM_IOPLUG_VERSION;
	paced->io.name = "paced test output";
	paced->io.callback = &paced_callbacks;
	paced->io.private_data = paced;
	paced->io.poll_fd = paced->timer_fd;
	paced->io.poll_events = POLLIN;
	int error = snd_pcm_ioplug_create(&paced->io, name, stream, mode);
	if (error >= 0)
		offer_formats(&paced->io, paced->mmap ? 2 : 1, paced->channels ? (unsigned)paced->channels : 1,
		              paced->channels ? (unsigned)paced->channels : 2);
	if (error >= 0 && paced->rate_hz)
		error = snd_pcm_ioplug_set_param_minmax(&paced->io, SND_PCM_IOPLUG_HW_RATE, (unsigned)paced->rate_hz,
		                                        (unsigned)paced->rate_hz);
	if (error >= 0 && paced->buffer_frames) // of stereo in float
		error = snd_pcm_ioplug_set_param_minmax(&paced->io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 256,
		                                        (unsigned)paced->buffer_frames * 8);
	return error;
}

int _snd_pcm_paced_open(snd_pcm_t **pcm, const char *name, snd_config_t *root, snd_config_t *conf,
                        snd_pcm_stream_t stream, int mode);

SND_PCM_PLUGIN_DEFINE_FUNC(paced)
{
	(void)root;
	struct paced *paced = calloc(1, sizeof *paced);
	if (!paced)
		return -ENOMEM;
	paced->timer_fd = paced->capture_fd = -1;
	paced->speed = 1.0;
	paced->mmap = 1;
	paced->after_ms = paced->stalled_sec = -1.0;
	int error = configure(paced, conf);
	if (error >= 0)
		error = open_paced(paced, name, stream, mode);
	if (error < 0) {
		paced_free(paced);
		return error;
	}
	*pcmp = paced->io.pcm;
	return 0;
}

SND_PCM_PLUGIN_SYMBOL(paced)

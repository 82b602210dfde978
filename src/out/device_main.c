// stillroom-device: the process that owns PortAudio, and nothing else. device.c starts it and tells why; by hand,
// `stillroom-device --list` shows what PortAudio finds.
//
// Descriptors: 0 and 1 are the channel to the parent (its end on 0, our lines on 1), 2 is noise, 3 is the feed.
#include "out/feed.h"

#include "base/json.h"

#include <portaudio.h>
#ifdef HAVE_ALSA
#include <alsa/asoundlib.h>
#include <pa_linux_alsa.h>
#endif
#ifdef HAVE_JACK
#include <jack/jack.h>
#endif

#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

// Long enough that a busy machine keeps up and a core sleeps, short enough that a pause is heard soon. Three periods on
// ALSA: 8 wake-ups a second, 0.375 s of sound, and two thirds of it left when more is written. With two periods a busy
// machine came too late.
#define PERIOD_MS 125
#define PERIODS 3
#define LATENCY_SEC 0.375    // elsewhere
#define LATENCY_MOST_SEC 2.0 // what is more cannot be true

enum {
	FEED_FD = 3,
	FIRST_PULL_MS = 2000,
	PIECE_FRAMES = 512,
	PERIOD_FRAMES = ENGINE_RATE_HZ * PERIOD_MS / 1000,
	BUFFER_FRAMES = PERIODS * PERIOD_FRAMES,
};

struct options {
	bool play, list, json, verbose;
	pid_t parent;
	const char *name; // part of a device's name; NULL: the default
};

struct output {
	FILE *channel;
	struct feed *feed;
	PaStream *stream;
	const PaDeviceInfo *device;
	PaStreamCallback *pull;
	int finished_fd;                               // the stream has ended by itself
	float stereo[PIECE_FRAMES * ENGINE_CHANNELS];  // for a device with one channel
	float buffer[BUFFER_FRAMES * ENGINE_CHANNELS]; // to be written
};

__attribute__((format(printf, 2, 3))) static void tell(FILE *channel, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vfprintf(channel, format, args);
	va_end(args);
	fputc('\n', channel);
	fflush(channel);
}

// ---- Quiet

#ifdef HAVE_ALSA
static void ignore_alsa(const char *file, int line, const char *function, int error, const char *format, ...)
{
	(void)file;
	(void)line;
	(void)function;
	(void)error;
	(void)format;
}
#endif

#ifdef HAVE_JACK
static void ignore_jack(const char *text)
{
	(void)text;
}
#endif

static void quieten(void)
{
#ifdef HAVE_ALSA
	snd_lib_error_set_handler(ignore_alsa);
#endif
#ifdef HAVE_JACK
	jack_set_error_function(ignore_jack);
	jack_set_info_function(ignore_jack);
#endif
}

// ---- The callback, and what is written where there is none: nothing but a pull

static int pull_stereo(const void *in, void *out, unsigned long n_frames, const PaStreamCallbackTimeInfo *time,
                       PaStreamCallbackFlags flags, void *user)
{
	struct output *output = user;
	(void)in;
	(void)time;
	(void)flags;
	feed_pull(output->feed, out, (int64_t)n_frames);
	return paContinue;
}

static int pull_mono(const void *in, void *out, unsigned long n_frames, const PaStreamCallbackTimeInfo *time,
                     PaStreamCallbackFlags flags, void *user)
{
	struct output *output = user;
	float *mono = out;
	(void)in;
	(void)time;
	(void)flags;
	while (n_frames > 0) {
		unsigned long n = n_frames < PIECE_FRAMES ? n_frames : PIECE_FRAMES;
		feed_pull(output->feed, output->stereo, (int64_t)n);
		for (unsigned long i = 0; i < n; i++)
			*mono++ = 0.5f * (output->stereo[2 * i] + output->stereo[2 * i + 1]);
		n_frames -= n;
	}
	return paContinue;
}

// ---- Which device

static bool is_output(PaDeviceIndex device)
{
	return Pa_GetDeviceInfo(device)->maxOutputChannels > 0;
}

static int count_outputs(void)
{
	int count = 0;
	for (PaDeviceIndex i = 0; i < Pa_GetDeviceCount(); i++)
		count += is_output(i);
	return count;
}

// The whole name before a part of one.
static PaDeviceIndex find_device(const char *name)
{
	PaDeviceIndex found = paNoDevice;
	for (PaDeviceIndex i = Pa_GetDeviceCount() - 1; i >= 0; i--)
		if (is_output(i) && strcasestr(Pa_GetDeviceInfo(i)->name, name))
			found = i;
	for (PaDeviceIndex i = Pa_GetDeviceCount() - 1; i >= 0; i--)
		if (is_output(i) && strcasecmp(Pa_GetDeviceInfo(i)->name, name) == 0)
			found = i;
	return found;
}

static PaDeviceIndex choose_device(FILE *channel, const char *name)
{
	if (count_outputs() == 0) {
		tell(channel, "none this machine has no sound output");
		return paNoDevice;
	}
	PaDeviceIndex device = name ? find_device(name) : Pa_GetDefaultOutputDevice();
	if (device == paNoDevice && name)
		tell(channel, "unknown no sound output has \"%.80s\" in its name; `stillroom devices` lists them",
		     name);
	else if (device == paNoDevice)
		tell(channel, "fault no sound output is the default one; `stillroom devices` lists them");
	return device;
}

// ---- Playing

static const char *plain_reason(PaError error)
{
	switch (error) {
	case paDeviceUnavailable:
		return "it is in use, or was unplugged";
	case paInvalidSampleRate:
		return "it cannot play at 48 kHz by itself; an output that converts can, such as ALSA's \"plug\" in "
		       "front of it";
	case paInvalidChannelCount:
		return "it cannot play stereo";
	case paSampleFormatNotSupported:
		return "it takes no format that can be made";
	default:
		return Pa_GetErrorText(error);
	}
}

// On a thread of PortAudio's that ends.
static void on_finished(void *user)
{
	struct output *output = user;
	(void)!eventfd_write(output->finished_fd, 1);
}

// On ALSA this program writes: a callback would be heard only after a buffer full of silence, and the thread that calls
// it spins for good when its device is lost.
static bool is_written(const struct output *output)
{
	return Pa_GetHostApiInfo(output->device->hostApi)->type == paALSA;
}

static PaError open_output(struct output *output, PaDeviceIndex device)
{
	output->device = Pa_GetDeviceInfo(device);
	bool mono = output->device->maxOutputChannels == 1;
	PaStreamParameters parameters = {
		.device = device,
		.channelCount = mono ? 1 : ENGINE_CHANNELS,
		.sampleFormat = paFloat32,
		.suggestedLatency = LATENCY_SEC,
	};
	PaStreamCallback *callback = output->pull = mono ? pull_mono : pull_stereo;
	unsigned long at_a_time = paFramesPerBufferUnspecified;
	if (is_written(output)) {
		// PortAudio 19.6 makes a buffer of the latency and one period; the period of as many frames as are
		// asked for at a time, when they are more than the latency by its number of periods.
#ifdef HAVE_ALSA
		PaAlsa_SetNumPeriods(PERIODS);
#endif
		parameters.suggestedLatency = (PERIODS - 1) * PERIOD_MS / 1e3;
		at_a_time = PERIOD_FRAMES;
		callback = NULL;
	}
	PaError error = Pa_OpenStream(&output->stream, NULL, &parameters, ENGINE_RATE_HZ, at_a_time,
	                              paClipOff | paDitherOff, callback, output);
	if (!error && callback)
		error = Pa_SetStreamFinishedCallback(output->stream, on_finished);
	return error ? error : Pa_StartStream(output->stream);
}

static bool start_output(struct output *output, const char *name)
{
	PaDeviceIndex device = choose_device(output->channel, name);
	if (device == paNoDevice)
		return false;
	PaError error = open_output(output, device);
	if (error && count_outputs() == 1 && !name)
		tell(output->channel, "none the only sound output of this machine would not open: %s",
		     plain_reason(error));
	else if (error)
		tell(output->channel, "fault the sound output \"%.60s\" would not open: %s", output->device->name,
		     plain_reason(error));
	return !error;
}

// Through JACK's dummy driver PortAudio 19.6 says 89478 s, which is -1 frames.
static double latency_sec(const struct output *output)
{
	double sec = Pa_GetStreamInfo(output->stream)->outputLatency;
	return sec > 0.0 && sec <= LATENCY_MOST_SEC ? sec : LATENCY_SEC;
}

static void tell_ready(const struct output *output)
{
	tell(output->channel, "ready %.4f %d", latency_sec(output), ENGINE_RATE_HZ);
}

static void tell_gone(const struct output *output)
{
	tell(output->channel, "gone the sound output went away");
}

static void tell_deaf(const struct output *output)
{
	tell(output->channel, "fault the sound output \"%.60s\" takes no sound", output->device->name);
}

// ---- By callback

static bool wait_for_first_pull(const struct output *output)
{
	for (int ms = 0; ms < FIRST_PULL_MS; ms += 2) {
		if (atomic_load_explicit(&output->feed->pulls, memory_order_acquire) > 0)
			return true;
		nanosleep(&(struct timespec){0, 2000000}, NULL);
	}
	return false;
}

// Until the parent closes the channel, or the stream ends by itself and says so; where it does not, the parent sees that
// nothing is pulled.
static void watch(struct output *output)
{
	if (!wait_for_first_pull(output)) {
		tell_deaf(output);
		return;
	}
	tell_ready(output);
	struct pollfd ends[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = output->finished_fd, .events = POLLIN}};
	while (poll(ends, 2, -1) < 0)
		;
	if (!ends[0].revents)
		tell_gone(output);
}

// ---- By writing

static bool parent_leaves_within(int ms)
{
	struct pollfd channel = {.fd = STDIN_FILENO, .events = POLLIN};
	return poll(&channel, 1, ms) > 0;
}

// Fills what room there is. Returns how many frames it wrote, or PortAudio's error. The pull is all that is done between
// the answer that there is room and the write.
static long write_some(struct output *output)
{
	long n = Pa_GetStreamWriteAvailable(output->stream);
	if (n <= 0)
		return n;
	n = n < BUFFER_FRAMES ? n : BUFFER_FRAMES;
	output->pull(NULL, output->buffer, (unsigned long)n, NULL, 0, output);
	PaError error = Pa_WriteStream(output->stream, output->buffer, (unsigned long)n);
	return error && error != paOutputUnderflowed ? error : n;
}

// How long until the next look: a third of what the buffer holds, which with some cards is less than was asked for.
// Where more than two thirds have gone, by a busy machine or a hasty card, it looks twice as often for a while.
static int next_wait_ms(int wait_ms, long n_frames, long buffer_frames)
{
	long most_ms = buffer_frames * 1000 / ENGINE_RATE_HZ / PERIODS;
	most_ms = most_ms < 1 ? 1 : most_ms < PERIOD_MS ? most_ms : PERIOD_MS;
	if (n_frames > buffer_frames * 2 / PERIODS)
		return wait_ms / 2 > 1 ? wait_ms / 2 : 1;
	return wait_ms < most_ms ? wait_ms + 1 : (int)most_ms;
}

// By the clock: PortAudio's own wait for room hangs on a lost device. Ready is what has taken more than its buffer holds.
static void write_on(struct output *output)
{
	const long buffer = write_some(output);
	int wait_ms = next_wait_ms(PERIOD_MS, 0, buffer);
	long n = 0;
	for (int ms = 0; buffer > 0 && n == 0 && ms < FIRST_PULL_MS; ms += wait_ms)
		n = parent_leaves_within(wait_ms) ? -1 : write_some(output);
	if (n <= 0) {
		tell_deaf(output);
		return;
	}
	tell_ready(output);
	while (!parent_leaves_within(wait_ms)) {
		n = write_some(output);
		if (n < 0) {
			tell_gone(output);
			return;
		}
		wait_ms = next_wait_ms(wait_ms, n, buffer);
	}
}

static bool map_feed(struct output *output)
{
	void *memory = mmap(NULL, sizeof *output->feed, PROT_READ | PROT_WRITE, MAP_SHARED, FEED_FD, 0);
	if (memory == MAP_FAILED)
		return false;
	close(FEED_FD);
	mlock(memory, sizeof *output->feed); // where it is allowed
	output->feed = memory;
	return true;
}

// A driver may hang in any of these calls: the parent kills us then.
static int play(FILE *channel, const struct options *options)
{
	struct output output = {.channel = channel, .finished_fd = eventfd(0, EFD_CLOEXEC)};
	if (output.finished_fd < 0 || !map_feed(&output))
		return 1;
	if (!start_output(&output, options->name))
		return 1;
	if (is_written(&output))
		write_on(&output);
	else
		watch(&output);
	Pa_AbortStream(output.stream);
	Pa_CloseStream(output.stream);
	return 0;
}

// ---- The list

static void print_device(FILE *channel, PaDeviceIndex index, bool json)
{
	const PaDeviceInfo *device = Pa_GetDeviceInfo(index);
	const char *api = Pa_GetHostApiInfo(device->hostApi)->name;
	bool is_default = index == Pa_GetDefaultOutputDevice();
	double latency_ms = device->defaultHighOutputLatency * 1e3;
	if (!json) {
		tell(channel, "%c %s (%s, %d %s, %.0f Hz, %.0f ms)", is_default ? '*' : ' ', device->name, api,
		     device->maxOutputChannels, device->maxOutputChannels == 1 ? "channel" : "channels",
		     device->defaultSampleRate, latency_ms);
		return;
	}
	fputs("{\"name\": ", channel);
	json_print_text(channel, device->name);
	fputs(", \"api\": ", channel);
	json_print_text(channel, api);
	fprintf(channel, ", \"default\": %s, \"channels\": %d, \"rate_hz\": %.0f, \"latency_ms\": %.1f}",
	        is_default ? "true" : "false", device->maxOutputChannels, device->defaultSampleRate, latency_ms);
}

// Nothing at all when there is no output.
static void list(FILE *channel, bool json)
{
	const char *before = "[\n  ";
	for (PaDeviceIndex i = 0; i < Pa_GetDeviceCount(); i++) {
		if (!is_output(i))
			continue;
		if (json)
			fputs(before, channel);
		before = ",\n  ";
		print_device(channel, i, json);
	}
	if (json && count_outputs() > 0)
		fputs("\n]\n", channel);
}

// ---- Start

static bool read_options(struct options *options, int count, char **words)
{
	for (int i = 1; i < count; i++) {
		if (strcmp(words[i], "--list") == 0)
			options->list = true;
		else if (strcmp(words[i], "--json") == 0)
			options->json = true;
		else if (strcmp(words[i], "--verbose") == 0)
			options->verbose = true;
		else if (strcmp(words[i], "--device") == 0 && i + 1 < count)
			options->name = words[++i];
		else if (strcmp(words[i], "--play") == 0 && i + 1 < count) {
			options->play = true;
			options->parent = (pid_t)strtol(words[++i], NULL, 10);
		} else
			return false;
	}
	return options->play != options->list;
}

// Dies with its parent, and by nothing else that a keyboard or a service manager sends: the fade is the parent's.
static void bind_to_parent(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGPIPE};
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
}

// What a library prints to stdout must not look like a line of ours.
static FILE *open_channel(void)
{
	int fd = dup(STDOUT_FILENO);
	FILE *channel = fd < 0 ? NULL : fdopen(fd, "w");
	if (channel && dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
		fclose(channel);
		channel = NULL;
	}
	return channel;
}

int main(int count, char **words)
{
	struct options options = {0};
	if (!read_options(&options, count, words)) {
		fputs("usage: stillroom-device --list [--json] [--verbose]\n", stderr);
		return 2;
	}
	if (options.play)
		bind_to_parent(options.parent);
	FILE *channel = open_channel();
	if (!channel)
		return 1;
	setenv("JACK_NO_START_SERVER", "1", 1); // looking at outputs starts no server
	if (options.verbose)
		unsetenv("PULSE_LOG_SYSLOG"); // all that is said is wanted here
	else
		quieten();
	PaError error = Pa_Initialize();
	if (error) {
		tell(channel, "fault the sound system would not start: %s", Pa_GetErrorText(error));
		return 1;
	}
	int result = 0;
	if (options.list) {
		list(channel, options.json);
	} else {
		tell(channel, "begun");
		result = play(channel, &options);
	}
	Pa_Terminate();
	return result;
}

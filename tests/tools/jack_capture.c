// jack_capture NAME FILE: a JACK output that keeps what is sent to it: raw stereo floats. Says "ready" when it takes
// sound; writes as it goes, also into a pipe, until it is told to end (SIGTERM, SIGINT) or the server has gone.
#include <jack/jack.h>

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROOM_FRAMES = 1 << 22 }; // 87 s, should the file's reader be slow

struct capture {
	jack_port_t *ports[2];
	float *frames;
	atomic_size_t n_frames;
	atomic_bool server_gone;
};

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static void note_shutdown(void *user)
{
	struct capture *capture = user;
	atomic_store(&capture->server_gone, true);
}

static int keep(jack_nframes_t n_frames, void *user)
{
	struct capture *capture = user;
	const float *left = jack_port_get_buffer(capture->ports[0], n_frames);
	const float *right = jack_port_get_buffer(capture->ports[1], n_frames);
	size_t at = atomic_load(&capture->n_frames);
	for (jack_nframes_t i = 0; i < n_frames; i++, at++) {
		capture->frames[2 * (at % ROOM_FRAMES)] = left[i];
		capture->frames[2 * (at % ROOM_FRAMES) + 1] = right[i];
	}
	atomic_store(&capture->n_frames, at);
	return 0;
}

static jack_client_t *open_client(struct capture *capture, const char *name)
{
	jack_status_t status;
	jack_client_t *client = jack_client_open(name, JackNoStartServer | JackUseExactName, &status);
	if (!client)
		return NULL;
	// Physical and terminal: PortAudio takes only such a one for an output.
	unsigned long flags = JackPortIsInput | JackPortIsPhysical | JackPortIsTerminal;
	capture->ports[0] = jack_port_register(client, "playback_1", JACK_DEFAULT_AUDIO_TYPE, flags, 0);
	capture->ports[1] = jack_port_register(client, "playback_2", JACK_DEFAULT_AUDIO_TYPE, flags, 0);
	jack_set_process_callback(client, keep, capture);
	jack_on_shutdown(client, note_shutdown, capture);
	return jack_activate(client) == 0 ? client : NULL;
}

// What has come since. False when it cannot be written, or came faster than it could be.
static bool write_new(struct capture *capture, FILE *file, size_t *written)
{
	size_t end = atomic_load(&capture->n_frames);
	if (end - *written > ROOM_FRAMES)
		return false;
	while (*written < end) {
		size_t at = *written % ROOM_FRAMES, n = end - *written;
		n = n < ROOM_FRAMES - at ? n : ROOM_FRAMES - at;
		if (fwrite(capture->frames + 2 * at, 2 * sizeof *capture->frames, n, file) != n)
			return false;
		*written += n;
	}
	return true;
}

int main(int count, char **words)
{
	static struct capture capture;
	capture.frames = calloc(ROOM_FRAMES, 2 * sizeof *capture.frames);
	signal(SIGTERM, end);
	signal(SIGINT, end);
	FILE *file = count == 3 ? fopen(words[2], "w") : NULL;
	jack_client_t *client = file && capture.frames ? open_client(&capture, words[1]) : NULL;
	if (!client) {
		fprintf(stderr, "jack_capture NAME FILE: no JACK server\n");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	size_t written = 0;
	bool well = true;
	while (well && !ended && !atomic_load(&capture.server_gone)) {
		usleep(10000);
		well = write_new(&capture, file, &written);
	}
	if (!atomic_load(&capture.server_gone))
		jack_client_close(client);
	return write_new(&capture, file, &written) && fclose(file) == 0 && well ? 0 : 1;
}

// bad_decoder: in the place of stillroom-decoder, one that a file has taken over. What it does is told by
// BAD_DECODER: lies of every number, samples that are none, silence, work without end, or its end.
#include "audio/confine.h"
#include "audio/wire.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct audio_info good = {.rate_hz = 48000, .channels = 1, .frames = 300000, .engine_frames = 300000};

static struct wire_answer answer_for(const char *what)
{
	struct wire_answer answer = {.info = good};
	struct audio_info *info = &answer.info;
	if (strcmp(what, "status") == 0)
		answer.status = 77;
	else if (strcmp(what, "clause") == 0)
		answer.status = STATUS_FAULTY, answer.clause = 1000000;
	else if (strcmp(what, "no-clause") == 0)
		answer.status = STATUS_FAULTY, answer.clause = -1;
	else if (strcmp(what, "rate") == 0)
		info->rate_hz = 0;
	else if (strcmp(what, "channels") == 0)
		info->channels = 1024;
	else if (strcmp(what, "frames") == 0)
		info->frames = info->engine_frames = INT64_C(1) << 62;
	else if (strcmp(what, "below") == 0)
		info->frames = info->engine_frames = -5;
	else if (strcmp(what, "length") == 0)
		info->engine_frames = 299999;
	else if (strcmp(what, "too-long") == 0)
		info->frames = info->engine_frames = 48000 * 60 * 60;
	else if (strcmp(what, "dies-reading") == 0)
		info->frames = info->engine_frames = 48000 * 40;
	else if (strcmp(what, "level") == 0)
		answer.level.most_lufs = NAN;
	else if (strcmp(what, "track") == 0)
		answer.track = 1 << 30;
	return answer;
}

// Until its time is used up.
static void spin(void)
{
	confine_time(1);
	for (volatile unsigned i = 0;; i = i + 1)
		;
}

int main(void)
{
	const char *what = getenv("BAD_DECODER");
	what = what ? what : "";
	float *window =
		mmap(NULL, WIRE_WINDOW_SAMPLES * sizeof(float), PROT_READ | PROT_WRITE, MAP_SHARED, WIRE_WINDOW_FD, 0);
	for (int i = 0; window != MAP_FAILED && i < WIRE_WINDOW_SAMPLES; i++)
		window[i] = strcmp(what, "nan") == 0 && i == 777 ? NAN : strcmp(what, "loud") == 0 ? 1e20f : 0.25f;
	struct wire_request request;
	for (int n = 1; recv(WIRE_SOCKET_FD, &request, sizeof request, 0) == (ssize_t)sizeof request; n++) {
		struct wire_answer answer = answer_for(what);
		if (strcmp(what, "dies") == 0 || (strcmp(what, "dies-later") == 0 && n == 2) ||
		    (strcmp(what, "dies-reading") == 0 && request.verb == WIRE_READ))
			return 1;
		if (strcmp(what, "hangs") == 0)
			pause();
		if (strcmp(what, "spins") == 0)
			spin();
		send(WIRE_SOCKET_FD, &answer, strcmp(what, "short") == 0 ? 5 : sizeof answer, MSG_NOSIGNAL);
	}
	return 0;
}

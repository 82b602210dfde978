// Any bytes from a client of the control socket, in portions cut where a byte 0xff stands: nothing may crash, leak or
// wait, a wish is a sane one, and each answer is one plain line.
//
//   fuzz_socket -dict=tests/fuzz/socket.dict -timeout=10 -rss_limit_mb=512 WORK tests/fuzz/socket
#include "control/socket.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
	char runtime[32], folder[64];
	struct control *control;
} here;

static void remove_folder(void)
{
	control_destroy(here.control);
	remove(here.folder);
	remove(here.runtime);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	strcpy(here.runtime, "/tmp/fuzz-socket-XXXXXX");
	if (!mkdtemp(here.runtime))
		abort();
	snprintf(here.folder, sizeof here.folder, "%s/stillroom", here.runtime);
	setenv("XDG_RUNTIME_DIR", here.runtime, 1);
	here.control = socket_open();
	if (!here.control)
		abort();
	control_tell(here.control, &(struct control_view){.state = CONTROL_PLAYING, .part = "Scalp\n\033[2J"});
	return atexit(remove_folder);
}

static int connect_client(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "%.60s/%.40s", here.folder, socket_name(here.control));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
		abort();
	return fd;
}

// A round ends by itself, whatever has come.
static void check_wishes(void)
{
	struct wish wish;
	for (int i = 0; control_take(here.control, &wish); i++)
		if (i > 1000 || wish.verb == VERB_NONE || wish.verb >= VERB_OTHER || !verb_name(wish.verb) ||
		    !(wish.value >= -86400.0 && wish.value <= 86400.0) ||
		    (wish.verb == VERB_VOLUME && !(wish.value <= 0.0)))
			abort();
}

static void check_answers(int fd)
{
	char text[65536];
	ssize_t got = recv(fd, text, sizeof text, MSG_DONTWAIT);
	for (ssize_t i = 0; i < got; i++) {
		bool begin = i == 0 || text[i - 1] == '\n';
		if (begin && (got - i < 3 || (memcmp(text + i, "ok", 2) != 0 && memcmp(text + i, "no: ", 4) != 0)))
			abort();
		if (text[i] != '\n' && (text[i] < 0x20 || text[i] == 0x7f))
			abort();
	}
	if (got > 0 && text[got - 1] != '\n')
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = connect_client();
	while (size) {
		const uint8_t *cut = memchr(data, 0xff, size);
		size_t n = cut ? (size_t)(cut - data) : size;
		if (n)
			send(fd, data, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		check_wishes();
		check_answers(fd);
		data += n + (cut ? 1 : 0);
		size -= n + (cut ? 1 : 0);
	}
	close(fd);
	check_wishes();
	return 0;
}

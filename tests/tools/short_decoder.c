// short_decoder: in the place of stillroom-decoder, and soon it, with so many kilobytes of memory as SHORT_KB tells.
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

int main(int count, char **words)
{
	const char *kb = getenv("SHORT_KB");
	rlim_t bytes = (rlim_t)strtol(kb ? kb : "0", NULL, 10) * 1024;
	(void)count;
	setrlimit(RLIMIT_AS, &(struct rlimit){bytes, bytes});
	execv(BUILD_DIR "/libexec/stillroom/stillroom-decoder", words);
	return 1;
}

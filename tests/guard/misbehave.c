// LD_PRELOAD, before the guard: a callback, or what writes in its place, that does what MISBEHAVIOUR names, in its tenth
// call, and then what it should. It is what proves the guard.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

typedef int callback_fn(const void *in, void *out, unsigned long n_frames, const void *time, unsigned long flags,
                        void *user);
typedef int open_stream_fn(void **stream, const void *in, const void *out, double rate, unsigned long n_frames,
                           unsigned long flags, callback_fn *callback, void *user);
open_stream_fn Pa_OpenStream;
long Pa_GetStreamWriteAvailable(void *stream);

static struct {
	callback_fn *callback;
	void *user;
	void (*act)(void);
	int calls;
} good;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static void *volatile memory;

static void do_malloc(void)
{
	memory = malloc(64);
}

static void do_calloc(void)
{
	memory = calloc(8, 8);
}

static void do_realloc(void)
{
	memory = realloc(memory, 128);
}

static void do_free(void)
{
	free(memory);
}

static void do_lock(void)
{
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
}

static void do_trylock(void)
{
	if (pthread_mutex_trylock(&lock) == 0)
		pthread_mutex_unlock(&lock);
}

static void do_signal(void)
{
	pthread_cond_signal(&condition);
}

static void do_print(void)
{
	fprintf(stderr, "%d frames late\n", good.calls);
}

static void do_log(void)
{
	syslog(LOG_INFO, "%d frames late", good.calls);
}

static void do_fopen(void)
{
	memory = fopen("/dev/null", "r");
}

static void do_open(void)
{
	good.calls += open("/dev/null", O_RDONLY);
}

static void do_read(void)
{
	char byte;
	good.calls += (int)read(0, &byte, 0);
}

static void do_sleep(void)
{
	nanosleep(&(struct timespec){0, 1000}, NULL);
}

static const struct {
	const char *name;
	void (*act)(void);
} acts[] = {
	{"malloc", do_malloc},   {"calloc", do_calloc}, {"realloc", do_realloc}, {"free", do_free}, {"lock", do_lock},
	{"trylock", do_trylock}, {"signal", do_signal}, {"print", do_print},     {"log", do_log},   {"fopen", do_fopen},
	{"open", do_open},       {"read", do_read},     {"sleep", do_sleep},
};

static void act(void)
{
	if (good.act && ++good.calls == 10)
		good.act();
}

static int bad(const void *in, void *out, unsigned long n_frames, const void *time, unsigned long flags, void *user)
{
	(void)user;
	act();
	return good.callback(in, out, n_frames, time, flags, good.user);
}

int Pa_OpenStream(void **stream, const void *in, const void *out, double rate, unsigned long n_frames,
                  unsigned long flags, callback_fn *callback, void *user)
{
	open_stream_fn *next = (open_stream_fn *)dlsym(RTLD_NEXT, "Pa_OpenStream");
	const char *name = getenv("MISBEHAVIOUR");
	for (size_t i = 0; name && i < sizeof acts / sizeof *acts; i++)
		if (strcmp(acts[i].name, name) == 0)
			good.act = acts[i].act;
	good.callback = callback;
	good.user = user;
	return next(stream, in, out, rate, n_frames, flags, callback ? bad : NULL, user);
}

long Pa_GetStreamWriteAvailable(void *stream)
{
	long (*next)(void *) = (long (*)(void *))dlsym(RTLD_NEXT, "Pa_GetStreamWriteAvailable");
	long room = next(stream);
	if (room > 0)
		act();
	return room;
}

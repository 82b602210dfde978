// Signals are let in only while the stage waits or an output starts, so none can slip by before a wait.
#include "session/stage.h"

#include "base/clock.h"
#include "base/frames.h"
#include "base/memory.h"
#include "control/terminal.h"

#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SIGNALS = 5, KEPT_MOST = 16 };

#define SPEAKING_SEC 0.2    // the aside's queue holds 1.3 s
#define ANSWER_LATE_SEC 3.0 // what comes later answers nothing, and may meet the session's own words

struct stage {
	struct stage_setup setup;
	struct route *route;
	struct feed *feed;
	bool speaks;        // an answer sounds, or is still being decoded
	bool awaits;        // the latter
	double late_sec;    // when it would be too late for it
	const float *words; // left to be written of it
	int64_t words_left;
	double signal_sec;
	struct wish kept[KEPT_MOST]; // that came while an output started
	int kept_count;
	sigset_t let_in;
	struct sigaction old[SIGNALS];
};

static const int numbers[SIGNALS] = {SIGINT, SIGTERM, SIGHUP, SIGCONT, SIGUSR1};

static volatile sig_atomic_t end_count, end_first;
static volatile sig_atomic_t continued; // back from the shell
static volatile sig_atomic_t toggles;   // SIGUSR1

static void on_signal(int number)
{
	if (number == SIGCONT)
		continued = 1;
	else if (number == SIGUSR1)
		toggles = toggles + 1;
	else if (number != SIGHUP || end_count == 0) { // a terminal that is closed hangs up more than once
		end_first = end_count == 0 ? number : end_first;
		end_count = end_count + 1;
	}
}

// Blocks the signals in every thread, with a handler for when ppoll lets them in.
static void take_signals(struct stage *stage)
{
	sigset_t ours;
	sigemptyset(&ours);
	end_count = end_first = continued = toggles = 0;
	for (int i = 0; i < SIGNALS; i++) {
		sigaddset(&ours, numbers[i]);
		struct sigaction action = {.sa_handler = on_signal};
		sigaction(numbers[i], NULL, &stage->old[i]);
		if (numbers[i] != SIGHUP || stage->old[i].sa_handler != SIG_IGN) // nohup holds
			sigaction(numbers[i], &action, NULL);
	}
	pthread_sigmask(SIG_BLOCK, &ours, &stage->let_in);
}

static void give_back_signals(const struct stage *stage)
{
	for (int i = 0; i < SIGNALS; i++)
		sigaction(numbers[i], &stage->old[i], NULL);
	pthread_sigmask(SIG_SETMASK, &stage->let_in, NULL);
}

static void silence(void *user)
{
	sink_silence(user);
}

struct stage *stage_create(const struct stage_setup *setup)
{
	struct stage *stage = memory_alloc(sizeof *stage);
	stage->setup = *setup;
	take_signals(stage);
	if (setup->guard)
		stage->route = route_create(&(struct route_hooks){.silence = silence, .user = setup->sink});
	return stage;
}

void stage_destroy(struct stage *stage)
{
	if (!stage)
		return;
	stage_close(stage);
	route_destroy(stage->route);
	for (int i = 0; i < STAGE_MOST_CONTROLS; i++)
		control_destroy(stage->setup.controls[i]);
	give_back_signals(stage);
	free(stage);
}

// ---- The output

static bool take_new(struct stage *stage, struct wish *wish);

bool stage_end_is_wished(const struct stage *stage)
{
	bool stop = false;
	for (int i = 0; i < stage->kept_count; i++)
		stop = stop || stage->kept[i].verb == VERB_STOP;
	return stop || end_count > 0;
}

// Who asks how it stands is answered meanwhile, and a wish is kept for the loop; one for the end is not to wait.
static bool gives_up(void *user)
{
	struct stage *stage = user;
	while (stage->kept_count < KEPT_MOST && take_new(stage, &stage->kept[stage->kept_count]))
		stage->kept_count++;
	return stage_end_is_wished(stage);
}

enum status stage_open(struct stage *stage, double volume_db, double ceiling_dbtp)
{
	stage_close(stage);
	enum status status = sink_open(stage->setup.sink, volume_db, &stage->feed);
	if (status == STATUS_OK)
		feed_set_ceiling(stage->feed, ceiling_dbtp);
	else
		stage->feed = NULL;
	return status;
}

enum status stage_await(struct stage *stage, bool new_home)
{
	struct sink *sink = stage->setup.sink;
	sigset_t blocked;
	pthread_sigmask(SIG_SETMASK, &stage->let_in, &blocked);
	sink->give_up = gives_up;
	sink->give_up_user = stage;
	enum status status = sink_await(sink);
	pthread_sigmask(SIG_SETMASK, &blocked, NULL);
	if (status == STATUS_OK)
		route_follow(stage->route, sink->player_pid, new_home ? ROUTE_NEW_HOME : ROUTE_SAME_HOME);
	return status;
}

void stage_close(struct stage *stage)
{
	stage->speaks = stage->awaits = false;
	if (!stage->feed)
		return;
	route_follow(stage->route, 0, ROUTE_SAME_HOME);
	sink_stop(stage->setup.sink);
	stage->feed = NULL;
}

struct feed *stage_feed(const struct stage *stage)
{
	return stage->feed;
}

int64_t stage_latency_frames(const struct stage *stage)
{
	return stage->feed ? llround(sink_latency_sec(stage->setup.sink) * ENGINE_RATE_HZ) : 0;
}

bool stage_output_is_lost(struct stage *stage)
{
	return stage->feed && sink_health(stage->setup.sink) != SINK_RUNS;
}

bool stage_route_is_lost(struct stage *stage)
{
	return stage->feed && route_is_lost(stage->route);
}

// ---- Spoken answers

static void write_words(struct stage *stage)
{
	if (!stage->speaks || stage->words_left == 0)
		return;
	int64_t n = feed_aside_write(stage->feed, stage->words, 1, stage->words_left);
	stage->words += n;
	stage->words_left -= n;
	if (stage->words_left == 0)
		feed_aside_end(stage->feed);
}

static void take_words(struct stage *stage)
{
	if (!stage->awaits)
		return;
	if (!phrases_take(stage->setup.phrases, &stage->words, &stage->words_left)) {
		stage->speaks = stage->awaits = clock_sec() < stage->late_sec;
		return;
	}
	stage->awaits = false;
	stage->speaks = stage->words_left > 0;
	if (!stage->speaks)
		return;
	feed_aside_begin(stage->feed);
	write_words(stage);
}

void stage_say_within(struct stage *stage, const char *const *lines, int count, double level_db, double late_sec)
{
	if (!stage->feed || !stage->setup.phrases)
		return;
	stage_hush(stage);
	phrases_ask(stage->setup.phrases, lines, count, level_db);
	stage->words_left = 0;
	stage->late_sec = clock_sec() + late_sec;
	stage->speaks = stage->awaits = true;
}

void stage_say(struct stage *stage, const char *const *lines, int count, double level_db)
{
	stage_say_within(stage, lines, count, level_db, ANSWER_LATE_SEC);
}

void stage_hush(struct stage *stage)
{
	if (stage->feed && stage->speaks && !stage->awaits)
		feed_aside_cancel(stage->feed);
	stage->speaks = stage->awaits = false;
}

void stage_speak_with(struct stage *stage, struct phrases *phrases)
{
	stage_hush(stage);
	stage->setup.phrases = phrases;
}

bool stage_speaks(struct stage *stage)
{
	take_words(stage);
	if (stage->speaks && !stage->awaits && stage->words_left == 0 &&
	    feed_aside_heard(stage->feed, stage_latency_frames(stage)))
		stage->speaks = false;
	return stage->speaks;
}

// ---- Wishes

static int gather(struct stage *stage, struct pollfd *waits, double *until_sec)
{
	int n = 0;
	for (int i = 0; i <= STAGE_MOST_CONTROLS; i++) {
		bool guard = i == STAGE_MOST_CONTROLS;
		struct control *control = guard ? route_control(stage->route) : stage->setup.controls[i];
		int fd = control_wait_on(control, &waits[n].events);
		waits[n].fd = fd;
		n += fd >= 0;
		*until_sec = fmin(*until_sec, control_deadline_sec(control));
	}
	if (stage->awaits)
		waits[n++] = (struct pollfd){.fd = phrases_ready_fd(stage->setup.phrases), .events = POLLIN};
	return n;
}

static void let_signals_in(struct stage *stage, struct pollfd *waits, int n, double sec)
{
	struct timespec time = {.tv_sec = (time_t)sec, .tv_nsec = (long)(fmod(sec, 1.0) * 1e9)};
	ppoll(waits, (nfds_t)n, &time, &stage->let_in);
	if (end_count > 0 && stage->signal_sec == 0.0)
		stage->signal_sec = clock_sec();
}

void stage_wait(struct stage *stage, double most_sec)
{
	struct pollfd waits[STAGE_MOST_CONTROLS + 2];
	double now_sec = clock_sec(), until_sec = now_sec + (stage->speaks ? fmin(most_sec, SPEAKING_SEC) : most_sec);
	int n = gather(stage, waits, &until_sec);
	if (stage->kept_count > 0)
		until_sec = now_sec;
	let_signals_in(stage, waits, n, fmax(until_sec - now_sec, 0.0));
	take_words(stage);
	write_words(stage);
}

static bool take_new(struct stage *stage, struct wish *wish)
{
	if (continued) {
		continued = 0;
		terminal_again(stage->setup.terminal);
	}
	if (toggles > 0) {
		toggles = toggles - 1;
		*wish = (struct wish){VERB_PAUSE_RESUME, 0.0};
		return true;
	}
	for (int i = 0; i < STAGE_MOST_CONTROLS; i++)
		if (control_take(stage->setup.controls[i], wish))
			return true;
	struct wish of_route; // what its loss means is asked by stage_route_is_lost
	while (control_take(route_control(stage->route), &of_route))
		;
	return false;
}

bool stage_take(struct stage *stage, struct wish *wish)
{
	if (stage->kept_count == 0)
		return take_new(stage, wish);
	*wish = stage->kept[0];
	memmove(stage->kept, stage->kept + 1, (size_t)--stage->kept_count * sizeof *stage->kept);
	return true;
}

void stage_tell(struct stage *stage, const struct control_view *view)
{
	for (int i = 0; i < STAGE_MOST_CONTROLS; i++)
		control_tell(stage->setup.controls[i], view);
	if (view->state == CONTROL_STOPPED && stage->setup.phrases)
		phrases_hurry(stage->setup.phrases);
}

int stage_signal(const struct stage *stage)
{
	(void)stage;
	return end_first;
}

int stage_signal_count(const struct stage *stage)
{
	(void)stage;
	return end_count;
}

double stage_signal_sec(const struct stage *stage)
{
	return stage->signal_sec;
}

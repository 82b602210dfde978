// The loop around session_step: it gathers events (keys, signals, the state of feed and output), and does what the
// machine asks for. It wakes four times a second, more often while a fade out is awaited.
//
// Two positions matter. `base` is the session's frame at the feed's count 0, so base + count is what has gone to the
// output; the listener hears what went there `latency` ago.
#include "session/live.h"

#include "base/clock.h"
#include "base/frames.h"
#include "session/feeder.h"
#include "session/keys.h"

#include <math.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#define TICK_SEC 0.25
#define TICK_SETTLING_SEC 0.03
#define END_SILENCE_SEC 0.3 // beyond the output's latency, so that the last sample is heard
#define HEAR_OUT_MOST_SEC 1.0
#define SIGNAL_PATIENCE_SEC 2.0 // for the fade after a signal, whatever the output does

enum { SIGNALS = 4 }; // that are taken while it plays

struct live {
	struct session session;
	const struct live_options *options;
	const sigset_t *let_in; // the signal mask while it waits
	struct sink *sink;
	struct feed *feed; // NULL while the output is closed
	struct feeder *feeder;
	struct keys *keys;
	int64_t base_frames;
	int64_t sought_frames; // no position is before the last seek
	int64_t at_frames;     // the position heard, kept while the output is closed
	enum status status;    // of the output's last start
	int signal;            // the first one that came
	double signal_sec;
};

// From the second failure in a row on: a sound server that starts anew needs a moment.
static const struct timespec REOPEN_WAIT = {.tv_sec = 1, .tv_nsec = 500000000};

static volatile sig_atomic_t signal_count;
static volatile sig_atomic_t signal_last;
static volatile sig_atomic_t continued; // SIGCONT: back from the shell

static void on_signal(int number)
{
	if (number == SIGCONT) {
		continued = 1;
		return;
	}
	signal_count++;
	signal_last = number;
}

static int64_t latency_frames(const struct live *live)
{
	return llround(sink_latency_sec(live->sink) * ENGINE_RATE_HZ);
}

static int64_t position_heard(struct live *live)
{
	if (!live->feed)
		return live->at_frames;
	int64_t at = live->base_frames + feed_queue_frames(live->feed) - latency_frames(live);
	live->at_frames = at < live->sought_frames ? live->sought_frames : at;
	return live->at_frames;
}

static void step(struct live *live, enum session_event_kind kind);

static void close_output(struct live *live)
{
	position_heard(live);
	feeder_hold(live->feeder);
	sink_stop(live->sink);
	live->feed = NULL;
}

static bool signal_came(void)
{
	return signal_count > 0;
}

// Signals are let in while the output starts, since that may take seconds; one breaks it off.
static void reopen(struct live *live)
{
	if (live->feed)
		close_output(live);
	sigset_t blocked;
	pthread_sigmask(SIG_SETMASK, live->let_in, &blocked);
	if (live->session.failures > 1 && !signal_came())
		nanosleep(&REOPEN_WAIT, NULL);
	live->sink->give_up = signal_came;
	live->status = sink_start(live->sink, live->options->volume_db, &live->feed);
	pthread_sigmask(SIG_SETMASK, &blocked, NULL);
	if (live->status != STATUS_OK)
		live->feed = NULL;
	if (live->status == STATUS_OK && !live->session.opened && live->options->opened)
		live->options->opened(live->options->user);
	if (live->status == STATUS_OK)
		step(live, EVENT_OPENED);
	else if (!signal_came())
		step(live, EVENT_OPEN_FAILED);
}

static int32_t fade_frames(double sec)
{
	return (int32_t)lround(sec * ENGINE_RATE_HZ);
}

static void apply(struct live *live, const struct session_effects *effects)
{
	if (effects->reopen) {
		reopen(live);
		return;
	}
	if (!live->feed)
		return;
	if (effects->halt) {
		feeder_hold(live->feeder);
		feed_halt(live->feed, fade_frames(effects->halt_sec));
	}
	if (effects->seek) {
		feeder_hold(live->feeder);
		live->base_frames = effects->seek_frames - feed_queue_frames(live->feed);
		live->sought_frames = effects->seek_frames;
		feeder_seek(live->feeder, live->feed, effects->seek_frames);
	}
	if (effects->go)
		feed_go(live->feed, fade_frames(effects->go_sec));
}

static void step_at(struct live *live, enum session_event_kind kind, int64_t at_frames)
{
	struct session_event event = {.kind = kind, .at_frames = at_frames, .now_sec = clock_sec()};
	struct session_effects effects = session_step(&live->session, &event);
	apply(live, &effects);
}

static void step(struct live *live, enum session_event_kind kind)
{
	step_at(live, kind, position_heard(live));
}

static void watch_output(struct live *live)
{
	if (!live->feed)
		return;
	if (sink_health(live->sink) != SINK_RUNS) {
		step(live, EVENT_LOST);
		return;
	}
	if (live->session.mode == SESSION_HALTING && feed_settled(live->feed))
		step_at(live, EVENT_SETTLED, live->base_frames + atomic_load(&live->feed->fade_began));
	else if (feed_ended(live->feed, latency_frames(live) + fade_frames(END_SILENCE_SEC)))
		step(live, EVENT_ENDED);
}

static void watch_keys(struct live *live)
{
	static const enum session_event_kind events[] = {
		[KEY_SPACE] = EVENT_PAUSE,
		[KEY_LEFT] = EVENT_PREVIOUS,
		[KEY_RIGHT] = EVENT_NEXT,
		[KEY_QUIT] = EVENT_STOP,
	};
	if (!live->keys)
		return;
	if (continued) {
		continued = 0;
		keys_again(live->keys);
	}
	for (enum key key; (key = keys_read(live->keys)) != KEY_NONE;)
		if (key != KEY_OTHER)
			step(live, events[key]);
}

static void watch_signals(struct live *live)
{
	if (signal_count == 0)
		return;
	if (!live->signal) {
		live->signal = signal_last;
		live->signal_sec = clock_sec();
		step(live, EVENT_STOP);
	} else if (signal_count > 1 || clock_sec() - live->signal_sec > SIGNAL_PATIENCE_SEC) {
		live->session.mode = SESSION_OVER;
		live->session.end = END_STOPPED;
	}
}

// Sleeps until a key, a signal or the tick. Signals are let in only here, so none can slip by before the wait.
static void wait_for_something(struct live *live)
{
	bool settling = live->session.mode == SESSION_HALTING;
	double sec = settling ? TICK_SETTLING_SEC : TICK_SEC;
	struct timespec tick = {.tv_nsec = (long)(sec * 1e9)};
	struct pollfd keyboard = {.fd = live->keys ? keys_fd(live->keys) : -1, .events = POLLIN};
	ppoll(&keyboard, 1, &tick, live->let_in);
}

static void run(struct live *live)
{
	live->at_frames = live->options->begin_frames;
	reopen(live);
	while (live->session.mode != SESSION_OVER) {
		wait_for_something(live);
		watch_signals(live);
		watch_keys(live);
		watch_output(live);
	}
}

// The end of a fade is still on its way to the ear: silence follows it until it was heard.
static void hear_out(struct live *live)
{
	if (!live->feed || live->session.end != END_STOPPED || !feed_settled(live->feed))
		return;
	double sec = fmin(sink_latency_sec(live->sink), HEAR_OUT_MOST_SEC) + END_SILENCE_SEC;
	nanosleep(&(struct timespec){.tv_sec = (time_t)sec, .tv_nsec = (long)(fmod(sec, 1.0) * 1e9)}, NULL);
}

// Blocks the signals in every thread, with a handler for when ppoll lets them in.
static void take_signals(sigset_t *before, struct sigaction old[SIGNALS], const int numbers[SIGNALS])
{
	sigset_t ours;
	sigemptyset(&ours);
	signal_count = 0;
	for (int i = 0; i < SIGNALS; i++) {
		sigaddset(&ours, numbers[i]);
		struct sigaction action = {.sa_handler = on_signal};
		sigaction(numbers[i], &action, &old[i]);
	}
	pthread_sigmask(SIG_BLOCK, &ours, before);
}

static void give_back_signals(const sigset_t *before, const struct sigaction old[SIGNALS], const int numbers[SIGNALS])
{
	for (int i = 0; i < SIGNALS; i++)
		sigaction(numbers[i], &old[i], NULL);
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

struct live_result live_play(const struct score *score, struct mix *mix, struct sink *sink,
                             const struct live_options *options)
{
	static const int numbers[SIGNALS] = {SIGINT, SIGTERM, SIGHUP, SIGCONT};
	sigset_t before;
	struct sigaction old[SIGNALS];
	take_signals(&before, old, numbers);

	struct live live = {
		.session = session_init(score, options->begin_frames, options->most_failures),
		.options = options,
		.let_in = &before,
		.sink = sink,
		.feeder = feeder_create(mix, score->frames),
		.keys = options->key_fd >= 0 ? keys_open(options->key_fd) : NULL,
	};
	run(&live);
	hear_out(&live);
	struct live_result result = {live.session.end, position_heard(&live), live.signal, live.status};
	if (live.feed)
		close_output(&live);
	keys_close(live.keys);
	feeder_destroy(live.feeder);
	give_back_signals(&before, old, numbers);
	return result;
}

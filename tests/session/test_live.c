// The live loop against outputs that fail on order.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "brown_score.h"
#include "session/live.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int last_signal;
static int keeps; // of the last session

static void count_keep(void *user, const struct session *session, int64_t at_frames, int64_t heard_frames)
{
	(void)user;
	(void)session;
	assert_true(at_frames >= 0 && heard_frames >= 0);
	keeps++;
}

static struct live_result play_led(struct sink *sink, struct control *control, int64_t frames, int64_t begin)
{
	struct brown_score brown;
	brown_score_make(&brown, frames);
	struct mix *mix = brown_score_mix(&brown);
	struct live_options options = {.begin_frames = begin, .patience_sec = 1.5, .hooks.keep = count_keep};
	keeps = 0;
	struct stage *stage = stage_create(&(struct stage_setup){.sink = sink, .controls = {control}});
	struct live_result result = live_play(stage, &brown.score, mix, &options);
	last_signal = stage_signal(stage);
	stage_destroy(stage);
	mix_destroy(mix);
	return result;
}

static struct live_result play_to(struct sink *sink, int64_t frames, int64_t begin)
{
	return play_led(sink, NULL, frames, begin);
}

static struct live_result play(int64_t frames, int64_t begin, const struct null_faults *faults)
{
	struct sink *sink = sink_create_null(faults);
	struct live_result result = play_to(sink, frames, begin);
	sink_destroy(sink);
	return result;
}

static void test_live_plays_to_the_end(void **state)
{
	(void)state;
	struct live_result result = play(ENGINE_RATE_HZ, 0, &(struct null_faults){-1, -1, 0, false});
	assert_int_equal(result.end, END_DONE);
	assert_int_equal(result.at_frames, ENGINE_RATE_HZ);
}

static void test_live_an_empty_session_is_over_at_once(void **state)
{
	(void)state;
	assert_int_equal(play(0, 0, &(struct null_faults){-1, -1, 0, false}).end, END_DONE);
}

static void test_live_tells_when_no_output_opens(void **state)
{
	(void)state;
	struct live_result result = play(ENGINE_RATE_HZ, 0, &(struct null_faults){-1, -1, 1, false});
	assert_int_equal(result.end, END_NO_OUTPUT);
}

static void test_live_goes_on_after_a_loss(void **state)
{
	(void)state;
	struct live_result result =
		play(4 * ENGINE_RATE_HZ, 0, &(struct null_faults){.stall_at_frames = 30000, .die_at_frames = -1});
	assert_int_equal(result.end, END_DONE);
	result = play(4 * ENGINE_RATE_HZ, 0, &(struct null_faults){.stall_at_frames = -1, .die_at_frames = 30000});
	assert_int_equal(result.end, END_DONE);
}

static void test_live_gives_up_after_losses_in_a_row_and_keeps_the_position(void **state)
{
	(void)state;
	int64_t begin = 5 * ENGINE_RATE_HZ, lived = 30000;
	const struct null_faults faults[] = {{-1, lived, 0, true}, {lived, -1, 0, true}};
	for (int i = 0; i < 2; i++) {
		struct live_result result = play(60 * ENGINE_RATE_HZ, begin, &faults[i]);
		assert_int_equal(result.end, END_LOST_OUTPUT);
		assert_true(result.at_frames > begin);
		assert_true(result.at_frames <= begin + 3 * lived + 3 * BLOCK_FRAMES);
	}
}

// ---- A mix of "too much" that a stalled disk holds back

static struct mix *late_mix;
static int asked;

static struct mix *come_late(void *user, enum session_variant variant)
{
	(void)user;
	assert_int_equal(variant, VARIANT_DARK);
	return ++asked > 1 ? late_mix : NULL;
}

// It is taken up at the next change of place: here, where the output has been lost.
static void test_live_takes_up_a_mix_that_comes_late(void **state)
{
	(void)state;
	struct brown_score brown;
	brown_score_make(&brown, 60 * ENGINE_RATE_HZ);
	struct mix *mix = brown_score_mix(&brown);
	late_mix = brown_score_mix(&brown);
	asked = 0;
	struct sink *sink = sink_create_null(&(struct null_faults){-1, 30000, 0, true});
	struct stage *stage = stage_create(&(struct stage_setup){.sink = sink});
	struct live_options options = {.patience_sec = 1.5, .ease = 2, .hooks.variant = come_late};
	live_play(stage, &brown.score, mix, &options);
	stage_destroy(stage);
	sink_destroy(sink);
	mix_destroy(late_mix);
	mix_destroy(mix);
	assert_int_equal(asked, 2); // and then no more
}

// What sounds as the output opens is not left for the first look to keep, half a second later.
static void test_live_keeps_its_place_as_it_opens(void **state)
{
	(void)state;
	struct live_result result = play(ENGINE_RATE_HZ / 10, 0, &(struct null_faults){-1, -1, 0, false});
	assert_int_equal(result.end, END_DONE);
	assert_int_equal(keeps, 2);
}

// ---- What stands ready before an output plays

enum { MOST_STARTS = 8 };

// A null output behind it; it sees each feed as it is when its start is awaited.
struct seeing {
	struct sink head, *null;
	struct feed *feed;
	int starts;
	bool goes[MOST_STARTS], filled[MOST_STARTS];
};

static enum status seeing_open(struct sink *sink, double volume_db, struct feed **feed)
{
	struct seeing *seeing = (struct seeing *)sink;
	enum status status = sink_open(seeing->null, volume_db, feed);
	seeing->feed = *feed;
	return status;
}

static enum status seeing_await(struct sink *sink)
{
	struct seeing *seeing = (struct seeing *)sink;
	int i = seeing->starts++;
	double give_up_sec = clock_sec() + 15.0;
	assert_true(i < MOST_STARTS);
	seeing->goes[i] = atomic_load(&seeing->feed->order) != 0;
	while (seeing->goes[i] && !seeing->filled[i] && clock_sec() < give_up_sec)
		seeing->filled[i] = atomic_load(&seeing->feed->ring.written) > 0;
	return sink_await(seeing->null);
}

static enum sink_health seeing_health(struct sink *sink)
{
	return sink_health(((struct seeing *)sink)->null);
}

static double seeing_latency_sec(const struct sink *sink)
{
	return sink_latency_sec(((const struct seeing *)sink)->null);
}

static void seeing_stop(struct sink *sink)
{
	sink_stop(((struct seeing *)sink)->null);
}

static struct live_result play_seen(struct seeing *seeing, int64_t frames, const struct null_faults *faults)
{
	static const struct sink_ops ops = {.open = seeing_open,
	                                    .await = seeing_await,
	                                    .health = seeing_health,
	                                    .latency_sec = seeing_latency_sec,
	                                    .stop = seeing_stop};
	*seeing = (struct seeing){.head = {.ops = &ops}, .null = sink_create_null(faults)};
	struct live_result result = play_to(&seeing->head, frames, 0);
	sink_destroy(seeing->null);
	return result;
}

static void test_live_an_output_finds_sound_when_it_opens(void **state)
{
	(void)state;
	struct seeing seeing;
	struct live_result result = play_seen(&seeing, ENGINE_RATE_HZ, &(struct null_faults){-1, -1, 0, false});
	assert_int_equal(result.end, END_DONE);
	assert_int_equal(seeing.starts, 1);
	assert_true(seeing.goes[0] && seeing.filled[0]);
}

// After a loss it may come out elsewhere: the guard looks first.
static void test_live_after_a_loss_nothing_sounds_before_it_has_opened(void **state)
{
	(void)state;
	struct seeing seeing;
	struct live_result result =
		play_seen(&seeing, 4 * ENGINE_RATE_HZ, &(struct null_faults){-1, .die_at_frames = 30000});
	assert_int_equal(result.end, END_DONE);
	assert_int_equal(seeing.starts, 2);
	assert_true(seeing.goes[0] && !seeing.goes[1]);
}

static void test_live_a_start_that_fails_has_played_nothing(void **state)
{
	(void)state;
	struct seeing seeing;
	struct live_result result = play_seen(&seeing, ENGINE_RATE_HZ, &(struct null_faults){-1, -1, 1, false});
	assert_true(seeing.goes[0]);
	assert_int_equal(result.end, END_NO_OUTPUT);
	assert_int_equal(result.at_frames, 0);
	assert_int_equal(result.heard_frames, 0);
}

// ---- An output that stays away for a moment, as while a sound server starts anew, and keys pressed meanwhile

// Refuses from its loss on, or hangs as it starts again, which is when the keys are pressed.
struct away {
	struct sink head, *null;
	const char *keys;
	int keys_fd, starts;
	double away_sec, back_sec, hang_sec;
};

static enum status away_open(struct sink *sink, double volume_db, struct feed **feed)
{
	struct away *away = (struct away *)sink;
	if (++away->starts == 2) {
		away->back_sec = clock_sec() + away->away_sec;
		assert_true(write(away->keys_fd, away->keys, strlen(away->keys)) > 0);
	}
	return clock_sec() < away->back_sec ? STATUS_FAILED : sink_open(away->null, volume_db, feed);
}

static enum status away_await(struct sink *sink)
{
	struct away *away = (struct away *)sink;
	double until_sec = clock_sec() + away->hang_sec;
	while (away->starts > 1 && clock_sec() < until_sec) {
		if (sink->give_up && sink->give_up(sink->give_up_user))
			return STATUS_FAILED;
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	}
	return sink_await(away->null);
}

static enum sink_health away_health(struct sink *sink)
{
	return sink_health(((struct away *)sink)->null);
}

static double away_latency_sec(const struct sink *sink)
{
	return sink_latency_sec(((const struct away *)sink)->null);
}

static void away_stop(struct sink *sink)
{
	sink_stop(((struct away *)sink)->null);
}

struct keys {
	struct control head;
	int fd;
};

static int keys_wait_on(struct control *control, short *events)
{
	*events = POLLIN;
	return ((struct keys *)control)->fd;
}

static double keys_deadline_sec(struct control *control)
{
	(void)control;
	return INFINITY;
}

static bool keys_take(struct control *control, struct wish *wish)
{
	char key;
	if (read(((struct keys *)control)->fd, &key, 1) != 1)
		return false;
	*wish = verb_of_key(key);
	return true;
}

static void keys_tell(struct control *control, const struct control_view *view)
{
	(void)control;
	(void)view;
}

static void keys_destroy(struct control *control)
{
	close(((struct keys *)control)->fd);
}

static struct live_result play_away(struct away *away)
{
	static const struct sink_ops sink_ops = {.open = away_open,
	                                         .await = away_await,
	                                         .health = away_health,
	                                         .latency_sec = away_latency_sec,
	                                         .stop = away_stop};
	static const struct control_ops key_ops = {keys_wait_on, keys_deadline_sec, keys_take, keys_tell, keys_destroy};
	int ends[2];
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	away->head.ops = &sink_ops;
	away->null = sink_create_null(&(struct null_faults){-1, .die_at_frames = 30000});
	away->keys_fd = ends[1];
	struct keys keys = {{&key_ops}, ends[0]};
	struct live_result result = play_led(&away->head, &keys.head, 4 * ENGINE_RATE_HZ, 0);
	sink_destroy(away->null);
	close(ends[1]);
	return result;
}

static void test_live_keys_pressed_while_an_output_is_away_count(void **state)
{
	(void)state;
	struct live_result result = play_away(&(struct away){.keys = "---", .away_sec = 1.0});
	assert_int_equal(result.end, END_DONE);
	assert_int_equal(lround(result.volume_db), -6);
	result = play_away(&(struct away){.keys = "--q", .away_sec = INFINITY});
	assert_int_equal(result.end, END_STOPPED); // and not for the want of an output
	assert_int_equal(lround(result.volume_db), -4);
}

// It would start, if it were waited for.
static void test_live_an_end_does_not_wait_for_an_output_that_hangs(void **state)
{
	(void)state;
	struct away away = {.keys = "--q", .hang_sec = 4.0};
	struct live_result result = play_away(&away);
	assert_int_equal(result.end, END_STOPPED);
	assert_int_equal(lround(result.volume_db), -4);
	assert_int_equal(away.starts, 2);
	assert_int_equal(result.status, STATUS_FAILED);
}

static void *send_signal(void *user)
{
	(void)user;
	nanosleep(&(struct timespec){.tv_nsec = 500000000}, NULL);
	kill(getpid(), SIGTERM);
	return NULL;
}

static void test_live_a_signal_fades_out_and_is_told(void **state)
{
	(void)state;
	pthread_t thread;
	sigset_t term, before;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &term, &before); // in the other thread
	pthread_create(&thread, NULL, send_signal, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	struct live_result result = play(60 * ENGINE_RATE_HZ, 0, &(struct null_faults){-1, -1, 0, false});
	pthread_join(thread, NULL);
	assert_int_equal(result.end, END_STOPPED);
	assert_int_equal(last_signal, SIGTERM);
	assert_true(result.at_frames > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_live_plays_to_the_end),
		cmocka_unit_test(test_live_an_empty_session_is_over_at_once),
		cmocka_unit_test(test_live_tells_when_no_output_opens),
		cmocka_unit_test(test_live_goes_on_after_a_loss),
		cmocka_unit_test(test_live_gives_up_after_losses_in_a_row_and_keeps_the_position),
		cmocka_unit_test(test_live_takes_up_a_mix_that_comes_late),
		cmocka_unit_test(test_live_keeps_its_place_as_it_opens),
		cmocka_unit_test(test_live_an_output_finds_sound_when_it_opens),
		cmocka_unit_test(test_live_after_a_loss_nothing_sounds_before_it_has_opened),
		cmocka_unit_test(test_live_a_start_that_fails_has_played_nothing),
		cmocka_unit_test(test_live_keys_pressed_while_an_output_is_away_count),
		cmocka_unit_test(test_live_an_end_does_not_wait_for_an_output_that_hangs),
		cmocka_unit_test(test_live_a_signal_fades_out_and_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// A remote of the test's own. /dev/uinput is not to be had everywhere, so the device is a named pipe: events are written
// into it, and this program's own ioctl, which libevdev calls, answers for it what a kernel's device answers. All of
// remote.c and of libevdev is the real thing; what is not tried is the kernel.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/remote.h"

#ifdef HAVE_EVDEV

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
	bool refuses_grab;
	int grabs;
	unsigned char down[KEY_CNT / 8]; // keys held, as the kernel would tell
} device;

static void fill_bits(unsigned type, unsigned char *bits, size_t bytes)
{
	memset(bits, 0, bytes);
	if (type == 0)
		bits[0] = 1 << EV_SYN | 1 << EV_KEY;
	else if (type == EV_KEY)
		memset(bits, 0xff, bytes);
}

static int answer_ioctl(unsigned long request, void *to)
{
	size_t bytes = _IOC_SIZE(request);
	unsigned number = _IOC_NR(request);
	if (number == _IOC_NR(EVIOCGRAB)) {
		errno = EBUSY;
		device.grabs += to != NULL;
		return device.refuses_grab ? -1 : 0;
	}
	if (number == _IOC_NR(EVIOCGKEY(0)))
		memcpy(to, device.down, bytes < sizeof device.down ? bytes : sizeof device.down);
	else if (number >= 0x20 && number < 0x40)
		fill_bits(number - 0x20, to, bytes);
	else if (_IOC_DIR(request) & _IOC_READ)
		memset(to, 0, bytes);
	return number == _IOC_NR(EVIOCGNAME(0)) ? snprintf(to, bytes, "a remote") : 0;
}

int ioctl(int fd, unsigned long request, ...)
{
	struct stat is;
	va_list rest;
	va_start(rest, request);
	void *to = va_arg(rest, void *);
	va_end(rest);
	if (_IOC_TYPE(request) == 'E' && fstat(fd, &is) == 0 && S_ISFIFO(is.st_mode))
		return answer_ioctl(request, to);
	return (int)syscall(SYS_ioctl, fd, request, to);
}

// ---- The device's end

static char folder[64], path[80];

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/test-remote-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/event0", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static int plug_in(void)
{
	memset(&device, 0, sizeof device);
	assert_int_equal(mkfifo(path, 0600), 0);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void unplug(int fd)
{
	close(fd);
	unlink(path);
}

static void send_event(int fd, unsigned type, unsigned code, int value)
{
	struct input_event event = {.type = (unsigned short)type, .code = (unsigned short)code, .value = value};
	assert_int_equal(write(fd, &event, sizeof event), sizeof event);
}

static void send_key(int fd, unsigned code, int value)
{
	send_event(fd, EV_KEY, code, value);
	send_event(fd, EV_SYN, SYN_REPORT, 0);
}

static void press(int fd, unsigned code)
{
	send_key(fd, code, 1);
	send_key(fd, code, 0);
}

static void expect_wish(struct control *remote, enum verb verb, double value)
{
	struct wish wish = {0};
	assert_true(control_take(remote, &wish));
	assert_int_equal(wish.verb, verb);
	assert_float_equal(wish.value, value, 0.0);
}

static void expect_none(struct control *remote)
{
	struct wish wish;
	assert_false(control_take(remote, &wish));
}

// ---- Tests

static void test_remote_keys_are_wishes(void **state)
{
	(void)state;
	int fd = plug_in();
	struct control *remote = remote_open(path);
	short events;
	assert_int_equal(remote_error(remote), 0);
	assert_int_equal(device.grabs, 1);
	assert_true(control_wait_on(remote, &events) >= 0);
	assert_int_equal(events, POLLIN);
	assert_true(isinf(control_deadline_sec(remote)));
	expect_none(remote);
	press(fd, KEY_PLAYPAUSE);
	press(fd, KEY_LEFTSHIFT);
	press(fd, KEY_NUMLOCK);
	press(fd, KEY_KP7);
	press(fd, KEY_KPDOT);
	press(fd, KEY_F9);
	expect_wish(remote, VERB_PAUSE_RESUME, 0);
	expect_wish(remote, VERB_DIGIT, 7);
	expect_wish(remote, VERB_TOO_MUCH, 0);
	expect_wish(remote, VERB_OTHER, 0);
	expect_none(remote);
	control_tell(remote, &(struct control_view){0});
	control_destroy(remote);
	unplug(fd);
}

static void test_remote_a_key_held_down_goes_on_for_the_volume_alone(void **state)
{
	(void)state;
	int fd = plug_in();
	struct control *remote = remote_open(path);
	send_key(fd, KEY_VOLUMEDOWN, 1);
	send_key(fd, KEY_VOLUMEDOWN, 2);
	send_key(fd, KEY_VOLUMEDOWN, 2);
	send_key(fd, KEY_VOLUMEDOWN, 0);
	send_key(fd, KEY_NEXTSONG, 1);
	send_key(fd, KEY_NEXTSONG, 2);
	send_key(fd, KEY_NEXTSONG, 0);
	for (int i = 0; i < 3; i++)
		expect_wish(remote, VERB_QUIETER, 0);
	expect_wish(remote, VERB_NEXT, 0);
	expect_none(remote);
	control_destroy(remote);
	unplug(fd);
}

// The kernel's queue ran over: what was held then is put right, and the next key is heard.
static void test_remote_lost_events_are_caught_up_with(void **state)
{
	(void)state;
	int fd = plug_in();
	struct control *remote = remote_open(path);
	device.down[KEY_X / 8] |= 1 << KEY_X % 8;
	device.down[KEY_Q / 8] |= 1 << KEY_Q % 8;
	send_event(fd, EV_SYN, SYN_DROPPED, 0);
	send_event(fd, EV_SYN, SYN_REPORT, 0);
	expect_wish(remote, VERB_STOP, 0);
	expect_wish(remote, VERB_HURT, 0);
	expect_none(remote);
	press(fd, KEY_RIGHT);
	expect_wish(remote, VERB_NEXT, 0);
	expect_none(remote);
	control_destroy(remote);
	unplug(fd);
}

// Until it is looked for again; the control says when.
static void wait_for_the_look(struct control *remote)
{
	double sec = control_deadline_sec(remote) - clock_sec();
	assert_true(sec < 10.0);
	usleep(sec > 0 ? (useconds_t)(1e6 * sec) + 1000 : 0);
}

static void test_remote_unplugged_is_quiet_and_found_again(void **state)
{
	(void)state;
	short events;
	int fd = plug_in();
	struct control *remote = remote_open(path);
	press(fd, KEY_LEFT);
	unplug(fd);
	expect_wish(remote, VERB_PREVIOUS, 0); // what had come still counts
	expect_none(remote);
	assert_int_equal(control_wait_on(remote, &events), -1);
	assert_int_equal(remote_error(remote), ENODEV);
	fd = plug_in();
	press(fd, KEY_RIGHT);
	wait_for_the_look(remote);
	expect_wish(remote, VERB_NEXT, 0);
	assert_int_equal(device.grabs, 1);
	assert_int_equal(remote_error(remote), 0);
	control_destroy(remote);
	unplug(fd);
}

static void test_remote_that_is_not_there_or_taken_or_none(void **state)
{
	(void)state;
	struct control *remote = remote_open(path);
	assert_int_equal(remote_error(remote), ENOENT);
	expect_none(remote);
	control_destroy(remote);

	remote = remote_open("/dev/null");
	assert_int_equal(remote_error(remote), ENOTTY);
	control_destroy(remote);

	int fd = plug_in();
	device.refuses_grab = true;
	remote = remote_open(path);
	assert_int_equal(remote_error(remote), EBUSY);
	press(fd, KEY_SPACE);
	expect_none(remote);
	control_destroy(remote);
	unplug(fd);
	assert_int_equal(remote_error(NULL), 0);
}

// A device gone mad: a round ends.
static void test_remote_a_storm_holds_nobody(void **state)
{
	(void)state;
	int fd = plug_in(), count = 0;
	struct control *remote = remote_open(path);
	struct wish wish;
	for (int i = 0; i < 600; i++)
		press(fd, KEY_VOLUMEDOWN);
	while (control_take(remote, &wish))
		count++;
	assert_in_range(count, 1, 256);
	for (int i = 0; i < 100; i++)
		while (control_take(remote, &wish))
			count++;
	assert_int_equal(count, 600);
	control_destroy(remote);
	unplug(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_remote_keys_are_wishes),
		cmocka_unit_test(test_remote_a_key_held_down_goes_on_for_the_volume_alone),
		cmocka_unit_test(test_remote_lost_events_are_caught_up_with),
		cmocka_unit_test(test_remote_unplugged_is_quiet_and_found_again),
		cmocka_unit_test(test_remote_that_is_not_there_or_taken_or_none),
		cmocka_unit_test(test_remote_a_storm_holds_nobody),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

#else

static void test_remote_is_none_without_libevdev(void **state)
{
	(void)state;
	assert_null(remote_open("/dev/null"));
	assert_int_equal(remote_error(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_remote_is_none_without_libevdev)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif

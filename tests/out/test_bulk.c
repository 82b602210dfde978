#include "out/bulk.h"

#include "base/hash.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cmocka.h>

enum { LENGTH = 5 * 1000 * 1000 + 7, ROOM = 2000 * MEMORY_PAGE_BYTES };

// From a page's begin on, as in the file.
static char *noise(void)
{
	char *bytes = memory_alloc_pages(ROOM);
	for (int i = 0; i < LENGTH; i++)
		bytes[i] = (char)hash64(1, (uint64_t)i);
	return bytes;
}

// On the disk that the build is on: /tmp may be memory.
static int open_file(void)
{
	int fd = open(BUILD_DIR, O_TMPFILE | O_RDWR, 0600);
	assert_true(fd >= 0);
	return fd;
}

// Its file holds just these.
static void end(struct bulk *bulk, const char *bytes, size_t length)
{
	struct stat info;
	int fd = bulk->fd;
	char *there = memory_alloc(length);
	assert_int_equal(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_DIRECT), 0);
	assert_int_equal(fstat(fd, &info), 0);
	assert_int_equal(info.st_size, length);
	assert_int_equal(pread(fd, there, length, 0), length);
	assert_memory_equal(there, bytes, length);
	free(there);
	bulk_free(bulk);
	close(fd);
}

// Of every size, some after a jump back, as encoders write their heads again.
static void test_bulk_writes_what_it_is_given(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 6; seed++) {
		char *memory = noise(), *bytes = memory + (seed % 2 ? 20 : 0);
		struct bulk bulk;
		int fd = open_file(), written = 0;
		bulk_begin(&bulk, fd);
		for (uint64_t i = 0; written < LENGTH; i++) {
			uint64_t random = hash64(seed, i);
			int most = random % 3 == 0 ? 2000000 : random % 3 == 1 ? 70000 : 100;
			int n = (int)((random >> 8) % (uint64_t)most);
			n = n < LENGTH - written ? n : LENGTH - written;
			assert_int_equal(bulk_tell(&bulk), written);
			bulk_put(&bulk, bytes + written, (size_t)n);
			written += n;
			if (random % 16 == 0 && written > 100) {
				memcpy(bytes + 4, &random, sizeof random);
				bulk_seek(&bulk, 4);
				bulk_put(&bulk, &random, sizeof random);
				bulk_seek(&bulk, written);
			}
		}
		bulk_flush(&bulk);
		assert_int_equal(bulk.error, 0);
		end(&bulk, bytes, LENGTH);
		free(memory);
	}
}

// As a sound file's samples are, behind its head.
static void test_bulk_writes_many_from_where_they_stand(void **state)
{
	(void)state;
	static const int within[] = {0, 44, 4095};
	for (int i = 0; i < 3; i++) {
		char *bytes = noise();
		struct bulk bulk;
		int fd = open_file(), written = within[i];
		bulk_begin(&bulk, fd);
		bulk_put(&bulk, bytes, (size_t)written);
		for (int n = 1000000; written < LENGTH; written += n) {
			n = n < LENGTH - written ? n : LENGTH - written;
			bulk_put(&bulk, bytes + written, (size_t)n);
			assert_true(bulk.waiting_bytes < MEMORY_PAGE_BYTES);
			assert_int_equal(bulk.at % MEMORY_PAGE_BYTES, 0);
		}
		bulk_flush(&bulk);
		end(&bulk, bytes, LENGTH);
		free(bytes);
	}
}

// All but the first portion, whose head was written by itself; whether the rest is gathered or written where it stands.
static void leave_the_page_cache_alone(int shift)
{
	char *memory = noise(), *bytes = memory + shift;
	unsigned char kept[LENGTH / MEMORY_PAGE_BYTES + 1];
	int fd = open_file(), count = 0, flags = fcntl(fd, F_GETFL);
	struct statfs disk;
	bool can = fstatfs(fd, &disk) == 0 && disk.f_type != TMPFS_MAGIC && fcntl(fd, F_SETFL, flags | O_DIRECT) == 0;
	fcntl(fd, F_SETFL, flags);
	struct bulk bulk;
	bulk_begin(&bulk, fd);
	bulk_put(&bulk, bytes, 44);
	bulk_flush(&bulk);
	bulk_put(&bulk, bytes + 44, LENGTH - 44);
	bulk_flush(&bulk);
	void *map = mmap(NULL, LENGTH, PROT_READ, MAP_SHARED, fd, 0);
	assert_true(map != MAP_FAILED);
	assert_int_equal(mincore(map, LENGTH, kept), 0);
	for (int i = 0; i < LENGTH / MEMORY_PAGE_BYTES; i++)
		count += kept[i] & 1;
	munmap(map, LENGTH);
	print_message("%d of %d pages are in the cache\n", count, LENGTH / MEMORY_PAGE_BYTES);
	if (can)
		assert_true(count < LENGTH / MEMORY_PAGE_BYTES / 3);
	end(&bulk, bytes, LENGTH);
	free(memory);
}

static void test_bulk_leaves_the_page_cache_alone(void **state)
{
	(void)state;
	leave_the_page_cache_alone(0);
	leave_the_page_cache_alone(20);
}

// Up to which all is there, and after which nothing comes, though there would be room again.
static void test_bulk_keeps_the_first_error(void **state)
{
	(void)state;
	static const rlim_t limits[] = {1500000, 3 * (1 << 19) - 64}; // the second: just before a portion is full
	signal(SIGXFSZ, SIG_IGN);
	for (int i = 0; i < 2; i++) {
		char *bytes = noise();
		struct rlimit old, little;
		struct bulk bulk;
		int fd = open_file();
		getrlimit(RLIMIT_FSIZE, &old);
		little = (struct rlimit){.rlim_cur = limits[i], .rlim_max = old.rlim_max};
		setrlimit(RLIMIT_FSIZE, &little);
		bulk_begin(&bulk, fd);
		bulk_put(&bulk, bytes, LENGTH);
		setrlimit(RLIMIT_FSIZE, &old);
		assert_int_equal(bulk_tell(&bulk), LENGTH);
		bulk_put(&bulk, bytes + 1, LENGTH - 1);
		bulk_flush(&bulk);
		assert_int_equal(bulk_tell(&bulk), 2 * LENGTH - 1);
		assert_int_equal(bulk.error, EFBIG);
		end(&bulk, bytes, limits[i]);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bulk_writes_what_it_is_given),
		cmocka_unit_test(test_bulk_writes_many_from_where_they_stand),
		cmocka_unit_test(test_bulk_leaves_the_page_cache_alone),
		cmocka_unit_test(test_bulk_keeps_the_first_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

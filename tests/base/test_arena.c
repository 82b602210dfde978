// What an arena hands out is zeroed, aligned, apart from the rest, and stays where it is.
#include "base/arena.h"

#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_arena_memory_is_zeroed_aligned_and_apart(void **state)
{
	(void)state;
	enum { COUNT = 2000 };
	struct arena *arena = arena_create();
	unsigned char *pieces[COUNT];
	size_t sizes[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		sizes[i] = i % 100 == 99 ? 100000 : (size_t)(hash64(1, i) % 300);
		pieces[i] = arena_alloc(arena, sizes[i]);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(pieces[i][k], 0);
		memset(pieces[i], (int)(i % 255) + 1, sizes[i]);
	}
	for (size_t i = 0; i < COUNT; i++)
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(pieces[i][k], i % 255 + 1);
	arena_destroy(arena);
	arena_destroy(NULL);
}

static void test_arena_counts_what_it_gave(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	assert_int_equal(arena_used_bytes(arena), 0);
	arena_alloc(arena, 1000);
	size_t used = arena_used_bytes(arena);
	assert_in_range(used, 1000, 1000 + sizeof(max_align_t));
	arena_alloc(arena, 200000);
	assert_in_range(arena_used_bytes(arena) - used, 200000, 200000 + sizeof(max_align_t));
	arena_destroy(arena);
}

static void test_arena_copies_and_prints(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	assert_string_equal(arena_copy(arena, "Breathe in.", 7), "Breathe");
	assert_string_equal(arena_copy(arena, "", 0), "");
	for (size_t length = 0; length < 100; length++) {
		char text[100] = {0};
		memset(text, 'a', length);
		const char *copy = arena_copy(arena, text, length), *printed = arena_printf(arena, "%s", text);
		*(char *)arena_alloc(arena, 1) = 'x';
		assert_string_equal(copy, text);
		assert_string_equal(printed, text);
	}
	assert_string_equal(arena_printf(arena, "%s:%d", "a.yaml", 12), "a.yaml:12");
	char *text = arena_printf(arena, "%*d", 70000, 7);
	assert_int_equal(strlen(text), 70000);
	assert_int_equal(text[69999], '7');
	arena_destroy(arena);
}

static void test_arena_grow_keeps_items(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	int *items = NULL;
	size_t capacity = 0;
	for (size_t count = 0; count < 1000; count++) {
		const int *before = items;
		size_t had = capacity;
		items = arena_grow(arena, items, count, &capacity, sizeof *items);
		assert_true(capacity > count);
		if (count < had)
			assert_ptr_equal(items, before);
		items[count] = (int)count;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena_memory_is_zeroed_aligned_and_apart),
		cmocka_unit_test(test_arena_counts_what_it_gave),
		cmocka_unit_test(test_arena_copies_and_prints),
		cmocka_unit_test(test_arena_grow_keeps_items),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

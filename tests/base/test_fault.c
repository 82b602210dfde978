// Faults are kept once, in reading order, and say where.
#include "base/fault.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int set_up(void **state)
{
	*state = arena_create();
	return 0;
}

static int tear_down(void **state)
{
	arena_destroy(*state);
	return 0;
}

static void test_fault_text_has_the_place(void **state)
{
	struct fault_list list = fault_list_init(*state);
	struct place place = {.file = "a.yaml", .line = 3, .column = 7};
	fault_add(&list, &place, "`%s`: did you mean `%s`?", "strok", "stroke");
	assert_string_equal(fault_text(&list.items[0], *state), "a.yaml:3:7: `strok`: did you mean `stroke`?");
	struct fault line_only = {.place = {.file = "a.yaml", .line = 3}, .text = "x"};
	assert_string_equal(fault_text(&line_only, *state), "a.yaml:3: x");
	struct fault file_only = {.place = {.file = "a.yaml"}, .text = "x"};
	assert_string_equal(fault_text(&file_only, *state), "a.yaml: x");
}

static void test_fault_text_tells_the_chain_of_use(void **state)
{
	struct place outer = {.file = "evening.yaml", .line = 5, .column = 3};
	struct place inner = {.file = "temple.yaml", .line = 9, .column = 1, .from = &outer};
	struct fault fault = {.place = {.file = "circle.yaml", .line = 2, .column = 4, .from = &inner}, .text = "x"};
	assert_string_equal(fault_text(&fault, *state),
	                    "circle.yaml:2:4: x (used at temple.yaml:9:1) (used at evening.yaml:5:3)");
}

// Whatever a file is called.
static void test_fault_text_is_one_plain_line(void **state)
{
	struct fault fault = {.place = {.file = "a\n\x1b[2J\xc2\x9b\x7f\xc3\x9f\xe2\x80\x9c\xc2.yaml", .line = 1},
	                      .text = "x"};
	assert_string_equal(fault_text(&fault, *state), "a??[2J???\xc3\x9f\xe2\x80\x9c\xc2.yaml:1: x");
}

static void test_fault_is_kept_once(void **state)
{
	struct fault_list list = fault_list_init(*state);
	struct place first = {.file = "e", .line = 1, .column = 1}, second = {.file = "e", .line = 2, .column = 1};
	struct place place = {.file = "t", .line = 1, .column = 2};
	struct place by_first = {.file = "t", .line = 1, .column = 2, .from = &first};
	struct place by_second = {.file = "t", .line = 1, .column = 2, .from = &second};
	fault_add(&list, &place, "x");
	fault_add(&list, &place, "%s", "x");
	assert_int_equal(list.count, 1);
	fault_add(&list, &place, "y");
	assert_int_equal(list.count, 2);
	fault_add(&list, &by_first, "x");
	fault_add(&list, &by_second, "x");
	fault_add(&list, &by_first, "x");
	assert_int_equal(list.count, 4);
}

static void test_fault_list_sorts_by_file_line_and_column(void **state)
{
	static const struct place places[] = {
		{"b", 1, 1, NULL}, {"a", 10, 1, NULL}, {"a", 9, 5, NULL}, {"a", 9, 12, NULL}, {"a", 9, 4, NULL},
	};
	static const char *const wanted[] = {"a:9:4: x", "a:9:5: x", "a:9:12: x", "a:10:1: x", "b:1:1: x"};
	struct fault_list list = fault_list_init(*state);
	fault_list_sort(&list);
	for (size_t i = 0; i < 5; i++)
		fault_add(&list, &places[i], "x");
	fault_list_sort(&list);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(fault_text(&list.items[i], *state), wanted[i]);
}

static void test_fault_list_is_bounded(void **state)
{
	struct fault_list list = fault_list_init(*state);
	for (int i = 0; i < FAULTS_MOST + 100; i++) {
		struct place place = {.file = "a", .line = i + 1, .column = 1};
		fault_add(&list, &place, "x");
	}
	assert_int_equal(list.count, FAULTS_MOST);
	assert_int_equal(list.items[FAULTS_MOST - 1].place.line, FAULTS_MOST);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_fault_text_has_the_place),     TEST(test_fault_text_tells_the_chain_of_use),
		TEST(test_fault_text_is_one_plain_line), TEST(test_fault_list_sorts_by_file_line_and_column),
		TEST(test_fault_is_kept_once),           TEST(test_fault_list_sorts_by_file_line_and_column),
		TEST(test_fault_list_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// The tree keeps places; slips are told where a person looks for them; hostile text is refused.
#include "yaml/yaml.h"

#include "base/arena.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct read {
	struct arena *arena;
	struct fault_list faults;
	struct yaml_node *root;
};

static struct read read_bytes(const char *text, size_t length)
{
	struct read read = {.arena = arena_create()};
	read.faults = fault_list_init(read.arena);
	read.root = yaml_parse(read.arena, "f", NULL, text, length, &read.faults);
	return read;
}

static struct read read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static const char *fault_of(const struct read *read, size_t i)
{
	return i < read->faults.count ? fault_text(&read->faults.items[i], read->arena) : "(no fault)";
}

// The one fault of a text.
static void assert_fault(const char *text, size_t length, const char *expected)
{
	struct read read = read_bytes(text, length);
	assert_string_equal(fault_of(&read, 0), expected);
	assert_int_equal(read.faults.count, 1);
	arena_destroy(read.arena);
}

static void assert_place(const struct yaml_node *node, int line, int column)
{
	assert_non_null(node);
	assert_int_equal(node->place.line, line);
	assert_int_equal(node->place.column, column);
}

static void test_yaml_keeps_values_and_places(void **state)
{
	(void)state;
	struct read read =
		read_text("title: Süße Ruhe\nbreath: {in: 4s, out: '6s'}\nsteps:\n  - say: \"\"\n  - rest:\n");
	assert_int_equal(read.faults.count, 0);
	assert_int_equal(read.root->kind, YAML_MAP);
	assert_int_equal(read.root->count, 3);
	assert_string_equal(yaml_get(read.root, "title")->text, "Süße Ruhe");
	assert_place(yaml_get(read.root, "title"), 1, 8);
	assert_place(yaml_get(yaml_get(read.root, "breath"), "out"), 2, 23);
	assert_true(yaml_get(yaml_get(read.root, "breath"), "out")->quoted);
	struct yaml_node *steps = yaml_get(read.root, "steps");
	assert_int_equal(steps->kind, YAML_LIST);
	assert_int_equal(steps->count, 2);
	assert_place(steps->items[0]->keys[0], 4, 5);
	assert_true(yaml_get(steps->items[0], "say")->quoted);
	assert_false(yaml_get(steps->items[1], "rest")->quoted);
	assert_string_equal(yaml_get(steps->items[1], "rest")->text, "");
	assert_null(yaml_get(read.root, "voice"));
	arena_destroy(read.arena);
}

static void test_yaml_counts_columns_in_characters(void **state)
{
	(void)state;
	struct read read = read_text("{über: €€, x: y}");
	assert_place(read.root->keys[1], 1, 12);
	arena_destroy(read.arena);
}

static void test_yaml_takes_windows_text(void **state)
{
	(void)state;
	struct read read = read_text("\xef\xbb\xbftitle: x\r\nabout: y\r\n");
	assert_int_equal(read.faults.count, 0);
	assert_place(read.root->keys[0], 1, 1);
	assert_place(read.root->keys[1], 2, 1);
	assert_string_equal(yaml_get(read.root, "title")->text, "x");
	arena_destroy(read.arena);
}

static void test_yaml_keeps_what_stands_before_an_error(void **state)
{
	(void)state;
	struct read read = read_text("title: x\nsteps:\n  - say: a\n  - say: b: c\n  - say: d\n");
	assert_int_equal(read.faults.count, 1);
	assert_true(read.root->partial);
	assert_string_equal(yaml_get(read.root, "title")->text, "x");
	struct yaml_node *steps = yaml_get(read.root, "steps");
	assert_true(steps->partial);
	assert_false(steps->items[0]->partial);
	assert_string_equal(yaml_get(steps->items[0], "say")->text, "a");
	arena_destroy(read.arena);
}

static void test_yaml_names_the_use_that_led_here(void **state)
{
	(void)state;
	struct place from = {"main", 7, 3, NULL};
	struct read read = {.arena = arena_create()};
	read.faults = fault_list_init(read.arena);
	read.root = yaml_parse(read.arena, "f", &from, "a: 1\na: 2\n", 10, &read.faults);
	assert_string_equal(fault_of(&read, 0),
	                    "f:2:1: `a` is here twice, first in line 1; keep one of them (used at main:7:3)");
	assert_ptr_equal(yaml_get(read.root, "a")->place.from, &from);
	arena_destroy(read.arena);
}

static void test_yaml_finds_every_twin_and_keeps_the_first(void **state)
{
	(void)state;
	struct read read = read_text("b: 1\na: 2\nb: 3\nc: {x: 1, x: 2}\nb: 4\n");
	fault_list_sort(&read.faults);
	assert_int_equal(read.faults.count, 3);
	assert_string_equal(fault_of(&read, 0), "f:3:1: `b` is here twice, first in line 1; keep one of them");
	assert_string_equal(fault_of(&read, 1), "f:4:11: `x` is here twice, first in line 4; keep one of them");
	assert_string_equal(fault_of(&read, 2), "f:5:1: `b` is here twice, first in line 1; keep one of them");
	assert_int_equal(read.root->count, 3);
	assert_string_equal(yaml_get(read.root, "b")->text, "1");
	assert_string_equal(yaml_get(read.root, "c")->keys[0]->text, "x");
	arena_destroy(read.arena);
}

static const struct {
	const char *text, *fault;
} slips[] = {
	{"title: x\n\tabout: y\n", "f:2:1: a tab; indent with spaces"},
	{"steps:\n\t- say: x\n", "f:2:1: a tab; indent with spaces"},
	{"steps:\n  -\tsay: x\n", "f:2:4: a tab; indent with spaces"},
	{"title: x\nabout:Foo\nsteps:\n", "f:2:7: a blank is missing after the colon; write `about: Foo`"},
	{"- say:Lie down\n  rest: 6s\n", "f:1:7: a blank is missing after the colon; write `say: Lie down`"},
	{"- rest: 6s\n  say:Lie\n- rest: 2s\n", "f:2:7: a blank is missing after the colon; write `say: Lie`"},
	{"- say: Now: breathe\n", "f:1:11: a colon among words; put them in quotes: \"Now: breathe\""},
	{"say: Süß: breathe\n", "f:1:9: a colon among words; put them in quotes: \"Süß: breathe\""},
	{"breath: in: 4s\n", "f:1:11: two colons in one line; write {in: 4s}"},
	{"title: x\n  about: y\n", "f:2:3: this line stands too far in; begin it under the word that it belongs with"},
	{"- rest: 2s\n   say: y\n", "f:2:4: this line stands too far in; begin it under the word that it belongs with"},
	{"title x\nsteps:\n", "f:1:1: a colon is missing; write `title: x`"},
	{"title: x\nsteps\n  - say: x\n", "f:2:1: a colon is missing; write `steps:`"},
	{"title: x\nfor bedtime\nsteps:\n", "f:2:1: a colon is missing; write `for: bedtime`"},
	{"a:\n  - say: x\n - say: y\n",
         "f:3:2: this line is not in one column with those it belongs to; begin it under them"},
	{"a:\n  - say: x\n   - say: y\n",
         "f:3:4: this line begins in column 4; it belongs in column 3, under the dashes above"},
	{"a:\n  - rest: 2s\n   say: y\n",
         "f:3:4: this line begins in column 4; it belongs in column 5, under the word after the dash"},
	{"  title: x\nabout: y\n",
         "f:2:1: this line stands further out than the first one, or after an end mark; begin all in one column"},
	{"steps: - say: x\n",
         "f:1:8: a dash after a colon; begin a list on its own line, and put words that begin with a dash in quotes"},
	{"say: \"Lie down\n- x\n", "f:1:6: the quotes opened here are never closed; close them"},
	{"- say: \"Lie\n- say: \"Rest\"\n",
         "f:1:8: the quotes opened here are closed lines below; close them behind their words"},
	{"say: 'Don't worry'\n", "f:1:11: the words go on after the closing quote; put \"...\" around all of them"},
	{"say: \"a \\q\"\n", "f:1:9: a backslash means something else inside \"...\"; leave it out, or use '...'"},
	{"breath: {in: 4s, out: 6s\nbed: rain\n",
         "f:1:9: the `{` opened here is not closed, or a comma is missing; write {a: 1, b: 2}"},
	{"order: [voice, bed\n", "f:1:8: the `[` opened here is not closed, or a comma is missing; write [a, b]"},
	{"breath: {in: 4s out: 6s}\n",
         "f:1:17: a comma is missing before this; or put \"...\" around words that hold a colon"},
	{"cue: {say: Now {side}}\n", "f:1:16: a bracket among words; put \"...\" around all of the words"},
	{"say: {side} temple\n",
         "f:1:13: words after a closing bracket; put \"...\" around words that begin with a bracket"},
	{"a: b\n}\n", "f:2:1: a closing bracket that was never opened; take it out"},
	{"say: @home\n", "f:1:6: words that begin with `@` need quotes: \"...\""},
	{"say: %x\n", "f:1:6: words that begin with `%` need quotes: \"...\""},
	{"say: *gently*\n", "f:1:6: words that begin with `*` need quotes: \"...\""},
	{"say: & more\n", "f:1:6: words that begin with `&` need quotes: \"...\""},
	{"say: ? x\n", "f:1:6: words that begin with `?` need quotes: \"...\""},
	{"say: > x\n  y\n", "f:1:6: after `>` or `|` the words begin on the next line; or put \"...\" around them"},
	{"%YAML 3.0\n---\na: b\n", "f:1:1: a line cannot begin with `%`; take it out"},
	{"a: &x b\n", "f:1:4: `&` has no meaning here; put words that begin with it in quotes"},
	{"a: *x\n", "f:1:4: `*` has no meaning here; put words that begin with it in quotes"},
	{"a: !x b\n", "f:1:4: `!` has no meaning here; put words that begin with it in quotes"},
	{"a: \"x\\0y\"\n", "f:1:4: the quoted words hold a NUL byte; a routine is plain text"},
	{"a: \"x\\e[2J\"\n", "f:1:4: the quoted words hold a control character, which nobody can see; delete it"},
	{"[a]: b\n", "f:1:1: a word is missing before the colon; such as say: or rest:"},
	{": b\n", "f:1:1: a word is missing before the colon; such as say: or rest:"},
	{"a: b\n---\nc: d\n", "f:2:1: a second document begins here; put it in a file of its own"},
	{"", "f:1:1: the file is empty; see FORMAT.md for a first routine"},
	{"# only this\n", "f:1:1: the file is empty; see FORMAT.md for a first routine"},
	{"a: b\nc: \xff\n", "f:2:4: bytes that are not UTF-8; save the file as UTF-8 text"},
	{"é: \xed\xa0\x80\n", "f:1:4: bytes that are not UTF-8; save the file as UTF-8 text"},
	{"a: \xc0\xaf\n", "f:1:4: bytes that are not UTF-8; save the file as UTF-8 text"},
	{"a: b\x1b[2J\n", "f:1:5: a control character, which nobody can see; delete it"},
	{"a: b\xe2\x80\xa8\n", "f:1:5: a hidden line end; delete it and press Enter"},
	{"a: \xef\xbb\xbf\n", "f:1:4: a hidden mark (a byte order mark); delete it"},
};

static void test_yaml_tells_slips_where_they_are(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
		assert_fault(slips[i].text, strlen(slips[i].text), slips[i].fault);
}

static void test_yaml_refuses_nul_bytes(void **state)
{
	(void)state;
	assert_fault("a: b\r\nc: \0d\n", 12, "f:2:4: a NUL byte; a routine is plain text");
}

static void test_yaml_refuses_large_files(void **state)
{
	(void)state;
	size_t length = YAML_MOST_BYTES + 1;
	char *text = memory_alloc(length);
	memset(text, '#', length);
	assert_fault(text, length, "f: the file is larger than 1 MiB; such files are small");
	assert_fault(text, length - 1, "f:1:1: the file is empty; see FORMAT.md for a first routine");
	free(text);
}

static char *repeated(const char *piece, size_t count, size_t *length)
{
	size_t size = strlen(piece);
	char *text = memory_alloc(count * size + 1);
	for (size_t i = 0; i < count; i++)
		memcpy(text + i * size, piece, size);
	*length = count * size;
	return text;
}

static void test_yaml_refuses_deep_nesting(void **state)
{
	(void)state;
	size_t length;
	char *text = repeated("[", 200000, &length);
	assert_fault(text, length, "f:1:33: nested too deeply; 32 levels are the most");
	assert_fault(text, 33, "f:1:33: nested too deeply; 32 levels are the most");
	free(text);
	text = repeated("{a: ", 200000, &length);
	assert_fault(text, length, "f:1:129: nested too deeply; 32 levels are the most");
	free(text);
	text = repeated("- ", 200000, &length);
	assert_fault(text, length, "f:1:65: nested too deeply; 32 levels are the most");
	free(text);
}

static void test_yaml_takes_the_deepest_nesting(void **state)
{
	(void)state;
	struct read read = read_text("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
	assert_int_equal(read.faults.count, 0);
	arena_destroy(read.arena);
}

static void test_yaml_refuses_many_events(void **state)
{
	(void)state;
	size_t length;
	char *text = repeated("- a\n", 150000, &length);
	// The stream's, the document's and the list's beginnings come before the first item.
	assert_fault(text, length, "f:99998:3: too many values in one file; it may hold 100000");
	free(text);
}

static void test_yaml_follows_no_alias(void **state)
{
	(void)state;
	struct read read = read_text("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n");
	assert_int_equal(read.faults.count, 9);
	assert_int_equal(read.root->count, 4);
	assert_int_equal(yaml_get(read.root, "d")->count, 2);
	arena_destroy(read.arena);
}

static void test_yaml_sorts_many_keys_for_twins(void **state)
{
	(void)state;
	enum { KEYS = 49000 };
	char *text = memory_alloc(KEYS * 9 + 16);
	size_t length = 0;
	for (int i = 0; i < KEYS; i++)
		length += (size_t)sprintf(text + length, "k%05d:\n", i);
	length += (size_t)sprintf(text + length, "k00007:\n");
	assert_fault(text, length, "f:49001:1: `k00007` is here twice, first in line 8; keep one of them");
	free(text);
}

static void test_yaml_bounds_what_it_says(void **state)
{
	(void)state;
	size_t length;
	char *long_key = repeated("k", 90000, &length);
	char *text = memory_printf("{\"%s\": 1, \"%s\": 2}", long_key, long_key);
	struct read read = read_text(text);
	assert_int_equal(read.faults.count, 1);
	assert_true(strlen(fault_of(&read, 0)) < 200);
	arena_destroy(read.arena);
	free(text);
	free(long_key);
}

static void test_yaml_nearest_word(void **state)
{
	(void)state;
	static const char *const known[] = {"say", "rest", "breathe", "stroke", "per-breath", "sides", NULL};
	assert_string_equal(yaml_nearest("strok", known), "stroke");
	assert_string_equal(yaml_nearest("sya", known), "say");
	assert_string_equal(yaml_nearest("Say", known), "say");
	assert_string_equal(yaml_nearest("per_breath", known), "per-breath");
	assert_string_equal(yaml_nearest("braethe", known), "breathe");
	assert_string_equal(yaml_nearest("side", known), "sides");
	assert_null(yaml_nearest("foo", known));
	assert_null(yaml_nearest("", known));
	assert_null(yaml_nearest("rain", known));
	size_t length;
	char *text = repeated("stroke", 5000, &length);
	assert_null(yaml_nearest(text, known));
	free(text);
}

static void test_yaml_clips_whole_characters(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	assert_string_equal(yaml_clip(arena, "a\nb"), "a b");
	assert_string_equal(yaml_clip(arena, ""), "");
	assert_string_equal(yaml_clip(arena, "€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€"),
	                    "€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€");
	assert_string_equal(yaml_clip(arena, "€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€"),
	                    "€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€...");
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yaml_keeps_values_and_places),
		cmocka_unit_test(test_yaml_counts_columns_in_characters),
		cmocka_unit_test(test_yaml_takes_windows_text),
		cmocka_unit_test(test_yaml_keeps_what_stands_before_an_error),
		cmocka_unit_test(test_yaml_names_the_use_that_led_here),
		cmocka_unit_test(test_yaml_finds_every_twin_and_keeps_the_first),
		cmocka_unit_test(test_yaml_tells_slips_where_they_are),
		cmocka_unit_test(test_yaml_refuses_nul_bytes),
		cmocka_unit_test(test_yaml_refuses_large_files),
		cmocka_unit_test(test_yaml_refuses_deep_nesting),
		cmocka_unit_test(test_yaml_takes_the_deepest_nesting),
		cmocka_unit_test(test_yaml_refuses_many_events),
		cmocka_unit_test(test_yaml_follows_no_alias),
		cmocka_unit_test(test_yaml_sorts_many_keys_for_twins),
		cmocka_unit_test(test_yaml_bounds_what_it_says),
		cmocka_unit_test(test_yaml_nearest_word),
		cmocka_unit_test(test_yaml_clips_whole_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

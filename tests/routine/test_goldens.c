// Every tests/routine/bad/*.bad.yaml has its faults, exact to line and column, in *.faults beside it; every
// tests/routine/good/*.yaml has none. UPDATE_GOLDENS=1 writes the faults anew, to be read before they are committed.
#include "routine/routine.h"

#include "base/arena.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glob.h>

#include <cmocka.h>

struct found {
	char *text; // the faults, one a line
	size_t count;
};

static struct found load(const char *path, const struct routine_request *request)
{
	struct found found = {memory_copy_text(""), 0};
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct routine *routine;
	routine_load(&routine, path, request, &faults);
	assert_true(routine ? routine->partial == (faults.count > 0) : faults.count > 0);
	fault_list_sort(&faults);
	for (size_t i = 0; i < faults.count; i++) {
		char *longer = memory_printf("%s%s\n", found.text, fault_text(&faults.items[i], arena));
		free(found.text);
		found.text = longer;
	}
	found.count = faults.count;
	routine_destroy(routine);
	arena_destroy(arena);
	return found;
}

static char *read_whole(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = memory_alloc(1 << 16);
	if (file) {
		text[fread(text, 1, (1 << 16) - 1, file)] = '\0';
		fclose(file);
	}
	return text;
}

static void write_whole(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

// Prints the lines that only one of the two has.
static void print_missing(const char *sign, const char *lines, const char *in)
{
	while (*lines) {
		int length = (int)strcspn(lines, "\n");
		char *line = memory_printf("%.*s\n", length, lines);
		if (!strstr(in, line))
			print_message("%s %s", sign, line);
		free(line);
		lines += length + (lines[length] == '\n');
	}
}

static bool same(const char *path, const char *expected, const char *found)
{
	if (strcmp(expected, found) == 0)
		return true;
	print_message("%s:\n", path);
	print_missing("-", expected, found);
	print_missing("+", found, expected);
	return false;
}

static size_t check_bad(const char *path, bool *equal)
{
	const struct routine_request sore = {.sore = true};
	struct found found = load(path, NULL), found_sore = load(path, &sore);
	char *golden = memory_printf("%.*s.faults", (int)(strlen(path) - strlen(".bad.yaml")), path);
	if (getenv("UPDATE_GOLDENS"))
		write_whole(golden, found.text);
	char *expected = read_whole(golden);
	*equal &= same(path, expected, found.text);
	*equal &= same(path, found.text, found_sore.text); // both ways are read in any case
	size_t count = found.count;
	free(found_sore.text);
	free(expected);
	free(golden);
	free(found.text);
	return count;
}

static void test_routine_faults_are_exact(void **state)
{
	(void)state;
	glob_t paths;
	bool equal = true;
	size_t count = 0;
	assert_int_equal(chdir(TESTS_DIR "/routine/bad"), 0);
	assert_int_equal(glob("*.bad.yaml", 0, NULL, &paths), 0);
	for (size_t i = 0; i < paths.gl_pathc; i++)
		count += check_bad(paths.gl_pathv[i], &equal);
	globfree(&paths);
	assert_true(equal);
	assert_true(count >= 60);
}

static void test_routine_good_files_have_no_faults(void **state)
{
	(void)state;
	glob_t paths;
	assert_int_equal(chdir(TESTS_DIR "/routine/good"), 0);
	assert_int_equal(glob("*.yaml", 0, NULL, &paths), 0);
	for (size_t i = 0; i < paths.gl_pathc; i++) {
		for (int sore = 0; sore < 2; sore++) {
			const struct routine_request request = {.sore = sore == 1};
			struct found found = load(paths.gl_pathv[i], &request);
			assert_string_equal(found.text, "");
			free(found.text);
		}
	}
	globfree(&paths);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_routine_faults_are_exact),
		cmocka_unit_test(test_routine_good_files_have_no_faults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

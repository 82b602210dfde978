// CSV, row by row: RFC 4180, its kin, and its bounds.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "diary/csv.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void assert_rows(const char *text, const char *should)
{
	struct csv *csv = memory_alloc(sizeof *csv);
	char got[1000] = "";
	FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	csv_begin(csv, in);
	while (csv_next(csv)) {
		snprintf(got + strlen(got), sizeof got - strlen(got), "%d:", csv->line);
		for (int i = 0; i < csv->count; i++)
			snprintf(got + strlen(got), sizeof got - strlen(got), "<%s>", csv->cells[i]);
	}
	fclose(in);
	assert_null(csv->wrong);
	assert_string_equal(got, should);
	free(csv);
}

static void test_csv_reads_rows(void **state)
{
	(void)state;
	assert_rows("a,b\nc,d\n", "1:<a><b>2:<c><d>");
	assert_rows("a,b\r\nc,d", "1:<a><b>2:<c><d>");
	assert_rows("\xef\xbb\xbf"
	            "a;b,c\n1;2\n",
	            "1:<a><b,c>2:<1><2>");
	assert_rows("a\tb;c\n", "1:<a><b;c>");
	assert_rows("\"a,x\";b\n", "1:<a,x><b>");
	assert_rows(",\n\n\r\n,,\n", "1:<><>4:<><><>");
	assert_rows("\"\"\"a\"\"\",\"\"\n\"b\r\nc\nd\",e\nf,g\n", "1:<\"a\"><>2:<b\r\nc\nd><e>5:<f><g>");
	assert_rows("a,b\rc\n", "1:<a><b\rc>");
	assert_rows("alone\n", "1:<alone>");
	assert_rows("\"quoted\"", "1:<quoted>");
}

// Rows at their bounds, by a stream that never ends.
static ssize_t endless(void *context, char *bytes, size_t count)
{
	memset(bytes, *(const char *)context, count);
	return (ssize_t)count;
}

static void test_csv_is_bounded(void **state)
{
	(void)state;
	static const char *const wrongs[][2] = {
		{"x", "this row is longer than 65535 bytes; is a quote open?"},
		{",", "this row has more than 200 cells"},
		{"", "there is a zero byte here; this is no CSV file"},
	};
	struct csv *csv = memory_alloc(sizeof *csv);
	for (size_t i = 0; i < 3; i++) {
		FILE *in = fopencookie((void *)(uintptr_t)wrongs[i][0], "r", (cookie_io_functions_t){.read = endless});
		csv_begin(csv, in);
		assert_false(csv_next(csv));
		assert_string_equal(csv->wrong, wrongs[i][1]);
		assert_false(csv_next(csv)); // and no further
		fclose(in);
	}
	free(csv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv_reads_rows),
		cmocka_unit_test(test_csv_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// FORMAT.md and the schema know every word that the reader knows, and the examples of FORMAT.md are right.
//
// An example with `stillroom:` is a whole file; when its first line is a note with a file's name, it is written there,
// so that other examples can use it. One that begins with a dash is a list of steps, any other a part of the head.
#include "routine/format.h"

#include "base/arena.h"
#include "base/memory.h"
#include "sound/texture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char *read_whole(const char *path, size_t *length)
{
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	char *text = memory_alloc(1 << 17);
	*length = fread(text, 1, (1 << 17) - 1, file);
	fclose(file);
	return text;
}

static void write_whole(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static const struct {
	const char *definition;
	const struct vocabulary *vocabulary;
} definitions[] = {
	{"routine", &routine_vocabulary},
	{"technique", &technique_vocabulary},
	{"breath", &breath_vocabulary},
	{"bed", &bed_vocabulary},
	{"bed-change", &bed_change_vocabulary},
	{"end", &end_vocabulary},
	{"stroke", &stroke_vocabulary},
	{"pace", &pace_vocabulary},
	{"cue", &cue_vocabulary},
	{"parameter", &parameter_vocabulary},
};

static const struct {
	const char *definition, *word;
	const char *const *names;
} choices[] = {
	{"routine", "for", moment_names},
	{"breath", "sound", breath_sounds},
	{"bed", "as", bed_modes},
	{"bed-change", "as", bed_modes},
	{"bed", "level", value_level_words},
	{"end", "order", end_lanes},
	{"stroke", "shape", stroke_shapes},
	{"stroke", "side", step_side_names},
	{"step", "side", step_side_names},
	{"stroke", "direction", stroke_directions},
	{"step", "sides", sides_names},
	{"technique", "area", technique_areas},
	{"technique", "pressure", pressure_names},
};

// The first value of that key anywhere below, references followed.
static const struct yaml_node *find_below(const struct yaml_node *root, const struct yaml_node *node, const char *key)
{
	const struct yaml_node *found = NULL;
	if (node->kind == YAML_MAP) {
		const struct yaml_node *reference = yaml_get(node, "$ref");
		found = yaml_get(node, key);
		if (!found && reference)
			return find_below(
				root, yaml_get(yaml_get(root, "definitions"), strrchr(reference->text, '/') + 1), key);
	}
	for (size_t i = 0; i < node->count && !found; i++)
		found = find_below(root, node->items[i], key);
	return found;
}

static bool among(const struct vocabulary *vocabulary, const char *name)
{
	for (const struct word *word = vocabulary->words; word->name; word++)
		if (strcmp(word->name, name) == 0)
			return true;
	return false;
}

static struct yaml_node *read_schema(struct arena *arena)
{
	size_t length;
	char *text = read_whole(SOURCE_DIR "/routines/routine.schema.json", &length);
	struct fault_list faults = fault_list_init(arena);
	struct yaml_node *root = yaml_parse(arena, "schema", NULL, text, length, &faults); // JSON is YAML
	assert_int_equal(faults.count, 0);
	free(text);
	return root;
}

static const struct yaml_node *properties_of(const struct yaml_node *root, const char *definition)
{
	const struct yaml_node *node = yaml_get(yaml_get(root, "definitions"), definition);
	assert_non_null(node);
	return find_below(root, node, "properties");
}

static void test_schema_has_the_words_of_the_reader_and_no_others(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	struct yaml_node *root = read_schema(arena);
	for (size_t i = 0; i < sizeof definitions / sizeof *definitions; i++) {
		const struct yaml_node *properties = properties_of(root, definitions[i].definition);
		size_t count = 0;
		for (const struct word *word = definitions[i].vocabulary->words; word->name; word++, count++)
			if (!yaml_get(properties, word->name))
				fail_msg("the schema's %s lacks %s", definitions[i].definition, word->name);
		for (size_t k = 0; k < properties->count; k++)
			if (!among(definitions[i].vocabulary, properties->keys[k]->text))
				fail_msg("the schema's %s has %s", definitions[i].definition,
				         properties->keys[k]->text);
		assert_int_equal(properties->count, count);
	}
	const struct yaml_node *steps = properties_of(root, "step");
	size_t count = 0;
	for (; step_words[count]; count++)
		if (!yaml_get(steps, step_words[count]))
			fail_msg("the schema's step lacks %s", step_words[count]);
	assert_int_equal(steps->count, count);
	arena_destroy(arena);
}

static void test_schema_has_the_values_of_the_reader(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	struct yaml_node *root = read_schema(arena);
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
		const struct yaml_node *property =
			yaml_get(properties_of(root, choices[i].definition), choices[i].word);
		const struct yaml_node *values = find_below(root, property, "enum");
		assert_non_null(values);
		size_t count = 0;
		for (; choices[i].names[count]; count++)
			if (count >= values->count || strcmp(values->items[count]->text, choices[i].names[count]) != 0)
				fail_msg("the schema's %s of %s lacks %s", choices[i].word, choices[i].definition,
				         choices[i].names[count]);
		assert_int_equal(values->count, count);
	}
	arena_destroy(arena);
}

static void assert_told(const char *document, const char *word)
{
	char *marked = memory_printf("`%s`", word);
	if (!strstr(document, marked))
		fail_msg("FORMAT.md says nothing of %s", marked);
	free(marked);
}

static void test_format_page_tells_every_word(void **state)
{
	(void)state;
	size_t length;
	char *document = read_whole(SOURCE_DIR "/routines/FORMAT.md", &length);
	for (size_t i = 0; i < sizeof definitions / sizeof *definitions; i++)
		for (const struct word *word = definitions[i].vocabulary->words; word->name; word++)
			assert_told(document, word->name);
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
		for (size_t k = 0; choices[i].names[k]; k++)
			assert_told(document, choices[i].names[k]);
	for (size_t i = 0; step_words[i]; i++)
		assert_told(document, step_words[i]);
	for (size_t i = 0; texture_names[i]; i++)
		assert_told(document, texture_names[i]);
	free(document);
}

static const char *indented(struct arena *arena, const char *block)
{
	const char *text = "";
	while (*block) {
		int length = (int)strcspn(block, "\n");
		text = arena_printf(arena, "%s  %.*s\n", text, length, block);
		block += length + (block[length] == '\n');
	}
	return text;
}

static const char *whole_file(struct arena *arena, const char *block)
{
	const char *title = strstr(block, "title:") ? "" : "title: Example\n";
	if (strstr(block, "stillroom:"))
		return block;
	if (*block == '-')
		return arena_printf(arena, "stillroom: 1\n%ssteps:\n%s", title, indented(arena, block));
	return arena_printf(arena, "stillroom: 1\n%s%ssteps:\n  - rest: 6s\n", title, block);
}

// `# techniques/brow-sweep.yaml` in the first line; else a name of its own.
static const char *file_name(struct arena *arena, const char *block, int number)
{
	int length = (int)strcspn(block, "\n");
	if (strncmp(block, "# ", 2) == 0 && length > 7 && memcmp(block + length - 5, ".yaml", 5) == 0)
		return arena_printf(arena, "%.*s", length - 2, block + 2);
	return arena_printf(arena, "example%d.yaml", number);
}

// Calls for each block of FORMAT.md; returns how many there are.
static int for_each_block(struct arena *arena, void (*act)(const char *name, const char *text))
{
	size_t length;
	char *document = read_whole(SOURCE_DIR "/routines/FORMAT.md", &length);
	int count = 0;
	for (char *at = document; (at = strstr(at, "```yaml\n")) != NULL; count++) {
		at += strlen("```yaml\n");
		char *end = strstr(at, "```");
		assert_non_null(end);
		const char *block = arena_copy(arena, at, (size_t)(end - at));
		act(file_name(arena, block, count), whole_file(arena, block));
		at = end + 3;
	}
	free(document);
	return count;
}

static void load_block(const char *name, const char *text)
{
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct routine *routine;
	routine_load(&routine, name, NULL, &faults);
	for (size_t i = 0; i < faults.count; i++)
		print_message("%s\n%s", fault_text(&faults.items[i], arena), text);
	assert_int_equal(faults.count, 0);
	assert_true(routine->step_count > 0);
	routine_destroy(routine);
	arena_destroy(arena);
}

static void test_format_page_examples_are_right(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	char folder[] = "/tmp/stillroom-format-XXXXXX";
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(mkdir("techniques", 0700), 0);
	assert_int_equal(mkdir("sounds", 0700), 0);
	write_whole("sounds/garden.flac", "");
	int count = for_each_block(arena, write_whole);
	assert_int_equal(for_each_block(arena, load_block), count);
	assert_true(count >= 20);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(system(arena_printf(arena, "rm -r %s", folder)), 0);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schema_has_the_words_of_the_reader_and_no_others),
		cmocka_unit_test(test_schema_has_the_values_of_the_reader),
		cmocka_unit_test(test_format_page_tells_every_word),
		cmocka_unit_test(test_format_page_examples_are_right),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

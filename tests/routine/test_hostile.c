// A stranger's routine wastes a bounded time and memory, and reads no file outside its folder. Nothing here is timed: what
// is not bounded would not end, or would not fit.
#include "routine/routine.h"

#include "base/arena.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define HEAD "stillroom: 1\ntitle: T\n"

static void write_bytes(const char *path, const char *text, size_t length)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	fclose(file);
}

static void write_text(const char *path, const char *text)
{
	write_bytes(path, text, strlen(text));
}

// Each test runs in a folder of its own: outer/inner, with a file to steal in outer.
static int enter_folder(void **state)
{
	char *outer = memory_copy_text("/tmp/stillroom-hostile-XXXXXX");
	assert_non_null(mkdtemp(outer));
	assert_int_equal(chdir(outer), 0);
	write_text("secret.yaml", "stillroom: 1\ntechnique: Secret\narea: whole\nsteps: [{rest: 6s}]\n");
	write_text("secret.wav", "secret");
	assert_int_equal(mkdir("inner", 0700), 0);
	assert_int_equal(mkdir("inner/techniques", 0700), 0);
	assert_int_equal(chdir("inner"), 0);
	*state = outer;
	return 0;
}

static int leave_folder(void **state)
{
	char *command = memory_printf("rm -r %s", (char *)*state);
	int status = chdir("/") || system(command);
	free(command);
	free(*state);
	return status;
}

// All faults of a text, one a line.
static char *faults_of(const char *text, size_t length)
{
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct routine *routine;
	routine_load_text(&routine, "t.yaml", text, length, NULL, &faults);
	char *all = memory_copy_text("");
	for (size_t i = 0; i < faults.count && i < 20; i++) {
		char *longer = memory_printf("%s%s\n", all, fault_text(&faults.items[i], arena));
		free(all);
		all = longer;
	}
	assert_true(routine ? routine->partial == (faults.count > 0) : faults.count > 0);
	routine_destroy(routine);
	arena_destroy(arena);
	return all;
}

static void assert_faults(const char *text, const char *expected)
{
	char *faults = faults_of(text, strlen(text));
	assert_string_equal(faults, expected);
	free(faults);
}

static void assert_says(const char *text, size_t length, const char *part)
{
	char *faults = faults_of(text, length);
	if (!strstr(faults, part))
		fail_msg("no \"%s\" in:\n%s", part, faults);
	free(faults);
}

static void test_hostile_text_is_refused(void **state)
{
	(void)state;
	size_t length = 200000;
	char *text = memory_alloc(length + 1);
	memset(text, '[', length);
	assert_faults(text, "t.yaml:1:33: nested too deeply; 32 levels are the most\n");
	memset(text, '{', length);
	assert_says(text, length, "nested too deeply");
	memset(text, 'a', length);
	assert_says(text, length, "this is no routine");
	free(text);
	assert_says(HEAD "\0steps: []", sizeof HEAD + 9, "t.yaml:3:1: a NUL byte");
	assert_faults(HEAD "about: \xc3(\n", "t.yaml:3:8: bytes that are not UTF-8; save the file as UTF-8 text\n");
	assert_faults("\xff\xfe"
	              "s",
	              "t.yaml:1:1: bytes that are not UTF-8; save the file as UTF-8 text\n");
}

static void test_hostile_file_that_is_too_large(void **state)
{
	(void)state;
	size_t length = (1 << 20) + 1;
	char *text = memory_alloc(length);
	memset(text, ' ', length);
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct routine *routine;
	write_bytes("big.yaml", text, length);
	assert_int_not_equal(routine_load(&routine, "big.yaml", NULL, &faults), STATUS_OK);
	assert_null(routine);
	assert_int_equal(faults.count, 1);
	assert_non_null(strstr(faults.items[0].text, "larger than 1 MiB"));
	arena_destroy(arena);
	write_bytes("techniques/big.yaml", text, length);
	assert_says(HEAD "steps: [{use: techniques/big}]", sizeof HEAD + 29, "`techniques/big.yaml`: it is larger");
	free(text);
}

static void test_hostile_aliases(void **state)
{
	(void)state;
	static const char bomb[] = HEAD "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\n"
					"c: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\nsteps: *d\n";
	assert_says(bomb, sizeof bomb - 1, "t.yaml:4:8: `*` has no meaning here");
}

static void test_hostile_repeats(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	const char *step = "{rest: 0.1s}";
	for (int i = 0; i < 13; i++)
		step = arena_printf(arena, "{repeat: 1000, steps: [%s]}", step);
	char *faults = faults_of(arena_printf(arena, HEAD "steps: [%s]", step), strlen(step) + strlen(HEAD) + 9);
	assert_non_null(strstr(faults, "more than 200000 steps come together here"));
	assert_ptr_equal(strchr(faults, '\n'), faults + strlen(faults) - 1); // told once
	free(faults);
	arena_destroy(arena);
}

static void test_hostile_repeats_without_a_length(void **state)
{
	(void)state;
	assert_faults(HEAD "steps: [{repeat: 1000, steps: [{repeat: 201, steps: [{part: A}]}]}]",
	              "t.yaml:3:10: more than 200000 steps come together here; repeat less\n");
	assert_faults(HEAD "steps: [{repeat: 1000, steps: [{repeat: 200, steps: [{part: A}]}]}]", "");
}

static void test_hostile_lengths(void **state)
{
	(void)state;
	assert_faults(HEAD "steps: [{repeat: 1000, steps: [{rest: 24h}]}]",
	              "t.yaml:3:10: more than 24 hours come together here; make it shorter\n");
	assert_faults(HEAD "steps: [{rest: 24h}, {rest: 0.1s}]",
	              "t.yaml:3:23: more than 24 hours come together here; make it shorter\n");
	assert_faults(HEAD "steps: [{rest: 24h}]", "");
}

// Each level doubles: 14 nested `sides` in each of 16 techniques would be 2^224 steps.
static void test_hostile_sides_in_techniques(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	for (int k = 0; k < 16; k++) {
		const char *step = k == 15 ? "{rest: 0.1s}" : arena_printf(arena, "{use: techniques/t%d}", k + 1);
		for (int i = 0; i < 14; i++)
			step = arena_printf(arena, "{sides: [left, right], steps: [%s]}", step);
		write_text(arena_printf(arena, "techniques/t%d.yaml", k),
		           arena_printf(arena, "stillroom: 1\ntechnique: T\narea: whole\nsteps: [%s]\n", step));
	}
	static const char text[] = HEAD "steps: [{use: techniques/t0}]";
	assert_says(text, sizeof text - 1, "the routine grows to more than 200000 steps here");
	arena_destroy(arena);
}

// The same with a fault inside: it is told once, not 2^14 times.
static void test_hostile_sides_around_a_fault(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	const char *step = "{rest: 6}";
	for (int i = 0; i < 14; i++)
		step = arena_printf(arena, "{sides: [left, right], steps: [%s]}", step);
	char *faults = faults_of(arena_printf(arena, HEAD "steps: [%s]", step), strlen(step) + strlen(HEAD) + 9);
	assert_non_null(strstr(faults, "a length needs a unit"));
	assert_ptr_equal(strchr(faults, '\n'), faults + strlen(faults) - 1);
	free(faults);
	arena_destroy(arena);
}

// What is skipped has its price too: the steps of a `when` that does not hold, and the words that it names.
static void test_hostile_steps_that_are_skipped(void **state)
{
	(void)state;
	static const char head[] = HEAD "with: {p: {default: a, one-of: [a, b]}}\nsteps: ";
	struct arena *arena = arena_create();
	const char *step = "{part: A}", *when = "b";
	for (int i = 0; i < 30; i++)
		step = arena_printf(arena, "%s, {part: A}", step);
	for (int i = 0; i < 600; i++)
		when = arena_printf(arena, "%s, b", when);
	when = arena_printf(arena, "{when: {p: [%s]}, steps: [{rest: 1s}]}", when);
	for (int i = 0; i < 13; i++) {
		step = arena_printf(arena, "{sides: [left, right], steps: [%s]}", step);
		when = arena_printf(arena, "{sides: [left, right], steps: [%s]}", when);
	}
	const char *text = arena_printf(arena, "%s[{rest: 1s}, {when: {p: b}, steps: [%s]}]", head, step);
	assert_says(text, strlen(text), "the routine grows to more than 200000 steps here");
	text = arena_printf(arena, "%s[{rest: 1s}, %s]", head, when);
	assert_says(text, strlen(text), "the routine grows too large here");
	arena_destroy(arena);
}

// Long words, filled in again and again.
static void test_hostile_words(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	char *long_word = arena_alloc(arena, 999);
	memset(long_word, 'a', 998);
	write_text("techniques/long.yaml", "stillroom: 1\ntechnique: L\narea: whole\nwith: {w: b}\n"
	                                   "steps: [{say: \"{w}{w}{w}{w}{w}{w}{w}{w}{w}{w}{w}{w}\"}]\n");
	const char *text = arena_printf(arena, HEAD "steps: [{use: techniques/long, with: {w: %s}}]", long_word);
	assert_says(text, strlen(text), "longer than 1000 letters with its {names} filled in");
	char *said = arena_alloc(arena, 500001);
	memset(said, '{', 500000);
	text = arena_printf(arena, HEAD "steps: [{say: \"%s\"}, {rest: \"%s\"}]", said, said);
	assert_says(text, strlen(text), "longer than 1000 letters");
	arena_destroy(arena);
}

static void test_hostile_many_files(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	const char *steps = "";
	for (int i = 0; i < 70; i++) {
		write_text(arena_printf(arena, "techniques/m%d.yaml", i),
		           "stillroom: 1\ntechnique: M\narea: whole\nsteps: [{rest: 1s}]\n");
		steps = arena_printf(arena, "%s  - use: techniques/m%d\n", steps, i);
	}
	const char *text = arena_printf(arena, HEAD "steps:\n%s", steps);
	assert_says(text, strlen(text), "t.yaml:68:10: more than 64 different techniques");
	arena_destroy(arena);
}

static void test_hostile_many_wrong_words(void **state)
{
	(void)state;
	char *text = memory_alloc(1 << 20);
	size_t length = (size_t)sprintf(text, HEAD "steps:\n");
	for (int i = 0; i < 45000; i++)
		length += (size_t)sprintf(text + length, "  - w%d: x\n", i);
	assert_says(text, length, "`w0` is not a word of a step");
	free(text);
}

static void test_hostile_cycles(void **state)
{
	(void)state;
	write_text("techniques/me.yaml", "stillroom: 1\ntechnique: M\narea: whole\nsteps: [{use: techniques/me}]\n");
	assert_faults(
		HEAD "steps: [{use: techniques/me}]",
		"techniques/me.yaml:4:15: `techniques/me` would use itself (t -> techniques/me -> techniques/me); "
		"take one `use` out (used at t.yaml:3:10)\n");
}

static void test_hostile_depth(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	for (int i = 1; i <= 17; i++)
		write_text(arena_printf(arena, "techniques/d%d.yaml", i),
		           arena_printf(arena, "stillroom: 1\ntechnique: D\narea: whole\nsteps: [{%s}]\n",
		                        i == 17 ? "rest: 1s" : arena_printf(arena, "use: techniques/d%d", i + 1)));
	static const char deep[] = HEAD "steps: [{use: techniques/d1}]", fits[] = HEAD "steps: [{use: techniques/d2}]";
	assert_says(deep, sizeof deep - 1,
	            "techniques/d16.yaml:4:15: techniques use each other more than 16 deep (t -> "
	            "techniques/d1 -> techniques/d2 -> ");
	assert_says(deep, sizeof deep - 1, "(used at techniques/d15.yaml:4:10)");
	assert_faults(fits, "");
	arena_destroy(arena);
}

static void assert_refused(const char *use, const char *why)
{
	struct arena *arena = arena_create();
	const char *text = arena_printf(arena, HEAD "steps: [{use: %s}]", use);
	assert_says(text, strlen(text), why);
	text = arena_printf(arena, HEAD "bed: %s.wav\nsteps: [{rest: 6s}]", use);
	assert_says(text, strlen(text), why);
	arena_destroy(arena);
}

static void test_hostile_names(void **state)
{
	(void)state;
	write_text("here.wav", "x");
	assert_refused("../secret", "leads out of the routine's folder");
	assert_refused("techniques/../../secret", "leads out of the routine's folder");
	assert_refused("/etc/passwd", "leads out of the routine's folder");
	assert_refused("~/secret", "leads out of the routine's folder");
	assert_refused("C:/secret", "leads out of the routine's folder");
	assert_refused("..\\secret", "has a backslash");
	assert_refused("./here", "is no file's name");
	assert_refused("techniques//here", "is no file's name");
	assert_refused("nothing", "is neither beside the routine nor in the library");
}

static void link_to(const char *target, const char *name)
{
	assert_int_equal(symlink(target, name), 0);
}

static void test_hostile_links(void **state)
{
	(void)state;
	link_to("../secret.yaml", "file.yaml");
	link_to("../secret.wav", "file.wav");
	assert_refused("file", "it leads out of its folder");
	link_to("..", "up");
	assert_refused("up/secret", "it leads out of its folder");
	link_to("/etc/passwd", "absolute.yaml");
	link_to("/etc/passwd", "absolute.wav");
	assert_refused("absolute", "it leads out of its folder");
	link_to("/proc/self/environ", "proc.yaml");
	link_to("/proc/self/environ", "proc.wav");
	assert_refused("proc", "it leads out of its folder");
	link_to("/proc/self/cwd", "magic");
	assert_refused("magic/secret", "it leads out of its folder");
}

// What is outside is not even named.
static void test_hostile_names_nothing_behind_a_link(void **state)
{
	(void)state;
	assert_int_equal(rmdir("techniques"), 0);
	link_to("..", "techniques");
	link_to("..", "sounds");
	assert_refused("secert", "check its name");
	assert_int_equal(rename("../secret.yaml", "secret.yaml"), 0);
	assert_int_equal(rename("../secret.wav", "secret.wav"), 0);
	assert_refused("secert", "did you mean `secret");
}

// A link that leads out is refused, not passed over for the library's file of that name.
static void test_hostile_link_before_the_library(void **state)
{
	(void)state;
	static const char *const paths[] = {TESTS_DIR "/routine/good", NULL};
	const struct routine_request request = {.libraries = paths};
	static const char text[] = HEAD "steps: [{use: techniques/plain}]";
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct routine *routine;
	assert_int_equal(routine_load_text(&routine, "t.yaml", text, sizeof text - 1, &request, &faults), STATUS_OK);
	routine_destroy(routine);
	link_to("../../secret.yaml", "techniques/plain.yaml");
	assert_int_equal(routine_load_text(&routine, "t.yaml", text, sizeof text - 1, &request, &faults),
	                 STATUS_FAULTY);
	assert_non_null(strstr(faults.items[0].text, "it leads out of its folder"));
	routine_destroy(routine);
	arena_destroy(arena);
}

static void test_hostile_kinds_of_file(void **state)
{
	(void)state;
	assert_int_equal(mkfifo("fifo.yaml", 0600), 0); // opening it would wait for ever
	assert_int_equal(mkfifo("fifo.wav", 0600), 0);
	assert_refused("fifo", "it is not a regular file");
	assert_int_equal(mkdir("folder.yaml", 0700), 0);
	assert_int_equal(mkdir("folder.wav", 0700), 0);
	assert_refused("folder", "it is a folder, not a file");
}

// A key that goes on over many lines is one line wherever it is told again.
static void test_hostile_parameter_names(void **state)
{
	(void)state;
	static const char text[] = HEAD "with:\n  {? \"two\n\n\n\n  lines\" : 2m}\nsteps: [{rest: 6s}]\n";
	const struct routine_argument argument = {"tool", "ball"};
	const struct routine_request request = {.arguments = &argument, .argument_count = 1};
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct routine *routine;
	routine_load_text(&routine, "t.yaml", text, strlen(text), &request, &faults);
	assert_int_equal(faults.count, 2);
	for (size_t i = 0; i < faults.count; i++)
		assert_null(strchr(fault_text(&faults.items[i], arena), '\n'));
	routine_destroy(routine);
	arena_destroy(arena);
}

static void test_hostile_main_file(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	struct fault_list faults = fault_list_init(arena);
	struct routine *routine;
	assert_int_equal(mkfifo("fifo.yaml", 0600), 0);
	assert_int_not_equal(routine_load(&routine, "fifo.yaml", NULL, &faults), STATUS_OK);
	assert_int_not_equal(routine_load(&routine, "/dev/zero", NULL, &faults), STATUS_OK);
	assert_int_not_equal(routine_load(&routine, "techniques", NULL, &faults), STATUS_OK);
	assert_int_not_equal(routine_load(&routine, "techniques/", NULL, &faults), STATUS_OK);
	link_to("../secret.yaml", "link.yaml");
	assert_int_not_equal(routine_load(&routine, "link.yaml", NULL, &faults), STATUS_OK);
	assert_null(routine);
	assert_int_equal(faults.count, 5);
	arena_destroy(arena);
}

#define HOSTILE(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOSTILE(test_hostile_text_is_refused),
		HOSTILE(test_hostile_file_that_is_too_large),
		HOSTILE(test_hostile_aliases),
		HOSTILE(test_hostile_repeats),
		HOSTILE(test_hostile_repeats_without_a_length),
		HOSTILE(test_hostile_lengths),
		HOSTILE(test_hostile_sides_in_techniques),
		HOSTILE(test_hostile_sides_around_a_fault),
		HOSTILE(test_hostile_steps_that_are_skipped),
		HOSTILE(test_hostile_words),
		HOSTILE(test_hostile_many_files),
		HOSTILE(test_hostile_many_wrong_words),
		HOSTILE(test_hostile_cycles),
		HOSTILE(test_hostile_depth),
		HOSTILE(test_hostile_names),
		HOSTILE(test_hostile_links),
		HOSTILE(test_hostile_names_nothing_behind_a_link),
		HOSTILE(test_hostile_link_before_the_library),
		HOSTILE(test_hostile_kinds_of_file),
		HOSTILE(test_hostile_parameter_names),
		HOSTILE(test_hostile_main_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

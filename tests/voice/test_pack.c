// A manifest is read with all its faults; lines are found by their words.
#include "voice/pack.h"

#include "pack_kit.h"
#include "voice/words.h"
#include "yaml/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#define LINE(text, file) "  - {text: \"" text "\", file: " file ", lufs: -23.0, peak: -12.5}\n"

static void assert_folds(const char *words, const char *folded)
{
	struct arena *arena = arena_create();
	assert_string_equal(pack_fold(arena, words), folded);
	arena_destroy(arena);
}

static void test_pack_folds_case_signs_and_spacing(void **state)
{
	(void)state;
	assert_folds("Lie down, or sit with your head supported.", "lie down or sit with your head supported");
	assert_folds("  \t Breathe\nin...  ", "breathe in");
	assert_folds("", "");
	assert_folds(" .,!? - ", "");
	assert_folds("Don't  hurry", "dont hurry");
	assert_folds("Don\u2019t hurry \u2014 rest\u2026", "dont hurry rest");
	assert_folds("the masseurs' hands", "the masseurs hands");
	assert_folds("\u201cRest\u201d\u00a0now", "rest now");
	assert_folds("re-lax; 30\u00a0s", "re lax 30 s");
	assert_folds("a_b*c", "a b c");
	assert_folds("mas\u00adsage", "massage"); // soft hyphen
}

static void test_pack_folds_letters_of_other_scripts(void **state)
{
	(void)state;
	assert_folds("\u00dcBER \u00c4pfel \u00df \u00d7 \u00f7", "\u00fcber \u00e4pfel \u00df");
	assert_folds("\u0160\u010cO\u017d\u0178 \u0100\u012e\u0139\u0147\u014a\u0176\u0179",
	             "\u0161\u010do\u017e\u00ff \u0101\u012f\u013a\u0148\u014b\u0177\u017a");
	assert_folds("\u0391\u03a9 \u0386\u0388\u038c\u038e\u038f", "\u03b1\u03c9 \u03ac\u03ad\u03cc\u03cd\u03ce");
	assert_folds("\u041f\u0440\u0418 \u0401\u0419", "\u043f\u0440\u0438 \u0451\u0439");
	assert_folds("\u00ab\u606f\u3092\u3001\u5410\u3044\u3066\u3002\u00bb", "\u606f\u3092 \u5410\u3044\u3066");
	assert_folds("\U0001f600rest", "rest");
	assert_folds("\u0130\u0131", "i\u0131");
}

static void test_pack_folds_broken_bytes_to_spaces(void **state)
{
	(void)state;
	assert_folds("a\x80"
	             "b",
	             "a b");
	assert_folds("a\xc3", "a");
	assert_folds("a\xe2\x80", "a");
	assert_folds("a\xf0\x9f\x98"
	             "b",
	             "a b");
	assert_folds("\xff\xfe x", "x");
	for (int first = 0x80; first < 0x100; first++)
		for (int second = 1; second < 0x100; second++) {
			char words[] = {'a', (char)first, (char)second, 'b', 'c', 'd', 0}, folded[8];
			struct arena *arena = arena_create();
			snprintf(folded, sizeof folded, "%s", pack_fold(arena, words));
			assert_true(strlen(folded) < sizeof words);
			assert_string_equal(pack_fold(arena, folded), folded);
			arena_destroy(arena);
		}
}

static void test_pack_keeps_what_the_manifest_says(void **state)
{
	(void)state;
	struct kit kit = kit_init();
	assert_int_equal(kit_open(&kit, "stillroom-voice: 1\nname: en-x\nlanguage: en\nspeaker: \"A: b\"\n"
	                                "licence: CC0-1.0\nmade: by hand\nlines:\n"
	                                "  - text: Two words.\n    file: two.flac\n    lufs: -22.5\n    peak: +0.25\n"
	                                "  - text: A word.\n    file: sub/a.opus\n    lufs: -30\n    peak: -3.\n"),
	                 STATUS_OK);
	const struct pack *pack = kit.pack;
	assert_string_equal(pack->name, "en-x");
	assert_string_equal(pack->language, "en");
	assert_string_equal(pack->speaker, "A: b");
	assert_string_equal(pack->licence, "CC0-1.0");
	assert_string_equal(pack->made, "by hand");
	assert_int_equal(pack->line_count, 2);
	const struct pack_line *first = &pack->lines[0], *second = &pack->lines[1];
	assert_string_equal(first->text, "A word.");
	assert_string_equal(first->folded, "a word");
	assert_string_equal(first->file, "sub/a.opus");
	assert_true(first->lufs == -30.0 && first->peak_db == -3.0);
	assert_int_equal(first->place.line, 12);
	assert_int_equal(first->place.column, 5);
	assert_string_equal(second->text, "Two words.");
	assert_true(second->lufs == -22.5 && second->peak_db == 0.25);
	kit_finish(&kit);
}

static void test_pack_finds_lines_by_their_words(void **state)
{
	(void)state;
	struct kit kit = kit_init();
	assert_int_equal(kit_open(&kit, KIT_HEAD LINE("Breathe in.", "a") LINE("Breathe out.", "b")
	                                        LINE("Don't press hard.", "c") LINE("One.", "d")),
	                 STATUS_OK);
	assert_string_equal(pack_find(kit.pack, "breathe IN")->file, "a");
	assert_string_equal(pack_find(kit.pack, "\u201cBreathe\u2026  out!\u201d")->file, "b");
	assert_string_equal(pack_find(kit.pack, "Don\u2019t press hard")->file, "c");
	assert_string_equal(pack_find(kit.pack, "one")->file, "d");
	assert_null(pack_find(kit.pack, "breathe"));
	assert_null(pack_find(kit.pack, "breathe in in"));
	assert_null(pack_find(kit.pack, ""));
	assert_null(pack_find(kit.pack, "..."));
	kit_finish(&kit);
}

static void test_pack_names_the_nearest_line(void **state)
{
	(void)state;
	struct kit kit = kit_init();
	assert_int_equal(kit_open(&kit, KIT_HEAD LINE("Breathe in.", "a") LINE("Breathe out.", "b")
	                                        LINE("Now your left temple. Small, slow circles.", "c")
	                                                LINE("Now your right temple. Small, slow circles.", "d")),
	                 STATUS_OK);
	assert_string_equal(pack_nearest(kit.pack, "Breath in.")->file, "a");
	assert_string_equal(pack_nearest(kit.pack, "Breathe oud")->file, "b");
	assert_string_equal(pack_nearest(kit.pack, "Now your right temple. Slow circles.")->file, "d");
	assert_string_equal(pack_nearest(kit.pack, "now the left temple: small slow circles")->file, "c");
	assert_string_equal(pack_nearest(kit.pack, "breathe in")->file, "a");
	assert_null(pack_nearest(kit.pack, "Rest."));
	assert_null(pack_nearest(kit.pack, "Lie down, or sit with your head supported."));
	assert_null(pack_nearest(kit.pack, ""));
	kit_finish(&kit);
}

static void test_words_distance_counts_letters(void **state)
{
	(void)state;
	assert_int_equal(words_distance("abcdefghi", "abcdefghi", 0), 0);
	assert_int_equal(words_distance("abcdefghi", "xbcyefzhi", 3), 3);
	assert_int_equal(words_distance("abcdefghi", "xbcyefzhi", 2), 3);
	assert_int_equal(words_distance("abcdefghi", "bcdefghij", 9), 2);
	assert_int_equal(words_distance("abc", "", 9), 3);
	assert_int_equal(words_distance("", "abcdef", 5), 6);
	assert_int_equal(words_distance("kitten", "sitting", 5), 3);
}

static void check_faults(const char *manifest, const char *faults)
{
	struct kit kit = kit_init();
	enum status status = kit_open(&kit, manifest);
	assert_string_equal(kit_faults(&kit), faults);
	assert_int_equal(status, *faults ? STATUS_FAULTY : STATUS_OK);
	assert_non_null(kit.pack);
	kit_finish(&kit);
}

static void test_pack_tells_all_faults_at_once(void **state)
{
	(void)state;
	check_faults("stillroom-voice: 2\n"
	             "nam: x\n"
	             "language: [en]\n"
	             "colour: blue\n"
	             "lines:\n"
	             "  - text: One.\n"
	             "    fil: a\n"
	             "    lufs: loud\n"
	             "    peak: -99\n"
	             "  - just words\n"
	             "  - text: \"...\"\n"
	             "    file:\n"
	             "    lufs: -23,0\n"
	             "  - {text: One, file: b, lufs: 1, peak: 1e3}\n",
	             "pack.yaml:1:1: the pack has no `name`\n"
	             "pack.yaml:1:18: this stillroom reads voice packs of version 1 only\n"
	             "pack.yaml:2:1: `nam` is not known here; did you mean `name`?\n"
	             "pack.yaml:3:11: `language` needs a text on the same line\n"
	             "pack.yaml:4:1: `colour` is not known here; a voice pack has name, language, speaker, licence, "
	             "made and lines\n"
	             "pack.yaml:6:5: the line has no `file`; it names the recording\n"
	             "pack.yaml:7:5: `fil` is not known here; did you mean `file`?\n"
	             "pack.yaml:8:11: `lufs` needs a plain number (LUFS), such as -23.0\n"
	             "pack.yaml:9:11: `peak` lies outside -60 to 3 dBTP; measure the recording again\n"
	             "pack.yaml:10:5: a line needs text, file, lufs and peak\n"
	             "pack.yaml:11:5: the line has no `peak`; measure the recording, for example peak: -23.0\n"
	             "pack.yaml:11:11: the `text` has no words\n"
	             "pack.yaml:12:10: `file` needs a text on the same line\n"
	             "pack.yaml:13:11: `lufs` needs a plain number (LUFS), such as -23.0\n"
	             "pack.yaml:14:5: the same words are in line 6 already; keep one of the two\n"
	             "pack.yaml:14:32: `lufs` lies outside -60 to 0 LUFS; measure the recording again\n"
	             "pack.yaml:14:41: `peak` needs a plain number (dBTP), such as -23.0\n");
}

static void test_pack_refuses_what_is_no_pack(void **state)
{
	(void)state;
	check_faults("title: Evening\n",
	             "pack.yaml:1:1: this is not a voice pack; one begins with `stillroom-voice: 1`\n");
	check_faults("- a\n- b\n", "pack.yaml:1:1: this is not a voice pack; one begins with `stillroom-voice: 1`\n");
	check_faults("stillroom-voice: 1\nname: x\nlanguage: en\nlines: none\n",
	             "pack.yaml:4:8: `lines` needs a list: each line begins with `- text:`\n");
	check_faults(KIT_HEAD LINE("One.", "a"), "");
}

static void test_pack_numbers_are_plain(void **state)
{
	(void)state;
	static const char *const bad[] = {"nan", "-inf", "0x10",  "1e1", "--3",
	                                  "-",   "3 dB", "1.2.3", ".5",  "-00000000000000000001.0"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char manifest[200];
		struct kit kit = kit_init();
		snprintf(manifest, sizeof manifest, KIT_HEAD "  - {text: One., file: a, lufs: -23, peak: \"%s\"}\n",
		         bad[i]);
		assert_int_equal(kit_open(&kit, manifest), STATUS_FAULTY);
		assert_string_equal(kit_faults(&kit),
		                    "pack.yaml:5:44: `peak` needs a plain number (dBTP), such as -23.0\n");
		kit_finish(&kit);
	}
}

static void test_pack_that_is_not_there(void **state)
{
	(void)state;
	struct kit kit = kit_init();
	assert_int_equal(pack_open(&kit.pack, "/nowhere/voices/x", &kit.faults), STATUS_NOT_FOUND);
	assert_null(kit.pack);
	assert_string_equal(kit_faults(&kit), "/nowhere/voices/x: there is no such voice pack\n");
	kit.faults.count = 0;
	assert_int_equal(pack_open(&kit.pack, kit.dir, &kit.faults), STATUS_FAULTY);
	assert_string_equal(kit_faults(&kit), "pack.yaml: there is no such file\n");
	pack_destroy(kit.pack);
	char path[300];
	kit_path(&kit, "pack.yaml", path);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	kit.faults.count = 0;
	assert_int_equal(pack_open(&kit.pack, kit.dir, &kit.faults), STATUS_FAULTY);
	assert_string_equal(kit_faults(&kit), "pack.yaml: it leads out of its folder\n");
	kit_finish(&kit);
}

// As many lines as a manifest can hold.
static void test_pack_holds_thousands_of_lines(void **state)
{
	(void)state;
	enum { LINES = 9900 };
	struct kit kit = kit_init();
	char *manifest = malloc(YAML_MOST_BYTES), *at = manifest;
	at += sprintf(at, KIT_HEAD);
	for (int i = 0; i < LINES; i++)
		at += sprintf(at, "  - {text: Number %d and more words., file: %d.flac, lufs: -23.0, peak: -12.5}\n", i,
		              i);
	assert_int_equal(kit_open(&kit, manifest), STATUS_OK);
	free(manifest);
	assert_int_equal(kit.pack->line_count, LINES);
	for (int i = 0; i < LINES; i++) {
		char words[60], file[60];
		snprintf(words, sizeof words, "number %d and more words", i);
		snprintf(file, sizeof file, "%d.flac", i);
		assert_string_equal(pack_find(kit.pack, words)->file, file);
	}
	assert_string_equal(pack_nearest(kit.pack, "Number 5000 and more word.")->file, "5000.flac");
	kit_finish(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pack_folds_case_signs_and_spacing),
		cmocka_unit_test(test_pack_folds_letters_of_other_scripts),
		cmocka_unit_test(test_pack_folds_broken_bytes_to_spaces),
		cmocka_unit_test(test_pack_keeps_what_the_manifest_says),
		cmocka_unit_test(test_pack_finds_lines_by_their_words),
		cmocka_unit_test(test_pack_names_the_nearest_line),
		cmocka_unit_test(test_words_distance_counts_letters),
		cmocka_unit_test(test_pack_tells_all_faults_at_once),
		cmocka_unit_test(test_pack_refuses_what_is_no_pack),
		cmocka_unit_test(test_pack_numbers_are_plain),
		cmocka_unit_test(test_pack_that_is_not_there),
		cmocka_unit_test(test_pack_holds_thousands_of_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

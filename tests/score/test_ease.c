// Sessions with less in them: what is left is where it was.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/frames.h"
#include "score/score.h"
#include "word_pack.h"

#define STEPS                                                                                                          \
	"bed: rain\n"                                                                                                  \
	"steps:\n"                                                                                                     \
	"  - part: Temples\n"                                                                                          \
	"  - say: Now the temples.\n"                                                                                  \
	"  - stroke: {shape: circle, per-breath: 2, for: 3 breaths}\n"                                                 \
	"  - part: Too short\n"                                                                                        \
	"  - part: Jaw\n"                                                                                              \
	"  - bed: {level: faint}\n"                                                                                    \
	"  - breathe: 4 breaths\n"                                                                                     \
	"  - part: Not in the pack\n"                                                                                  \
	"  - hold: 20s\n"                                                                                              \
	"    count: 5s\n"                                                                                              \
	"  - part: Short end\n"                                                                                        \
	"  - rest: 0.2s\n"                                                                                             \
	"end: {fade: 30s, order: [voice, tones, bed]}\n"

struct made {
	char dir[64];
	struct arena *arena;
	struct fault_list faults;
	struct routine *routine;
	struct pack *pack;
	struct score *score;
};

static int make(void **state)
{
	static const char text[] = "stillroom: 1\ntitle: Ease\n" STEPS;
	static const char *const names[] = {"Temples.", "Too short.", "Jaw.", "Short end."};
	struct made *made = calloc(1, sizeof *made);
	*state = made;
	made->arena = arena_create();
	made->faults = fault_list_init(made->arena);
	routine_load_text(&made->routine, "/tmp/ease.yaml", text, strlen(text), NULL, &made->faults);
	const char **spoken;
	size_t count = score_lines(made->routine, made->arena, &spoken), all = count + 4;
	const char **lines = arena_alloc(made->arena, all * sizeof *lines);
	memcpy(lines, spoken, count * sizeof *lines);
	memcpy(lines + count, names, sizeof names);
	word_pack_make(made->dir, lines, all);
	pack_open(&made->pack, made->dir, &made->faults);
	return score_create(&made->score, made->routine, made->pack, &made->faults) == STATUS_OK ? 0 : -1;
}

static int unmake(void **state)
{
	struct made *made = *state;
	score_destroy(made->score);
	pack_destroy(made->pack);
	routine_destroy(made->routine);
	arena_destroy(made->arena);
	word_pack_remove(made->dir);
	free(made);
	return 0;
}

static int count_lane(const struct score *score, enum lane lane)
{
	int count = 0;
	for (size_t i = 0; i < score->event_count; i++)
		count += score->events[i].lane == lane;
	return count;
}

// The events of a lane, one a line; score_print without the others.
static char *lane_text(const struct score *score, const char *lane)
{
	char *all = NULL, *text = calloc(1, 1 << 20);
	size_t size = 0;
	FILE *out = open_memstream(&all, &size);
	score_print(score, out);
	fclose(out);
	for (char *line = strtok(all, "\n"); line; line = strtok(NULL, "\n"))
		if (strncmp(line + 20, lane, strlen(lane)) == 0)
			strcat(strcat(text, line), "\n");
	free(all);
	return text;
}

static void assert_same_lane(const struct score *a, const struct score *b, const char *lane)
{
	char *left = lane_text(a, lane), *right = lane_text(b, lane);
	assert_true(*left != '\0');
	assert_string_equal(left, right);
	free(left);
	free(right);
}

static struct score *eased_of(const struct made *made, enum score_ease ease)
{
	struct score *eased;
	score_ease(&eased, made->score, ease);
	assert_int_equal(eased->frames, made->score->frames);
	assert_same_lane(eased, made->score, "mark");
	assert_same_lane(eased, made->score, "breath");
	assert_same_lane(eased, made->score, "fade");
	assert_same_lane(eased, made->score, "session");
	assert_int_equal(eased->dark, ease != EASE_NONE);
	return eased;
}

static void test_ease_dark_has_everything(void **state)
{
	for (int ease = EASE_NONE; ease <= EASE_DARK; ease++) {
		const struct made *made = *state;
		struct score *eased = eased_of(made, (enum score_ease)ease);
		assert_same_lane(eased, made->score, "voice");
		assert_same_lane(eased, made->score, "stroke");
		assert_same_lane(eased, made->score, "bed");
		assert_int_equal(eased->word_count, made->score->word_count);
		assert_memory_equal(eased->words, made->score->words, eased->word_count * sizeof *eased->words);
		score_destroy(eased);
	}
}

static void test_ease_names_speaks_names_alone(void **state)
{
	const struct made *made = *state;
	struct score *eased = eased_of(made, EASE_NAMES);
	assert_same_lane(eased, made->score, "stroke");
	assert_same_lane(eased, made->score, "bed");
	char *voice = lane_text(eased, "voice");
	// the first after the lead-in of 8 s, the other after 2.2 s of words and 3 breaths; too short and not in the
	// pack are not spoken
	assert_string_equal(voice, "   384000    408000 voice   \"Temples.\"\n"
	                           "  1876800   1900800 voice   \"Jaw.\"\n");
	free(voice);
	assert_int_equal(eased->word_count, 2);
	assert_int_equal(eased->words[1].begin, 1876800);
	score_destroy(eased);
}

static void test_ease_breath_is_the_breath_alone(void **state)
{
	const struct made *made = *state;
	struct score *eased = eased_of(made, EASE_BREATH);
	assert_int_equal(count_lane(eased, LANE_VOICE), 0);
	assert_int_equal(count_lane(eased, LANE_STROKE), 0);
	assert_int_equal(count_lane(eased, LANE_BED), 0);
	assert_int_equal(eased->bed_count, 0);
	assert_int_equal(eased->word_count, 0);
	score_destroy(eased);
}

// The sanitizers would tell what it borrows.
static void test_ease_outlives_its_score(void **state)
{
	struct made *made = *state;
	struct score *eased = eased_of(made, EASE_NAMES), *again;
	score_destroy(made->score);
	made->score = NULL;
	char *voice = lane_text(eased, "voice");
	assert_non_null(strstr(voice, "Jaw"));
	free(voice);
	score_ease(&again, eased, EASE_BREATH);
	assert_int_equal(score_part_count(again), score_part_count(eased));
	score_destroy(again);
	score_destroy(eased);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_ease_dark_has_everything, make, unmake),
		cmocka_unit_test_setup_teardown(test_ease_names_speaks_names_alone, make, unmake),
		cmocka_unit_test_setup_teardown(test_ease_breath_is_the_breath_alone, make, unmake),
		cmocka_unit_test_setup_teardown(test_ease_outlives_its_score, make, unmake),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// Whether what is said stands in the lists that packs are made from. Include after cmocka.h.
#ifndef TEST_CLI_LISTED_H
#define TEST_CLI_LISTED_H

#include "session/dialogue.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *lists;

static int read_lists(void **state)
{
	(void)state;
	static const char *const names[] = {SOURCE_DIR "/voices/program-lines.txt",
	                                    SOURCE_DIR "/voices/common-lines.txt"};
	size_t length = 0;
	lists = calloc(1, 1 << 20);
	for (int i = 0; i < 2; i++) {
		FILE *file = fopen(names[i], "r");
		assert_non_null(file);
		lists[length++] = '\n';
		length += fread(lists + length, 1, (1 << 19) - 2, file);
		fclose(file);
	}
	return 0;
}

static int free_lists(void **state)
{
	(void)state;
	free(lists);
	return 0;
}

// Lists have whole lines: "One." for the number one.
static void assert_listed(const char *line)
{
	char wanted[300];
	snprintf(wanted, sizeof wanted, "\n%s\n", line);
	if (strstr(lists, wanted))
		return;
	snprintf(wanted, sizeof wanted, "\n%c%s.\n", toupper((unsigned char)line[0]), line + 1);
	if (!islower((unsigned char)line[0]) || !strstr(lists, wanted))
		fail_msg("\"%s\" is in no list of voices/", line);
}

static void assert_all_listed(const char *const *lines)
{
	for (; lines && *lines; lines++)
		assert_listed(*lines);
}

// By playing it through: what is asked, each choice's name, and what other keys are answered with.
static void assert_table_listed(const struct dialogue_table *table)
{
	static const struct wish keys[] = {{VERB_ESCAPE, 0}, {VERB_DIGIT, 7}, {VERB_OTHER, 0}, {VERB_DIGIT, 1},
	                                   {VERB_DIGIT, 2},  {VERB_DIGIT, 0}, {VERB_HELP, 0}};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct dialogue d = dialogue_init(table, 0.0);
		for (int event = DIALOGUE_OPENED; event <= DIALOGUE_WISH; event++) {
			struct dialogue_effects effects = dialogue_step(
				&d, &(struct dialogue_event){.kind = event, .wish = keys[i], .now_sec = event});
			for (int k = 0; k < effects.say_count; k++)
				assert_listed(effects.say[k]);
		}
	}
	assert_all_listed(table->lines);
	assert_all_listed(table->last);
}

#endif

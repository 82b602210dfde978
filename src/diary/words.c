#include "diary/words.h"

#include <string.h>

const char *const diary_when_words[] = {"before", "after", "later", NULL};
const char *const diary_fate_words[] = {"done", "skipped", "not tonight", NULL};
const char *const diary_ending_words[] = {"to the end", "stopped", "fell asleep", "broken off", NULL};
const char *const diary_side_words[] = {"left", "right", "both", NULL};
const char *const diary_pressure_words[] = {"feather", "light", "medium", "firm", NULL};
const char *const diary_moment_words[] = {"attack", "first-sign", "after", "daily", "bedtime", NULL};
const char *const diary_compare_words[] = {"breath", "hands", NULL};
const char *const diary_medication_words[] = {"triptan", "opioid", "combination", "ergotamine",
                                              "simple",  "other",  NULL};

const char *diary_ending_word(enum diary_ending ending)
{
	return diary_ending_words[ending];
}

enum diary_ending diary_ending_of(const char *word)
{
	int ending = 0;
	while (word && ending < DIARY_UNTOLD && strcmp(diary_ending_words[ending], word) != 0)
		ending++;
	return word ? (enum diary_ending)ending : DIARY_UNTOLD;
}

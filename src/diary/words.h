// The words that the diary's tables and its export hold. Any thread; nothing changes.
#ifndef DIARY_WORDS_H
#define DIARY_WORDS_H

#include "diary/diary.h"

#define DIARY_LEAST_HEARD_SEC 60.0 // a session to count as done

// Each ends with NULL.
extern const char *const diary_when_words[];   // by enum diary_when
extern const char *const diary_fate_words[];   // by enum diary_fate
extern const char *const diary_ending_words[]; // by enum diary_ending; DIARY_UNTOLD has none
extern const char *const diary_side_words[], *const diary_pressure_words[], *const diary_moment_words[];
extern const char *const diary_compare_words[], *const diary_medication_words[];

const char *diary_ending_word(enum diary_ending ending); // NULL: DIARY_UNTOLD
enum diary_ending diary_ending_of(const char *word);     // NULL: DIARY_UNTOLD

#endif

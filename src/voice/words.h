// Words folded and compared. Any thread.
#ifndef VOICE_WORDS_H
#define VOICE_WORDS_H

#include <stddef.h>

// Folds `words` into `out`, which needs strlen(words) + 1 bytes: folding never makes them longer. See pack_fold.
void words_fold(const char *words, char *out);

// How many letters (bytes) to add, take or change to get from one to the other; `most` + 1 when it is more than `most`.
int words_distance(const char *a, const char *b, int most);

#endif

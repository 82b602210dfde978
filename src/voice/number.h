// Numbers as they are spoken. Any thread.
#ifndef VOICE_NUMBER_H
#define VOICE_NUMBER_H

enum { NUMBER_BYTES = 40 };

// 0 to 999 in words: "zero", "twenty-one", "one hundred and five". Others are held to that range.
void number_words(int number, char words[NUMBER_BYTES]);

#endif

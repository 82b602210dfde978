#include "voice/number.h"

#include <stdio.h>

static const char *const ones[] = {"zero",     "one",     "two",     "three",     "four",     "five",    "six",
                                   "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
                                   "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const tens[] = {"",      "",      "twenty",  "thirty", "forty",
                                   "fifty", "sixty", "seventy", "eighty", "ninety"};

static const char *below_hundred(int number, char words[NUMBER_BYTES])
{
	if (number < 20)
		return ones[number];
	if (number % 10 == 0)
		return tens[number / 10];
	snprintf(words, NUMBER_BYTES, "%s-%s", tens[number / 10], ones[number % 10]);
	return words;
}

void number_words(int number, char words[NUMBER_BYTES])
{
	char rest[NUMBER_BYTES];
	number = number < 0 ? 0 : number > 999 ? 999 : number;
	if (number < 100)
		snprintf(words, NUMBER_BYTES, "%s", below_hundred(number, rest));
	else if (number % 100 == 0)
		snprintf(words, NUMBER_BYTES, "%s hundred", ones[number / 100]);
	else
		snprintf(words, NUMBER_BYTES, "%s hundred and %s", ones[number / 100],
		         below_hundred(number % 100, rest));
}

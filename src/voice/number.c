#include "voice/number.h"

#include <stdio.h>

static const char *const ones[] = {"zero",     "one",     "two",     "three",     "four",     "five",    "six",
                                   "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
                                   "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const tens[] = {"",      "",      "twenty",  "thirty", "forty",
                                   "fifty", "sixty", "seventy", "eighty", "ninety"};

static void below_hundred(int number, char *words, size_t bytes)
{
	if (number < 20)
		snprintf(words, bytes, "%s", ones[number]);
	else
		snprintf(words, bytes, "%s%s%s", tens[number / 10], number % 10 ? "-" : "",
		         number % 10 ? ones[number % 10] : "");
}

void number_words(int number, char words[NUMBER_BYTES])
{
	size_t used = 0;
	number = number < 0 ? 0 : number > 999 ? 999 : number;
	if (number >= 100)
		used = (size_t)snprintf(words, NUMBER_BYTES, "%s hundred%s", ones[number / 100],
		                        number % 100 ? " and " : "");
	if (number < 100 || number % 100)
		below_hundred(number % 100, words + used, NUMBER_BYTES - used);
}

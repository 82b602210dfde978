// Numbers that say how sure they are. Pure functions, any thread.
//
// Ratings and their changes are whole numbers, so a tally of them is all that is needed, however many there are.
#ifndef REPORT_HONEST_H
#define REPORT_HONEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HONEST_LEAST = 8,        // fewer pairs (or attacks) than this are "not enough yet"
	HONEST_MOST_VALUE = 9,   // values lie in -9 to 9
	HONEST_EXACT_MOST = 100, // nights; with more the permutation test draws
	HONEST_MOST_DRAWS = 20000,
};

struct tally {
	size_t of[2 * HONEST_MOST_VALUE + 1]; // of value v at v + HONEST_MOST_VALUE
	size_t count;
};

void tally_add(struct tally *tally, int value);
double honest_mean(const struct tally *tally); // NAN: there is none

// A median and the interval that holds the true one in at least 95 of 100 such diaries. NAN: too few for it.
struct spread {
	double median, low, high;
};

struct spread honest_spread(const struct tally *tally);

// Which value from each end bounds that interval, 1 being the outermost; 0: too few.
size_t honest_rank(size_t count);

// How often a difference of means at least as large as that of a and b would come by the draw alone.
struct permutation {
	double p;     // NAN: one of them is empty
	double error; // of p, one standard error; 0 when it is exact
	size_t draws; // 0 when it is exact
};

struct permutation honest_permutation(const struct tally *a, const struct tally *b);

#endif

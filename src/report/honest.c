// The interval of a median: order statistics by the binomial distribution, which is the sign test turned round
// (W. J. Conover, Practical Nonparametric Statistics, 3rd ed. 1999, section 3.2). It supposes no shape; with ties it holds
// at least what it says.
//
// The permutation test: every way of dealing the nights' changes to the two kinds was as likely as the one that was drawn
// (R. A. Fisher 1935; E. S. Edgington, Randomization Tests). Two-sided: as far from what is expected, on either side. All
// ways are counted by number and sum where they can be (Streitberg and Roehmel 1986, the shift algorithm); otherwise some
// are drawn, and the one that happened counts as one of them (Phipson and Smyth 2010).
#include "report/honest.h"

#include "base/hash.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

#define TAIL 0.025 // on each side

enum {
	SEED = 20, // of the draws: the same diary gives the same number
	LEAST_DRAWS = 1000,
	MOST_STEPS = 40000000, // of all draws together
};

void tally_add(struct tally *tally, int value)
{
	tally->of[value + HONEST_MOST_VALUE]++;
	tally->count++;
}

double honest_mean(const struct tally *tally)
{
	double sum = 0.0;
	for (int i = 0; i <= 2 * HONEST_MOST_VALUE; i++)
		sum += (double)tally->of[i] * (i - HONEST_MOST_VALUE);
	return tally->count > 0 ? sum / (double)tally->count : (double)NAN;
}

// The rank-th smallest, from 1.
static int at_rank(const struct tally *tally, size_t rank)
{
	size_t below = 0;
	for (int i = 0; i < 2 * HONEST_MOST_VALUE; i++) {
		below += tally->of[i];
		if (below >= rank)
			return i - HONEST_MOST_VALUE;
	}
	return HONEST_MOST_VALUE;
}

size_t honest_rank(size_t count)
{
	double n = (double)count, tail = 0.0;
	double from = floor(n / 2.0 - 8.0 * sqrt(n)); // what lies before is below 1e-50
	size_t i = from > 0.0 ? (size_t)from : 0;
	double chance = exp(lgamma(n + 1.0) - lgamma((double)i + 1.0) - lgamma(n - (double)i + 1.0) - n * log(2.0));
	for (; i < count; i++) {
		tail += chance;
		if (tail > TAIL)
			return i;
		chance *= (n - (double)i) / ((double)i + 1.0);
	}
	return 0;
}

struct spread honest_spread(const struct tally *tally)
{
	struct spread spread = {NAN, NAN, NAN};
	size_t n = tally->count, rank = honest_rank(n);
	if (n > 0)
		spread.median = 0.5 * (at_rank(tally, (n + 1) / 2) + at_rank(tally, n / 2 + 1));
	if (rank > 0) {
		spread.low = at_rank(tally, rank);
		spread.high = at_rank(tally, n + 1 - rank);
	}
	return spread;
}

// ---- The permutation test

struct deal {
	int *values; // from 0 to 18
	size_t count, chosen;
	int64_t all, seen; // their sum, and that of the chosen
};

static struct deal make_deal(const struct tally *a, const struct tally *b)
{
	struct deal deal = {.count = a->count + b->count, .chosen = a->count};
	deal.values = memory_alloc(deal.count * sizeof *deal.values);
	size_t n = 0;
	for (int i = 0; i <= 2 * HONEST_MOST_VALUE; i++) {
		for (size_t k = 0; k < a->of[i] + b->of[i]; k++)
			deal.values[n++] = i;
		deal.all += i * (int64_t)(a->of[i] + b->of[i]);
		deal.seen += i * (int64_t)a->of[i];
	}
	return deal;
}

// In whole numbers, so that what is as far counts as far. `sum` is of the chosen.
static int64_t distance(const struct deal *deal, int64_t sum)
{
	return llabs((int64_t)deal->count * sum - (int64_t)deal->chosen * deal->all);
}

// ways[k * width + s]: how many choices of k values have the sum s.
static double exact(const struct deal *deal)
{
	size_t width = (size_t)deal->all + 1, chosen = deal->chosen;
	double *ways = memory_alloc((chosen + 1) * width * sizeof *ways);
	double as_far = 0.0, all = 0.0;
	ways[0] = 1.0;
	for (size_t i = 0; i < deal->count; i++)
		for (size_t k = chosen < i + 1 ? chosen : i + 1; k > 0; k--)
			for (size_t s = (size_t)deal->values[i]; s < width; s++)
				ways[k * width + s] += ways[(k - 1) * width + s - (size_t)deal->values[i]];
	for (size_t s = 0; s < width; s++) {
		all += ways[chosen * width + s];
		if (distance(deal, (int64_t)s) >= distance(deal, deal->seen))
			as_far += ways[chosen * width + s];
	}
	free(ways);
	return as_far / all;
}

// Some of them, dealt by swapping (Fisher and Yates).
static struct permutation drawn(const struct deal *deal)
{
	size_t draws = MOST_STEPS / deal->count, far = 0;
	uint64_t turn = 0;
	draws = draws < LEAST_DRAWS ? LEAST_DRAWS : draws > HONEST_MOST_DRAWS ? HONEST_MOST_DRAWS : draws;
	for (size_t draw = 0; draw < draws; draw++) {
		int64_t sum = 0;
		for (size_t i = 0; i < deal->chosen; i++) {
			size_t k = i + (size_t)(hash_unit(SEED, turn++) * (double)(deal->count - i));
			int value = deal->values[k];
			deal->values[k] = deal->values[i];
			deal->values[i] = value;
			sum += value;
		}
		far += distance(deal, sum) >= distance(deal, deal->seen);
	}
	double p = (double)(far + 1) / (double)(draws + 1);
	return (struct permutation){.p = p, .error = sqrt(p * (1.0 - p) / (double)draws), .draws = draws};
}

struct permutation honest_permutation(const struct tally *a, const struct tally *b)
{
	struct permutation result = {.p = NAN};
	if (a->count == 0 || b->count == 0)
		return result;
	struct deal deal = a->count <= b->count ? make_deal(a, b) : make_deal(b, a);
	if (deal.count <= HONEST_EXACT_MOST)
		result.p = exact(&deal);
	else
		result = drawn(&deal);
	free(deal.values);
	return result;
}

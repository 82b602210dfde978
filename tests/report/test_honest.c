// The statistics against plain ones: sums of Pascal's triangle, sorted values, every way of dealing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/honest.h"

#include "base/hash.h"

#include <math.h>
#include <stdlib.h>

enum { MOST = 1200 };

// By adding up: chance[k] that k of n coins fall heads.
static size_t plain_rank(size_t n)
{
	static long double chance[MOST + 1];
	long double tail = 0.0L;
	for (size_t k = 0; k <= n; k++)
		chance[k] = k == 0;
	for (size_t i = 1; i <= n; i++)
		for (size_t k = i + 1; k-- > 0;)
			chance[k] = (chance[k] + (k > 0 ? chance[k - 1] : 0.0L)) / 2.0L;
	for (size_t rank = 0; rank <= n; rank++) {
		tail += chance[rank];
		if (2.0L * tail > 0.05L)
			return rank;
	}
	return n;
}

static void test_honest_rank_is_the_sign_tests(void **state)
{
	(void)state;
	for (size_t n = 0; n <= MOST; n++)
		assert_int_equal(honest_rank(n), n == 0 ? 0 : plain_rank(n));
	// known ones, so that both are not wrong alike
	assert_int_equal(honest_rank(5), 0);
	assert_int_equal(honest_rank(8), 1);
	assert_int_equal(honest_rank(10), 2);
	assert_int_equal(honest_rank(20), 6);
	assert_int_equal(honest_rank(50), 18);
}

static int by_value(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

static void test_honest_spread_is_that_of_sorted_values(void **state)
{
	int values[300];
	(void)state;
	for (int n = 1; n < 300; n++) {
		struct tally tally = {0};
		for (int i = 0; i < n; i++) {
			values[i] = (int)(hash_unit(1, (uint64_t)(300 * n + i)) * 19.0) - 9;
			tally_add(&tally, values[i]);
		}
		qsort(values, (size_t)n, sizeof *values, by_value);
		struct spread spread = honest_spread(&tally);
		size_t rank = plain_rank((size_t)n);
		assert_true(spread.median == (values[(n - 1) / 2] + values[n / 2]) / 2.0);
		if (rank == 0) {
			assert_true(isnan(spread.low) && isnan(spread.high));
			continue;
		}
		assert_true(spread.low == values[rank - 1]);
		assert_true(spread.high == values[(size_t)n - rank]);
	}
}

// The promise itself: of diaries whose true median is known, 95 in 100 intervals hold it, or more.
static void test_honest_interval_holds_the_median(void **state)
{
	enum { DIARIES = 20000 };
	static const int sizes[] = {8, 15, 40};
	(void)state;
	for (int s = 0; s < 3; s++) {
		int held = 0;
		for (int diary = 0; diary < DIARIES; diary++) {
			struct tally tally = {0};
			for (int i = 0; i < sizes[s];
			     i++) // skewed; more than half of the mass on either side of 2, 2 included
				tally_add(&tally,
				          (int)(9.99 *
				                pow(hash_unit(77 + (uint64_t)s, (uint64_t)(diary * 64 + i)), 2.0)));
			struct spread spread = honest_spread(&tally);
			held += spread.low <= 2.0 && spread.high >= 2.0;
		}
		assert_true(held >= 0.95 * DIARIES);
	}
}

static double plain_permutation(const int *values, int n, int chosen)
{
	double far = 0.0, all = 0.0;
	int sum = 0, seen = 0;
	for (int i = 0; i < n; i++)
		sum += values[i];
	for (int i = 0; i < chosen; i++)
		seen += values[i];
	double observed = fabs((double)seen / chosen - (double)(sum - seen) / (n - chosen));
	for (unsigned deal = 0; deal < 1u << n; deal++) {
		if (__builtin_popcount(deal) != chosen)
			continue;
		int dealt = 0;
		for (int i = 0; i < n; i++)
			dealt += deal >> i & 1 ? values[i] : 0;
		double difference = fabs((double)dealt / chosen - (double)(sum - dealt) / (n - chosen));
		far += difference >= observed - 1e-9;
		all += 1.0;
	}
	return far / all;
}

static void test_honest_permutation_counts_every_way(void **state)
{
	int values[16];
	uint64_t turn = 0;
	(void)state;
	for (int n = 2; n <= 16; n++)
		for (int chosen = 1; chosen < n; chosen++) {
			struct tally a = {0}, b = {0};
			for (int i = 0; i < n; i++) {
				values[i] = (int)(hash_unit(3, turn++) * 10.0) - (i < chosen ? 6 : 4);
				tally_add(i < chosen ? &a : &b, values[i]);
			}
			struct permutation found = honest_permutation(&a, &b);
			assert_int_equal(found.draws, 0);
			assert_true(found.error == 0.0);
			assert_true(fabs(found.p - plain_permutation(values, n, chosen)) < 1e-9);
			assert_true(fabs(honest_permutation(&b, &a).p - found.p) < 1e-9);
		}
}

static double choose_log(double n, double k)
{
	return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
}

// Of two values alone the sum is hypergeometric, so that the drawn p has a known truth.
static void test_honest_permutation_draws_within_its_error(void **state)
{
	(void)state;
	for (int ones = 22; ones <= 40; ones += 6) {
		struct tally a = {0}, b = {0};
		double truth = 0.0;
		for (int i = 0; i < 80; i++)
			tally_add(&a, i < ones);
		for (int i = 0; i < 90; i++)
			tally_add(&b, i < 30);
		for (int k = 0; k <= 80; k++) {
			double chance =
				exp(choose_log(80, k) + choose_log(90, ones + 30 - k) - choose_log(170, ones + 30));
			if (ones + 30 - k >= 0 && ones + 30 - k <= 90 &&
			    abs(170 * k - 80 * (ones + 30)) >= abs(170 * ones - 80 * (ones + 30)))
				truth += chance;
		}
		struct permutation found = honest_permutation(&a, &b);
		assert_int_equal(found.draws, HONEST_MOST_DRAWS);
		assert_true(found.error > 0.0 && found.error < 0.01);
		assert_true(fabs(found.p - truth) < 5.0 * found.error + 1e-4);
		assert_true(honest_permutation(&a, &b).p == found.p); // the same diary, the same number
	}
}

static void test_honest_permutation_of_nothing(void **state)
{
	struct tally none = {0}, one = {0};
	(void)state;
	tally_add(&one, 3);
	assert_true(isnan(honest_permutation(&none, &one).p));
	assert_true(isnan(honest_permutation(&one, &none).p));
	assert_true(honest_permutation(&one, &one).p == 1.0);
	assert_true(isnan(honest_spread(&none).median));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_honest_rank_is_the_sign_tests),
		cmocka_unit_test(test_honest_spread_is_that_of_sorted_values),
		cmocka_unit_test(test_honest_interval_holds_the_median),
		cmocka_unit_test(test_honest_permutation_counts_every_way),
		cmocka_unit_test(test_honest_permutation_draws_within_its_error),
		cmocka_unit_test(test_honest_permutation_of_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

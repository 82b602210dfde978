// Random numbers by place: hash(seed, k) depends on seed and k alone, so grain k is the same whenever it is asked for.
// Any thread. The mixer is splitmix64's finalizer (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number
// generators").
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

static inline uint64_t hash64(uint64_t seed, uint64_t k)
{
	uint64_t x = seed + (k + 1) * UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

// [0, 1)
static inline double hash_unit(uint64_t seed, uint64_t k)
{
	return (double)(hash64(seed, k) >> 11) * 0x1p-53;
}

// [-1, 1)
static inline double hash_signed(uint64_t seed, uint64_t k)
{
	return 2.0 * hash_unit(seed, k) - 1.0;
}

#endif

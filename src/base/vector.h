// VECTOR stands before a function whose loops are worth further copies for machines with AVX2 or AVX-512, among which the
// dynamic linker chooses when the program starts. All give the same bits: they differ in how many numbers they take at
// once, and nothing is fused or reordered. Any thread.
#ifndef BASE_VECTOR_H
#define BASE_VECTOR_H

// gcc alone: clang 14 gives the chosen copy a name that other files do not find.
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__OPTIMIZE__) && !defined(__clang__) &&                   \
	!defined(STILLROOM_ONE_VARIANT)
#define VECTOR __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define VECTOR
#endif

#endif

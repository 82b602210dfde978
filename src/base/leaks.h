// What a process has lost of its memory, in a build with the address sanitizer; elsewhere nothing. It looks by itself where
// main returns: this is for a process that ends by _exit. Where everything that is still wanted can be seen from the stack.
#ifndef BASE_LEAKS_H
#define BASE_LEAKS_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LEAKS_ARE_SEEN
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define LEAKS_ARE_SEEN
#endif

#ifdef LEAKS_ARE_SEEN
#include <sanitizer/lsan_interface.h>
#endif

// Reports a leak, and ends the process in failure then.
static inline void leaks_look(void)
{
#ifdef LEAKS_ARE_SEEN
	__lsan_do_leak_check();
#endif
}

#endif

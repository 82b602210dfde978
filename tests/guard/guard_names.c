// What may not be called in the callback, by name: each goes on to the library's own when this thread is elsewhere.
// What the library itself calls inside is not seen here; the kernel sees it where it matters (callback_guard.c).
#include "guard/guard_region.h"

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

// ---- Allocation: dlsym itself allocates, so these go to glibc's own second names

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

void *malloc(size_t size)
{
	guard_check("malloc");
	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	guard_check("calloc");
	return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	guard_check("realloc");
	return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	guard_check("aligned_alloc");
	return __libc_memalign(alignment, size);
}

void free(void *memory)
{
	guard_check("free");
	__libc_free(memory);
}

// ---- The rest: PASS(its type, name, (parameters), (their names))

#define PASS(type, name, parameters, names)                                                                            \
	type name parameters                                                                                           \
	{                                                                                                              \
		static type(*next) parameters; /* the same whoever sets it */                                          \
		guard_check(#name);                                                                                    \
		if (!next)                                                                                             \
			*(void **)&next = dlsym(RTLD_NEXT, #name);                                                     \
		return next names;                                                                                     \
	}

PASS(int, posix_memalign, (void **memory, size_t alignment, size_t size), (memory, alignment, size))
PASS(int, pthread_mutex_lock, (pthread_mutex_t * lock), (lock))
PASS(int, pthread_mutex_trylock, (pthread_mutex_t * lock), (lock))
PASS(int, pthread_mutex_unlock, (pthread_mutex_t * lock), (lock))
PASS(int, pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock))
PASS(int, pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock))
PASS(int, pthread_spin_lock, (pthread_spinlock_t * lock), (lock))
PASS(int, pthread_cond_signal, (pthread_cond_t * condition), (condition))
PASS(int, pthread_cond_broadcast, (pthread_cond_t * condition), (condition))
PASS(int, pthread_cond_wait, (pthread_cond_t * condition, pthread_mutex_t *lock), (condition, lock))
PASS(int, sem_wait, (sem_t * semaphore), (semaphore))
PASS(int, sem_trywait, (sem_t * semaphore), (semaphore))
PASS(int, sem_post, (sem_t * semaphore), (semaphore))
PASS(FILE *, fopen, (const char *path, const char *mode), (path, mode))
PASS(int, fclose, (FILE * file), (file))
PASS(int, fflush, (FILE * file), (file))
PASS(size_t, fread, (void *to, size_t size, size_t n, FILE *file), (to, size, n, file))
PASS(size_t, fwrite, (const void *from, size_t size, size_t n, FILE *file), (from, size, n, file))
PASS(int, puts, (const char *text), (text))
PASS(int, fputs, (const char *text, FILE *file), (text, file))
PASS(int, fputc, (int c, FILE *file), (c, file))
PASS(int, putc, (int c, FILE *file), (c, file))
PASS(int, vfprintf, (FILE * file, const char *format, va_list args), (file, format, args))
PASS(void, vsyslog, (int priority, const char *format, va_list args), (priority, format, args))
int __vfprintf_chk(FILE *file, int flag, const char *format, va_list args);
PASS(int, __vfprintf_chk, (FILE * file, int flag, const char *format, va_list args), (file, flag, format, args))

// PRINT(name, (its own parameters), how it goes on)
#define PRINT(name, parameters, go_on)                                                                                 \
	int name parameters                                                                                            \
	{                                                                                                              \
		guard_check(#name);                                                                                    \
		va_list args;                                                                                          \
		va_start(args, format);                                                                                \
		int n = go_on;                                                                                         \
		va_end(args);                                                                                          \
		return n;                                                                                              \
	}

int __printf_chk(int flag, const char *format, ...);
int __fprintf_chk(FILE *file, int flag, const char *format, ...);
PRINT(printf, (const char *format, ...), vfprintf(stdout, format, args))
PRINT(fprintf, (FILE * file, const char *format, ...), vfprintf(file, format, args))
PRINT(__printf_chk, (int flag, const char *format, ...), __vfprintf_chk(stdout, flag, format, args))
PRINT(__fprintf_chk, (FILE * file, int flag, const char *format, ...), __vfprintf_chk(file, flag, format, args))

void syslog(int priority, const char *format, ...)
{
	guard_check("syslog");
	va_list args;
	va_start(args, format);
	vsyslog(priority, format, args);
	va_end(args);
}

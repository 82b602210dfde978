// Three walls, one behind the other. Limits: memory, and not a byte written to any file. Landlock, where the kernel has
// it: no path can be opened. And a filter of system calls (seccomp) that names the few that decoding uses; any other
// answers EPERM, so that a library that asks for what it can do without goes on. The list was made with strace over WAV,
// FLAC, Vorbis, Opus and MP3; qsort asks sysinfo, and malloc getrandom.
//
// A sanitizer's runtime needs more than this, maps terabytes, and writes its report to a file: a build with one has only
// the limits that it can bear.
#include "audio/confine.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#endif

static void limit(int what, rlim_t most)
{
	setrlimit((__rlimit_resource_t)what, &(struct rlimit){most, most});
}

static void close_paths(void)
{
#if defined(LANDLOCK_ACCESS_FS_MAKE_SYM) && !defined(SANITIZED)
	// all of the first version's rights; no rule gives any of them back
	struct landlock_ruleset_attr all = {.handled_access_fs = LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1};
	int fd = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
	if (fd < 0)
		return;
	syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
#endif
}

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define NATIVE AUDIT_ARCH_RISCV64
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1) // EPERM
#define PASS(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), ALLOW

static bool filter_calls(void)
{
#if defined(NATIVE) && !defined(SANITIZED)
	struct sock_filter code[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		LOAD(nr),
		// its files and its talk
		PASS(read),
		PASS(pread64),
		PASS(lseek),
		PASS(fstat),
		PASS(close),
		PASS(recvmsg),
		PASS(sendmsg),
		PASS(sendto),
		PASS(recvfrom),
		PASS(ppoll),
#ifdef SYS_poll
		PASS(poll),
#endif
#ifdef SYS_newfstatat
		PASS(newfstatat), // glibc's fstat; of a path it tells that it is there, to nobody
#endif
		// memory, its time, its end
		PASS(brk),
		PASS(munmap),
		PASS(mremap),
		PASS(madvise),
		PASS(futex),
		PASS(getrandom),
		PASS(clock_gettime),
		PASS(sysinfo),
		PASS(setitimer),
		PASS(rt_sigreturn),
		PASS(restart_syscall),
		PASS(exit),
		PASS(exit_group),
		// memory that is not to be run
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 3),
		LOAD(args[2]), // little-endian: its lower half
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
		ALLOW,
		REFUSE,
	};
	struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
#else
	return false;
#endif
}

bool confine(void)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, CONFINE_MOST_FILES);
#ifndef SANITIZED
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_AS, CONFINE_MEMORY_BYTES);
#endif
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	prctl(PR_SET_DUMPABLE, 0);
	close_paths();
	return filter_calls();
}

void confine_time(int sec)
{
	setitimer(ITIMER_PROF, &(struct itimerval){.it_value = {.tv_sec = sec}}, NULL); // SIGPROF ends it
}

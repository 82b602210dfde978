// peak_memory PROGRAM WORDS...: runs a program and prints the most memory that it held, resident, in kB.
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **words)
{
	if (count < 2)
		return 2;
	pid_t child = fork();
	if (child == 0) {
		execvp(words[1], words + 1);
		_exit(127);
	}
	int status;
	struct rusage usage;
	waitpid(child, &status, 0);
	getrusage(RUSAGE_CHILDREN, &usage);
	printf("%ld\n", usage.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

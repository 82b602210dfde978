// diary_report WORDS...: `stillroom diary report WORDS...`, alone.
#include "cli/command.h"

int main(int count, char **words)
{
	return command_diary_report(count, words);
}

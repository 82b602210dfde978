#include "cli/options.h"

#include "cli/complaint.h"
#include "yaml/yaml.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void complain(const char *word, const struct option_spec *table)
{
	const char *names[OPTIONS_MOST + 1] = {0};
	for (int i = 0; i < OPTIONS_MOST && table[i].name; i++)
		names[i] = table[i].name;
	const char *near = strncmp(word, "--", 2) == 0 ? yaml_nearest(word + 2, names) : NULL;
	if (near)
		complaint_print("there is no option %s; did you mean --%s?", word, near);
	else
		complaint_print("there is no option %s; --help lists them", word);
}

// getopt_long takes a beginning for the whole; here a slip such as --form is not --format.
static bool is_whole(const char *word, const struct option_spec *table)
{
	size_t length = strcspn(word, "=");
	for (int i = 0; table[i].name; i++)
		if (strlen(table[i].name) == length - 2 && strncmp(table[i].name, word + 2, length - 2) == 0)
			return true;
	return false;
}

// Where the value goes; NULL when an option has been given too often.
static const char **room_for(const struct option_spec *option)
{
	if (option->letter != OPTION_AGAIN)
		return option->value;
	int given = 0;
	while (option->value[given])
		given++;
	return given < OPTIONS_MOST_AGAIN ? &option->value[given] : NULL;
}

static bool take(const struct option_spec *option, const char *value)
{
	const char **room = option->value ? room_for(option) : NULL;
	if (room)
		*room = value;
	else if (option->flag)
		*option->flag = true;
	else
		complaint_print("--%s is given more than %d times", option->name, OPTIONS_MOST_AGAIN);
	return room || option->flag;
}

static void fill_tables(const struct option_spec *table, struct option *longs, char *shorts)
{
	for (int i = 0; i < OPTIONS_MOST && table[i].name; i++) {
		longs[i] =
			(struct option){table[i].name, table[i].value ? required_argument : no_argument, NULL, 256 + i};
		if (!table[i].letter || table[i].letter == OPTION_AGAIN)
			continue;
		*shorts++ = table[i].letter;
		if (table[i].value)
			*shorts++ = ':';
	}
}

int options_read(int argc, char **argv, const struct option_spec *table)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strncmp(argv[i], "--", 2) == 0 && !is_whole(argv[i], table)) {
			complain(argv[i], table);
			return -1;
		}
	struct option longs[OPTIONS_MOST + 1] = {0};
	char shorts[2 * OPTIONS_MOST + 2] = ":";
	fill_tables(table, longs, shorts + 1);
	opterr = 0;
	optind = 1;
	for (int found; (found = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
		int i = found - 256;
		if (found == '?') {
			const char letter[] = {'-', (char)optopt, 0}; // optind may stand anywhere in -abc
			complain(optopt > 0 && optopt < 256 ? letter : argv[optind - 1], table);
			return -1;
		}
		if (found == ':') {
			complaint_print("%s needs a value; --help shows an example", argv[optind - 1]);
			return -1;
		}
		for (int k = 0; found < 256 && table[k].name; k++)
			if (table[k].letter == found)
				i = k;
		if (!take(&table[i], optarg))
			return -1;
	}
	int count = argc - optind;
	memmove(argv + 1, argv + optind, (size_t)count * sizeof *argv);
	return count;
}

bool options_level(const char *text, double *db)
{
	char *end;
	*db = strtod(text, &end);
	if (end == text || !isfinite(*db))
		return false;
	end += strspn(end, " ");
	return (*end == 0 || strcmp(end, "dB") == 0) && *db <= 0.0 && *db >= -60.0;
}

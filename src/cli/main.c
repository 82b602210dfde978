// stillroom: finds the command and hands it the rest.
#include "cli/command.h"
#include "cli/complaint.h"
#include "cli/menu.h"
#include "cli/options.h"
#include "yaml/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command commands[] = {
	{"play", "play a session to the ear",
         "Examples\n"
         "  stillroom play                         the evening session\n"
         "  stillroom play --moment attack         a session for this moment; it asks by ear\n"
         "                                         which, where there are several\n"
         "  stillroom play temple-circles          another one, or a technique, by name\n"
         "  stillroom play evening --sleep 20m     with an ending to fall asleep in\n"
         "  stillroom play my/own.yaml             a routine of your own\n"
         "  stillroom play evening --from Forehead from the part of that name, or a time: 2m30s\n"
         "  stillroom play scalp-circles --with tool=massager\n"
         "                                         with another tool than the hands\n"
         "  stillroom play --volume -10            softer by 10 dB\n"
         "  stillroom play --to - | ffmpeg -f s16le -ar 48000 -ac 2 -i - out.mka\n"
         "\n"
         "The screen stays dark. Space or Enter pauses and resumes, and so does any key\n"
         "that is not listed; the arrows go to the parts; + and - change the volume; the\n"
         "full stop makes it all gentler, the comma gives a little back; x leaves out what\n"
         "hurts; r says it again, w where you are, ? the keys; q ends.\n"
         "\n"
         "  --moment M           attack, first-sign, after, daily or bedtime; for an attack, and\n"
         "                       without a terminal, the first session of that moment\n"
         "  --from TIME|PART     begin there\n"
         "  --sleep TIME         end with so long a fade: voice, then tones, then the bed\n"
         "  --sore               touch is sore: the hands only rest\n"
         "  --with NAME=VALUE    for a parameter of the routine; repeat it for several\n"
         "  --voice PACK         the voice that speaks\n"
         "  --volume DB          0 down to -60 (default: see stillroom calibrate, or 0)\n"
         "  --no-questions       ask nothing before and after\n"
         "  --compare            let a draw decide between this session and breath only; the\n"
         "                       report of the diary compares such evenings\n"
         "  --screen             show one dim line: the session and its part\n"
         "  --remote PATH        a remote or number pad of /dev/input/by-id, for this alone\n"
         "  --no-guard           go on when the headset goes, on whatever plays then\n"
         "  --to device          the default output (this is the default)\n"
         "  --to device:NAME     the first output with NAME in its name\n"
         "  --to FILE            a sound file: wav, flac, ogg, opus or mp3\n"
         "  --to -               raw samples to standard output: 48 kHz, stereo\n"
         "  --to null            nowhere, at the session's pace\n"
         "  --format s16|f32     of the raw samples (default s16)\n"
         "  --fast               - and null: as fast as the machine can\n"
         "  --verbose            let the sound drivers' own messages through\n",
         command_play, NULL},
	{"resume", "go on where the last session stopped",
         "Examples\n"
         "  stillroom resume\n"
         "  stillroom resume --volume -10\n"
         "\n"
         "At most a second is lost, whatever ended it. After more than two minutes it goes\n"
         "back to the start of the instruction.\n"
         "\n"
         "  --volume DB          0 down to -60 (default: as it was)\n"
         "  --no-questions, --screen, --remote, --no-guard, --to device:NAME, --verbose\n"
         "                       as for stillroom play\n",
         command_resume, NULL},
	{"attack", "note an attack by ear, with two keys",
         "Examples\n"
         "  stillroom attack                       notes that one begins, then asks how strong it is:\n"
         "                                         a digit; then yes or no, one or two. Enter or\n"
         "                                         silence passes a question over\n"
         "  stillroom attack 6                     the same, with its strength\n"
         "  stillroom attack over                  it is over\n"
         "\n"
         "Each answer is kept at once. One that runs is told, and a medicine or its end can be\n"
         "noted; it is not begun twice. After three days it runs no more.\n"
         "\n"
         "  --no-questions       only note it\n"
         "  --volume DB, --remote, --no-guard, --to device:NAME, --verbose\n"
         "                       as for stillroom play\n",
         command_attack, NULL},
	{"ctl", "steer the session that is playing, from elsewhere",
         "Examples\n"
         "  stillroom ctl pause                    from another terminal, over ssh, by a button\n"
         "  stillroom ctl toggle                   pauses, or plays on\n"
         "  stillroom ctl seek -30                 half a minute back\n"
         "  stillroom ctl status                   how it stands, as JSON\n"
         "\n"
         "Its state is opening, asking, playing, paused, waiting (for a sound output that is\n"
         "away) or stopped.\n"
         "Exit status 0 when it was done, 1 when no session is playing, 2 for a word that\n"
         "there is not.\n",
         command_ctl, command_ctl_words},
	{"calibrate", "find the loudness to begin with, by ear",
         "Examples\n"
         "  stillroom calibrate\n"
         "\n"
         "A soft sound rises from nothing until you press a key. What you choose is kept,\n"
         "apart for attack days and good days, and sessions begin with it.\n"
         "\n"
         "  --to device:NAME     the first output with NAME in its name\n"
         "  --verbose            let the sound drivers' own messages through\n",
         command_calibrate, NULL},
	{"due", "what the plan has left for today and this week",
         "Examples\n"
         "  stillroom due\n"
         "  stillroom due --json                   for a program\n"
         "\n"
         "What you do at all, as often as its routine says, and what is in your plan. Due today\n"
         "is what was not done today, and too seldom in the last seven days.\n",
         command_due, NULL},
	{"plan", "how often you want to do what",
         "Examples\n"
         "  stillroom plan                         the plan\n"
         "  stillroom plan set neck-week 3/week    or daily, or \"when needed\"\n"
         "  stillroom plan clear neck-week         as its routine says, again\n"
         "\n"
         "The plan goes before what a routine says of itself.\n",
         command_plan, NULL},
	{"render", "make a sound file of a session",
         "Examples\n"
         "  stillroom render evening -o evening.opus\n"
         "  stillroom render evening -o evening.wav --from 1m --for 30s\n"
         "  stillroom render scalp-circles --with tool=massager -o scalp.opus\n"
         "\n"
         "  -o, --output FILE    wav, flac, ogg, opus or mp3; - for raw samples\n"
         "  --from TIME|PART     begin there\n"
         "  --for TIME           this much of it\n"
         "  --jobs N             threads (default: one for each core); 1: all on one core\n"
         "  --with NAME=VALUE    for a parameter of the routine; repeat it for several\n"
         "  --voice PACK         the voice that speaks\n"
         "  --volume DB          0 down to -60 (default 0)\n"
         "  --format s16|f32     of raw samples (default s16)\n",
         command_render, NULL},
	{"list", "what there is to play, by moment",
         "Examples\n"
         "  stillroom list                         every session, then every technique\n"
         "  stillroom list my                      those of the folder my alone\n"
         "  stillroom list --json                  for a program\n"
         "  stillroom list --markdown routines >routines/README.md\n"
         "\n"
         "A name stands on a line of its own; it is what follows stillroom play. Your own\n"
         "routines are found in ./routines and ~/.local/share/stillroom/routines.\n"
         "\n"
         "  --json               an array, lengths in seconds\n"
         "  --markdown           a page with tables\n",
         command_list, NULL},
	{"show", "print a session as a timetable",
         "Examples\n"
         "  stillroom show evening                 time, words, what the hands do\n"
         "  stillroom show evening --score         every event in frames of 1/48000 s\n"
         "  stillroom show scalp-circles --with tool=massager\n"
         "\n"
         "  --with NAME=VALUE    for a parameter of the routine; repeat it for several\n"
         "  --voice PACK         the voice that speaks\n",
         command_show, NULL},
	{"check", "say what is wrong with a routine",
         "Examples\n"
         "  stillroom check my/own.yaml\n"
         "  stillroom check routines/*.yaml\n"
         "  stillroom check my/own.yaml --with tool=massager\n"
         "  stillroom check my/own.yaml 2>&1 | less\n"
         "\n"
         "Prints each fault to stderr, as file:line:column and what would be right. All of its\n"
         "recordings and beds are decoded: an hour's bed takes a second or two.\n"
         "Exit status 0 when there is none, 2 when there is one.\n"
         "\n"
         "  --with NAME=VALUE    check with this value of a parameter; repeat it for several\n"
         "  --voice PACK         check against this voice\n",
         command_check, NULL},
	{"voice", "what a voice pack needs",
         "Examples\n"
         "  stillroom voice lines routines/*.yaml  every line they speak, once, whatever\n"
         "                                         is chosen by --with\n"
         "  stillroom voice lines evening | voices/make-pack voices/my-voice\n",
         command_voice, NULL},
	{"diary", "what was done and how it felt",
         "Examples\n"
         "  stillroom diary                        the last entries\n"
         "  stillroom diary --last 50              more of them\n"
         "  stillroom diary find red wine          those in which all these words stand\n"
         "  stillroom diary add attack strength=7 side=left nausea=yes\n"
         "  stillroom diary add attack began=\"yesterday 14:30\" ended=\"yesterday 20:00\"\n"
         "  stillroom diary add medication type=triptan name=sumatriptan dose=\"50 mg\"\n"
         "  stillroom diary add session routine=evening heard_sec=600 before=5 after=3\n"
         "                                         one that was done without the program\n"
         "  stillroom diary edit 1a2b3c4d strength=6 note=\"after red wine\"\n"
         "  stillroom diary delete 1a2b3c4d        asks first\n"
         "  stillroom diary report                 what it shows: a page, report.html, also for a doctor\n"
         "  stillroom diary report --month 2026-10 -o october.html\n"
         "  stillroom diary report --text          for a terminal; --say for 20 seconds of it\n"
         "  stillroom diary export diary.csv       or .json; import reads it again\n"
         "  stillroom diary import diary.csv       what is there already is not doubled\n"
         "  stillroom diary import other.csv --map date=Datum,time=Uhrzeit,strength=Schmerz\n"
         "  stillroom diary backup copy.sqlite\n"
         "  stillroom diary erase                  all of it, after a typed yes\n"
         "\n"
         "The diary lies on this machine alone, in ~/.local/state/stillroom. An entry is named\n"
         "by what stands in brackets behind it. A value is taken away by field= with nothing\n"
         "behind it; times may be written as now, 14:30, yesterday 14:30 or 2026-11-22 14:30.\n"
         "\n"
         "  attack      began ended strength (0 to 9) side (left, right, both) nausea light\n"
         "              sound aura sore (yes, no) suspected tags (several with ; between) note\n"
         "  medication  at type (triptan, opioid, combination, ergotamine, simple, other) name\n"
         "              dose attack (its entry)\n"
         "  session     began ended routine title moment heard_sec ending before after later\n"
         "              (pain, 0 to 9) sore tags note\n"
         "\n"
         "  -n, --last N         so many entries (default 10)\n"
         "  --csv, --json        of export, to standard output when there is no file\n"
         "  --map MAP            of import: their columns, or a file that lists them; DIARY.md\n"
         "  --yes                of delete: do not ask\n"
         "  -o, --output FILE    of report: the page; - for standard output\n"
         "  --month YYYY-MM      of report: this month alone\n"
         "  --text, --say        of report: for a terminal, or a summary that is spoken\n",
         command_diary, NULL},
	{"devices", "list the sound outputs",
         "Examples\n"
         "  stillroom devices\n"
         "  stillroom devices --json\n"
         "\n"
         "  --verbose            let the sound drivers' own messages through\n",
         command_devices, NULL},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_help(FILE *out)
{
	fputs("stillroom guides your own hands through a session, by ear.\n\n"
	      "Examples\n"
	      "  stillroom                              asks by ear what to play; any number pad will do\n"
	      "  stillroom play                         the evening session\n"
	      "  stillroom play --moment attack         straight to what helps then\n"
	      "  stillroom attack                       notes an attack: a digit for its strength\n"
	      "  stillroom list                         what else there is to play\n"
	      "  stillroom render evening -o evening.opus\n"
	      "  stillroom check my/own.yaml\n\n"
	      "Commands\n",
	      out);
	for (int i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
	fputs("\nstillroom COMMAND --help tells more. Stop whenever you like; if a headache is sudden and the worst\n"
	      "ever, or comes with weakness, or fever and a stiff neck, seek help at once.\n",
	      out);
}

static bool asks_for(int argc, char **argv, const char *option)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], option) == 0)
			return true;
	return false;
}

static int unknown(const char *name)
{
	const char *names[COMMANDS + 1] = {0};
	for (int i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	const char *near = yaml_nearest(name, names);
	if (near)
		complaint_print("there is no command \"%s\"; did you mean \"%s\"?", name, near);
	else
		complaint_print("there is no command \"%s\"; stillroom --help lists them", name);
	return EXIT_WRONG;
}

// By ear, where somebody sits at a terminal and there is an output.
static int run_alone(void)
{
	struct play_options options = {0};
	int result = isatty(STDIN_FILENO) ? menu_play(&options, MOMENT_ANY) : MENU_NOBODY;
	if (result != MENU_NOBODY)
		return result;
	print_help(stderr);
	return EXIT_WRONG;
}

static int help_command(const struct command *command)
{
	printf("stillroom %s: %s\n\n%s", command->name, command->summary, command->help);
	if (command->more)
		command->more(stdout);
	return EXIT_DONE;
}

// Of a command, or in general where the word is none.
static int help(const char *name)
{
	for (int i = 0; name && i < COMMANDS; i++)
		if (strcmp(name, commands[i].name) == 0)
			return help_command(&commands[i]);
	if (name)
		return unknown(name);
	print_help(stdout);
	return EXIT_DONE;
}

static int run(int argc, char **argv)
{
	if (argc < 2)
		return run_alone();
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
		return help(argc > 2 ? argv[2] : NULL);
	if (strcmp(argv[1], "--version") == 0) {
		puts("stillroom " STILLROOM_VERSION);
		return EXIT_DONE;
	}
	for (int i = 0; i < COMMANDS; i++) {
		if (strcmp(argv[1], commands[i].name) != 0)
			continue;
		if (asks_for(argc - 1, argv + 1, "--help") || asks_for(argc - 1, argv + 1, "-h"))
			return help_command(&commands[i]);
		return commands[i].run(argc - 1, argv + 1);
	}
	return unknown(argv[1]);
}

// Where one of the three is closed, the next file that is opened would get its number, and words meant for a reader.
// Nothing can be written to what takes its place, so that a list that nobody gets is still told.
static void fill_standard_places(void)
{
	int fd = 0;
	while (fd >= 0 && fd <= STDERR_FILENO)
		fd = open("/dev/null", O_RDONLY);
	if (fd > STDERR_FILENO)
		close(fd);
}

int main(int argc, char **argv)
{
	fill_standard_places();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); // a file past its limit is an error that is told
	signal(SIGUSR1, SIG_IGN); // a bedside button pressed before the session is there, or after it
#ifdef M_ARENA_MAX
	mallopt(M_ARENA_MAX, 2);               // glibc keeps one a thread otherwise: eight jobs took 9 MB more
	mallopt(M_MMAP_THRESHOLD, 128 * 1024); // else it grows, and decoded words stay when they are freed: 9 MB too
#endif
	setenv("PULSE_LOG_SYSLOG", "1", 0); // libpulse complains of folders on stderr else; before there are threads
	int result = run(argc, argv);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return result;
	fprintf(stderr, "stillroom: standard output: %s\n", strerror(errno));
	return result == EXIT_DONE ? EXIT_FAILED : result;
}

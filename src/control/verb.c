// The one table. A number pad is enough for all that matters, whatever its state: digits, Enter, plus, minus and dot as
// characters, as its application mode's sequences (VT220: ESC O and a letter), and as the cursor keys that it sends
// without NumLock, where the dot is Delete.
//
// The comma key of a German number pad types a comma, which asks for a little more; where the pad can be told from the
// keyboard its one dot-or-comma key is always the gentler wish.
#include "control/verb.h"

#include <linux/input-event-codes.h>
#include <stdbool.h>
#include <string.h>

static const struct verb_row ROWS[] = {
	{.verb = VERB_PAUSE_RESUME,
         .word = "toggle",
         .does = "pauses, or plays on",
         .keys = " \r\n",
         .sequences = "OM [E OE",
         .codes = {KEY_PLAYPAUSE, KEY_SPACE, KEY_ENTER, KEY_KPENTER, KEY_OK, KEY_SELECT, KEY_MUTE, KEY_PLAY}},
	{.verb = VERB_PAUSE, .word = "pause", .does = "fades to silence", .codes = {KEY_PAUSECD, KEY_PAUSE}},
	{.verb = VERB_RESUME, .word = "resume", .does = "plays on", .codes = {KEY_PLAYCD}},
	{.verb = VERB_NEXT,
         .word = "next",
         .does = "the next part",
         .sequences = "[C OC [6~",
         .codes = {KEY_NEXTSONG, KEY_RIGHT, KEY_FASTFORWARD, KEY_PAGEDOWN, KEY_NEXT, KEY_CHANNELUP}},
	{.verb = VERB_PREVIOUS,
         .word = "previous",
         .does = "the part before, or this one anew",
         .sequences = "[D OD [5~",
         .codes = {KEY_PREVIOUSSONG, KEY_LEFT, KEY_REWIND, KEY_PAGEUP, KEY_PREVIOUS, KEY_CHANNELDOWN}},
	{.verb = VERB_LOUDER,
         .word = "louder",
         .does = "2 dB louder, never above 0 dB",
         .keys = "+=",
         .sequences = "[A OA Ok",
         .codes = {KEY_VOLUMEUP, KEY_UP, KEY_KPPLUS, KEY_EQUAL}},
	{.verb = VERB_QUIETER,
         .word = "quieter",
         .does = "2 dB quieter",
         .keys = "-_",
         .sequences = "[B OB Om",
         .codes = {KEY_VOLUMEDOWN, KEY_DOWN, KEY_KPMINUS, KEY_MINUS}},
	{.verb = VERB_TOO_MUCH,
         .word = "too-much",
         .does = "one step gentler",
         .keys = ".tT",
         .sequences = "On Ol [3~",
         .codes = {KEY_T, KEY_DOT, KEY_KPDOT, KEY_KPCOMMA, KEY_DELETE}},
	{.verb = VERB_LITTLE_MORE,
         .word = "little-more",
         .does = "one step of that back",
         .keys = ",",
         .codes = {KEY_COMMA}},
	{.verb = VERB_HURT, .word = "hurt", .does = "that hurts: leaves the area out", .keys = "xX", .codes = {KEY_X}},
	{.verb = VERB_AGAIN,
         .word = "again",
         .does = "says that again",
         .keys = "rR*",
         .sequences = "Oj",
         .codes = {KEY_R, KEY_KPASTERISK, KEY_AGAIN}},
	{.verb = VERB_WHERE,
         .word = "where",
         .does = "says where in the session it is",
         .keys = "wW",
         .codes = {KEY_W, KEY_INFO}},
	{.verb = VERB_HELP,
         .word = "keys",
         .does = "says what the keys do",
         .keys = "?/",
         .sequences = "Oo",
         .codes = {KEY_HELP, KEY_SLASH, KEY_KPSLASH, KEY_QUESTION}},
	{.verb = VERB_STOP,
         .word = "stop",
         .does = "fades out and ends",
         .keys = "qQ",
         .codes = {KEY_STOPCD, KEY_STOP, KEY_Q, KEY_POWER, KEY_SLEEP, KEY_EXIT}},
	{.verb = VERB_ESCAPE, .keys = "\033", .codes = {KEY_ESC, KEY_BACK}},
	{.verb = VERB_SEEK_BY, .word = "seek", .does = "so far on, or back: seek -30", .operand = OPERAND_LENGTH},
	{.verb = VERB_SEEK_TO, .word = "go-to", .does = "a time of the session: go-to 2m30s", .operand = OPERAND_PLACE},
	{.verb = VERB_VOLUME, .word = "volume", .does = "decibels, 0 or less: volume -12", .operand = OPERAND_LEVEL},
	{.verb = VERB_DIGIT, .word = "digit", .does = "answers a question: digit 3", .operand = OPERAND_DIGIT},
	{.verb = VERB_NONE, .word = "status", .does = "tells how it stands, as JSON, and does nothing"},
	{.verb = VERB_DIGIT, .value = 0, .keys = "0", .sequences = "Op", .codes = {KEY_0, KEY_KP0, KEY_NUMERIC_0}},
	{.verb = VERB_DIGIT, .value = 1, .keys = "1", .sequences = "Oq", .codes = {KEY_1, KEY_KP1, KEY_NUMERIC_1}},
	{.verb = VERB_DIGIT, .value = 2, .keys = "2", .sequences = "Or", .codes = {KEY_2, KEY_KP2, KEY_NUMERIC_2}},
	{.verb = VERB_DIGIT, .value = 3, .keys = "3", .sequences = "Os", .codes = {KEY_3, KEY_KP3, KEY_NUMERIC_3}},
	{.verb = VERB_DIGIT, .value = 4, .keys = "4", .sequences = "Ot", .codes = {KEY_4, KEY_KP4, KEY_NUMERIC_4}},
	{.verb = VERB_DIGIT, .value = 5, .keys = "5", .sequences = "Ou", .codes = {KEY_5, KEY_KP5, KEY_NUMERIC_5}},
	{.verb = VERB_DIGIT, .value = 6, .keys = "6", .sequences = "Ov", .codes = {KEY_6, KEY_KP6, KEY_NUMERIC_6}},
	{.verb = VERB_DIGIT, .value = 7, .keys = "7", .sequences = "Ow", .codes = {KEY_7, KEY_KP7, KEY_NUMERIC_7}},
	{.verb = VERB_DIGIT, .value = 8, .keys = "8", .sequences = "Ox", .codes = {KEY_8, KEY_KP8, KEY_NUMERIC_8}},
	{.verb = VERB_DIGIT, .value = 9, .keys = "9", .sequences = "Oy", .codes = {KEY_9, KEY_KP9, KEY_NUMERIC_9}},
};

enum { ROW_COUNT = sizeof ROWS / sizeof *ROWS };

const struct verb_row *verb_rows(size_t *count)
{
	*count = ROW_COUNT;
	return ROWS;
}

const char *verb_name(enum verb verb)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (verb != VERB_NONE && ROWS[i].verb == verb && ROWS[i].word)
			return ROWS[i].word;
	return NULL;
}

static struct wish wish_of(const struct verb_row *row)
{
	return (struct wish){row->verb, row->value};
}

struct wish verb_of_key(char key)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (key && ROWS[i].keys && strchr(ROWS[i].keys, key))
			return wish_of(&ROWS[i]);
	return (struct wish){.verb = VERB_OTHER};
}

static bool has_sequence(const char *list, const char *sequence, size_t length)
{
	while (list && *list) {
		size_t n = strcspn(list, " ");
		if (n == length && memcmp(list, sequence, n) == 0)
			return true;
		list += n + strspn(list + n, " ");
	}
	return false;
}

struct wish verb_of_sequence(const char *sequence, size_t length)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (has_sequence(ROWS[i].sequences, sequence, length))
			return wish_of(&ROWS[i]);
	return (struct wish){.verb = VERB_OTHER};
}

struct wish verb_of_code(unsigned code)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		for (size_t j = 0; j < VERB_MOST_CODES && ROWS[i].codes[j]; j++)
			if (ROWS[i].codes[j] == code)
				return wish_of(&ROWS[i]);
	return (struct wish){.verb = VERB_OTHER};
}

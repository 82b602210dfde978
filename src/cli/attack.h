// Notes an attack by ear; each answer is in the diary before the next question. Control thread.
#ifndef CLI_ATTACK_H
#define CLI_ATTACK_H

#include "cli/sitting.h"
#include "diary/attack.h"

// Asks about an attack that has just been noted, after a first line (NULL: none).
void attack_ask(struct sitting *sitting, const struct diary_attack *attack, const char *first);

// Tells of one that runs: something more of it can be noted, and its end.
enum attack_heard {
	ATTACK_NOTED, // anew
	ATTACK_GOES_ON,
	ATTACK_IS_OVER,
	ATTACK_ENDED, // the listener wants no more
};
enum attack_heard attack_ask_running(struct sitting *sitting, const struct diary_attack *attack);

// From the menu: one that runs is told, else one is noted with its strength alone. That is the pain before a session too.
enum attack_heard attack_from_menu(struct sitting *sitting);

#endif

// What the listener is asked around a session, as tables for session/ask.h. Any thread; nothing changes.
#ifndef CLI_QUESTION_H
#define CLI_QUESTION_H

#include "routine/routine.h"
#include "session/dialogue.h"

enum question {
	QUESTION_SORE,
	QUESTION_BEFORE,
	QUESTION_AFTER,
	QUESTION_LATER,
	QUESTION_LAST_TIME,
	QUESTION_DAY,
	QUESTIONS
};

// The offer of a rating has its index: 0 to 9.
const struct dialogue_table *question_table(enum question question);

enum { SORE_YES, SORE_NO };    // offers of QUESTION_SORE
enum { DAY_ATTACK, DAY_GOOD }; // of QUESTION_DAY

// Whether an area that hurt last time is to be kept. NULL lines: it has no name to be spoken.
enum { HURT_LEAVE_OUT, HURT_KEEP };
struct question_hurt {
	const char *lines[3];
	struct dialogue_table table;
};
void question_hurt(struct question_hurt *hurt, const char *area); // not to be copied

// "An attack."
const char *question_moment(enum moment moment);

extern const char *const question_menu_last[]; // NULL-ended

// Lines said besides.
enum question_line {
	LINE_RESUME,
	LINE_RESUME_NAME,
	LINE_DUE,
	LINE_BACK,
	LINE_MORE,
	LINE_END,
	LINE_CANNOT,
	LINE_FIND_1,
	LINE_FIND_2,
	LINE_FIND_3,
	LINE_KEPT_ATTACK,
	LINE_KEPT_GOOD,
	LINE_NOT_LOUDER,
	QUESTION_LINES,
};
extern const char *const question_lines[QUESTION_LINES + 1]; // NULL-ended
// "For an attack, press,"
const char *question_press(enum moment moment);

#endif

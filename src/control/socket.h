// The control socket: another program, an ssh login or a bedside button wishes by a line. Control thread.
//
// A line holds a word and for some an amount ("pause", "seek 30"); line.h reads it. Each gets one line back: "ok",
// "ok: and what was asked", or "no: what would be right". Only the same user and root are heard.
#ifndef CONTROL_SOCKET_H
#define CONTROL_SOCKET_H

#include "control/control.h"

#include <stddef.h>

enum { SOCKET_MOST_CLIENTS = 8 }; // the one that has been silent longest makes room for another

// NULL when there is no folder that is ours alone: $XDG_RUNTIME_DIR/stillroom, or else /tmp/stillroom-UID.
struct control *socket_open(void);
// Its name in that folder; lives as long as the control.
const char *socket_name(const struct control *control);

// ---- The other side: `stillroom ctl`

enum socket_outcome {
	SOCKET_DONE,    // `answer` is what was asked, or empty
	SOCKET_REFUSED, // `answer` says what would be right
	SOCKET_NOBODY,  // no session is there
	SOCKET_SILENT,  // one is, and gave no answer within 3 s
};

// To the session that began last.
int socket_send(const char *line, char *answer, size_t answer_bytes);

#endif

// What a live session and a spoken question stand on: the output and its feed, spoken answers, the controls, the guard of
// the headset, and the process's signals. Control thread; one at a time in a process.
#ifndef SESSION_STAGE_H
#define SESSION_STAGE_H

#include "control/control.h"
#include "control/route.h"
#include "out/sink.h"
#include "session/phrases.h"

#include <signal.h>

enum { STAGE_MOST_CONTROLS = 8 };

struct stage_setup {
	struct sink *sink;                             // the caller's
	struct phrases *phrases;                       // NULL: nothing is said; the caller's
	struct control *controls[STAGE_MOST_CONTROLS]; // any may be NULL; the stage's from now on
	struct control *terminal;                      // which of them is the terminal, or NULL
	bool guard;                                    // the output: sound stays where it began
};

struct stage;

// Takes SIGINT, SIGTERM, SIGHUP, SIGCONT and SIGUSR1 until it is destroyed.
struct stage *stage_create(const struct stage_setup *setup);
void stage_destroy(struct stage *stage); // NULL is fine; closes the output

// ---- The output. NULL feed: it is closed.
// Its feed is there after `open`, halted: what is written and ordered before `await` is heard from the output's first
// buffer on. `await` says whether it plays; wishes are kept meanwhile, and one for the end, or a signal, breaks it off.
// Where it fails, the feed is there until `close`.
// `new_home`: it may play wherever the sound goes now; else only where it did before, and nothing may be ordered early.
enum status stage_open(struct stage *stage, double volume_db, double ceiling_dbtp);
enum status stage_await(struct stage *stage, bool new_home);
void stage_close(struct stage *stage);
struct feed *stage_feed(const struct stage *stage);
int64_t stage_latency_frames(const struct stage *stage); // 0 while it is closed
bool stage_output_is_lost(struct stage *stage);          // dead or hung
bool stage_route_is_lost(struct stage *stage);           // the headset went

// ---- Spoken answers. A new one takes the place of one that sounds. One whose recordings do not come in time, as from a
// disk that stalls, is left unsaid: after 3 s, or late_sec.
void stage_say(struct stage *stage, const char *const *lines, int count, double level_db);
void stage_say_within(struct stage *stage, const char *const *lines, int count, double level_db, double late_sec);
void stage_hush(struct stage *stage);
void stage_speak_with(struct stage *stage, struct phrases *phrases); // from now on; NULL: nothing is said
bool stage_speaks(struct stage *stage); // false once the last word was heard, or nothing is to be said

// ---- Wishes
// Waits for a wish, a signal or at most so long, and keeps an answer flowing.
void stage_wait(struct stage *stage, double most_sec);
bool stage_take(struct stage *stage, struct wish *wish); // false when there is none now
void stage_tell(struct stage *stage, const struct control_view *view);
int stage_signal(const struct stage *stage);         // the first that wants an end, or 0
int stage_signal_count(const struct stage *stage);   // how many came
double stage_signal_sec(const struct stage *stage);  // when the first was noticed
bool stage_end_is_wished(const struct stage *stage); // by a signal, or by a wish that is still to be taken

#endif

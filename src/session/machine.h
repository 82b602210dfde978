// What the files of the machine share: moves, and who answers for which wish. Inside src/session only.
#ifndef SESSION_MACHINE_H
#define SESSION_MACHINE_H

#include "session/session.h"

// session.c: moves
bool machine_is_ending(const struct session *s);
int64_t machine_at(const struct session *s, const struct session_event *event); // where the session is, or will be
int64_t machine_sent(const struct session_event *event); // what a fade, or an answer, that begins now begins over
void machine_move(struct session *s, int64_t target_frames, struct session_effects *effects);
void machine_change_variant(struct session *s, struct session_effects *effects);
void machine_halt_to_speak(struct session *s, int64_t back_to_frames, struct session_effects *effects);
void machine_note(struct session_effects *effects, enum note_kind kind, const char *name, int ease, int64_t at_frames);

// jump.c
void jump_by_wish(struct session *s, const struct session_event *event, struct session_effects *effects);
bool jump_wants_more(enum verb verb); // in the sleep tail
bool jump_grant(struct session *s, const struct session_event *event, struct session_effects *effects);

// comfort.c
void comfort_wish(struct session *s, const struct session_event *event, struct session_effects *effects);
void comfort_leave_out(struct session *s, const struct session_event *event, struct session_effects *effects);
int64_t comfort_pass_hurts(const struct session *s, int64_t at_frames); // the same, or after an area left out

// answers.c
void answers_wish(struct session *s, const struct session_event *event, struct session_effects *effects);
void answers_give(struct session *s, const struct session_event *event, const struct answer *answer,
                  struct session_effects *effects);
void answers_hush(struct session *s, struct session_effects *effects);
void answers_speak_waiting(struct session *s, const struct session_event *event, struct session_effects *effects);
int64_t answers_instruction_at(const struct session *s, int64_t at_frames); // where the last words before it begin

#endif

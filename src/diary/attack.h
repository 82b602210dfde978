// An attack and what was taken, noted piece by piece: each call is on the disk when it is true, so an answer that was
// given stays, whatever comes. Control thread; waits for the disk. A diary that is NULL: false.
#ifndef DIARY_ATTACK_H
#define DIARY_ATTACK_H

#include "diary/diary.h"

bool diary_attack_begin(struct diary *diary, int64_t wall_sec, char id[DIARY_ID_BYTES]);

// What is not asked or not answered is not set. false too when there is no attack of that id.
bool diary_attack_set_strength(struct diary *diary, const char *id, int strength); // 0 to 9
bool diary_attack_set_side(struct diary *diary, const char *id, const char *side); // "left", "right", "both"

enum attack_sign { ATTACK_NAUSEA, ATTACK_LIGHT, ATTACK_SOUND, ATTACK_AURA, ATTACK_SORE, ATTACK_SIGNS };
bool diary_attack_set_sign(struct diary *diary, const char *id, enum attack_sign sign, bool is_there);

struct diary_medication {
	int64_t wall_sec;
	const char *attack;      // its id, or NULL
	const char *kind;        // one of diary_medication_words
	const char *name, *dose; // NULL: not told
};
bool diary_attack_medication(struct diary *diary, const struct diary_medication *medication, char id[DIARY_ID_BYTES]);
// It was not known before. false too when there is no medication of that id.
bool diary_medication_set_kind(struct diary *diary, const char *id, const char *kind);

enum { ATTACK_LONGEST_SEC = 72 * 60 * 60 }; // ICHD-3, 1.1 C: an attack lasts 4 to 72 hours

struct diary_attack {
	char id[DIARY_ID_BYTES];
	int64_t wall_sec;        // when it began
	int strength;            // or DIARY_NO_RATING
	char side[8];            // or ""
	int signs[ATTACK_SIGNS]; // 0, 1 or DIARY_NO_RATING
	int medication_count;
};

// The last attack, when it began less than ATTACK_LONGEST_SEC ago and was not told to be over; else nothing is answered.
bool diary_attack_running(struct diary *diary, int64_t wall_sec, struct diary_attack *attack);
bool diary_attack_end(struct diary *diary, const char *id, int64_t wall_sec); // not before its begin

#endif

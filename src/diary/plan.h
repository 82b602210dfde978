// The plan: how often the listener wants to do a routine. It goes before what the routine says of itself. Control thread.
#ifndef DIARY_PLAN_H
#define DIARY_PLAN_H

#include "diary/diary.h"

enum { PLAN_MOST_PER_WEEK = 14 };

// 0: when needed, whatever the routine says. false: it could not be kept.
bool plan_set(struct diary *diary, const char *routine, double per_week);

// The routine's own `often` counts again. false: it could not be kept. *had says whether there was one.
bool plan_clear(struct diary *diary, const char *routine, bool *had);

#endif

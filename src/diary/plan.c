#include "diary/plan.h"

bool plan_set(struct diary *diary, const char *routine, double per_week)
{
	return diary && per_week >= 0.0 && per_week <= PLAN_MOST_PER_WEEK &&
	       store_run(diary_store(diary), "INSERT OR REPLACE INTO plan(routine, per_week) VALUES(?, ?)", "td",
	                 routine, per_week);
}

bool plan_clear(struct diary *diary, const char *routine, bool *had)
{
	*had = false;
	if (!diary)
		return false;
	*had = store_number(diary_store(diary), 0, "SELECT count(*) FROM plan WHERE routine = ?", "t", routine) > 0;
	return store_run(diary_store(diary), "DELETE FROM plan WHERE routine = ?", "t", routine);
}

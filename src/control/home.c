#include "control/home.h"

#include <stdio.h>
#include <string.h>

struct home home_none(void)
{
	return (struct home){.index = HOME_NO_INDEX};
}

void home_forget_index(struct home *home)
{
	home->index = HOME_NO_INDEX;
}

enum home_verdict home_stream(const struct home *home, int64_t sink_index)
{
	if (sink_index == HOME_NO_INDEX)
		return HOME_STAYS; // between two places it is not heard
	if (!home->known || home->index == HOME_NO_INDEX)
		return HOME_UNKNOWN;
	return sink_index == home->index ? HOME_STAYS : HOME_LEFT;
}

static void copy(char *to, const char *text)
{
	snprintf(to, HOME_NAME_BYTES, "%s", text ? text : "");
}

static bool same(const char *kept, const char *text)
{
	char cut[HOME_NAME_BYTES];
	copy(cut, text);
	return strcmp(kept, cut) == 0;
}

static bool is_plugged_in(const struct home *home, const struct home_sink *sink)
{
	return same(home->port, sink->port) && (!sink->port_is_gone || home->port_was_gone);
}

enum home_verdict home_look(struct home *home, const struct home_sink *sink)
{
	if (!home->known) {
		home->known = true;
		home->index = sink->index;
		copy(home->name, sink->name);
		copy(home->port, sink->port);
		home->port_was_gone = sink->port_is_gone;
		return HOME_STAYS;
	}
	if (!same(home->name, sink->name) || !is_plugged_in(home, sink))
		return HOME_LEFT;
	home->index = sink->index;
	home->port_was_gone = sink->port_is_gone;
	return HOME_STAYS;
}

enum home_verdict home_removed(struct home *home, int64_t sink_index)
{
	if (sink_index == HOME_NO_INDEX || sink_index != home->index)
		return HOME_STAYS;
	home_forget_index(home);
	return HOME_LEFT;
}

bool home_is_back(const struct home *home, const struct home_sink *sink, const char *default_name)
{
	return home->known && same(home->name, sink->name) && same(home->name, default_name) &&
	       is_plugged_in(home, sink);
}

// Where a session was left: the one unfinished session, to pick it up again. Control thread.
#ifndef DIARY_BOOKMARK_H
#define DIARY_BOOKMARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// All texts together with their ends may take this; what is longer is not kept.
enum { BOOKMARK_TEXT_BYTES = 8000, BOOKMARK_MOST_VALUES = 64 };

struct bookmark_value {
	const char *name, *value; // "length", "2m"
};

struct bookmark {
	const char *routine; // as it was asked for
	const char *voice;   // as it was asked for; NULL: the default
	const char *title;   // for the menu; NULL is fine
	const struct bookmark_value *values;
	size_t value_count;
	int64_t at_frames, length_frames;
	int ease;         // steps of "too much"
	double volume_db; // as chosen
	int64_t wall_sec; // since 1970
	bool finished;    // it came to its end: nothing to pick up
	bool playing;     // somebody plays it now; bookmark_keep does not look at it
	void *memory;     // of what bookmark_last gave; bookmark_keep does not look at it
};

struct bookmarks;

// For a session that is about to start; the last one's stays until the first keep. NULL: nothing can be kept, because
// there is no place, or because another player keeps its own. What is damaged there, or not ours, is set aside as
// bookmark.damaged. May wait for the disk.
struct bookmarks *bookmark_open(const char *folder);

// Each second: one write into the system's memory, which a killed program leaves behind whole. false: not kept; another
// time may be better. NULL is fine in all of these.
bool bookmark_keep(struct bookmarks *bookmarks, const struct bookmark *bookmark);

// In a pause: on to the disk too, against a power cut; does not wait for it.
void bookmark_settle(struct bookmarks *bookmarks);

// The session came to its end (or was ended for good): nothing is left to pick up.
bool bookmark_done(struct bookmarks *bookmarks);

// Waits until the disk has what was kept, so that comes after the last sound.
void bookmark_close(struct bookmarks *bookmarks);

// The last that was kept, finished or not; false when there is none that is whole. Its texts live until
// bookmark_finish, which a zeroed one may be given too.
bool bookmark_last(const char *folder, struct bookmark *bookmark);
void bookmark_finish(struct bookmark *bookmark);

#endif

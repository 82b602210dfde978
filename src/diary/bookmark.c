// Two slots of one size in a file that has its full length from the start, written in turn: a write that was torn, by
// a kill or by the power, spoils the older place, and the newer one stays. Each has a serial number, which says whose
// turn it is, and a checksum.
//
// The system's memory outlives a killed program, so the disk is waited for only at the end; in a pause a thread of its
// own does that, because a disk that had gone to sleep would hold up the keys.
//
// The lock is one of the open file description (fcntl(2)), for that one can be asked after without being taken.
#include "diary/bookmark.h"

#include "base/memory.h"
#include "base/thread.h"
#include "diary/state.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOTS = 2, SLOT_BYTES = 8192, FILE_BYTES = SLOTS * SLOT_BYTES };
enum { FLAG_FINISHED = 1, FLAG_VOICE = 2, FLAG_TITLE = 4 };

static const char NAME[] = "bookmark", DAMAGED[] = "bookmark.damaged";
static const char MARK[8] = "stillbm1"; // the format's version is in it

// As it lies in a slot, in the machine's byte order: the file does not travel.
struct record {
	char mark[8];
	uint64_t sum; // of all that follows, to the end of the texts
	uint64_t serial;
	int64_t at_frames, length_frames, wall_sec;
	double volume_db;
	uint32_t ease, flags, value_count, text_bytes;
	char texts[BOOKMARK_TEXT_BYTES]; // routine, voice, title, then names and values; each with its NUL
};

_Static_assert(sizeof(struct record) <= SLOT_BYTES, "a record fits into its slot");

struct bookmarks {
	int fd;
	struct record last; // kept
	bool settling;
	pthread_t settler;
};

// ---- A record

static size_t record_bytes(const struct record *record)
{
	return offsetof(struct record, texts) + record->text_bytes;
}

// FNV-1a, 64 bits (Fowler, Noll, Vo).
static uint64_t record_sum(const struct record *record)
{
	const unsigned char *bytes = (const unsigned char *)record;
	uint64_t sum = UINT64_C(0xcbf29ce484222325);
	for (size_t i = offsetof(struct record, serial); i < record_bytes(record); i++)
		sum = (sum ^ bytes[i]) * UINT64_C(0x100000001b3);
	return sum;
}

static bool put_text(struct record *record, const char *text)
{
	size_t n = strlen(text) + 1;
	if (n > sizeof record->texts - record->text_bytes)
		return false;
	memcpy(record->texts + record->text_bytes, text, n);
	record->text_bytes += (uint32_t)n;
	return true;
}

static bool is_sound(int64_t at_frames, int64_t length_frames, double volume_db)
{
	return at_frames >= 0 && length_frames >= 0 && volume_db <= 0.0;
}

static bool record_fill(struct record *record, const struct bookmark *from)
{
	if (!from->routine || from->ease < 0 || from->value_count > BOOKMARK_MOST_VALUES ||
	    !is_sound(from->at_frames, from->length_frames, from->volume_db))
		return false;
	*record = (struct record){
		.at_frames = from->at_frames,
		.length_frames = from->length_frames,
		.wall_sec = from->wall_sec,
		.volume_db = from->volume_db,
		.ease = (uint32_t)from->ease,
		.flags = (from->finished ? FLAG_FINISHED : 0u) | (from->voice ? FLAG_VOICE : 0u) |
	                 (from->title ? FLAG_TITLE : 0u),
		.value_count = (uint32_t)from->value_count,
	};
	memcpy(record->mark, MARK, sizeof MARK);
	bool fits = put_text(record, from->routine) && put_text(record, from->voice ? from->voice : "") &&
	            put_text(record, from->title ? from->title : "");
	for (size_t i = 0; fits && i < from->value_count; i++)
		fits = put_text(record, from->values[i].name) && put_text(record, from->values[i].value);
	return fits;
}

static size_t count_texts(const struct record *record)
{
	size_t count = 0;
	for (uint32_t i = 0; i < record->text_bytes; i++)
		count += record->texts[i] == '\0';
	return count;
}

// The checksum is for accidents; the bounds are for whatever else may have been written there.
static bool record_is_whole(const struct record *record, int slot)
{
	return memcmp(record->mark, MARK, sizeof MARK) == 0 && record->text_bytes > 0 &&
	       record->text_bytes <= sizeof record->texts && record->sum == record_sum(record) &&
	       record->serial % SLOTS == (uint64_t)slot && record->serial <= INT64_MAX &&
	       record->value_count <= BOOKMARK_MOST_VALUES && record->ease <= INT32_MAX &&
	       record->texts[record->text_bytes - 1] == '\0' && count_texts(record) == 3 + 2 * record->value_count &&
	       is_sound(record->at_frames, record->length_frames, record->volume_db);
}

// ---- The file

enum content { CONTENT_NONE, CONTENT_RECORD, CONTENT_FOREIGN };

static bool is_blank(const unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes[i])
			return false;
	return true;
}

// The newer of the two that is whole.
static enum content read_record(int fd, struct record *record)
{
	enum content content = CONTENT_NONE;
	unsigned char slot[SLOT_BYTES];
	struct record read;
	for (int i = 0; i < SLOTS; i++) {
		ssize_t n = pread(fd, slot, sizeof slot, (off_t)i * SLOT_BYTES);
		if (n < 0)
			return CONTENT_FOREIGN;
		memset(slot + n, 0, sizeof slot - (size_t)n);
		memcpy(&read, slot, sizeof read);
		if (record_is_whole(&read, i)) {
			if (content != CONTENT_RECORD || read.serial > record->serial)
				*record = read;
			content = CONTENT_RECORD;
		} else if (content == CONTENT_NONE && !is_blank(slot, sizeof slot)) {
			content = CONTENT_FOREIGN;
		}
	}
	return content;
}

// Where a disk knows no locks, there is none.
static bool is_locked_out(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	return fcntl(fd, F_OFD_SETLK, &lock) != 0 && (errno == EAGAIN || errno == EACCES);
}

static bool is_played(int fd)
{
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

// Another player may have set the file aside between our open and our lock.
static bool is_in_place(int folder_fd, int fd)
{
	struct stat opened, named;
	return fstat(fd, &opened) == 0 && fstatat(folder_fd, NAME, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

// All of its room is taken now, in blocks that hold zeros, so that no keep needs more of a full disk.
static bool take_room(int fd)
{
	static const char zeros[FILE_BYTES];
	struct stat is;
	if (fstat(fd, &is) == 0 && is.st_size == FILE_BYTES)
		return true;
	return state_may_grow_to(FILE_BYTES) && pwrite(fd, zeros, sizeof zeros, 0) == FILE_BYTES &&
	       ftruncate(fd, FILE_BYTES) == 0;
}

// Locked, or -1.
static int open_ours(int folder_fd, struct record *last, bool *foreign)
{
	int fd = state_open_file(folder_fd, NAME, O_RDWR | O_CREAT);
	if (fd < 0)
		return -1;
	*last = (struct record){0};
	*foreign = false;
	if (!is_locked_out(fd) && is_in_place(folder_fd, fd)) {
		enum content content = read_record(fd, last);
		*foreign = content == CONTENT_FOREIGN;
		if (content == CONTENT_RECORD || (content == CONTENT_NONE && take_room(fd)))
			return fd;
		if (*foreign)
			renameat(folder_fd, NAME, folder_fd, DAMAGED);
	}
	close(fd);
	return -1;
}

// ---- To its callers

struct bookmarks *bookmark_open(const char *folder)
{
	int folder_fd = state_open(folder);
	if (folder_fd < 0)
		return NULL;
	struct record last;
	bool foreign = false;
	int fd = open_ours(folder_fd, &last, &foreign);
	if (fd < 0 && foreign)
		fd = open_ours(folder_fd, &last, &foreign);
	close(folder_fd);
	if (fd < 0)
		return NULL;
	struct bookmarks *bookmarks = memory_alloc(sizeof *bookmarks);
	bookmarks->fd = fd;
	bookmarks->last.serial = last.serial;
	return bookmarks;
}

static bool write_record(struct bookmarks *bookmarks, struct record *record)
{
	record->serial = bookmarks->last.serial + 1;
	record->sum = record_sum(record);
	size_t bytes = record_bytes(record);
	off_t at = (off_t)(record->serial % SLOTS) * SLOT_BYTES;
	if (!state_may_grow_to(FILE_BYTES) || pwrite(bookmarks->fd, record, bytes, at) != (ssize_t)bytes)
		return false;
	bookmarks->last = *record;
	return true;
}

bool bookmark_keep(struct bookmarks *bookmarks, const struct bookmark *bookmark)
{
	struct record record;
	return bookmarks && record_fill(&record, bookmark) && write_record(bookmarks, &record);
}

bool bookmark_done(struct bookmarks *bookmarks)
{
	if (!bookmarks || !bookmarks->last.text_bytes)
		return false;
	struct record record = bookmarks->last;
	record.flags |= FLAG_FINISHED;
	return write_record(bookmarks, &record);
}

static void *settle(void *context)
{
	const struct bookmarks *bookmarks = context;
	fdatasync(bookmarks->fd);
	return NULL;
}

void bookmark_settle(struct bookmarks *bookmarks)
{
	if (!bookmarks || (bookmarks->settling && pthread_tryjoin_np(bookmarks->settler, NULL) != 0))
		return;
	bookmarks->settling = thread_start(&bookmarks->settler, settle, bookmarks);
}

void bookmark_close(struct bookmarks *bookmarks)
{
	if (!bookmarks)
		return;
	if (bookmarks->settling)
		pthread_join(bookmarks->settler, NULL);
	fsync(bookmarks->fd);
	close(bookmarks->fd);
	free(bookmarks);
}

// ---- What was kept

// Texts and values in one piece of memory.
static void unfold(const struct record *record, struct bookmark *bookmark)
{
	size_t values_bytes = record->value_count * sizeof(struct bookmark_value);
	char *memory = memory_alloc(values_bytes + record->text_bytes);
	struct bookmark_value *values = (struct bookmark_value *)(void *)memory;
	const char *text = memcpy(memory + values_bytes, record->texts, record->text_bytes);
	const char *texts[3 + 2 * BOOKMARK_MOST_VALUES];
	for (uint32_t i = 0; i < 3 + 2 * record->value_count; i++) {
		texts[i] = text;
		text += strlen(text) + 1;
	}
	for (uint32_t i = 0; i < record->value_count; i++)
		values[i] = (struct bookmark_value){texts[3 + 2 * i], texts[4 + 2 * i]};
	*bookmark = (struct bookmark){
		.routine = texts[0],
		.voice = record->flags & FLAG_VOICE ? texts[1] : NULL,
		.title = record->flags & FLAG_TITLE ? texts[2] : NULL,
		.values = values,
		.value_count = record->value_count,
		.at_frames = record->at_frames,
		.length_frames = record->length_frames,
		.ease = (int)record->ease,
		.volume_db = record->volume_db,
		.wall_sec = record->wall_sec,
		.finished = record->flags & FLAG_FINISHED,
		.memory = memory,
	};
}

bool bookmark_last(const char *folder, struct bookmark *bookmark)
{
	*bookmark = (struct bookmark){0};
	int folder_fd = state_open(folder);
	if (folder_fd < 0)
		return false;
	struct record record;
	int fd = state_open_file(folder_fd, NAME, O_RDONLY);
	close(folder_fd);
	if (fd < 0)
		return false;
	bool found = read_record(fd, &record) == CONTENT_RECORD;
	if (found) {
		unfold(&record, bookmark);
		bookmark->playing = is_played(fd);
	}
	close(fd);
	return found;
}

void bookmark_finish(struct bookmark *bookmark)
{
	free(bookmark->memory);
	*bookmark = (struct bookmark){0};
}

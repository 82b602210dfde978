// Which recordings of a session are at fault, when its mix has said that some are.
#include "score/score.h"

#include "base/memory.h"
#include "routine/routine.h"
#include "voice/clip.h"

#include <stdlib.h>

void score_hear(const struct score *score, struct fault_list *faults)
{
	const struct pack *pack = score->pack;
	const struct place whole = {.file = pack->file, .line = 1, .column = 1};
	size_t faults_before = faults->count;
	bool *heard = memory_alloc(pack->line_count * sizeof *heard);
	int64_t frames;
	for (size_t i = 0; i < score->event_count; i++) {
		const struct event *event = &score->events[i];
		if (event->lane != LANE_VOICE || heard[event->voice.line - pack->lines])
			continue;
		heard[event->voice.line - pack->lines] = true;
		clip_check(pack, event->voice.line, &frames, faults);
	}
	if (faults->count == faults_before)
		fault_add(faults, &whole, "a recording could not be read, and now it can; try once more");
	free(heard);
}

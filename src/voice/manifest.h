// pack.yaml to a pack's fields and lines. Control thread.
#ifndef VOICE_MANIFEST_H
#define VOICE_MANIFEST_H

#include "voice/pack.h"

// Fills everything but arena, folder and file; the lines in the order written.
void manifest_read(struct pack *pack, const char *text, size_t length, struct fault_list *faults);

#endif

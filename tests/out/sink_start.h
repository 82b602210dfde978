// A sink opened and waited for at once, and stopped where that fails.
#ifndef OUT_SINK_START_H
#define OUT_SINK_START_H

#include "out/sink.h"

static inline enum status sink_start(struct sink *sink, double volume_db, struct feed **feed)
{
	enum status status = sink_open(sink, volume_db, feed);
	if (status != STATUS_OK)
		return status;
	status = sink_await(sink);
	if (status != STATUS_OK)
		sink_stop(sink);
	return status;
}

#endif

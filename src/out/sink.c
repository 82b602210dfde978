#include "out/sink.h"

#include <stddef.h>

enum status sink_open(struct sink *sink, double volume_db, struct feed **feed)
{
	sink->message[0] = '\0';
	return sink->ops->open(sink, volume_db, feed);
}

enum status sink_await(struct sink *sink)
{
	return sink->ops->await(sink);
}

enum sink_health sink_health(struct sink *sink)
{
	return sink->ops->health(sink);
}

double sink_latency_sec(const struct sink *sink)
{
	return sink->ops->latency_sec(sink);
}

void sink_stop(struct sink *sink)
{
	sink->ops->stop(sink);
}

void sink_silence(struct sink *sink)
{
	if (sink->ops->silence)
		sink->ops->silence(sink);
}

void sink_destroy(struct sink *sink)
{
	if (sink)
		sink->ops->destroy(sink);
}

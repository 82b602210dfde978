// sd-bus connects, authenticates and says hello as its descriptor allows, if it is only ever driven by sd_bus_process, and
// every call is one of the _async kind. One thing in it can wait all the same: an address other than unix: looks a name up
// in the network, or starts a program. Buses of that kind are left alone.
#include "control/bus.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// An address is a list of them, with semicolons between. No variable: the usual socket in the usual place.
static bool is_local(const char *addresses)
{
	for (const char *address = addresses; address; address = strchr(address, ';')) {
		address += *address == ';';
		if (*address && strncmp(address, "unix:", 5) != 0)
			return false;
	}
	return true;
}

sd_bus *bus_open(enum bus_kind kind)
{
	sd_bus *bus = NULL;
	if (!is_local(getenv(kind == BUS_SESSION ? "DBUS_SESSION_BUS_ADDRESS" : "DBUS_SYSTEM_BUS_ADDRESS")))
		return NULL;
	if ((kind == BUS_SESSION ? sd_bus_open_user(&bus) : sd_bus_open_system(&bus)) < 0)
		return NULL;
	return bus;
}

int bus_wait_on(sd_bus *bus, short *events)
{
	int fd = bus ? sd_bus_get_fd(bus) : -1;
	int wanted = fd >= 0 ? sd_bus_get_events(bus) : 0;
	*events = (short)(wanted > 0 ? wanted : 0);
	return fd >= 0 ? fd : -1;
}

double bus_deadline_sec(sd_bus *bus)
{
	uint64_t until_usec = UINT64_MAX;
	if (!bus || sd_bus_get_timeout(bus, &until_usec) < 0 || until_usec == UINT64_MAX)
		return INFINITY;
	return 1e-6 * (double)until_usec; // of the clock that clock_sec reads
}

bool bus_step(sd_bus **bus)
{
	if (!*bus)
		return false;
	int did = sd_bus_process(*bus, NULL);
	if (did < 0)
		bus_close(bus);
	return did > 0;
}

void bus_close(sd_bus **bus)
{
	*bus = sd_bus_close_unref(*bus);
}

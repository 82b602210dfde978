// A D-Bus connection that never makes its caller wait: for the desktop's controls. Control thread.
//
// A bus that is not there is NULL; one that dies becomes NULL. NULL is fine in all of these.
#ifndef CONTROL_BUS_H
#define CONTROL_BUS_H

#include <systemd/sd-bus.h>

#include <stdbool.h>

enum bus_kind { BUS_SESSION, BUS_SYSTEM };

// Begins to connect; what is sent before it has is kept and sent then. NULL when there is no such bus on this machine.
sd_bus *bus_open(enum bus_kind kind);

// As in struct control_ops.
int bus_wait_on(sd_bus *bus, short *events);
double bus_deadline_sec(sd_bus *bus);

// Does one piece of what is to be done, a message at most; false when there is no more now. Closes a bus that has died.
bool bus_step(sd_bus **bus);

// What was not sent yet is dropped: sending it could wait for the other side.
void bus_close(sd_bus **bus);

#endif

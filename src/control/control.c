#include "control/control.h"

#include <math.h>
#include <stddef.h>

int control_wait_on(struct control *control, short *events)
{
	*events = 0;
	return control ? control->ops->wait_on(control, events) : -1;
}

double control_deadline_sec(struct control *control)
{
	return control ? control->ops->deadline_sec(control) : INFINITY;
}

bool control_take(struct control *control, struct wish *wish)
{
	return control && control->ops->take(control, wish);
}

void control_tell(struct control *control, const struct control_view *view)
{
	if (control)
		control->ops->tell(control, view);
}

void control_destroy(struct control *control)
{
	if (control)
		control->ops->destroy(control);
}

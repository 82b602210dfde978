// The folder of the control sockets, and who listens there. Control thread.
#ifndef CONTROL_SOCKET_FOLDER_H
#define CONTROL_SOCKET_FOLDER_H

#include <stdbool.h>

enum { SOCKET_NAME_BYTES = 40 };

// A descriptor of the folder; -1 when there is none that is ours alone. `make`: when it is missing.
int socket_folder_open(bool make);
// A listening socket that is called `name` there; -1 when it cannot be. Names of the dead are taken away.
int socket_folder_listen(int folder, char name[SOCKET_NAME_BYTES]);
// Connected to the one that began to listen last, perhaps after 3 s; -1: nobody listens, or with EAGAIN in errno, it does
// not take us.
int socket_folder_connect(int folder);

#endif

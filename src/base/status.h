// How a call ended. Any thread.
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

enum status {
	STATUS_OK = 0,
	STATUS_FAULTY,    // what was read is wrong; the fault list says where and why
	STATUS_NOT_FOUND, // no such file, routine, pack or device
	STATUS_NO_DEVICE, // this machine has no audio output
	STATUS_FAILED,    // the machine would not do it: a disk, a device, a child process
	STATUS_STOPPED,   // somebody asked it to end
};

#endif

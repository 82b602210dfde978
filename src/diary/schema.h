// The diary's tables, as the versions by which they came about. Any thread; nothing changes.
#ifndef DIARY_SCHEMA_H
#define DIARY_SCHEMA_H

enum { SCHEMA_VERSION = 3 }; // as PRAGMA user_version

// SQL that makes version `from + 1` of version `from`, from 0 to SCHEMA_VERSION - 1. What has gone out is never changed.
const char *schema_step(int from);

#endif

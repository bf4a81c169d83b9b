// Package engine runs ClickHouse beside the program when no server is
// configured. ClickHouse comes as a shared library (libchdb) and runs in a
// child process of the same binary, listening on ClickHouse's own protocol on
// a loopback port, so that nothing else in the code can tell it from a server.
//
// A data directory has one engine. Whoever takes its lock starts the child and
// owns it; other commands on the same directory attach to it. The child holds
// the lock too, so a lock is never stale: it is free exactly when no engine
// writes to the directory, however the processes ended.
package engine

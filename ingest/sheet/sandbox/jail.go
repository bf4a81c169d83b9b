package sandbox

import (
	"fmt"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// restrict makes the process give up, for good, what reading a file does not
// need. Where a system knows a limit and does not enforce it (memory on
// macOS), the limits of package sheet stand alone.
func restrict(l Limits) error {
	unix.Umask(0o077)
	// The collector works harder from here on, before the kernel says no.
	debug.SetMemoryLimit(l.Memory / 4 * 3)
	for _, limit := range []struct {
		name     string
		resource int
		value    uint64
	}{
		// Go reserves 1.2 GB of addresses before main, which RLIMIT_AS counts and
		// this one does not: it counts memory that can be written.
		{"memory", unix.RLIMIT_DATA, uint64(l.Memory)},
		// Go ignores the signal of the soft limit, so the hard one is the same and kills.
		{"processor time", unix.RLIMIT_CPU, l.cpuSeconds()},
		{"open files", unix.RLIMIT_NOFILE, 16}, // standard ones, the file, and the runtime's own
		{"written files", unix.RLIMIT_FSIZE, 0},
		{"core dumps", unix.RLIMIT_CORE, 0},
	} {
		var now unix.Rlimit
		if err := unix.Getrlimit(limit.resource, &now); err != nil {
			return fmt.Errorf("limit of %s: %w", limit.name, err)
		}
		value := min(limit.value, now.Max) // nobody may raise a limit set from outside
		if err := unix.Setrlimit(limit.resource, &unix.Rlimit{Cur: value, Max: value}); err != nil {
			return fmt.Errorf("limit of %s: %w", limit.name, err)
		}
	}
	return filter()
}

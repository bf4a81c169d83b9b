package schedule

import (
	"context"
	"time"

	"gatehouse"
)

// CatchUp says what becomes of times that passed without a run: while nothing
// ran, or while the run before took longer than its turn. It also holds for
// runs that failed, or lost their process, and have another attempt left.
type CatchUp int

const (
	Latest CatchUp = iota // one run, for the newest of them
	Skip                  // no run: what cannot begin within a minute of its time is left out
	All                   // a run for each, oldest first; at most the newest thousand
)

// Job is something done regularly, by Every or Cron, or with neither when it is
// triggered only. The zero values of the rest do.
type Job struct {
	Name  string
	Title gatehouse.Text
	// Every is elapsed time, of whole seconds. The times are its multiples since
	// the year 1 UTC, so those of every process.
	Every time.Duration
	// Cron is minute, hour, day, month and weekday by the business's clock.
	// A single day of 29 to 31 is the last one of months that lack it.
	Cron    string
	AtStart bool      // run when the scheduler starts, unless something is due then anyway
	Served  time.Time // times up to it were served, whether or not the ledger knows
	CatchUp CatchUp
	Timeout time.Duration // after which a run is ended as failed; 0: none
	Retries int           // further attempts after a failure, except of runs asked for by hand
	Backoff time.Duration // before the first of them, doubled before each further one; default a minute
	// Run does it, and tells in a few words what it did.
	Run func(ctx context.Context, r Run) (gatehouse.Text, error)
}

const (
	defaultBackoff = time.Minute
	longestBackoff = time.Hour
)

// backoff is the pause after an attempt that failed.
func (j Job) backoff(attempt uint16) time.Duration {
	pause := j.Backoff
	if pause <= 0 {
		pause = defaultBackoff
	}
	for range attempt - 1 {
		if pause *= 2; pause >= longestBackoff {
			return longestBackoff
		}
	}
	return pause
}

// attempts is how often a time is tried. A run whose process died is tried
// once more even without retries, but one that kills its process not for ever.
func (j Job) attempts(last State) int {
	if last == Stopped {
		return 1 + max(j.Retries, 1)
	}
	return 1 + j.Retries
}

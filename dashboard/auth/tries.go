package auth

import (
	"maps"
	"sync"
	"time"

	"gatehouse"
)

// What Authenticate says to those it does not let in.
var (
	ErrDenied error = gatehouse.Errorf(gatehouse.Forbidden, "name and password do not belong together")
	ErrLocked error = gatehouse.Errorf(gatehouse.Unavailable, "too many failed tries: wait %d minutes", int(window/time.Minute))
	// ErrLockedNow is the ErrLocked of the try that came first after them.
	ErrLockedNow error = gatehouse.Errorf(gatehouse.Unavailable, "%w", ErrLocked)
)

const (
	window          = 15 * time.Minute
	triesOfName     = 5  // of one name from one address: a person's typing mistakes
	triesOfAddress  = 50 // of all names from one address: an office behind one router
	triesRemembered = 10_000
)

// tries counts the tries to sign in of the last window. A try counts as failed
// until it succeeds, so that many at once are bounded too.
type tries struct {
	mu     sync.Mutex
	counts map[tryKey]tryCount
}

type tryKey struct{ name, address string } // an empty name counts the address

type tryCount struct {
	n     int
	told  bool // that no more are looked at
	until time.Time
}

// verdict is what becomes of a try.
type verdict int

const (
	allowed verdict = iota
	lockedNow
	locked
)

func newTries() *tries { return &tries{counts: map[tryKey]tryCount{}} }

// allow counts a try and tells whether it may go on. That too many have come is
// told once, so that an attack does not fill the record.
func (t *tries) allow(name, address string, now time.Time) verdict {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.counts) >= triesRemembered {
		maps.DeleteFunc(t.counts, func(_ tryKey, c tryCount) bool { return !now.Before(c.until) })
	}
	if len(t.counts) >= triesRemembered {
		return locked // under attack; those already signed in go on working
	}
	byName, byAddress := tryKey{name, address}, tryKey{"", address}
	one, all := t.current(byName, now), t.current(byAddress, now)
	if one.n >= triesOfName || all.n >= triesOfAddress {
		if one.told || all.told {
			return locked
		}
		if all.n >= triesOfAddress {
			all.told = true
			t.counts[byAddress] = all
		} else {
			one.told = true
			t.counts[byName] = one
		}
		return lockedNow
	}
	one.n, all.n = one.n+1, all.n+1
	t.counts[byName], t.counts[byAddress] = one, all
	return allowed
}

func (t *tries) current(k tryKey, now time.Time) tryCount {
	c, ok := t.counts[k]
	if !ok || !now.Before(c.until) {
		return tryCount{until: now.Add(window)}
	}
	return c
}

// forgive takes a success out of the count.
func (t *tries) forgive(name, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.counts, tryKey{name, address})
	all := tryKey{"", address}
	if c, ok := t.counts[all]; ok {
		c.n--
		t.counts[all] = c
	}
}

package source

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net"
	"time"

	"gatehouse"
)

// Deps are the surroundings of fetchers. What is left out is the real thing.
type Deps struct {
	Getenv   func(string) string // reads secrets; required where a source has one in the environment
	Log      *slog.Logger
	Temp     string        // directory of temporary files; default: the system's
	Resolver *net.Resolver // of host names
	Now      func() time.Time
	Sleep    func(context.Context, time.Duration) error // between tries
	Random   func() float64                             // jitter, 0 ≤ x < 1
}

func (d Deps) withDefaults() Deps {
	if d.Getenv == nil {
		d.Getenv = func(string) string { return "" }
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Sleep == nil {
		d.Sleep = sleep
	}
	if d.Random == nil {
		d.Random = rand.Float64
	}
	return d
}

func (d Deps) clock() clock { return clock{d.Now, d.Sleep, d.Random} }

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// New makes the fetcher of a source.
func New(s Source, d Deps) (Fetcher, error) {
	d = d.withDefaults()
	guard, err := newDialGuard(s, d)
	if err != nil {
		return nil, err
	}
	switch s.Kind {
	case Folder:
		return newFolder(*s.Folder, d.Now)
	case REST:
		return newREST(s, d)
	case S3:
		return newS3(*s.S3, guard.DialContext, d.Getenv)
	case SFTP:
		return newSFTP(*s.SFTP, guard.DialContext, d.Getenv)
	case IMAP:
		return newIMAP(*s.IMAP, guard.DialContext, d.Getenv)
	case Push:
		return nil, gatehouse.Errorf(gatehouse.Invalid, "source %s waits for what others send: there is nothing to fetch", s.Name)
	}
	return nil, gatehouse.Errorf(gatehouse.Invalid, "source %s: this program cannot fetch from a source of kind %s", s.Name, s.Kind)
}

func newDialGuard(s Source, d Deps) (*dialGuard, error) {
	allowed, err := parseAllowed(s.Allow)
	if err != nil {
		return nil, err
	}
	return &dialGuard{allowed: allowed, resolver: d.Resolver}, nil
}

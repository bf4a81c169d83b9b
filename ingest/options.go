package ingest

import (
	"log/slog"

	"gatehouse/ingest/sheet/sandbox"
)

// Options of a Loader. Zero values mean the defaults.
type Options struct {
	Limits sandbox.Limits // of one file; default: sandbox.DefaultLimits
	AtOnce int            // files read at once, each in a process of its own; default: 4
	Log    *slog.Logger   // default: discarded
}

func (o Options) withDefaults() Options {
	if o.Limits == (sandbox.Limits{}) {
		o.Limits = sandbox.DefaultLimits()
	}
	if o.AtOnce == 0 {
		o.AtOnce = 4
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// FileBytes is the most that a file may have.
func (l *Loader) FileBytes() int64 { return l.options.Limits.FileBytes }

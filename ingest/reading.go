package ingest

import (
	"context"
	"errors"

	"gatehouse/ingest/sheet"
	"gatehouse/ingest/sheet/sandbox"
)

// open opens a stored file in a process of its own, when its turn comes: many
// uploads at once must not take more memory than Options say. done ends it.
func (l *Loader) open(ctx context.Context, sha string, format Format) (_ *sheet.Book, done func(), _ error) {
	return l.openIn(ctx, l.turns, sha, format)
}

// openIn is open for those who share these turns.
func (l *Loader) openIn(ctx context.Context, turns chan struct{}, sha string, format Format) (_ *sheet.Book, done func(), _ error) {
	select {
	case turns <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	release := func() { <-turns }
	file, err := l.files.Open(sha)
	if err != nil {
		release()
		return nil, nil, err
	}
	book, err := sandbox.Open(ctx, file, sandbox.How{Format: sheet.Format(format), Zone: l.db.Calendar().Location.String()}, l.options.Limits)
	if err != nil {
		file.Close()
		release()
		return nil, nil, err
	}
	return book.Book, func() {
		book.Close()
		file.Close()
		release()
	}, nil
}

// logged writes down what a reader died of, which users need not see.
func (a *attempt) logged(err error) error {
	if f, ok := errors.AsType[*sheet.Fault](err); ok && f.Cause != nil {
		a.options.Log.Error("the reader of a file died", "load", a.result.LoadID, "file", a.result.File, "code", f.Code, "cause", f.Cause)
	}
	return err
}

package source

import (
	"context"
	"io"

	"gatehouse/ingest"
)

// Fetcher is one kind of source.
type Fetcher interface {
	// Fetch yields the items that are new since before. An error of yield ends
	// the fetching and is returned; items yielded before it stay as they are.
	Fetch(ctx context.Context, before State, yield func(Item) error) error
}

// State is what a source remembers of its earlier runs.
type State struct {
	// Cursor is the newest on record: how far an incremental pull has come,
	// empty at first.
	Cursor string
	// Turn counts the cursors put on record so far. It never goes back, also
	// when the cursor does.
	Turn uint64
	// Seen tells whether the item was settled in this version before: loaded,
	// or refused.
	Seen func(item, version string) bool
	// Note takes what the record of the run should say besides its items, such
	// as what was left alone and why; may be nil.
	Note func(text string)
}

// Item is one file that a source offers. Content and Settle are good until
// yield returns.
type Item struct {
	Name    string // unique within the source: a path, a key, "mailbox/uid/attachment"
	Folder  string // where it lay below the source's own folder; may name the project, may be empty
	Version string // changes with the content: an etag, or size and time
	Cursor  string // to put on record once this item and all before it in the run are published; empty: none
	Content io.ReaderAt
	Size    int64
	// Settle tells the source what became of the item, after that is on
	// record: move it to done/, flag the message. nil: nothing to do.
	Settle func(ctx context.Context, became ingest.State) error
}

package ingest

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"gatehouse"
)

// PlaceRequest asks where a row stands in the file that brought it. A fact has
// all it takes: its load, attempt, brought, sheet and source_row.
type PlaceRequest struct {
	Scope    gatehouse.Scope
	Viewer   string // user who asks, as in LoadFilter
	LoadID   string
	Attempt  uint64 // of the load; 0: the one that lists show
	Brought  uint64 // attempt whose file has the row; 0: the load's own
	Sheet    string
	Row      int
	Fact     string    // table of the fact whose cell to mark; empty: the first that has the field
	Field    string    // of the fact or of the feed; empty: the fact's measure
	Question string    // of a survey with a column for each; empty: the first
	Around   int       // rows before and after; 0: 8, at most 50
	KnownAt  time.Time // state of knowledge; zero: now
}

const (
	usualAround = 8
	mostAround  = 50
	// looksAtOnce bounds the memory of those who look into files.
	looksAtOnce = 2
)

// Place is a row as it stands in the file that brought it. What the one who
// asks may not see is not in it.
type Place struct {
	LoadID  string // of the file, which for a row that a correction carried over is the load as it first came
	Attempt uint64 // whose file it is
	File    string
	SHA256  string
	Bytes   uint64
	By      string
	Source  string
	At      time.Time // when that attempt began
	Through string    // load that was asked for where it is another: it carried the row over
	Sheet   string
	Row     int
	Feed    string // that the sheet is read as
	// Whole tells that who asks may see all of the file. Else rows that made no
	// fact of his projects, and columns that are not read, are kept from him:
	// nobody can tell whose they are.
	Whole   bool
	Columns []PlaceColumn
	Left    int        // columns that are not in Columns
	Head    []PlaceRow // the header as it stands
	Rows    []PlaceRow // the row, and its neighbours by number
	Marked  int        // index of the column asked for; -1: it has none in this file
	Cell    string     // "F128", empty without one
	Facts   []PlaceFact
	Faults  []PlaceFault    // why the row was set aside
	Fault   *gatehouse.Text // why the file cannot be shown, nil when it is
}

// PlaceColumn is a column and what the cell of the row became.
type PlaceColumn struct {
	Name     string // "F"
	Header   string
	Use      ColumnUse
	Field    string // that it is read as, empty for others
	Label    gatehouse.Text
	Question string // of UseQuestion
	Became   []PlaceTarget
	col      int
}

// PlaceTarget is a field of a fact that a cell became, or helped to work out.
type PlaceTarget struct {
	Fact    string
	Field   string
	Label   gatehouse.Text
	Derived bool // worked out from the cell, not read from it
}

// RowUse is what became of a row.
type RowUse string

const (
	RowHeader   RowUse = "header"
	RowLoaded   RowUse = "loaded"
	RowSetAside RowUse = "set_aside" // in quarantine
	RowLeft     RowUse = "left"      // blank, a title, a total, or corrected elsewhere
	RowWithheld RowUse = "withheld"  // not for the one who asks
)

// PlaceRow is a row of the file. A withheld row has no cells.
type PlaceRow struct {
	Number int // as in the spreadsheet; 0: the names of JSON and feeds, which are no row
	Use    RowUse
	Asked  bool
	Cells  []PlaceCell // by index of Place.Columns
}

// PlaceCell is a cell as it reads.
type PlaceCell struct {
	Text    string
	Number  bool
	Formula bool
	Masked  bool // it may hold personal data, and Text is empty
}

// PlaceFact is a fact that the row made.
type PlaceFact struct {
	Fact    string
	Title   gatehouse.Text
	Project string // code, empty while it is not known
	Named   string // as the file calls it
	Values  []PlaceValue
	Marked  bool // its cell is the one that is marked
	Counts  Counting
	key     string
}

// PlaceValue is a stored value and the cells it comes from; none when the file
// does not say it.
type PlaceValue struct {
	Field   string
	Label   gatehouse.Text
	Value   string
	Cells   []string
	Derived bool // worked out from the cells
	Blank   bool // the cell is blank: the value is that of merged cells above, or the usual one
	Marked  bool
	Until   bool // a day or month that is the first one after
}

// PlaceFault is one reason for which a row was set aside.
type PlaceFault struct {
	Row    uint32 `ch:"source_row"`
	Cell   string `ch:"cell"` // as in QuarantinedCell
	Code   Code   `ch:"code"`
	Detail string `ch:"detail"`
}

// Counting tells whether a fact is the version of its key that counts.
type Counting struct {
	State CountState
	// What counts instead, or for Carried the load that carries it over.
	LoadID  string
	File    string
	Attempt uint64
	Brought uint64
	Sheet   string
	Row     int
}

// CountState is how a fact stands among those of its key.
type CountState string

const (
	Counts     CountState = "counts"
	Carried    CountState = "carried"    // by a correction, as it is
	Superseded CountState = "superseded" // by a newer row of its key
	Gone       CountState = "gone"       // the correction that replaces its load has no such fact
	Unseen     CountState = "unseen"     // its load is not published, or was withdrawn
)

// Place shows a row in the file that brought it, with its neighbours, and what
// became of it. A row that the scope does not cover is NotFound, as one that
// is not there.
func (l *Loader) Place(ctx context.Context, req PlaceRequest) (Place, error) {
	s := search{Loader: l, req: req, feeds: Feeds(), tables: factTables()}
	if err := s.find(ctx); err != nil {
		return Place{}, err
	}
	if err := s.permit(ctx); err != nil {
		return Place{}, err
	}
	p := Place{
		LoadID: s.file.LoadID, Attempt: s.file.Attempt, File: s.file.File, SHA256: s.file.SHA256, Bytes: s.file.Bytes,
		By: s.file.By, Source: s.file.Source, At: Result{Attempt: s.file.Attempt}.Began(),
		Sheet: req.Sheet, Row: req.Row, Whole: s.whole, Marked: -1,
	}
	if s.file.LoadID != s.asks.LoadID {
		p.Through = s.asks.LoadID
	}
	var read *lookedAt
	group, within := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		read, err = s.read(within)
		fault, ok := asFault(err)
		switch {
		case ok && len(s.own) > 0:
			p.Fault = &fault
			return nil
		case ok:
			return s.none()
		}
		return err
	})
	group.Go(func() (err error) {
		p.Facts, err = s.facts(within)
		return err
	})
	group.Go(func() error { return s.setAside(within) })
	if err := group.Wait(); err != nil {
		return Place{}, err
	}
	err := s.show(&p, read)
	return p, err
}

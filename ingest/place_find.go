package ingest

import (
	"context"
	"math"
	"slices"
	"time"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// search is one looking for a row.
type search struct {
	*Loader
	req    PlaceRequest
	feeds  []Feed
	tables map[string][]tableColumn

	first uint32 // row of the window
	last  uint32

	asks  placeLoad // attempt asked for
	file  placeLoad // attempt whose file has the row
	root  placeLoad // load that was sent as it is, which says how the file is read
	whole bool

	around []placeFact // of the rows of the window
	own    []placeFact // of the row
	faults []PlaceFault
}

// placeLoad is an attempt and the file it read.
type placeLoad struct {
	link
	Attempt  uint64   `ch:"attempt"`
	Feeds    []string `ch:"feeds"`
	Projects []string `ch:"projects"`
	Bytes    uint64   `ch:"bytes"`
	By       string   `ch:"loaded_by"`
	Source   string   `ch:"source"`
	Action   string   `ch:"action"` // that published or withdrew it last, empty for none
}

// placeFact is a fact that a row of the file made. One outside the scope says
// no more than that.
type placeFact struct {
	Fact    string            `ch:"fact"`
	Row     uint32            `ch:"source_row"`
	Outside bool              `ch:"outside"`
	Project string            `ch:"project"`
	Named   string            `ch:"project_ref"`
	Key     string            `ch:"natural_key"`
	Values  map[string]string `ch:"values"` // of the row asked for
	Names   []string          `ch:"names"`  // of the project in files
}

// none is the one answer for what is not there and for what is not theirs.
func (s *search) none() error {
	return gatehouse.Errorf(gatehouse.NotFound, "load %s has no row %d of sheet %q, or it is of projects that are not yours", s.req.LoadID, s.req.Row, s.req.Sheet)
}

func (s *search) asked() clickhouse.Asked {
	return clickhouse.Asked{Scope: s.req.Scope, KnownAt: s.knownAt()}
}

func (s *search) knownAt() time.Time {
	if s.req.KnownAt.IsZero() {
		return endOfTime()
	}
	return s.req.KnownAt
}

// find settles which attempt is asked for, and whose file has the row.
func (s *search) find(ctx context.Context) error {
	if s.req.LoadID == "" || s.req.Row < 1 || int64(s.req.Row) > math.MaxUint32 {
		return s.none()
	}
	if s.req.Around <= 0 {
		s.req.Around = usualAround
	}
	s.req.Around = min(s.req.Around, mostAround)
	s.first = uint32(max(s.req.Row-s.req.Around, 1))
	s.last = uint32(min(int64(s.req.Row)+int64(s.req.Around), math.MaxUint32))
	loads, err := clickhouse.Select[placeLoad](ctx, s.db, "ingest.PlaceLoads", s.asked(),
		clickhouse.Params{"load_id": s.req.LoadID, "attempts": []uint64{s.req.Attempt, s.req.Brought}})
	if err != nil {
		return err
	}
	find := func(where func(placeLoad) bool) (placeLoad, bool) {
		i := slices.IndexFunc(loads, where)
		if i < 0 {
			return placeLoad{}, false
		}
		return loads[i], true
	}
	var ok bool
	s.asks, ok = find(func(l placeLoad) bool {
		return l.LoadID == s.req.LoadID && (s.req.Attempt == 0 || l.Attempt == s.req.Attempt)
	})
	if !ok {
		return s.none()
	}
	s.file = s.asks
	if s.req.Brought == s.asks.Attempt {
		s.req.Brought = 0
	}
	if s.req.Brought != 0 {
		if s.file, ok = find(func(l placeLoad) bool { return l.Attempt == s.req.Brought }); !ok {
			return s.none()
		}
	}
	family := func(l placeLoad) string {
		if l.Corrects != "" {
			return l.Corrects
		}
		return l.LoadID
	}
	if family(s.file) != family(s.asks) {
		return s.none()
	}
	s.root, ok = find(func(l placeLoad) bool { return l.LoadID == family(s.asks) })
	if !ok {
		return s.none()
	}
	return nil
}

// permit reads the facts of the window and refuses a row that the viewer may
// not see: one with a fact outside his scope, or without any fact unless all
// of the load is his.
func (s *search) permit(ctx context.Context) error {
	var tables []string
	for _, name := range s.asks.Feeds {
		tables = append(tables, (&Feed{Name: name}).tables()...)
	}
	var err error
	s.around, err = clickhouse.Select[placeFact](ctx, s.db, "ingest.PlaceFacts", s.asked(), clickhouse.Params{
		"facts": tables, "named": s.asks.Projects, "attempt": s.asks.Attempt, "brought": s.req.Brought, "sheet": s.req.Sheet,
		"first": s.first, "last": s.last, "row": uint32(s.req.Row),
	})
	if err != nil {
		return err
	}
	for _, f := range s.around {
		if f.Row == uint32(s.req.Row) {
			s.own = append(s.own, f)
		}
	}
	if slices.ContainsFunc(s.own, func(f placeFact) bool { return f.Outside }) {
		return s.none()
	}
	if s.req.Scope.All() {
		s.whole = true
		return nil
	}
	for _, id := range []string{s.asks.LoadID, s.file.LoadID} {
		_, err := FindLoad(ctx, s.db, s.req.Scope, s.req.Viewer, id)
		switch {
		case err == nil:
			s.whole = true
		case gatehouse.KindOf(err) != gatehouse.NotFound:
			return err
		default:
			s.whole = false
		}
		if !s.whole {
			break
		}
	}
	if len(s.own) == 0 && !s.whole {
		return s.none()
	}
	return nil
}

// setAside reads which rows of the window were set aside, and why. Only who
// may see all of the file is told.
func (s *search) setAside(ctx context.Context) (err error) {
	if !s.whole {
		return nil
	}
	s.faults, err = clickhouse.Select[PlaceFault](ctx, s.db, "ingest.PlaceSetAside", s.asked(), clickhouse.Params{
		"attempt": s.asks.Attempt, "brought": s.req.Brought, "sheet": s.req.Sheet, "first": s.first, "last": s.last,
	})
	return err
}

// use tells what became of a row of the window, as far as the viewer may know.
func (s *search) use(row int) RowUse {
	loaded := false
	for _, f := range s.around {
		if f.Row == uint32(row) {
			if f.Outside {
				return RowWithheld
			}
			loaded = true
		}
	}
	switch {
	case loaded:
		return RowLoaded
	case !s.whole:
		return RowWithheld
	case slices.ContainsFunc(s.faults, func(f PlaceFault) bool { return f.Row == uint32(row) }):
		return RowSetAside
	}
	return RowLeft
}

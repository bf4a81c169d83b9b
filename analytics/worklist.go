package analytics

import (
	"context"
	"time"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Stretch is the part of a work list that is wanted; the zero Stretch is all of it.
type Stretch struct {
	Limit  int
	Offset int
}

// Work says whose work is wanted, and by which clock deadlines are told: a
// snapshot says what is known, not how late it is.
type Work struct {
	Scope gatehouse.Scope
	At    Snapshot
	Now   time.Time // to the minute, so that readers within it share the answers
}

// Source is the fact that a row of a work list is about, and where it stands.
type Source struct {
	Fact   string
	Ref    string // what the file calls a project that is not known
	Key    string
	Origin Origin
}

// foundAt is where a row stands, as the queries of work lists give it.
type foundAt struct {
	Ref     string `ch:"ref"`
	Key     string `ch:"key"`
	Load    string `ch:"load_id"`
	Attempt uint64 `ch:"attempt"`
	Brought uint64 `ch:"brought"`
	Sheet   string `ch:"sheet"`
	Row     uint32 `ch:"source_row"`
}

func (p foundAt) of(fact string) Source {
	return Source{Fact: fact, Ref: p.Ref, Key: p.Key, Origin: Origin{Load: p.Load, Attempt: p.Attempt, Brought: p.Brought, Sheet: p.Sheet, Row: p.Row}}
}

// Found tells that there is such a row; a wave that nobody announced has none.
func (s Source) Found() bool { return s.Key != "" }

// listed runs the query of a work list. Lists as pages show them are kept; whole
// ones, made for files, are not.
func listed[T any](ctx context.Context, s *Service, name string, w Work, some Stretch, p clickhouse.Params) ([]T, error) {
	if w.At.Empty() {
		return nil, nil
	}
	if some.Limit < 0 || some.Offset < 0 {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "there is no line %d of the list", some.Offset)
	}
	p["limit"], p["offset"] = uint64(some.Limit), uint64(some.Offset)
	if some.Limit == 0 {
		return clickhouse.Select[T](ctx, s.db, name, w.At.asked(w.Scope), p)
	}
	return answer[T](ctx, s, name, w.At.asked(w.Scope), p)
}

// nameSources fills in the names of the files that rows come from.
func (s *Service) nameSources(ctx context.Context, sources []*Source) error {
	lines := make([]Line, len(sources))
	for i, source := range sources {
		lines[i].Origin = source.Origin
	}
	if err := s.nameFiles(ctx, lines); err != nil {
		return err
	}
	for i, l := range lines {
		sources[i].Origin.File = l.Origin.File
	}
	return nil
}

package analytics

import (
	"cmp"
	"context"
	"slices"

	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"

	"gatehouse"
)

// Cause says why a row counts otherwise than it did.
type Cause string

const (
	CameLater   Cause = "came_later"  // the row was not known then
	WasChanged  Cause = "was_changed" // another load has brought it since, or a correction
	IsGone      Cause = "is_gone"     // nothing published has the row any more
	CountsElse  Cause = "counts_else" // the row is the same: others, or the days since, make it count otherwise
	restateMost       = 1000          // rows that a restatement lists
)

// RestatedRow is a row that adds otherwise to a number than it did. The line is
// the row as it is, or as it was if it is gone.
type RestatedRow struct {
	Line
	Cause          Cause
	WasNumerator   decimal.Decimal
	WasDenominator decimal.Decimal
	NumeratorBy    decimal.Decimal // now − then
	DenominatorBy  decimal.Decimal
}

// RestatedPart is what the rows of a load, or a project, make of a difference.
type RestatedPart struct {
	Name                       string // load, or code of the project
	File                       string // of a load
	Rows                       int
	NumeratorBy, DenominatorBy decimal.Decimal
}

// Restatement is a number as it was known at one instant and as it is known at
// another. Of one project, the differences of all its rows, and of all loads,
// add up to that of the number, exactly; of all in scope, those of all projects.
type Restatement struct {
	KPI       *KPI
	Period    gatehouse.Period
	Then, Now Value
	Parts     []RestatedPart // by project where none is asked about, else by load; those that differ, largest first
	Rows      []RestatedRow  // largest first, the first thousand
	All       int            // rows that differ
}

// Restate tells what changed of a number between two states of knowledge.
func (s *Service) Restate(ctx context.Context, scope gatehouse.Scope, then, now Snapshot, ask LinesAsk) (Restatement, error) {
	t, err := s.trace(scope, now, ask)
	if err != nil {
		return Restatement{}, err
	}
	r := Restatement{KPI: t.kpi, Period: t.period}
	if r.Then, err = s.numberOf(ctx, scope, then, ask); err != nil {
		return r, err
	}
	if r.Now, err = s.numberOf(ctx, scope, now, ask); err != nil {
		return r, err
	}
	if !ask.OneProject {
		r.Parts, err = s.restatedProjects(ctx, scope, then, now, ask)
		return r, err
	}
	var was, is []Line
	group, within := errgroup.WithContext(ctx)
	collect := func(at Snapshot, to *[]Line) func() error {
		return func() error {
			return s.EachLine(within, scope, at, ask, func(l Line) error {
				*to = append(*to, l)
				return nil
			})
		}
	}
	group.Go(collect(then, &was))
	group.Go(collect(now, &is))
	if err := group.Wait(); err != nil {
		return r, err
	}
	r.compare(was, is)
	return r, nil
}

// restatedProjects are the projects whose numbers differ.
func (s *Service) restatedProjects(ctx context.Context, scope gatehouse.Scope, then, now Snapshot, ask LinesAsk) ([]RestatedPart, error) {
	parts := map[string]*RestatedPart{}
	for _, side := range []struct {
		at   Snapshot
		sign int64
	}{{then, -1}, {now, 1}} {
		values, err := s.Values(ctx, scope, side.at, Ask{KPI: ask.KPI, Periods: []gatehouse.Period{ask.Period}, ByProject: true, Dim: ask.Dim})
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			if v.Slice == ask.Slice {
				part(parts, v.Project, "").add(v.Numerator.Mul(decimal.New(side.sign, 0)), v.Denominator.Mul(decimal.New(side.sign, 0)))
			}
		}
	}
	return largest(parts), nil
}

func part(parts map[string]*RestatedPart, name, file string) *RestatedPart {
	if parts[name] == nil {
		parts[name] = &RestatedPart{Name: name, File: file}
	}
	return parts[name]
}

func (p *RestatedPart) add(numerator, denominator decimal.Decimal) {
	p.Rows++
	p.NumeratorBy, p.DenominatorBy = p.NumeratorBy.Add(numerator), p.DenominatorBy.Add(denominator)
}

// largest are the parts that make a difference, by its size.
func largest(parts map[string]*RestatedPart) []RestatedPart {
	var list []RestatedPart
	for _, p := range parts {
		if !p.NumeratorBy.IsZero() || !p.DenominatorBy.IsZero() {
			list = append(list, *p)
		}
	}
	slices.SortFunc(list, func(a, b RestatedPart) int {
		return cmp.Or(size(b.NumeratorBy, b.DenominatorBy).Cmp(size(a.NumeratorBy, a.DenominatorBy)), cmp.Compare(a.Name, b.Name))
	})
	return list
}

func size(a, b decimal.Decimal) decimal.Decimal { return decimal.Max(a.Abs(), b.Abs()) }

// compare puts the rows of both states side by side.
func (r *Restatement) compare(was, is []Line) {
	type fact struct{ kpi, fact, ref, key string }
	of := func(l Line) fact { return fact{l.KPI, l.Fact, l.Ref, l.Key} }
	before := make(map[fact]Line, len(was))
	for _, l := range was {
		before[of(l)] = l
	}
	loads := map[string]*RestatedPart{}
	differ := func(row RestatedRow) {
		row.NumeratorBy, row.DenominatorBy = row.Numerator.Sub(row.WasNumerator), row.Denominator.Sub(row.WasDenominator)
		if row.Cause == IsGone {
			row.NumeratorBy, row.DenominatorBy = row.WasNumerator.Neg(), row.WasDenominator.Neg()
		}
		if row.NumeratorBy.IsZero() && row.DenominatorBy.IsZero() {
			return
		}
		part(loads, row.Origin.Load, row.Origin.File).add(row.NumeratorBy, row.DenominatorBy)
		r.Rows = append(r.Rows, row)
	}
	for _, l := range is {
		old, known := before[of(l)]
		delete(before, of(l))
		row := RestatedRow{Line: l, Cause: CameLater, WasNumerator: old.Numerator, WasDenominator: old.Denominator}
		switch {
		case known && old.Origin.Attempt == l.Origin.Attempt:
			row.Cause = CountsElse
		case known:
			row.Cause = WasChanged
		}
		differ(row)
	}
	for _, old := range before {
		differ(RestatedRow{Line: old, Cause: IsGone, WasNumerator: old.Numerator, WasDenominator: old.Denominator})
	}
	slices.SortFunc(r.Rows, func(a, b RestatedRow) int {
		return cmp.Or(size(b.NumeratorBy, b.DenominatorBy).Cmp(size(a.NumeratorBy, a.DenominatorBy)),
			cmp.Compare(a.Fact, b.Fact), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Key, b.Key), cmp.Compare(a.KPI, b.KPI))
	})
	r.Parts, r.All = largest(loads), len(r.Rows)
	r.Rows = r.Rows[:min(len(r.Rows), restateMost)]
}

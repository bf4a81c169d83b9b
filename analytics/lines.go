package analytics

import (
	"context"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Side is a part of a number.
type Side string

const (
	BothSides       Side = ""
	NumeratorSide   Side = "numerator"
	DenominatorSide Side = "denominator"
)

// LinesAsk says of which number the lines are wanted, and how many of them.
type LinesAsk struct {
	KPI        string
	Period     gatehouse.Period // a half-yearly KPI widens it to whole half-years
	OneProject bool             // of Project alone, which may be empty: rows of no known project
	Project    string
	Dim, Slice string // Dim is empty for the whole
	Side       Side
	Limit      int // 0: all
	Offset     int
}

// Line is a row of a file and what it adds to the number: the sum over all that
// became of it within the period.
type Line struct {
	KPI         string // of the parts of a KPI, the one it adds to
	Project     string // code, empty while it is not known
	Fact        string // table
	Ref, Key    string // name of the fact within it: ref is what the file calls a project that is not known
	Numerator   decimal.Decimal
	Denominator decimal.Decimal
	Origin      Origin
	Shown       []string // what to know it by, as ShownOf(Fact) heads it
}

// Origin is where a fact stands. A correction carries over rows of an earlier
// file; then Load is the correction, and Brought the attempt whose file it is.
type Origin struct {
	Load    string
	Attempt uint64
	Brought uint64 // 0: the load's own file
	File    string
	Sheet   string
	Row     uint32
}

// Lines are what a number is made of.
type Lines struct {
	KPI                            *KPI
	Period                         gatehouse.Period
	Value                          Value // as every page shows it
	Sum                            Value // of all lines, not only those listed
	Numerators, Denominators, Rows int   // how many rows add to each, and to any
	Lines                          []Line
}

// Tie tells whether the lines add up to the number.
func (l Lines) Tie() bool { return l.TieNumerator() && l.TieDenominator() && l.Sum.N == l.Value.N }

// TieNumerator tells it of the numerator.
func (l Lines) TieNumerator() bool { return l.Sum.Numerator.Equal(l.Value.Numerator) }

// TieDenominator tells it of the denominator.
func (l Lines) TieDenominator() bool { return l.Sum.Denominator.Equal(l.Value.Denominator) }

// Of is how many rows there are to list of a side.
func (l Lines) Of(side Side) int {
	switch side {
	case NumeratorSide:
		return l.Numerators
	case DenominatorSide:
		return l.Denominators
	case BothSides:
	}
	return l.Rows
}

// Lines gives the rows behind a number, those that add most first, and what
// all of them add up to.
func (s *Service) Lines(ctx context.Context, scope gatehouse.Scope, at Snapshot, ask LinesAsk) (Lines, error) {
	t, err := s.trace(scope, at, ask)
	if err != nil {
		return Lines{}, err
	}
	found := Lines{KPI: t.kpi, Period: t.period, Sum: Value{KPI: t.kpi, Period: t.period, Project: ask.Project, Slice: ask.Slice}}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		found.Value, err = s.numberOf(ctx, scope, at, ask)
		return err
	})
	if at.Empty() {
		return found, group.Wait()
	}
	group.Go(func() error { return s.addUp(ctx, t, &found) })
	group.Go(func() (err error) {
		found.Lines, err = s.list(ctx, t)
		return err
	})
	if err := group.Wait(); err != nil {
		return Lines{}, err
	}
	return found, nil
}

// EachLine streams all rows of a number, by project and fact, with their
// origins; the limit and offset of ask do not matter.
func (s *Service) EachLine(ctx context.Context, scope gatehouse.Scope, at Snapshot, ask LinesAsk, yield func(Line) error) error {
	t, err := s.trace(scope, at, ask)
	if err != nil || at.Empty() {
		return err
	}
	var batch []Line
	flush := func() error {
		if err := s.locate(ctx, t.asked, batch); err != nil {
			return err
		}
		for _, l := range batch {
			if err := yield(l); err != nil {
				return err
			}
		}
		batch = batch[:0]
		return nil
	}
	err = clickhouse.EachLine(ctx, s.db, t.number, t.asked, clickhouse.Listing{Side: string(ask.Side), ByPlace: true}, func(r lineRow) error {
		if batch = append(batch, r.line()); len(batch) < linesAtOnce {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// linesAtOnce is how many rows of a stream are looked up together.
const linesAtOnce = 5_000

// tracing is an ask made ready.
type tracing struct {
	kpi    *KPI
	period gatehouse.Period
	number clickhouse.Number
	asked  clickhouse.Asked
	ask    LinesAsk
}

func (s *Service) trace(scope gatehouse.Scope, at Snapshot, ask LinesAsk) (tracing, error) {
	k, err := s.registry.Get(ask.KPI)
	switch {
	case err != nil:
		return tracing{}, err
	case ask.Dim != "" && !slices.Contains(k.Slices, ask.Dim):
		return tracing{}, gatehouse.Errorf(gatehouse.Invalid, "KPI %s has no slice %q: it has %v", k.Name, ask.Dim, k.Slices)
	case ask.Dim == "" && ask.Slice != "":
		return tracing{}, gatehouse.Errorf(gatehouse.Invalid, "slice %q is of no dimension: KPI %s has %v", ask.Slice, k.Name, k.Slices)
	case !slices.Contains([]Side{BothSides, NumeratorSide, DenominatorSide}, ask.Side):
		return tracing{}, gatehouse.Errorf(gatehouse.Invalid, "side %q is neither numerator nor denominator", ask.Side)
	case ask.Limit < 0 || ask.Offset < 0:
		return tracing{}, gatehouse.Errorf(gatehouse.Invalid, "there is no line %d", ask.Offset)
	}
	if ask.OneProject {
		if !scope.Allows(ask.Project) {
			return tracing{}, gatehouse.Errorf(gatehouse.Forbidden, "project %s is not among yours", ask.Project)
		}
		scope = gatehouse.Projects(ask.Project)
	}
	t := tracing{kpi: k, period: ask.Period, ask: ask, asked: at.asked(scope)}
	parts := []*KPI{k}
	if len(k.Parts) > 0 {
		parts = parts[:0]
		for _, name := range k.Parts {
			part, err := s.registry.Get(name)
			if err != nil {
				return tracing{}, err
			}
			parts = append(parts, part)
		}
	}
	if k.Grain == Halves {
		t.period = s.wholeHalves(t.period)
	}
	t.number = clickhouse.Number{
		Start: t.period.Start.Start().String(), End: t.period.End.Start().String(), Dim: ask.Dim, Slice: ask.Slice,
		Opening: s.Calendar().FiscalYear(t.period.Last()).Start.Start().String(),
	}
	for i, part := range parts {
		t.number.Cuts = append(t.number.Cuts, clickhouse.Cut{
			KPI: part.query(), Numerator: string(part.Numerator), Denominator: string(part.Denominator), N: string(part.N),
			WholeDenominator: part.SharedDenominator, Uncounted: i > 0,
		})
	}
	return t, nil
}

// numberOf is the number as every page shows it, an empty one when there is none.
func (s *Service) numberOf(ctx context.Context, scope gatehouse.Scope, at Snapshot, ask LinesAsk) (Value, error) {
	if ask.OneProject {
		scope = gatehouse.Projects(ask.Project)
	}
	values, err := s.Values(ctx, scope, at, Ask{KPI: ask.KPI, Periods: []gatehouse.Period{ask.Period}, ByProject: ask.OneProject, Dim: ask.Dim})
	if err != nil {
		return Value{}, err
	}
	for _, v := range values {
		if v.Slice == ask.Slice {
			return v, nil
		}
	}
	k, err := s.registry.Get(ask.KPI)
	none := Value{KPI: k, Period: ask.Period, Project: ask.Project, Slice: ask.Slice}
	if err != nil || ask.Dim == "" || !k.SharedDenominator {
		return none, err
	}
	// Nothing of the slice, over the denominator of the whole.
	ask.Dim, ask.Slice = "", ""
	whole, err := s.numberOf(ctx, scope, at, ask)
	none.Denominator = whole.Denominator
	return none, err
}

// addUp reads the sums of all lines. What a snapshot shows never changes, so
// they are kept for the next page of the list.
func (s *Service) addUp(ctx context.Context, t tracing, into *Lines) error {
	type totals struct {
		Numerator   decimal.Decimal   `ch:"numerator"`
		Denominator decimal.Decimal   `ch:"denominator"`
		N           uint64            `ch:"n"`
		Samples     map[uint32]uint64 `ch:"samples"`
		Above       uint64            `ch:"above"`
		Below       uint64            `ch:"below"`
		Any         uint64            `ch:"any"`
	}
	key := fmt.Sprintf("totals of %s %d %s %v %q %q", t.kpi.Name, s.rules(), named(t.asked), t.period, t.ask.Dim, t.ask.Slice)
	rows, err := remembered(ctx, s, key, func(ctx context.Context) ([]totals, error) {
		sum, err := clickhouse.SelectTotals[totals](ctx, s.db, t.number, t.asked)
		return []totals{sum}, err
	})
	if err != nil {
		return err
	}
	r := rows[0]
	into.Sum.Numerator, into.Sum.Denominator, into.Sum.N, into.Sum.Samples = r.Numerator, r.Denominator, r.N, r.Samples
	into.Numerators, into.Denominators, into.Rows = int(r.Above), int(r.Below), int(r.Any)
	return nil
}

// lineRow is a line as the statement gives it.
type lineRow struct {
	KPI         string          `ch:"kpi"`
	Project     string          `ch:"project"`
	Fact        string          `ch:"fact"`
	Ref         string          `ch:"ref"`
	Key         string          `ch:"key"`
	Numerator   decimal.Decimal `ch:"numerator"`
	Denominator decimal.Decimal `ch:"denominator"`
}

func (r lineRow) line() Line {
	return Line{KPI: r.KPI, Project: r.Project, Fact: r.Fact, Ref: r.Ref, Key: r.Key, Numerator: r.Numerator, Denominator: r.Denominator}
}

// list reads the lines asked for.
func (s *Service) list(ctx context.Context, t tracing) ([]Line, error) {
	var lines []Line
	l := clickhouse.Listing{Side: string(t.ask.Side), Limit: uint64(t.ask.Limit), Offset: uint64(t.ask.Offset)}
	err := clickhouse.EachLine(ctx, s.db, t.number, t.asked, l, func(r lineRow) error {
		lines = append(lines, r.line())
		return nil
	})
	if err != nil {
		return nil, err
	}
	return lines, s.locate(ctx, t.asked, lines)
}

package analytics

import (
	"cmp"
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"gatehouse"
)

// Returns is how many questionnaires of a project's wave came back so far.
type Returns struct {
	Project, Wave string
	Half          gatehouse.Period
	Issued        int // 0: not known
	Households    int // that could have had one
	Returned      int // with a valid answer, as the response rate counts them
	LastAnswer    gatehouse.Date
	Target        *decimal.Decimal // response rate to reach, nil when none is set
	Row           Source
}

// Needed is how many are to come back: as many as the target asks, never fewer
// than it takes to show a value, never more than were issued.
func (r Returns) Needed() int {
	needed := MinimumN
	if r.Target != nil {
		needed = max(needed, int(r.Target.Mul(decimal.NewFromInt(int64(r.Issued))).Ceil().IntPart()))
	}
	if r.Issued > 0 {
		needed = min(needed, r.Issued)
	}
	return needed
}

// Short is how many of them are missing.
func (r Returns) Short() int { return max(r.Needed()-r.Returned, 0) }

// CompareReturns is the order in which waves need work: more missing first.
func CompareReturns(a, b Returns) int {
	return cmp.Or(cmp.Compare(b.Short(), a.Short()), cmp.Compare(a.Project, b.Project), cmp.Compare(a.Row.Ref, b.Row.Ref), cmp.Compare(a.Wave, b.Wave))
}

// Returns lists the waves of the half-year in which the as-of day lies, in the
// order of CompareReturns, those that lack nothing last.
func (s *Service) Returns(ctx context.Context, w Work) ([]Returns, error) {
	if w.At.Empty() {
		return nil, nil
	}
	type row struct {
		Project    string `ch:"project"`
		Wave       string `ch:"wave"`
		Issued     uint32 `ch:"issued"`
		Households uint32 `ch:"population"`
		Returned   uint64 `ch:"returned"`
		foundAt
		LastAnswer gatehouse.Date `ch:"last_answer"`
	}
	rows, err := answer[row](ctx, s, "analytics.Returns", w.At.asked(w.Scope), nil)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	half := s.Calendar().HalfYear(w.At.AsOf.Month())
	targets, err := s.Targets(ctx, w.Scope, w.At, half)
	if err != nil {
		return nil, err
	}
	list := make([]Returns, len(rows))
	for i, r := range rows {
		list[i] = Returns{
			Project: r.Project, Wave: r.Wave, Half: half, Issued: int(r.Issued), Households: int(r.Households), Returned: int(r.Returned), LastAnswer: r.LastAnswer,
			Target: targetFor(targets, "response_rate", r.Project), Row: r.of("survey_wave"),
		}
	}
	slices.SortStableFunc(list, CompareReturns)
	sources := make([]*Source, len(list))
	for i := range list {
		sources[i] = &list[i].Row
	}
	return list, s.nameSources(ctx, sources)
}

// targetFor is a project's own target, else that of the portfolio, else nil.
func targetFor(targets []Target, kpi, project string) *decimal.Decimal {
	var found *decimal.Decimal
	for i, t := range targets {
		if t.KPI == kpi && (t.Project == project || t.Project == "" && found == nil) {
			found = &targets[i].Target
		}
	}
	return found
}

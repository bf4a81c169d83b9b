package analytics

import (
	"cmp"
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"gatehouse"
)

// Preview is what a KPI would be by a new definition, beside what it is.
// Nothing of it is stored.
type Preview struct {
	Old, New *KPI          // Old is nil when there is no KPI of that name yet
	Months   []BeforeAfter // all projects in scope together
	Projects []BeforeAfter // of each project the month that changes most, largest change first
	// SameVersion: the texts differ, but the new one has not been given a higher version.
	SameVersion bool
}

// BeforeAfter is a value before and after.
type BeforeAfter struct {
	Period   gatehouse.Period
	Project  string
	Old, New Value
}

// Change is the difference, of a value that is there on one side only all of it.
func (c BeforeAfter) Change() decimal.Decimal {
	before, _ := c.Old.Exact()
	after, _ := c.New.Exact()
	return after.Sub(before)
}

// projectsChanged is how many projects a preview names.
const projectsChanged = 10

// Preview computes a definition for the months of a period, of half-yearly
// KPIs the half-years, and compares it with the values that are stored.
func (s *Service) Preview(ctx context.Context, scope gatehouse.Scope, at Snapshot, k *KPI, span gatehouse.Period) (Preview, error) {
	p := Preview{New: k}
	if old, err := s.registry.Get(k.Name); err == nil {
		p.Old, p.SameVersion = old, old.SQL != k.SQL && k.Version <= old.Version
	}
	if at.Empty() {
		return p, nil
	}
	var periods []gatehouse.Period
	for m := span.Start; m < span.End; m++ {
		one := gatehouse.MonthPeriod(m)
		if k.Grain == Halves {
			one = s.Calendar().HalfYear(m)
		}
		if !slices.Contains(periods, one) {
			periods = append(periods, one)
		}
	}
	after, err := s.valuesBy(ctx, scope, at, k, periods)
	if err != nil {
		return p, err
	}
	var before []Value
	if p.Old != nil {
		if before, err = s.Values(ctx, scope, at, Ask{KPI: k.Name, Periods: periods, ByProject: true}); err != nil {
			return p, err
		}
	}
	p.compare(periods, before, after)
	return p, nil
}

// compare puts values by project side by side.
func (p *Preview) compare(periods []gatehouse.Period, before, after []Value) {
	sides := map[place]*BeforeAfter{}
	put := func(v Value, project string, side func(*BeforeAfter) *Value) {
		here := place{period: v.Period, project: project}
		c := sides[here]
		if c == nil {
			c = &BeforeAfter{Period: v.Period, Project: project, Old: Value{KPI: p.Old}, New: Value{KPI: p.New}}
			sides[here] = c
		}
		*side(c) = side(c).Plus(v)
	}
	const together = "\x00" // no project's code; '' is that of rows of no known project
	for _, v := range before {
		for _, project := range []string{v.Project, together} {
			put(v, project, func(c *BeforeAfter) *Value { return &c.Old })
		}
	}
	for _, v := range after {
		for _, project := range []string{v.Project, together} {
			put(v, project, func(c *BeforeAfter) *Value { return &c.New })
		}
	}
	most := map[string]BeforeAfter{}
	for at, c := range sides {
		if at.project == together {
			continue
		}
		if size := c.Change().Abs(); !size.IsZero() {
			known, ok := most[at.project]
			switch order := size.Cmp(known.Change().Abs()); {
			case !ok, order > 0, order == 0 && c.Period.Start > known.Period.Start:
				most[at.project] = *c
			}
		}
	}
	for _, period := range periods {
		if c := sides[place{period: period, project: together}]; c != nil {
			c.Project = ""
			p.Months = append(p.Months, *c)
		}
	}
	for _, c := range most {
		p.Projects = append(p.Projects, c)
	}
	slices.SortFunc(p.Projects, func(a, b BeforeAfter) int {
		return cmp.Or(b.Change().Abs().Cmp(a.Change().Abs()), cmp.Compare(a.Project, b.Project))
	})
	p.Projects = p.Projects[:min(len(p.Projects), projectsChanged)]
}

// valuesBy computes the whole of a KPI by project from the facts, whether or
// not the registry knows it.
func (s *Service) valuesBy(ctx context.Context, scope gatehouse.Scope, at Snapshot, k *KPI, periods []gatehouse.Period) ([]Value, error) {
	if len(k.Parts) > 0 {
		return s.sumOfParts(ctx, scope, at, k, Ask{Periods: periods, ByProject: true})
	}
	values, err := s.fromFacts(ctx, scope, at, k, Ask{ByProject: true}, periods)
	return slices.DeleteFunc(values, func(v Value) bool {
		return v.Numerator.IsZero() && v.Denominator.IsZero() && v.N == 0
	}), err
}

// LastMonths are the twelve months of a state of knowledge, the running one last.
func LastMonths(at Snapshot) gatehouse.Period {
	m := at.AsOf.Month()
	return gatehouse.Period{Start: m - 11, End: m + 1}
}

package analytics

import (
	"context"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Target is what a KPI is to reach; Warn is where worry begins, nil when none
// is set. Both are in the unit of the KPI's value: shares are fractions of 1.
type Target struct {
	KPI     string           `ch:"kpi"`
	Project string           `ch:"project"` // empty: the whole portfolio
	Target  decimal.Decimal  `ch:"target"`
	Warn    *decimal.Decimal `ch:"warn"`
}

// Targets gives the targets that hold for a period: for each KPI and project
// the one of the shortest period that contains it.
func (s *Service) Targets(ctx context.Context, scope gatehouse.Scope, at Snapshot, p gatehouse.Period) ([]Target, error) {
	return answer[Target](ctx, s, "analytics.Targets", at.asked(scope), clickhouse.Params{"start": p.Start, "end": p.End})
}

// Aim is the target that the values by project come to together: the company's
// own where it set one, else the projects' targets weighted by their
// denominators; false when a project with a value has none.
func Aim(targets []Target, kpi string, values []Value) (decimal.Decimal, bool) {
	byProject := map[string]decimal.Decimal{}
	for _, t := range targets {
		if t.KPI == kpi {
			byProject[t.Project] = t.Target
		}
	}
	if len(values) == 1 {
		t, ok := byProject[values[0].Project]
		return t, ok && values[0].Project != ""
	}
	if company, ok := byProject[""]; ok {
		return company, true
	}
	var sum, weight decimal.Decimal
	for _, v := range values {
		if v.Denominator.IsZero() {
			continue
		}
		t, ok := byProject[v.Project]
		if !ok {
			return decimal.Decimal{}, false
		}
		sum, weight = sum.Add(t.Mul(v.Denominator)), weight.Add(v.Denominator)
	}
	if weight.IsZero() {
		return decimal.Decimal{}, false
	}
	return sum.DivRound(weight, 12), true
}

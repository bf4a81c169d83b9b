package analytics

import (
	"context"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics/stat"
)

// ByProjects stands for projects in place of a slice when a change is explained.
const ByProjects = "project"

// effectPlaces are the decimals to which effects on a value are told: a
// thousandth of a percentage point and better.
const effectPlaces = 8

// Subject is one of the two values of a change.
type Subject struct {
	Scope  gatehouse.Scope
	At     Snapshot
	Period gatehouse.Period
}

// Explanation says why a KPI's value differs between two sides: as the ratio,
// in the unit of the KPI, and as its numerator. Effects add up exactly.
type Explanation struct {
	KPI    *KPI
	By     string // project, or a slice of the KPI
	Was    Value
	Is     Value
	Ratio  stat.Explanation // rate and mix, of the value
	Amount stat.Explanation // rate, mix and volume, of the numerator
}

// Explain splits the difference between two sides of a KPI into what the rates
// of its groups did, what their weights did, and for the numerator what the
// volume did; see stat.ExplainRatio and stat.ExplainAmount. Groups are projects
// or a slice that cuts the KPI into parts.
func (s *Service) Explain(ctx context.Context, kpi, by string, was, is Subject) (Explanation, error) {
	k, err := s.registry.Get(kpi)
	if err != nil {
		return Explanation{}, err
	}
	if k.Kind != Ratio || k.SharedDenominator {
		return Explanation{}, gatehouse.Errorf(gatehouse.Invalid, "KPI %s is no ratio of parts, so its change has no rate and mix", k.Name)
	}
	e := Explanation{KPI: k, By: by}
	before, err := s.groups(ctx, k, by, was, &e.Was)
	if err != nil {
		return Explanation{}, err
	}
	after, err := s.groups(ctx, k, by, is, &e.Is)
	if err != nil {
		return Explanation{}, err
	}
	if e.Ratio, err = stat.ExplainRatio(perUnit(k, before), perUnit(k, after), effectPlaces); err != nil {
		return Explanation{}, err
	}
	e.Amount, err = stat.ExplainAmount(before, after, 2)
	return e, err
}

// groups are the sums of one side by group, and its whole.
func (s *Service) groups(ctx context.Context, k *KPI, by string, side Subject, whole *Value) (map[string]stat.Sums, error) {
	ask := Ask{KPI: k.Name, Periods: []gatehouse.Period{side.Period}}
	if by == ByProjects {
		ask.ByProject = true
	} else {
		ask.Dim = by
	}
	values, err := s.Values(ctx, side.Scope, side.At, ask)
	if err != nil {
		return nil, err
	}
	groups := map[string]stat.Sums{}
	var sum Value
	for _, v := range values {
		key := v.Slice
		if by == ByProjects {
			key = v.Project
		}
		groups[key] = stat.Sums{Y: v.Numerator, X: v.Denominator}
		sum = sum.Plus(v)
	}
	if *whole, err = s.Value(ctx, side.Scope, side.At, k.Name, side.Period); err != nil {
		return nil, err
	}
	if !whole.Numerator.Equal(sum.Numerator) || !whole.Denominator.Equal(sum.Denominator) {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "the slices by %s are not parts of KPI %s: they come to %s ÷ %s, the whole is %s ÷ %s",
			by, k.Name, sum.Numerator, sum.Denominator, whole.Numerator, whole.Denominator)
	}
	return groups, nil
}

// perUnit turns sums into those whose quotient is the value of the KPI.
func perUnit(k *KPI, groups map[string]stat.Sums) map[string]stat.Sums {
	if k.Unit != Per1000 {
		return groups
	}
	scaled := map[string]stat.Sums{}
	for key, g := range groups {
		scaled[key] = stat.Sums{Y: g.Y.Mul(decimal.New(1000, 0)), X: g.X}
	}
	return scaled
}

package analytics

import (
	"context"

	"gatehouse"
	"gatehouse/analytics/stat"
)

// LeastProjects is how many projects make a funnel: below it the spread between
// them cannot be told from chance.
const LeastProjects = 8

// Funnel holds the projects' values of a KPI against their size, with the
// limits within which chance alone would keep them, wider by the spread that
// the projects show (Spiegelhalter 2005). Counts of counts stand on the arcsine
// scale, complaints on that of Poisson counts, money by the standard error over
// rooms. Projects whose size is too small for a standard error are Without.
func (s *Service) Funnel(ctx context.Context, scope gatehouse.Scope, at Snapshot, kpi string, p gatehouse.Period) (*stat.Funnel, error) {
	k, err := s.registry.Get(kpi)
	if err != nil {
		return nil, err
	}
	values, err := s.Values(ctx, scope, at, Ask{KPI: kpi, Periods: []gatehouse.Period{p}, ByProject: true})
	if err != nil {
		return nil, err
	}
	return k.Funnel(values)
}

// Funnel is the funnel of values by project of one period.
func (k *KPI) Funnel(values []Value) (*stat.Funnel, error) {
	o := stat.FunnelOptions{}
	switch {
	case k.Unit == Per1000:
		o.Kind, o.Per = stat.Rates, 1000
	case k.Interval == ByWilson:
		o.Kind = stat.Shares
	case k.Interval == ByRatio:
		o.Kind = stat.Ratios
	default:
		return nil, gatehouse.Errorf(gatehouse.Invalid, "KPI %s has no known error by size, so there is no funnel of it", k.Name)
	}
	var units []stat.FunnelUnit
	for _, v := range values {
		if v.Project == "" || !v.Known() {
			continue
		}
		u := stat.FunnelUnit{Key: v.Project, Numerator: v.Numerator.InexactFloat64(), Denominator: v.Denominator.InexactFloat64()}
		if o.Kind == stat.Ratios {
			// Without one the unit has no point, but counts in the target.
			ratio, err := v.ratioMoments().Ratio(0)
			if err == nil {
				u.SE = ratio.SE
			}
		}
		units = append(units, u)
	}
	if len(units) < LeastProjects {
		return nil, gatehouse.Errorf(gatehouse.NotFound, "a funnel needs %d projects with a value, there are %d", LeastProjects, len(units))
	}
	return stat.NewFunnel(units, o)
}

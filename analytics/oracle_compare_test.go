package analytics

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"gatehouse"
)

// comparison holds what a service says against an oracle.
type comparison struct {
	*Service
	*oracle
	at     Snapshot
	values int                // compared that are not nothing
	diffs  []string           // in words
	all    map[string][]Value // what was read, by KPI, dimension and "by project"
}

// question names an Ask of all the periods.
func question(kpi, dim string, byProject bool) string {
	return kpi + "/" + dim + "/" + strconv.FormatBool(byProject)
}

// compare asks for every KPI, whole and by each slice, by project and together.
// A sketch of facts need not have values of all of them, and is not asked for
// slices of all projects together.
func compare(ctx context.Context, s *Service, at Snapshot, o *oracle, sketch bool) (*comparison, error) {
	c := &comparison{Service: s, oracle: o, at: at, all: map[string][]Value{}}
	for _, k := range s.Registry().All() {
		for _, dim := range append([]string{""}, k.Slices...) {
			before := c.values
			for _, byProject := range []bool{false, true} {
				if sketch && dim != "" && !byProject {
					continue
				}
				got, err := s.Values(ctx, gatehouse.AllProjects(), at, Ask{KPI: k.Name, Periods: o.periods, ByProject: byProject, Dim: dim})
				if err != nil {
					return nil, err
				}
				c.all[question(k.Name, dim, byProject)] = got
				c.compare(k, dim, byProject, got)
			}
			if c.values == before && !sketch {
				c.diffs = append(c.diffs, fmt.Sprintf("%s by %q: the oracle has no values", k.Name, dim))
			}
		}
	}
	return c, nil
}

func (c *comparison) compare(k *KPI, dim string, byProject bool, got []Value) {
	type place struct {
		period         gatehouse.Period
		project, slice string
	}
	found := map[place]Value{}
	for _, v := range got {
		if !byProject {
			v.Project = together
		}
		found[place{v.Period, v.Project, v.Slice}] = v
	}
	projects := []string{together}
	if byProject {
		projects = c.codes()
	}
	slices, done := c.slicesOf(k.Name, dim), map[gatehouse.Period]bool{}
	for _, p := range c.oracle.periods {
		if k.Grain == Halves {
			p = c.wholeHalves(p)
		}
		if done[p] {
			continue
		}
		done[p] = true
		for _, project := range projects {
			for _, slice := range slices {
				here := place{p, project, slice}
				want := c.total(k, project, p, dim, slice)
				if k.SharedDenominator && dim != "" && want.n == 0 {
					want = sums{} // a category without complaints has no row
				}
				c.differ(k, here.period, project, dim, slice, found[here], want)
				delete(found, here)
			}
		}
	}
	for at, v := range found {
		c.differ(k, at.period, at.project, dim, at.slice, v, sums{})
	}
}

func (c *comparison) differ(k *KPI, p gatehouse.Period, project, dim, slice string, v Value, want sums) {
	have := sums{numerator: v.Numerator.InexactFloat64(), denominator: v.Denominator.InexactFloat64(), n: v.N}
	if !want.empty() {
		c.values++
	}
	what := fmt.Sprintf("%s %s of %q", k.Name, c.oracle.calendar.Format(p), project)
	if dim != "" {
		what += fmt.Sprintf(", %s=%q", dim, slice)
	}
	if !want.near(have) {
		c.diffs = append(c.diffs, fmt.Sprintf("%s: got %s, want %s", what, have, want))
		return
	}
	switch {
	case want.empty():
	case k.Kind == Median:
		for _, q := range []float64{0.5, 0.9} {
			got, ok := v.Quantile(q)
			if want := quantile(want.minutes, q); !ok || math.Abs(got.InexactFloat64()-want) > 1e-6 {
				c.diffs = append(c.diffs, fmt.Sprintf("%s: quantile %g is %s, want %g", what, q, got, want))
			}
		}
	case k.Interval == ByMean:
		c.sameMoments(what, v, []float64{want.squares}, 1e-7) // points are cut after six decimals
	case k.Interval == ByRatio && dim == "" && c.standard(p):
		c.sameMoments(what, v, c.moments(k.Name, project, p), 1e-9)
	}
}

func (c *comparison) sameMoments(what string, v Value, want []float64, tolerance float64) {
	for i, w := range want {
		if math.Abs(v.moment(i)-w) > tolerance*max(math.Abs(w), 1) {
			c.diffs = append(c.diffs, fmt.Sprintf("%s: moments %v, want %v", what, v.Moments, want))
			return
		}
	}
}

package analytics

import (
	"fmt"
	"math"
	"slices"
	"time"

	"gatehouse"
)

// total rolls months up to a period, and projects up to all of them when
// project is empty.
func (o *oracle) total(k *KPI, project string, p gatehouse.Period, dim, slice string) sums {
	var sum sums
	for _, code := range o.truth.Projects {
		if project != "" && code.Code != project {
			continue
		}
		last := gatehouse.Month(math.MinInt32)
		for m := p.Start; m < p.End; m++ {
			if c := o.cells[cellAt{k.Name, code.Code, m, "", ""}]; c != nil && *c != (sums{}) {
				last = m
			}
		}
		if c := o.cells[cellAt{k.Name, code.Code, gatehouse.NewMonth(p.Last().Year(), time.January), dim, slice}]; c != nil && k.Denominator == Opening {
			sum.denominator += c.denominator
			sum.n += c.n
		}
		for m := p.Start; m < p.End; m++ {
			c := o.cells[cellAt{k.Name, code.Code, m, dim, slice}]
			if c == nil {
				continue
			}
			if k.Numerator == Sum || m == last {
				sum.numerator += c.numerator
			}
			if k.Denominator == Sum || k.Denominator == Last && m == last {
				sum.denominator += c.denominator
			}
			if k.N == Sum || k.N == Last && m == last {
				sum.n += c.n
			}
		}
	}
	return sum
}

// slicesOf lists the slices of a dimension that the oracle knows.
func (o *oracle) slicesOf(kpi, dim string) []string {
	seen := map[string]bool{}
	for at := range o.cells {
		if at.kpi == kpi && at.dim == dim {
			seen[at.slice] = true
		}
	}
	var list []string
	for s := range seen {
		list = append(list, s)
	}
	slices.Sort(list)
	return list
}

func (s sums) String() string {
	return fmt.Sprintf("%.6f / %.6f, n %d", s.numerator, s.denominator, s.n)
}

// near tells equality to less than half a cent, for sums made of floats.
func (s sums) near(t sums) bool {
	return math.Abs(s.numerator-t.numerator) < 0.005 && math.Abs(s.denominator-t.denominator) < 0.005 && s.n == t.n
}

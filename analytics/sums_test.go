package analytics

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// parts is what a value is made of, to the last digit.
type parts struct {
	numerator, denominator decimal.Decimal
	n                      int64
}

func (p *parts) plus(v Value) {
	p.numerator, p.denominator, p.n = p.numerator.Add(v.Numerator), p.denominator.Add(v.Denominator), p.n+int64(v.N)
}

func (p *parts) String() string { return fmt.Sprintf("%s / %s, n %d", p.numerator, p.denominator, p.n) }

// byPlace sums values that are of the same place, as key says.
func byPlace(values []Value, key func(Value) (place, bool)) map[place]*parts {
	sums := map[place]*parts{}
	for _, v := range values {
		if at, ok := key(v); ok {
			if sums[at] == nil {
				sums[at] = &parts{}
			}
			sums[at].plus(v)
		}
	}
	return sums
}

// unsummed tells where a total is not the sum of its parts, to the last digit:
// projects, months, slices that part the whole, and what a refresh has kept of
// longer periods.
func (c *comparison) unsummed(t *testing.T) []string {
	t.Helper()
	var faults []string
	for _, k := range c.Registry().All() {
		for _, dim := range append([]string{""}, k.Slices...) {
			what, apart := k.Name+" by "+dim, c.all[question(k.Name, dim, true)]
			if whole, asked := c.all[question(k.Name, dim, false)]; asked {
				if k.SharedDenominator && dim != "" { // that of projects without such lines is in the total too
					whole, apart = numeratorsOf(whole), numeratorsOf(apart)
				}
				faults = append(faults, differences(what+", all projects", sameN,
					byPlace(whole, func(v Value) (place, bool) { return place{v.Period, "", v.Slice}, true }),
					byPlace(apart, func(v Value) (place, bool) { return place{v.Period, "", v.Slice}, true }))...)
			}
			faults = append(faults, c.months(what, k, apart)...)
			if dim != "" {
				faults = append(faults, c.slicesOfWhole(k, dim)...)
			}
		}
	}
	return append(faults, c.keptPeriods(t)...)
}

const (
	sameN  = true
	otherN = false // things that n counts may be in several parts
)

func differences(what string, n bool, totals, sums map[place]*parts) []string {
	var faults []string
	for at, sum := range sums {
		if totals[at] == nil {
			totals[at] = &parts{}
		}
		total := totals[at]
		if !total.numerator.Equal(sum.numerator) || !total.denominator.Equal(sum.denominator) || n && total.n != sum.n {
			faults = append(faults, fmt.Sprintf("%s, %s: the parts sum to %s, the total is %s", what, at, sum, total))
		}
	}
	for at, total := range totals {
		if sums[at] == nil && (!total.numerator.IsZero() || !total.denominator.IsZero()) {
			faults = append(faults, fmt.Sprintf("%s, %s: there are no parts of the total %s", what, at, total))
		}
	}
	slices.Sort(faults)
	return faults
}

// months: where the header says so, longer periods are the sums of months. What
// does not sum is left out on both sides.
func (c *comparison) months(what string, k *KPI, apart []Value) []string {
	if k.Grain != Monthly || len(k.Parts) > 0 {
		return nil
	}
	summed := func(values []Value) []Value {
		values = slices.Clone(values)
		for i := range values {
			if k.Numerator != Sum {
				values[i].Numerator = decimal.Zero
			}
			if k.Denominator != Sum || k.SharedDenominator {
				values[i].Denominator = decimal.Zero
			}
			if k.N != Sum {
				values[i].N = 0
			}
		}
		return values
	}
	var faults []string
	for _, p := range c.oracle.periods {
		if p.Months() == 1 || !c.covered(p) {
			continue
		}
		long := byPlace(summed(apart), func(v Value) (place, bool) { return place{p, v.Project, v.Slice}, v.Period == p })
		short := byPlace(summed(apart), func(v Value) (place, bool) {
			return place{p, v.Project, v.Slice}, v.Period.Months() == 1 && p.Contains(v.Period.Start)
		})
		faults = append(faults, differences(what+", months", sameN, long, short)...)
	}
	return faults
}

// covered tells whether all months of a period were asked for.
func (c *comparison) covered(p gatehouse.Period) bool {
	for m := p.Start; m < p.End; m++ {
		if !slices.Contains(c.oracle.periods, gatehouse.MonthPeriod(m)) {
			return false
		}
	}
	return true
}

// slicesOfWhole: every line is in one slice of a dimension, but for KPIs whose
// whole is a part of their lines: of those the channels part the whole, and the
// slice electricity is it.
func (c *comparison) slicesOfWhole(k *KPI, dim string) []string {
	if k.Whole != "" && dim != "channel" && dim != "energy" {
		return nil
	}
	of := func(v Value) (place, bool) { return place{v.Period, v.Project, ""}, true }
	own := func(v Value) (place, bool) {
		return place{v.Period, v.Project, ""}, dim != "energy" || k.Whole == "" || v.Slice == "electricity"
	}
	wholes, cut := c.all[question(k.Name, "", true)], c.all[question(k.Name, dim, true)]
	if k.SharedDenominator {
		wholes, cut = numeratorsOf(wholes), numeratorsOf(cut)
	}
	return differences(k.Name+", slices by "+dim, k.Counts != "units" && !k.SharedDenominator, byPlace(wholes, of), byPlace(cut, own))
}

func numeratorsOf(values []Value) []Value {
	values = slices.Clone(values)
	for i := range values {
		values[i].Denominator = decimal.Zero
	}
	return values
}

// keptPeriods: what a refresh has kept of a longer period, to go with its
// moments, is what its months come to.
func (c *comparison) keptPeriods(t *testing.T) []string {
	t.Helper()
	type row struct {
		KPI         string          `ch:"kpi"`
		Project     string          `ch:"project"`
		Start       gatehouse.Month `ch:"month"`
		End         gatehouse.Month `ch:"until"`
		Numerator   decimal.Decimal `ch:"numerator"`
		Denominator decimal.Decimal `ch:"denominator"`
	}
	rows, err := clickhouse.SelectText[row](t.Context(), c.db, strings.TrimSpace(`
-- sources: kpi_value
SELECT kpi, project, month, until, numerator, denominator FROM kpi_value WHERE dim = ''`), c.at.asked(gatehouse.AllProjects()), nil)
	if err != nil {
		t.Fatal(err)
	}
	values := make([]Value, len(rows))
	for i, r := range rows {
		k, err := c.Registry().Get(r.KPI)
		if err != nil {
			t.Fatal(err)
		}
		values[i] = Value{KPI: k, Period: gatehouse.Period{Start: r.Start, End: r.End}, Project: r.Project, Slice: r.KPI, Numerator: r.Numerator, Denominator: r.Denominator}
	}
	values = slices.DeleteFunc(values, func(v Value) bool { return v.KPI.Interval != ByRatio })
	long := byPlace(values, func(v Value) (place, bool) { return place{v.Period, v.Project, v.Slice}, v.Period.Months() > 1 })
	short := map[place]*parts{}
	for at := range long {
		for _, v := range values {
			if v.Period.Months() == 1 && at.period.Contains(v.Period.Start) && v.Project == at.project && v.Slice == at.slice {
				if short[at] == nil {
					short[at] = &parts{}
				}
				short[at].plus(v)
			}
		}
	}
	return differences("kept", otherN, long, short)
}

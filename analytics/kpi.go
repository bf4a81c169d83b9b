package analytics

import (
	"cmp"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/cespare/xxhash/v2"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Unit is what a KPI's value is counted in.
type Unit string

const (
	Percent  Unit = "percent"    // a share; 1 is 100 %
	Per1000  Unit = "per_1000"   // per 1,000 households
	Score    Unit = "score"      // points of 0 to 100
	Yuan     Unit = "yuan"       // money
	KWh      Unit = "kwh"        // kWh, or m³ of water and gas
	KWhPerM2 Unit = "kwh_per_m2" // use per m² and year
	Hours    Unit = "hours"      // time
)

// Rollup says how months make up a longer period.
type Rollup string

const (
	Sum     Rollup = "sum"     // months add up
	Last    Rollup = "last"    // the last month with a value stands for the period
	AtClose Rollup = "closing" // the month in which the period ends, or the as-of day while it runs
	Opening Rollup = "opening" // the first month of the fiscal year in which the period ends
)

// IntervalKind is how sure a value is reckoned to be.
type IntervalKind string

const (
	NoInterval IntervalKind = ""
	ByWilson   IntervalKind = "wilson" // a share of n counted things
	ByMean     IntervalKind = "mean"   // a mean of n scores
	ByRatio    IntervalKind = "ratio"  // a ratio of sums over n units, such as the rooms of a money rate
)

// Grain is what a KPI is computed for.
type Grain string

const (
	Monthly  Grain = "month"     // months, which make up longer periods
	Halves   Grain = "half-year" // whole half-years only
	ByPeriod Grain = "period"    // each period by itself, since months do not add up to it
)

// ValueKind is how a value is made of the sums.
type ValueKind string

const (
	Ratio  ValueKind = "ratio"  // numerator ÷ denominator
	Total  ValueKind = "sum"    // the numerator alone
	Median ValueKind = "median" // the middle of the numerators of the lines
)

// Change says what a version of a KPI brought.
type Change struct {
	Version uint16
	What    gatehouse.Text
}

// KPI is one KPI as its file in sql/kpi defines it.
type KPI struct {
	Name                      string
	Title                     gatehouse.Text
	Definition                gatehouse.Text
	Unit                      Unit
	HigherIs                  int // +1 when higher is better, −1 when lower is
	Kind                      ValueKind
	Grain                     Grain
	Numerator, Denominator, N Rollup
	NUnit                     gatehouse.Text // what n counts
	Counts                    string         // n is the distinct units, or the sum of numerator or denominator
	Slices                    []string
	Whole                     string // column that tells which lines count in the whole; empty: all
	// SharedDenominator: slices are parts of the numerator only, over the denominator of the whole.
	SharedDenominator bool
	Interval          IntervalKind
	Sources           []string
	Version           uint16
	Changes           []Change
	// Parts are the KPIs whose sums make up this one, which has no lines of its own then.
	Parts []string
	SQL   string
	// File is where an operator's own KPI stands, empty for those that are built in.
	File string
}

// Own tells whether the KPI is the operator's.
func (k *KPI) Own() bool { return k.File != "" }

// Registry holds the KPIs by name: those that are built in, and an operator's
// own, which come and go with their files.
type Registry struct {
	builtIn *kpiSet
	set     atomic.Pointer[kpiSet]
}

// kpiSet is the KPIs that hold at a time. It never changes.
type kpiSet struct {
	kpis     map[string]*KPI
	hash     uint64 // of the texts
	refused  []Refused
	proposed []Proposal
}

// ReadRegistry reads every *.sql file of a folder as a KPI.
func ReadRegistry(files fs.FS, folder string) (*Registry, error) {
	names, err := fs.Glob(files, path.Join(folder, "*.sql"))
	if err != nil {
		return nil, err
	}
	set := &kpiSet{kpis: map[string]*KPI{}}
	hash := xxhash.New()
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		k, err := parseKPI(strings.TrimSuffix(path.Base(name), ".sql"), string(text))
		if err != nil {
			return nil, err
		}
		set.kpis[k.Name] = k
		_, _ = hash.Write(text) // never fails
	}
	for _, k := range set.kpis {
		if err := set.checkParts(k); err != nil {
			return nil, err
		}
	}
	set.hash = hash.Sum64()
	r := &Registry{builtIn: set}
	r.set.Store(set)
	return r, nil
}

// checkParts tells whether the parts of a KPI can be added up.
func (s *kpiSet) checkParts(k *KPI) error {
	for _, part := range k.Parts {
		if p, ok := s.kpis[part]; !ok || len(p.Parts) > 0 {
			return gatehouse.Errorf(gatehouse.Invalid, "KPI %s: its part %q is no KPI with lines of its own", k.Name, part)
		}
	}
	return nil
}

// Get finds a KPI by name.
func (r *Registry) Get(name string) (*KPI, error) {
	k, ok := r.set.Load().kpis[name]
	if !ok {
		return nil, gatehouse.Errorf(gatehouse.NotFound, "there is no KPI %q: choose one of %s", name, strings.Join(r.Names(), ", "))
	}
	return k, nil
}

// Names lists the KPIs in alphabetical order.
func (r *Registry) Names() []string {
	return slices.Sorted(maps.Keys(r.set.Load().kpis))
}

// All lists the KPIs in alphabetical order.
func (r *Registry) All() []*KPI { return r.set.Load().all() }

func (s *kpiSet) all() []*KPI {
	return slices.SortedFunc(maps.Values(s.kpis), func(a, b *KPI) int { return cmp.Compare(a.Name, b.Name) })
}

func (k *KPI) query() clickhouse.KPI {
	q := clickhouse.KPI{
		Name: k.Name, Version: k.Version, SQL: k.SQL, Slices: k.Slices, Whole: k.Whole, Counts: k.Counts,
		ByPeriod: k.Grain == ByPeriod, Samples: k.Kind == Median, Own: k.Own(),
	}
	switch k.Interval {
	case ByMean, ByRatio:
		q.Moments = string(k.Interval)
	case NoInterval, ByWilson:
	}
	return q
}

// Statement is the KPI's SELECT of lines with its sources, to be run by hand.
func (k *KPI) Statement() string {
	if len(k.Parts) > 0 {
		return k.SQL
	}
	return k.query().Statement()
}

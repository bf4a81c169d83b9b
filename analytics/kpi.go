package analytics

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

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
	Sum  Rollup = "sum"  // months add up
	Last Rollup = "last" // the last month with a value stands for the period
)

// IntervalKind is how sure a value is reckoned to be.
type IntervalKind string

const (
	NoInterval IntervalKind = ""
	ByWilson   IntervalKind = "wilson" // a share of n counted things
	ByMean     IntervalKind = "mean"   // a mean of n scores, spread holds the sum of their squares
)

// KPI is one KPI as its file in sql/kpi defines it.
type KPI struct {
	Name                      string
	Title                     gatehouse.Text
	Definition                gatehouse.Text
	Unit                      Unit
	HigherIs                  int  // +1 when higher is better, −1 when lower is
	IsSum                     bool // the value is the numerator alone
	HalfYearly                bool // exists for whole half-years only
	Numerator, Denominator, N Rollup
	NUnit                     gatehouse.Text // what n counts
	Slices                    []string
	// SharedDenominator: slices are parts of the numerator only, over the denominator of the whole.
	SharedDenominator bool
	Interval          IntervalKind
	Version           uint16
	SQL               string
}

// Registry holds the KPIs by name.
type Registry struct {
	kpis map[string]*KPI
	hash uint64
}

// ReadRegistry reads every *.sql file of a folder as a KPI.
func ReadRegistry(files fs.FS, folder string) (*Registry, error) {
	names, err := fs.Glob(files, path.Join(folder, "*.sql"))
	if err != nil {
		return nil, err
	}
	r := &Registry{kpis: map[string]*KPI{}}
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
		r.kpis[k.Name] = k
		_, _ = hash.Write(text) // never fails
	}
	r.hash = hash.Sum64()
	return r, nil
}

// Get finds a KPI by name.
func (r *Registry) Get(name string) (*KPI, error) {
	k, ok := r.kpis[name]
	if !ok {
		return nil, gatehouse.Errorf(gatehouse.NotFound, "there is no KPI %q: choose one of %s", name, strings.Join(r.Names(), ", "))
	}
	return k, nil
}

// Names lists the KPIs in alphabetical order.
func (r *Registry) Names() []string {
	names := make([]string, 0, len(r.kpis))
	for name := range r.kpis {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// All lists the KPIs in alphabetical order.
func (r *Registry) All() []*KPI {
	all := make([]*KPI, 0, len(r.kpis))
	for _, k := range r.kpis {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b *KPI) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

func (k *KPI) query() clickhouse.KPI {
	return clickhouse.KPI{Name: k.Name, Version: k.Version, SQL: k.SQL}
}

// Statement is the KPI's SELECT with its sources, to be run by hand.
func (k *KPI) Statement() string { return k.query().Statement() }

// parseKPI reads the header of a KPI's file: lines "-- key: value" before the
// statement. Wordings are "Chinese | English".
func parseKPI(name, text string) (*KPI, error) {
	header := map[string]string{}
	for line := range strings.Lines(text) {
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		if !ok {
			break
		}
		key, value, _ := strings.Cut(comment, ": ")
		header[key] = strings.TrimSpace(value)
	}
	k := &KPI{
		Name: name, SQL: text,
		Title: bilingual(header["name"]), Definition: bilingual(header["definition"]), NUnit: bilingual(header["n"]),
		Unit: Unit(header["unit"]), IsSum: header["value"] == "sum", HalfYearly: header["grain"] == "half-year",
		SharedDenominator: header["slice denominator"] == "whole",
	}
	switch header["direction"] {
	case "up":
		k.HigherIs = 1
	case "down":
		k.HigherIs = -1
	default:
		return nil, gatehouse.Errorf(gatehouse.Invalid, "KPI %s: direction must be up or down", name)
	}
	rollups := strings.Split(header["rollup"], ", ")
	if len(rollups) != 3 {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "KPI %s: rollup must say sum or last for numerator, denominator and n", name)
	}
	for i, target := range []*Rollup{&k.Numerator, &k.Denominator, &k.N} {
		*target = Rollup(rollups[i])
		if *target != Sum && *target != Last {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "KPI %s: rollup %q is neither sum nor last", name, rollups[i])
		}
	}
	version, err := strconv.ParseUint(header["version"], 10, 16)
	if err != nil {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "KPI %s: version must be a number", name)
	}
	k.Version = uint16(version)
	switch k.Interval = IntervalKind(header["interval"]); k.Interval {
	case NoInterval, ByWilson, ByMean:
	default:
		return nil, gatehouse.Errorf(gatehouse.Invalid, "KPI %s: interval %q is neither wilson nor mean", name, k.Interval)
	}
	if list := header["slices"]; list != "" {
		k.Slices = strings.Split(list, ", ")
	}
	for _, text := range []gatehouse.Text{k.Title, k.Definition} {
		if text.ZH == "" || text.EN == "" {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "KPI %s: name and definition must be given as Chinese | English", name)
		}
	}
	return k, nil
}

func bilingual(s string) gatehouse.Text {
	zh, en, _ := strings.Cut(s, " | ")
	return gatehouse.Text{ZH: zh, EN: en}
}

package analytics

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gatehouse"
	"gatehouse/ingest"
	"gatehouse/sql/sqltest"
)

// kpiCase is a file of testdata/kpi: facts as CSV, the day on which they are
// looked at, and what KPIs come to, worked by hand. Blocks stand apart by blank
// lines; a line that starts with # is for people.
//
//	<feed>                          then a file of that feed
//	as of <day>
//	<kpi> <period> of <project>[, <dimension>=<slice>]
//	numerator: <sum> = <number>     denominator, n, value and p90 likewise;
//	value: —                        where there is none
//
// A sum uses + − × ÷ and brackets, and must come to its number.
type kpiCase struct {
	name  string
	files []bookFile
	asOf  gatehouse.Date
	wants []wanted
}

type wanted struct {
	line                             int
	kpi, period, project, dim, slice string
	numerator, denominator, n        string
	value, p90                       string // "—" where there is no value
}

// Every KPI comes to what was worked out by hand.
func TestKPICases(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/kpi/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	db := sqltest.New(t)
	s, l := newService(t, db), loader(t, db)
	byDay, shown := map[gatehouse.Date][]*kpiCase{}, map[string]bool{}
	for _, name := range names {
		c, err := readCase(name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		byDay[c.asOf] = append(byDay[c.asOf], c)
		if err := c.load(t, l); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, w := range c.wants {
			shown[w.kpi] = true
		}
	}
	for _, kpi := range s.Registry().Names() {
		if !shown[kpi] {
			t.Errorf("no case shows %s", kpi)
		}
	}
	series := uint64(0)
	for day, cases := range byDay {
		at := asKnownOn(t, s, day, series)
		series++
		for _, c := range cases {
			t.Run(strings.TrimSuffix(filepath.Base(c.name), ".txt"), func(t *testing.T) {
				for _, w := range c.wants {
					w.check(t, s, at)
				}
			})
		}
	}
}

func (c *kpiCase) load(t *testing.T, l *ingest.Loader) error {
	t.Helper()
	return loadBook(t.Context(), l, c.files)
}

func (w *wanted) check(t *testing.T, s *Service, at Snapshot) {
	t.Helper()
	period, err := s.Calendar().Parse(w.period, at.AsOf)
	if err != nil {
		t.Fatalf("line %d: %v", w.line, err)
	}
	values, err := s.Values(t.Context(), gatehouse.Projects(w.project), at, Ask{KPI: w.kpi, Periods: []gatehouse.Period{period}, ByProject: true, Dim: w.dim})
	if err != nil {
		t.Fatalf("line %d: %v", w.line, err)
	}
	v := Value{}
	if i := slices.IndexFunc(values, func(v Value) bool { return v.Slice == w.slice }); i >= 0 {
		v = values[i]
	}
	value, p90 := "—", "—"
	if exact, ok := v.Exact(); ok {
		value = exact.Round(places(w.value)).String()
	}
	if exact, ok := v.Quantile(0.9); ok {
		p90 = exact.Round(places(w.p90)).String()
	}
	for _, c := range []struct{ what, got, want string }{
		{"numerator", v.Numerator.Round(places(w.numerator)).String(), w.numerator},
		{"denominator", v.Denominator.Round(places(w.denominator)).String(), w.denominator},
		{"n", fmt.Sprint(v.N), w.n},
		{"value", value, w.value},
	} {
		if !sameNumber(c.got, c.want) {
			t.Errorf("line %d, %s %s: %s is %s, worked by hand it is %s", w.line, w.kpi, w.period, c.what, c.got, c.want)
		}
	}
	if w.p90 != "" && !sameNumber(p90, w.p90) {
		t.Errorf("line %d, %s %s: p90 is %s, worked by hand it is %s", w.line, w.kpi, w.period, p90, w.p90)
	}
}

// readCase is strict: a block that it does not know is a mistake.
func readCase(name string) (*kpiCase, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c := &kpiCase{name: name}
	var block []string
	number := 0
	end := func() error {
		if len(block) == 0 {
			return nil
		}
		lines := block
		block = nil
		return c.add(lines, number-len(lines))
	}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		number++
		switch line := strings.TrimRight(lines.Text(), " "); {
		case strings.HasPrefix(line, "#"):
		case line != "":
			block = append(block, line)
		default:
			if err := end(); err != nil {
				return nil, err
			}
		}
	}
	number++
	if err := end(); err != nil {
		return nil, err
	}
	if c.asOf == 0 || len(c.files) == 0 || len(c.wants) == 0 {
		return nil, fmt.Errorf("facts, a day or expectations are missing")
	}
	return c, nil
}

func (c *kpiCase) add(lines []string, at int) error {
	first := lines[0]
	if day, ok := strings.CutPrefix(first, "as of "); ok && len(lines) == 1 && c.asOf == 0 {
		var err error
		c.asOf, err = gatehouse.ParseDate(day)
		return err
	}
	if slices.Contains(ingest.FeedNames(), first) && len(lines) > 2 {
		c.files = append(c.files, bookFile{first, strings.Join(lines[1:], "\n") + "\n"})
		return nil
	}
	w := wanted{line: at}
	about, where, _ := strings.Cut(first, ", ")
	w.dim, w.slice, _ = strings.Cut(where, "=")
	words := strings.Fields(about)
	if len(words) != 4 || words[2] != "of" || (where != "") != (w.dim != "") {
		return fmt.Errorf("line %d: %q is no feed, no day and no KPI, period and project", at, first)
	}
	w.kpi, w.period, w.project = words[0], words[1], words[3]
	places := map[string]*string{"numerator": &w.numerator, "denominator": &w.denominator, "n": &w.n, "value": &w.value, "p90": &w.p90}
	for i, line := range lines[1:] {
		key, sum, _ := strings.Cut(line, ": ")
		to := places[key]
		if to == nil || *to != "" {
			return fmt.Errorf("line %d: %q says nothing new", at+1+i, line)
		}
		number, err := workedOut(sum)
		if err != nil {
			return fmt.Errorf("line %d: %w", at+1+i, err)
		}
		*to = number
	}
	if w.numerator == "" || w.denominator == "" || w.n == "" || w.value == "" {
		return fmt.Errorf("line %d: numerator, denominator, n and value are all to be given", at)
	}
	c.wants = append(c.wants, w)
	return nil
}

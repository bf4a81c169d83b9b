package analytics

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/ingest/demo"
	"gatehouse/ingest/sheet"
	"gatehouse/sql/sqltest"
)

// The rows behind every KPI, whole and by each slice, of each project, of those
// of no known project and of all, add up to the number that pages show, to the
// last decimal, at a state before half of the files had come and at one after.
// Every row stands in the file, sheet and row that it names. Two slices of each
// dimension are asked about, all of them where GATEHOUSE_EVERY_SLICE is set.
func TestLinesAddUpToTheNumber(t *testing.T) {
	t.Parallel()
	_, files := written(t, demo.Options{Seed: 3, Last: lastMonth(), Months: 14, RoomsPerProject: 9, Projects: 2})
	db := sqltest.New(t)
	s, l := newService(t, db), loader(t, db)
	files = shuffled(files, 5)
	cells, names := map[cellPlace][]string{}, map[string]string{}
	var states []Snapshot
	for i, half := range [][]demo.File{files[:len(files)/2], files[len(files)/2:]} {
		for _, f := range half {
			id := load(t, l, f).LoadID
			names[id] = filepath.Base(f.Path)
			readSheets(t, f, id, cells)
		}
		states = append(states, asKnownOn(t, s, []gatehouse.Date{gatehouse.NewDate(2026, 8, 17), gatehouse.NewDate(2026, 11, 5)}[i], uint64(i)))
	}
	for _, k := range s.Registry().All() {
		t.Run(k.Name, func(t *testing.T) {
			t.Parallel()
			rows := 0
			for i, at := range states {
				compareSums(t, s, at, k, "", i)
				if i == len(states)-1 || everySlice() {
					for turn, dim := range k.Slices {
						compareSums(t, s, at, k, dim, turn)
					}
					rows += compareRows(t, s, at, k, cells, names)
				}
			}
			if rows == 0 {
				t.Error("no rows, so nothing was compared")
			}
		})
	}
}

// tracedPeriods are one of each kind that people ask for.
func tracedPeriods(t *testing.T, s *Service, at Snapshot) []gatehouse.Period {
	t.Helper()
	var periods []gatehouse.Period
	for _, name := range []string{"2026", "2026-07", "2026-Q1", "2026-H1", "ytd", "2025-11..2026-02"} {
		p, err := s.Calendar().Parse(name, at.AsOf)
		if err != nil {
			t.Fatal(err)
		}
		periods = append(periods, p)
	}
	return periods
}

func everySlice() bool { return os.Getenv("GATEHOUSE_EVERY_SLICE") != "" }

// compareSums asks about slices, each in another scope and kind of period, and
// about the whole in every scope. turn says with which it begins.
func compareSums(t *testing.T, s *Service, at Snapshot, k *KPI, dim string, turn int) {
	t.Helper()
	periods := tracedPeriods(t, s, at)
	values, err := s.Values(t.Context(), gatehouse.AllProjects(), at, Ask{KPI: k.Name, Periods: periods, Dim: dim})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, v := range values {
		found[v.Slice] = true
	}
	names := slices.Sorted(maps.Keys(found))
	if !everySlice() && len(names) > 2 {
		names = []string{names[turn%len(names)], names[len(names)-1]}
	}
	for _, slice := range names {
		scopes := []LinesAsk{{OneProject: true, Project: "HD01"}, {OneProject: true, Project: "HD02"}, {OneProject: true}}
		scopes = append(scopes, LinesAsk{})
		if dim != "" {
			scopes = scopes[turn%len(scopes):][:1]
		}
		for _, ask := range scopes {
			ask.KPI, ask.Dim, ask.Slice = k.Name, dim, slice
			asked := []gatehouse.Period{periods[turn%len(periods)]}
			if turn++; dim == "" && !ask.OneProject && everySlice() {
				asked = periods
			}
			for _, ask.Period = range asked {
				tr, err := s.trace(gatehouse.AllProjects(), at, ask)
				if err != nil {
					t.Fatal(err)
				}
				var got Lines
				if got.Value, err = s.numberOf(t.Context(), gatehouse.AllProjects(), at, ask); err != nil {
					t.Fatal(err)
				}
				if err := s.addUp(t.Context(), tr, &got); err != nil {
					t.Fatal(err)
				}
				samples := k.Kind != Median || equalSamples(got.Sum.Samples, got.Value.Samples)
				if !got.Tie() || !samples {
					t.Errorf("%s of %+v as of %s: rows add up to %s / %s, n %d; the number is %s / %s, n %d", s.Calendar().Format(tr.period), ask, at.AsOf,
						got.Sum.Numerator, got.Sum.Denominator, got.Sum.N, got.Value.Numerator, got.Value.Denominator, got.Value.N)
				}
			}
		}
	}
}

func equalSamples(a, b map[uint32]uint64) bool {
	if len(a) != len(b) {
		return false
	}
	for numerator, n := range a {
		if b[numerator] != n {
			return false
		}
	}
	return true
}

// compareRows lists all rows of a year and looks each of them up in its file.
func compareRows(t *testing.T, s *Service, at Snapshot, k *KPI, cells map[cellPlace][]string, files map[string]string) int {
	t.Helper()
	year := tracedPeriods(t, s, at)[0]
	asks := []LinesAsk{{KPI: k.Name, Period: year}, {KPI: k.Name, Period: year, Side: NumeratorSide}, {KPI: k.Name, Period: year, Side: DenominatorSide}}
	rows := 0
	for _, ask := range asks {
		found, err := s.Lines(t.Context(), gatehouse.AllProjects(), at, ask)
		if err != nil {
			t.Fatal(err)
		}
		numerator, denominator := decimal.Zero, decimal.Zero
		for _, l := range found.Lines {
			numerator, denominator = numerator.Add(l.Numerator), denominator.Add(l.Denominator)
			row := cells[cellPlace{l.Origin.Load, l.Origin.Sheet, l.Origin.Row}]
			if l.Origin.File != files[l.Origin.Load] || !names(row, l) {
				t.Errorf("%s %q %v is not at row %d of %q of %s: %q", l.Fact, l.Key, l.Shown, l.Origin.Row, l.Origin.Sheet, l.Origin.File, row)
			}
		}
		if len(found.Lines) != found.Of(ask.Side) {
			t.Errorf("%s: %d rows listed of %d", ask.Side, len(found.Lines), found.Of(ask.Side))
		}
		if ask.Side != DenominatorSide && !numerator.Equal(found.Value.Numerator) || ask.Side != NumeratorSide && !denominator.Equal(found.Value.Denominator) {
			t.Errorf("%s: rows listed add up to %s / %s, the number is %s / %s", ask.Side, numerator, denominator, found.Value.Numerator, found.Value.Denominator)
		}
		rows += len(found.Lines)
	}
	return rows
}

type cellPlace struct {
	load, sheet string
	row         uint32
}

// readSheets adds the cells of every row of a file that was loaded.
func readSheets(t *testing.T, f demo.File, load string, cells map[cellPlace][]string) {
	t.Helper()
	content, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(bytes.NewReader(content), int64(len(content)), sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range book.Sheets {
		err := one.Rows(t.Context(), func(r sheet.Row) error {
			var texts []string
			for _, c := range r.Cells {
				texts = append(texts, strings.Clone(strings.TrimSpace(c.Text)))
			}
			cells[cellPlace{load, one.Name, uint32(r.Number)}] = texts
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// names tells whether a row has what identifies the fact; where the file has no
// number for it, one of its other values.
func names(row []string, l Line) bool {
	for i, f := range ShownOf(l.Fact) {
		if slices.Contains([]string{"bill_no", "receipt_no", "request_no", "meter", "name"}, f.Name) && l.Shown[i] != "" && !(f.Name == "bill_no" && l.Fact == "fee_payment") {
			return slices.Contains(row, l.Shown[i])
		}
	}
	return slices.ContainsFunc(l.Shown, func(v string) bool {
		return v != "" && slices.ContainsFunc(row, func(cell string) bool {
			return strings.TrimRight(strings.TrimSuffix(cell, ".00"), "0") == strings.TrimRight(strings.TrimSuffix(v, ".00"), "0")
		})
	})
}

func TestLinesOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	s := newService(t, sqltest.New(t))
	at := asKnownOn(t, s, gatehouse.NewDate(2026, 11, 5), 0)
	year := gatehouse.Period{Start: gatehouse.NewMonth(2026, 1), End: gatehouse.NewMonth(2027, 1)}
	for i, k := range s.Registry().All() {
		now := []Snapshot{{}, at}[i%2]
		got, err := s.Lines(t.Context(), gatehouse.AllProjects(), now, LinesAsk{KPI: k.Name, Period: year, Limit: 10})
		if err != nil || !got.Tie() || got.Rows != 0 || len(got.Lines) != 0 {
			t.Errorf("%s of nothing: %+v, %v", k.Name, got, err)
		}
	}
	for _, c := range []struct {
		ask   LinesAsk
		scope gatehouse.Scope
		want  gatehouse.Kind
	}{
		{LinesAsk{KPI: "luck"}, gatehouse.AllProjects(), gatehouse.NotFound},
		{LinesAsk{KPI: "collection_rate", Dim: "colour"}, gatehouse.AllProjects(), gatehouse.Invalid},
		{LinesAsk{KPI: "collection_rate", Slice: "red"}, gatehouse.AllProjects(), gatehouse.Invalid},
		{LinesAsk{KPI: "collection_rate", Side: "left"}, gatehouse.AllProjects(), gatehouse.Invalid},
		{LinesAsk{KPI: "collection_rate", Offset: -1}, gatehouse.AllProjects(), gatehouse.Invalid},
		{LinesAsk{KPI: "collection_rate", OneProject: true, Project: "P2"}, gatehouse.Projects("P1"), gatehouse.Forbidden},
		{LinesAsk{KPI: "collection_rate", OneProject: true}, gatehouse.Projects("P1"), gatehouse.Forbidden},
	} {
		c.ask.Period = year
		_, err := s.Lines(t.Context(), c.scope, at, c.ask)
		if err == nil || gatehouse.KindOf(err) != c.want {
			t.Errorf("%+v: %v", c.ask, err)
		}
	}
}

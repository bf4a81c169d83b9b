package chart

import (
	"encoding/json"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
	"gatehouse/analytics"
)

// hostile is a name that tries to end the script element and to become code.
const hostile = `</script><script>alert(1)</script> __f__function(){}__f__`

func examples(t *testing.T) []Chart {
	t.Helper()
	nan := math.NaN()
	percent := Format{gatehouse.Chinese, analytics.Percent}
	var funnel []Point
	for i := range 12 {
		funnel = append(funnel, Point{hostile, float64(100 + 200*i), 0.8 + 0.01*float64(i), i%5 - 2})
	}
	limits := func(size float64) Limits { return Limits{size, 0.7, 0.8, 0.9, 0.95} }
	var all []Chart
	for _, c := range []interface{ Chart() (Chart, error) }{
		Columns{ID: "a", Name: hostile, Format: Format{gatehouse.English, analytics.Yuan}, HigherIs: 1, Months: []Column{
			{1, 100, 90, 110, -10, false}, {2, nan, math.Inf(1), nan, nan, true},
		}},
		Columns{ID: "b", Name: "empty", Format: percent},
		Columns{ID: "c", Name: "relative", Format: percent, Relative: true, HigherIs: -1, Months: []Column{{1, 1, 0, nan, nan, false}, {2, 2, 1, nan, 1, true}}},
		Funnel{ID: "d", Name: hostile, Format: percent, Points: append(funnel, Point{"none", 0, nan, 0}), Average: 0.85, Limits: limits},
		Funnel{ID: "e", Name: "no average", Format: percent, Average: nan},
		Closing{ID: "f", Name: "closing", Bins: Fold([]uint64{5, 3, 1, 0, 0, 0, 0, 0, 2}), Actual: make([]float64, shownBins+1), Prior: make([]float64, shownBins+1), Limit: 3},
		Closing{ID: "g", Name: "nothing closed"},
		Intervals{ID: "h", Name: "survey", Format: percent, Target: 0.85, Estimates: []Estimate{
			{Label: "2025H1", Value: 0.8, Low: 0.7, High: 0.9, N: 100}, {Label: hostile, Value: 1, Low: 0.5, High: 1, N: 3, Withheld: true},
		}},
		Development{
			ID: "j", Name: "development", Format: percent, Target: 0.93, Prior: []float64{0.8, 0.9}, Latest: []float64{nan, 0.85}, LatestOf: []string{"", hostile},
			Expected: []float64{nan, 0.9}, Low: []float64{nan, 0.88}, High: []float64{nan, 0.92},
			Lines: []Developing{{"m1", hostile, []float64{0.7, 0.85}, nil, true}, {"m2", "b", []float64{0.8, nan}, []float64{0.8, 0.9}, false}},
		},
		Development{ID: "k", Name: "no bills", Format: percent, Target: nan},
		Ranges{ID: "l", Name: "dimensions", Format: percent, Whole: 0.8, Rows: []Range{{hostile, 0.8, 0.7, 0.9, nan}, {"b", nan, nan, nan, 0.5}}},
		Ranges{ID: "m", Name: "no survey", Format: percent, Whole: nan},
		Dots{ID: "n", Name: "dots", Format: percent, Average: 0.8, AverageName: hostile, Rows: []Dot{{hostile, 0.8, 0.7, 0.9, 0.75, 0.85, "80.0"}, {"none", nan, nan, nan, nan, nan, "—"}}},
		Dots{ID: "o", Name: "no dots", Format: percent, Average: nan},
		Waterfall{ID: "p", Name: "waterfall", Format: percent, Steps: []Step{{hostile, 0, 2, "▲ +2", 1, false}, {"b", 2, -1, "▼ −3", -1, false}, {"c", -1, -1, "±0", 0, false}, {"all", 0, -1, "−1", -1, true}}},
		Waterfall{ID: "q", Name: "no change", Format: percent},
		Intervals{ID: "i", Name: "no survey", Format: percent, Target: nan},
	} {
		one, err := c.Chart()
		if err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		all = append(all, one)
	}
	return all
}

func TestOptionsAreSafe(t *testing.T) {
	t.Parallel()
	for _, c := range examples(t) {
		option := string(c.Option)
		if !json.Valid([]byte(option)) {
			t.Errorf("%s: no JSON", c.ID)
		}
		for _, bad := range []string{"</", "<script", "NaN", "Infinity", `"animation":true`} {
			if strings.Contains(option, bad) {
				t.Errorf("%s: option contains %s: %s", c.ID, bad, option)
			}
		}
		if c.Name == "" || len(c.Drawn) == 0 {
			t.Errorf("%s has no name or tells of no series", c.ID)
		}
	}
	again := examples(t)
	for i, c := range examples(t) {
		if c.Option != again[i].Option {
			t.Errorf("%s differs when drawn twice", c.ID)
		}
	}
}

// Every colour and function that an option names must exist in app.css and charts.js.
func TestNamesExist(t *testing.T) {
	t.Parallel()
	css, err := os.ReadFile("../static/app.css")
	if err != nil {
		t.Fatal(err)
	}
	js, err := os.ReadFile("../static/charts.js")
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`"([$@])([a-zA-Z0-9]+)"`)
	for _, c := range examples(t) {
		for _, m := range name.FindAllStringSubmatch(string(c.Option), -1) {
			known := strings.Contains(string(css), "--"+m[2]+":")
			if m[1] == "@" || m[2] == "hatch" {
				known = strings.Contains(string(js), "\n    "+m[2]+"(")
			}
			if !known {
				t.Errorf("%s: %s is not known", c.ID, m[0])
			}
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	zh, en := gatehouse.Chinese, gatehouse.English
	for _, c := range []struct{ got, want string }{
		{Format{zh, analytics.Percent}.Value(0.9164), "91.6%"},
		{Format{zh, analytics.Percent}.Value(math.NaN()), "—"},
		{Format{zh, analytics.Percent}.Change(-0.0004), "±0.0"},
		{Format{en, analytics.Percent}.Change(-0.014), "−1.4"},
		{Format{zh, analytics.Yuan}.Number(43210), "4.3"},
		{Format{en, analytics.Yuan}.Number(1234567), "1,235"},
		{Money(9982, zh), "9,982 元"},
		{Money(43210, zh), "4.3万元"},
		{Money(1.25e8, zh), "1.25亿元"},
		{Money(-43210, en), "−¥43k"},
		{Money(12.5e6, en), "¥12.5M"},
		{Decimal(-1234567.05, 1), "−1,234,567.1"},
		{PeriodName(gatehouse.Period{Start: gatehouse.NewMonth(2026, 1), End: gatehouse.NewMonth(2026, 11)}, zh), "2026年1–10月"},
		{PeriodName(gatehouse.Period{Start: gatehouse.NewMonth(2026, 1), End: gatehouse.NewMonth(2026, 11)}, en), "Jan–Oct 2026"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestLineLeavesGaps(t *testing.T) {
	t.Parallel()
	s := Line([]float64{1, math.NaN(), 2, 3}, 2, Scale{0, 4})
	if strings.Count(s.Before, "M") != 2 || strings.Count(s.Now, "M") != 1 || s.Dot == "" {
		t.Errorf("%+v", s)
	}
	if s := Line(nil, 12, ScaleOf(nil)); s != (Spark{}) {
		t.Errorf("a line of nothing: %+v", s)
	}
}

// What is withheld is not drawn; the rest is drawn as it is told, in the order of Drawn.
func TestIntervalsDrawTheirEstimates(t *testing.T) {
	t.Parallel()
	c, err := Intervals{ID: "survey", Name: "survey", Format: Format{gatehouse.English, analytics.Percent}, Target: math.NaN(), Estimates: []Estimate{
		{Label: "25H1", Value: 0.8, Low: 0.7, High: 0.9, N: 100}, {Label: "25H2", Value: 0.5, Low: 0.1, High: 0.9, N: 3, Withheld: true},
	}}.Chart()
	if err != nil {
		t.Fatal(err)
	}
	var option struct {
		Series []struct{ Data []struct{ Value any } }
	}
	if err := json.Unmarshal([]byte(c.Option), &option); err != nil {
		t.Fatal(err)
	}
	want := [][]any{{[]any{0.0, 0.7, 0.9}}, {0.8, nil}}
	for i, series := range option.Series {
		var got []any
		for _, data := range series.Data {
			got = append(got, data.Value)
		}
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Errorf("series %d, %v (−want +got):\n%s", i, c.Drawn[i], diff)
		}
	}
}

// Bars of a waterfall go to the series of their judgement, that of the total to
// its own; each begins where its row says.
func TestAWaterfallDrawsItsSteps(t *testing.T) {
	t.Parallel()
	c, err := Waterfall{ID: "moved", Name: "moved", Format: Format{gatehouse.English, analytics.Yuan}, Steps: []Step{
		{"volume", 0, 50, "+50", 1, false}, {"mix", 50, 45, "−5", -1, false}, {"rate", 45, 45, "±0", 0, false}, {"all", 0, 45, "+45", 1, true},
	}}.Chart()
	if err != nil {
		t.Fatal(err)
	}
	var option struct {
		Series []struct{ Data []struct{ Value []float64 } }
	}
	if err := json.Unmarshal([]byte(c.Option), &option); err != nil {
		t.Fatal(err)
	}
	want := [][]float64{{0, 0, 50}, {1, 50, 45}, {2, 45, 45}, {3, 0, 45}}
	for i, bar := range want {
		if len(option.Series[i].Data) != 1 {
			t.Fatalf("series %d has %d bars", i, len(option.Series[i].Data))
		}
		if diff := cmp.Diff(bar, option.Series[i].Data[0].Value); diff != "" {
			t.Errorf("series %d (−want +got):\n%s", i, diff)
		}
	}
}

package stat

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatehouse"
)

// medpar is the length of stay observed in, and expected of, 54 hospitals: the
// example of the R package FunnelPlotR (its README and ?funnel_plot). Expected
// is by its Poisson model of Hilbe's data set medpar, whose coefficients were
// fitted anew and are those that the README prints; two decimals, as
// FunnelPlotR rounds it.
func medpar() []FunnelUnit {
	return []FunnelUnit{
		{"030001", 406, 523.70, 0}, {"030002", 642, 612.98, 0}, {"030003", 46, 53.79, 0},
		{"030006", 764, 763.72, 0}, {"030007", 82, 120.94, 0}, {"030008", 201, 250.19, 0},
		{"030009", 193, 155.49, 0}, {"030010", 569, 484.71, 0}, {"030011", 404, 362.22, 0},
		{"030012", 134, 188.93, 0}, {"030013", 614, 554.38, 0}, {"030014", 491, 616.74, 0},
		{"030016", 501, 360.15, 0}, {"030017", 131, 245.61, 0}, {"030018", 274, 263.56, 0},
		{"030019", 124, 154.66, 0}, {"030022", 456, 475.02, 0}, {"030023", 48, 38.93, 0},
		{"030024", 429, 445.10, 0}, {"030025", 14, 28.80, 0}, {"030030", 369, 347.54, 0},
		{"030033", 8, 7.56, 0}, {"030035", 37, 73.21, 0}, {"030036", 128, 118.11, 0},
		{"030037", 145, 273.34, 0}, {"030038", 493, 449.79, 0}, {"030043", 104, 172.38, 0},
		{"030044", 6, 19.20, 0}, {"030055", 308, 321.86, 0}, {"030059", 34, 36.56, 0},
		{"030060", 7, 19.96, 0}, {"030061", 935, 851.72, 0}, {"030062", 134, 198.94, 0},
		{"030064", 339, 302.39, 0}, {"030065", 458, 410.16, 0}, {"030067", 22, 45.87, 0},
		{"030068", 2, 9.67, 0}, {"030069", 160, 212.34, 0}, {"030073", 87, 38.92, 0},
		{"030078", 55, 31.74, 0}, {"030080", 252, 285.64, 0}, {"030083", 174, 186.66, 0},
		{"030084", 43, 33.98, 0}, {"030085", 228, 255.65, 0}, {"030086", 210, 242.03, 0},
		{"030087", 321, 279.48, 0}, {"030088", 631, 619.26, 0}, {"030089", 543, 626.13, 0},
		{"030092", 105, 145.67, 0}, {"030093", 389, 413.86, 0}, {"030094", 92, 111.26, 0},
		{"032000", 1012, 685.59, 0}, {"032002", 283, 181.11, 0}, {"032003", 95, 24.81, 0},
	}
}

// What ?funnel_plot prints of that example: SHMI limits, target 1.
func TestFunnelAsFunnelPlotRPrintsIt(t *testing.T) {
	t.Parallel()
	f, err := NewFunnel(medpar(), FunnelOptions{Kind: LogRates, Target: 1, Trim: Truncate})
	if err != nil {
		t.Fatal(err)
	}
	if !near(f.Phi, 8.532851, 6) || !near(f.Tau2, 0.02841023, 8) {
		t.Errorf("φ = %.6f, τ² = %.8f", f.Phi, f.Tau2)
	}
	var far, outside []string
	farAdjusted := 0
	for _, p := range f.Points {
		if p.Place == FarAbove || p.Place == FarBelow {
			far = append(far, p.Key)
		}
		if p.PlaceAdjusted == FarAbove || p.PlaceAdjusted == FarBelow {
			farAdjusted++
		}
		if p.PlaceAdjusted != Inside {
			outside = append(outside, p.Key)
		}
	}
	if len(far) != 25 || farAdjusted != 9 {
		t.Errorf("%d outside the Poisson limits of 99.8 %%, want 25; %d adjusted, want 9", len(far), farAdjusted)
	}
	if diff := cmp.Diff([]string{
		"030007", "030017", "030025", "030035", "030037", "030043", "030044", "030060",
		"030062", "030067", "030068", "030073", "030078", "032000", "032002", "032003",
	}, outside); diff != "" {
		t.Errorf("outside the adjusted limits of 95 %%: %s", diff)
	}
	for key, c := range map[string]struct {
		z                float64
		adjusted, limits Limits
	}{
		"030007": {-4.273269, Limits{0.5533126, 0.6870374, 1.455525, 1.807297}, Limits{0.7423709, 0.8297333, 1.194925, 1.314130}},
		"030068": {-4.900458, Limits{0.3256333, 0.4908522, 2.037273, 3.070939}, Limits{0.2885378, 0.4725050, 1.857410, 2.445625}},
		"032000": {10.196068, Limits{0.5862128, 0.7126729, 1.403168, 1.705865}, Limits{0.8861228, 0.9265368, 1.077739, 1.123734}},
		"032003": {6.687592, Limits{0.4448276, 0.5982289, 1.671601, 2.248062}, Limits{0.4919575, 0.6459532, 1.478364, 1.789136}},
	} {
		p := f.Points[slices.IndexFunc(f.Points, func(p FunnelPoint) bool { return p.Key == key })]
		if !near(p.Z, c.z, 6) || !limitsNear(p.Adjusted, c.adjusted) || !limitsNear(p.Limits, c.limits) {
			t.Errorf("%s: %+v, want %+v", key, p, c)
		}
	}
}

// limitsNear compares to the digits printed: seven below 1, six above.
func limitsNear(got, printed Limits) bool {
	return near(got.Low998, printed.Low998, 7) && near(got.Low95, printed.Low95, 7) &&
		near(got.High95, printed.High95, 6) && near(got.High998, printed.High998, 6)
}

// tests/testthat/test-poisson_limits.R of FunnelPlotR.
func TestPoissonLimitsAsFunnelPlotRTestsThem(t *testing.T) {
	t.Parallel()
	f, err := NewFunnel([]FunnelUnit{{"a", 15, 15, 0}, {"b", 20, 20, 0}, {"c", 30, 30, 0}}, FunnelOptions{Kind: Rates, Target: 1})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Limits{
		{0.3862650, 0.5596924, 1.649348, 2.082907},
		{0.4479107, 0.6108260, 1.544419, 1.902094},
		{0.5289724, 0.6746958, 1.427562, 1.702771},
	} {
		if !limitsNear(f.Points[i].Limits, want) {
			t.Errorf("%+v, want %+v", f.Points[i].Limits, want)
		}
	}
}

// tests/testthat/test-classes_methods.R of FunnelPlotR: φ = 2.948033. Of six
// units, truncation by tenths leaves out none.
func TestPhiAsFunnelPlotRTestsIt(t *testing.T) {
	t.Parallel()
	f, err := NewFunnel([]FunnelUnit{
		{"a", 100, 108, 0}, {"b", 150, 112, 0}, {"c", 180, 165, 0}, {"d", 80, 95, 0}, {"e", 120, 100, 0}, {"f", 225, 220, 0},
	}, FunnelOptions{Kind: LogRates, Target: 1, Trim: Truncate})
	if err != nil || !near(f.Phi, 2.948033, 6) || f.Dispersion.N != 6 {
		t.Errorf("φ = %v of %d, %v", f.Phi, f.Dispersion.N, err)
	}
}

// By hand: for θ = ½, sin²(45° ± δ) = ½(1 ± sin 2δ), so that the limits of n
// are ½(1 ± sin(z/√n)): for n = 100, sin(0.1959964) = 0.1947440 and
// sin(0.3090232) = 0.3041283.
func TestLimitsOfSharesByHand(t *testing.T) {
	t.Parallel()
	f, err := NewFunnel([]FunnelUnit{{"a", 50, 100, 0}, {"b", 1, 2, 0}}, FunnelOptions{Kind: Shares, Per: 100})
	if err != nil {
		t.Fatal(err)
	}
	got := f.Points[0].Limits
	if !near(got.Low95, 40.26280, 5) || !near(got.High95, 59.73720, 5) || !near(got.Low998, 34.79359, 5) || !near(got.High998, 65.20641, 5) {
		t.Errorf("%+v", got)
	}
	// z/√2 of 99.8 % is more than 90°: all that can be is within the limits.
	if b := f.Points[1].Limits; b.Low998 != 0 || b.High998 != 100 {
		t.Errorf("of two: %+v", b)
	}
}

// By hand: target (90+40+6.5)/(100+100+10) = 0.65; A lies (0.9−0.65)/0.1 = 2.5 and B
// (0.4−0.65)/0.05 = −5 standard errors off. φ = (6.25+25)/2 = 15.625,
// w = 100 and 400, τ² = (31.25−1)/(500−170000/500) = 0.1890625.
func TestFunnelOfRatiosByHand(t *testing.T) {
	t.Parallel()
	f, err := NewFunnel([]FunnelUnit{{"A", 90, 100, 0.1}, {"B", 40, 100, 0.05}, {"no bills", 0, 0, 0}, {"one room", 6.5, 10, 0}},
		FunnelOptions{Kind: Ratios, Trim: KeepAll})
	if err != nil {
		t.Fatal(err)
	}
	if !near(f.Target, 0.65, 9) || !near(f.Phi, 15.625, 9) || !near(f.Tau2, 0.1890625, 9) {
		t.Errorf("target %v, φ %v, τ² %v", f.Target, f.Phi, f.Tau2)
	}
	if diff := cmp.Diff([]string{"no bills", "one room"}, f.Without); diff != "" {
		t.Error(diff)
	}
	a, b := f.Points[0], f.Points[1]
	if !near(a.Z, 2.5, 9) || a.Place != Above || !near(b.Z, -5, 9) || b.Place != FarBelow || a.PlaceAdjusted != Inside || b.PlaceAdjusted != Inside {
		t.Errorf("%+v\n%+v", a, b)
	}
	if !near(a.Limits.High95, 0.65+0.1959964, 7) || !near(a.Adjusted.High95, 0.65+1.959964*math.Sqrt(0.01+0.1890625), 9) {
		t.Errorf("%+v", a)
	}
}

func TestUnitsThatDoNotFitTheirFunnel(t *testing.T) {
	t.Parallel()
	one := []FunnelUnit{{"a", 1, 10, 0}}
	for name, c := range map[string]struct {
		units []FunnelUnit
		o     FunnelOptions
	}{
		"no kind":            {one, FunnelOptions{}},
		"more than all":      {[]FunnelUnit{{"a", 11, 10, 0}}, FunnelOptions{Kind: Shares}},
		"target above 1":     {one, FunnelOptions{Kind: Shares, Target: 1.1}},
		"negative events":    {[]FunnelUnit{{"a", -1, 10, 0}}, FunnelOptions{Kind: Rates}},
		"no event at all":    {[]FunnelUnit{{"a", 0, 10, 0}}, FunnelOptions{Kind: Rates}},
		"logarithm of 0":     {[]FunnelUnit{{"a", 0, 10, 0}}, FunnelOptions{Kind: LogRates, Target: 1}},
		"unknown numerator":  {[]FunnelUnit{{"a", math.NaN(), 10, 0}}, FunnelOptions{Kind: Ratios}},
		"negative error":     {[]FunnelUnit{{"a", 1, 10, -1}}, FunnelOptions{Kind: Ratios}},
		"unknown trimming":   {one, FunnelOptions{Kind: Shares, Trim: "half"}},
		"per a negative one": {one, FunnelOptions{Kind: Shares, Per: -1}},
	} {
		if f, err := NewFunnel(c.units, c.o); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
	if f, err := NewFunnel(nil, FunnelOptions{Kind: Rates}); err != nil || len(f.Points) > 0 || f.Curve(10) != nil {
		t.Errorf("no units: %+v, %v", f, err)
	}
}

// Limits lie in order about the target, narrow with size, never narrow by
// over-dispersion (but on the other scale of Rates), and the curve goes through
// the points' own limits.
func TestFunnelProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]FunnelKind{Shares, Rates, Ratios}).Draw(t, "kind")
		n := rapid.IntRange(2, 30).Draw(t, "n")
		units := make([]FunnelUnit, n)
		for i := range units {
			d := rapid.IntRange(20, 5000).Draw(t, "d")
			units[i] = FunnelUnit{fmt.Sprint(i), float64(rapid.IntRange(1, d).Draw(t, "n")), float64(d), rapid.Float64Range(0.001, 0.2).Draw(t, "se")}
		}
		f, err := NewFunnel(units, FunnelOptions{Kind: kind, Per: 100})
		if err != nil {
			t.Fatal(err)
		}
		curve := f.Curve(20)
		for i, c := range curve {
			for _, l := range []Limits{c.Limits, c.Adjusted} {
				if l.Low998 > l.Low95 || l.Low95 > f.Per*f.Target+1e-9 || l.High95 < f.Per*f.Target-1e-9 || l.High95 > l.High998 {
					t.Fatalf("%+v about %v", l, f.Per*f.Target)
				}
			}
			if i > 0 && c.Limits.High95 > curve[i-1].Limits.High95+1e-9 {
				t.Fatalf("limits widen with size: %+v, %+v", curve[i-1], c)
			}
			if kind != Rates && c.Adjusted.High95 < c.Limits.High95-1e-9 {
				t.Fatalf("adjusting narrows the limits: %+v", c)
			}
		}
		for _, p := range f.Points {
			if limits, adjusted := f.At(p.Size); limits != p.Limits || adjusted != p.Adjusted {
				t.Fatalf("%+v is not on the curve", p)
			}
		}
	})
}

package stat

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatehouse"
)

// rnorm20 is rnorm(20) after set.seed(123) in R: the data of the tests of the
// package NHSRplotthedots (tests/testthat/test-ptd_spc_standard.R), to the
// digits that its snapshot and R print.
func rnorm20() []float64 {
	return []float64{
		-0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621,
		-1.26506123, -0.68685285, -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272,
		-0.55584113, 1.78691314, 0.49785048, -1.96661716, 0.70135590, -0.47279141,
	}
}

// The snapshots r1 and r3 of that test: no range of r1 is large enough to be
// screened, and r3 is not screened, after the 15th point became 10.
func TestXmRAsPlotTheDotsPrintsIt(t *testing.T) {
	t.Parallel()
	extreme := rnorm20()
	extreme[14] = 10
	for _, c := range []struct {
		values             []float64
		mean, lower, upper float64
	}{
		{rnorm20(), 0.1416238, -3.01138, 3.294627},
		{extreme, 0.6694159, -4.596625, 5.935457},
	} {
		x, err := NewXmR(c.values, 0)
		if err != nil {
			t.Fatal(err)
		}
		if !near(x.Mean, c.mean, 7) || !near(x.Lower, c.lower, 5) || !near(x.Upper, c.upper, 6) || x.Trial || x.N != 20 {
			t.Errorf("mean %.7f, limits %.6f to %.6f of %d", x.Mean, x.Lower, x.Upper, x.N)
		}
	}
	x, err := NewXmR(extreme, 0)
	if err != nil {
		t.Fatal(err)
	}
	if want := []Signal{{OutsideLimits, 14, 14, true}}; !cmp.Equal(x.Signals, want) {
		t.Errorf("signals: %v", cmp.Diff(want, x.Signals))
	}
}

// By hand, each about a mean of 0 with limits ±6 from a baseline that swings
// between −1.128 and 1.128 (mean moving range 2.256; 2.66 × 2.256 = 6.001).
// The cases of 7 and of 2 in 3 are those of NHSRplotthedots
// (tests/testthat/test-ptd_calculate_point_type.R).
func TestSignals(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for name, c := range map[string]struct {
		then []float64 // after the baseline of 12
		want []Signal  // places counted from the end of the baseline
	}{
		"nothing":                         {[]float64{1, -1, 5, -5}, nil},
		"above the limit":                 {[]float64{1, 6.1, -1}, []Signal{{OutsideLimits, 1, 1, true}}},
		"below the limit":                 {[]float64{1, -6.1, 1}, []Signal{{OutsideLimits, 1, 1, false}}},
		"six on one side":                 {[]float64{-1, 1, 1, 1, 1, 1, 1, -1}, nil},
		"eight on one side":               {[]float64{-1, 1, 1, 1, 1, 1, 1, 1, 1, -1}, []Signal{{SevenOneSide, 1, 8, true}}},
		"seven below":                     {[]float64{-1, 1, -1, -1, -1, -1, -1, -1, -1}, []Signal{{SevenOneSide, 2, 8, false}}},
		"a point on the mean breaks it":   {[]float64{-1, 1, 1, 1, 1, 0, 1, 1, 1, -1}, nil},
		"a gap breaks a run":              {[]float64{-1, 1, 1, 1, 1, nan, 1, 1, 1, -1}, nil},
		"seven rising":                    {[]float64{2, -3, -2, -1, 0, 1, 2, 3, 2}, []Signal{{SevenTrending, 1, 7, true}}},
		"seven falling":                   {[]float64{2, 3, 2, 1, 0, -1, -2, -3, -2}, []Signal{{SevenTrending, 1, 7, false}}},
		"six rising":                      {[]float64{2, -3, -2, -1, 0, 1, 2, 1}, nil},
		"equal months break a trend":      {[]float64{2, -3, -2, -1, -1, 0, 1, 2, 1}, nil},
		"a gap breaks a trend":            {[]float64{2, -3, -2, -1, nan, 0, 1, 2, 1}, nil},
		"two of three near a limit":       {[]float64{-1, 5, 1, 5, -1}, []Signal{{TwoOfThree, 1, 3, true}}},
		"two in a row near a limit":       {[]float64{-1, 1, 5, 5, -1}, []Signal{{TwoOfThree, 2, 3, true}}},
		"a longer stretch is one":         {[]float64{1, -5, -1, -5, -1, -5, 1}, []Signal{{TwoOfThree, 1, 5, false}}},
		"two near opposite limits":        {[]float64{-1, 5, -5, 1}, nil},
		"the third on the other side":     {[]float64{-1, 5, -1, 5, -1}, nil},
		"a gap between":                   {[]float64{-1, 5, nan, 5, -1}, nil},
		"beyond the limit counts as near": {[]float64{-1, 7, 1, 5, -1}, []Signal{{OutsideLimits, 1, 1, true}, {TwoOfThree, 1, 3, true}}},
	} {
		values := []float64{}
		for range 6 {
			values = append(values, 1.128, -1.128)
		}
		x, err := NewXmR(append(values, c.then...), 12)
		if err != nil {
			t.Fatal(err)
		}
		var got []Signal
		for _, s := range x.Signals {
			s.First, s.Last = s.First-12, s.Last-12
			got = append(got, s)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTrialLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values, baseline int
		trial            bool
	}{{11, 0, true}, {12, 0, false}, {20, 11, true}, {20, 12, false}} {
		x, err := NewXmR(append(rnorm20(), rnorm20()...)[:c.values], c.baseline)
		if err != nil || x.Trial != c.trial {
			t.Errorf("%d points, baseline %d: trial %v, %v", c.values, c.baseline, x.Trial, err)
		}
	}
}

// 1, 3, gap, 11, 12: ranges 2 and 1, not 8 over the gap; mean 6.75.
func TestGapsHaveNoRange(t *testing.T) {
	t.Parallel()
	x, err := NewXmR([]float64{1, 3, math.NaN(), 11, 12}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if x.MeanRange != 1.5 || x.Mean != 6.75 || x.N != 4 || !x.Trial {
		t.Errorf("%+v", x)
	}
	if !math.IsNaN(x.Ranges[2]) || !math.IsNaN(x.Ranges[3]) || x.Ranges[4] != 1 {
		t.Errorf("ranges: %v", x.Ranges)
	}
}

func TestChartsThatCannotBeDrawn(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for name, c := range map[string]struct {
		values   []float64
		baseline int
	}{
		"none":              {nil, 0},
		"one":               {[]float64{1}, 0},
		"none next to one":  {[]float64{1, nan, 2, nan, 3}, 0},
		"infinite":          {[]float64{1, math.Inf(1), 2}, 0},
		"a baseline of one": {[]float64{1, 2, 3}, 1},
		"too long a one":    {[]float64{1, 2, 3}, 4},
		"a negative one":    {[]float64{1, 2, 3}, -1},
	} {
		if x, err := NewXmR(c.values, c.baseline); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%s: %+v, %v", name, x, err)
		}
	}
}

// Months that are all the same are no signal, whatever their sum rounds to;
// and another unit gives the same chart in that unit.
func TestXmRProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v, n := rapid.Float64Range(0.001, 1000).Draw(t, "value"), rapid.IntRange(2, 60).Draw(t, "n")
		same := make([]float64, n)
		for i := range same {
			same[i] = v
		}
		x, err := NewXmR(same, 0)
		if err != nil || len(x.Signals) > 0 {
			t.Fatalf("%d times %v: %+v, %v", n, v, x, err)
		}
		values := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(0, 200).Draw(t, "v")) }), 2, 40).Draw(t, "values")
		thousandfold := make([]float64, len(values))
		for i := range values {
			thousandfold[i] = 1024 * values[i] // a power of two rounds nothing
		}
		a, err := NewXmR(values, 0)
		b, err2 := NewXmR(thousandfold, 0)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if !cmp.Equal(a.Signals, b.Signals) || math.Abs(b.Upper-1024*a.Upper) > 1e-6 {
			t.Fatalf("%+v and in another unit %+v", a, b)
		}
		for i := range values {
			for _, s := range a.At(i) {
				if i < s.First || i > s.Last {
					t.Fatalf("point %d is not part of %v", i, s)
				}
			}
		}
	})
}

package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"gatehouse"
)

// Table 1 of Krejcie and Morgan 1970, Educ. Psychol. Meas. 30:607–610: five
// points at 95 %, share one half. They round to the nearest; SampleForProportion
// rounds up, since one answer fewer misses the margin.
func TestSampleSizeAsKrejcieAndMorganPrintIt(t *testing.T) {
	t.Parallel()
	for population, printed := range map[int]float64{
		10: 10, 15: 14, 20: 19, 25: 24, 30: 28, 35: 32, 40: 36, 45: 40, 50: 44, 55: 48,
		60: 52, 65: 56, 70: 59, 75: 63, 80: 66, 85: 70, 90: 73, 95: 76, 100: 80, 110: 86,
		120: 92, 130: 97, 140: 103, 200: 132, 500: 217, 1000: 278, 2800: 338, 9000: 368, 10_000: 370,
	} {
		if got := sampleSize(0.05, 0.5, population); math.Round(got) != printed {
			t.Errorf("of %d: %v, want %v", population, got, printed)
		}
		n, err := SampleForProportion(0.05, 0.5, population)
		if err != nil || float64(n) < printed || float64(n) > printed+1 {
			t.Errorf("of %d: %v answers, %v", population, n, err)
		}
	}
	// An unlimited population needs the 385 of every textbook: 1.96² ÷ 4 ÷ 0.05² = 384.16.
	if n, err := SampleForProportion(0.05, 0.5, 0); n != 385 || err != nil {
		t.Errorf("of an unlimited population: %d, %v", n, err)
	}
}

// By hand: 1.959964 × √(0.25/100) = 0.0980; of 200 households × √(100/199) =
// 0.0695. Scores with a standard deviation of 20: 1.959964 × 20/√100 = 3.92.
func TestMarginsByHand(t *testing.T) {
	t.Parallel()
	unlimited, err := MarginOfProportion(0.5, 100, 0)
	limited, err2 := MarginOfProportion(0.5, 100, 200)
	mean, err3 := MarginOfMean(20, 100, 0)
	all, err4 := MarginOfMean(20, 100, 100)
	if err != nil || err2 != nil || err3 != nil || err4 != nil {
		t.Fatal(err, err2, err3, err4)
	}
	if !near(unlimited, 0.0980, 4) || !near(limited, 0.0695, 4) || !near(mean, 3.92, 2) || all != 0 {
		t.Errorf("%v, %v, %v, %v", unlimited, limited, mean, all)
	}
}

func TestMarginsThatAreNone(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func() error{
		"more than all":     func() error { _, err := MarginOfProportion(1.1, 10, 0); return err },
		"no answers":        func() error { _, err := MarginOfProportion(0.5, 0, 0); return err },
		"more than asked":   func() error { _, err := MarginOfMean(1, 11, 10); return err },
		"negative spread":   func() error { _, err := MarginOfMean(-1, 10, 0); return err },
		"margin of nothing": func() error { _, err := SampleForProportion(0, 0.5, 0); return err },
		"share of NaN":      func() error { _, err := SampleForProportion(0.05, math.NaN(), 0); return err },
		"negative people":   func() error { _, err := SampleForMean(1, 1, -1); return err },
		"minute margin":     func() error { _, err := SampleForMean(1e-9, 1, 0); return err },
	} {
		if gatehouse.KindOf(f()) != gatehouse.Invalid {
			t.Errorf("%s: %v", name, f())
		}
	}
}

// The sample for a margin gives that margin, and one answer fewer does not.
func TestSampleIsTheLeastForItsMargin(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		half, sd := rapid.Float64Range(0.5, 10).Draw(t, "half"), rapid.Float64Range(5, 40).Draw(t, "sd")
		population := rapid.IntRange(0, 20_000).Draw(t, "population")
		n, err := SampleForMean(half, sd, population)
		if err != nil {
			t.Fatal(err)
		}
		m, err := MarginOfMean(sd, n, population)
		if err != nil || m > half+1e-9 {
			t.Fatalf("%d answers of %d give %v, not %v: %v", n, population, m, half, err)
		}
		if n > 1 {
			if fewer, err := MarginOfMean(sd, n-1, population); err != nil || fewer < half-1e-9 {
				t.Fatalf("%d answers of %d give %v already: %v", n-1, population, fewer, err)
			}
		}
	})
}

package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"gatehouse"
)

// The cluster sample of Californian schools in R's survey package (Lumley
// 2004): 183 schools in 15 of 757 districts, summed by district; the pupils
// tested (api.stu) of the pupils enrolled. The package's example
// svyratio(~api.stu, ~enroll, dclus1) prints 0.8497087, standard error 0.008386297.
func TestRatioAsSurveyPrintsIt(t *testing.T) {
	t.Parallel()
	var m Moments
	for _, district := range [][2]float64{
		{6047, 6777}, {12618, 15038}, {1461, 1668}, {5935, 6958}, {7573, 9025},
		{610, 683}, {199, 274}, {1184, 1436}, {6431, 7375}, {12292, 14968},
		{1877, 2180}, {4895, 6081}, {22452, 25814}, {532, 680}, {1373, 1641},
	} {
		m.Add(district[0], district[1])
	}
	r, err := m.Ratio(757)
	if err != nil {
		t.Fatal(err)
	}
	if !near(r.Value, 0.8497087, 7) || !near(r.SE, 0.008386297, 9) {
		t.Errorf("%.7f with standard error %.9f", r.Value, r.SE)
	}
	// qt(0.975, 14) is 2.144787 in every table of Student's t.
	if !near((r.High-r.Low)/2/r.SE, 2.144787, 6) {
		t.Errorf("the interval is %v standard errors either way", (r.High-r.Low)/2/r.SE)
	}
}

func TestRatiosThatCannotBeEstimated(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		m          Moments
		population float64
	}{
		"one unit":            {Moments{M: 1, Y: 1, X: 2, YY: 1, XY: 2, XX: 4}, 0},
		"nothing to divide":   {Moments{M: 2, Y: 1}, 0},
		"population too few":  {Moments{M: 5, Y: 1, X: 2, YY: 1, XY: 1, XX: 1}, 4},
		"an unknown sum":      {Moments{M: 5, Y: math.NaN(), X: 2}, 0},
		"a boundless product": {Moments{M: 5, Y: 1, X: 2, XY: math.Inf(1)}, 0},
	} {
		if r, err := c.m.Ratio(c.population); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
}

// Moments add up; a census has no error; and for clusters of ones and zeros of
// size 1 the standard error is that of a share, √(p(1−p)/(m−1)).
func TestRatioProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pairs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [2]float64 {
			return [2]float64{float64(rapid.IntRange(-100, 10_000).Draw(t, "y")), float64(rapid.IntRange(1, 10_000).Draw(t, "x"))}
		}), 2, 40).Draw(t, "units")
		var all, some, others, shares Moments
		for i, p := range pairs {
			all.Add(p[0], p[1])
			if i%3 == 0 {
				some.Add(p[0], p[1])
			} else {
				others.Add(p[0], p[1])
			}
			shares.Add(float64(int(math.Abs(p[0]))%2), 1)
		}
		if some.Plus(others) != all {
			t.Fatalf("%+v and %+v are not %+v", some, others, all)
		}
		census, err := all.Ratio(all.M)
		if err != nil || census.SE != 0 {
			t.Fatalf("a census: %v, %v", census, err)
		}
		share, err := shares.Ratio(0)
		if err != nil {
			t.Fatal(err)
		}
		if p := share.Value; math.Abs(share.SE-math.Sqrt(p*(1-p)/(shares.M-1))) > 1e-9 {
			t.Fatalf("share %v of %v has standard error %v", p, shares.M, share.SE)
		}
	})
}

package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"gatehouse"
)

// raa is the triangle of the Reinsurance Association of America (Mack 1994;
// RAA of R's ChainLadder, raa.csv of Python's chainladder).
func raa() [][]float64 {
	return [][]float64{
		{5012, 8269, 10907, 11805, 13539, 16181, 18009, 18608, 18662, 18834},
		{106, 4285, 5396, 10666, 13782, 15599, 15496, 16169, 16704},
		{3410, 8992, 13873, 16141, 18735, 22214, 22863, 23466},
		{5655, 11555, 15766, 21266, 23425, 26083, 27067},
		{1092, 9565, 15836, 22169, 25955, 26180},
		{1513, 6445, 11702, 12935, 15852},
		{557, 4020, 10946, 12314},
		{1351, 6947, 13112},
		{3133, 5395},
		{2063},
	}
}

// taylorAshe is the triangle of Mack 1993 (Taylor and Ashe 1983; GenIns).
func taylorAshe() [][]float64 {
	return [][]float64{
		{357848, 1124788, 1735330, 2218270, 2745596, 3319994, 3466336, 3606286, 3833515, 3901463},
		{352118, 1236139, 2170033, 3353322, 3799067, 4120063, 4647867, 4914039, 5339085},
		{290507, 1292306, 2218525, 3235179, 3985995, 4132918, 4628910, 4909315},
		{310608, 1418858, 2195047, 3757447, 4029929, 4381982, 4588268},
		{443160, 1136350, 2128333, 2897821, 3402672, 3873311},
		{396132, 1333217, 2180715, 2985752, 3691712},
		{440832, 1288463, 2419861, 3483130},
		{359480, 1421128, 2864498},
		{376686, 1363294},
		{344014},
	}
}

// What the vignette of R's ChainLadder prints for MackChainLadder(RAA, est.sigma = "Mack").
func TestLadderOfRAAAsChainLadderPrintsIt(t *testing.T) {
	t.Parallel()
	l, err := NewLadder(raa())
	if err != nil {
		t.Fatal(err)
	}
	for k, f := range []float64{2.999, 1.624, 1.271, 1.172, 1.113, 1.042, 1.033, 1.017, 1.009} {
		if !near(l.Factors[k], f, 3) {
			t.Errorf("factor %d: %.4f, want %.3f", k, l.Factors[k], f)
		}
	}
	p, err := l.Ultimate()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ latest, ultimate, toCome, se float64 }{
		{18834, 18834, 0, 0}, {16704, 16858, 154.0, 206.2}, {23466, 24083, 617.4, 623.4}, {27067, 28703, 1636.1, 747.2},
		{26180, 28927, 2746.7, 1469.5}, {15852, 19501, 3649.1, 2001.9}, {12314, 17749, 5435.3, 2209.2},
		{13112, 24019, 10907.2, 5357.9}, {5395, 16045, 10650.0, 6333.2}, {2063, 18402, 16339.4, 24566.3},
	} {
		e := p.Origins[i]
		if e.Latest != want.latest || !near(e.Value, want.ultimate, 0) || !near(e.ToCome(), want.toCome, 1) || !near(e.SE, want.se, 1) {
			t.Errorf("%d: %+v, want %+v", 1981+i, e, want)
		}
	}
	if p.Latest != 160_987 || !near(p.Value, 213_122.23, 2) || !near(p.ToCome(), 52_135.23, 2) || !near(p.SE, 26_909.01, 2) {
		t.Errorf("together %.2f of %.2f, ± %.2f", p.ToCome(), p.Value, p.SE)
	}
}

// Tables 2 and 3 of Mack 1993, with the digits that ?MackChainLadder prints for GenIns.
func TestLadderOfTaylorAndAsheAsMackPrintsIt(t *testing.T) {
	t.Parallel()
	l, err := NewLadder(taylorAshe())
	if err != nil {
		t.Fatal(err)
	}
	for k, f := range []float64{3.490607, 1.747333, 1.457413, 1.173852, 1.103824, 1.086269, 1.053874, 1.076555, 1.017725} {
		if !near(l.Factors[k], f, 6) {
			t.Errorf("factor %d: %.7f, want %.6f", k, l.Factors[k], f)
		}
	}
	for k, s := range []float64{160280.3275, 37736.8550, 41965.2130, 15182.9027, 13731.3239, 8185.7716, 446.6166, 1147.3660, 446.6166} {
		if !near(l.Sigma2[k], s, 4) {
			t.Errorf("σ² %d: %.5f, want %.4f", k, l.Sigma2[k], s)
		}
	}
	p, err := l.Ultimate()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ toCome, se float64 }{
		{0, 0}, {94_634, 75_535}, {469_511, 121_699}, {709_638, 133_549}, {984_889, 261_406}, {1_419_459, 411_010},
		{2_177_641, 558_317}, {3_920_301, 875_328}, {4_278_972, 971_258}, {4_625_811, 1_363_155},
	} {
		if e := p.Origins[i]; !near(e.ToCome(), want.toCome, 0) || !near(e.SE, want.se, 0) {
			t.Errorf("%d: %+v, want %+v", i+1, e, want)
		}
	}
	if !near(p.ToCome(), 18_680_855.61, 2) || !near(p.SE, 2_447_094.86, 2) {
		t.Errorf("together %.2f ± %.2f", p.ToCome(), p.SE)
	}
}

// The next year end is the next diagonal: the vignette's full triangle of RAA
// has 1990 at 6188 next year, 1989 at 8759, and so on. The standard error of one
// step is by hand: (σ²·C + C²·σ²/S)^½, the months being independent but for the
// factor, and no two sharing one.
func TestExpectationToNextYearEnd(t *testing.T) {
	t.Parallel()
	l, err := NewLadder(raa())
	if err != nil {
		t.Fatal(err)
	}
	p, err := l.Expect([]int{9, 9, 8, 7, 6, 5, 4, 3, 2, 1})
	if err != nil {
		t.Fatal(err)
	}
	var independent float64
	for i, want := range []float64{18834, 16858, 23863, 27967, 27278, 17649, 14428, 16664, 8759, 6188} {
		e := p.Origins[i]
		if !near(e.Value, want, 0) {
			t.Errorf("%d: %.1f, want %.0f", 1981+i, e.Value, want)
		}
		independent += e.SE * e.SE
		if i == 0 {
			continue
		}
		k := e.LatestAge
		byHand := math.Sqrt(l.Sigma2[k]*e.Latest + math.Pow(e.Latest*l.FactorSE[k], 2))
		if math.Abs(e.SE-byHand) > 1e-6 {
			t.Errorf("%d: standard error %v, want %v", 1981+i, e.SE, byHand)
		}
	}
	if math.Abs(p.SE-math.Sqrt(independent)) > 1e-6 {
		t.Errorf("together ± %v, want %v", p.SE, math.Sqrt(independent))
	}
}

// By hand: 100→150 and 200→280 give f = 430/300; 300→NaN→450 gives no step, but
// stands at 450 at age 2, as do 160 and 300.
func TestGapsAndRaggedRows(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	l, err := NewLadder([][]float64{{100, 150, 160}, {200, 280, 300, nan}, {300, nan, 450}, {0, 90, 99}, {50}})
	if err != nil {
		t.Fatal(err)
	}
	if !near(l.Factors[0], 430./300, 12) || !near(l.Factors[1], 559./520, 12) || l.Ages() != 3 {
		t.Errorf("factors %v", l.Factors)
	}
	p, err := l.Ultimate()
	if err != nil || p.Origins[2].Value != 450 || p.Origins[2].SE != 0 || !near(p.Origins[4].Value, 50*430./300*559./520, 9) {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err = l.Expect([]int{0, 1, 0, 1, 1}); err != nil || p.Origins[1].Value != 280 || p.Origins[1].SE != 0 {
		t.Errorf("ages that were reached: %+v, %v", p, err)
	}
}

func TestLaddersThatLeadNowhere(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for name, c := range map[string]struct {
		triangle [][]float64
		ages     []int
	}{
		"one month":             {[][]float64{{1, 2}}, nil},
		"one age":               {[][]float64{{1}, {2}}, nil},
		"all unknown":           {[][]float64{{nan, nan}, {nan}}, nil},
		"infinite":              {[][]float64{{1, math.Inf(1)}, {2}}, nil},
		"nothing paid at age 0": {[][]float64{{0, 5, 6}, {0, 7, 8}, {0}}, []int{2, 2, 2}},
		"a zero column":         {[][]float64{{1, 0, 6}, {1, 0, 8}, {1}}, []int{2, 2, 2}},
		"paid nothing yet":      {[][]float64{{1, 5, 6}, {2, 7, 8}, {0}}, []int{2, 2, 2}},
		"unknown month":         {[][]float64{{1, 5, 6}, {2, 7, 8}, {nan}}, []int{2, 2, 2}},
		"error of one month":    {[][]float64{{1, 5}, {2}}, []int{1, 1}},
		"older than the oldest": {[][]float64{{1, 5, 6}, {2, 7, 8}, {3}}, []int{2, 2, 3}},
		"a missing age":         {[][]float64{{1, nan, 6}, {2, 7, 8}, {3}}, []int{1, 1, 0}},
		"too few ages":          {[][]float64{{1, 5, 6}, {2, 7, 8}, {3}}, []int{2, 2}},
	} {
		l, err := NewLadder(c.triangle)
		if err == nil {
			_, err = l.Expect(c.ages)
		}
		if gatehouse.KindOf(err) != gatehouse.Invalid || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Months that all grow alike are foreseen without error; another unit of money
// gives the same in that unit; and carrying on one month alone is the same as
// among all.
func TestLadderProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 12).Draw(t, "n")
		alike, random, scaled := make([][]float64, n), make([][]float64, n), make([][]float64, n)
		ages := make([]int, n)
		for i := range n {
			start := rapid.Float64Range(1, 1000).Draw(t, "start")
			c := start
			for k := range n - i {
				alike[i] = append(alike[i], start*float64(k+1))
				random[i] = append(random[i], c)
				scaled[i] = append(scaled[i], 1024*c)
				c *= rapid.Float64Range(0.9, 2).Draw(t, "step")
			}
			ages[i] = rapid.IntRange(n-i-1, n-1).Draw(t, "age")
		}
		l, err := NewLadder(alike)
		if err != nil {
			t.Fatal(err)
		}
		p, err := l.Ultimate()
		if err != nil || p.SE > 1e-6*p.Value {
			t.Fatalf("alike: ± %v, %v", p.SE, err)
		}
		for i, e := range p.Origins {
			if want := alike[i][0] * float64(n); math.Abs(e.Value-want) > 1e-9*want {
				t.Fatalf("alike: %v, want %v", e.Value, want)
			}
		}
		l, err = NewLadder(random)
		l2, err2 := NewLadder(scaled)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		a, err := l.Expect(ages)
		b, err2 := l2.Expect(ages)
		if err != nil || err2 != nil || math.Abs(1024*a.SE-b.SE) > 1e-6*b.SE || math.Abs(1024*a.Value-b.Value) > 1e-9*b.Value {
			t.Fatalf("± %v of %v, in another unit ± %v of %v: %v %v", a.SE, a.Value, b.SE, b.Value, err, err2)
		}
		var squares, sum float64
		for _, e := range a.Origins {
			squares, sum = squares+e.SE*e.SE, sum+e.SE
		}
		if a.SE < math.Sqrt(squares)*(1-1e-9) || a.SE > sum*(1+1e-9) {
			t.Fatalf("together ± %v, apart ± %v, added ± %v", a.SE, math.Sqrt(squares), sum)
		}
	})
}

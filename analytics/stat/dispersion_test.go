package stat

import (
	"math"
	"testing"

	"gatehouse"
)

// The 13 trials of the vaccine BCG (Colditz et al. 1994, JAMA 271:698–702;
// dat.bcg of R's metadat): ill and well among the vaccinated and the others.
// About the pooled log risk ratio −0.4303, metafor prints Q = 152.2330 and the
// τ² of DerSimonian and Laird as 0.3088 (Viechtbauer's R code to Borenstein et
// al. 2009). φ is Q ÷ 13.
func TestDispersionAsMetaforPrintsIt(t *testing.T) {
	t.Parallel()
	var y, se []float64
	var pooled, weights float64
	for _, c := range [][4]float64{
		{4, 119, 11, 128}, {6, 300, 29, 274}, {3, 228, 11, 209}, {62, 13536, 248, 12619}, {33, 5036, 47, 5761},
		{180, 1361, 372, 1079}, {8, 2537, 10, 619}, {505, 87886, 499, 87892}, {29, 7470, 45, 7232},
		{17, 1699, 65, 1600}, {186, 50448, 141, 27197}, {5, 2493, 3, 2338}, {27, 16886, 29, 17825},
	} {
		n1, n2 := c[0]+c[1], c[2]+c[3]
		v := 1/c[0] - 1/n1 + 1/c[2] - 1/n2
		y, se = append(y, math.Log(c[0]/n1/(c[2]/n2))), append(se, math.Sqrt(v))
		pooled, weights = pooled+y[len(y)-1]/v, weights+1/v
	}
	pooled /= weights
	z := make([]float64, len(y))
	for i := range y {
		z[i] = (y[i] - pooled) / se[i]
	}
	d, err := Disperse(z, se, KeepAll)
	if err != nil {
		t.Fatal(err)
	}
	if !near(pooled, -0.4303, 4) || !near(13*d.Phi, 152.2330, 4) || !near(d.Tau2, 0.3088, 4) || d.N != 13 {
		t.Errorf("pooled %.4f, Q %.4f, τ² %.4f of %d", pooled, 13*d.Phi, d.Tau2, d.N)
	}
}

// By hand, z = 0, 1 … 9 and 100 with standard error 1. The tenth lies at place
// 0.1 × 10 = 1, so 0 becomes 1 and 100 becomes 9:
// φ = (1+1+4+9+16+25+36+49+64+81+81)/11 = 367/11; τ² = (367−10)/(11−1).
// Truncated, ranks 1…11 fall into tenths ⌊10·rank/12⌋ = 0,1,2,3,4,5,5,6,7,8,9:
// 0 and 100 go, φ = 285/9 and τ² = (285−8)/(9−1).
func TestTrimmingByHand(t *testing.T) {
	t.Parallel()
	z := []float64{100, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	se := []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	for trim, want := range map[Trim]Dispersion{
		Winsorise: {367. / 11, 35.7, 11},
		Truncate:  {285. / 9, 277. / 8, 9},
		KeepAll:   {10285. / 11, 1027.5, 11},
	} {
		d, err := Disperse(z, se, trim)
		if err != nil || !near(d.Phi, want.Phi, 9) || !near(d.Tau2, want.Tau2, 9) || d.N != want.N {
			t.Errorf("%s: %+v, %v, want %+v", trim, d, err, want)
		}
	}
}

// Units that differ less than by chance have no τ²; one unit differs from nobody.
func TestNoOverDispersion(t *testing.T) {
	t.Parallel()
	if d, err := Disperse([]float64{0.5, -0.5, 0.1}, []float64{1, 2, 3}, KeepAll); err != nil || d.Tau2 != 0 || !near(d.Phi, 0.17, 9) {
		t.Errorf("%+v, %v", d, err)
	}
	if d, err := Disperse([]float64{9}, []float64{1}, Winsorise); err != nil || d != (Dispersion{N: 1}) {
		t.Errorf("%+v, %v", d, err)
	}
	for _, se := range [][]float64{{1}, {1, 0}, {1, math.NaN()}} {
		if d, err := Disperse([]float64{1, 2}, se, KeepAll); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("standard errors %v: %+v, %v", se, d, err)
		}
	}
}

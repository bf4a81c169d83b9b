package stat

import (
	"math"
	"testing"

	"gatehouse"
)

// cherryTrees are the girth, height and volume of 31 trees (Ryan, Joiner and
// Ryan 1976; trees of R).
func cherryTrees() (girth, height, volume []float64) {
	girth = []float64{
		8.3, 8.6, 8.8, 10.5, 10.7, 10.8, 11, 11, 11.1, 11.2, 11.3, 11.4, 11.4, 11.7, 12, 12.9, 12.9, 13.3,
		13.7, 13.8, 14, 14.2, 14.5, 16, 16.3, 17.3, 17.5, 17.9, 18, 18, 20.6,
	}
	height = []float64{
		70, 65, 63, 72, 81, 83, 66, 75, 80, 75, 79, 76, 76, 69, 75, 74, 85, 86, 71, 64, 78, 80, 74, 72, 77,
		81, 82, 80, 80, 80, 87,
	}
	volume = []float64{
		10.3, 10.3, 10.2, 16.4, 18.8, 19.7, 15.6, 18.2, 22.6, 19.9, 24.2, 21, 21.4, 21.3, 19.1, 22.2, 33.8,
		27.4, 25.7, 24.9, 34.5, 31.7, 36.3, 38.3, 42.6, 55.4, 55.7, 58.3, 51.5, 51, 77,
	}
	return girth, height, volume
}

// What R prints for summary(lm(Volume ~ Girth + Height, data = trees)).
func TestFitOfTreesAsRPrintsIt(t *testing.T) {
	t.Parallel()
	girth, height, volume := cherryTrees()
	f, err := LeastSquares(volume, girth, height)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct{ coefficient, se float64 }{{-57.9877, 8.6382}, {4.7082, 0.2643}, {0.3393, 0.1302}} {
		if !near(f.Coefficients[i], c.coefficient, 4) || !near(f.SE[i], c.se, 4) {
			t.Errorf("%d: %.4f ± %.4f, want %.4f ± %.4f", i, f.Coefficients[i], f.SE[i], c.coefficient, c.se)
		}
	}
	if !near(f.R2, 0.948, 3) || !near(f.ResidualSD, 3.882, 3) {
		t.Errorf("R² %.4f, residual standard error %.4f", f.R2, f.ResidualSD)
	}
}

// Certified values of NIST's Statistical Reference Datasets, Pontius: load
// cells, y = b₀ + b₁x + b₂x², made to be hard on rounding.
func TestFitOfPontiusAsNISTCertifiesIt(t *testing.T) {
	t.Parallel()
	y := []float64{
		.11019, .21956, .32949, .43899, .54803, .65694, .76562, .87487, .98292, 1.09146,
		1.20001, 1.30822, 1.41599, 1.52399, 1.63194, 1.73947, 1.84646, 1.95392, 2.06128, 2.16844,
		.11052, .22018, .32939, .43886, .54798, .65739, .76596, .87474, .98300, 1.09150,
		1.20004, 1.30818, 1.41613, 1.52408, 1.63159, 1.73965, 1.84696, 1.95445, 2.06177, 2.16829,
	}
	var x, squared []float64
	for i := range y {
		load := 150_000 * float64(i%20+1)
		x, squared = append(x, load), append(squared, load*load)
	}
	f, err := LeastSquares(y, x, squared)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ got, certified float64 }{
		"b0": {f.Coefficients[0], 0.673565789473684e-03}, "its error": {f.SE[0], 0.107938612033077e-03},
		"b1": {f.Coefficients[1], 0.732059160401003e-06}, "its error ": {f.SE[1], 0.157817399981659e-09},
		"b2": {f.Coefficients[2], -0.316081871345029e-14}, "its error  ": {f.SE[2], 0.486652849992036e-16},
		"residual sum of squares": {f.ResidualSD * f.ResidualSD * 37, 0.155761768796992e-05},
	} {
		if math.Abs(c.got/c.certified-1) > 1e-9 {
			t.Errorf("%s: %.15g, want %.15g", name, c.got, c.certified)
		}
	}
}

func TestFitsThatCannotBeMade(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		y     []float64
		terms [][]float64
	}{
		"no terms":         {[]float64{1, 2, 3}, nil},
		"too few points":   {[]float64{1, 2}, [][]float64{{1, 2}}},
		"a term too short": {[]float64{1, 2, 3}, [][]float64{{1, 2}}},
		"a constant term":  {[]float64{1, 2, 3}, [][]float64{{0.1, 0.1, 0.1}}},
		"terms alike":      {[]float64{1, 2, 3, 5, 9}, [][]float64{{1, 2, 3, 4, 6}, {3, 5, 7, 9, 13}}},
		"unknown y":        {[]float64{1, math.NaN(), 3}, [][]float64{{1, 2, 3}}},
		"an infinite term": {[]float64{1, 2, 3}, [][]float64{{1, 2, math.Inf(1)}}},
	} {
		if f, err := LeastSquares(c.y, c.terms...); err == nil || gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

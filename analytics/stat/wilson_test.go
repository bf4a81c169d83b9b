package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// near tells whether got, rounded to as many decimals as were printed, is what was printed.
func near(got, printed float64, decimals int) bool {
	return math.Abs(got-printed) <= 0.5000001*math.Pow10(-decimals)
}

// Table I of Newcombe 1998, Stat. Med. 17:857–872, method 3.
func TestWilsonAsNewcombePrintsIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ k, n, low, high float64 }{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0.0000, 0.1611},
		{1, 29, 0.0061, 0.1718},
	} {
		low, high, ok := Wilson(c.k, c.n)
		if !ok || !near(low, c.low, 4) || !near(high, c.high, 4) {
			t.Errorf("Wilson(%v, %v) = %.4f to %.4f, want %.4f to %.4f", c.k, c.n, low, high, c.low, c.high)
		}
	}
}

// Table II of Newcombe 1998, Stat. Med. 17:873–890, method 10.
func TestNewcombeAsHePrintsIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ k1, n1, k2, n2, low, high float64 }{
		{56, 70, 48, 80, 0.0524, 0.3339},
		{9, 10, 3, 10, 0.1705, 0.8090},
		{6, 7, 2, 7, 0.0582, 0.8062},
		{5, 56, 0, 29, -0.0381, 0.1926},
		{0, 10, 0, 20, -0.1611, 0.2775},
		{0, 10, 0, 10, -0.2775, 0.2775},
		{10, 10, 0, 20, 0.6791, 1.0000},
		{10, 10, 0, 10, 0.6075, 1.0000},
	} {
		low, high, ok := Newcombe(c.k1, c.n1, c.k2, c.n2)
		if !ok || !near(low, c.low, 4) || !near(high, c.high, 4) {
			t.Errorf("%v/%v − %v/%v: %.4f to %.4f, want %.4f to %.4f", c.k1, c.n1, c.k2, c.n2, low, high, c.low, c.high)
		}
	}
}

func TestNoShareHasNoInterval(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]float64{{0, 0}, {-1, 5}, {6, 5}, {math.NaN(), 5}, {1, math.Inf(1)}} {
		if _, _, ok := Wilson(c[0], c[1]); ok {
			t.Errorf("Wilson(%v, %v) is ok", c[0], c[1])
		}
		if _, _, ok := Newcombe(1, 2, c[0], c[1]); ok {
			t.Errorf("a difference to %v of %v is ok", c[0], c[1])
		}
	}
}

// An interval contains its share, and swapping the shares turns it round.
func TestIntervalsOfShares(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n1, n2 := rapid.IntRange(1, 5000).Draw(t, "n1"), rapid.IntRange(1, 5000).Draw(t, "n2")
		k1, k2 := rapid.IntRange(0, n1).Draw(t, "k1"), rapid.IntRange(0, n2).Draw(t, "k2")
		a, b, c, d := float64(k1), float64(n1), float64(k2), float64(n2)
		low, high, ok := Wilson(a, b)
		if p := a / b; !ok || low > p+1e-12 || high < p-1e-12 || low < 0 || high > 1 {
			t.Fatalf("%v of %v: %v to %v", a, b, low, high)
		}
		low, high, _ = Newcombe(a, b, c, d)
		turnedLow, turnedHigh, _ := Newcombe(c, d, a, b)
		if math.Abs(low+turnedHigh) > 1e-12 || math.Abs(high+turnedLow) > 1e-12 {
			t.Fatalf("%v to %v, but turned round %v to %v", low, high, turnedLow, turnedHigh)
		}
	})
}

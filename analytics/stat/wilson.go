package stat

import "math"

// Wilson is the 95 % score interval of a share: k successes among n, both
// counts; n need not be whole, as for weighted answers. It is not ok when there
// is no such share (n ≤ 0, or k outside 0…n).
//
// Wilson 1927, Probable inference, J. Am. Stat. Assoc. 22:209–212; method 3 of
// Newcombe 1998, Stat. Med. 17:857–872.
func Wilson(k, n float64) (low, high float64, ok bool) {
	if !finite(k, n) || n <= 0 || k < 0 || k > n {
		return 0, 0, false
	}
	p, z2 := k/n, Z95*Z95
	middle := (p + z2/(2*n)) / (1 + z2/n)
	half := Z95 / (1 + z2/n) * math.Sqrt(p*(1-p)/n+z2/(4*n*n))
	return math.Max(middle-half, 0), math.Min(middle+half, 1), true
}

// Newcombe is the 95 % interval of a difference of two shares of different
// things, k1/n1 − k2/n2, from the Wilson intervals of both. An interval without
// 0 says that the difference is more than chance. It is not ok when one of the
// shares is none.
//
// Newcombe 1998, Interval estimation for the difference between independent
// proportions, Stat. Med. 17:873–890, method 10 (hybrid score).
func Newcombe(k1, n1, k2, n2 float64) (low, high float64, ok bool) {
	low1, high1, ok1 := Wilson(k1, n1)
	low2, high2, ok2 := Wilson(k2, n2)
	if !ok1 || !ok2 {
		return 0, 0, false
	}
	p1, p2 := k1/n1, k2/n2
	d := p1 - p2
	return d - math.Hypot(p1-low1, high2-p2), d + math.Hypot(high1-p1, p2-low2), true
}

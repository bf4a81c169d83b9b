package analytics

import "math"

// z95 is the normal quantile of a two-sided 95 % interval.
const z95 = 1.959964

// MinimumN is the least n at which a survey's value is shown; below it only n is.
const MinimumN = 30

// Interval is the 95 % interval of a share of counts (Wilson) or of a mean
// score (normal, from the stored sum of squares). There is none for money,
// whose ratios are no counts, and none without a value.
func (v Value) Interval() (low, high float64, ok bool) {
	n := float64(v.N)
	if !v.Known() || n < 2 {
		return 0, 0, false
	}
	switch v.KPI.Interval {
	case ByMean:
		mean := v.Float()
		variance := math.Max(v.moment(0)/n-mean*mean, 0) * n / (n - 1)
		half := z95 * math.Sqrt(variance/n)
		return math.Max(mean-half, 0), math.Min(mean+half, 100), true
	case ByWilson:
		return Wilson(v.Numerator.InexactFloat64(), n)
	}
	return 0, 0, false
}

// Wilson is the 95 % score interval of k successes among n (Wilson 1927).
func Wilson(k, n float64) (low, high float64, ok bool) {
	if n <= 0 || k < 0 || k > n {
		return 0, 0, false
	}
	p, z2 := k/n, z95*z95
	middle := (p + z2/(2*n)) / (1 + z2/n)
	half := z95 / (1 + z2/n) * math.Sqrt(p*(1-p)/n+z2/(4*n*n))
	return math.Max(middle-half, 0), math.Min(middle+half, 1), true
}

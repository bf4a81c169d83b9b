package stat

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Quantiles of the normal distribution for two-sided intervals of 95 % and of
// 99.8 %, to the digits that published methods use.
const (
	Z95  = 1.959964
	Z998 = 3.090232
)

// t95 is the quantile of Student's t for a two-sided interval of 95 %.
func t95(degrees float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: degrees}.Quantile(0.975)
}

// chiSquared is the quantile p of the χ² distribution; it is 0 for no degrees of freedom.
func chiSquared(p, degrees float64) float64 {
	if degrees <= 0 {
		return 0
	}
	return distuv.ChiSquared{K: degrees}.Quantile(p)
}

// finite tells whether all are numbers.
func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// clamp keeps a limit where the value itself can be.
func clamp(v, low, high float64) float64 { return math.Max(low, math.Min(v, high)) }

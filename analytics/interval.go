package analytics

import (
	"math"

	"gatehouse/analytics/stat"
)

// MinimumN is the least n at which a survey's value is shown; below it only n is.
const MinimumN = stat.MinimumN

// Interval is the 95 % interval of a share of counts (Wilson), of a mean score
// (normal, from the stored sum of squares), or of a ratio of money over rooms
// (linearised, from the stored moments of the very period: a sum of money is no
// count, and rooms pay or owe as a whole). There is none without a value, and
// none of a ratio's slices.
func (v Value) Interval() (low, high float64, ok bool) {
	n := float64(v.N)
	if !v.Known() || n < 2 {
		return 0, 0, false
	}
	switch v.KPI.Interval {
	case ByMean:
		mean := v.Float()
		variance := math.Max(v.moment(0)/n-mean*mean, 0) * n / (n - 1)
		half := stat.Z95 * math.Sqrt(variance/n)
		return math.Max(mean-half, -100), math.Min(mean+half, 100), true
	case ByWilson:
		return stat.Wilson(v.Numerator.InexactFloat64(), n)
	case ByRatio:
		ratio, err := v.ratioMoments().Ratio(0)
		return ratio.Low, ratio.High, err == nil
	case NoInterval:
	}
	return 0, 0, false
}

// ratioMoments are the stored moments with the sums that the value has anyway.
func (v Value) ratioMoments() stat.Moments {
	return stat.Moments{
		Y: v.Numerator.InexactFloat64(), X: v.Denominator.InexactFloat64(),
		YY: v.moment(0), XY: v.moment(1), XX: v.moment(2), M: v.moment(3),
	}
}

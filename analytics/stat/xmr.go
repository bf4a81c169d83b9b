package stat

import (
	"math"

	"gatehouse"
)

const (
	// xmrLimit turns a mean moving range into natural process limits: 3/d₂, with
	// d₂ = 1.128 for ranges of two, as Wheeler rounds it.
	xmrLimit = 2.66
	// xmrFirm is the number of points from which limits are no longer on trial.
	xmrFirm = 12
	xmrRun  = 7 // points of a run on one side, or of a trend
)

// XmR is the chart of individual values of one project over time: what is
// usual, and which months are more than that.
type XmR struct {
	Mean, MeanRange float64   // of the values and of the moving ranges of the baseline
	Lower, Upper    float64   // natural process limits, in the unit of the values; not cut off at 0 or 1
	N               int       // known values of the baseline
	Trial           bool      // fewer than 12 of them: the limits will still move
	Ranges          []float64 // |value − value before|; NaN for the first and beside a gap
	Signals         []Signal  // by kind, then by time
}

// SignalKind is why points are more than chance.
type SignalKind string

const (
	OutsideLimits SignalKind = "outside"  // one point beyond a limit
	SevenOneSide  SignalKind = "one_side" // 7 or more in a row above, or below, the mean
	SevenTrending SignalKind = "trending" // 7 or more in a row each higher, or each lower, than the one before
	TwoOfThree    SignalKind = "two_of_3" // 2 of 3 in a row beyond two thirds of the way to a limit, all 3 on its side
)

// Signal is a run of points, First to Last inclusive, that is more than
// chance: upwards (High) or downwards. Whether that is good is the KPI's affair.
type Signal struct {
	Kind        SignalKind
	First, Last int
	High        bool
}

// NewXmR charts values in order of time, one a period, NaN where a period has
// none: a gap ends every run, and no moving range reaches over it. The mean and
// limits are of the first baseline values (gaps count as places), 0 for all;
// signals are sought among all. Moving ranges are not screened for outliers, as
// in the workbooks of NHS Making Data Count, so that one extreme month widens
// the limits and the chart errs towards silence.
//
// Wheeler 1993, Understanding Variation, and Making Data Count (NHS England):
// mean ± 2.66 × mean moving range; 7 on one side; 7 trending; 2 of 3 near a
// limit, where a point beyond the limit counts as near it.
func NewXmR(values []float64, baseline int) (*XmR, error) {
	if baseline < 0 || baseline > len(values) {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "a baseline of %d points does not fit a chart of %d", baseline, len(values))
	}
	if baseline == 0 {
		baseline = len(values)
	}
	x := &XmR{Ranges: make([]float64, len(values))}
	ranges, scale := 0, 0.0
	for i, v := range values {
		if math.IsInf(v, 0) {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "point %d of the chart is infinite", i+1)
		}
		x.Ranges[i] = math.NaN()
		if i > 0 {
			x.Ranges[i] = math.Abs(v - values[i-1]) // NaN beside a gap
		}
		if math.IsNaN(v) {
			continue
		}
		scale = math.Max(scale, math.Abs(v))
		if i >= baseline {
			continue
		}
		x.N, x.Mean = x.N+1, x.Mean+v
		if !math.IsNaN(x.Ranges[i]) {
			ranges, x.MeanRange = ranges+1, x.MeanRange+x.Ranges[i]
		}
	}
	if ranges == 0 {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "a chart over time needs two periods in a row with values")
	}
	x.Mean /= float64(x.N)
	x.MeanRange /= float64(ranges)
	x.Lower, x.Upper = x.Mean-xmrLimit*x.MeanRange, x.Mean+xmrLimit*x.MeanRange
	x.Trial = x.N < xmrFirm
	x.seek(values, scale*1e-12)
	return x, nil
}

// seek finds the signals. Differences below noise are those of the sums, not of
// the process: seven equal months are not seven below their mean.
func (x *XmR) seek(values []float64, noise float64) {
	side := func(i int) int { return sign(values[i]-x.Mean, noise) }
	for i := range values {
		if values[i] > x.Upper+noise || values[i] < x.Lower-noise {
			x.Signals = append(x.Signals, Signal{OutsideLimits, i, i, side(i) > 0})
		}
	}
	x.Signals = append(x.Signals, runs(SevenOneSide, len(values), xmrRun, side)...)

	// A trend of 7 points has 6 steps.
	steps := runs(SevenTrending, len(values), xmrRun-1, func(i int) int {
		if i == 0 {
			return 0
		}
		return sign(values[i]-values[i-1], noise)
	})
	for _, s := range steps {
		s.First--
		x.Signals = append(x.Signals, s)
	}

	near := func(i int) bool { return math.Abs(values[i]-x.Mean) > 2*(x.Upper-x.Mean)/3+noise }
	for i := 2; i < len(values); i++ {
		if side(i) == 0 || side(i) != side(i-1) || side(i) != side(i-2) {
			continue
		}
		three := Signal{TwoOfThree, i - 2, i, side(i) > 0}
		count := 0
		for j := three.First; j <= i; j++ {
			if near(j) {
				count++
			}
		}
		if count < 2 {
			continue
		}
		// It reaches from the first near point to the last; windows that share one are one signal.
		for !near(three.First) {
			three.First++
		}
		for !near(three.Last) {
			three.Last--
		}
		if n := len(x.Signals); n > 0 && x.Signals[n-1].Kind == TwoOfThree && three.First <= x.Signals[n-1].Last {
			x.Signals[n-1].Last = max(x.Signals[n-1].Last, three.Last)
			continue
		}
		x.Signals = append(x.Signals, three)
	}
}

// At is the signals that point i is part of.
func (x *XmR) At(i int) []Signal {
	var at []Signal
	for _, s := range x.Signals {
		if s.First <= i && i <= s.Last {
			at = append(at, s)
		}
	}
	return at
}

// runs finds stretches of at least so many points of one sign; 0 ends a run.
func runs(kind SignalKind, n, least int, side func(i int) int) []Signal {
	var found []Signal
	for first := 0; first < n; {
		last := first
		for last+1 < n && side(last+1) == side(first) {
			last++
		}
		if side(first) != 0 && last-first+1 >= least {
			found = append(found, Signal{kind, first, last, side(first) > 0})
		}
		first = last + 1
	}
	return found
}

// sign is 0 for NaN, and for what is within noise of 0.
func sign(v, noise float64) int {
	switch {
	case v > noise:
		return 1
	case v < -noise:
		return -1
	}
	return 0
}

package stat

import (
	"math"

	"gatehouse"
)

// FunnelKind is what is compared, and so how much it varies by chance.
type FunnelKind string

const (
	// Shares of counted things: Numerator of Denominator, both counts.
	Shares FunnelKind = "shares"
	// Rates of events, such as complaints of households: a Poisson count over
	// what it is expected from. A standardised ratio is the rate of what was
	// observed over what was expected, with Target 1.
	Rates FunnelKind = "rates"
	// LogRates are rates whose over-dispersion is taken on the log scale, as for
	// the NHS mortality indicator SHMI; it has no place for a count of 0.
	LogRates FunnelKind = "log_rates"
	// Ratios of sums with their own standard errors, such as collection rates
	// with those of Moments.Ratio.
	Ratios FunnelKind = "ratios"
)

// FunnelUnit is one project: its sums and, for Ratios only, the standard error
// of Numerator ÷ Denominator.
type FunnelUnit struct {
	Key                    string
	Numerator, Denominator float64
	SE                     float64
}

// FunnelOptions say how to draw the funnel.
type FunnelOptions struct {
	Kind   FunnelKind
	Target float64 // centre line, as numerator ÷ denominator; 0 for that of all units together
	Per    float64 // values and limits are per so many (1000 households); 0 for 1
	Trim   Trim    // of z-scores for over-dispersion; empty for Winsorise
}

// Limits are the control limits at one size: beyond 95 % is a reason to look,
// beyond 99.8 % to act (2 and 3 standard deviations).
type Limits struct {
	Low998, Low95, High95, High998 float64
}

// Place is where a value lies about its limits.
type Place int

const (
	FarBelow Place = -2 // beyond 99.8 %
	Below    Place = -1 // beyond 95 %
	Inside   Place = 0
	Above    Place = 1
	FarAbove Place = 2
)

// Place says where a value lies; one on a limit is inside it.
func (l Limits) Place(value float64) Place {
	switch {
	case value < l.Low998:
		return FarBelow
	case value > l.High998:
		return FarAbove
	case value < l.Low95:
		return Below
	case value > l.High95:
		return Above
	}
	return Inside
}

// FunnelPoint is a unit on the funnel: limits by chance alone, and adjusted for
// over-dispersion; the two are the same where there is none.
type FunnelPoint struct {
	Key                  string
	Size                 float64 // the denominator; for Ratios the precision 1/SE²
	Value                float64 // Per × numerator ÷ denominator
	Z                    float64 // distance from the target in standard errors
	Limits               Limits
	Adjusted             Limits
	Place, PlaceAdjusted Place // where Value lies about Limits, and about Adjusted
}

// Funnel is a funnel plot, in the order of the units given.
type Funnel struct {
	FunnelOptions // as used
	Dispersion
	Points  []FunnelPoint
	Without []string // keys of units without a point: nothing to divide by, or no standard error
}

// NewFunnel compares units with a target by limits that allow for their sizes
// (Spiegelhalter 2005, Stat. Med. 24:1185–1202), first by chance alone and then
// with additive over-dispersion (see Disperse). Inside the limits does not mean
// equal. How a value varies, by kind:
//
//   - Shares: sin²(asin√θ ± z√(1/4n+τ²)), the angle kept within 0…90°, so that
//     limits of small n stop at 0 and 1.
//   - Rates: exact Poisson limits θ·χ²(α/2; 2E)/2E and θ·χ²(1−α/2; 2E+2)/2E with
//     E = θ × denominator events expected; adjusted on the square-root scale,
//     θ(1 ± z√(1/4E+τ²))².
//   - LogRates: the same exact limits; adjusted θ·exp(±z√(1/E+τ²)).
//   - Ratios: θ ± z√(SE²+τ²).
//
// These are the formulas of the R package FunnelPlotR 0.6 (PR, SR with CQC, SR
// with SHMI), save that its CQC limits are left on the square-root scale and
// are squared back here.
func NewFunnel(units []FunnelUnit, o FunnelOptions) (*Funnel, error) {
	if o.Per == 0 {
		o.Per = 1
	}
	if o.Trim == "" {
		o.Trim = Winsorise
	}
	f := &Funnel{FunnelOptions: o}
	kept, err := f.check(units)
	if err != nil {
		return nil, err
	}
	var z, se []float64
	for _, u := range kept {
		size := u.Denominator
		if f.Kind == Ratios {
			size = 1 / (u.SE * u.SE)
		}
		p := FunnelPoint{Key: u.Key, Size: size, Value: f.Per * u.Numerator / u.Denominator}
		on, target, s := f.transform(u.Numerator/u.Denominator), f.transform(f.Target), f.standardError(size)
		p.Z = (on - target) / s
		z, se = append(z, p.Z), append(se, s)
		f.Points = append(f.Points, p)
	}
	if f.Dispersion, err = Disperse(z, se, f.Trim); err != nil {
		return nil, err
	}
	for i := range f.Points {
		p := &f.Points[i]
		p.Limits, p.Adjusted = f.At(p.Size)
		p.Place, p.PlaceAdjusted = p.Limits.Place(p.Value), p.Adjusted.Place(p.Value)
	}
	return f, nil
}

// check refuses what is no such unit, sets aside what has no point, and finds the target.
func (f *Funnel) check(units []FunnelUnit) ([]FunnelUnit, error) {
	switch f.Kind {
	case Shares, Rates, LogRates, Ratios:
	default:
		return nil, gatehouse.Errorf(gatehouse.Invalid, "cannot draw a funnel of %q: choose shares, rates, log_rates or ratios", f.Kind)
	}
	if !finite(f.Target, f.Per) || f.Per < 0 || f.Target < 0 || f.Kind == Shares && f.Target > 1 {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "a funnel of %s cannot have target %v per %v", f.Kind, f.Target, f.Per)
	}
	var kept []FunnelUnit
	var numerators, denominators float64
	for _, u := range units {
		if !finite(u.Numerator, u.Denominator) || math.IsInf(u.SE, 0) || u.SE < 0 {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "unit %s of the funnel has %v ÷ %v ± %v", u.Key, u.Numerator, u.Denominator, u.SE)
		}
		if f.Kind != Ratios && (u.Numerator < 0 || u.Denominator < 0 || f.Kind == Shares && u.Numerator > u.Denominator) {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "unit %s of the funnel counts %v of %v, which are no %s", u.Key, u.Numerator, u.Denominator, f.Kind)
		}
		// A unit without a point still counts for all together: where everyone paid, there is no error.
		numerators, denominators = numerators+u.Numerator, denominators+u.Denominator
		if u.Denominator == 0 || f.Kind == Ratios && !(u.SE > 0) { // NaN too
			f.Without = append(f.Without, u.Key)
			continue
		}
		if f.Kind == LogRates && u.Numerator == 0 {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "unit %s of the funnel has a count of 0, which has no logarithm: use rates", u.Key)
		}
		kept = append(kept, u)
	}
	if f.Target == 0 && denominators != 0 {
		f.Target = numerators / denominators
	}
	if (f.Kind == Rates || f.Kind == LogRates) && f.Target == 0 && len(kept) > 0 {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "no unit has an event, so the funnel has no expected rate: give a target")
	}
	return kept, nil
}

// CurvePoint is one place along the funnel's limits.
type CurvePoint struct {
	Size             float64
	Limits, Adjusted Limits
}

// Curve gives the limits at n sizes from the least to the greatest unit's, even
// steps apart in √size, since limits bend most where units are small. It is
// empty without points.
func (f *Funnel) Curve(n int) []CurvePoint {
	if len(f.Points) == 0 || n < 2 {
		return nil
	}
	least, greatest := math.Inf(1), 0.0
	for _, p := range f.Points {
		least, greatest = math.Min(least, p.Size), math.Max(greatest, p.Size)
	}
	from, to := math.Sqrt(least), math.Sqrt(greatest)
	curve := make([]CurvePoint, n)
	for i := range curve {
		size := math.Pow(from+(to-from)*float64(i)/float64(n-1), 2)
		curve[i].Size = size
		curve[i].Limits, curve[i].Adjusted = f.At(size)
	}
	return curve
}

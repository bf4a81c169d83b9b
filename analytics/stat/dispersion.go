package stat

import (
	"math"
	"slices"

	"gatehouse"
)

// Trim is how extreme z-scores are kept from counting as over-dispersion of all.
type Trim string

const (
	Winsorise Trim = "winsorise" // the lowest and highest 10 % are set to their edges; the usual way
	Truncate  Trim = "truncate"  // they are left out, as for the NHS mortality indicator SHMI
	KeepAll   Trim = "keep"      // they count as they are
)

// trimmed is the share of z-scores at each end that Trim deals with.
const trimmed = 0.1

// Dispersion is how much more units differ than their sizes explain.
type Dispersion struct {
	Phi  float64 // φ, mean squared z-score: about 1 when chance explains it all
	Tau2 float64 // τ², variance between units on the scale of the standard errors; 0 when φ needs none
	N    int     // z-scores that counted
}

// Disperse estimates over-dispersion from z-scores about a target and their
// standard errors, in the same order: φ = Σz²/n after trimming, and additive
// τ² = (nφ−(n−1)) / (Σw−Σw²/Σw) with w = 1/se², 0 if that is less.
//
// Spiegelhalter 2005, Qual. Saf. Health Care 14:347–351; Spiegelhalter et al.
// 2012, J. R. Stat. Soc. A 175:1–47; τ² is the estimator of DerSimonian and
// Laird 1986, Control. Clin. Trials 7:177–188.
func Disperse(z, se []float64, trim Trim) (Dispersion, error) {
	if len(z) != len(se) {
		return Dispersion{}, gatehouse.Errorf(gatehouse.Invalid, "%d z-scores have %d standard errors", len(z), len(se))
	}
	for i := range z {
		if !finite(z[i], se[i]) || se[i] <= 0 {
			return Dispersion{}, gatehouse.Errorf(gatehouse.Invalid, "z-score %d is %v with standard error %v", i+1, z[i], se[i])
		}
	}
	low, high := math.Inf(-1), math.Inf(1)
	counts := func(int) bool { return true }
	switch trim {
	case KeepAll:
	case Winsorise:
		sorted := slices.Sorted(slices.Values(z))
		low, high = quantile(sorted, trimmed), quantile(sorted, 1-trimmed)
	case Truncate:
		tenth := tenths(z)
		counts = func(i int) bool { return tenth[i] > 0 && tenth[i] < 9 }
	default:
		return Dispersion{}, gatehouse.Errorf(gatehouse.Invalid, "cannot trim by %q: choose winsorise, truncate or keep", trim)
	}
	var d Dispersion
	var w, w2 float64
	for i := range z {
		if !counts(i) {
			continue
		}
		d.N++
		d.Phi += math.Pow(clamp(z[i], low, high), 2)
		w, w2 = w+1/(se[i]*se[i]), w2+math.Pow(se[i], -4)
	}
	if d.N < 2 {
		return Dispersion{N: d.N}, nil // nobody to differ from
	}
	if more := d.Phi - float64(d.N-1); more > 0 {
		d.Tau2 = more / (w - w2/w)
	}
	d.Phi /= float64(d.N)
	return d, nil
}

// quantile of sorted values interpolates as R does by default (type 7 of
// Hyndman and Fan 1996); NaN of none.
func quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// tenths puts each value into a tenth from 0 to 9 by its rank, equal values by
// their mean rank: ⌊10 rank/(n+1)⌋ (NHS Digital 2020, SHMI methodology 1.34).
func tenths(z []float64) []int {
	sorted := slices.Sorted(slices.Values(z))
	of := make([]int, len(z))
	for i, v := range z {
		first, _ := slices.BinarySearch(sorted, v)
		after := first
		for after < len(sorted) && sorted[after] == v {
			after++
		}
		rank := float64(first+1+after) / 2
		of[i] = int(10 * rank / float64(len(z)+1))
	}
	return of
}

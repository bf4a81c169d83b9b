package stat

import (
	"math"

	"gatehouse"
)

// MinimumN is the least number of answers whose value is shown; below it only
// the number of answers is, since the value would say more about who answered
// than about the project, and could give away who said what.
const MinimumN = 30

// MarginOfProportion is the half width of the 95 % interval of a share p of n
// answers drawn from a population (households); 0 says that the population is
// not known and is taken as unlimited. All answered is no margin.
//
// Cochran 1977, Sampling Techniques, 3rd ed., §3.2 and §4.4: with the finite
// population, n answers are worth n₀ of an unlimited one, n = n₀/(1+(n₀−1)/N).
func MarginOfProportion(p float64, n, population int) (float64, error) {
	if !finite(p) || p < 0 || p > 1 {
		return 0, gatehouse.Errorf(gatehouse.Invalid, "%v is no share: it must lie between 0 and 1", p)
	}
	return margin(math.Sqrt(p*(1-p)), n, population)
}

// MarginOfMean is the half width of the 95 % interval of a mean of n answers
// with standard deviation sd, in the unit of sd, as MarginOfProportion.
func MarginOfMean(sd float64, n, population int) (float64, error) {
	if !finite(sd) || sd < 0 {
		return 0, gatehouse.Errorf(gatehouse.Invalid, "%v is no standard deviation", sd)
	}
	return margin(sd, n, population)
}

func margin(sd float64, n, population int) (float64, error) {
	switch {
	case n < 1:
		return 0, gatehouse.Errorf(gatehouse.Invalid, "a margin needs at least 1 answer, not %d", n)
	case population < 0 || population > 0 && n > population:
		return 0, gatehouse.Errorf(gatehouse.Invalid, "%d answers cannot come from a population of %d: check the households of the wave", n, population)
	case population > 0 && n == population:
		return 0, nil
	}
	m := Z95 * sd / math.Sqrt(float64(n))
	if population > 0 {
		m *= math.Sqrt(float64(population-n) / float64(population-1))
	}
	return m, nil
}

// SampleForProportion is the least number of answers for a margin of the given
// half width (0.05 is five points) about a share p; 0.5 is the worst case and
// the one to plan with. A population of 0 is unlimited.
//
// Cochran 1977, §4.4: n₀ = z²p(1−p)/d², n = n₀/(1+(n₀−1)/N).
func SampleForProportion(half, p float64, population int) (int, error) {
	if !finite(p) || p < 0 || p > 1 {
		return 0, gatehouse.Errorf(gatehouse.Invalid, "%v is no share: it must lie between 0 and 1", p)
	}
	return sample(half, math.Sqrt(p*(1-p)), population)
}

// SampleForMean is the same about a mean with standard deviation sd, half and
// sd being in one unit.
func SampleForMean(half, sd float64, population int) (int, error) {
	if !finite(sd) || sd < 0 {
		return 0, gatehouse.Errorf(gatehouse.Invalid, "%v is no standard deviation", sd)
	}
	return sample(half, sd, population)
}

func sample(half, sd float64, population int) (int, error) {
	if !finite(half) || half <= 0 {
		return 0, gatehouse.Errorf(gatehouse.Invalid, "a margin must be more than 0, not %v", half)
	}
	if population < 0 {
		return 0, gatehouse.Errorf(gatehouse.Invalid, "a population of %d is none", population)
	}
	n := sampleSize(half, sd, population)
	if n > math.MaxInt32 {
		return 0, gatehouse.Errorf(gatehouse.Invalid, "a margin of %v needs more answers than there are people: ask for a wider one", half)
	}
	return max(int(math.Ceil(n)), 1), nil
}

func sampleSize(half, sd float64, population int) float64 {
	n := math.Pow(Z95*sd/half, 2)
	if population > 0 {
		n /= 1 + (n-1)/float64(population)
	}
	return n
}

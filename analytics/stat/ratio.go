package stat

import (
	"math"

	"gatehouse"
)

// Moments are sums over M units, such as the rooms of a project: of y (say,
// received), of x (say, billed), and of their squares and products. Sums of
// moments of different units are the moments of all of them.
type Moments struct {
	M          float64 // units
	Y, X       float64
	YY, XY, XX float64
}

// Add counts one more unit.
func (m *Moments) Add(y, x float64) {
	m.M++
	m.Y, m.X = m.Y+y, m.X+x
	m.YY, m.XY, m.XX = m.YY+y*y, m.XY+x*y, m.XX+x*x
}

// Plus is the moments of the units of both.
func (m Moments) Plus(o Moments) Moments {
	return Moments{M: m.M + o.M, Y: m.Y + o.Y, X: m.X + o.X, YY: m.YY + o.YY, XY: m.XY + o.XY, XX: m.XX + o.XX}
}

// Ratio is Σy ÷ Σx with its standard error and 95 % interval, in the unit of y/x.
type Ratio struct {
	Value, SE float64
	Low, High float64
}

// Ratio estimates Σy ÷ Σx and how much it varies because it is these units and
// not others: units are whole clusters, so that bills of one room are not taken
// for independent. population is the number of units they were drawn from
// without replacement, whose finite population factor 1−M/population narrows
// the interval; 0 says that it is not limited. The interval takes Student's t
// with M−1 degrees of freedom and is not cut off at 0 or 1, since neither is a
// limit of a collection rate.
//
// Taylor linearisation: Cochran 1977, Sampling Techniques, 3rd ed., §2.11;
// Woodruff 1971, J. Am. Stat. Assoc. 66:411–414.
func (m Moments) Ratio(population float64) (Ratio, error) {
	switch {
	case !finite(m.M, m.Y, m.X, m.YY, m.XY, m.XX, population):
		return Ratio{}, gatehouse.Errorf(gatehouse.Invalid, "the moments of a ratio must be numbers, not %+v", m)
	case m.M < 2:
		return Ratio{}, gatehouse.Errorf(gatehouse.Invalid, "a ratio of sums needs at least 2 units for a standard error, not %v", m.M)
	case m.X == 0:
		return Ratio{}, gatehouse.Errorf(gatehouse.Invalid, "the sum to divide by is 0")
	case population != 0 && population < m.M:
		return Ratio{}, gatehouse.Errorf(gatehouse.Invalid, "%v units cannot come from a population of %v", m.M, population)
	}
	r := m.Y / m.X
	left := 1.0
	if population > 0 {
		left = 1 - m.M/population
	}
	// Σ(y−rx)²; below 0 only by rounding, when all units have one ratio.
	squares := math.Max(m.YY-2*r*m.XY+r*r*m.XX, 0)
	se := math.Sqrt(left*m.M/(m.M-1)*squares) / math.Abs(m.X)
	half := t95(m.M-1) * se
	return Ratio{Value: r, SE: se, Low: r - half, High: r + half}, nil
}

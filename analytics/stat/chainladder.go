package stat

import (
	"math"
	"slices"

	"gatehouse"
)

// Ladder is how payments grow with age, learned from a triangle: what past
// months came to at each age says what unfinished months will come to.
type Ladder struct {
	Factors  []float64 // from age k to k+1, weighted by amount; NaN where nothing can be said
	FactorSE []float64 // standard errors of Factors; NaN as Sigma2
	Sigma2   []float64 // σ², the variance of a month's step from k to k+1 per unit of amount; NaN where nothing can be said

	triangle [][]float64
	latest   []int     // last known age of each origin
	base     []float64 // Σ amounts at age k of the origins whose step from k to k+1 is known
}

// NewLadder learns age-to-age factors from a triangle of cumulative amounts:
// triangle[i][k] is what origin i (a billing month) had come to at age k
// (months since due), NaN where not known: yet, or for want of data. Rows may
// have different lengths and gaps; a step counts where both of its ends are
// known and its start is above 0. Amounts may fall (refunds).
//
//	f_k  = Σ C_{i,k+1} / Σ C_{i,k}
//	σ²_k = Σ C_{i,k} (C_{i,k+1}/C_{i,k} − f_k)² / (n_k − 1)
//
// and where only one origin has taken a step,
// σ²_k = min(σ⁴_{k−1}/σ²_{k−2}, σ²_{k−2}, σ²_{k−1}), or σ²_{k−1} alone.
//
// Mack 1993, Distribution-free calculation of the standard error of chain
// ladder reserve estimates, ASTIN Bulletin 23:213–225.
func NewLadder(triangle [][]float64) (*Ladder, error) {
	l := &Ladder{triangle: triangle}
	ages := 0
	for i, row := range triangle {
		last := -1
		for k, c := range row {
			if math.IsInf(c, 0) {
				return nil, gatehouse.Errorf(gatehouse.Invalid, "the amount of origin %d at age %d is infinite", i+1, k)
			}
			if !math.IsNaN(c) {
				last = k
			}
		}
		l.latest = append(l.latest, last)
		ages = max(ages, last+1)
	}
	if len(triangle) < 2 || ages < 2 {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "development needs at least 2 billing months and 2 ages, not %d and %d", len(triangle), ages)
	}
	for k := range ages - 1 {
		l.step(k)
	}
	return l, nil
}

// Ages is how many ages the ladder has; the last is Ages()−1.
func (l *Ladder) Ages() int { return len(l.Factors) + 1 }

// step learns the step from age k to k+1.
func (l *Ladder) step(k int) {
	var from, to, squares float64
	n := 0
	for i := range l.triangle {
		if a, b, ok := l.known(i, k); ok {
			from, to, n = from+a, to+b, n+1
		}
	}
	f, sigma2 := to/from, math.NaN() // NaN of no steps
	switch {
	case n > 1:
		for i := range l.triangle {
			if a, b, ok := l.known(i, k); ok {
				squares += a * math.Pow(b/a-f, 2)
			}
		}
		sigma2 = squares / float64(n-1)
	case n == 1 && k == 1:
		sigma2 = l.Sigma2[0]
	case n == 1 && k > 1:
		before, last := l.Sigma2[k-2], l.Sigma2[k-1]
		sigma2 = math.Min(before, last) // NaN of NaN
		if before > 0 {
			sigma2 = math.Min(last*last/before, sigma2)
		}
	}
	l.Factors = append(l.Factors, f)
	l.Sigma2 = append(l.Sigma2, sigma2)
	l.FactorSE = append(l.FactorSE, math.Sqrt(sigma2/from))
	l.base = append(l.base, from)
}

// known gives the amounts of origin i at the ends of step k.
func (l *Ladder) known(i, k int) (from, to float64, ok bool) {
	row := l.triangle[i]
	if k+1 >= len(row) || !(row[k] > 0) || math.IsNaN(row[k+1]) { // row[k] may be NaN
		return 0, 0, false
	}
	return row[k], row[k+1], true
}

// Expected is what one origin is expected to come to at an age. Its standard
// error is of what it will come to, not only of the expectation; it is 0 when
// the age has been reached.
type Expected struct {
	Latest    float64 // known amount
	LatestAge int
	Age       int // expected for
	Value, SE float64
}

// ToCome is what is still to come until the age: the reserve of insurers.
func (e Expected) ToCome() float64 { return e.Value - e.Latest }

// Projection is what all origins are expected to come to, one by one and
// together. The error of the sum is more than that of independent months, since
// all climb the same factors.
type Projection struct {
	Origins   []Expected
	Latest    float64
	Value, SE float64
}

// ToCome is what is still to come of all origins.
func (p Projection) ToCome() float64 { return p.Value - p.Latest }

// Ultimate expects every origin at the last age of the ladder.
func (l *Ladder) Ultimate() (Projection, error) {
	return l.Expect(slices.Repeat([]int{len(l.Factors)}, len(l.triangle)))
}

// Expect carries origin i on to ages[i], each from its latest known amount: for
// an expectation to year end, the age that the month will have then. An age
// below the latest known gives the amount known at that age, and is an error in
// a gap.
//
//	mse_i    = Ĉ² Σ_k σ²_k/f²_k (1/Ĉ_{i,k} + 1/S_k), over the steps still to take
//	mse(sum) = Σ mse_i + 2 Σ_{i<j} Ĉ_i Ĉ_j Σ_k σ²_k/(f²_k S_k), over the steps of both
//
// with S_k the amounts f_k was learned from: the theorem and corollary of Mack
// 1993, which have all origins end at one age.
func (l *Ladder) Expect(ages []int) (Projection, error) {
	if len(ages) != len(l.triangle) {
		return Projection{}, gatehouse.Errorf(gatehouse.Invalid, "%d ages do not fit %d billing months", len(ages), len(l.triangle))
	}
	var p Projection
	mse := 0.0
	for i, age := range ages {
		e, err := l.expect(i, age)
		if err != nil {
			return Projection{}, err
		}
		for j, other := range p.Origins {
			shared := 0.0
			for k := max(e.LatestAge, other.LatestAge); k < min(e.Age, ages[j]); k++ {
				shared += math.Pow(l.FactorSE[k]/l.Factors[k], 2)
			}
			mse += 2 * e.Value * other.Value * shared
		}
		mse += e.SE * e.SE
		p.Origins = append(p.Origins, e)
		p.Latest, p.Value = p.Latest+e.Latest, p.Value+e.Value
	}
	p.SE = math.Sqrt(math.Max(mse, 0))
	return p, nil
}

func (l *Ladder) expect(i, age int) (Expected, error) {
	last := l.latest[i]
	switch {
	case age < 0 || age > len(l.Factors):
		return Expected{}, gatehouse.Errorf(gatehouse.Invalid, "nothing is known of age %d of billing month %d: the oldest month has reached %d", age, i+1, len(l.Factors))
	case last < 0:
		return Expected{}, gatehouse.Errorf(gatehouse.Invalid, "billing month %d has no amount at any age: leave it out", i+1)
	}
	row := l.triangle[i]
	e := Expected{Latest: row[last], LatestAge: last, Age: age, Value: row[last]}
	if age <= last {
		if e.Value = row[age]; math.IsNaN(e.Value) {
			return Expected{}, gatehouse.Errorf(gatehouse.Invalid, "the amount of billing month %d at age %d is missing", i+1, age)
		}
		return e, nil
	}
	if e.Latest <= 0 {
		return Expected{}, gatehouse.Errorf(gatehouse.Invalid, "billing month %d stands at %v at age %d, and no factor leads on from there: wait for its first payments or leave it out", i+1, e.Latest, last)
	}
	relative := 0.0 // mse ÷ Ĉ²
	for k := last; k < age; k++ {
		f := l.Factors[k]
		if math.IsNaN(f) || f <= 0 {
			return Expected{}, gatehouse.Errorf(gatehouse.Invalid, "no billing month shows how amounts grow from age %d to %d", k, k+1)
		}
		if math.IsNaN(l.Sigma2[k]) {
			return Expected{}, gatehouse.Errorf(gatehouse.Invalid, "the error of the step from age %d to %d cannot be told from a single billing month", k, k+1)
		}
		relative += l.Sigma2[k] / (f * f) * (1/e.Value + 1/l.base[k])
		e.Value *= f
	}
	e.SE = e.Value * math.Sqrt(relative)
	return e, nil
}

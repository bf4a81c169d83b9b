package stat

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"gatehouse"
)

// Fit is a least squares fit: Coefficients are the constant, then one for each term.
type Fit struct {
	Coefficients []float64
	SE           []float64 // standard errors of Coefficients
	R2           float64   // 1 − residual ÷ total sum of squares about the mean; 0 when y does not vary
	ResidualSD   float64   // of one y about the fit, with as many degrees of freedom as are left
}

// LeastSquares fits y = b₀ + Σ b_j x_j, y and each x in the same order of
// points. It needs two points more than terms, and terms of which none can be
// made from the others.
//
// Ordinary least squares by QR decomposition about the means: Draper and Smith
// 1998, Applied Regression Analysis, 3rd ed.
func LeastSquares(y []float64, terms ...[]float64) (Fit, error) {
	n, p := len(y), len(terms)
	if n < p+2 {
		return Fit{}, gatehouse.Errorf(gatehouse.Invalid, "a fit of %d terms needs at least %d points, not %d", p, p+2, n)
	}
	if p == 0 || !finite(y...) {
		return Fit{}, gatehouse.Errorf(gatehouse.Invalid, "a fit needs terms, and values that are numbers")
	}
	yMean := average(y)
	centred := make([]float64, n)
	for i := range y {
		centred[i] = y[i] - yMean
	}
	total := math.Pow(mat.Norm(mat.NewVecDense(n, centred), 2), 2)

	// Centred and scaled to length 1, terms of any unit are told apart alike.
	design := mat.NewDense(n, p, nil)
	means, lengths := make([]float64, p), make([]float64, p)
	for j, x := range terms {
		if len(x) != n || !finite(x...) {
			return Fit{}, gatehouse.Errorf(gatehouse.Invalid, "term %d of the fit needs %d numbers", j+1, n)
		}
		means[j] = average(x)
		for i := range x {
			lengths[j] = math.Hypot(lengths[j], x[i]-means[j])
		}
		if lengths[j] <= 1e-12*math.Abs(means[j])*math.Sqrt(float64(n)) {
			return Fit{}, gatehouse.Errorf(gatehouse.Invalid, "term %d of the fit is the same at all points", j+1)
		}
		for i := range x {
			design.Set(i, j, (x[i]-means[j])/lengths[j])
		}
	}
	var qr mat.QR
	qr.Factorize(design)
	var scaled, inverse mat.Dense // inverse of the normal matrix, for the errors
	err := qr.SolveTo(&scaled, false, mat.NewDense(n, 1, centred))
	if err == nil && qr.Cond() < 1e8 {
		var normal mat.Dense
		normal.Mul(design.T(), design)
		err = inverse.Inverse(&normal)
	}
	if err != nil || inverse.IsEmpty() {
		return Fit{}, gatehouse.Errorf(gatehouse.Invalid, "the terms of the fit cannot be told apart: they rise and fall together at all %d points", n)
	}

	var fitted mat.Dense
	fitted.Mul(design, &scaled)
	left := 0.0
	for i, r := range centred {
		left += math.Pow(r-fitted.At(i, 0), 2)
	}
	f := Fit{Coefficients: []float64{yMean}, SE: []float64{0}, ResidualSD: math.Sqrt(left / float64(n-p-1))}
	if total > 0 {
		f.R2 = 1 - left/total
	}
	constant := 1 / float64(n) // variance of the constant, in σ²
	for j := range p {
		b := scaled.At(j, 0) / lengths[j]
		f.Coefficients = append(f.Coefficients, b)
		f.Coefficients[0] -= b * means[j]
		f.SE = append(f.SE, f.ResidualSD*math.Sqrt(inverse.At(j, j))/lengths[j])
		for k := range p {
			constant += means[j] / lengths[j] * inverse.At(j, k) * means[k] / lengths[k]
		}
	}
	f.SE[0] = f.ResidualSD * math.Sqrt(constant)
	return f, nil
}

func average(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

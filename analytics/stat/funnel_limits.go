package stat

import "math"

// transform takes a value to the scale on which its variance depends on size alone.
func (f *Funnel) transform(v float64) float64 {
	switch f.Kind {
	case Shares:
		return math.Asin(math.Sqrt(v))
	case Rates:
		return math.Sqrt(v / f.Target)
	case LogRates:
		return math.Log(v / f.Target)
	}
	return v
}

// standardError is that of a transformed value of a unit of a size.
func (f *Funnel) standardError(size float64) float64 {
	switch f.Kind {
	case Shares:
		return 1 / (2 * math.Sqrt(size))
	case Rates:
		return 1 / (2 * math.Sqrt(f.Target*size))
	case LogRates:
		return 1 / math.Sqrt(f.Target*size)
	}
	return 1 / math.Sqrt(size)
}

// At gives the limits of a unit of any size, for drawing the funnel itself:
// by chance alone, and adjusted.
func (f *Funnel) At(size float64) (limits, adjusted Limits) {
	if f.Kind == Rates || f.Kind == LogRates {
		limits = f.poisson(size)
	} else {
		limits = f.normal(size, 0)
	}
	if f.Tau2 == 0 {
		return limits, limits
	}
	return limits, f.normal(size, f.Tau2)
}

func (f *Funnel) normal(size, tau2 float64) Limits {
	s := math.Sqrt(math.Pow(f.standardError(size), 2) + tau2)
	limit := func(z float64) float64 {
		switch f.Kind {
		case Shares:
			return f.Per * math.Pow(math.Sin(clamp(math.Asin(math.Sqrt(f.Target))+z*s, 0, math.Pi/2)), 2)
		case Rates:
			return f.Per * f.Target * math.Pow(math.Max(1+z*s, 0), 2)
		case LogRates:
			return f.Per * f.Target * math.Exp(z*s)
		}
		return f.Per * (f.Target + z*s)
	}
	return Limits{limit(-Z998), limit(-Z95), limit(Z95), limit(Z998)}
}

func (f *Funnel) poisson(size float64) Limits {
	e := f.Target * size
	low := func(tail float64) float64 { return f.Per * f.Target * chiSquared(tail, 2*e) / (2 * e) }
	high := func(tail float64) float64 { return f.Per * f.Target * chiSquared(1-tail, 2*e+2) / (2 * e) }
	return Limits{low(0.001), low(0.025), high(0.025), high(0.001)}
}

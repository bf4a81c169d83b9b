package stat

import (
	"math"

	"gatehouse"
)

// Base temperatures in °C of the Chinese code for thermal design of civil
// buildings (GB 50176-2016), whose climate zones go by HDD18 and CDD26.
const (
	HeatingBase = 18.0
	CoolingBase = 26.0
)

// Degrees are the degree days of a period, in kelvin days: how cold it was for
// heating, and how hot for cooling.
type Degrees struct {
	Heating, Cooling float64
	Days             int // days with a temperature
	Missing          int // days without one, which count for nothing: scale up or refuse, as the use demands
}

// DegreeDays sums by how much daily mean temperatures (°C, NaN where missing)
// lie below heatingBase and above coolingBase.
//
// CIBSE TM41:2006, Degree-days: theory and application (by mean daily
// temperature); ISO 15927-6:2007 for heating.
func DegreeDays(daily []float64, heatingBase, coolingBase float64) (Degrees, error) {
	if !finite(heatingBase, coolingBase) || heatingBase > coolingBase {
		return Degrees{}, gatehouse.Errorf(gatehouse.Invalid, "heating to %v °C and cooling to %v °C would run at once: the heating base must not lie above the cooling base", heatingBase, coolingBase)
	}
	var d Degrees
	for i, t := range daily {
		switch {
		case math.IsNaN(t):
			d.Missing++
			continue
		case t < -90 || t > 60: // no such day has been on Earth; °F or kelvin
			return Degrees{}, gatehouse.Errorf(gatehouse.Invalid, "the mean of day %d is %v, which is no outdoor temperature in °C", i+1, t)
		}
		d.Days++
		d.Heating += math.Max(heatingBase-t, 0)
		d.Cooling += math.Max(t-coolingBase, 0)
	}
	return d, nil
}

// NormaliseUse is what a period would have used in the weather of a reference:
// the part of use that depends on weather is scaled by reference ÷ actual degree
// days, and fixed, the rest (hot water, lighting), stays; 0 when not known,
// which overstates the weather. Use and fixed are in one unit, degree days are
// heating or cooling ones of the same base for both.
//
// CIBSE TM41:2006; so do Statistics Netherlands for gas (CBS 2011, Adjusted consumption).
func NormaliseUse(use, fixed, actual, reference float64) (float64, error) {
	switch {
	case !finite(use, fixed, actual, reference):
		return 0, gatehouse.Errorf(gatehouse.Invalid, "use %v, fixed %v, degree days %v and %v must be numbers", use, fixed, actual, reference)
	case actual <= 0 || reference < 0:
		return 0, gatehouse.Errorf(gatehouse.Invalid, "use cannot be taken from %v degree days to %v: choose periods in which there was heating, or cooling", actual, reference)
	case fixed < 0 || fixed > use:
		return 0, gatehouse.Errorf(gatehouse.Invalid, "the fixed part %v does not lie within the use of %v", fixed, use)
	}
	return fixed + (use-fixed)*reference/actual, nil
}

// EnergyPeriod is what a period used and its degree days. Periods of unlike
// length are compared by the day: divide all three by the days covered.
type EnergyPeriod struct{ Use, Heating, Cooling float64 }

// EnergyModel is use = Fixed + PerHeating × heating + PerCooling × cooling
// degree days, each with its standard error; a term that the data say nothing
// about is 0 with standard error 0, and HasHeating or HasCooling is false.
type EnergyModel struct {
	Fixed, FixedSE           float64
	PerHeating, PerHeatingSE float64
	PerCooling, PerCoolingSE float64
	HasHeating, HasCooling   bool
	R2                       float64 // share of the variance of use that weather explains
	ResidualSD               float64 // in the unit of use
	N                        int
}

// Expect is the use that the model expects of a period by its weather.
func (m EnergyModel) Expect(heating, cooling float64) float64 {
	return m.Fixed + m.PerHeating*heating + m.PerCooling*cooling
}

// FitDegreeDays fits use to degree days by least squares (performance lines of
// CIBSE TM41:2006; ASHRAE Guideline 14-2014, Annex D). Degree days that are
// the same in all periods are left out, as there is no cooling up north; when
// neither vary, or there are fewer than two periods more than terms, there is
// no model.
func FitDegreeDays(periods []EnergyPeriod) (EnergyModel, error) {
	var use, heating, cooling []float64
	for _, p := range periods {
		use, heating, cooling = append(use, p.Use), append(heating, p.Heating), append(cooling, p.Cooling)
	}
	m := EnergyModel{N: len(periods), HasHeating: varies(heating), HasCooling: varies(cooling)}
	var terms [][]float64
	if m.HasHeating {
		terms = append(terms, heating)
	}
	if m.HasCooling {
		terms = append(terms, cooling)
	}
	if len(terms) == 0 {
		return EnergyModel{}, gatehouse.Errorf(gatehouse.Invalid, "degree days are the same in all %d periods, so use cannot be told apart by weather", len(periods))
	}
	fit, err := LeastSquares(use, terms...)
	if err != nil {
		return EnergyModel{}, err
	}
	m.Fixed, m.FixedSE, m.R2, m.ResidualSD = fit.Coefficients[0], fit.SE[0], fit.R2, fit.ResidualSD
	next := 1
	if m.HasHeating {
		m.PerHeating, m.PerHeatingSE = fit.Coefficients[next], fit.SE[next]
		next++
	}
	if m.HasCooling {
		m.PerCooling, m.PerCoolingSE = fit.Coefficients[next], fit.SE[next]
	}
	return m, nil
}

func varies(values []float64) bool {
	for _, v := range values {
		if v != values[0] {
			return true
		}
	}
	return false
}

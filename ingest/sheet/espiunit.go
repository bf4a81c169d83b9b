package sheet

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// Codes of the standard that are read; all others are refused by number.
const (
	uomJoules       = 31
	uomCubicMetres  = 42
	uomWattHours    = 72
	uomCubicFeet    = 119
	uomUSGallons    = 128
	uomImperial     = 130
	uomLitres       = 134
	behaviourDelta  = 4
	flowForward     = 1
	flowNet         = 4
	flowReverse     = 19
	currencyYuan    = 156 // ISO 4217
	mostPowersOfTen = 12
)

// commodityOf names what a series counts: by its type, else by the service of
// its point; empty when neither says.
func commodityOf(commodity, service int64) (string, bool) {
	switch commodity {
	case 1, 2:
		return "electricity", true
	case 7, 8:
		return "gas", true
	case 9, 11:
		return "water", true
	case 10, 12, 13:
		return "heat", true
	case 0, -1:
	default:
		return "", false
	}
	switch service {
	case 0:
		return "electricity", true
	case 1:
		return "gas", true
	case 2:
		return "water", true
	case 5, 6:
		return "heat", true
	case -1:
		return "", true
	}
	return "", false
}

// espiUnit is what one count of a series is worth in the unit of the feed
// energy_reading: kWh, m³ or GJ.
type espiUnit struct {
	commodity, name string
	factor          decimal.Decimal
}

// unitOf settles the unit of a series. Gas in units of energy has no volume
// without its calorific value, so such a pair is refused.
func unitOf(t espiType, service int64) (espiUnit, *Fault) {
	commodity, known := commodityOf(t.commodity, service)
	u := espiUnit{commodity: commodity}
	if !known {
		return u, faultf(BadType, "commodity %d of service %d is none of electricity, gas, water and heat; take the series out of the feed", t.commodity, service)
	}
	volume := commodity == "gas" || commodity == "water" || commodity == ""
	switch {
	case t.uom == uomWattHours && (commodity == "electricity" || commodity == ""):
		u.commodity, u.name, u.factor = "electricity", "kWh", decimal.New(1, -3)
	case t.uom == uomWattHours && commodity == "heat":
		u.name, u.factor = "GJ", decimal.New(36, -7)
	case t.uom == uomJoules && commodity == "heat":
		u.name, u.factor = "GJ", decimal.New(1, -9)
	case t.uom == uomCubicMetres && volume:
		u.name, u.factor = "m³", decimal.New(1, 0)
	case t.uom == uomLitres && volume:
		u.name, u.factor = "m³", decimal.New(1, -3)
	case t.uom == uomCubicFeet && volume:
		u.name, u.factor = "m³", decimal.New(28_316_846_592, -12)
	case t.uom == uomUSGallons && volume:
		u.name, u.factor = "m³", decimal.New(3_785_411_784, -12)
	case t.uom == uomImperial && volume:
		u.name, u.factor = "m³", decimal.New(454_609, -8)
	case t.uom < 0:
		return u, faultf(BadType, "a reading type says no unit (uom); ask for the feed again")
	default:
		of := ""
		if commodity != "" {
			of = " of " + commodity
		}
		return u, faultf(BadType, "unit %d (uom)%s cannot be turned into kWh, m³ or GJ; ask for Wh (72) of electricity, m³ (42) of gas and water, or take the series out of the feed", t.uom, of)
	}
	if t.power < -mostPowersOfTen || t.power > mostPowersOfTen {
		return u, faultf(BadValue, "powerOfTenMultiplier %d is out of range; the file is damaged", t.power)
	}
	u.factor = u.factor.Shift(int32(t.power))
	return u, nil
}

// seriesSuffix tells series of one point apart by the direction of their flow;
// what flows back must not be added to what was used.
func seriesSuffix(t espiType) (string, *Fault) {
	switch t.behaviour {
	case behaviourDelta, 0, -1:
	case 1, 3:
		return "", faultf(BadType, "accumulationBehaviour %d is the state of a register; ask for interval data (4) instead", t.behaviour)
	default:
		return "", faultf(BadType, "accumulationBehaviour %d is not read; ask for interval data (4)", t.behaviour)
	}
	switch t.flow {
	case flowForward, 0, -1:
		return "", nil
	case flowNet:
		return "/net", nil
	case flowReverse:
		return "/reverse", nil
	}
	return "", faultf(BadType, "flowDirection %d is not read: 1 (forward), 4 (net) and 19 (reverse) are; take the series out of the feed", t.flow)
}

func currencyText(code int64) string {
	if code <= 0 {
		return ""
	}
	return fmt.Sprintf("%03d", code)
}

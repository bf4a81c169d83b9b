package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"gatehouse"
)

// By hand: 18 − 5, 18 − 17.5 and 0 of heating; 0, 0 and 30.5 − 26 of cooling;
// one day on both bases, and one missing.
func TestDegreeDaysByHand(t *testing.T) {
	t.Parallel()
	got, err := DegreeDays([]float64{5, 17.5, 30.5, math.NaN(), 18, 26}, HeatingBase, CoolingBase)
	if want := (Degrees{Heating: 13.5, Cooling: 4.5, Days: 5, Missing: 1}); err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	for _, c := range []struct {
		daily            []float64
		heating, cooling float64
	}{{nil, 27, 26}, {nil, math.NaN(), 26}, {[]float64{283}, 18, 26}, {[]float64{math.Inf(-1)}, 18, 26}} {
		if got, err := DegreeDays(c.daily, c.heating, c.cooling); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%+v: %+v, %v", c, got, err)
		}
	}
}

// The example of Statistics Netherlands (CBS 2011, Energy consumption
// unprecedentedly high: adjusted consumption): 1000 m³ of gas in a year of 3300
// degree days, 80 % for heating, are 715 + 200 = 915 m³ in one of 2950.
// By hand: 60 000 kWh in a winter of 2 400 K·d are 25 a degree day, 50 000 in a
// usual winter of 2 000.
func TestNormaliseUseAsStatisticsNetherlandsDo(t *testing.T) {
	t.Parallel()
	if got, err := NormaliseUse(1000, 200, 3300, 2950); !near(got, 915, 0) || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := NormaliseUse(60_000, 0, 2400, 2000); got != 50_000 || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	for _, c := range [][4]float64{{1, 0, 0, 1}, {1, 0, 1, -1}, {1, 2, 1, 1}, {1, -1, 1, 1}, {math.NaN(), 0, 1, 1}} {
		if got, err := NormaliseUse(c[0], c[1], c[2], c[3]); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%v: %v, %v", c, got, err)
		}
	}
}

// The trees of R again, girth for heating and height for cooling; and girth
// alone, where R prints −36.9435 (3.3651), 5.0659 (0.2474) and R² 0.9353.
func TestEnergyModelIsLeastSquares(t *testing.T) {
	t.Parallel()
	girth, height, volume := cherryTrees()
	var both, cold []EnergyPeriod
	for i := range volume {
		both = append(both, EnergyPeriod{volume[i], girth[i], height[i]})
		cold = append(cold, EnergyPeriod{volume[i], girth[i], 0})
	}
	m, err := FitDegreeDays(both)
	if err != nil || !near(m.Fixed, -57.9877, 4) || !near(m.PerHeating, 4.7082, 4) || !near(m.PerCoolingSE, 0.1302, 4) || m.N != 31 {
		t.Errorf("%+v, %v", m, err)
	}
	m, err = FitDegreeDays(cold)
	if err != nil || !near(m.Fixed, -36.9435, 4) || !near(m.FixedSE, 3.3651, 4) || !near(m.PerHeating, 5.0659, 4) ||
		!near(m.PerHeatingSE, 0.2474, 4) || !near(m.R2, 0.9353, 4) || m.HasCooling || m.PerCooling != 0 {
		t.Errorf("%+v, %v", m, err)
	}
	hot := []EnergyPeriod{{10, 0, 1}, {14, 0, 2}, {16, 0, 3}} // slope 3, constant 22/3
	if m, err = FitDegreeDays(hot); err != nil || m.HasHeating || !near(m.PerCooling, 3, 9) || !near(m.Expect(0, 4), 22./3+12, 9) {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestEnergyWithoutAModel(t *testing.T) {
	t.Parallel()
	for name, periods := range map[string][]EnergyPeriod{
		"none":               nil,
		"the same weather":   {{1, 5, 0}, {2, 5, 0}, {3, 5, 0}},
		"two periods":        {{1, 5, 0}, {2, 6, 0}},
		"three of two terms": {{1, 5, 0}, {2, 6, 1}, {3, 5, 2}},
		"both rise together": {{1, 5, 1}, {2, 6, 2}, {4, 7, 3}, {5, 8, 4}},
		"unknown use":        {{math.NaN(), 5, 1}, {2, 6, 2}, {4, 7, 3}},
	} {
		if m, err := FitDegreeDays(periods); err == nil || gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
}

// What follows a model exactly is found again.
func TestEnergyModelIsFoundAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fixed, heat, cool := rapid.Float64Range(0, 1e4).Draw(t, "fixed"), rapid.Float64Range(0, 100).Draw(t, "heat"), rapid.Float64Range(0, 100).Draw(t, "cool")
		var periods []EnergyPeriod
		for month := range 24 {
			season := math.Cos(2 * math.Pi * float64(month) / 12)
			h, c := math.Max(season, 0)*rapid.Float64Range(200, 500).Draw(t, "h"), math.Max(-season, 0)*rapid.Float64Range(50, 200).Draw(t, "c")
			periods = append(periods, EnergyPeriod{fixed + heat*h + cool*c, h, c})
		}
		m, err := FitDegreeDays(periods)
		scale := fixed + heat + cool + 1
		if err != nil || math.Abs(m.Fixed-fixed) > 1e-9*scale*500 || math.Abs(m.PerHeating-heat) > 1e-9*scale || math.Abs(m.PerCooling-cool) > 1e-9*scale {
			t.Fatalf("%+v, %v", m, err)
		}
	})
}

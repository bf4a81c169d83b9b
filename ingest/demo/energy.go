package demo

import (
	"math"
	"time"

	"gatehouse"
)

// register is a meter while it is read. Values are in hundredths of what it shows.
type register struct {
	Meter
	daily  float64         // units a day in an average month
	season float64         // how much more in July and less in April, as a share
	price  gatehouse.Money // per unit; zero for meters that are not billed
	value  int64
	read   gatehouse.Date
}

// meter makes the meters of the project and a reading at the end of each month.
func (s *site) meter() {
	power, water := s.floorArea*14/365, s.floorArea*0.5/365
	if s.segment != "住宅" {
		power, water = s.floorArea*85/365, s.floorArea*0.9/365
	}
	registers := []register{
		s.register("D01", Electricity, Main, 80, power, 0.35, 68),
		s.register("D11", Electricity, Common, 20, power*0.30, 0.10, 0),
		s.register("D12", Electricity, Sub, 20, power*0.38, 0.50, 0),
		s.register("D13", Electricity, Sub, 10, power*0.25, 0.45, 0),
		s.register("S01", Water, Main, 10, water, 0.20, 345),
		s.register("S11", Water, Sub, 1, water*0.93, 0.20, 0),
	}
	for i := range registers {
		r := &registers[i]
		if s.index == 11 && r.Role == Main && r.Energy == Electricity {
			continue // this project knows only the parts
		}
		s.out.Meters = append(s.out.Meters, r.Meter)
		r.value, r.read = int64(s.between(1000_00, 9000_00)), s.first.Start()
		s.out.Readings = append(s.out.Readings, Reading{
			Project: s.code, Meter: r.Meter.Meter, ReadAt: r.read, Value: float64(r.value) / 100,
		})
		for m := s.first; m <= s.last; m++ {
			s.readMonth(r, m)
		}
	}
}

func (s *site) register(no, energy, role string, multiplier int, daily, season float64, price gatehouse.Money) register {
	unit := "kWh"
	if energy == Water {
		unit = "m³"
	}
	return register{
		Meter: Meter{s.code, s.code + "-" + no, energy, role, multiplier, unit},
		daily: daily, season: season, price: price,
	}
}

// readMonth reads the register on the last day of the month. Project 3 of four
// forgets a month; in project 2 a sub-meter is replaced half-way.
func (s *site) readMonth(r *register, m gatehouse.Month) {
	if s.index%4 == 2 && (s.last-m == 5 || s.last-m == 13) && r.Role != Sub {
		return
	}
	on := (m + 1).Start() - 1
	if s.index == 1 && r.Role == Common && s.last-m == 11 {
		s.replace(r, m.Start()+11, on)
		return
	}
	s.out.Readings = append(s.out.Readings, s.advance(r, on))
}

// advance turns the register to the given day.
func (s *site) advance(r *register, on gatehouse.Date) Reading {
	days := float64(on - r.read)
	mid := (r.read + (on-r.read)/2).Month()
	// Cooling makes July the top of the year and heating lifts January a little.
	angle := float64(mid.Of()-time.July) / 12 * 2 * math.Pi
	factor := 1 + r.season*(0.7*math.Cos(angle)+0.3*math.Cos(2*angle))
	if s.story == leak && r.Role == Main && mid >= leakFrom(s.last) {
		factor *= 1.4
	}
	use := r.daily * days * factor * (1 + 0.02*s.rnd.NormFloat64())
	turned := int64(use * 100 / float64(r.Multiplier))
	reading := Reading{
		Project: s.code, Meter: r.Meter.Meter, ReadAt: on, Value: float64(r.value+turned) / 100,
		Cost: gatehouse.Money((turned*int64(r.Multiplier)*int64(r.price) + 50) / 100),
	}
	if s.namesPrevious() {
		reading.HasPrev, reading.PrevAt, reading.PrevValue = true, r.read, float64(r.value)/100
	}
	r.value, r.read = r.value+turned, on
	return reading
}

// replace reads the old register for the last time on one day and the new one,
// which starts at zero, on another.
func (s *site) replace(r *register, swapped, on gatehouse.Date) {
	s.out.Readings = append(s.out.Readings, s.advance(r, swapped))
	r.value = 0
	reading := s.advance(r, on)
	reading.Event = Replaced
	s.out.Readings = append(s.out.Readings, reading)
}

// namesPrevious tells whether the project's sheets repeat the reading before.
func (s *site) namesPrevious() bool { return s.index%3 != 0 }

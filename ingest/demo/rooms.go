package demo

import (
	"fmt"
	"strconv"

	"gatehouse"
)

// habit is how the payer of a room pays.
type habit int

const (
	prompt habit = iota
	slow         // each bill 3 to 8 months late
	lump         // everything owed, every 4 to 7 months, naming no bill
	never
	quarterly // three months in advance
	yearly    // twelve months in advance
)

// naming is what a payer writes on a payment.
type naming int

const (
	namesBill naming = iota
	namesPeriod
	namesNothing
)

// household is a room with what the generator knows about its payer.
type household struct {
	room         string
	fee, parking gatehouse.Money // a month's charge
	shared       bool            // is charged for shared water and electricity
	waives       bool            // a third of the property fee is waived while the room is empty
	payer        string
	habit        habit
	naming       naming
	stops        float64 // rank by which payers give up in the sliding project
	paidUntil    gatehouse.Month
	owed         gatehouse.Money // what a lump payer has let run up
	settles      gatehouse.Month
	advanceMonth int // month of the year in which a yearly payer pays
}

// build makes the project and its rooms.
func (s *site) build() {
	kind, low, high := "住宅", 70, 145
	switch s.segment {
	case "商业":
		kind, low, high = "商铺", 30, 260
	case "写字楼":
		kind, low, high = "办公", 60, 320
	}
	const floors, doors, units = 15, 2, 2
	var total int64
	s.households = make([]household, 0, s.rooms)
	for i := range s.rooms {
		floor, door := i/doors%floors+1, i%doors+1
		unit := i/(doors*floors)%units + 1
		building := i/(doors*floors*units) + 1
		number := fmt.Sprintf("%d-%d-%d%02d", building, unit, floor, door)
		area := int64(s.between(low*100, high*100))
		total += area
		h := s.household(number, gatehouse.Money((area*s.price+50)/100))
		if s.story == chance && i%8 == 3 {
			h.habit = never
		}
		status := "入住"
		switch {
		case h.payer == Developer:
			status = "未售"
		case h.waives:
			status = "空置"
		}
		s.households = append(s.households, h)
		s.out.Rooms = append(s.out.Rooms, Room{s.code, number, float64(area) / 100, kind, status})
	}
	s.floorArea = float64(total*125/100) / 100
	handed := gatehouse.NewDate(s.first.Year()-s.between(1, 9), s.first.Of(), s.between(1, 28))
	if s.story == young {
		handed = s.first.Start()
	}
	s.out.Projects = append(s.out.Projects, Project{
		Code: s.code, Name: s.name, Region: s.region, Segment: s.segment,
		FloorArea: s.floorArea, BillableArea: float64(total) / 100, Households: s.rooms,
		HandedOver: handed, Manager: "经理" + pad(s.index+1, 2),
	})
}

// household draws the payer of a room.
func (s *site) household(room string, fee gatehouse.Money) household {
	h := household{room: room, fee: fee, payer: Owner, stops: s.rnd.Float64()}
	h.shared = s.segment == "住宅" && s.chanceOf(0.6)
	if s.chanceOf(0.3) {
		h.parking = gatehouse.Money(s.between(3, 8) * 5000)
	}
	h.advanceMonth = s.between(0, 1)*11 + 1
	h.settles = s.first + gatehouse.Month(s.between(3, 6))
	switch draw := s.rnd.Float64(); {
	case draw < s.never:
		h.habit = never
	case draw < s.never+s.slow*2/3:
		h.habit = slow
	case draw < s.never+s.slow:
		h.habit = lump
	case draw < s.never+s.slow+0.06:
		h.habit = yearly
	case draw < s.never+s.slow+0.14:
		h.habit = quarterly
	case draw > 0.985:
		h.payer, h.parking, h.shared = Developer, 0, false
	case draw > 0.96:
		h.waives = true
	}
	switch draw := s.rnd.Float64(); {
	case draw < 0.07:
		h.naming = namesNothing
	case draw < 0.18:
		h.naming = namesPeriod
	}
	return h
}

// pad writes n with leading zeros.
func pad(n, width int) string {
	digits := strconv.Itoa(n)
	for len(digits) < width {
		digits = "0" + digits
	}
	return digits
}

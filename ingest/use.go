package ingest

import (
	"cmp"
	"math"
	"slices"
)

// readout is what a meter said on a day.
type readout struct {
	day     int32 // as gatehouse.Date
	metered bool  // interval form: the use is given, in units of what was used
	shown   int64 // ten-thousandths of the register, unknown in the interval form
	daily   int64 // ten-thousandths a day since the reading before, or unknown
}

const unknown = math.MinInt64

// readingsKept is how many readings of a meter are kept, the newest: two years
// of monthly ones, so that each season counts.
const readingsKept = 24

// register is what a meter said, oldest first.
type register struct{ readings []readout }

// add takes a reading that the file brings, in place of one of its day.
func (m *register) add(r readout) {
	at, again := slices.BinarySearchFunc(m.readings, r, func(x, y readout) int { return cmp.Compare(x.day, y.day) })
	if again {
		m.readings[at] = r
		return
	}
	m.readings = slices.Insert(m.readings, at, r)
	if len(m.readings) > readingsKept {
		m.readings = slices.Delete(m.readings, 0, 1)
	}
}

// before gives the last reading of the register before a day.
func (m *register) before(day int32) (readout, bool) {
	for _, r := range slices.Backward(m.readings) {
		if r.day < day && r.shown != unknown {
			return r, true
		}
	}
	return readout{}, false
}

const (
	fewestIntervals = 6
	timesUsual      = 5
	// startsAt is the use a day from which a meter that showed none is doubtful:
	// a flat that somebody moves into uses less.
	startsAt = 10 * one
)

// usual gives the 95th percentile of the use a day before a reading, by the
// nearest rank, and whether the reading's own use is far above it. The highest
// of ordinary months rather than their middle is what a hot summer is to be
// compared with.
func (m *register) usual(r readout) (high int64, far bool) {
	if r.daily == unknown {
		return 0, false
	}
	var room [readingsKept]int64
	before := room[:0]
	for _, o := range m.readings {
		if o.day < r.day && o.metered == r.metered && o.daily != unknown {
			before = append(before, o.daily)
		}
	}
	if len(before) < fewestIntervals {
		return 0, false
	}
	slices.Sort(before)
	high = before[(95*len(before)+99)/100-1]
	if high == 0 {
		return high, r.daily > startsAt
	}
	return high, float64(r.daily) > timesUsual*float64(high)
}

package ingest

import (
	"cmp"
	"math"
	"slices"

	"gatehouse"
)

// charge is a normal bill of an account, as far as the next ones are compared with it.
type charge struct {
	key        uint64 // xxh64 of the fact's key
	start, end int32  // service period, days as gatehouse.Date
	monthly    int64  // fen a month of the period, noMonths when it is no whole number of them
}

const noMonths = math.MinInt64

// chargesKept is how many charges of an account are kept, the newest: two years
// of monthly bills, so that a year's export that comes again is compared too.
const chargesKept = 24

func newCharge(key uint64, start, end gatehouse.Date, amount gatehouse.Money) charge {
	c := charge{key: key, start: int32(start), end: int32(end), monthly: noMonths}
	if n := wholeMonths(start, end); n > 0 {
		c.monthly = int64(amount) / n
	}
	return c
}

// wholeMonths counts the months of [start, end), 0 when days are left over.
func wholeMonths(start, end gatehouse.Date) int64 {
	if start.Time().Day() != end.Time().Day() {
		return 0
	}
	return max(int64(end.Month()-start.Month()), 0)
}

// account is what was billed for one fee item of one room, oldest first.
type account struct {
	charges   []charge
	published bool // some of them are; the file's own alone make no history
}

// add takes a charge that the file brings, in place of the one with its key.
func (a *account) add(c charge) {
	a.charges = slices.DeleteFunc(a.charges, func(old charge) bool { return old.key == c.key })
	at, _ := slices.BinarySearchFunc(a.charges, c, func(x, y charge) int { return cmp.Compare(x.start, y.start) })
	a.charges = slices.Insert(a.charges, at, c)
	if len(a.charges) > chargesKept {
		a.charges = slices.Delete(a.charges, 0, 1)
	}
}

// find gives the charge of a bill.
func (a *account) find(key uint64) (charge, bool) {
	for _, c := range a.charges {
		if c.key == key {
			return c, true
		}
	}
	return charge{}, false
}

// taken are keys of bills that a reversal takes back.
type taken map[uint64]struct{}

// others goes through the charges that count beside a bill.
func (a *account) others(key uint64, back taken, yield func(charge)) {
	for _, c := range a.charges {
		if c.key == key {
			continue
		}
		if len(back) > 0 {
			if _, gone := back[c.key]; gone {
				continue
			}
		}
		yield(c)
	}
}

// fewestBills is the least number of earlier bills that make an amount usual,
// mostBills the most that are looked at: a year of monthly ones.
const (
	fewestBills = 4
	mostBills   = 12
)

// usual gives the median by the month of the bills before c, and whether c is
// far from it: by more than half of it, and by more than three standard
// deviations of the months before. The deviation is the median absolute one
// times 1.4826, which is what it is for normal data (Rousseeuw and Croux, 1993);
// three of them is the limit that Leys et al. (2013) call very conservative.
// Few months with one odd bill among them do not move either, as mean and
// standard deviation would.
func (a *account) usual(c charge, back taken) (median int64, far bool) {
	if c.monthly == noMonths {
		return 0, false
	}
	var room [chargesKept]int64
	before := room[:0]
	a.others(c.key, back, func(o charge) {
		if o.start < c.start && o.monthly != noMonths {
			before = append(before, o.monthly)
		}
	})
	if len(before) < fewestBills {
		return 0, false
	}
	before = before[max(len(before)-mostBills, 0):]
	median = medianOf(before)
	for i := range before {
		before[i] = distance(before[i], median)
	}
	spread := medianOf(before)
	off := float64(distance(c.monthly, median))
	return median, off > max(0.5*math.Abs(float64(median)), 3*1.4826*float64(spread))
}

// medianOf sorts the values, of which there is one at least.
func medianOf(values []int64) int64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

func distance(a, b int64) int64 { return max(a-b, b-a) }

// overlap gives a charge whose service period has days of c's.
func (a *account) overlap(c charge, back taken) (found charge, ok bool) {
	if _, gone := back[c.key]; gone {
		return charge{}, false
	}
	a.others(c.key, back, func(o charge) {
		if !ok && o.start < c.end && c.start < o.end {
			found, ok = o, true
		}
	})
	return found, ok
}

// gap gives the day from which nothing was billed until c, when that is a month
// or more. An account that had such a gap before is of an item that is not
// charged throughout, such as heating.
func (a *account) gap(c charge, back taken) (from gatehouse.Date, ok bool) {
	if _, gone := back[c.key]; gone || !a.published {
		return 0, false
	}
	known, seasonal, until := false, false, gatehouse.Date(0)
	a.others(c.key, back, func(o charge) {
		if o.start >= c.start {
			return
		}
		seasonal = seasonal || known && monthApart(until, gatehouse.Date(o.start))
		known, until = true, max(until, gatehouse.Date(o.end))
	})
	return until, known && !seasonal && monthApart(until, gatehouse.Date(c.start))
}

// monthApart tells whether a month or more lies in [from, to).
func monthApart(from, to gatehouse.Date) bool {
	if days := to - from; days < 28 || days > 31 {
		return days > 31 // which is most often so, and spares a look into the calendar
	}
	return !from.Time().AddDate(0, 1, 0).After(to.Time())
}

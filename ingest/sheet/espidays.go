package sheet

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// espiHeader are the columns of a feed's only sheet. Those that the feed
// energy_reading knows come first. It takes usage from prev_at up to the day
// before read_at.
var espiHeader = [...]string{"meter", "prev_at", "read_at", "usage", "cost", "unit", "commodity", "coverage", "covered_usage", "exact_cost", "currency"}

// espiDay is one row: a day of a meter, or an interval of several.
type espiDay struct {
	*series
	number          int   // of its first reading in the file
	from, to        int64 // days, to excluded
	covered, length int64 // seconds
	usage, exact    decimal.Decimal
	costs, readings int
	cost            string // rounded, empty when not to be counted
}

// days sums the readings of the feed to days of local time, in the order of
// their first readings.
func (f *espiFeed) days(fallback *time.Location) ([]espiDay, error) {
	all, err := f.join(fallback).series()
	if err != nil {
		return nil, err
	}
	var days []espiDay
	for _, s := range all {
		own, err := s.days()
		if err != nil {
			return nil, err
		}
		days = append(days, own...)
	}
	slices.SortFunc(days, func(a, b espiDay) int { return cmp.Compare(a.number, b.number) })
	return days, nil
}

// days puts the readings in order of time, which finds overlaps, and sums them.
func (s *series) days() ([]espiDay, error) {
	for i := range s.readings {
		if fault := s.readings[i].settle(s.clock); fault != nil {
			return nil, atReading(fault, s.readings[i].number)
		}
	}
	slices.SortStableFunc(s.readings, func(a, b seriesReading) int { return cmp.Compare(a.start, b.start) })
	var days []espiDay
	for i := range s.readings {
		r := &s.readings[i]
		if i > 0 {
			if before := &s.readings[i-1]; before.start+before.duration > r.start {
				return nil, atReading(faultf(UnexpectedContent, "meter %s: the time from %s is covered by row %d too; take one of them out of the feed",
					excerpt([]byte(s.meter)), s.wall(r.start), before.number), r.number)
			}
		}
		from, to, fault := s.span(r)
		if fault != nil {
			return nil, atReading(fault, r.number)
		}
		if last := len(days) - 1; last < 0 || days[last].from != from || days[last].to != to {
			days = append(days, espiDay{series: s, number: r.number, from: from, to: to, length: s.clock.midnight(to) - s.clock.midnight(from)})
		}
		days[len(days)-1].add(r)
	}
	s.roundCosts(days)
	return days, nil
}

// settle checks a reading and mends two habits of writers: hours that last
// 3,599 seconds, and days that always last 24 hours.
func (r *seriesReading) settle(clock localTime) *Fault {
	const longest = 10 * 366 * daySeconds
	latest := time.Date(2149, time.June, 1, 0, 0, 0, 0, time.UTC).Unix()
	switch {
	case !r.hasStart || !r.hasDuration || !r.hasValue:
		return faultf(BadValue, "the reading lacks a start, a duration or a value; the file is damaged")
	case r.duration <= 0 || r.duration > longest:
		return faultf(BadValue, "the reading lasts %d seconds; the file is damaged", r.duration)
	case r.start < daySeconds || r.start > latest:
		return faultf(BadValue, "the reading starts at %d, which is no second between 1970 and 2149; the file is damaged", r.start)
	}
	if r.duration%60 == 59 {
		r.duration++
	}
	if day := clock.day(r.start); r.duration%daySeconds == 0 && clock.midnight(day) == r.start {
		r.duration = clock.midnight(day+r.duration/daySeconds) - r.start
	}
	return nil
}

// span is the day in which a reading lies, or the whole days that it covers.
func (s *series) span(r *seriesReading) (from, to int64, fault *Fault) {
	end := r.start + r.duration
	from = s.clock.day(r.start)
	if end <= s.clock.midnight(from+1) {
		return from, from + 1, nil
	}
	if to = s.clock.day(end); s.clock.midnight(from) == r.start && s.clock.midnight(to) == end {
		return from, to, nil
	}
	return 0, 0, faultf(BadValue, "meter %s: the reading lasts from %s to %s and so belongs to two days in parts nobody knows; ask for hourly readings, or check the local time of the feed",
		excerpt([]byte(s.meter)), s.wall(r.start), s.wall(end))
}

// wall words an instant in local time.
func (s *series) wall(at int64) string {
	return time.Unix(at+s.clock(at), 0).UTC().Format("2006-01-02 15:04:05")
}

func (d *espiDay) add(r *seriesReading) {
	d.number = min(d.number, r.number)
	d.covered += r.duration
	d.usage = d.usage.Add(decimal.New(r.value, 0).Mul(r.unit.factor))
	d.readings++
	if r.hasCost {
		d.exact = d.exact.Add(decimal.New(r.cost, -5)) // counted in hundred-thousandths
		d.costs++
	}
}

// whole tells whether the readings cover the row's time without a gap.
func (d *espiDay) whole() bool { return d.covered == d.length }

// roundCosts rounds the running total to cents, not each day: so no sum of
// days is off by more than one cent. Money of other currencies is not counted.
func (s *series) roundCosts(days []espiDay) {
	if s.currency != "" && s.currency != currencyText(currencyYuan) {
		return
	}
	var exact, rounded decimal.Decimal
	for i := range days {
		d := &days[i]
		if !d.whole() || d.costs < d.readings {
			continue
		}
		exact = exact.Add(d.exact)
		cost := exact.Round(2).Sub(rounded)
		rounded = rounded.Add(cost)
		d.cost = cost.StringFixed(2)
	}
}

// cells are the row by espiHeader. The usage of a time with gaps stands aside:
// a blank cell is noticed, half a day that passes for a whole one is not.
func (d *espiDay) cells() []Cell {
	amount := func(text string) Cell { return Cell{Kind: Number, Text: text} }
	day := func(n int64) Cell {
		t := time.Unix(n*daySeconds, 0).UTC()
		return Cell{Kind: Date, Text: t.Format(time.DateOnly), Date: t}
	}
	var usage, covered, cost, exact Cell
	coverage := "whole"
	if d.whole() {
		usage = amount(d.usage.String())
	} else {
		covered = amount(d.usage.String())
		coverage = fmt.Sprintf("%d of %d s", d.covered, d.length)
	}
	if d.cost != "" {
		cost = amount(d.cost)
	}
	if d.costs > 0 {
		exact = amount(d.exact.String())
	}
	return []Cell{
		textCell(d.meter), day(d.from), day(d.to), usage, cost, textCell(d.unit.name), textCell(d.unit.commodity),
		textCell(coverage), covered, exact, textCell(d.currency),
	}
}

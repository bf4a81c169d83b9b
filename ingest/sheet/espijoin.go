package sheet

import (
	"path"
	"time"
)

// series is the readings of one meter in one direction, whatever entries they
// stood in.
type series struct {
	meter, currency string
	unit            espiUnit
	clock           localTime
	readings        []seriesReading
}

// seriesReading is a reading with what one count of its type is worth.
type seriesReading struct {
	espiReading
	unit espiUnit
}

// espiIndex finds entries by the addresses that other entries use for them.
type espiIndex map[string]int

const twice = -1 // in an espiIndex: the address means several entries

func (x espiIndex) add(address string, i int) {
	if address == "" {
		return
	}
	if before, taken := x[address]; taken && before != i {
		i = twice
	}
	x[address] = i
}

// find gives the one entry that any of the addresses means.
func (x espiIndex) find(addresses ...string) (i int, found bool, fault *Fault) {
	for _, a := range addresses {
		at, known := x[a]
		switch {
		case !known || a == "":
		case at == twice || found && at != i:
			return 0, false, faultf(BadIndex, "the link %s means several entries; the feed is damaged", excerpt([]byte(a)))
		default:
			i, found = at, true
		}
	}
	return i, found, nil
}

// childrenOf indexes entries by what their children call them: the address
// below which the children lie, and addresses that the entry relates to.
func childrenOf[T any](entries []T, entry func(*T) *espiEntry, kind string) espiIndex {
	x := espiIndex{}
	for i := range entries {
		e := entry(&entries[i])
		if e.self != "" {
			x.add(e.self+"/"+kind, i)
		}
		for _, address := range e.related {
			x.add(address, i)
		}
	}
	return x
}

func selves[T any](entries []T, entry func(*T) *espiEntry) espiIndex {
	x := espiIndex{}
	for i := range entries {
		x.add(entry(&entries[i]).self, i)
	}
	return x
}

// espiJoin resolves the links of a feed.
type espiJoin struct {
	*espiFeed
	meterOf, pointOf, typeAt, clockAt espiIndex
	titles                            map[string]int // of points, how often each is used
	fallback                          *time.Location
}

func (f *espiFeed) join(fallback *time.Location) *espiJoin {
	point := func(p *espiPoint) *espiEntry { return &p.espiEntry }
	meter := func(m *espiMeter) *espiEntry { return &m.espiEntry }
	j := &espiJoin{
		espiFeed: f, fallback: fallback, titles: map[string]int{},
		meterOf: childrenOf(f.meters, meter, "IntervalBlock"),
		pointOf: childrenOf(f.points, point, "MeterReading"),
		typeAt:  selves(f.types, func(t *espiType) *espiEntry { return &t.espiEntry }),
		clockAt: selves(f.clocks, func(c *espiClock) *espiEntry { return &c.espiEntry }),
	}
	for i := range f.points {
		j.titles[f.points[i].title]++
	}
	return j
}

// series joins each block to its meter reading, that to its type and point,
// and the point to its clock, and collects readings by meter.
func (j *espiJoin) series() ([]*series, error) {
	var all []*series
	byName := map[string]*series{}
	for i := range j.blocks {
		b := &j.blocks[i]
		if len(b.readings) == 0 {
			continue
		}
		one, fault := j.seriesOf(b)
		if fault != nil {
			return nil, atReading(fault, b.readings[0].number)
		}
		known := byName[one.meter]
		switch {
		case known == nil:
			known = one
			byName[one.meter] = one
			all = append(all, one)
		case known.unit.name != one.unit.name || known.unit.commodity != one.unit.commodity || known.currency != one.currency:
			return nil, atReading(faultf(UnexpectedContent, "meter %s is read in %s and in %s or paid in two currencies; take one of the series out of the feed",
				excerpt([]byte(one.meter)), known.unit.name, one.unit.name), b.readings[0].number)
		}
		for _, r := range b.readings {
			known.readings = append(known.readings, seriesReading{r, one.unit})
		}
	}
	return all, nil
}

func (j *espiJoin) seriesOf(b *espiBlock) (*series, *Fault) {
	m, found, fault := j.meterOf.find(b.self, b.up)
	if fault == nil && !found {
		fault = faultf(MissingPart, "an interval block belongs to no meter reading of the feed (links self and up); ask for the whole feed again")
	}
	if fault != nil {
		return nil, fault
	}
	meter := &j.meters[m]
	t, found, fault := j.typeAt.find(meter.related...)
	if fault == nil && !found {
		fault = faultf(MissingPart, "the meter reading %s has no reading type in the feed (link related), so nobody knows its unit; ask for the whole feed again", excerpt([]byte(meter.self)))
	}
	if fault != nil {
		return nil, fault
	}
	p, found, fault := j.pointOf.find(meter.self, meter.up)
	if fault != nil {
		return nil, fault
	}
	point := &espiPoint{espiEntry: meter.espiEntry, service: -1}
	if found {
		point = &j.points[p]
	}
	one := &series{currency: currencyText(j.types[t].currency)}
	suffix, fault := seriesSuffix(j.types[t])
	if fault == nil {
		one.unit, fault = unitOf(j.types[t], point.service)
	}
	if fault == nil {
		one.clock, fault = j.clockOf(point)
	}
	if fault == nil {
		one.meter, fault = j.name(point)
	}
	one.meter += suffix
	return one, fault
}

// clockOf is the local time of a point: the clock it links to, else the only
// one of the feed, else the zone that the caller gave.
func (j *espiJoin) clockOf(p *espiPoint) (localTime, *Fault) {
	c, found, fault := j.clockAt.find(p.related...)
	switch {
	case fault != nil:
		return nil, fault
	case found:
		return j.clocks[c].offset, nil
	case len(j.clocks) == 1:
		return j.clocks[0].offset, nil
	case len(j.clocks) > 1:
		return nil, faultf(MissingPart, "usage point %s links to none of the %d local times of the feed; ask for the feed again", excerpt([]byte(p.self)), len(j.clocks))
	case j.fallback == nil:
		return nil, faultf(MissingPart, "the feed does not say its local time, so readings cannot be put to days; give a time zone")
	}
	return inLocation(j.fallback), nil
}

// name is the title of the point if no other has the same, else the last part
// of its address.
func (j *espiJoin) name(p *espiPoint) (string, *Fault) {
	if p.title != "" && j.titles[p.title] < 2 {
		return p.title, nil
	}
	if p.self == "" {
		return "", faultf(MissingPart, "a usage point has neither a title of its own nor a link to itself, so the meter has no name; ask for the feed again")
	}
	return path.Base(p.self), nil
}

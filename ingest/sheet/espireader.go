package sheet

import (
	"context"
	"strconv"
	"strings"
)

// espiFeed is what a feed says, not yet joined.
type espiFeed struct {
	points []espiPoint
	meters []espiMeter
	types  []espiType
	clocks []espiClock
	blocks []espiBlock
}

// espiEntry is what every entry of the feed has: a title, and links by which
// entries name each other.
type espiEntry struct {
	title, self, up string
	related         []string
}

// espiPoint is a UsagePoint: where a service is delivered.
type espiPoint struct {
	espiEntry
	service int64 // kind of its ServiceCategory
}

// espiMeter is a MeterReading: a series of readings of one type.
type espiMeter struct{ espiEntry }

// espiType is a ReadingType; unsaid numbers are -1, but for the power of ten.
type espiType struct {
	espiEntry
	behaviour, commodity, currency, flow, uom int64
	power                                     int64
}

// espiBlock is an IntervalBlock.
type espiBlock struct {
	espiEntry
	readings []espiReading
}

// espiReading is an IntervalReading, with its place among all of the file.
type espiReading struct {
	number                int
	start, duration       int64 // seconds, since 1970 in UTC
	value, cost           int64
	hasStart, hasDuration bool
	hasValue, hasCost     bool
}

// espiReader collects the entries of a feed.
type espiReader struct {
	ctx    context.Context
	x      *scanner
	feed   *espiFeed
	number int // readings so far
	text   []byte
}

func (r *espiReader) document() error {
	if err := r.x.root(atomSpace, "feed"); err != nil {
		return err
	}
	err := r.x.each(func() error {
		if r.x.space != atomSpace || string(r.x.name) != "entry" {
			return nil
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
		return r.entry()
	})
	if err != nil {
		return err
	}
	return r.x.finish()
}

// entry reads one entry, whose links may stand behind its content.
func (r *espiReader) entry() error {
	var e espiEntry
	var found []func(espiEntry)
	err := r.x.each(func() error {
		if r.x.space != atomSpace {
			return nil
		}
		switch string(r.x.name) {
		case "title":
			if string(r.x.attr("type")) == "xhtml" {
				return nil
			}
			var err error
			e.title, err = r.string()
			return err
		case "link":
			href := espiAddress(string(r.x.attr("href")))
			switch string(r.x.attr("rel")) {
			case "self":
				e.self = href
			case "up":
				e.up = href
			case "related":
				e.related = append(e.related, href)
			}
		case "content":
			return r.x.each(func() error {
				add, err := r.resource()
				if add != nil {
					found = append(found, add)
				}
				return err
			})
		}
		return nil
	})
	for _, add := range found {
		add(e)
	}
	return err
}

// espiAddress makes addresses comparable that some writers give with the host
// and others without.
func espiAddress(href string) string {
	if _, rest, found := strings.Cut(href, "://"); found {
		_, href, _ = strings.Cut(rest, "/")
	}
	return strings.Trim(strings.TrimSpace(href), "/")
}

// resource reads the content of an entry and gives what adds it to the feed;
// nil for one that says nothing about usage.
func (r *espiReader) resource() (func(espiEntry), error) {
	if r.x.space != espiSpace {
		return nil, nil
	}
	switch string(r.x.name) {
	case "UsagePoint":
		p := espiPoint{service: -1}
		err := r.fields(map[string]func() error{"ServiceCategory": func() error { return r.numbers(map[string]*int64{"kind": &p.service}) }})
		return func(e espiEntry) { p.espiEntry = e; r.feed.points = append(r.feed.points, p) }, err
	case "MeterReading":
		return func(e espiEntry) { r.feed.meters = append(r.feed.meters, espiMeter{e}) }, nil
	case "ReadingType":
		t := espiType{behaviour: -1, commodity: -1, currency: -1, flow: -1, uom: -1}
		err := r.numbers(map[string]*int64{
			"accumulationBehaviour": &t.behaviour, "commodity": &t.commodity, "currency": &t.currency,
			"flowDirection": &t.flow, "powerOfTenMultiplier": &t.power, "uom": &t.uom,
		})
		return func(e espiEntry) { t.espiEntry = e; r.feed.types = append(r.feed.types, t) }, err
	case "LocalTimeParameters":
		c, err := r.clock()
		return func(e espiEntry) { c.espiEntry = e; r.feed.clocks = append(r.feed.clocks, c) }, err
	case "IntervalBlock":
		b, err := r.block()
		return func(e espiEntry) { b.espiEntry = e; r.feed.blocks = append(r.feed.blocks, b) }, err
	}
	return nil, nil
}

func (r *espiReader) block() (espiBlock, error) {
	var b espiBlock
	err := r.fields(map[string]func() error{"IntervalReading": func() error {
		r.number++
		reading := espiReading{number: r.number}
		err := r.fields(map[string]func() error{
			"cost":  func() error { reading.hasCost = true; return r.number64(&reading.cost) },
			"value": func() error { reading.hasValue = true; return r.number64(&reading.value) },
			"timePeriod": func() error {
				return r.fields(map[string]func() error{
					"start":    func() error { reading.hasStart = true; return r.number64(&reading.start) },
					"duration": func() error { reading.hasDuration = true; return r.number64(&reading.duration) },
				})
			},
		})
		b.readings = append(b.readings, reading)
		return err
	}})
	return b, err
}

// fields visits the children of ESPI that are asked for.
func (r *espiReader) fields(visit map[string]func() error) error {
	return r.x.each(func() error {
		if read := visit[string(r.x.name)]; read != nil && r.x.space == espiSpace {
			return read()
		}
		return nil
	})
}

// numbers reads children that are whole numbers.
func (r *espiReader) numbers(into map[string]*int64) error {
	return r.x.each(func() error {
		if n := into[string(r.x.name)]; n != nil && r.x.space == espiSpace {
			return r.number64(n)
		}
		return nil
	})
}

func (r *espiReader) number64(n *int64) error {
	name := string(r.x.name)
	text, err := r.string()
	if err != nil {
		return err
	}
	if *n, err = strconv.ParseInt(text, 10, 64); err != nil {
		return faultf(BadValue, "%s is %s, which is not a whole number; the file is damaged", name, excerpt([]byte(text)))
	}
	return nil
}

func (r *espiReader) string() (string, error) {
	var err error
	if r.text, err = r.x.appendText(r.text[:0]); err != nil {
		return "", err
	}
	return strings.Join(strings.Fields(string(r.text)), " "), nil
}

package demo

import (
	"math/rand/v2"
	"time"

	"gatehouse"
)

// Options say how much to make up.
type Options struct {
	Seed            uint64
	Last            gatehouse.Month // last month with data, inclusive
	Months          int             // months up to Last, default 26
	Projects        int             // default 12, the named ones; more are for benchmarks
	RoomsPerProject int             // default 0: sizes vary, about 3,000 rooms in 12 projects
}

// Showcase is the code of the project whose collection slides.
const Showcase = "HD03"

// youngMonths is the age of the project that was handed over lately.
const youngMonths = 14

// Generate makes up a portfolio. Each project draws from a stream of its own,
// so one more project leaves the others as they were.
func Generate(o Options) *Portfolio {
	if o.Months <= 0 {
		o.Months = 26
	}
	if o.Projects <= 0 {
		o.Projects = 12
	}
	p := &Portfolio{}
	named := estates()
	for i := range o.Projects {
		e := spare(i)
		if i < len(named) {
			e = named[i]
		}
		if o.RoomsPerProject > 0 {
			e.rooms = o.RoomsPerProject
		}
		first := o.Last - gatehouse.Month(o.Months) + 1
		if e.story == young {
			first = max(first, o.Last-youngMonths+1)
		}
		s := &site{
			estate: e, index: i, out: p, first: first, last: o.Last,
			rnd: rand.New(rand.NewPCG(o.Seed, uint64(i)+1)),
		}
		s.build()
		s.charge()
		s.serve()
		s.survey()
		s.meter()
		s.aim()
	}
	return p
}

// site is one project while its truth is made up.
type site struct {
	estate
	index       int
	out         *Portfolio
	rnd         *rand.Rand
	first, last gatehouse.Month
	households  []household
	floorArea   float64
	bills       int // numbers given so far
	receipts    int
}

// shanghai is a fixed zone because China keeps no daylight saving time, and so
// needs no time zone database.
func shanghai() *time.Location { return time.FixedZone("Asia/Shanghai", 8*60*60) }

// end is the last day with data.
func (s *site) end() gatehouse.Date { return (s.last + 1).Start() - 1 }

// chanceOf is true with probability p.
func (s *site) chanceOf(p float64) bool { return s.rnd.Float64() < p }

// between draws from [low, high].
func (s *site) between(low, high int) int { return low + s.rnd.IntN(high-low+1) }

// pick draws one of the words.
func (s *site) pick(words ...string) string { return words[s.rnd.IntN(len(words))] }

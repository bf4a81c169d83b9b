package source

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// window is which changes are asked for: those from the cursor on, and some
// before it, since a server commits in another order than it stamps.
type window struct {
	SinceConfig
	numbers bool
	layout  string
	zone    *time.Location
	back    time.Duration
	less    decimal.Decimal // taken off a number
}

// newWindow reads the configuration; nil for nil.
func newWindow(c *SinceConfig) (*window, error) {
	if c == nil {
		return nil, nil
	}
	w := &window{SinceConfig: *c, layout: c.Format, numbers: c.Format == "number", back: time.Hour}
	if c.Field == "" || c.Param == "" {
		return nil, wrong("rest.since", "needs field and param")
	}
	var err error
	if w.zone, err = time.LoadLocation(or(c.Zone, "Asia/Shanghai")); err != nil {
		return nil, wrong("rest.since.zone", "there is no time zone %q", c.Zone)
	}
	if c.Format == "" || c.Format == "rfc3339" {
		w.layout = time.RFC3339Nano
	}
	if !w.numbers && !strings.Contains(w.layout, "2006") && !strings.Contains(w.layout, "06") {
		return nil, wrong("rest.since.format", "%q is none of rfc3339, number, and a layout such as \"2006-01-02 15:04:05\"", c.Format)
	}
	if c.Overlap != "" {
		if w.numbers {
			w.less, err = decimal.NewFromString(c.Overlap)
		} else {
			w.back, err = time.ParseDuration(c.Overlap)
		}
		if err != nil || w.less.IsNegative() || w.back < 0 {
			return nil, wrong("rest.since.overlap", "%q is neither a duration such as 1h, nor (with format number) a number", c.Overlap)
		}
	}
	if c.First != "" {
		if _, err := w.read(c.First); err != nil {
			return nil, wrong("rest.since.first", "%q does not have the format of since", c.First)
		}
	}
	return w, nil
}

// point is a value of the cursor's field.
type point struct {
	number decimal.Decimal
	time   time.Time
}

func (w *window) read(literal string) (point, error) {
	if w.numbers {
		n, err := decimal.NewFromString(literal)
		return point{number: n}, err
	}
	t, err := time.ParseInLocation(w.layout, literal, w.zone)
	return point{time: t}, err
}

func (p point) compare(q point) int {
	if c := p.number.Cmp(q.number); c != 0 {
		return c
	}
	return p.time.Compare(q.time)
}

// ask is the value of the parameter after a cursor; "" to leave it out.
func (w *window) ask(cursor string) (string, error) {
	if cursor == "" {
		return w.First, nil
	}
	at, err := w.read(cursor)
	if err != nil {
		return "", wrong("rest.since.format", "the cursor %q on record does not have this format: start the source anew", cursor)
	}
	if w.numbers {
		return at.number.Sub(w.less).String(), nil
	}
	return at.time.Add(-w.back).Format(w.layout), nil
}

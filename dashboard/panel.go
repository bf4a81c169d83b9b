package dashboard

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"gatehouse"
	"gatehouse/dashboard/chart"
)

// Panel is one framed answer on a page: a title, what it shows, and one
// computed fact below. One of Chart, Bars, Rank and Regions is its body; one
// that failed keeps its title and says so, and the page still renders.
type Panel struct {
	Title, Unit string
	Note        []string // segments, which do not break inside
	Class       string   // width in the grid

	Chart   *chart.Chart
	Bars    *Bars
	Rank    *Rank
	Regions []Region

	Foot      string
	Link      string
	LinkLabel string
	Empty     string // why there is nothing to show and what to do next
	Failed    bool
}

// Bars is a ranked table with a bar in each row.
type Bars struct {
	Head  []string // name, bar, then the columns of numbers
	Rows  []BarRow
	Total *BarRow
}

// BarRow is a row of Bars; bars are parts of chart.Width.
type BarRow struct {
	Name  string
	Rows  string // address of what the first number is made of, empty for none
	Bar   chart.Bullet
	Cells []Cell
	Cut   bool // a dashed rule below: from here on the rest is small
}

// Cell is a number in a table, with its judgement where it has one.
type Cell struct {
	Text, Class string
}

// builder fills a panel. What it fills before it fails stays.
type builder func(ctx context.Context, p *Panel) error

// panelsAtOnce bounds the queries of one page in flight.
const panelsAtOnce = 4

// panels builds all panels at the same time. The failure of one is logged and
// told in its place.
func (s *Server) panels(ctx context.Context, builders ...builder) []*Panel {
	panels := make([]*Panel, len(builders))
	var group errgroup.Group
	group.SetLimit(panelsAtOnce)
	for i, build := range builders {
		panels[i] = &Panel{}
		group.Go(func() error {
			if err := guarded(func() error { return build(ctx, panels[i]) }); err != nil {
				s.log.Error("panel failed", "panel", panels[i].Title, "error", err)
				panels[i].Failed = true
				panels[i].Chart, panels[i].Bars, panels[i].Rank, panels[i].Regions = nil, nil, nil, nil
			}
			return nil
		})
	}
	_ = group.Wait() // no builder's error reaches the group
	return panels
}

// guarded turns a panic into an error: in a goroutine of its own it would end the process.
func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = gatehouse.Errorf(gatehouse.Internal, "panic: %v", p)
		}
	}()
	return f()
}

// set puts a chart into the panel.
func (p *Panel) set(c chart.Chart, err error) error {
	if err != nil {
		return fmt.Errorf("draw %s: %w", c.Name, err)
	}
	p.Chart = &c
	return nil
}

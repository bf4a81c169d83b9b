package dashboard

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"gatehouse/analytics"
)

// portfolioPage is all projects in scope side by side.
type portfolioPage struct {
	Frame
	Message string // the finding, computed
	Tally   []Judgement
	Gap     string
	Tiles   []Tile
	KPIs    []Choice
	Panels  []*Panel
}

// portfolio shows head office which projects differ, and a manager of several
// how his own compare.
func (s *Server) portfolio(w http.ResponseWriter, r *http.Request) error {
	f, err := s.frame(r)
	if err != nil {
		return err
	}
	f.Nav = "portfolio"
	page := portfolioPage{Frame: f}
	page.Title = f.T("总览", "Overview")
	k, err := s.comparedKPI(r.URL.Query().Get("kpi"))
	if err != nil {
		return err
	}
	ctx := r.Context()
	lastYear, err := s.sameDay(ctx, f)
	if err != nil {
		return err
	}
	var done sync.WaitGroup
	var readings []reading
	done.Go(func() { page.Tiles, readings = s.tiles(ctx, f, lastYear) })
	board := s.boardOnce(ctx, f, lastYear, k)
	builders := []builder{f.rankPanel(board), f.trendPanel(board)}
	if k.Unit == analytics.Percent { // only a share has limits by size
		builders = []builder{f.rankPanel(board), f.sizePanel(board), f.trendPanel(board)}
	}
	page.Panels = s.panels(ctx, builders...)
	if len(page.Panels) == 2 {
		page.Panels[0].Class = ""
	}
	done.Wait()
	page.Tally, page.Gap = f.tally(readings)
	page.Message = f.headline(readings[0])
	page.KPIs = s.comparable(f, k)
	return s.render(w, "portfolio.html", page)
}

// comparedKPI is the KPI that projects are compared by.
func (s *Server) comparedKPI(name string) (*analytics.KPI, error) {
	if name == "" {
		name = "collection_rate"
	}
	return s.kpis.Registry().Get(name)
}

// comparable lists the KPIs that say the same of small and large projects; a
// sum such as energy use only says which is large.
func (s *Server) comparable(f Frame, current *analytics.KPI) []Choice {
	var choices []Choice
	for _, k := range s.kpis.Registry().All() {
		if k.Kind != analytics.Total || k == current {
			choices = append(choices, Choice{Value: f.Filter.With("kpi", k.Name), Label: f.In(k.Title), Current: k == current})
		}
	}
	// Those with a tile come first, in the order of the tiles.
	slices.SortStableFunc(choices, func(a, b Choice) int { return tileOrder(f, a) - tileOrder(f, b) })
	return choices
}

func tileOrder(f Frame, c Choice) int {
	for i, m := range measures() {
		if c.Value == f.Filter.With("kpi", m.kpi) {
			return i
		}
	}
	return len(measures())
}

// headline is the finding at the top: the collection rate, its change and what
// is missing to the target.
func (f Frame) headline(r reading) string {
	if r.of == nil || r.value != r.value {
		return f.T("本期还没有收缴数据", "No collection data in this period yet")
	}
	format := f.format(r.of)
	size := func(d float64) string { return trimSign(format.Change(d)) + " " + format.ChangeSymbol() }
	text := f.T("收缴率 ", "Collection rate ") + format.Value(r.value)
	switch d := r.value - r.prior; format.Sign(d) {
	case 1:
		text += f.T("，比上年同期高 "+size(d), ": "+size(d)+" above last year")
	case -1:
		text += f.T("，比上年同期低 "+size(d), ": "+size(d)+" below last year")
	default:
		if d == d {
			text += f.T("，与上年同期持平", ": level with last year")
		}
	}
	d := r.value - r.target
	switch {
	case d != d:
		return text
	case d >= 0:
		return text + f.T("，已达目标 ", ", target of ") + format.Value(r.target) + f.T("", " met")
	}
	return text + f.T("，离目标还差 "+size(d), ", "+size(d)+" short of target")
}

// boardOnce reads what the three panels share when the first of them asks.
func (s *Server) boardOnce(ctx context.Context, f Frame, lastYear analytics.Snapshot, k *analytics.KPI) func() (board, error) {
	return sync.OnceValues(func() (b board, err error) {
		err = guarded(func() (err error) {
			b, err = s.board(ctx, f, lastYear, k)
			return err
		})
		return b, err
	})
}

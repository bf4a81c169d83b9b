package dashboard

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// panelPage is a page that is made of panels. open decides what the page is
// about, refuses what the user may not see, and lists the panels; it reads
// little, since every panel asked for by itself passes it.
type panelPage struct {
	name  string // its address, and in those of its panels
	title gatehouse.Text
	open  func(r *http.Request) (panelView, error)
}

// panelView is such a page as one user asks for it.
type panelView struct {
	Frame
	page   string
	panels []panelSpec
}

// panelSpec is a panel: its name, unique in the page and kept for ever since
// links hold it, and the function that fills its result.
type panelSpec struct {
	name  string
	title gatehouse.Text // until the builder finds a better one
	class string         // width in the grid
	size  string         // CSS class of the height of its body, kept free while it is read
	kpi   string         // whose definition holds
	// live tells that it shows more than the page's snapshot: it is never kept.
	live  bool
	build func(ctx context.Context, p *panel.Result) error
}

// panelPages are all of them; a page listed here has its panels in each form
// and its workbook without more ado.
func (s *Server) panelPages() []panelPage {
	return []panelPage{
		{"today", gatehouse.Text{ZH: "今日", EN: "Today"}, s.todayPanels},
		{"portfolio", gatehouse.Text{ZH: "总览", EN: "Overview"}, s.portfolioPanels},
		{"compare", gatehouse.Text{ZH: "对比", EN: "Compare"}, s.comparePanels},
		{"project", gatehouse.Text{ZH: "项目", EN: "Project"}, s.projectPanels},
		{"collections", gatehouse.Text{ZH: "收费", EN: "Fees"}, s.collectionsPanels},
		{"service", gatehouse.Text{ZH: "服务分析", EN: "Service analysis"}, s.servicePanels},
		{"survey", gatehouse.Text{ZH: "满意度调查", EN: "Satisfaction survey"}, s.surveyPanels},
	}
}

const (
	// panelBudget is how long a page waits for its panels. Those that take longer
	// are fetched by the page itself.
	panelBudget = 2 * time.Second
	// panelGrace is for how many budgets such a panel is read on, for the page to come back for it.
	panelGrace = 3
	// panelsAtOnce bounds the queries of one panel in flight.
	panelsAtOnce = 4
)

// Panel is a panel as a page shows it: read, failed, or not there yet.
type Panel struct {
	*panel.Result
	Class, Size     string
	Failed, Pending bool
	Full            bool // all of the table is shown, whatever its size
	view            panelView
}

// panels reads all panels of a page at the same time, for as long as a page may
// wait. The failure of one is logged and told in its place.
func (s *Server) panels(ctx context.Context, v panelView) map[string]*Panel {
	wait, done := context.WithTimeout(ctx, s.budget())
	defer done()
	var mu sync.Mutex
	var group sync.WaitGroup
	shown := map[string]*Panel{}
	for _, spec := range v.panels {
		group.Go(func() {
			p := s.panelWithin(ctx, wait, v, spec)
			mu.Lock()
			defer mu.Unlock()
			shown[spec.name] = p
		})
	}
	group.Wait()
	return shown
}

func (s *Server) budget() time.Duration {
	if s.PanelBudget > 0 {
		return s.PanelBudget
	}
	return panelBudget
}

// panelWithin reads a panel until the budget of the page is spent. It is then
// read on for a while, so that what was done is not lost; but a reader who has
// left is not waited for.
func (s *Server) panelWithin(ctx, budget context.Context, v panelView, spec panelSpec) *Panel {
	reading, leave := context.WithCancel(context.WithoutCancel(ctx))
	stay := context.AfterFunc(ctx, leave)
	read := make(chan *Panel, 1)
	go func() {
		defer leave()
		read <- s.panelOf(reading, v, spec)
	}()
	select {
	case p := <-read:
		return p
	case <-budget.Done():
	}
	if ctx.Err() == nil && stay() {
		time.AfterFunc(panelGrace*s.budget(), leave)
	}
	p := v.blank(spec)
	p.Pending = true
	return p
}

// panelOf reads a panel and tells of its failure in its place.
func (s *Server) panelOf(ctx context.Context, v panelView, spec panelSpec) *Panel {
	p := v.blank(spec)
	found, err := s.result(ctx, v, spec)
	if part, ok := errors.AsType[incomplete](err); ok {
		found, err = part.Result, nil
	}
	if err == nil {
		p.Result = found
		return p
	}
	if !errors.Is(err, context.Canceled) {
		s.log.Error("panel failed", "page", v.page, "panel", spec.name, "error", err)
	}
	p.Failed = true
	return p
}

// blank is a panel of which only the name is known.
func (v panelView) blank(spec panelSpec) *Panel {
	return &Panel{
		Class: spec.class, Size: spec.size, view: v,
		Result: &panel.Result{
			Page: v.page, Name: spec.name, Lang: v.Lang, Title: v.In(spec.title), KPI: spec.kpi,
			Period: v.PeriodLabel(v.Filter.Period), KnownAt: v.Snapshot.KnownAt, AsOf: v.Snapshot.AsOf, Known: v.asOfWhen(),
		},
	}
}

// asOfWhen words the state of knowledge.
func (v panelView) asOfWhen() string {
	text := v.T("数据截至 ", "data as of ") + v.KnownAt()
	if !v.Snapshot.Empty() {
		text += " · " + v.T("业务日 ", "business day ") + v.Day(v.Snapshot.AsOf)
	}
	return text
}

// result is what a panel says, kept for all who may see the same and ask the
// same of it: the whole address but for its looks, the scopes of the page and
// of the user, whose projects it may name, and his role.
func (s *Server) result(ctx context.Context, v panelView, spec panelSpec) (*panel.Result, error) {
	build := func(ctx context.Context) ([]*panel.Result, error) {
		p := v.blank(spec).Result
		if err := guarded(func() error { return spec.build(ctx, p) }); err != nil {
			return nil, err
		}
		p.Finish()
		return []*panel.Result{p}, nil
	}
	if spec.live {
		found, err := build(ctx)
		if err != nil {
			return nil, err
		}
		return v.noted(found[0], spec)
	}
	user := v.User.Scope()
	question := fmt.Sprintf("panel %s %s %s %s %q %t %q", v.page, spec.name, v.Lang, v.User.Role, v.Filter.With("", ""), user.All(), user.Codes())
	found, err := analytics.Remembered(ctx, s.kpis, v.Scope, v.Snapshot, question, build)
	if err != nil {
		return nil, err
	}
	return v.noted(found[0], spec)
}

// noted marks the annotations on a chart. They come and go while the result is
// kept, so they are laid over a copy of it.
func (v panelView) noted(p *panel.Result, spec panelSpec) (*panel.Result, error) {
	marks := v.Marks(spec.kpi)
	if p.Chart == nil || len(marks) == 0 {
		return p, nil
	}
	marked, err := p.Chart.Marked(marks)
	if err != nil {
		return nil, err
	}
	own := *p
	own.Chart = &marked
	return &own, nil
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

// draw puts a chart of the table into a result.
func draw(p *panel.Result, c chart.Chart, err error) error {
	if err != nil {
		return fmt.Errorf("draw %s: %w", c.Name, err)
	}
	p.Chart = &c
	return nil
}

package dashboard

import (
	"context"
	"net/http"
	"strings"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/auth"
	"gatehouse/dashboard/panel"
)

// liveKnown is the known_at that shows the newest facts of a closed period.
const liveKnown = "now"

// closingBlock is what the collection page says about the books of its period.
type closingBlock struct {
	Closed   bool
	Shown    bool   // the page shows the books as they were closed
	KnownAt  string // of the closing
	By, Note string
	LiveURL  string // the newest figures
	ShowURL  string // the figures of the closing
	RowsURL  string // what changed, row by row
	MayClose bool
}

// mayClose tells who may close periods: a closing is about all projects.
func mayClose(u auth.User) bool { return forOfficers.admits(u) }

// books turns a page about a closed period to the state of its closing, unless
// the address names another.
func (s *Server) books(r *http.Request, f *Frame) (analytics.Closing, closingBlock, error) {
	known := r.URL.Query().Get("known")
	closing, closed, err := s.kpis.Closed(r.Context(), f.Filter.Period)
	b := closingBlock{Closed: closed, MayClose: mayClose(f.User) && !f.Snapshot.Empty()}
	if err != nil || !closed {
		b.MayClose = b.MayClose && f.Filter.Period.End.Start() <= f.Snapshot.AsOf && known == ""
		return closing, b, err
	}
	b.KnownAt, b.By, b.Note = f.Instant(closing.KnownAt), closing.By, closing.Note
	b.LiveURL, b.ShowURL = f.Filter.With("known", liveKnown), f.Filter.With("known", "")
	b.RowsURL = f.Restated("collection_rate", f.Filter.Project, "")
	if b.Shown = known == ""; b.Shown {
		f.Snapshot, err = s.kpis.At(r.Context(), closing.KnownAt)
	}
	return closing, b, err
}

// adjustmentsPanel is how a closed period has moved since, term by term.
func (s *Server) adjustmentsPanel(f Frame, closing analytics.Closing) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		_, total, err := s.adjusted(ctx, f, closing)
		if err != nil {
			return err
		}
		p.Unit, p.Style = f.T("元", "yuan"), "work-table fees"
		p.Note = []string{f.PeriodLabel(f.Filter.Period), f.T("最新 = 结账时 + 前期调整 + 结账后收款", "now = as closed + adjustments + received since")}
		p.Rows = f.Restated("collection_rate", f.Filter.Project, "")
		yuan := f.yuanFormat()
		change := yuan.Change()
		change.Nil = "0"
		p.Table.Columns = []panel.Column{
			column("term", "项目", "Term", panel.Plain(panel.Text)), column("as_closed", "结账时", "As closed", yuan),
			column("prior", "前期调整", "Prior-period adjustments", change), column("since", "结账后收款", "Received since", change), column("now", "最新", "Now", yuan),
		}
		for _, term := range []struct {
			zh, en string
			of     func(analytics.FeeLine) gatehouse.Money
			strong bool
		}{
			{"应收", "Billed", func(l analytics.FeeLine) gatehouse.Money { return l.Billed }, false},
			{"红冲", "Reversed", func(l analytics.FeeLine) gatehouse.Money { return l.Reversed }, false},
			{"减免", "Waived", func(l analytics.FeeLine) gatehouse.Money { return l.Waived }, false},
			{"净应收", "Net", func(l analytics.FeeLine) gatehouse.Money { return l.Net }, true},
			{"已收", "Received", func(l analytics.FeeLine) gatehouse.Money { return l.Received }, true},
			{"结算减免", "Settled", func(l analytics.FeeLine) gatehouse.Money { return l.Settled }, false},
			{"欠费", "Outstanding", func(l analytics.FeeLine) gatehouse.Money { return l.Outstanding }, true},
		} {
			now := panel.OfMoney(term.of(total.Now))
			if term.strong {
				now.Class = "strong"
			}
			p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: []panel.Cell{
				panel.OfText(f.T(term.zh, term.en)), panel.OfMoney(term.of(total.AsClosed)), panel.OfMoney(term.of(total.Prior())), panel.OfMoney(term.of(total.Since())), now,
			}})
		}
		return nil
	}
}

// adjustedPanel is what later loads changed in the books, project by project.
func (s *Server) adjustedPanel(f Frame, closing analytics.Closing) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		lines, _, err := s.adjusted(ctx, f, closing)
		if err != nil {
			return err
		}
		p.Unit, p.Style = f.T("元", "yuan"), "work-table fees"
		change := f.yuanFormat().Change()
		change.Nil = "0"
		p.Table.Columns = []panel.Column{
			column("project", "项目", "Project", panel.Plain(panel.Text)), column("net", "净应收", "Net", change), column("received", "已收", "Received", change), column("settled", "结算减免", "Settled", change),
		}
		for _, l := range lines {
			prior := l.Prior()
			if prior.Net == 0 && prior.Received == 0 && prior.Settled == 0 {
				continue
			}
			p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: []panel.Cell{
				panel.OfText(f.ProjectName(l.Project)).Linked(f.Restated("collection_rate", l.Project, "")), panel.OfMoney(prior.Net), panel.OfMoney(prior.Received), panel.OfMoney(prior.Settled),
			}})
		}
		if len(p.Table.Rows) == 0 {
			p.Empty = f.T("结账后没有载入更早的账单、减免或收款。", "Nothing dated before the closing has been loaded since.")
			return nil
		}
		p.Rows = f.Restated("collection_rate", f.Filter.Project, "")
		return nil
	}
}

// adjusted holds a closing against what is known now.
func (s *Server) adjusted(ctx context.Context, f Frame, closing analytics.Closing) ([]analytics.Adjustment, analytics.Adjustment, error) {
	now, err := s.kpis.Latest(ctx)
	if err != nil {
		return nil, analytics.Adjustment{}, err
	}
	return s.kpis.Adjustments(ctx, f.Scope, closing, now)
}

func (s *Server) closePeriod(w http.ResponseWriter, r *http.Request) error {
	return s.changeBooks(w, r, "period closed", func(p gatehouse.Period, by, note string) error {
		_, err := s.kpis.Close(r.Context(), p, by, note)
		return err
	})
}

func (s *Server) reopenPeriod(w http.ResponseWriter, r *http.Request) error {
	return s.changeBooks(w, r, "period opened again", func(p gatehouse.Period, by, note string) error {
		return s.kpis.Reopen(r.Context(), p, by, note)
	})
}

// longestNote is of a closing, in bytes.
const longestNote = 500

func (s *Server) changeBooks(w http.ResponseWriter, r *http.Request, what string, do func(p gatehouse.Period, by, note string) error) error {
	user := userOf(r)
	if !mayClose(user) {
		return gatehouse.Errorf(gatehouse.Forbidden, "periods are closed by finance and head office")
	}
	name, note := r.PostFormValue("period"), strings.TrimSpace(r.PostFormValue("note"))
	p, err := s.calendar().Parse(name, gatehouse.DateOf(s.now().In(s.calendar().Location)))
	if err != nil {
		return err
	}
	if len(note) > longestNote {
		return gatehouse.Errorf(gatehouse.Invalid, "the note is longer than %d bytes", longestNote)
	}
	if err := do(p, user.Name, note); err != nil {
		return err
	}
	s.log.Info(what, "user", user.Name, "period", name)
	q := Filter{path: "/collections", query: r.URL.Query()}
	http.Redirect(w, r, q.With("period", s.calendar().Format(p)), http.StatusSeeOther)
	return nil
}

package dashboard

import (
	"net/http"
	"strings"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/auth"
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
	Terms    []adjustedTerm
	Projects []adjustedProject
}

// adjustedTerm is an amount of the closed period: as closed, what later loads
// changed of before, what came since, and now.
type adjustedTerm struct {
	Label                       string
	AsClosed, Prior, Since, Now gatehouse.Money
	Strong                      bool
}

// adjustedProject is what later loads changed in a project's books.
type adjustedProject struct {
	Name, URL              string
	Net, Received, Settled gatehouse.Money
}

// mayClose tells who may close periods: a closing is about all projects.
func mayClose(u auth.User) bool {
	return (u.Role == auth.HeadOffice || u.Role == auth.Finance) && u.Scope().All()
}

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

// adjust fills in how a closed period has moved since.
func (s *Server) adjust(r *http.Request, f Frame, closing analytics.Closing, b *closingBlock) error {
	if !b.Closed {
		return nil
	}
	now, err := s.kpis.Latest(r.Context())
	if err != nil {
		return err
	}
	lines, total, err := s.kpis.Adjustments(r.Context(), f.Scope, closing, now)
	if err != nil {
		return err
	}
	for _, term := range []struct {
		label  string
		of     func(analytics.FeeLine) gatehouse.Money
		strong bool
	}{
		{f.T("应收", "Billed"), func(l analytics.FeeLine) gatehouse.Money { return l.Billed }, false},
		{f.T("红冲", "Reversed"), func(l analytics.FeeLine) gatehouse.Money { return l.Reversed }, false},
		{f.T("减免", "Waived"), func(l analytics.FeeLine) gatehouse.Money { return l.Waived }, false},
		{f.T("净应收", "Net"), func(l analytics.FeeLine) gatehouse.Money { return l.Net }, true},
		{f.T("已收", "Received"), func(l analytics.FeeLine) gatehouse.Money { return l.Received }, true},
		{f.T("结算减免", "Settled"), func(l analytics.FeeLine) gatehouse.Money { return l.Settled }, false},
		{f.T("欠费", "Outstanding"), func(l analytics.FeeLine) gatehouse.Money { return l.Outstanding }, true},
	} {
		b.Terms = append(b.Terms, adjustedTerm{
			Label: term.label, Strong: term.strong, AsClosed: term.of(total.AsClosed), Prior: term.of(total.Prior()), Since: term.of(total.Since()), Now: term.of(total.Now),
		})
	}
	for _, l := range lines {
		p := l.Prior()
		if p.Net == 0 && p.Received == 0 && p.Settled == 0 {
			continue
		}
		b.Projects = append(b.Projects, adjustedProject{
			Name: f.ProjectName(l.Project), URL: f.Restated("collection_rate", l.Project, ""), Net: p.Net, Received: p.Received, Settled: p.Settled,
		})
	}
	return nil
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

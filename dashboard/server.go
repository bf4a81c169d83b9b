package dashboard

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/analytics/report"
	"gatehouse/analytics/schedule"
	"gatehouse/dashboard/audit"
	"gatehouse/dashboard/auth"
	"gatehouse/dashboard/chart/svg"
	"gatehouse/dashboard/shelf"
	"gatehouse/ingest"
	"gatehouse/ingest/source"
	"gatehouse/sql/clickhouse"
)

// Options is what the dashboard works with.
type Options struct {
	DB     *clickhouse.DB
	KPIs   *analytics.Service
	Loader *ingest.Loader
	Store  *ingest.Store // bytes of loaded files; nil: they cannot be downloaded
	Users  *auth.Users
	// Sources are the declared ones, from which data come and to which programs
	// push; nil: none.
	Sources *source.Runner
	// RunSource has a source run soon, asked for by a user; it must not block.
	RunSource func(source, by string) error
	// Jobs are run by it; nil: there is no page of them.
	Jobs *schedule.Scheduler
	// Report writes the collection workbook; nil: there is none to download.
	Report func(ctx context.Context, w io.Writer, r ReportRequest) error
	// Reports tells whether a file is a report as it was written; nil: there is no page for that.
	Reports *report.Verifier
	// Refresh asks for KPIs to be computed after a load; it must not block.
	Refresh func()
	Secret  []byte // at least 32 bytes; sessions are encrypted with keys made of it
	Log     *slog.Logger
	Now     func() time.Time
	// PanelBudget is how long a page waits for its panels; 0: two seconds.
	PanelBudget time.Duration
	Secure      bool // served over TLS, so that cookies are sent over TLS only
}

// ReportRequest says which collection workbook is wanted.
type ReportRequest struct {
	Scope    gatehouse.Scope
	Snapshot analytics.Snapshot
	Period   gatehouse.Period
	Project  string // empty: all in scope
	By       analytics.FeeGroup
	Lang     gatehouse.Lang
	User     string
}

// Server serves the pages.
type Server struct {
	Options
	kpis     *analytics.Service
	db       *clickhouse.DB
	log      *slog.Logger
	now      func() time.Time
	pages    pages
	assets   assets
	cookies  cookies
	pushes   *pushGate
	answers  *answers
	pictures *svg.Renderer
	trail    audit.Trail
	shelf    *shelf.Shelf
	feeds    map[string]gatehouse.Text // their names
}

// New makes the handler of the whole site.
func New(o Options) (http.Handler, error) {
	cookies, err := newCookies(o.Secret, o.Secure)
	if err != nil {
		return nil, err
	}
	assets, err := readAssets()
	if err != nil {
		return nil, err
	}
	pages, err := parsePages(assets)
	if err != nil {
		return nil, err
	}
	pictures, err := newPictures()
	if err != nil {
		return nil, err
	}
	if o.Refresh == nil {
		o.Refresh = func() {}
	}
	if o.Sources == nil {
		if o.Sources, err = source.NewRunner(o.DB, o.Loader, nil, source.Deps{}, nil); err != nil {
			return nil, err
		}
	}
	s := &Server{
		Options: o, kpis: o.KPIs, db: o.DB, log: o.Log, now: o.Now,
		pages: pages, assets: assets, cookies: cookies, pushes: newPushGate(), answers: &answers{kept: map[string]any{}}, pictures: pictures,
		trail: audit.NewTrail(o.DB), shelf: shelf.New(o.DB, o.Now), feeds: feedTitles(),
	}
	return s.middleware(s.serveRoutes(s.routes())), nil
}

// calendar is how the business counts time.
func (s *Server) calendar() gatehouse.Calendar { return s.db.Calendar() }

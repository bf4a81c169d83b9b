package dashboard

import (
	"net/http"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/ingest"
)

// movedShown is how many shares the page of a load lists.
const movedShown = 500

// movedData is the KPIs in which the rows of a load count.
type movedData struct {
	Frame
	File   string
	LoadID string
	Shares []movedRow
	All    int
}

// movedRow is a share as it is shown. First begins another KPI.
type movedRow struct {
	KPI, Project, Month    string
	Rows                   string
	Numerator, Denominator string
	URL                    string // of the rows behind the KPI
	First                  bool
}

// moved shows the way back, from a load to the KPIs.
func (s *Server) moved(w http.ResponseWriter, r *http.Request) error {
	f, err := s.frame(r)
	if err != nil {
		return err
	}
	f.Nav = "loads"
	found, err := ingest.FindLoad(r.Context(), s.db, f.User.Scope(), f.User.Name, r.PathValue("id"))
	if err != nil {
		return err
	}
	page := movedData{Frame: f, File: found.File, LoadID: found.LoadID}
	page.Title = f.T("计入的指标", "KPIs it counts in")
	shares, err := s.kpis.Moved(r.Context(), f.Scope, f.Snapshot, found.LoadID)
	if err != nil {
		return err
	}
	page.All = len(shares)
	var last *analytics.KPI
	for _, share := range shares[:min(len(shares), movedShown)] {
		money := share.KPI.Unit == analytics.Yuan
		month := gatehouse.MonthPeriod(share.Month)
		row := movedRow{
			KPI: f.In(share.KPI.Title), Project: f.ProjectName(share.Project), Month: f.PeriodLabel(month), Rows: f.Count(share.Rows),
			Numerator: exact(share.Numerator, money), First: share.KPI != last,
			URL: f.Trace(analytics.LinesAsk{KPI: share.KPI.Name, Period: month, OneProject: true, Project: share.Project}),
		}
		if share.KPI.Kind != analytics.Total {
			row.Denominator = exact(share.Denominator, money)
		}
		page.Shares, last = append(page.Shares, row), share.KPI
	}
	return s.render(w, "moved.html", page)
}

package dashboard

import (
	"fmt"
	"net/http"
	"strings"

	"gatehouse"
	"gatehouse/analytics/report"
)

// verifyBytes bounds a workbook to verify: a sheet full of bills has half of it.
const verifyBytes = 256 << 20

// verifyPage asks for a workbook or a number, and says what it is.
type verifyPage struct {
	Frame
	Number string // asked about, as it was written
	Asked  bool
	Said   verdictBadge
	Facts  []verifyFact // of the report
	Sheets []verifyFact // that are not as they were
	Cells  []report.CellChange
	More   int
	Note   string
	FileMB int
}

// verdictBadge is the verdict in a glyph, a word and a sentence.
type verdictBadge struct {
	stateBadge
	Means string
}

type verifyFact struct {
	Label, Text string
	Hash        bool
}

// verify answers about a number, or asks for one.
func (s *Server) verify(w http.ResponseWriter, r *http.Request) error {
	page, err := s.verifyPage(r)
	if err != nil {
		return err
	}
	if page.Number = strings.TrimSpace(r.URL.Query().Get("number")); page.Number == "" {
		return s.render(w, "verify.html", page)
	}
	rec, found, err := s.Reports.Find(r.Context(), page.User.Scope(), page.Number)
	if err != nil && gatehouse.KindOf(err) != gatehouse.Invalid {
		return err
	}
	verdict := report.Verdict{State: report.Unknown}
	if found {
		verdict = report.Verdict{State: report.Registered, Record: rec, ContentHash: rec.ContentHash, FileHash: rec.FileHash}
	}
	page.say(verdict)
	if err != nil {
		page.Note = page.T("编号应形如 R-2026-000123。", "A number looks like R-2026-000123.")
	}
	return s.render(w, "verify.html", page)
}

// verifyFile answers about a file; nothing of it is kept.
func (s *Server) verifyFile(w http.ResponseWriter, r *http.Request) error {
	page, err := s.verifyPage(r)
	if err != nil {
		return err
	}
	err = receive(r, page.User, verifyBytes, func(in received) error {
		if page.Asked || page.Note != "" {
			return nil // one at a time
		}
		if in.file == nil {
			page.Note = fmt.Sprintf(page.T("文件超过 %d MB，不是本系统写出的报表。", "The file is larger than %d MB, so it is no report of ours."), verifyBytes>>20)
			return nil
		}
		verdict, err := s.Reports.Verify(r.Context(), page.User.Scope(), in.file)
		if err != nil {
			return err
		}
		s.log.Info("report verified", "user", page.User.Name, "state", verdict.State, "report", verdict.Record.Number)
		page.say(verdict)
		page.Sheets = append(page.Sheets, verifyFact{Label: page.T("上传的文件", "File sent"), Text: in.name})
		return nil
	})
	if err != nil {
		return err
	}
	return s.render(w, "verify.html", page)
}

func (s *Server) verifyPage(r *http.Request) (verifyPage, error) {
	if s.Reports == nil {
		return verifyPage{}, gatehouse.Errorf(gatehouse.NotFound, "reports cannot be verified here")
	}
	page := verifyPage{Frame: s.bareFrame(r), FileMB: verifyBytes >> 20}
	page.Nav, page.Title = "collections", page.T("核验报表", "Verify a report")
	at, err := s.kpis.Latest(r.Context())
	if err != nil {
		return page, err
	}
	page.Snapshot = at
	page.Projects, err = s.kpis.Projects(r.Context(), page.User.Scope(), at)
	return page, err
}

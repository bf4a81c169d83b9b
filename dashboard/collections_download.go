package dashboard

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"time"

	"gatehouse"
	"gatehouse/analytics"
)

// attach makes the answer a file to be kept under a name.
func attach(w http.ResponseWriter, contentType, name string) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// fileName names a download after what it is about.
func (f Frame) fileName(what, extension string) string {
	name := what + "-" + f.Filter.PeriodName()
	if f.Filter.Project != "" {
		name += "-" + f.Filter.Project
	}
	return name + "." + extension
}

// safeCell keeps a spreadsheet from taking a text for a formula.
func safeCell(s string) string {
	if s != "" && (s[0] == '=' || s[0] == '+' || s[0] == '-' || s[0] == '@' || s[0] == '\t' || s[0] == '\r') {
		return "'" + s
	}
	return s
}

// collectionsCSV is the table with amounts as plain decimals, in UTF-8 with
// the mark that Excel needs to see that it is.
func (s *Server) collectionsCSV(w http.ResponseWriter, r *http.Request) error {
	page, err := s.readCollections(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("\uFEFF")
	out := csv.NewWriter(&b)
	heads := []string{
		page.T("项目编码", "Project"), page.T("项目", "Project name"), page.GroupHead(), page.T("户数", "Rooms"), page.T("账单数", "Bills"),
		page.T("应收", "Billed"), page.T("红冲", "Reversed"), page.T("减免", "Waived"), page.T("净应收", "Net"), page.T("已收", "Received"),
		page.T("按期收", "On time"), page.T("结算减免", "Settled"), page.T("欠费", "Outstanding"), page.T("收缴率", "Collection rate"),
	}
	if err := out.Write(heads); err != nil {
		return err
	}
	for i, row := range append(page.Lines, page.Total) {
		name, code := row.Name, row.Project
		project := ""
		if i == len(page.Lines) {
			name = page.T("合计", "Total")
		} else if page.By != analytics.FeesByItem {
			project = page.ProjectName(code)
		}
		rate := ""
		if v, ok := row.FeeLine.Rate(); ok {
			rate = strconv.FormatFloat(v, 'f', 6, 64)
		}
		if err := out.Write([]string{
			safeCell(code), safeCell(project), safeCell(name), strconv.FormatUint(row.Rooms, 10), strconv.FormatUint(row.Bills, 10),
			row.Billed.String(), row.Reversed.String(), row.Waived.String(), row.Net.String(), row.Received.String(),
			row.OnTime.String(), row.Settled.String(), row.Outstanding.String(), rate,
		}); err != nil {
			return err
		}
	}
	out.Flush()
	attach(w, "text/csv; charset=utf-8", page.fileName("collections", "csv"))
	_, err = b.WriteTo(w)
	return err
}

// GroupHead is the heading of the table's first column.
func (p collectionsData) GroupHead() string {
	switch p.By {
	case analytics.FeesByBuilding:
		return p.T("楼栋", "Building")
	case analytics.FeesByItem:
		return p.T("收费项目", "Fee item")
	case analytics.FeesByProject:
	}
	return p.T("项目", "Project")
}

// feeJSON is a line for programs; amounts are exact decimals as text.
type feeJSON struct {
	Project     string `json:"project"`
	Group       string `json:"group"`
	Rooms       uint64 `json:"rooms"`
	Bills       uint64 `json:"bills"`
	Billed      string `json:"billed"`
	Reversed    string `json:"reversed"`
	Waived      string `json:"waived"`
	Net         string `json:"net"`
	Received    string `json:"received"`
	OnTime      string `json:"on_time"`
	Settled     string `json:"settled"`
	Outstanding string `json:"outstanding"`
}

func (r feeRow) json() feeJSON {
	return feeJSON{
		r.Project, r.Group, r.Rooms, r.Bills, r.Billed.String(), r.Reversed.String(), r.Waived.String(), r.Net.String(),
		r.Received.String(), r.OnTime.String(), r.Settled.String(), r.Outstanding.String(),
	}
}

func (s *Server) collectionsJSON(w http.ResponseWriter, r *http.Request) error {
	page, err := s.readCollections(r)
	if err != nil {
		return err
	}
	answer := struct {
		Period  string    `json:"period"`
		KnownAt time.Time `json:"known_at"`
		AsOf    string    `json:"as_of"`
		By      string    `json:"by"`
		Lines   []feeJSON `json:"lines"`
		Total   feeJSON   `json:"total"`
	}{page.Filter.PeriodName(), page.Snapshot.KnownAt, page.Snapshot.AsOf.String(), string(page.By), []feeJSON{}, page.Total.json()}
	for _, row := range page.Lines {
		answer.Lines = append(answer.Lines, row.json())
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(answer)
}

// collectionsReport writes the workbook, whole and on record, before it is sent.
func (s *Server) collectionsReport(w http.ResponseWriter, r *http.Request) error {
	page, err := s.readCollections(r)
	if err != nil {
		return err
	}
	if s.Report == nil {
		return gatehouse.Errorf(gatehouse.NotFound, "there is no workbook here")
	}
	file, err := os.CreateTemp("", "gatehouse-report-")
	if err != nil {
		return gatehouse.Errorf(gatehouse.Unavailable, "no room for a workbook: %w", err)
	}
	defer func() {
		_ = file.Close() // sent by now
		_ = os.Remove(file.Name())
	}()
	err = s.Report(r.Context(), file, ReportRequest{
		Scope: page.Scope, Snapshot: page.Snapshot, Period: page.Filter.Period, Project: page.Filter.Project,
		By: page.By, Lang: page.Lang, User: page.User.Name,
	})
	if err != nil {
		return fmt.Errorf("collection workbook: %w", err)
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	attach(w, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", page.fileName("collections", "xlsx"))
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	if _, err := io.Copy(w, io.NewSectionReader(file, 0, size)); err != nil {
		s.log.Error("workbook cut off", "user", page.User.Name, "error", err)
		panic(http.ErrAbortHandler) // so that nobody takes a part for the whole
	}
	return nil
}

// startedWriter knows whether anything was sent yet.
type startedWriter struct {
	to      http.ResponseWriter
	started bool
}

func (w *startedWriter) Write(p []byte) (int, error) {
	w.started = w.started || len(p) > 0
	return w.to.Write(p)
}

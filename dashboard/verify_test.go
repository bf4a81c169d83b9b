package dashboard

import (
	"bytes"
	"context"
	"html"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"gatehouse"
	"gatehouse/analytics/report"
	"gatehouse/ingest/sheet"
)

// openReport reads as the sandbox does, without a child.
func openReport(_ context.Context, file *os.File) (report.Workbook, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	book, err := sheet.Open(file, info.Size(), sheet.DefaultLimits())
	if err != nil {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "%w", err)
	}
	return openedReport{book}, nil
}

type openedReport struct{ *sheet.Book }

func (o openedReport) Close() {}

func (o openedReport) Sheets() []string {
	var names []string
	for _, s := range o.Book.Sheets {
		names = append(names, s.Name)
	}
	return names
}

func (o openedReport) Rows(ctx context.Context, i int, yield func(int, []report.Value) error) error {
	kinds := map[sheet.Kind]report.Kind{sheet.Text: report.Text, sheet.Error: report.Text, sheet.Number: report.Numeric, sheet.Bool: report.Bool, sheet.Date: report.Date}
	return o.Book.Sheets[i].Rows(ctx, func(r sheet.Row) error {
		var values []report.Value
		for _, c := range r.Cells {
			values = append(values, report.Value{Kind: kinds[c.Kind], Text: c.Text})
		}
		return yield(r.Number, values)
	})
}

// written writes the report of September for somebody.
func (s *site) written(scope gatehouse.Scope, lang gatehouse.Lang) ([]byte, report.Record) {
	s.t.Helper()
	at, err := s.kpis.Latest(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	var out bytes.Buffer
	rec, err := report.WriteCollection(s.t.Context(), &out, s.kpis, report.NewRegister(s.db), report.Collection{
		Scope: scope, Snapshot: at, Period: gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 9)), Lang: lang, User: "finance", WrittenAt: time.Now(),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out.Bytes(), rec
}

// A file is told from what somebody has made of it, cell by cell; a manager
// hears of reports about his own projects only, by file and by number.
func TestVerify(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	finance, manager := s.as("finance"), s.as("manager")
	content, rec := s.written(gatehouse.AllProjects(), gatehouse.English)
	own, ownRec := s.written(gatehouse.Projects("P1"), gatehouse.English)
	f, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellValue("Detail", "P6", 12.34); err != nil {
		t.Fatal(err)
	}
	var altered bytes.Buffer
	if err := f.Write(&altered); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		who     *browser
		content []byte
		wants   []string
		not     string
	}{
		"as written":           {finance, content, []string{"Unchanged", rec.Number.String(), "All projects", rec.ContentHash, rec.FileHash}, "Changed"},
		"altered":              {finance, altered.Bytes(), []string{"Changed", rec.Number.String(), "Detail!P6", "12.34", "Sheet that was changed"}, "Content unchanged"},
		"another's":            {manager, content, []string{"Unknown"}, rec.Number.String()},
		"another's, altered":   {manager, altered.Bytes(), []string{"Unknown"}, rec.Number.String()},
		"a manager's own":      {manager, own, []string{"Unchanged", ownRec.Number.String(), "阳光花园"}, "Unknown"},
		"no workbook":          {finance, []byte("<script>alert(1)</script>"), []string{"Unknown"}, "<script>alert"},
		"a workbook cut short": {finance, content[:len(content)/2], []string{"Unknown", "cannot be read to its end"}, rec.Number.String()},
	} {
		r := c.who.uploadTo("/verify?lang=en", nil, upload{"<b>report</b>.xlsx", c.content})
		if r.status != http.StatusOK || strings.Contains(r.body, "<b>report") {
			t.Errorf("%s: %d", name, r.status)
		}
		body := html.UnescapeString(parse(t, r.body).all("section", "verdict")[0].text())
		for _, want := range c.wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q in %s", name, want, body)
			}
		}
		if strings.Contains(body, c.not) {
			t.Errorf("%s: %q in %s", name, c.not, body)
		}
	}
	for _, c := range []struct {
		who          *browser
		number, want string
	}{
		{finance, rec.Number.String(), "Registered"}, {finance, strings.ToLower(rec.Number.String()), "Registered"},
		{manager, rec.Number.String(), "Unknown"}, {manager, ownRec.Number.String(), "Registered"},
		{finance, "R-1999-000001", "Unknown"}, {finance, "<script>", "A number looks like"},
	} {
		r := c.who.get("/verify?lang=en&number=" + url.QueryEscape(c.number))
		if r.status != http.StatusOK || !strings.Contains(r.body, c.want) || strings.Contains(r.body, "<script>\"") {
			t.Errorf("number %s: %d, want %q", c.number, r.status, c.want)
		}
	}
}

func TestVerifyInBothLanguages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	content, rec := s.written(gatehouse.AllProjects(), gatehouse.Chinese)
	for _, r := range []answer{
		head.get("/verify?lang=zh"), head.get("/verify?lang=zh&number=" + rec.Number.String()), head.get("/verify?lang=zh&number=x"),
		head.uploadTo("/verify?lang=zh", nil, upload{"report.xlsx", content}), head.uploadTo("/verify?lang=zh", nil, upload{"cut.xlsx", content[:90]}),
	} {
		if words := englishOf(parse(t, r.body)); len(words) > 0 || r.status != http.StatusOK {
			t.Errorf("%d, English on a Chinese page: %v", r.status, words)
		}
		if got := r.header.Get("Content-Security-Policy"); got != policy {
			t.Errorf("policy %q", got)
		}
	}
	if r := head.get("/collections?period=2026-09"); !strings.Contains(r.body, `href="/verify"`) {
		t.Error("the page of fees has no link to verify a report")
	}
	if r := s.browser().get("/verify"); r.status != http.StatusSeeOther {
		t.Errorf("without a session: %d", r.status)
	}
}

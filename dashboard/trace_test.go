package dashboard

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// The page of a number shows its rows with their place, numerator and
// denominator apart, and that they add up to what other pages show.
func TestTrace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	page := parse(t, head.get("/trace?lang=en&kpi=collection_rate&period=2026-09").body)
	if got := page.all("h1", "")[0].text(); got != "Collection rate 73.8 %" {
		t.Errorf("heading %q", got)
	}
	var terms []string
	for _, row := range page.all("table", "sums")[0].all("tr", "")[1:] {
		terms = append(terms, row.text())
	}
	want := []string{"Numerator 2 1,100.25 ✓ ties", "÷ Denominator 4 1,490.50 ✓ ties", "= Collection rate n 3 room-months 73.8 % ✓ as every page shows it"}
	if !slices.Equal(terms, want) {
		t.Errorf("terms %q, want %q", terms, want)
	}
	rows := page.all("table", "traced-rows")[0].all("tr", "")
	if len(rows) != 8 { // with head and foot
		t.Errorf("%d rows", len(rows))
	}
	first := rows[1]
	if text := first.text(); !strings.HasPrefix(text, "云栖苑 Bills") || !strings.HasSuffix(text, "1,000.00 row 5 bills.csv") {
		t.Errorf("first row %q", text)
	}
	place := attribute(first.all("a", "")[1].Node, "href")
	if !strings.HasPrefix(place, "/loads/") || !strings.Contains(place, "/rows?attempt=") || !strings.HasSuffix(place, "&fact=fee_bill&row=5") {
		t.Errorf("its place %q", place)
	}

	// One side of one project's slice; all rows are of one kind, so each field has a column.
	page = parse(t, head.get("/trace?lang=en&kpi=collection_rate&period=2026-09&project=P1&dim=fee_item&slice="+url.QueryEscape("物业费")+"&side=numerator").body)
	if text := page.all("table", "traced-rows")[0].all("tbody", "")[0].text(); !strings.HasPrefix(text, "1-1-101 物业费 2026-09-12 100.25 R2") && !strings.Contains(text, "100.25 row 3 payments.csv") {
		t.Errorf("numerator of the slice: %q", text)
	}
	if text := page.all("p", "kicker")[0].text(); !strings.Contains(text, "阳光花园 Sep 2026 fee item 物业费") {
		t.Errorf("about %q", text)
	}
	// Rows of no known project, and a period without any.
	page = parse(t, head.get("/trace?lang=en&kpi=collection_rate&period=2026-09&unassigned=1").body)
	if text := page.all("table", "traced-rows")[0].all("tfoot", "")[0].text(); text != "All rows together 0.00 40.00 ✓ ties" {
		t.Errorf("unassigned: %q", text)
	}
	if r := head.get("/trace?lang=en&kpi=collection_rate&period=2024-01"); r.status != http.StatusOK || !strings.Contains(r.body, "No row adds to this number") {
		t.Errorf("nothing: %d", r.status)
	}
	for path, want := range map[string]int{
		"/trace": 404, "/trace?kpi=luck": 404, "/trace?kpi=collection_rate&dim=colour": 422, "/trace?kpi=collection_rate&side=left": 422,
		"/trace?kpi=collection_rate&project=P77": 404, "/trace.csv?kpi=luck": 404, "/trace.csv?kpi=collection_rate&dim=colour": 422,
	} {
		if r := head.get(path); r.status != want || r.header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %d, want %d", path, r.status, want)
		}
	}
}

func TestTraceAsCSV(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.load("bills.csv", "项目编码,账单号,房号,收费项目,开始时间,结束时间,应收金额", "=P1,B1,1-1-101,物业费,2026-09-01,2026-09-30,300.50", "=P1,B2,1-1-102,物业费,2026-09-01,2026-09-30,10.00")
	if _, err := s.kpis.Refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	r := s.as("finance").get("/trace.csv?lang=en&kpi=collection_rate&period=2026-09")
	body, marked := strings.CutPrefix(r.body, "\uFEFF")
	lines, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || !marked || len(lines) != 3 || !strings.Contains(r.header.Get("Content-Disposition"), "rows-collection_rate-2026-09.csv") {
		t.Fatalf("%d lines, %v, %q", len(lines), err, r.header)
	}
	if got := strings.Join(lines[1][:10], "|"); got != "collection_rate||Unassigned|Bills|Room 1-1-101, Fee item 物业费, Month 2026-09, Billed 300.50, Due on 2026-09-30, Bill no. B1, Kind normal|0|300.5|bills.csv||2" {
		t.Errorf("first line %s", got)
	}
}

// Numbers on pages lead to their rows.
func TestNumbersLeadToTheirRows(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	for path, links := range map[string][]string{
		"/project?project=P1&period=2026-09":      {"/trace?kpi=collection_rate&period=2026-09&project=P1", "/trace?dim=age&kpi=arrears_age&period=2026-09&project=P1&slice="},
		"/portfolio?period=2026-09":               {"/trace?kpi=collection_rate&period=2026-09", "/trace?kpi=collection_rate&period=2026-09&project=P2"},
		"/collections?period=2026-09":             {"/trace?kpi=collection_rate&period=2026-09&side=denominator&unassigned=1", "/trace?kpi=collection_rate&period=2026-09&project=P2&side=numerator"},
		"/collections?period=2026-09&by=fee_item": {"/trace?dim=fee_item&kpi=collection_rate&period=2026-09&side=numerator&slice=%E8%BD%A6%E4%BD%8D%E8%B4%B9"},
	} {
		r := head.get(path)
		var hrefs []string
		for _, a := range parse(t, r.body).all("a", "") {
			hrefs = append(hrefs, attribute(a.Node, "href"))
		}
		for _, link := range links {
			if !slices.ContainsFunc(hrefs, func(h string) bool { return strings.HasPrefix(h, link) }) {
				t.Errorf("%s has no link to %s", path, link)
			}
		}
		for _, h := range hrefs {
			if strings.HasPrefix(h, "/trace?") && !strings.Contains(h, "satisfaction") {
				if r := head.get(h); r.status != http.StatusOK || strings.Contains(r.body, "✗") {
					t.Errorf("%s leads to %s: %d", path, h, r.status)
				}
			}
		}
	}
}

func TestTraceStaysWithinTheScope(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	manager := s.as("manager")
	for _, path := range []string{"/trace?kpi=collection_rate&period=2026-09", "/trace.csv?kpi=collection_rate&period=2026-09", "/trace?kpi=combined_rate&period=2026"} {
		r := manager.get(path)
		if r.status != http.StatusOK || strings.Contains(r.body, "云栖苑") || strings.Contains(r.body, "1,000.00") || strings.Contains(r.body, "1000") || strings.Contains(r.body, ",40,") {
			t.Errorf("%s: %d", path, r.status)
		}
		for _, more := range []string{"&project=P2", "&unassigned=1"} {
			if r := manager.get(path + more); r.status != http.StatusForbidden || strings.Contains(r.body, "B4") {
				t.Errorf("%s: %d", path+more, r.status)
			}
		}
	}
}

// A load's page leads to the KPIs in which its rows count.
func TestLoadsLeadToKPIs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	correction := s.load("correction.csv", "项目编码,账单号,房号,收费项目,开始时间,结束时间,应交日期,应收金额", "P1,B3,1-1-101,物业费,2026-09-01,2026-09-30,2026-09-30,200.50")
	if _, err := s.kpis.Refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	head := s.as("head")
	if r := head.get("/loads/" + correction.LoadID); !strings.Contains(r.body, "/moved/"+correction.LoadID) {
		t.Error("the page of the load has no link")
	}
	r := head.get("/moved/" + correction.LoadID + "?lang=en")
	var shares []string
	for _, row := range parse(t, r.body).all("tr", "") {
		shares = append(shares, row.text())
	}
	if r.status != http.StatusOK || !slices.Contains(shares, "Collection rate 阳光花园 Sep 2026 1 0 200.5 Rows ›") {
		t.Errorf("%d, shares %q", r.status, shares)
	}
	if r := s.as("manager").get("/moved/" + correction.LoadID); r.status != http.StatusOK {
		t.Errorf("manager: %d", r.status)
	}
	if r := head.get("/moved/none"); r.status != http.StatusNotFound {
		t.Errorf("no load: %d", r.status)
	}
}

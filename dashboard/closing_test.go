package dashboard

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/ingest"
)

const paymentHead = "项目编码,收据号,账单号,房号,收费项目,缴费时间,实缴金额"

// A closed period shows what was known at its closing, by page and download;
// what later loads bring of before is an adjustment, and nothing is lost.
func TestClosedPeriod(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	finance, manager := s.as("finance"), s.as("manager")
	const page = "/collections?period=2026-09&lang=en"
	before := finance.get(page)
	if !strings.Contains(before.body, "Close the books") {
		t.Fatal("finance is not offered to close the books")
	}
	if body := manager.get(page).body; strings.Contains(body, "Close the books") {
		t.Error("a manager is offered to close the books")
	}
	csv := finance.get("/collections.csv?period=2026-09&lang=en").body

	september := url.Values{"period": {"2026-09"}, "note": {"<b>month end</b>"}}
	if r := manager.post("/collections/close", september); r.status != http.StatusForbidden {
		t.Errorf("a manager closes: %d", r.status)
	}
	for _, c := range []struct {
		period string
		status int
	}{{"2200-01", 422}, {"2148-12", 422}, {"September", 422}, {"", 422}} {
		if r := finance.post("/collections/close", url.Values{"period": {c.period}}); r.status != c.status {
			t.Errorf("closing %q: %d, want %d", c.period, r.status, c.status)
		}
	}
	if r := finance.post("/collections/reopen", september); r.status != http.StatusNotFound {
		t.Errorf("opening what is open: %d", r.status)
	}
	if r := finance.post("/collections/close", september); r.status != http.StatusSeeOther || r.header.Get("Location") != "/collections?period=2026-09" {
		t.Fatalf("closing: %d to %q", r.status, r.header.Get("Location"))
	}
	if r := finance.post("/collections/close", september); r.status != http.StatusConflict {
		t.Errorf("closing twice: %d", r.status)
	}

	s.load("late.csv", paymentHead, "P1,R9,B3,1-1-101,物业费,2026-09-25,200.25")
	s.load("more.csv", billHead, "P2,2-1-101,物业费,2026-09,80")
	if _, err := s.kpis.Refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if got := finance.get("/collections.csv?period=2026-09&lang=en").body; got != csv {
		t.Errorf("the closed report has changed:\n%s\nwas\n%s", got, csv)
	}
	live := finance.get("/collections.csv?period=2026-09&known=now&lang=en").body
	if live == csv || !strings.Contains(live, "80.00") && !strings.Contains(live, "1230.00") {
		t.Errorf("the newest figures:\n%s", live)
	}
	closed := finance.get(page).body
	for _, want := range []string{"Books closed", "&lt;b&gt;month end&lt;/b&gt;", "Prior-period adjustments", yuan("80.00"), yuan("200.25"), "shows the figures of the closing", "Open again"} {
		if !strings.Contains(closed, want) {
			t.Errorf("the closed page lacks %q", want)
		}
	}
	if body := finance.get(page + "&known=now").body; !strings.Contains(body, "does not show the figures of the closing") {
		t.Error("the newest figures do not say that they are not those of the closing")
	}
	if body := manager.get(page).body; !strings.Contains(body, "Books closed") || strings.Contains(body, yuan("80.00")) || strings.Contains(body, "Open again") {
		t.Error("a manager sees another project's adjustments, or may open the books")
	}

	for path, wants := range map[string][]string{
		"/restated?kpi=collection_rate&period=2026-09&lang=en":            {"阳光花园", "云栖苑", "+200.25", "+80", "The change by project"},
		"/restated?kpi=collection_rate&period=2026-09&project=P1&lang=en": {"late.csv", "+200.25", "loaded since", "row 2"},
		"/restated?kpi=collection_rate&period=2026-09&project=P2&lang=en": {"more.csv", "+80"},
	} {
		r := finance.get(path)
		for _, want := range wants {
			if !strings.Contains(html.UnescapeString(r.body), want) {
				t.Errorf("%s lacks %q (%d)", path, want, r.status)
			}
		}
	}
	if r := finance.get("/restated?kpi=collection_rate&period=2026-08"); r.status != http.StatusUnprocessableEntity {
		t.Errorf("a restatement of an open period since nothing: %d", r.status)
	}
	if body := manager.get("/restated?kpi=collection_rate&period=2026-09&lang=en").body; strings.Contains(body, "云栖苑") || strings.Contains(html.UnescapeString(body), "+80") {
		t.Error("a manager sees what changed of another project")
	}
	if r := manager.get("/restated?kpi=collection_rate&period=2026-09&project=P2"); r.status != http.StatusForbidden && r.status != http.StatusNotFound {
		t.Errorf("a manager asks for another project: %d", r.status)
	}
	if r := finance.post("/collections/reopen", september); r.status != http.StatusSeeOther {
		t.Fatalf("opening again: %d", r.status)
	}
	if got := finance.get("/collections.csv?period=2026-09&lang=en").body; got != live {
		t.Errorf("the opened report:\n%s\nwant\n%s", got, live)
	}
}

// A report written then and drawn again at that instant, after corrections,
// undone loads and late payments, is the same to the byte.
func TestReportsAreReplayedToTheByte(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	undone := s.load("undone.csv", billHead, "P1,2-1-101,物业费,2026-09,70")
	type report struct{ path, body string }
	var written []report
	write := func() {
		t.Helper()
		if _, err := s.kpis.Refresh(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		at, err := s.kpis.Latest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, query := range []string{"period=2026-09&lang=zh", "period=2026&lang=en", "period=2026-09&by=building&lang=en", "period=2026-08&by=fee_item&lang=zh", "period=2026-09&project=P1&lang=zh"} {
			// To the microsecond: two refreshes may lie within one second.
			known := url.Values{"known": {at.KnownAt.Format("2006-01-02T15:04:05.999999Z07:00")}}.Encode()
			written = append(written, report{"/collections.csv?" + query + "&" + known, head.get("/collections.csv?" + query).body})
		}
	}
	replay := func(after string) {
		t.Helper()
		for _, r := range written {
			if got := head.get(r.path); got.status != http.StatusOK || got.body != r.body {
				t.Errorf("after %s, %s (%d):\n%s\nwas\n%s", after, r.path, got.status, got.body, r.body)
			}
		}
	}
	write()
	s.load("late.csv", paymentHead, "P1,R9,B3,1-1-101,物业费,2026-09-25,200.25")
	write()
	replay("a late payment")
	s.load("correction.csv", "项目编码,账单号,房号,收费项目,开始时间,结束时间,应交日期,应收金额",
		"P1,B3,1-1-101,物业费,2026-09-01,2026-09-30,2026-09-30,290.00", "P2,B4,1-1-101,物业费,2026-09-01,2026-09-30,2026-09-30,990.00")
	write()
	replay("a correction")
	if r := head.post("/loads/"+undone.LoadID+"/withdraw", nil); r.status != http.StatusSeeOther || s.loadState("undone") != ingest.Withdrawn {
		t.Fatalf("withdraw: %d", r.status)
	}
	write()
	replay("an undone load")
	if r := head.post("/loads/"+undone.LoadID+"/restore", nil); r.status != http.StatusSeeOther {
		t.Fatalf("restore: %d", r.status)
	}
	s.load("master.csv", "项目编码,项目名称,区域,户数", "X9,新苑,华南,5", "P1,阳光花园二期,华东,2")
	write()
	replay("a redone load and a new master")
}

package dashboard

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse"
	"gatehouse/ingest"
)

// TestRowInItsFile: the page shows the row, its neighbours and what it became,
// with the cell marked in more ways than by its colour.
func TestRowInItsFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	r := s.load("台账 <1>.csv", "项目编码,房号,收费项目,账期,应缴金额,实缴金额,缴费时间,手机号,备注",
		"P1,1-1-101,物业费,2026-11,310.50,310.50,2026-11-03,13800138000,门禁 13900139000",
		"P1,2-1-101,物业费,2026-11,210.00,,,13800138001,无")
	at := "/loads/" + r.LoadID + "/rows"
	for _, lang := range []string{"zh", "en"} {
		answer := head.get(at + "?row=2&field=amount&lang=" + lang)
		if answer.status != http.StatusOK {
			t.Fatalf("%s: %d", lang, answer.status)
		}
		if strings.Contains(answer.body, "138001380") || strings.Contains(answer.body, "13900139000") {
			t.Errorf("%s: a phone number is shown", lang)
		}
		page := parse(t, answer.body)
		words := map[string]string{"zh": "所问的单元格", "en": "the cell asked for"}
		marked := page.all("td", "marked")
		if len(marked) != 1 || !strings.Contains(marked[0].text(), "310.50") || !strings.Contains(marked[0].text(), words[lang]) || attribute(marked[0].Node, "id") != "cell" {
			t.Errorf("%s: marked %v", lang, marked)
		}
		if asked := page.all("tr", "asked"); len(asked) != 1 || attribute(asked[0].Node, "aria-current") != "true" || !strings.HasPrefix(asked[0].text(), "▸ 2") {
			t.Errorf("%s: asked %v", lang, asked)
		}
		var letters []string
		for _, th := range page.all("tr", "letters")[0].all("th", "") {
			letters = append(letters, th.text())
		}
		if got := strings.Join(letters, ""); got != "ABCDEFGHI" {
			t.Errorf("%s: columns %s", lang, got)
		}
		if became := page.all("section", "became"); len(became) != 2 || len(page.all("tr", "marked")) != 1 {
			t.Errorf("%s: became %v", lang, became)
		}
		if downloads := answer.body; !strings.Contains(downloads, `href="/originals/`+r.LoadID+`"`) {
			t.Errorf("%s: no download", lang)
		}
	}
	text := parse(t, head.get(at+"?row=2&field=paid&lang=en").body).text()
	for _, want := range []string{"F2 amount 310.50", "台账 <1>.csv", "setup", "masked", "personal, not shown", "not read", "Bills amount", "Payments amount", "gives period_start, period_end, month, due_on", "Counts now", "310.50", "exclusive", "阳光花园"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
	newer := s.load("later.csv", "项目编码,房号,收费项目,账期,应收金额", "P1,1-1-101,物业费,2026-11,311.00")
	superseded := head.get(at + "?row=2&lang=en")
	link := rowURL(ingest.PlaceRequest{LoadID: newer.LoadID, Attempt: newer.Attempt, Row: 2, Fact: "fee_bill"})
	if !strings.Contains(superseded.body, "Superseded") || !strings.Contains(superseded.body, strings.ReplaceAll(link, "&", "&amp;")) {
		t.Errorf("no way to what counts now, %s:\n%s", link, parse(t, superseded.body).text())
	}
	if then := head.get(link); then.status != http.StatusOK {
		t.Errorf("%s: %d", link, then.status)
	}
	if r := head.get(at + "?row=2&field=colour"); r.status != http.StatusUnprocessableEntity {
		t.Errorf("a field that is none: %d", r.status)
	}
}

// TestRowsOfOthers: a manager reaches his rows in a file of several projects,
// and by no guess a row of another project or what stands beside it.
func TestRowsOfOthers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head, manager := s.as("head"), s.as("manager")
	r := s.load("总表 token.csv", "项目编码,房号,收费项目,账期,应收金额,备注",
		"P2,1-1-101,物业费,2026-11,1001.01,token-2", "P1,1-1-101,物业费,2026-11,11.00,token-3", "P2,1-1-101,车位费,2026-11,1002.02,token-4",
		"X9,1-1-101,物业费,2026-11,1003.03,token-5", "合计,,,,3017.06,token-6")
	at := "/loads/" + r.LoadID + "/rows?lang=en&row="
	own := manager.get(at + "3&n=50")
	if own.status != http.StatusOK {
		t.Fatalf("his own row: %d", own.status)
	}
	for _, secret := range []string{"1001.01", "1002.02", "1003.03", "3017.06", "token-", "云栖苑", "/originals/", `href="/loads/` + r.LoadID + `"`} {
		if strings.Contains(own.body, secret) {
			t.Errorf("the page tells %s", secret)
		}
	}
	page := parse(t, own.body)
	if rows := page.all("tr", "withheld"); len(rows) != 4 || !strings.Contains(rows[0].text(), "other project, withheld") {
		t.Errorf("withheld: %v", rows)
	}
	if zh := manager.get("/loads/" + r.LoadID + "/rows?row=3&lang=zh").body; !strings.Contains(zh, "其他项目，不显示") {
		t.Error("the Chinese page does not say why")
	}
	// What is not his and what is not there look the same.
	said := func(a answer) string { return parse(t, a.body).all("main", "")[0].text() }
	none := said(manager.get(at + "99"))
	for _, row := range []string{"1", "2", "4", "5", "6", "7", "0", "-3", "4294967298", "99999999999999999999", "x", "", "3.0", "2%20OR%201"} {
		got := manager.get(at + row)
		if got.status != http.StatusNotFound || said(got) != none {
			t.Errorf("row %s: %d %s", row, got.status, said(got))
		}
	}
	for _, path := range []string{
		"/loads/none/rows?row=3", "/loads/" + r.LoadID + "/rows", "/loads/" + r.LoadID + "/rows?row=3&sheet=" + url.QueryEscape(`a'"</td>&?#/..`), "/loads/" + r.LoadID + "/other?row=3",
		at + "3&attempt=1", at + "3&brought=1", at + "3&attempt=-1", at + "3&brought=x", "/loads/template/rows?row=3",
	} {
		for who, b := range map[string]*browser{"manager": manager, "head": head} {
			if got := b.get(path); got.status != http.StatusNotFound || strings.Contains(got.body, `"</td>&?`) {
				t.Errorf("%s, %s: %d", who, path, got.status)
			}
		}
	}
	if got := s.browser().get(at + "3"); got.status != http.StatusSeeOther {
		t.Errorf("a visitor: %d", got.status)
	}
	if got := head.get(at + "6").body; !strings.Contains(got, "3017.06") || !strings.Contains(got, "The row was not loaded") {
		t.Error("head office does not see the total row")
	}
}

// TestBadCellsLeadToTheirRow: so one sees what stands around a bad cell.
func TestBadCellsLeadToTheirRow(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	content := csvFile("项目编码,房号,收费项目,账期,应收金额", "P1,1-1-101,物业费,2026-11,一千", "P1,2-1-101,物业费,2026-11,200")
	head.upload(nil, upload{"bad.csv", content})
	rows, err := ingest.Loads(t.Context(), s.db, gatehouse.AllProjects(), ingest.LoadFilter{Search: "bad.csv"})
	if err != nil || len(rows) != 1 {
		t.Fatal(err, len(rows))
	}
	cell := parse(t, head.get("/loads/"+rows[0].LoadID).body).all("table", "quarantine")[0].all("a", "")[0]
	page := head.get(attribute(cell.Node, "href"))
	if marked := parse(t, page.body).all("td", "marked"); page.status != http.StatusOK || len(marked) != 1 || !strings.Contains(marked[0].text(), "一千") {
		t.Errorf("%s: %d %v", attribute(cell.Node, "href"), page.status, marked)
	}
	if got := parse(t, page.body).all("tr", "set_aside"); len(got) != 1 {
		t.Errorf("set aside: %v", got)
	}
}

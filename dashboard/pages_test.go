package dashboard

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gatehouse/analytics"
	"gatehouse/ingest"
)

// workPages are the pages of collections and loads; those of charts have tests of their own.
func workPages(t *testing.T, s *site) []string {
	t.Helper()
	paths := []string{
		"/collections", "/collections?by=building", "/collections?by=fee_item&period=2026-08..2026-09", "/collections?project=P1&period=2026",
		"/collections?period=2026-Q3", "/collections?period=ytd", "/collections?period=2020-01", "/loads", "/loads?state=refused", "/loads?search=zzz", "/nowhere", "/sources", "/sources/inbox", "/sources/billing", "/jobs", "/jobs?job=refresh",
		"/definitions", "/definitions/collection_rate", "/definitions/resolution_hours", "/definitions/combined_rate", "/definitions/room_paid_rate", "/definitions/arrears_age", "/definitions/complaints_per_1000", "/definitions/response_rate?project=P1",
	}
	rows, err := ingest.Loads(t.Context(), s.db, userScope(t, s, "head"), ingest.LoadFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		paths = append(paths, "/loads/"+r.LoadID)
	}
	return paths
}

// wordPattern finds words of Latin letters, which a Chinese page has none of.
var wordPattern = regexp.MustCompile(`[A-Za-z]{2,}`)

// foreign are the Latin words a Chinese page may say: names, units, file formats.
var foreign = map[string]bool{"EN": true, "CSV": true, "MB": true, "KB": true, "xlsx": true, "csv": true, "SHA": true, "Gatehouse": true, "UTF": true, "Excel": true, "WPS": true, "HTTP": true, "SFTP": true, "Enter": true, "Esc": true}

// englishOf lists the English words that readers of a Chinese page would see or hear.
func englishOf(page node) []string {
	var words []string
	note := func(s string) {
		for _, w := range wordPattern.FindAllString(s, -1) {
			if !foreign[w] {
				words = append(words, w)
			}
		}
	}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style" || attribute(n, "translate") == "no") {
			return
		}
		if n.Type == html.TextNode {
			note(n.Data)
		}
		for _, a := range []string{"title", "aria-label", "placeholder", "alt", "data-label"} {
			note(attribute(n, a))
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(page.Node)
	return words
}

func TestEveryPageInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"empty", "loaded"} {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			head := s.as("head")
			if state == "loaded" {
				s.fill()
				s.ran()
				s.worked()
				head.upload(nil, upload{"坏行.csv", csvFile("项目编码,房号,收费项目,账期,应收金额,备注,联系电话", "P1,1-1-101,物业费,2026-10,一千,x,1")}, upload{"x.csv", csvFile("a,b", "1,2")}, upload{"empty.csv", nil}, upload{"cut.xlsx", []byte("PK\x03\x04 cut")})
			}
			for _, path := range workPages(t, s) {
				if state == "empty" && strings.Contains(path, "project=") {
					continue
				}
				for _, lang := range []string{"zh", "en"} {
					with := path + "?lang=" + lang
					if strings.Contains(path, "?") {
						with = path + "&lang=" + lang
					}
					r := head.get(with)
					if want := map[bool]int{true: 404, false: 200}[path == "/nowhere"]; r.status != want {
						t.Errorf("%s: %d, want %d", with, r.status, want)
						continue
					}
					page := parse(t, r.body)
					if strings.Contains(r.body, "style=") || strings.Contains(r.body, "<style") || strings.Contains(r.body, "onclick") {
						t.Errorf("%s: inline style or script", with)
					}
					if n := len(page.all("h1", "")); n != 1 {
						t.Errorf("%s: %d h1", with, n)
					}
					if lang == "zh" {
						if words := englishOf(page); len(words) > 0 {
							t.Errorf("%s: English on a Chinese page: %v", with, words)
						}
					}
				}
			}
		})
	}
}

func TestResultsOfAnUploadInChinese(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	b := s.as("manager")
	b.get("/login?lang=zh")
	for name, file := range map[string]upload{
		"refused by project": {"other.csv", csvFile("项目编码,房号,收费项目,账期,应收金额", "P2,1-1-101,物业费,2026-11,10")},
		"no project":         {"none.csv", csvFile("房号,收费项目,账期,应收金额", "1-1-101,物业费,2026-11,10")},
		"no header":          {"x.csv", csvFile("甲,乙", "1,2")},
		"missing columns":    {"m.csv", csvFile("项目编码,收费项目,应收金额", "P1,物业费,10")},
		"empty":              {"e.csv", nil},
		"cut":                {"c.xlsx", []byte("PK\x03\x04 cut")},
	} {
		r := b.uploadTo("/loads?lang=zh", nil, file)
		results := parse(t, r.body).all("article", "result")
		if r.status != http.StatusOK || len(results) != 1 || !strings.Contains(results[0].text(), "已拒绝") {
			t.Errorf("%s: %d %v", name, r.status, results)
			continue
		}
		if words := englishOf(results[0]); len(words) > 0 {
			t.Errorf("%s: English words %v in %s", name, words, results[0])
		}
	}
}

func TestCollectionsTieOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	for _, c := range []struct{ query, net, received, outstanding string }{
		{"period=2026-09", "1490.50", "1100.25", "390.25"},
		{"period=2026-09&by=building", "1490.50", "1100.25", "390.25"},
		{"period=2026-09&by=fee_item", "1490.50", "1100.25", "390.25"},
		{"period=2026-09&project=P1", "300.50", "100.25", "200.25"},
		{"period=2026-08..2026-09", "1991.00", "1450.75", "540.25"},
	} {
		page := parse(t, head.get("/collections?lang=zh&"+c.query).body)
		total := page.all("table", "fees")[0].all("tfoot", "")[0].all("td", "")
		for label, want := range map[string]string{"净应收": c.net, "已收": c.received, "欠费": c.outstanding} {
			i := slices.IndexFunc(total, func(n node) bool { return attribute(n.Node, "data-label") == label })
			if got := total[i].text(); got != yuan(want) {
				t.Errorf("%s: %s of the total is %s, want %s", c.query, label, got, yuan(want))
			}
		}
		var answer struct {
			Lines []feeJSON
			Total feeJSON
		}
		if err := json.Unmarshal([]byte(head.get("/collections.json?"+c.query).body), &answer); err != nil {
			t.Fatal(err)
		}
		if answer.Total.Net != c.net || answer.Total.Received != c.received || answer.Total.Outstanding != c.outstanding || len(answer.Lines) == 0 {
			t.Errorf("%s as JSON: %+v", c.query, answer.Total)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(head.get("/collections.csv?lang=en&"+c.query).body, "\uFEFF"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if last := rows[len(rows)-1]; last[2] != "Total" || last[8] != c.net || last[12] != c.outstanding {
			t.Errorf("%s as CSV: %v", c.query, last)
		}
	}
	body := head.get("/collections?lang=zh&period=2026-09").body
	for _, want := range []string{"未归属", `href="/project?period=2026-09&amp;project=P1"`, "各项相加，差额 0.00", yuan("1150.25")} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	r := head.get("/collections/report.xlsx?period=2026-09&project=P1")
	if r.status != http.StatusOK || r.body != "workbook of head for P1" || r.header.Get("Content-Disposition") != "attachment; filename=collections-2026-09-P1.xlsx" {
		t.Errorf("workbook: %d %q %q", r.status, r.body, r.header.Get("Content-Disposition"))
	}
}

func TestReconciliationAddsUp(t *testing.T) {
	t.Parallel()
	table, gap := Frame{}.reconciliation(analytics.Receipts{Current: 100_00, Arrears: 50_00, Ahead: 10_00, Late: 1_00, Prepaid: 20_00, Refunds: -30_00, Total: 151_00})
	for i, bar := range table.BarsOf(table.Find("bar")) {
		if bar.Span == nil || bar.Span.X < 0 || bar.Span.X+bar.Span.Width > 100.0001 {
			t.Errorf("row %d: bar %+v", i, bar.Span)
		}
	}
	if last := table.Rows[len(table.Rows)-1].Cells; gap != 0 || last[2].Exact != "151.00" || !strings.HasSuffix(last[4].Exact, " 0.00") {
		t.Errorf("total %+v, difference %v", last, gap)
	}
}

func TestLanguageAndTheme(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	lang := func(path, accept string) string {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if accept != "" {
			r.Header.Set("Accept-Language", accept)
		}
		root := parse(t, b.do(r).body).all("html", "")[0]
		return attribute(root.Node, "lang") + " " + attribute(root.Node, "data-theme")
	}
	for _, c := range []struct{ path, accept, want string }{
		{"/login", "", "zh-CN "}, {"/login", "en-GB,en;q=0.9", "en "}, {"/login", "fr,zh;q=0.5", "zh-CN "}, {"/login", "de", "zh-CN "},
		{"/login?lang=en", "zh-CN", "en "}, {"/login", "zh-CN", "en "}, {"/login?theme=dark", "zh-CN", "en dark"}, {"/login", "zh-CN", "en dark"},
		{"/login?lang=xx&theme=pink", "", "en dark"}, {"/login?lang=zh&theme=light", "", "zh-CN light"},
	} {
		if got := lang(c.path, c.accept); got != c.want {
			t.Errorf("%s for %q: %q, want %q", c.path, c.accept, got, c.want)
		}
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	if r := b.get("/healthz"); r.status != http.StatusOK {
		t.Errorf("alive: %d", r.status)
	}
	if r := b.get("/readyz"); r.status != http.StatusOK {
		t.Errorf("ready to be filled: %d %s", r.status, r.body)
	}
	s.db.Close()
	if r := b.get("/readyz"); r.status != http.StatusServiceUnavailable {
		t.Errorf("ready without a database: %d", r.status)
	}
}

func TestKnownAtDrawsTheOldReport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	now, err := s.db.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := head.get("/collections.json?period=2026-09").body
	s.load("late.csv", "项目编码,收据号,账单号,房号,收费项目,缴费时间,实缴金额", "P1,R9,B3,1-1-101,物业费,2026-09-25,200.25")
	if _, err := s.kpis.Refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if after := head.get("/collections.json?period=2026-09").body; after == before || !strings.Contains(after, `"received":"1300.50"`) {
		t.Errorf("the payment is not seen: %s", after)
	}
	at := now.Format("2006-01-02T15:04:05.000000Z07:00")
	if again := head.get("/collections.json?period=2026-09&known=" + url.QueryEscape(at)).body; !strings.Contains(again, `"received":"1100.25"`) {
		t.Errorf("as known before: %s", again)
	}
}

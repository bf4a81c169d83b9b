package dashboard

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
)

// ownText is a file that counts bills of so much and more.
func ownText(from, version string) *fstest.MapFile {
	return &fstest.MapFile{Mode: 0o644, Data: []byte(`-- name: 大额账单占比 | Share of large bills
-- unit: percent
-- direction: down
-- sources: fee_entry
-- n: 笔 | bills
-- n is: denominator
` + version + `-- definition: 大额账单 ÷ 全部账单。 | Large bills ÷ all bills.
SELECT project, month, amount >= ` + from + ` AS numerator, 1 AS denominator, fact, ref, key
FROM fee_entry WHERE kind = 'billed'`)}
}

// The newest value of what the reader may see is worked through from its sums.
func TestDefinitionWorksThroughTheNewestValue(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head, manager := s.as("head"), s.as("manager")
	for _, c := range []struct {
		b            *browser
		path, want   string
		link, absent string
	}{
		{head, "/definitions/collection_rate?lang=zh", "分子之和 1,100.25 ÷ 分母之和 1,490.50 = 73.8%", "/trace?kpi=collection_rate&period=2026-09", "看不到"},
		{head, "/definitions/collection_rate?lang=en&project=P2", "Sum of the numerator 1,000 ÷ sum of the denominator 1,150 = 87.0%", "/trace?kpi=collection_rate&period=2026-09&project=P2", "1,100.25"},
		{manager, "/definitions/collection_rate?lang=zh", "分子之和 100.25 ÷ 分母之和 300.50 = 33.4%", "/trace?kpi=collection_rate&period=2026-09", "1,100.25"},
		{head, "/definitions/arrears_age?lang=en", "Sum of the numerator", "/trace?kpi=arrears_age", "÷ sum of"},
	} {
		r := c.b.get(c.path)
		worked := parse(t, r.body).all("section", "worked")
		if r.status != http.StatusOK || len(worked) != 1 || !strings.Contains(worked[0].text(), c.want) {
			t.Errorf("%s: %d %v, want %s", c.path, r.status, worked, c.want)
			continue
		}
		if link := attribute(worked[0].all("a", "")[0].Node, "href"); !strings.HasPrefix(link, c.link) {
			t.Errorf("%s links to %s, want %s", c.path, link, c.link)
		}
		if strings.Contains(r.body, c.absent) {
			t.Errorf("%s shows %q", c.path, c.absent)
		}
	}
	for path, want := range map[string]int{
		"/definitions/none": 404, "/definitions/collection_rate?project=P2": 403, "/definitions/next/collection_rate": 403, "/definitions": 200,
	} {
		if r := manager.get(path); r.status != want {
			t.Errorf("%s as a manager: %d, want %d", path, r.status, want)
		}
	}
}

// The page says everything that the header does, in both languages, and the statement.
func TestDefinitionSaysWhatTheHeaderDoes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	head := s.as("head")
	list := parse(t, head.get("/definitions?lang=zh").body)
	if rows := list.all("table", "definitions")[0].all("small", ""); len(rows) != len(s.kpis.Registry().All()) {
		t.Errorf("%d rows", len(rows))
	}
	for _, k := range s.kpis.Registry().All() {
		for _, lang := range []string{"zh", "en"} {
			r := head.get("/definitions/" + k.Name + "?lang=" + lang)
			text := parse(t, r.body).text()
			for _, want := range []string{k.Title.ZH, k.Title.EN, k.Definition.ZH, k.Definition.EN, strings.Join(strings.Fields(k.SQL), " ")} {
				if r.status != http.StatusOK || !strings.Contains(text, want) {
					t.Errorf("%s in %s: %d, lacks %q", k.Name, lang, r.status, want)
				}
			}
			for _, c := range k.Changes {
				if want := map[string]string{"zh": c.What.ZH, "en": c.What.EN}[lang]; !strings.Contains(text, want) {
					t.Errorf("%s in %s lacks the change %q", k.Name, lang, want)
				}
			}
		}
	}
	if !strings.Contains(head.get("/loads?lang=zh").body, `href="/definitions"`) {
		t.Error("the page of data does not lead to the definitions")
	}
}

// Own KPIs are on the page as soon as their files are, what is wrong with files
// is for head office to see, and a waiting definition shows what it would change.
func TestOwnDefinitions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	folder := fstest.MapFS{
		"large_bills.sql":      ownText("1000", "-- version: 1\n"),
		"bad.sql":              {Data: []byte("SELECT 1"), Mode: 0o644},
		"next/large_bills.sql": ownText("200", "-- version: 2\n-- change: 2 | 门槛降至 200 元。 | From 200 yuan.\n"),
		"next/bad.sql":         {Data: []byte("SELECT 1"), Mode: 0o644},
	}
	if err := s.kpis.UseOwn(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	head, manager := s.as("head"), s.as("manager")
	body := head.get("/definitions?lang=en").body
	for _, want := range []string{`href="/definitions/large_bills"`, "bad.sql", "must be given as Chinese | English", `href="/definitions/next/large_bills"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the list for head office lacks %s", want)
		}
	}
	if body := manager.get("/definitions?lang=en").body; !strings.Contains(body, "large_bills") || strings.Contains(body, "bad.sql") || strings.Contains(body, "/next/") {
		t.Error("the list for a manager")
	}
	if text := parse(t, head.get("/definitions/large_bills?lang=en").body).all("section", "worked")[0].text(); !strings.Contains(text, "no value") {
		t.Errorf("before the refresh: %s", text)
	}
	if _, err := s.kpis.Refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if text := parse(t, head.get("/definitions/large_bills?lang=en").body).all("section", "worked")[0].text(); !strings.Contains(text, "1 ÷ sum of the denominator 4 = 25.0%") {
		t.Errorf("after the refresh: %s", text)
	}
	for _, lang := range []string{"zh", "en"} {
		r := head.get("/definitions/next/large_bills?lang=" + lang)
		page := parse(t, r.body)
		if words := englishOf(page); lang == "zh" && len(words) > 0 {
			t.Errorf("English on the Chinese page: %v", words)
		}
		tables := page.all("table", "comparison")
		if r.status != http.StatusOK || len(tables) != 2 {
			t.Fatalf("preview: %d, %s", r.status, page.text())
		}
		if lang == "en" && !strings.Contains(tables[0].text(), "Sep 2026 25.0% 50.0% ▲ +25.0 pp 4 4") {
			t.Errorf("months: %s", tables[0].text())
		}
		if !strings.Contains(tables[1].text(), "阳光花园") {
			t.Errorf("projects: %s", tables[1].text())
		}
	}
	if text := parse(t, head.get("/definitions/next/bad?lang=en").body).text(); !strings.Contains(text, "cannot go live") {
		t.Errorf("a bad one: %s", text)
	}
	delete(folder, "large_bills.sql")
	head.get("/definitions")
	if r := head.get("/definitions/large_bills"); r.status != http.StatusNotFound {
		t.Errorf("after its file is gone: %d", r.status)
	}
}

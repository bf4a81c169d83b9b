package dashboard

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gatehouse/ingest"
)

// odd is a file whose headers say too little: it is in ten thousands of yuan,
// and names neither project nor fee item.
func odd() upload {
	return upload{"东区.csv", csvFile("户室,应收总额,所属期,内部备注,联系电话", "1-1-101,0.03005,202610,甲,13800000000", "2-1-101,0.02,202610,乙,13900000000")}
}

// formOf is what a browser would send of the form of a page.
func formOf(t *testing.T, page string) url.Values {
	t.Helper()
	forms := parse(t, page).all("form", "mapper")
	if len(forms) != 1 {
		t.Fatalf("%d forms: %s", len(forms), parse(t, page).text())
	}
	values := url.Values{}
	for d := range forms[0].Descendants() {
		name := attribute(d, "name")
		switch {
		case d.Type != html.ElementNode || name == "":
		case d.Data == "input" && attribute(d, "type") == "checkbox":
			if has(d, "checked") {
				values.Add(name, attribute(d, "value"))
			}
		case d.Data == "input":
			values.Add(name, attribute(d, "value"))
		case d.Data == "select":
			values.Add(name, chosenIn(node{d}))
		}
	}
	return values
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func chosenIn(list node) string {
	options := list.all("option", "")
	for _, o := range options {
		if has(o.Node, "selected") {
			return attribute(o.Node, "value")
		}
	}
	return attribute(options[0].Node, "value")
}

// setFor sets what belongs to one entry of parallel lists: the use of a header.
func setFor(t *testing.T, form url.Values, list, entry, of, value string) {
	t.Helper()
	for i, e := range form[list] {
		if e == entry {
			form[of][i] = value
			return
		}
	}
	t.Fatalf("no %s %q among %q", list, entry, form[list])
}

// mapper opens the mapping page of the first file of a preview.
func (b *browser) mapper(preview string) (address string, page answer) {
	b.t.Helper()
	address = mappingURL(ticketOf(b.t, preview), 1)
	return address, b.get(address + "&lang=en")
}

// TestMappingOfAnUnknownFile: from a file that nobody can read, by suggestions
// and constants, to a saved mapping and to facts.
func TestMappingOfAnUnknownFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("finance")
	preview := head.look(nil, odd())
	shown := head.get(preview + "&lang=en")
	if text := parse(t, shown.body).text(); !strings.Contains(text, "Refused") || !strings.Contains(shown.body, "/preview/mapping?") {
		t.Fatalf("preview: %s", text)
	}
	_, page := head.mapper(preview)
	text := parse(t, page.body).text()
	for _, want := range []string{"still missing 5", "A 户室 1-1-101 2-1-101", "perhaps room", "perhaps amount", "personal data, dropped", "Missing: room or "} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q: %s", want, text)
		}
	}
	if strings.Contains(page.body, "13800000000") {
		t.Error("a phone number is shown")
	}

	form := formOf(t, page.body)
	form.Set("feed", "fee_bill")
	form.Set("do", "again")
	page = head.follow(head.post("/preview/mapping", form))
	form = formOf(t, page.body)
	if form.Get("feed") != "fee_bill" {
		t.Fatalf("feed %q", form.Get("feed"))
	}
	form.Set("do", "suggest")
	page = head.follow(head.post("/preview/mapping", form))
	form = formOf(t, page.body)
	if got := fmt.Sprint(form["use"]); got != "[room amount period -]" && got != "[room amount period ]" {
		t.Fatalf("suggestions taken: %s of %q", got, form["header"])
	}
	setFor(t, form, "header", "应收总额", "unit", "万元")
	setFor(t, form, "header", "内部备注", "use", useIgnore)
	setFor(t, form, "constant_field", "fee_item", "constant_value", "物业费")
	setFor(t, form, "constant_field", "project", "constant_value", "P1")
	form.Set("missing_columns", "refuse")
	form["errors"] = []string{string(ingest.UnknownRoom)}
	form.Set("do", "again")
	again := head.post("/preview/mapping", form)
	page = head.follow(again)
	if text := parse(t, page.body).text(); !strings.Contains(text, "would load 2") || strings.Contains(text, "still missing") {
		t.Errorf("with all: %s", text)
	}

	// A draft is looked at, never loaded by.
	ticket := ticketOf(t, again.header.Get("Location"))
	shown = head.get("/preview?lang=en&of=" + url.QueryEscape(ticket))
	if text := parse(t, shown.body).text(); !strings.Contains(text, "mapping not saved yet") || strings.Contains(shown.body, `action="/preview/load"`) {
		t.Errorf("preview by a draft: %s", text)
	}
	if r := head.post("/preview/load?lang=en", url.Values{"of": {ticket}, "file": {"1"}}); !strings.Contains(r.body, "Its mapping is not saved") || s.loadsNamed("东区") != 0 {
		t.Errorf("loaded by a draft: %d", r.status)
	}

	form = formOf(t, page.body)
	form.Set("name", "fees-east")
	form.Set("title", "东区收费系统")
	form.Set("do", "save")
	saved := head.post("/preview/mapping", form)
	if saved.status != http.StatusSeeOther || !strings.HasPrefix(saved.header.Get("Location"), "/preview?of=") {
		t.Fatalf("save: %d to %q", saved.status, saved.header.Get("Location"))
	}
	shown = head.follow(saved)
	if text := parse(t, shown.body).text(); !strings.Contains(text, "fees-east@1") || !strings.Contains(text, "Would load 2") {
		t.Errorf("preview by the mapping: %s", text)
	}
	v, err := s.loader.MappingByRef(t.Context(), "fees-east@1")
	if err != nil || v.By != "finance" || v.Mapping.Contract.MissingColumns != ingest.DriftRefuse || v.Mapping.Contract.NewColumns != "" ||
		len(v.Mapping.Contract.Expects) != 5 || len(v.Mapping.Errors) != 1 || v.Mapping.Constants["project"] != "P1" {
		t.Errorf("saved: %+v, %v", v, err)
	}
	r := head.post("/preview/load", url.Values{"of": {ticketOf(t, saved.header.Get("Location"))}, "file": {"1"}})
	loaded := head.get(r.header.Get("Location") + "?lang=en")
	if text := parse(t, loaded.body).text(); s.loadState("东区") != ingest.Published || !strings.Contains(text, "500.50") {
		t.Errorf("loaded: %d %s", r.status, text)
	}
}

// follow opens the page that an answer leads to, in English.
func (b *browser) follow(r answer) answer {
	b.t.Helper()
	to := r.header.Get("Location")
	if r.status != http.StatusSeeOther || to == "" {
		b.t.Fatalf("%d to %q: %s", r.status, to, parse(b.t, r.body).text())
	}
	return b.get(to + "&lang=en")
}

// TestMappingOfAnotherHeader: with another header row the columns are found
// anew, and nothing is saved of columns that nobody has seen.
func TestMappingOfAnotherHeader(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	lines := csvFile("甲,乙,丙,丁,戊", "说明,说明,说明,说明,说明", "项目,户室,收费项目,账期,总额", "P1,1-1-101,物业费,202610,10")
	_, page := head.mapper(head.look(nil, upload{"titles.csv", lines}))
	form := formOf(t, page.body)
	form.Set("feed", "fee_bill")
	form.Set("header_row", "3")
	form.Set("name", "titles")
	form.Set("do", "save")
	r := head.post("/preview/mapping", form)
	page = head.follow(r)
	form = formOf(t, page.body)
	if list, err := s.loader.Mappings(t.Context()); err != nil || len(list) != 0 || !strings.HasPrefix(r.header.Get("Location"), "/preview/mapping?") {
		t.Errorf("saved unseen: %v %v", list, err)
	}
	if form.Get("header_row") != "3" || form.Get("name") != "titles" || form.Get("header") != "项目" {
		t.Fatalf("found anew: %v", form)
	}
	setFor(t, form, "header", "户室", "use", "room")
	setFor(t, form, "header", "总额", "use", "amount")
	form.Set("do", "save")
	shown := head.follow(head.post("/preview/mapping", form))
	if text := parse(t, shown.body).text(); !strings.Contains(text, "titles@1") || !strings.Contains(text, "Would load 1") {
		t.Errorf("saved: %s", text)
	}
}

// TestMappingFaultsAreShown: what is wrong with a mapping stands on the page,
// with all that was written.
func TestMappingFaultsAreShown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	preview := head.look(nil, upload{"b.csv", csvFile(billHead+",备注", "P1,1-1-101,物业费,2026-10,10,x")})
	_, page := head.mapper(preview)
	for name, c := range map[string]struct {
		change func(url.Values)
		want   string
		zh     string
	}{
		"no name":      {func(f url.Values) { f.Set("do", "save") }, "letters, digits", "请填写名称"},
		"a wrong name": {func(f url.Values) { f.Set("do", "save"); f.Set("name", "a b") }, "letters, digits", "请填写名称"},
		"a wrong unit": {func(f url.Values) { setFor(t, f, "header", "应收金额", "unit", "kWh") }, "has no unit \"kWh\"", "列“应收金额”的字段没有单位“kWh”"},
		"both column and constant": {func(f url.Values) {
			setFor(t, f, "constant_field", "", "constant_field", "room")
			setFor(t, f, "constant_field", "room", "constant_value", "1-1-101")
		}, "has a constant", "列“房号”的字段已有固定值"},
		"a wrong default": {func(f url.Values) { setFor(t, f, "default_field", "kind", "default_value", "zzz") }, "values for blank cells: kind cannot be \"zzz\"", "不能是“zzz”"},
		"no such field":   {func(f url.Values) { setFor(t, f, "header", "备注", "use", "zzz") }, "cannot be what is chosen", "列“备注”不能作为所选的内容"},
	} {
		form := formOf(t, page.body)
		form.Set("title", "标题")
		form.Set("do", "again")
		c.change(form)
		r := head.post("/preview/mapping?lang=en", form)
		text := parse(t, r.body).text()
		if r.status != http.StatusUnprocessableEntity || !strings.Contains(text, c.want) {
			t.Errorf("%s: %d %s", name, r.status, text)
			continue
		}
		zh := parse(t, head.post("/preview/mapping?lang=zh", form).body).all("p", "said-wrong")
		if len(zh) != 1 || !strings.Contains(zh[0].text(), c.zh) {
			t.Errorf("%s in Chinese: %v", name, zh)
		}
		if again := formOf(t, r.body); again.Get("title") != "标题" {
			t.Errorf("%s: what was written is lost: %v", name, again)
		}
	}
	form := formOf(t, page.body)
	form["use"] = form["use"][1:]
	if r := head.post("/preview/mapping", form); r.status != http.StatusUnprocessableEntity {
		t.Errorf("a cut form: %d", r.status)
	}
	if list, err := s.loader.Mappings(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("saved: %v %v", list, err)
	}
}

const billsMapping = "name: bills-west\ntitle: 西区\nfeed: fee_bill\ncolumns:\n  - {header: 户, field: room}\n  - {header: 总额, field: amount}\nconstants: {fee_item: 物业费}\n"

// TestMappingsPages: mappings are written, listed, shown by version and downloaded.
func TestMappingsPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	head := s.as("head")
	r := head.uploadTo("/mappings", map[string]string{"definition": strings.ReplaceAll(billsMapping, "\n", "\r\n")})
	if r.status != http.StatusSeeOther || r.header.Get("Location") != "/mappings/bills-west" {
		t.Fatalf("save: %d to %q", r.status, r.header.Get("Location"))
	}
	if r := head.uploadTo("/mappings", nil, upload{"m.yaml", []byte(strings.Replace(billsMapping, "西区", "西区二", 1))}); r.status != http.StatusSeeOther {
		t.Fatalf("save a file: %d %s", r.status, parse(t, r.body).text())
	}
	list := parse(t, head.get("/mappings?lang=en").body).all("table", "saved")
	if len(list) != 1 || !strings.Contains(list[0].text(), "bills-west 西区二 Bills 2 head") {
		t.Errorf("list: %v", list)
	}
	page := parse(t, head.get("/mappings/bills-west?lang=en&version=1").body)
	if text := page.text(); !strings.Contains(text, "not the newest version") || !strings.Contains(text, "title: 西区 feed") || len(page.all("table", "versions")[0].all("tr", "")) != 3 {
		t.Errorf("version 1: %s", text)
	}
	file := head.get("/mappings/bills-west/definition.yaml")
	if m, err := ingest.ParseMapping([]byte(file.body)); err != nil || m.Title != "西区二" || file.header.Get("Content-Disposition") != "attachment; filename=bills-west.yaml" {
		t.Errorf("download: %v %q %s", err, file.header.Get("Content-Disposition"), file.body)
	}
	wrong := head.uploadTo("/mappings?lang=en", map[string]string{"definition": "name: x\nfeeed: room\n"})
	if text := parse(t, wrong.body).text(); wrong.status != http.StatusUnprocessableEntity || !strings.Contains(text, "line 2") || !strings.Contains(text, "feeed: room") {
		t.Errorf("a wrong one: %d %s", wrong.status, text)
	}
	for path, want := range map[string]int{"/mappings/none": 404, "/mappings/bills-west?version=9": 404, "/mappings/bills-west?version=x": 422, "/mappings/none/definition.yaml": 404} {
		if r := head.get(path); r.status != want {
			t.Errorf("%s: %d, want %d", path, r.status, want)
		}
	}
}

// TestUploadByAMapping: who may load files may choose a mapping for them, and
// it reads within his rights.
func TestUploadByAMapping(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head, manager := s.as("head"), s.as("manager")
	if page := manager.get("/loads"); strings.Contains(page.body, `name="mapping"`) || strings.Contains(page.body, `href="/mappings"`) {
		t.Error("a mapping is offered where there is none, or the mappings to a manager")
	}
	if r := head.uploadTo("/mappings", map[string]string{"definition": billsMapping}); r.status != http.StatusSeeOther {
		t.Fatalf("save: %d", r.status)
	}
	if page := manager.get("/loads"); !strings.Contains(page.body, `<option value="bills-west"`) {
		t.Error("the mapping is not offered")
	}
	by := map[string]string{"mapping": "bills-west", "project": "P1"}
	r := manager.upload(by, upload{"at-once.csv", csvFile("户,总额,账期", "1-1-101,10,202610")})
	if s.loadState("at-once") != ingest.Published {
		t.Errorf("at once: %d %s", r.status, parse(t, r.body).text())
	}
	preview := manager.look(by, upload{"looked-at.csv", csvFile("户,总额,账期", "1-1-101,20,202611")})
	s.saved("head", strings.Replace(billsMapping, "总额", "别的", 1))
	shown := manager.get(preview + "&lang=en")
	if text := parse(t, shown.body).text(); !strings.Contains(text, "bills-west@1") || !strings.Contains(text, "Would load 1") || strings.Contains(shown.body, "/preview/mapping") {
		t.Errorf("preview: %s", text)
	}
	manager.post("/preview/load", url.Values{"of": {ticketOf(t, preview)}, "file": {"1"}})
	if s.loadState("looked-at") != ingest.Published {
		t.Error("not loaded by the version that was looked at")
	}
	if r := manager.uploadTo("/preview", map[string]string{"mapping": "none"}, odd()); r.status != http.StatusNotFound {
		t.Errorf("no such mapping: %d", r.status)
	}
}

// saved keeps a mapping as a user would.
func (s *site) saved(user, definition string) {
	s.t.Helper()
	if r := s.as(user).uploadTo("/mappings", map[string]string{"definition": definition}); r.status != http.StatusSeeOther {
		s.t.Fatalf("save: %d", r.status)
	}
}

func TestMappingsAreNotForManagers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	s.saved("head", billsMapping)
	manager := s.as("manager")
	preview := manager.look(nil, odd())
	if r := manager.get(preview); strings.Contains(r.body, "/preview/mapping") {
		t.Error("a manager is led to the mapping")
	}
	address, _ := manager.mapper(preview)
	for _, path := range []string{address, "/mappings", "/mappings/bills-west", "/mappings/bills-west/definition.yaml"} {
		if r := manager.get(path); r.status != http.StatusForbidden {
			t.Errorf("GET %s: %d", path, r.status)
		}
	}
	if r := manager.post("/preview/mapping", url.Values{"of": {ticketOf(t, preview)}, "file": {"1"}, "do": {"save"}}); r.status != http.StatusForbidden {
		t.Errorf("a manager changes a mapping: %d", r.status)
	}
	if r := manager.uploadTo("/mappings", map[string]string{"definition": "name: theirs\n"}); r.status != http.StatusForbidden {
		t.Errorf("a manager saves a mapping: %d", r.status)
	}
	// A ticket is good for who it was made for, here too.
	theirs := s.as("head").look(nil, odd())
	if _, page := s.as("finance").mapper(theirs); page.status != http.StatusForbidden || strings.Contains(page.body, "户室") {
		t.Errorf("the file of another: %d", page.status)
	}
}

// TestMappingPagesInBothLanguages: every state of the pages, in each language.
func TestMappingPagesInBothLanguages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	paths := []string{"/mappings?x=", "/loads?x="}
	for _, file := range []upload{
		odd(), {"甲.csv", csvFile("甲", "1")}, {"应收.csv", csvFile(billHead+",备注", "P1,1-1-101,物业费,2026-10,10,x")},
		{"调查.csv", csvFile("项目编码,房号,提交时间,您对物业服务满意吗,您对保洁满意吗", "P1,1-1-101,2026-10-01,满意,不满意")},
	} {
		address, page := head.mapper(head.look(nil, file))
		paths = append(paths, address)
		form := formOf(t, page.body)
		form.Set("do", "suggest")
		if r := head.post("/preview/mapping", form); r.status == http.StatusSeeOther {
			paths = append(paths, r.header.Get("Location"))
		}
	}
	s.saved("head", billsMapping)
	paths = append(paths, "/mappings/bills-west?version=1", "/mappings?y=", "/loads?y=")
	for _, path := range paths {
		for _, lang := range []string{"en", "zh"} {
			r := head.get(path + "&lang=" + lang)
			page := parse(t, r.body)
			if r.status != http.StatusOK || len(page.all("h1", "")) != 1 || strings.Contains(r.body, "style=") {
				t.Errorf("%s in %s: %d", path, lang, r.status)
			}
			if words := englishOf(page); lang == "zh" && len(words) > 0 {
				t.Errorf("%.40s: English on a Chinese page: %v", path, words)
			}
		}
	}
}

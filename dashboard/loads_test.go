package dashboard

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/ingest"
)

func TestUploadEndToEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	good := upload{"十月账单.csv", csvFile("项目编码,房号,收费项目,账期,应收金额,联系电话", "P1,1-1-101,物业费,2026-10,300.50,13800000000", "P2,1-1-101,物业费,2026-10,一千,", "合计,,,,300.50,")}
	other := upload{"notes.csv", csvFile("hello,world", "1,2")}
	r := head.upload(nil, good, other)
	if r.status != http.StatusOK {
		t.Fatalf("upload: %d", r.status)
	}
	page := parse(t, r.body)
	results := page.all("article", "result")
	if len(results) != 2 {
		t.Fatalf("%d results, want 2", len(results))
	}
	for _, want := range []string{"十月账单.csv", "Partly set aside", "rows 3", "loaded 1", "set aside 1", "skipped 1", "Billed 300.50", "E3", "一千", "not a number", "personal data dropped"} {
		if !strings.Contains(results[0].text(), want) {
			t.Errorf("result lacks %q: %s", want, results[0].text())
		}
	}
	if text := results[1].text(); !strings.Contains(text, "Refused") || !strings.Contains(text, "no header of a known feed") {
		t.Errorf("unknown file: %s", text)
	}
	if strings.Contains(r.body, "13800000000") {
		t.Error("a phone number is shown")
	}
	if n := s.refreshes.Load(); n != 1 {
		t.Errorf("%d refreshes, want 1", n)
	}
	if again := parse(t, head.upload(nil, good).body).all("article", "result"); len(again) != 1 || !strings.Contains(again[0].text(), "Loaded before") {
		t.Errorf("the same file again: %v", again)
	}
	if n := s.refreshes.Load(); n != 1 {
		t.Errorf("refresh after nothing new")
	}

	rows, err := ingest.Loads(t.Context(), s.db, userScope(t, s, "head"), ingest.LoadFilter{Search: "十月"})
	if err != nil || len(rows) != 1 {
		t.Fatalf("loads: %v %d", err, len(rows))
	}
	detail := head.get("/loads/" + rows[0].LoadID + "?lang=zh")
	for _, want := range []string{"十月账单.csv", "E3", "应收金额", "一千", "数字无法识别", "请写成 1234.50", "个人信息列未保存：联系电话", rows[0].SHA256} {
		if !strings.Contains(detail.body, want) {
			t.Errorf("load's page lacks %q (%d)", want, detail.status)
		}
	}
	if csv := head.get("/quarantine/" + rows[0].LoadID + ".csv?lang=en"); !strings.Contains(csv.body, "E3,应收金额,一千,not a number") {
		t.Errorf("quarantine CSV: %s", csv.body)
	}
	if original := head.get("/originals/" + rows[0].LoadID); original.body != string(good.content) || !strings.HasPrefix(original.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file as sent: %d, %d bytes", original.status, len(original.body))
	}
	if r := s.as("manager").get("/originals/" + rows[0].LoadID); r.status != http.StatusNotFound {
		t.Errorf("a manager sees bad cells of another project: %d", r.status)
	}
	for filter, want := range map[string]int{"feed=fee_bill": 2, "state=refused": 1, "search=十月": 1, "feed=meter": 0, "page=9": 0} {
		if got := len(parse(t, head.get("/loads?"+filter).body).all("table", "loads")); (got > 0) != (want > 0) {
			t.Errorf("%s: table %d, want %d rows", filter, got, want)
		} else if want > 0 {
			if rows := parse(t, head.get("/loads?"+filter).body).all("table", "loads")[0].all("tr", ""); len(rows) != want+1 {
				t.Errorf("%s: %d rows, want %d", filter, len(rows)-1, want)
			}
		}
	}
}

// An archive is its files, each with a result of its own.
func TestUploadOfAnArchive(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("head")
	bills := zipped(t, string(csvFile("项目编码,房号,收费项目,账期,应收金额", "P1,1-1-101,物业费,2026-10,300.50")))
	results := parse(t, b.upload(nil, upload{"bills.csv.gz", []byte(bills)}, upload{"cut.zip", []byte("PK\x03\x04 cut")}).body).all("article", "result")
	if len(results) != 2 || !strings.Contains(results[0].text(), "bills.csv Published") || !strings.Contains(results[1].text(), "cut.zip Refused") {
		t.Errorf("%v", results)
	}
}

func TestManagerUploadsForOwnProjectsOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	manager := s.as("manager")
	const head = "项目编码,房号,收费项目,账期,应收金额"
	for _, c := range []struct {
		file   upload
		fields map[string]string
		status int
		want   string
	}{
		{upload{"own.csv", csvFile(head, "P1,1-1-101,物业费,2026-11,10")}, nil, 200, "Published"},
		{upload{"own, no project.csv", csvFile("房号,收费项目,账期,应收金额", "1-1-101,物业费,2026-12,10")}, map[string]string{"project": "P1"}, 200, "Published"},
		{upload{"other.csv", csvFile(head, "P2,1-1-101,物业费,2026-11,10")}, nil, 200, "Refused"},
		{upload{"mixed.csv", csvFile(head, "P1,1-1-101,物业费,2026-11,11", "P2,1-1-101,物业费,2026-11,10")}, nil, 200, "Refused"},
		{upload{"other by name.csv", csvFile(strings.Replace(head, "项目编码", "项目名称", 1), "云栖苑,1-1-101,物业费,2026-11,10")}, nil, 200, "Refused"},
		{upload{"unknown.csv", csvFile(head, "X9,1-1-101,物业费,2026-11,10")}, nil, 200, "Refused"},
		{upload{"master.csv", csvFile("项目编码,项目名称", "P1,云栖苑")}, nil, 200, "Refused"},
		{upload{"for other.csv", csvFile("房号,收费项目,账期,应收金额", "1-1-101,物业费,2026-11,10")}, map[string]string{"project": "P2"}, 403, ""},
	} {
		r := manager.upload(c.fields, c.file)
		if r.status != c.status {
			t.Errorf("%s: status %d, want %d", c.file.name, r.status, c.status)
			continue
		}
		if c.want == "" {
			continue
		}
		results := parse(t, r.body).all("article", "result")
		if len(results) != 1 || !strings.Contains(results[0].text(), c.want) {
			t.Errorf("%s: %v, want %s", c.file.name, results, c.want)
		}
	}
	rows, err := ingest.Loads(t.Context(), s.db, userScope(t, s, "head"), ingest.LoadFilter{Search: "bills"})
	if err != nil || len(rows) != 1 {
		t.Fatal(err, len(rows))
	}
	for _, path := range []string{"/loads/" + rows[0].LoadID, "/originals/" + rows[0].LoadID, "/quarantine/" + rows[0].LoadID + ".csv"} {
		if r := manager.get(path); r.status != http.StatusNotFound {
			t.Errorf("%s, a load of several projects: %d", path, r.status)
		}
	}
}

func TestUploadLimits(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("head")
	if r := b.upload(nil); r.status != http.StatusOK || !strings.Contains(r.body, "No file was chosen") {
		t.Errorf("no file: %d", r.status)
	}
	if r := b.post("/loads", nil); r.status != http.StatusUnprocessableEntity {
		t.Errorf("no multipart: %d", r.status)
	}
	if r := b.upload(nil, upload{"large.csv", make([]byte, s.loader.FileBytes()+1)}, upload{"projects.csv", csvFile("项目编码,项目名称", "P1,阳光花园")}); !strings.Contains(r.body, "larger than 50 MB") || !strings.Contains(r.body, "Published") {
		t.Errorf("a large file before a good one: %d", r.status)
	}
}

func TestTemplatesLoadAsTheirFeed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("manager")
	for _, feed := range ingest.FeedNames() {
		r := b.get("/loads/template/" + feed + ".xlsx")
		if r.status != http.StatusOK || !strings.HasPrefix(r.body, "PK") || !strings.Contains(r.header.Get("Content-Disposition"), feed+".xlsx") {
			t.Errorf("%s: %d %q", feed, r.status, r.header.Get("Content-Disposition"))
		}
	}
}

package dashboard

import (
	"archive/zip"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/dashboard/auth"
)

// busy loads a book in which there is something to do of every kind, today.
func (s *site) busy() gatehouse.Date {
	s.t.Helper()
	s.fill()
	loc := s.db.Calendar().Location
	now := s.now().In(loc)
	at := func(ago time.Duration) string { return now.Add(-ago).Format("2006-01-02 15:04") }
	const hour, day = time.Hour, 24 * time.Hour
	s.load("工单.csv", "项目编码,工单编号,类型,类别,房号,受理时间,响应时间,要求完成时间,办结时间,回访时间,处理人",
		"P1,W1,报修,水电,1-1-101,"+at(5*day)+","+at(5*day)+","+at(2*day)+",,,周强",
		"P1,W2,报修,水电,2-1-101,"+at(hour)+",,,,,何敏", // to be answered within two hours
		"P1,W3,投诉,噪音,2-1-101,"+at(20*day)+","+at(19*day)+",,"+at(10*day)+",,何敏",
		"P2,W4,投诉,噪音,1-1-101,"+at(20*day)+","+at(20*day)+",,,,王五")
	on := func(ago int) string { return (gatehouse.DateOf(now) - gatehouse.Date(ago)).String() }
	s.load("表计.csv", "项目编码,表号,能源类型,表类型,倍率", "P1,E-1,电,总表,1", "P1,E-2,水,总表,1", "P2,E-9,电,总表,1")
	s.load("抄表.csv", "项目编码,表号,抄表时间,本期度数",
		"P1,E-1,"+on(100)+",10", "P1,E-1,"+on(70)+",20", "P1,E-1,"+on(40)+",30", // ten days late
		"P1,E-2,"+on(40)+",10", "P1,E-2,"+on(10)+",20", "P2,E-9,"+on(100)+",10", "P2,E-9,"+on(90)+",20")
	half := s.db.Calendar().HalfYear(gatehouse.DateOf(now).Month())
	wave := s.db.Calendar().Format(half)
	wave = strings.Replace(wave, "-", "", 1)
	s.load("发放.csv", "项目编码,批次,发放份数,户数", "P1,"+wave+",100,120", "P2,"+wave+",40,40")
	s.load("答卷.csv", "项目编码,批次,答卷编号,渠道,提交时间,题目,维度,得分", "P1,"+wave+",S1,微信,"+at(hour)+",总体满意度,总体,4")
	if _, err := s.kpis.Refresh(s.t.Context(), false); err != nil {
		s.t.Fatal(err)
	}
	return gatehouse.DateOf(now)
}

// records reads a CSV file, its mark taken off, as one map a row.
func records(t *testing.T, body string) []map[string]string {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\uFEFF"))).ReadAll()
	if err != nil || len(lines) == 0 {
		t.Fatalf("%v in %q", err, body)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, head := range lines[0] {
			row[head] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// unzipped is all that the parts of a workbook say.
func unzipped(t *testing.T, book string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, part := range z.File {
		f, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, f); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	return all.String()
}

// bodyRows are the lines of a panel's table, each the texts of its cells.
func bodyRows(t *testing.T, page node, id string) [][]node {
	t.Helper()
	for _, section := range page.all("section", "panel") {
		if attribute(section.Node, "id") != id {
			continue
		}
		tables := section.all("table", "todo")
		if len(tables) == 0 {
			return nil
		}
		var rows [][]node
		for _, body := range tables[0].all("tbody", "") {
			for _, tr := range body.all("tr", "") {
				var cells []node
				for c := tr.FirstChild; c != nil; c = c.NextSibling {
					if c.Data == "td" || c.Data == "th" {
						cells = append(cells, node{c})
					}
				}
				rows = append(rows, cells)
			}
		}
		return rows
	}
	t.Fatalf("no panel %s", id)
	return nil
}

func TestTodayOfAProject(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	today := s.busy()
	manager := s.as("manager")
	r := manager.get("/today?project=P1&lang=en")
	if r.status != http.StatusOK {
		t.Fatalf("status %d", r.status)
	}
	page := parse(t, r.body)
	if got, want := page.all("h1", "")[0].text(), "Today, "+today.Time().Format("Mon 2 Jan"); got != want {
		t.Errorf("heading %q, want %q", got, want)
	}
	var queues []string
	for _, q := range page.all("a", "queue") {
		queues = append(queues, q.text())
	}
	want := []string{
		"To chase 2 rooms past due ¥350", "Deadlines 2 requests ▲ 1 overdue · 1 due within 24 h", "Not followed up 1 request closed 48 h to 90 days ago",
		"Meters unread 1 meter 1 of 2 read", "Returns short 29 missing 1 wave short",
	}
	if !slices.Equal(queues, want) {
		t.Errorf("counts %q, want %q", queues, want)
	}
	rooms := bodyRows(t, page, "rooms")
	if len(rooms) != 2 {
		t.Fatalf("%d rooms, want 2: %v", len(rooms), rooms)
	}
	days := int(today - gatehouse.NewDate(2026, time.September, 30))
	// 200.25 since September against 150 since August: by days past due, the
	// smaller comes first while it is more than a third older.
	order := []string{"2-1-101", "1-1-101"}
	if 200_25*days > 150_00*(days+30) {
		slices.Reverse(order)
	}
	for i, room := range order {
		if !strings.HasPrefix(rooms[i][2].text(), room) {
			t.Errorf("room %d is %v, want %s", i+1, rooms[i], room)
		}
	}
	// Each row leads to its cell.
	for _, list := range todayLists() {
		for _, row := range bodyRows(t, page, list) {
			led := false
			for _, cell := range row {
				for _, a := range cell.all("a", "") {
					if href := attribute(a.Node, "href"); strings.HasPrefix(href, "/loads/") {
						led = true
						if at := manager.get(href); at.status != http.StatusOK {
							t.Errorf("%s: %s is %d", list, href, at.status)
						}
					}
				}
			}
			if !led {
				t.Errorf("%s: no way from %v to its cell", list, row)
			}
		}
	}
	if strip := page.all("ul", "strip"); len(strip) != 1 || len(strip[0].all("li", "")) != 5 {
		t.Errorf("freshness: %v", strip)
	}
}

// What the page lists, its file has: the same rows in the same order.
func TestTodayFilesHaveWhatThePageHas(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.busy()
	head := s.as("head")
	for list, key := range map[string]string{"rooms": "房号", "deadlines": "工单号", "followups": "工单号", "meters": "表号", "returns": "批次"} {
		page := parse(t, head.get("/today?lang=zh&list="+list).body)
		var heads []string
		for _, th := range page.all("table", "todo")[0].all("thead", "")[0].all("th", "") {
			heads = append(heads, th.text())
		}
		at := slices.Index(heads, key)
		var shown, filed []string
		for _, row := range bodyRows(t, page, list) {
			data := row[at].all("data", "")
			shown = append(shown, data[0].text())
		}
		file := head.get("/panel/today/" + list + ".csv?lang=zh&list=" + list)
		if file.status != http.StatusOK || !strings.HasPrefix(file.header.Get("Content-Type"), "text/csv") {
			t.Fatalf("%s: %d %s", list, file.status, file.header.Get("Content-Type"))
		}
		for _, row := range records(t, file.body) {
			filed = append(filed, row[key])
			if row["来源文件"] == "" || row["行号"] == "" {
				t.Errorf("%s: the file does not say where %v is from", list, row)
			}
		}
		if len(shown) == 0 || !slices.Equal(shown, filed) {
			t.Errorf("%s: page %q, file %q", list, shown, filed)
		}
		if book := head.get("/panel/today/" + list + ".xlsx?lang=zh&list=" + list); book.status != http.StatusOK || !strings.HasPrefix(book.body, "PK") {
			t.Errorf("%s as a workbook: %d", list, book.status)
		}
	}
	rooms := records(t, head.get("/panel/today/rooms.csv?lang=en&list=rooms").body)
	sum := gatehouse.Money(0)
	for _, row := range rooms {
		m, err := gatehouse.ParseMoney(row["Owed yuan"])
		if err != nil {
			t.Fatalf("%v: %v", row, err)
		}
		sum += m
	}
	// 200.25 and 150 of P1, 150 of P2, 40 of a project that is not known.
	if len(rooms) != 4 || sum.String() != "540.25" {
		t.Errorf("%d rooms owe %s, want 4 and 540.25", len(rooms), sum)
	}
}

func TestTodayListsByHandlerAndPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.busy()
	head := s.as("head")
	page := parse(t, head.get("/today?lang=en&list=deadlines").body)
	var tabs []string
	for _, a := range page.all("nav", "tabs")[0].all("a", "") {
		tabs = append(tabs, a.text())
		n := len(bodyRows(t, parse(t, head.get(attribute(a.Node, "href")).body), "deadlines"))
		if want := a.text()[strings.LastIndex(a.text(), " ")+1:]; fmt.Sprint(n) != want {
			t.Errorf("%s lists %d", a.text(), n)
		}
	}
	if want := []string{"All 3", "周强 1", "王五 1", "何敏 1"}; !slices.Equal(tabs, want) {
		t.Errorf("handlers %q, want %q", tabs, want)
	}
	if rows := bodyRows(t, parse(t, head.get("/today?lang=en&list=rooms&from=3").body), "rooms"); len(rows) != 2 || !strings.HasPrefix(rows[0][0].text(), "3") {
		t.Errorf("from the third room on: %v", rows)
	}
	for path, want := range map[string]int{
		"/today?list=nothing": 404, "/today?list=queues": 404, "/today?list=rooms&from=x": 422, "/today?list=rooms&from=0": 422, "/panel/today/nothing.csv": 404, "/today?list=rooms&from=1000": 200,
	} {
		if r := head.get(path); r.status != want {
			t.Errorf("%s: %d, want %d", path, r.status, want)
		}
	}
}

// A manager has work of his own projects only, whatever he asks for.
func TestTodayShowsOwnProjectsOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.busy()
	both := auth.User{Name: "both", Role: auth.Manager, Projects: []string{"P1", "P2"}}
	if err := s.users.Put(t.Context(), both, password, "test"); err != nil {
		t.Fatal(err)
	}
	manager, of2 := s.as("manager"), s.as("both")
	if to := manager.get("/").header.Get("Location"); to != "/today?project=P1" {
		t.Errorf("the manager of one project lands on %q", to)
	}
	if to := of2.get("/").header.Get("Location"); to != "/today" {
		t.Errorf("the manager of two lands on %q", to)
	}
	if to := s.as("head").get("/").header.Get("Location"); to != "/portfolio" {
		t.Errorf("head office lands on %q", to)
	}
	paths := []string{"/today", "/today.xlsx"}
	for _, list := range append(todayLists(), "queues", "fresh") {
		if slices.Contains(todayLists(), list) {
			paths = append(paths, "/today?list="+list)
			for _, form := range []string{"html", "csv", "json", "xlsx"} {
				paths = append(paths, "/panel/today/"+list+"."+form+"?list="+list)
			}
		}
		for _, form := range []string{"html", "csv", "json", "xlsx"} {
			paths = append(paths, "/panel/today/"+list+"."+form)
		}
	}
	for _, path := range paths {
		r := manager.get(path)
		if strings.Contains(path, ".xlsx") {
			r.body = unzipped(t, r.body)
		}
		if r.status != http.StatusOK {
			t.Errorf("%s: %d", path, r.status)
		}
		for _, other := range []string{"云栖苑", "王五", "E-9", "W4", "P2"} {
			if strings.Contains(r.body, other) {
				t.Errorf("%s shows %s of another project", path, other)
			}
		}
		with := "?"
		if strings.Contains(path, "?") {
			with = "&"
		}
		if r := manager.get(path + with + "project=P2"); r.status != http.StatusForbidden {
			t.Errorf("%s of another project: %d", path, r.status)
		}
	}
	page := parse(t, of2.get("/today?lang=zh").body)
	rooms := fmt.Sprint(bodyRows(t, page, "rooms"))
	if !strings.Contains(rooms, "阳光花园") || !strings.Contains(rooms, "云栖苑") || strings.Contains(rooms, "未归属") {
		t.Errorf("rooms of both his projects: %s", rooms)
	}
}

func TestTodayInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"empty", "busy"} {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			head := s.as("head")
			if state == "busy" {
				s.busy()
			}
			for _, path := range []string{"/today", "/today?list=rooms", "/today?list=deadlines", "/today?list=followups", "/today?list=meters", "/today?list=returns", "/today?project=P1"} {
				if state == "empty" && strings.Contains(path, "project=") {
					continue
				}
				for _, lang := range []string{"zh", "en"} {
					u, err := url.Parse(path)
					if err != nil {
						t.Fatal(err)
					}
					q := u.Query()
					q.Set("lang", lang)
					u.RawQuery = q.Encode()
					r := head.get(u.String())
					page := parse(t, r.body)
					if r.status != http.StatusOK || len(page.all("h1", "")) != 1 || strings.Contains(r.body, "style=") {
						t.Errorf("%s: %d, %d h1", u, r.status, len(page.all("h1", "")))
					}
					if failed := page.all("p", "failed"); len(failed) > 0 {
						t.Errorf("%s: %v", u, failed)
					}
					words := englishOf(page)
					if lang == "zh" && len(words) > 0 {
						t.Errorf("%s: English on a Chinese page: %v", u, words)
					}
				}
			}
		})
	}
}

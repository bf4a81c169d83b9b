package browsertest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"
)

// TestIntake: a bad workbook is looked at, loaded, handed back, corrected and
// loaded again, then withdrawn and restored, all through the pages; the command
// line agrees at every step.
func TestIntake(t *testing.T) {
	t.Parallel()
	d := startEmpty(t)
	w := openWindow(t, d)
	w.signIn("head")
	dir := t.TempDir()
	projects, rooms := filepath.Join(dir, "项目.csv"), filepath.Join(dir, "房屋.csv")
	writeFile(t, projects, "项目编码,项目名称,区域,户数", "P1,阳光花园,华东,3")
	writeFile(t, rooms, "项目编码,房号,建筑面积", "P1,1-1-101,90", "P1,1-1-102,90", "P1,1-1-103,90")
	w.open("/loads")
	w.send("look at the masters", projects, rooms)
	w.follow("load both", chromedp.Click(chromedp.CSS(`.page-head form[action="/preview/load"] button`)))
	if n := eval[int](w, "results", `document.querySelectorAll('.result .badge.good').length`); n != 2 {
		t.Fatalf("%d of 2 masters are published", n)
	}

	w.open("/loads")
	w.send("look at the bills", billsBook(t, dir))
	if got := w.text(`.tally`); strings.Join(strings.Fields(got), " ") != "行数 5 将载入 2 将隔离 ! 2 提醒 ▲ 1 略过 1" {
		t.Errorf("the preview counts %q", got)
	}
	if got := w.text(`.previewed .control tbody`); !strings.Contains(got, "合计行比单元格之和多 300.00 元") {
		t.Errorf("the preview ties out: %q", got)
	}
	w.look("preview")
	w.follow("see its mapping", chromedp.Click(chromedp.CSS(`.previewed a[href^="/preview/mapping"]`)))
	w.look("mapping")
	w.follow("back to the preview", chromedp.Click(chromedp.CSS(`.topbar a.button`)))
	w.follow("load the bills", chromedp.Click(chromedp.CSS(`.previewed form button`)))
	first := w.location().Path
	if got := w.text(`.badge`); got != "部分隔离" {
		t.Errorf("the load is %s", got)
	}
	w.look("load")
	d.expect(t, "300.00")

	marked := w.download(`a[href^="/marked/"]`)
	correct(t, marked)
	w.send("look at the corrected file", marked)
	w.follow("load the corrected file", chromedp.Click(chromedp.CSS(`.previewed form button`)))
	if got := w.text(`.tile:nth-child(3) .value`); got != "0" {
		t.Errorf("%s rows are set aside after the correction", got)
	}
	if got := w.text(`.control tbody`); !strings.Contains(got, "600.00") || !strings.Contains(got, "与合计行一致") {
		t.Errorf("the corrected load ties out: %q", got)
	}
	second := w.location().Path
	if first == second {
		t.Errorf("the correction is the load %s itself", first)
	}
	w.look("load-corrected")
	d.expect(t, "600.00")
	w.open("/collections?period=2026-10")
	if got := w.text(`.fees tfoot td[data-label=净应收]`); got != "600.00" {
		t.Errorf("the fees page shows %s", got)
	}
	w.open(first)
	if got := w.text(`.notice`); !strings.Contains(got, strings.TrimPrefix(second, "/loads/")) {
		t.Errorf("the first load says %q", got)
	}

	w.open(second)
	w.follow("ask to withdraw", chromedp.Click(chromedp.CSS(`a[href^="/withdraw/"]`)))
	w.look("withdraw")
	w.follow("withdraw", chromedp.Click(chromedp.CSS(`.ask form button`)))
	d.expect(t, "300.00")
	w.follow("restore", chromedp.Click(chromedp.CSS(`form[action$="/restore"] button`)))
	d.expect(t, "600.00")
	w.open("/loads")
	w.look("data")
}

// billsBook has four bills of one project, of which two are bad, and a total
// row over what they ought to be.
func billsBook(t *testing.T, dir string) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range [][]any{
		{"阳光花园 2026年10月应收"},
		{"项目编码", "房号", "收费项目", "账期", "应收金额", "联系电话"},
		{"P1", "1-1-101", "物业费", "2026-10", 100, "13800000000"},
		{"P1", "1-1-102", "物业费", "2026-10", 200, ""},
		{"P1", "1-1-103", "物业费", "2026-10", "一百五十", ""},
		{"P1", "1-1-103", "车位费", "十三月", 150, ""},
		{"合计", nil, nil, nil, 750},
	} {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", at, &row); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "十月应收.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// correct mends the bad cells of the marked workbook, and its total row.
func correct(t *testing.T, path string) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, v := range map[string]any{"E5": 150, "D6": "2026-10", "E7": 600} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
}

// expect refreshes the KPIs and finds the bills of October on the command line.
func (d *demo) expect(t *testing.T, billed string) {
	t.Helper()
	d.run(t, "refresh")
	lines := d.kpi(t, "collection_rate", "--period", "2026-10")
	if len(lines) != 1 || money(t, lines[0].Denominator) != money(t, billed) {
		t.Errorf("the command line has %v, want %s billed", lines, billed)
	}
}

// send chooses files and asks for their preview.
func (w *window) send(what string, paths ...string) {
	w.t.Helper()
	w.do("choose files", chromedp.SetUploadFiles(chromedp.CSS(`.upload input[type=file]`), paths))
	w.follow(what, chromedp.Click(chromedp.CSS(`.upload button.primary`)))
}

// look checks a page at each size and language, and keeps pictures of it.
func (w *window) look(name string) {
	w.t.Helper()
	at := w.location()
	for _, lang := range []string{"en", "zh"} {
		for _, width := range []int64{390, 1440} {
			w.do("size", chromedp.EmulateViewport(width, 900))
			shot := fmt.Sprintf("intake-%s-%s-%d", name, lang, width)
			w.open(addQuery(at.RequestURI(), "lang="+lang))
			checkWhole(w.t, w, shot)
			w.shoot(shot)
			if lang == "zh" {
				checkChinese(w.t, w, shot)
			}
		}
	}
	for _, theme := range []string{"dark", "light"} {
		shot := "intake-" + name + "-zh-" + theme + "-1440"
		w.open(addQuery(at.RequestURI(), "theme="+theme))
		w.shoot(shot)
		checkAccessible(w.t, w, shot)
	}
	w.open(at.RequestURI())
}

func writeFile(t *testing.T, path string, lines ...string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\r\n")+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// startEmpty runs "gatehouse serve" over a portfolio of nothing, with one user.
func startEmpty(t *testing.T) *demo {
	t.Helper()
	d := buildProgram(t)
	said := d.run(t, "user", "add", "head", "--role", "head_office")
	m := regexp.MustCompile(`password (\S+)`).FindStringSubmatch(said)
	if m == nil {
		t.Fatalf("no password in %q", said)
	}
	d.password = m[1]
	d.start(t, "Gatehouse serves", "serve")
	return d
}

// run runs another command of the program.
func (d *demo) run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), d.binary, append(args, "--data", d.data)...)
	cmd.Env, cmd.Stderr = d.env, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	return string(out)
}

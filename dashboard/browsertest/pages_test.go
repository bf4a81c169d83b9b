package browsertest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"gatehouse"
)

// paints counts the colours on each chart's canvas; an empty canvas has one.
const paints = `[...document.querySelectorAll('.chart')].map(c => {
  const canvas = c.querySelector('canvas');
  if (!canvas || !canvas.width) return {name: c.getAttribute('aria-label'), colours: 0};
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const colours = new Set();
  for (let i = 0; i < pixels.length; i += 4) colours.add(pixels[i] << 24 | pixels[i+1] << 16 | pixels[i+2] << 8 | pixels[i+3]);
  return {name: c.getAttribute('aria-label'), colours: colours.size};
})`

// spills lists what reaches over the window's edge, and texts cut by their box.
const spills = `(() => {
  const wide = document.documentElement.clientWidth, out = [];
  if (document.scrollingElement.scrollWidth > wide) out.push('the page is ' + document.scrollingElement.scrollWidth + ' px wide');
  for (const e of document.querySelectorAll('main *')) {
    if (e.closest('.scroll, details, svg, .chart, .visually-hidden') || !e.getClientRects().length) continue;
    const box = e.getBoundingClientRect();
    if (box.width && box.right > wide + 1) out.push(e.tagName + '.' + e.className + ' ends at ' + Math.round(box.right));
  }
  return out.slice(0, 5);
})()`

// latin finds words in Latin letters that a Chinese page shows, but for names,
// codes and units.
var latin = regexp.MustCompile(`[A-Za-z]{2,}`)

const words = `(() => {
  const out = [];
  const walk = document.createTreeWalker(document.querySelector('body'), NodeFilter.SHOW_TEXT);
  for (let n; n = walk.nextNode();) {
    const e = n.parentElement;
    if (e.closest('[translate=no], script, style, [lang=en]') || !n.data.trim()) continue;
    out.push(n.data.trim());
  }
  for (const e of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    if (e.closest('[lang=en], [translate=no]')) continue;
    for (const a of ['aria-label', 'title', 'placeholder']) if (e.getAttribute(a)) out.push(e.getAttribute(a));
  }
  return out;
})()`

// code is a number of a document, as in the files.
var code = regexp.MustCompile(`^[A-Z]{2,}[0-9]+$`)

// known are Latin words of a Chinese page: units, formats, and the name of the product.
var known = regexp.MustCompile(`^(Wilson|kWh|CSV|csv|xlsx|xlsm|Gatehouse|HD|HN|XN|EN|MB|KPI|Excel|sha256|Shanghai|Asia|GBK|UTF)$`)

func TestBrowser(t *testing.T) {
	d := startDemo(t)
	t.Run("every page is whole and accessible", func(t *testing.T) {
		for _, k := range walks() {
			t.Run(k.String(), func(t *testing.T) { testWalk(t, d, k) })
		}
	})
	t.Run("sign-in", func(t *testing.T) { testLogin(t, d) })
	t.Run("head office compares projects", func(t *testing.T) { testHeadOffice(t, d) })
	t.Run("finance downloads what the page shows", func(t *testing.T) { testFinance(t, d) })
	t.Run("a manager sees one project only", func(t *testing.T) { testManager(t, d) })
}

// testLogin looks at the page before all others, in both languages and themes.
func testLogin(t *testing.T, d *demo) {
	w := openWindow(t, d)
	for _, k := range []walk{{"", "en", "light", 390}, {"", "zh", "dark", 1440}, {"", "zh", "light", 2560}} {
		at := "login" + k.String()
		w.do("size", chromedp.EmulateViewport(k.width, 900))
		w.open("/login?lang=" + k.lang + "&theme=" + k.theme)
		checkWhole(t, w, at)
		checkAccessible(t, w, at)
		w.shoot(at)
	}
}

// checkWhole makes sure that every chart is drawn and nothing spills over.
func checkWhole(t *testing.T, w *window, at string) {
	t.Helper()
	charts := eval[[]struct {
		Name    string
		Colours int
	}](w, "charts", paints)
	if len(charts) == 0 && (strings.HasPrefix(at, "portfolio") || strings.HasPrefix(at, "project")) {
		t.Errorf("%s has no charts", at)
	}
	for _, c := range charts {
		if c.Colours < 3 || c.Name == "" {
			t.Errorf("%s: chart %q has %d colours", at, c.Name, c.Colours)
		}
	}
	for _, s := range eval[[]string](w, "spills", spills) {
		t.Errorf("%s: %s", at, s)
	}
	if failed := eval[int](w, "failed panels", `document.querySelectorAll('.failed').length`); failed > 0 {
		t.Errorf("%s: %d panels failed", at, failed)
	}
}

func checkChinese(t *testing.T, w *window, at string) {
	t.Helper()
	texts := eval[[]string](w, "words", words)
	if len(texts) < 20 {
		t.Errorf("%s: only %d texts", at, len(texts))
	}
	for _, text := range texts {
		if code.MatchString(text) {
			continue
		}
		for _, word := range latin.FindAllString(text, -1) {
			if !known.MatchString(word) {
				t.Errorf("%s: %q on a Chinese page, in %q", at, word, text)
			}
		}
	}
}

func testHeadOffice(t *testing.T, d *demo) {
	w := openWindow(t, d)
	w.signIn("head")
	if got := w.location().Path; got != "/portfolio" {
		t.Errorf("head office lands on %s", got)
	}
	if lang := eval[string](w, "language", `document.documentElement.lang`); lang != "zh-CN" {
		t.Errorf("a Chinese browser is served %s", lang)
	}
	checkTile(t, w, d, "ytd")
	w.choose("period", "2025")
	if got := w.location().Query().Get("period"); got != "2025" {
		t.Errorf("the address has period %q", got)
	}
	checkTile(t, w, d, "2025")
	w.follow("English", chromedp.Click(chromedp.CSS(`.switch a`)))
	if lang := eval[string](w, "language", `document.documentElement.lang`); lang != "en" {
		t.Errorf("after the switch the page is in %s", lang)
	}
	if got := w.location().Query().Get("period"); got != "2025" {
		t.Errorf("the switch of language lost the period: %q", got)
	}
	checkTile(t, w, d, "2025")
	w.follow("a project", chromedp.Click(chromedp.CSS(`.rank a`)))
	if got := w.location(); got.Path != "/project" || got.Query().Get("period") != "2025" {
		t.Errorf("a project's name leads to %s", got)
	}
}

// checkTile compares the collection rate on screen with the command line.
func checkTile(t *testing.T, w *window, d *demo, period string) {
	t.Helper()
	if period == "ytd" {
		period = w.periodShown()
	}
	lines := d.kpi(t, "collection_rate", "--period", period)
	if len(lines) != 1 {
		t.Fatalf("gatehouse kpi gives %v", lines)
	}
	rate, err := strconv.ParseFloat(lines[0].Value, 64)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := w.text(`.tile[data-kpi=collection_rate] .figure`), fmt.Sprintf("%.1f", rate*100); got != want {
		t.Errorf("the tile shows %s, the command line %s (%s)", got, want, lines[0])
	}
}

func (w *window) periodShown() string {
	w.t.Helper()
	return eval[string](w, "period", `document.querySelector('select[name=period]').value`)
}

func testFinance(t *testing.T, d *demo) {
	w := openWindow(t, d)
	w.signIn("finance")
	w.open("/collections?period=2026-Q3")
	w.choose("period", lastQuarter(w))
	period := w.periodShown()
	page := map[string]gatehouse.Money{}
	for label, text := range eval[map[string]string](w, "totals",
		`Object.fromEntries([...document.querySelectorAll('.fees tfoot td[data-label]')].map(c => [c.dataset.label, c.textContent.trim()]))`) {
		if m, err := gatehouse.ParseMoney(strings.NewReplacer(",", "", "−", "-").Replace(text)); err == nil {
			page[label] = m
		}
	}
	lines := d.kpi(t, "collection_rate", "--period", period)
	if len(lines) != 1 || page["净应收"] == 0 || money(t, lines[0].Denominator) != page["净应收"] || money(t, lines[0].Numerator) != page["已收"] {
		t.Errorf("the page shows %s of %s, the command line %v", page["已收"], page["净应收"], lines)
	}
	workbook, err := excelize.OpenFile(w.download(`a[href^="/collections/report.xlsx"]`))
	if err != nil {
		t.Fatal(err)
	}
	defer workbook.Close()
	checkWorkbook(t, workbook, page)
}

// lastQuarter is the newest whole quarter on offer.
func lastQuarter(w *window) string {
	w.t.Helper()
	return eval[string](w, "quarters", `[...document.querySelectorAll('select[name=period] option')].map(o => o.value).filter(v => /-Q[1-4]$/.test(v))[1]`)
}

func money(t *testing.T, s string) gatehouse.Money {
	t.Helper()
	m, err := gatehouse.ParseMoney(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// checkWorkbook finds the page's totals in the sums of the projects, and
// the same as the sum of the detail.
func checkWorkbook(t *testing.T, f *excelize.File, page map[string]gatehouse.Money) {
	t.Helper()
	rows, err := f.GetRows("项目", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(rows, func(row []string) bool { return len(row) > 11 && row[0] == "合计（随筛选）" })
	if i < 0 {
		t.Fatal("the projects have no total")
	}
	for label, col := range map[string]int{"应收": 4, "净应收": 7, "已收": 8, "欠费": 11} {
		if got := money(t, rows[i][col]); got != page[label] || got == 0 {
			t.Errorf("%s: the workbook has %s, the page %s", label, got, page[label])
		}
	}
	detail, err := f.GetRows("明细", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	var net gatehouse.Money
	for _, row := range detail[5:] {
		net += money(t, row[11])
	}
	if net != page["净应收"] {
		t.Errorf("the bills of the detail add up to %s, the page has %s", net, page["净应收"])
	}
}

func testManager(t *testing.T, d *demo) {
	w := openWindow(t, d)
	w.signIn("manager")
	if got := w.location(); got.Path != "/today" || got.Query().Get("project") != "HD03" {
		t.Errorf("the manager of HD03 lands on %s", got)
	}
	checkWhole(t, w, "the manager's day")
	for _, path := range []string{"/project?project=HD01", "/collections?project=HD01", "/collections.json?project=HD01", "/portfolio?project=HD01"} {
		if got := w.open(path); got != 403 {
			t.Errorf("%s of another's project: %d", path, got)
		}
	}
	w.open("/collections?by=project")
	if rows := eval[int](w, "rows", `document.querySelectorAll('.fees tbody tr').length`); rows != 1 {
		t.Errorf("the manager of one project sees %d", rows)
	}
	w.follow("sign out", chromedp.Click(chromedp.CSS(`form[action="/logout"] button`)))
	w.open("/project?project=HD03")
	if got := w.location().Path; got != "/login" {
		t.Errorf("after signing out, %s is shown", got)
	}
}

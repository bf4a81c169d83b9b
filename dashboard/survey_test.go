package dashboard

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// surveyed loads the surveys of three half-years of P1, and of P2 that of the
// last one with too few answers; it gives the period of the last, as URLs and
// waves name it.
func (s *site) surveyed() (period string) {
	s.t.Helper()
	now := s.now().In(s.db.Calendar().Location)
	half := func(ago int) (time.Time, string) { // first month, and name
		m := time.Date(now.Year(), now.Month(), 1, 12, 0, 0, 0, now.Location()).AddDate(0, -6*ago, 0)
		if m.Month() <= 6 {
			return time.Date(m.Year(), 1, 10, 12, 0, 0, 0, now.Location()), fmt.Sprintf("%dH1", m.Year())
		}
		return time.Date(m.Year(), 7, 10, 12, 0, 0, 0, now.Location()), fmt.Sprintf("%dH2", m.Year())
	}
	waves := []string{"项目编码,批次,发放份数,户数"}
	lines := []string{"项目编码,批次,答卷编号,渠道,提交时间,题目,维度,得分"}
	answers := func(project string, ago, issued, n, happy, clean int) {
		day, wave := half(ago)
		waves = append(waves, fmt.Sprintf("%s,%s,%d,%d", project, wave, issued, issued))
		for i := range n {
			overall, cleaning, channel := 3, 2, "微信"
			if i < happy {
				overall = 5
			}
			if i < clean {
				cleaning = 4
			}
			if i%10 == 0 {
				channel = "电话"
			}
			head := fmt.Sprintf("%s,%s,S%d,%s,%s", project, wave, i, channel, day.Format("2006-01-02 15:04"))
			lines = append(lines, head+fmt.Sprintf(",总体满意度,总体,%d", overall), head+fmt.Sprintf(",保洁是否干净,保洁,%d", cleaning))
		}
	}
	answers("P1", 1, 200, 100, 80, 20) // rate 80 %, cleaning 20 %
	answers("P1", 2, 200, 100, 78, 60) // hardly another, cleaning much better
	answers("P1", 3, 200, 100, 50, 60) // much worse
	answers("P2", 1, 60, 12, 6, 6)     // too few
	s.load("发放.csv", waves...)
	s.load("答卷.csv", lines...)
	s.load("目标.csv", "项目编码,指标,期间,目标值", "P1,response_rate,"+strings.ReplaceAll(strings.ReplaceAll(period, "H1", ""), "H2", "")+"2026,60%")
	if _, err := s.kpis.Refresh(s.t.Context(), false); err != nil {
		s.t.Fatal(err)
	}
	_, name := half(1)
	return strings.Replace(name, "H", "-H", 1)
}

func TestSurveyOfAHalfYear(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	period := s.surveyed()
	head := s.as("head")
	query := "?lang=en&project=P1&period=" + period
	got := head.lines("/panel/survey/results.csv"+query, "Figure", "This wave", "n", "vs wave before", "vs last year")
	want := []string{"Survey response rate 0.5 200 0 0", "Satisfaction rate 0.8 100 0.02 0.3", "Satisfaction score 90 100 1 15", "Net promoter score · 0 · ·"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	page := parse(t, head.get("/survey"+query).body).text()
	for _, words := range []string{
		"▲ +2.0 not signif.", "▲ +30.0 better", // the rate against the wave before and last year
		"significantly worse than the wave before: 保洁", "▼ −40.0 worse",
	} {
		if !strings.Contains(page, words) {
			t.Errorf("the page lacks %q", words)
		}
	}
	dimensions := head.lines("/panel/survey/dimensions.csv"+query, "Dimension", "Rate", "n", "Wave before", "vs wave before")
	if diff := cmp.Diff([]string{"保洁 0.2 100 0.6 -0.4", "总体 0.8 100 0.78 0.02"}, dimensions); diff != "" {
		t.Errorf("dimensions (-want +got):\n%s", diff)
	}
	channels := head.lines("/panel/survey/channels.csv"+query, "Channel", "Rate", "n", "NPS points")
	if diff := cmp.Diff([]string{"微信 0.8 90 ·", "电话 · 10 ·"}, channels); diff != "" { // ten answers by telephone are too few to show
		t.Errorf("channels (-want +got):\n%s", diff)
	}
}

// Of too few answers no form has a value, but all say how many there were.
func TestSurveyWithholdsSmallNumbers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	period := s.surveyed()
	head := s.as("head")
	projects := head.lines("/panel/survey/projects.csv?lang=zh&period="+period, "项目", "满意率", "95% 下限", "n", "得分 分", "比上一批次")
	if diff := cmp.Diff([]string{"阳光花园 0.8 0.711170833635 100 90 0.02", "云栖苑 · · 12 · ·"}, cutDecimals(projects)); diff != "" {
		t.Errorf("projects (-want +got):\n%s", diff)
	}
	returns := head.lines("/panel/survey/returns.csv?lang=zh&period="+period, "项目", "发放", "回收", "应回", "还差", "回收率")
	if diff := cmp.Diff([]string{"阳光花园 200 100 120 20 0.5", "云栖苑 60 12 30 18 0.2", "合计 260 112 150 38 0.430769230769"}, returns); diff != "" {
		t.Errorf("returns (-want +got):\n%s", diff)
	}
	page := head.get("/survey?lang=zh&project=P2&period=" + period).body
	text := parse(t, page).text()
	if !strings.Contains(text, "只有 12 份有效答卷，少于 30 份，不显示数值") || !strings.Contains(text, "n < 30") || strings.Contains(text, "50.0%") {
		t.Errorf("a survey of 12 answers: %s", text)
	}
	for _, form := range []string{"json", "csv", "svg"} {
		if r := head.get("/panel/survey/dimensions." + form + "?lang=zh&project=P2&period=" + period); strings.Contains(r.body, "0.5,") || strings.Contains(r.body, `"0.5"`) || strings.Contains(r.body, "50.0") {
			t.Errorf("as %s it tells the rate: %s", form, r.body)
		}
	}
}

// cutDecimals leaves twelve places of a number.
func cutDecimals(lines []string) []string {
	var cut []string
	for _, line := range lines {
		words := strings.Fields(line)
		for i, w := range words {
			if strings.HasPrefix(w, "0.") && len(w) > 14 {
				words[i] = w[:14]
			}
		}
		cut = append(cut, strings.Join(words, " "))
	}
	return cut
}

package analytics

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"gatehouse/ingest"
	"gatehouse/ingest/demo"
)

// book is a random portfolio: what is true, and the lines of the files that
// say so.
type book struct {
	truth demo.Portfolio
	lines []bookLine
}

// bookLine is a line of one of the two files of a feed. Lines of the second
// take the place of lines of the first that have their key.
type bookLine struct {
	feed   string
	second bool
	order  int // of lines within a file
	text   string
}

// add puts a line in one of the files. Where it has an older version, that one
// stands in the first file and the line in the second.
func (b *book) add(t *rapid.T, feed, text, older string) {
	second := rapid.Bool().Draw(t, "second file")
	if older != "" && rapid.IntRange(0, 4).Draw(t, "has an older version") == 0 {
		b.lines = append(b.lines, bookLine{feed, false, order(t), older})
		second = true
	}
	b.lines = append(b.lines, bookLine{feed, second, order(t), text})
}

func order(t *rapid.T) int { return rapid.IntRange(0, 1<<16).Draw(t, "order") }

// cells joins what a line says; nothing that is written needs quoting.
func cells(values ...any) string {
	text := make([]string, len(values))
	for i, v := range values {
		text[i] = fmt.Sprint(v)
	}
	return strings.Join(text, ",")
}

func headOf(feed string) string {
	return map[string]string{
		"project":         "项目编码,项目名称,建筑面积,户数",
		"room":            "项目,房号,建筑面积",
		"fee_bill":        "项目,账单号,房号,收费项目,开始时间,结束时间,会计月,应交日期,应收金额,应收减免,类型,原账单号",
		"fee_payment":     "项目,收据号,账单号,房号,收费项目,开始时间,结束时间,缴费时间,实收金额,支付方式,原收据号",
		"service_request": "项目,工单编号,类型,类别,房号,受理时间,响应时间,要求完成时间,办结时间,回访时间,回访结果,处理人",
		"survey_response": "项目,批次,答卷编号,渠道,提交时间,题目,维度,得分,最低分,最高分,不清楚",
		"survey_wave":     "项目,批次,发放份数,户数",
		"meter":           "项目,表号,能源类型,表类型,倍率,单位",
		"energy_reading":  "项目,表号,抄表时间,本期度数,上期抄表日期,上期度数,事件,开始时间,结束时间,用量,费用",
	}[feed]
}

// bookFile is a file to load, as CSV.
type bookFile struct{ feed, text string }

// files are the first files of all feeds, then the second ones, shuffled.
func (b *book) files(t *rapid.T) []bookFile {
	var all []bookFile
	for _, second := range []bool{false, true} {
		byFeed := map[string][]bookLine{}
		for _, l := range b.lines {
			if l.second == second {
				byFeed[l.feed] = append(byFeed[l.feed], l)
			}
		}
		var some []bookFile
		for feed, lines := range byFeed {
			slices.SortFunc(lines, func(a, b bookLine) int { return cmp.Or(a.order-b.order, strings.Compare(a.text, b.text)) })
			text := headOf(feed) + "\n"
			for _, l := range lines {
				text += l.text + "\n"
			}
			some = append(some, bookFile{feed, text})
		}
		slices.SortFunc(some, func(a, b bookFile) int { return strings.Compare(a.feed, b.feed) })
		if len(some) > 0 {
			some = rapid.Permutation(some).Draw(t, "order of files")
		}
		all = append(all, some...)
	}
	return all
}

// String is the portfolio to be looked at when it makes a test fail.
func (f bookFile) String() string { return "-- " + f.feed + "\n" + f.text }

func loadBook(ctx context.Context, l *ingest.Loader, files []bookFile) error {
	for i, f := range files {
		content := strings.NewReader(f.text)
		r, err := l.Load(ctx, ingest.Request{Name: fmt.Sprintf("%d.csv", i), Content: content, Size: content.Size(), Feed: f.feed})
		if err != nil {
			return err
		}
		if r.Status != ingest.Published || r.Quarantined > 0 {
			return fmt.Errorf("%s is %s, %d rows set aside: %+v", f, r.Status, r.Quarantined, r.Errors)
		}
	}
	return nil
}

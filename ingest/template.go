package ingest

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"gatehouse"
)

// WriteTemplate writes an empty workbook that loads as the feed: its headers,
// a note on each, and validation that refuses in Excel what would be
// quarantined here.
func WriteTemplate(w io.Writer, feed string) error {
	f, err := findFeed(feed)
	if err != nil {
		return err
	}
	t := template{book: excelize.NewFile(), sheet: f.Title.ZH}
	defer t.book.Close()
	if err := t.fill(f); err != nil {
		return fmt.Errorf("template of %s: %w", feed, err)
	}
	return t.book.Write(w)
}

type template struct {
	book  *excelize.File
	sheet string
}

func (t *template) fill(f Feed) error {
	t.sheet = strings.NewReplacer("（", " ", "）", "", "、", " ").Replace(t.sheet)
	if err := t.book.SetSheetName(t.book.GetSheetName(0), t.sheet); err != nil {
		return err
	}
	head, err := t.book.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EDEDED"}},
		Border:    []excelize.Border{{Type: "bottom", Style: 1, Color: "808080"}},
		Alignment: &excelize.Alignment{Vertical: "center"},
	})
	if err != nil {
		return err
	}
	col := 0
	for _, d := range f.Fields {
		if d.Variant {
			continue
		}
		col++
		name, err := excelize.ColumnNumberToName(col)
		if err != nil {
			return err
		}
		if err := t.column(name, d, f.needsOf(d.id)); err != nil {
			return err
		}
		if err := t.book.SetCellStyle(t.sheet, name+"1", name+"1", head); err != nil {
			return err
		}
	}
	return t.book.SetPanes(t.sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// needsOf is the group of fields of which a row needs one, nil when the field
// may be blank.
func (f *Feed) needsOf(id field) []field {
	if id == fProject && !f.projectless {
		return []field{fProject}
	}
	for _, group := range f.needs {
		for _, g := range group {
			if g == id && !mayBeBlank(f, group[0]) {
				return group
			}
		}
	}
	return nil
}

func (t *template) column(name string, d Field, needs []field) error {
	format := "@" // text, so that Excel leaves 1-1-10 and long numbers alone
	switch d.Type {
	case Money:
		format = "#,##0.00"
	case Quantity, Score, Ratio, Int:
		format = "General"
	case Date:
		format = "yyyy-mm-dd"
	case DateTime:
		format = "yyyy-mm-dd hh:mm"
	}
	style, err := t.book.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return err
	}
	if err := t.book.SetColStyle(t.sheet, name, style); err != nil {
		return err
	}
	if err := t.book.SetColWidth(t.sheet, name, name, 16); err != nil {
		return err
	}
	if err := t.book.SetCellStr(t.sheet, name+"1", d.Label()); err != nil {
		return err
	}
	if err := t.book.AddComment(t.sheet, excelize.Comment{Cell: name + "1", Author: "Gatehouse", Text: d.note(needs), Width: 260, Height: 130}); err != nil {
		return err
	}
	return t.validate(name, d)
}

// note explains a column in both languages.
func (d Field) note(needs []field) string {
	required := gatehouse.Text{ZH: "选填", EN: "optional"}
	switch {
	case len(needs) == 1:
		required = gatehouse.Text{ZH: "必填", EN: "required"}
	case len(needs) > 1:
		required = gatehouse.Text{ZH: "与同类列至少填一列", EN: "this or a column that says the same is required"}
	}
	kind := d.Type.words()
	lines := []string{
		fmt.Sprintf("%s：%s，%s", d.Label(), kind.ZH, required.ZH),
		fmt.Sprintf("%s: %s, %s", d.Name, kind.EN, required.EN),
		d.Help,
	}
	if len(d.Values) > 0 && len(d.Values) <= 10 {
		lines = append(lines, strings.Join(d.choices(), " / "))
	}
	if d.Example != "" {
		lines = append(lines, "例 e.g. "+d.Example)
	}
	return strings.Join(lines, "\n")
}

func (t Type) words() gatehouse.Text {
	switch t {
	case Room:
		return gatehouse.Text{ZH: "房号（楼栋-单元-房间）", EN: "room"}
	case Money:
		return gatehouse.Text{ZH: "金额（元，最多两位小数）", EN: "amount in yuan, at most two decimals"}
	case Quantity, Ratio, Score:
		return gatehouse.Text{ZH: "数字", EN: "number"}
	case Int:
		return gatehouse.Text{ZH: "整数", EN: "whole number"}
	case Date:
		return gatehouse.Text{ZH: "日期", EN: "date"}
	case DateTime:
		return gatehouse.Text{ZH: "日期时间", EN: "date and time"}
	case Month, Period:
		return gatehouse.Text{ZH: "月份或期间", EN: "month or period"}
	case Enum:
		return gatehouse.Text{ZH: "选项", EN: "choice"}
	case Bool:
		return gatehouse.Text{ZH: "是或否", EN: "yes or no"}
	}
	return gatehouse.Text{ZH: "文本", EN: "text"}
}

// choices are an Enum's words for a Chinese template.
func (d Field) choices() []string {
	var words []string
	for _, v := range d.Values {
		if len(v.Aliases) > 0 {
			words = append(words, v.Aliases[0])
		} else {
			words = append(words, v.Name)
		}
	}
	return words
}

func (t *template) validate(name string, d Field) error {
	v := excelize.NewDataValidation(true)
	v.SetSqref(name + "2:" + name + "1048576")
	serial := func(day gatehouse.Date) float64 {
		return float64(day - gatehouse.NewDate(1899, time.December, 30))
	}
	var err error
	switch d.Type {
	case Enum:
		if len(d.Values) > 10 { // Excel takes lists of up to 255 characters
			return nil
		}
		err = v.SetDropList(d.choices())
	case Bool:
		err = v.SetDropList([]string{"是", "否"})
	case Money, Quantity, Ratio:
		err = v.SetRange(-1e13, 1e13, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween)
	case Int:
		err = v.SetRange(0, 1<<31-1, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween)
	case Date, DateTime:
		err = v.SetRange(serial(firstDay), serial(lastDay), excelize.DataValidationTypeDate, excelize.DataValidationOperatorBetween)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	style := excelize.DataValidationErrorStyleStop
	if d.Open {
		style = excelize.DataValidationErrorStyleWarning
	}
	kind := d.Type.words()
	v.SetError(style, d.Label(), kind.ZH+" / "+kind.EN)
	return t.book.AddDataValidation(t.sheet, v)
}

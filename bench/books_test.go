package bench

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gatehouse"
)

// The books: projects × rooms × months bills of one item, each with a payment.
const (
	projects = 40
	rooms    = 1000 // of a project
	months   = 25
	bills    = projects * rooms * months
)

// firstMonth is the first of the months.
func firstMonth() gatehouse.Month { return gatehouse.NewMonth(2024, 10) }

// book is a file in memory.
type book struct {
	name    string
	content []byte
	rows    int
}

// masters are the projects and their rooms.
func masters() []book {
	var list, room strings.Builder
	list.WriteString("项目编码,项目名称,区域,户数,建筑面积\n")
	room.WriteString("项目编码,房号,建筑面积\n")
	for p := range projects {
		fmt.Fprintf(&list, "%s,小区%02d,区域%d,%d,%d\n", code(p), p, p%5, rooms, rooms*95)
		for r := range rooms {
			fmt.Fprintf(&room, "%s,%s,%d\n", code(p), roomNo(r), 60+r%80)
		}
	}
	return []book{{"项目台账.csv", []byte(list.String()), projects}, {"房屋资料.csv", []byte(room.String()), projects * rooms}}
}

func code(p int) string { return fmt.Sprintf("P%02d", p) }

func roomNo(r int) string { return fmt.Sprintf("%d-%d-%d%02d", r/200+1, r/100%2+1, r/4%25+1, r%4+1) }

// row is one line of a book of bills or payments.
type row []any

func billHead() row {
	return row{"项目编码", "账单号", "房号", "收费项目", "开始时间", "结束时间", "应交日期", "应收金额"}
}

func paymentHead() row {
	return row{"项目编码", "收据号", "账单号", "房号", "收费项目", "缴费时间", "实收金额", "支付方式"}
}

// month calls f with every bill and payment of a month. One payment in sixteen
// is a little short, and one in eight comes late.
func month(m int, f func(bill, payment row)) {
	start := (firstMonth() + gatehouse.Month(m)).Start()
	end := (firstMonth() + gatehouse.Month(m+1)).Start() - 1
	for p := range projects {
		for r := range rooms {
			n := p*rooms + r
			no := fmt.Sprintf("%s-%02d-%04d", code(p), m, r)
			amount := gatehouse.Money(180_00 + n%160*137)
			paid, on := amount, start+gatehouse.Date(n%25)
			if n%16 == 0 {
				paid -= 50_00
			}
			if n%8 == 0 {
				on += 60
			}
			f(row{code(p), "B" + no, roomNo(r), "物业费", start, end, end, amount},
				row{code(p), "R" + no, "B" + no, roomNo(r), "物业费", on, paid, "微信"})
		}
	}
}

// csvBooks are the bills and the payments of a month.
func csvBooks(m int) []book {
	var b, p bytes.Buffer
	writeLine(&b, billHead())
	writeLine(&p, paymentHead())
	month(m, func(bill, payment row) {
		writeLine(&b, bill)
		writeLine(&p, payment)
	})
	return []book{{fmt.Sprintf("应收%02d.csv", m), b.Bytes(), projects * rooms}, {fmt.Sprintf("实收%02d.csv", m), p.Bytes(), projects * rooms}}
}

func writeLine(w *bytes.Buffer, r row) {
	for i, cell := range r {
		if i > 0 {
			w.WriteByte(',')
		}
		fmt.Fprint(w, cell)
	}
	w.WriteByte('\n')
}

// xlsxBooks are the same as workbooks.
func xlsxBooks(tb testing.TB, m int) []book {
	tb.Helper()
	var list []book
	for i, head := range []row{billHead(), paymentHead()} {
		f := excelize.NewFile()
		w, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			tb.Fatal(err)
		}
		n := 1
		add := func(r row) {
			cells := make([]any, len(r))
			for j, c := range r {
				switch v := c.(type) {
				case gatehouse.Money:
					cells[j] = float64(v) / 100
				case gatehouse.Date:
					cells[j] = v.String()
				default:
					cells[j] = v
				}
			}
			if err := w.SetRow(fmt.Sprintf("A%d", n), cells); err != nil {
				tb.Fatal(err)
			}
			n++
		}
		add(head)
		month(m, func(bill, payment row) { add([]row{bill, payment}[i]) })
		if err := w.Flush(); err != nil {
			tb.Fatal(err)
		}
		var out bytes.Buffer
		if err := f.Write(&out); err != nil {
			tb.Fatal(err)
		}
		f.Close()
		list = append(list, book{fmt.Sprintf("%s%02d.xlsx", []string{"应收", "实收"}[i], m), out.Bytes(), projects * rooms})
	}
	return list
}

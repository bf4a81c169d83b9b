package ingest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gatehouse"
)

// draw gives a random number below n; a property or a seeded source has it.
type draw func(n int) int

// madeRow is a row of a made-up file and what must become of it.
type madeRow struct {
	table        string
	ref, project string // as the file says it, and the code meant
	key          string // what equal payments without a receipt share, when counted
	counted      bool
	value        string
	fen          gatehouse.Money
	fault        Code // that sends it to quarantine, "" for none
	cells        []string
}

func (r madeRow) blank() bool { return strings.Join(r.cells, "") == "" }

// madeFile is a made-up file: rows by sheet, or rows sent back for a load.
type madeFile struct {
	name     string
	content  []byte
	sheets   []madeSheet
	corrects string // load, "" for a file of its own
	back     []sentRow
}

type madeSheet struct {
	table string
	rows  []madeRow
}

// sentRow is a row sent back; number is the row it takes the place of, 0 for
// one that was added.
type sentRow struct {
	sheet, number int
	row           madeRow
}

// madeHeads are the sheets of a made-up file.
func madeHeads(table string) (title string, columns []string) {
	switch table {
	case "project":
		return "小区", []string{"项目编码", "项目名称"}
	case "room":
		return "房屋", []string{"项目", "房号", "面积"}
	case "meter":
		return "表具", []string{"项目", "表号", "能源类型"}
	case "fee_bill":
		return "账单", []string{"项目", "房号", "账单号", "收费项目", "账期", "应收金额"}
	default:
		return "收款", []string{"项目", "房号", "收据号", "收费项目", "缴费日期", "实收金额"}
	}
}

// masters are the projects that made-up files speak of, by code and by name.
func masters() madeFile {
	var rows []madeRow
	for _, p := range [][2]string{{"P1", "阳光花园"}, {"P2", "翠湖"}} {
		rows = append(rows, madeRow{table: "project", ref: p[0], project: p[0], key: p[0], value: p[1], cells: p[:]})
	}
	return newMadeFile("masters.csv", []madeSheet{{"project", rows}})
}

// makeRow makes a row of a table. Few keys make files overlap.
func makeRow(table string, d draw) madeRow {
	ref := []string{"P1", "P2", "阳光花园"}[d(3)]
	r := madeRow{table: table, ref: ref, project: strings.Replace(ref, "阳光花园", "P1", 1)}
	room := fmt.Sprintf("1-1-10%d", d(4))
	switch table {
	case "project":
		r.ref = fmt.Sprintf("X%d", d(6))
		r.project, r.key, r.value = r.ref, r.ref, fmt.Sprintf("名%s-%d", r.ref, d(3))
		r.cells = []string{r.ref, r.value}
	case "room":
		r.key, r.value = room, strconv.Itoa(50+d(50))
		r.cells = []string{ref, room, r.value}
	case "meter":
		energy := d(2)
		r.key, r.value = fmt.Sprintf("E-%d", d(6)), []string{"water", "gas"}[energy]
		r.cells = []string{ref, r.key, []string{"水", "气"}[energy]}
	case "fee_bill":
		no := fmt.Sprintf("B%d", d(16))
		r.key = "no:" + no
		amount := r.money(d)
		r.cells = []string{ref, room, no, "物业费", "202603", amount}
	case "fee_payment":
		no := ""
		if d(3) > 0 {
			no = fmt.Sprintf("R%d", d(16))
			r.key = "no:" + no
		} else {
			r.ref, r.counted = r.project, true // the file counts them by what it calls the project
		}
		amount := r.money(d)
		if r.counted {
			r.key = "k:" + room + "|物业费|2026-03-05|" + r.fen.String()
		}
		r.cells = []string{r.ref, room, no, "物业费", "2026-03-05", amount}
	}
	return r
}

// money gives the cell of an amount, now and then one that is none.
func (r *madeRow) money(d draw) string {
	if d(6) == 0 {
		r.fault = []Code{AmountError, TooManyDecimals, FormulaError}[d(3)]
		return map[Code]string{AmountError: "二百", TooManyDecimals: "1.234", FormulaError: "#REF!"}[r.fault]
	}
	r.fen = gatehouse.Money(100 + d(5)*25)
	r.value = strconv.FormatInt(int64(r.fen), 10)
	return r.fen.String()
}

// makeFile makes a file of sheets of the tables, each with up to most rows.
func makeFile(name string, tables []string, most int, d draw) madeFile {
	var sheets []madeSheet
	for _, table := range tables {
		s := madeSheet{table: table}
		for range 1 + d(most) {
			s.rows = append(s.rows, makeRow(table, d))
		}
		sheets = append(sheets, s)
	}
	return newMadeFile(name, sheets)
}

func newMadeFile(name string, sheets []madeSheet) madeFile {
	return madeFile{name: name, sheets: sheets}
}

// write gives the bytes; the name makes files with equal rows differ.
func (f madeFile) write(t testing.TB) madeFile {
	if len(f.sheets) == 1 {
		_, columns := madeHeads(f.sheets[0].table)
		lines := []string{strings.Join(columns, ",") + "," + remark(f.name)}
		for _, r := range f.sheets[0].rows {
			lines = append(lines, strings.Join(r.cells, ","))
		}
		f.content = csv(lines...)
		return f
	}
	var sheets []sheetOf
	for _, s := range f.sheets {
		title, columns := madeHeads(s.table)
		of := sheetOf{name: title, rows: [][]any{anys(append(columns, remark(f.name)))}}
		for _, r := range s.rows {
			of.rows = append(of.rows, anys(r.cells))
		}
		sheets = append(sheets, of)
	}
	f.content = xlsx(t, sheets...)
	return f
}

// remark is the header of a column that nothing reads.
func remark(name string) string { return "说明 " + name }

func anys(texts []string) []any {
	var list []any
	for _, s := range texts {
		list = append(list, s)
	}
	return list
}

// sendBack makes a file of rows sent back for one sheet of a published file:
// some corrected, some cleared, some added.
func (f madeFile) sendBack(name, load string, d draw) madeFile {
	at := d(len(f.sheets))
	s := f.sheets[at]
	back := madeFile{name: name, corrects: load}
	_, columns := madeHeads(s.table)
	lines := []string{strings.Join(columns, ",") + "," + remark(name) + "," + backHeader(load, at)}
	add := func(number int, r madeRow) {
		shown := ""
		if number > 0 {
			shown = strconv.Itoa(number)
		}
		lines = append(lines, strings.Join(r.cells, ",")+",,"+shown)
		back.back = append(back.back, sentRow{at, number, r})
	}
	for i, r := range s.rows {
		switch d(4) {
		case 0, 1: // most of the bad rows come back good
			if r.fault != "" || d(3) == 0 {
				add(i+2, makeRow(s.table, d))
			}
		case 2:
			if d(4) == 0 {
				add(i+2, madeRow{table: s.table, cells: make([]string, len(columns))})
			}
		}
	}
	if len(back.back) == 0 || d(2) == 0 {
		add(0, makeRow(s.table, d))
	}
	back.content = csv(lines...)
	return back
}

// madeFact is a row as it must be visible, or its bad cell in quarantine.
type madeFact struct {
	madeRow
	at      int // row of the file that has it
	rowNo   int // of the attempt's rows of the table
	brought *madeAttempt
}

// readMade says what a load of the file must hold, with rows sent back in the
// order in which their files came.
func (f madeFile) readMade(base *madeAttempt, back []sentBackFile) (facts, bad []madeFact) {
	seen, ordinals, numbers := map[string]bool{}, map[string]int{}, map[string]int{}
	take := func(r madeRow, at int, brought *madeAttempt) {
		if r.blank() {
			return
		}
		if r.fault == "" && r.counted {
			ordinals[r.project+r.key]++
			r.key += "|" + strconv.Itoa(ordinals[r.project+r.key])
		}
		id := strings.Join([]string{r.table, r.ref, r.key}, "\x00")
		if r.fault == "" && seen[id] {
			r.fault = DuplicateKey
		}
		if r.fault != "" {
			bad = append(bad, madeFact{r, at, 0, brought})
			return
		}
		seen[id] = true
		numbers[r.table]++
		facts = append(facts, madeFact{r, at, numbers[r.table], brought})
	}
	for n, s := range f.sheets {
		for i, r := range s.rows {
			at, brought := i+2, base
			for _, b := range slices.Backward(back) {
				j := slices.IndexFunc(b.rows, func(s sentRow) bool { return s.sheet == n && s.number == i+2 })
				if j >= 0 {
					r, at, brought = b.rows[j].row, j+2, b.brought
					break
				}
			}
			take(r, at, brought)
		}
		for _, b := range back {
			for j, s := range b.rows {
				if s.sheet == n && s.number == 0 {
					take(s.row, j+2, b.brought)
				}
			}
		}
	}
	return facts, bad
}

// sentBackFile are the rows of one file sent back, and its attempt; nil for
// the one that is being loaded.
type sentBackFile struct {
	rows    []sentRow
	brought *madeAttempt
}

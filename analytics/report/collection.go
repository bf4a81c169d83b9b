package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/analytics"
)

// Collection says which collection report is wanted.
type Collection struct {
	Scope     gatehouse.Scope
	Snapshot  analytics.Snapshot
	Period    gatehouse.Period
	Project   string // code; empty: all projects in scope
	Lang      gatehouse.Lang
	User      string // who asked
	WrittenAt time.Time

	perSheet int // bills on a sheet of the detail; 0: as many as fit
}

// fullSheet is how many bills fit a sheet below its heads.
const fullSheet = 1<<20 - headRow

// WriteCollection writes the report as an .xlsx workbook and gives what the
// register now has of it: a cover, a summary, ageing, the figures by project,
// building, fee item and month, a control that they all tie out, and every
// bill. Its numbers are those of analytics.Service. A report that does not tie
// out to the cent is not written but an error.
func WriteCollection(ctx context.Context, w io.Writer, kpis *analytics.Service, register *Register, c Collection) (Record, error) {
	r, err := newCollection(ctx, kpis, c)
	if err != nil {
		return Record{}, err
	}
	rec := Record{
		Kind: "collection", By: c.User, At: c.WrittenAt.In(kpis.Calendar().Location), Period: c.Period, Project: c.Project, Scope: r.Scope,
		Lang: c.Lang, KnownAt: c.Snapshot.KnownAt, AsOf: c.Snapshot.AsOf, Bills: r.total.Bills,
	}
	if rec.Number, err = register.begin(ctx, rec); err != nil {
		return Record{}, err
	}
	if err := r.write(ctx, w, &rec); err != nil {
		return Record{}, err
	}
	return rec, register.finish(ctx, rec)
}

// collection is a report while it is written.
type collection struct {
	Collection
	figures
	kpis *analytics.Service
	book *book

	coverPage, summaryPage, projectPage, buildingPage, itemPage, agePage, monthPage, controlPage *page

	details    []*page
	receiptAt  int                   // row of the summary's first term of receipts
	streamed   []analytics.BillSheet // what the rows of each sheet of the detail came to
	bills      *billStream
	classNames []string
}

func newCollection(ctx context.Context, kpis *analytics.Service, c Collection) (*collection, error) {
	scope, err := c.Scope.Narrow(c.Project)
	if err != nil {
		return nil, err
	}
	c.Scope = scope
	if c.perSheet == 0 {
		c.perSheet = fullSheet
	}
	r := &collection{Collection: c, kpis: kpis}
	if r.figures, err = readFigures(ctx, kpis, c); err != nil {
		return nil, err
	}
	r.classNames = r.ageNames()
	return r, r.tie()
}

// write writes the workbook of a record, and fills in its hashes.
func (r *collection) write(ctx context.Context, w io.Writer, rec *Record) (err error) {
	if r.book, err = newBook(r.Lang); err != nil {
		return err
	}
	defer r.book.Close()
	if err := r.addPages(rec.Number); err != nil {
		return err
	}
	for _, sheet := range []func() error{r.summary, r.ageing, r.projects, r.buildings, r.items, r.months} {
		if err := sheet(); err != nil {
			return err
		}
	}
	r.bills = newBillStream(ctx, r)
	defer r.bills.stop()
	if err := r.detail(); err != nil {
		return err
	}
	if err := r.control(); err != nil {
		return err
	}
	if err := r.cover(*rec); err != nil { // its hash leaves the stamp out
		return err
	}
	file := &counted{to: w, hash: sha256.New()}
	err = r.book.pack(file, func(sheets []SheetHash) error {
		if err := r.tieDetail(); err != nil {
			return err
		}
		rec.Sheets, rec.ContentHash = sheets, contentHash(sheets)
		return r.cover(*rec)
	})
	rec.FileHash, rec.Bytes = hex.EncodeToString(file.hash.Sum(nil)), file.bytes
	return err
}

// addPages makes the sheets in their order, so that formulas may name each
// other's, and sets them up for print.
func (r *collection) addPages(n Number) error {
	b := r.book
	groups := []float64{11, 20, 8, 8.5, 15, 11, 12, 15, 15, 14, 12, 15, 9, 9}
	type one struct {
		into      **page
		name      string
		landscape bool
		widths    []float64
		repeated  int // last row repeated in print, 0: none
	}
	pages := []one{
		{&r.coverPage, b.t("封面", "Cover"), false, []float64{20, 84}, 0},
		{&r.summaryPage, b.t("汇总", "Summary"), true, []float64{26, 16, 16, 16, 12, 16, 13, 16}, 0},
		{&r.agePage, b.t("账龄", "Ageing"), true, slices.Concat([]float64{14, 24}, slices.Repeat([]float64{14}, len(r.ageNames())+2)), headRow},
		{&r.projectPage, b.t("项目", "Projects"), true, slices.Concat(groups, []float64{10, 9.5, 9, 9.5, 14}), headRow},
		{&r.buildingPage, b.t("楼栋", "Buildings"), true, slices.Concat([]float64{11, 20, 12}, groups[2:]), headRow},
		{&r.itemPage, b.t("收费项目", "Fee items"), true, slices.Concat([]float64{24}, groups[2:]), headRow},
		{&r.monthPage, b.t("月度", "Months"), true, slices.Concat([]float64{14, 24, 16}, slices.Repeat([]float64{9}, len(r.monthAxis))), headRow},
		{&r.controlPage, b.t("核对", "Control"), true, []float64{30, 17, 17, 17, 17, 17, 17, 14}, 0},
	}
	r.details = make([]*page, max(len(r.parts), 1))
	for i := range r.details {
		name := b.t("明细", "Detail")
		if i > 0 {
			name = fmt.Sprintf("%s %d", name, i+1)
		}
		pages = append(pages, one{&r.details[i], name, true, []float64{11, 18, 9, 12, 13, 19, 9, 11, 14, 11, 11, 14, 14, 13, 11, 14, 11, 10, 12, 12, 26, 14, 8}, headRow})
	}
	header := strings.ReplaceAll(r.t("收缴报表", "Collection report")+" · "+r.periodText()+" · "+n.String(), "&", "&&")
	zone := r.kpis.Calendar().Location
	footer := fmt.Sprintf(r.t("数据截至 %s · 业务日 %s · 单位：元", "as known at %s · as of %s · yuan"), r.Snapshot.KnownAt.In(zone).Format("2006-01-02 15:04"), r.Snapshot.AsOf)
	for _, p := range pages {
		made, err := b.page(p.name, p.widths...)
		if err != nil {
			return err
		}
		*p.into = made
		first := 0
		if p.repeated > 0 {
			first = totalRow
		}
		if err := made.print(p.landscape, first, p.repeated, header, footer); err != nil {
			return err
		}
	}
	return b.SetDocProps(docProperties(r.t("收缴报表", "Collection report"), n))
}

func (r *collection) t(zh, en string) string { return gatehouse.Text{ZH: zh, EN: en}.In(r.Lang) }

// name is what a project is called; rows of no known project have the code "".
func (r *collection) name(code string) string {
	if code == "" {
		return r.t("未归属", "Unassigned")
	}
	if name := r.names[code]; name != "" {
		return name
	}
	return code
}

// periodText names the period in the reader's language.
func (r *collection) periodText() string {
	if r.Period.Months() == 1 {
		return r.Period.Start.String()
	}
	return r.Period.Start.String() + " – " + r.Period.Last().String()
}

// counted hashes and counts a file on its way.
type counted struct {
	to    io.Writer
	hash  hash.Hash
	bytes uint64
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	_, _ = c.hash.Write(p[:n]) // never fails
	c.bytes += uint64(n)
	return n, err
}

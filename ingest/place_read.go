package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// errEnough stops the reading of a sheet behind what is wanted of it.
var errEnough = errors.New("enough was read")

// errNoRow says that the file has no such row of data.
var errNoRow = errors.New("no such row")

// lookedAt is what was read of a file for one row.
type lookedAt struct {
	format sheet.Format
	names  []string // of the columns, as the fields were found by
	plan   *plan
	head   []headRow // the header as the file with the row has it
	rows   []headRow // the window
}

// asFault words why a file cannot be shown. Other errors are not about the file.
func asFault(err error) (gatehouse.Text, bool) {
	var f *sheet.Fault
	var r *refusal
	switch {
	case errors.Is(err, errNoRow):
		return gatehouse.Text{ZH: "文件里找不到这一行：本程序的这个版本读法不同", EN: "the file has no such row: this version of the program reads it in another way"}, true
	case errors.As(err, &f):
		return faultText(f), true
	case errors.As(err, &r):
		return r.error.Message, true
	}
	return gatehouse.Text{}, false
}

// read reads the header, as it was read when the file was loaded, and the
// rows of the window.
func (s *search) read(ctx context.Context) (*lookedAt, error) {
	mapping, err := s.mappingOf(ctx, s.root.link)
	if err != nil {
		return nil, err
	}
	feeds, err := feedsFor(s.root.Feed, mapping, s.db.Calendar())
	if err != nil {
		return nil, err
	}
	r := &lookedAt{}
	own, top, err := s.window(ctx, r)
	if err != nil {
		return nil, err
	}
	if s.file.Corrects != "" {
		err = s.planOfFirst(ctx, r, top, feeds)
	} else if !mapping.reads(own) {
		err = errNoRow
	} else {
		var c candidate
		if c, err = r.plans(own, top, feeds); err == nil {
			r.head = top[c.first : c.first+c.rows]
		}
	}
	if err != nil {
		return nil, err
	}
	data := r.head[len(r.head)-1].number
	r.rows = slices.DeleteFunc(r.rows, func(row headRow) bool { return row.number <= data })
	r.fill(data, int(s.first), s.req.Row)
	for _, row := range r.rows {
		if row.number == s.req.Row {
			return r, nil
		}
	}
	return nil, errNoRow
}

// plans settles how a sheet is read whose first rows these are.
func (r *lookedAt) plans(s *sheet.Sheet, top []headRow, feeds []Feed) (candidate, error) {
	c, found := findHeader(top, feeds)
	if !found {
		return c, errNoRow
	}
	r.plan, r.names = newPlan(c, s, top), c.names
	return c, nil
}

// planOfFirst settles how rows that were sent back are read: as the sheet of
// the first file that they are for, whose columns they have.
func (s *search) planOfFirst(ctx context.Context, r *lookedAt, top []headRow, feeds []Feed) error {
	var back backColumn
	at := -1
	for i, row := range top {
		if b, ok := backColumnOf(row.cells); ok {
			back, at = b, i
			break
		}
	}
	if at < 0 {
		return errNoRow
	}
	first, done, err := s.look(ctx, s.root.SHA256)
	if err != nil {
		return err
	}
	defer done()
	if back.sheet < 0 || back.sheet >= len(first.Sheets) {
		return errNoRow
	}
	var head []headRow
	err = first.Sheets[back.sheet].Rows(ctx, func(row sheet.Row) error {
		head = append(head, keepRow(row))
		if len(head) < headRows {
			return nil
		}
		return errEnough
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	c, err := r.plans(first.Sheets[back.sheet], head, feeds)
	if err == nil {
		r.head = top[max(at-c.rows+1, 0) : at+1]
	}
	return err
}

// window keeps the rows of the window, and the first ones, where the header
// stands; what comes behind is not read.
func (s *search) window(ctx context.Context, into *lookedAt) (from *sheet.Sheet, top []headRow, err error) {
	book, done, err := s.look(ctx, s.file.SHA256)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	into.format = book.Format
	if from, err = sheetNamed(book, s.req.Sheet); err != nil {
		return nil, nil, err
	}
	err = from.Rows(ctx, func(row sheet.Row) error {
		if len(top) < headRows {
			top = append(top, keepRow(row))
		}
		switch {
		case row.Number > int(s.last):
			if len(top) == headRows {
				return errEnough
			}
		case row.Number >= int(s.first):
			into.rows = append(into.rows, keepRow(row))
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return from, top, err
}

// fill puts the blank rows of a spreadsheet between those that its file has;
// the records of a text have no gaps, since a record may span lines.
func (r *lookedAt) fill(data, first, asked int) {
	switch r.format {
	case sheet.CSV, sheet.JSON, sheet.GreenButton:
		return
	}
	var filled []headRow
	next := max(first, data+1)
	if len(r.rows) == 0 || r.rows[len(r.rows)-1].number < asked {
		return // the sheet ends before the row
	}
	for _, row := range r.rows {
		for ; next < row.number; next++ {
			filled = append(filled, headRow{number: next})
		}
		filled = append(filled, row)
		next = row.number + 1
	}
	r.rows = filled
}

// sheetNamed finds a sheet by its name. Two of one name cannot be told apart.
func sheetNamed(b *sheet.Book, name string) (*sheet.Sheet, error) {
	var found *sheet.Sheet
	for _, s := range b.Sheets {
		if s.Name != name || s.Hidden {
			continue
		}
		if found != nil {
			return nil, refuse("文件有两个工作表同名“%s”，无法确定是哪一个", "the file has two sheets named %q: which one is meant cannot be told", name)
		}
		found = s
	}
	if found == nil {
		return nil, errNoRow
	}
	return found, nil
}

// look opens a stored file that is as it was sent.
func (s *search) look(ctx context.Context, sha string) (*sheet.Book, func(), error) {
	file, err := s.files.Open(sha)
	if gatehouse.KindOf(err) == gatehouse.NotFound {
		return nil, nil, refuse("原始文件已不在文件库中：请从备份恢复数据目录中的 files/%s", "the original is not in the store any more: restore files/%s in the data directory from a backup", pathOf(sha))
	}
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, cancellable{ctx, file}); err != nil {
		return nil, nil, err
	}
	if hex.EncodeToString(hash.Sum(nil)) != sha {
		return nil, nil, refuse("文件库中的原始文件已被改动，不是当时载入的文件：请从备份恢复数据目录中的 files/%s", "the original in the store was changed and is not what was loaded: restore files/%s in the data directory from a backup", pathOf(sha))
	}
	return s.openIn(ctx, s.looks, sha, "")
}

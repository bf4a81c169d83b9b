package demo

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
)

// File is one spreadsheet that was written. Rows counts its rows of data, the
// bad ones among them.
type File struct {
	Path          string
	Feeds         []string // feeds of its sheets, in their order
	Rows, BadRows int
}

// book is a file before it is written. Its tables are made late, by the worker
// that writes them, so that few are in memory at a time.
type book struct {
	path   string // below the folder of the portfolio, without extension
	look   look
	tables func() []*table
}

// Write puts the portfolio into a folder for each project and one for the
// company, and says what it wrote in a fixed order. Writing the same portfolio
// again gives the same bytes, so whoever loads by content finds nothing new.
func (p *Portfolio) Write(dir string) ([]File, error) {
	books := p.books()
	files, errs := make([]File, len(books)), make([]error, len(books))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(books); i = int(next.Add(1)) - 1 {
				files[i], errs[i] = books[i].write(dir)
			}
		})
	}
	workers.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", books[i].path, err)
		}
	}
	return files, nil
}

// write makes the file and the folder it lies in.
func (b book) write(dir string) (File, error) {
	var f File
	var grids []grid
	for _, t := range b.tables() {
		f.Feeds = append(f.Feeds, t.feed)
		f.Rows += len(t.rows)
		f.BadRows += t.bad
		grids = append(grids, t.dress(b.look))
	}
	data, extension := []byte(nil), ".csv"
	var err error
	if b.look.format == xlsx {
		if b.look.help {
			grids = append(grids, helpSheet())
		}
		extension = ".xlsx"
		data, err = workbook(grids, b.look)
	} else {
		data, err = delimited(grids[0], b.look.format)
	}
	if err != nil {
		return File{}, err
	}
	f.Path = filepath.Join(dir, filepath.FromSlash(b.path)+extension)
	if err := os.MkdirAll(filepath.Dir(f.Path), 0o755); err != nil {
		return File{}, err
	}
	return f, os.WriteFile(f.Path, data, 0o644)
}

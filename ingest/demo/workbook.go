package demo

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"
)

// styles are the numbers of the cell styles in one workbook.
type styles struct{ title, header, day, clock int }

// workbook writes the grids as the sheets of an .xlsx file.
func workbook(grids []grid, l look) (data []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.SetDocProps(&excelize.DocProperties{Creator: "收费系统", LastModifiedBy: "收费系统"}); err != nil {
		return nil, err
	}
	if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &l.epoch1904}); err != nil {
		return nil, err
	}
	st, err := addStyles(f)
	if err != nil {
		return nil, err
	}
	if err := f.SetSheetName("Sheet1", grids[0].sheet); err != nil {
		return nil, err
	}
	for i, g := range grids {
		if i > 0 {
			if _, err := f.NewSheet(g.sheet); err != nil {
				return nil, err
			}
		}
		put := stream
		if l.shared {
			put = place
		}
		if err := put(f, g, st); err != nil {
			return nil, err
		}
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		return nil, err
	}
	return inOrder(buf.Bytes())
}

func addStyles(f *excelize.File) (st styles, err error) {
	day, clock := "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&st.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}, Alignment: &excelize.Alignment{Horizontal: "center"}}},
		{&st.header, excelize.Style{Font: &excelize.Font{Bold: true}}},
		{&st.day, excelize.Style{CustomNumFmt: &day}},
		{&st.clock, excelize.Style{CustomNumFmt: &clock}},
	} {
		if *s.id, err = f.NewStyle(&s.style); err != nil {
			return st, err
		}
	}
	return st, nil
}

// styleOf is the style of a cell of the grid, and its value as excelize takes it.
func (st styles) styleOf(g grid, line int, v any) (int, any) {
	d, isDate := v.(dated)
	switch {
	case isDate && d.clock:
		return st.clock, d.at
	case isDate:
		return st.day, d.at
	case line == g.header && v != nil:
		return st.header, v
	case line == 0 && line < g.header:
		return st.title, v
	}
	return 0, v
}

// stream writes a long sheet fast, with its strings inside the cells.
func stream(f *excelize.File, g grid, st styles) error {
	w, err := f.NewStreamWriter(g.sheet)
	if err != nil {
		return err
	}
	if err := w.SetColWidth(1, g.width, 14); err != nil {
		return err
	}
	cells := make([]any, 0, g.width+2)
	for i, line := range g.lines {
		cells = cells[:0]
		for _, v := range line {
			if style, value := st.styleOf(g, i, v); style != 0 {
				v = excelize.Cell{StyleID: style, Value: value}
			}
			cells = append(cells, v)
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := w.SetRow(at, cells); err != nil {
			return err
		}
	}
	if g.header > 0 {
		end, err := excelize.CoordinatesToCellName(g.width, 1)
		if err != nil {
			return err
		}
		if err := w.MergeCell("A1", end); err != nil {
			return err
		}
	}
	return w.Flush()
}

// place writes cell by cell, which puts the strings into the shared table.
func place(f *excelize.File, g grid, st styles) error {
	for i, line := range g.lines {
		for j, v := range line {
			if v == nil {
				continue
			}
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return err
			}
			style, value := st.styleOf(g, i, v)
			if err := f.SetCellValue(g.sheet, at, value); err != nil {
				return err
			}
			if style == 0 {
				continue
			}
			if err := f.SetCellStyle(g.sheet, at, at, style); err != nil {
				return err
			}
		}
	}
	if g.header <= 0 {
		return nil
	}
	end, err := excelize.CoordinatesToCellName(g.width, 1)
	if err != nil {
		return err
	}
	return f.MergeCell(g.sheet, "A1", end)
}

// inOrder sorts the parts of the archive by name: excelize writes streamed sheets
// in the order of a map, and the same workbook must have the same bytes.
func inOrder(data []byte) ([]byte, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(r.File, func(a, b *zip.File) int { return cmp.Compare(a.Name, b.Name) })
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, part := range r.File {
		from, err := part.OpenRaw()
		if err != nil {
			return nil, err
		}
		header := part.FileHeader
		to, err := w.CreateRaw(&header)
		if err != nil {
			return nil, err
		}
		if _, err := io.Copy(to, from); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

package report

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"strings"

	"gatehouse"
)

// pack writes the workbook: the layout's parts, each sheet with its rows. The
// rows of streamed pages are made now, and come first, so that stamp, which
// writes the page that names the hash of all, comes last.
func (b *book) pack(w io.Writer, stamp func(sheets []SheetHash) error) error {
	for _, p := range b.pages {
		if p.fill == nil && p.at > 0 {
			if err := b.SetSheetDimension(p.name, fmt.Sprintf("A1:%s%d", column(max(p.wide, 1)-1), p.at)); err != nil {
				return err
			}
		}
	}
	layout, err := b.WriteToBuffer()
	if err != nil {
		return err
	}
	parts, err := zip.NewReader(bytes.NewReader(layout.Bytes()), int64(layout.Len()))
	if err != nil {
		return err
	}
	out := zip.NewWriter(w)
	out.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, deflateLevel) })
	byName := map[string]*zip.File{}
	for _, part := range parts.File {
		byName[part.Name] = part
	}
	if err := out.Copy(byName["[Content_Types].xml"]); err != nil { // first, as those who guess types expect
		return err
	}
	delete(byName, "[Content_Types].xml")
	for _, p := range b.pages {
		if p.fill != nil {
			if err := p.writeTo(out, byName); err != nil {
				return err
			}
		}
	}
	sheets := make([]SheetHash, len(b.pages))
	for i, p := range b.pages {
		sheets[i] = SheetHash{p.name, p.sum.sum()}
	}
	if err := stamp(sheets); err != nil {
		return err
	}
	for _, p := range b.pages {
		if p.fill == nil {
			if err := p.writeTo(out, byName); err != nil {
				return err
			}
		}
	}
	for _, part := range parts.File {
		if byName[part.Name] == nil {
			continue
		}
		if err := copyPart(out, part); err != nil {
			return err
		}
	}
	return out.Close()
}

// deflateLevel is half as fast as none and leaves a fifteenth of a detail.
const deflateLevel = flate.BestSpeed

// writeTo writes the sheet with its rows in the place of the layout's.
func (p *page) writeTo(out *zip.Writer, layout map[string]*zip.File) error {
	before, after, err := split(layout[p.part])
	if err != nil {
		return fmt.Errorf("%s: %w", p.part, err)
	}
	delete(layout, p.part)
	entry, err := out.Create(p.part)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(entry, 256<<10)
	_, _ = buffered.Write(before) // the last one tells
	if p.fill != nil {
		p.out = buffered
		if err := p.fill(); err != nil {
			return err
		}
	} else {
		_, _ = buffered.Write(p.held.Bytes())
	}
	_, _ = buffered.Write(after)
	return buffered.Flush()
}

// split gives what stands before and after the rows of a sheet.
func split(sheet *zip.File) (before, after []byte, err error) {
	text, err := content(sheet)
	if err != nil {
		return nil, nil, err
	}
	before, after, found := bytes.Cut(text, []byte("<sheetData"))
	if found && bytes.HasPrefix(after, []byte("/>")) {
		after = after[len("/>"):]
	} else if found {
		_, after, found = bytes.Cut(after, []byte("</sheetData>"))
	}
	if !found {
		return nil, nil, gatehouse.Errorf(gatehouse.Internal, "the layout of a workbook has a sheet without a place for rows")
	}
	return append(before, "<sheetData>"...), append([]byte("</sheetData>"), after...), nil
}

func content(part *zip.File) ([]byte, error) {
	if part == nil {
		return nil, gatehouse.Errorf(gatehouse.Internal, "the layout of a workbook lacks a part")
	}
	r, err := part.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// unfilled is how excelize writes a column that is not filled, and outlined
// the same with the line that it cannot give one: targets are outlines.
const (
	unfilled = `<spPr><a:noFill></a:noFill></spPr><invertIfNegative`
	outlined = `<spPr><a:noFill></a:noFill><a:ln w="15875"><a:solidFill><a:srgbClr val="` + actualColour + `"/></a:solidFill></a:ln></spPr><invertIfNegative`
)

// copyPart takes over a part of the layout as it is, but for charts.
func copyPart(out *zip.Writer, part *zip.File) error {
	if !strings.HasPrefix(part.Name, "xl/charts/chart") {
		return out.Copy(part)
	}
	text, err := content(part)
	if err != nil {
		return err
	}
	entry, err := out.Create(part.Name)
	if err != nil {
		return err
	}
	_, err = entry.Write(bytes.ReplaceAll(text, []byte(unfilled), []byte(outlined)))
	return err
}

package report

import (
	"io"
	"strconv"
)

// rows writes rows from the top of a sheet, and hashes what they say.
type rows struct {
	out   io.Writer
	sum   *fingerprint
	at    int                     // last row written
	wide  int                     // cells of the longest
	stamp func(col, row int) bool // cells that do not count; nil: all do
	xml   []byte
}

// add writes the next row; a height of 0 is the usual one, in points.
func (r *rows) add(height float64, cells []cell) error {
	r.at++
	r.wide = max(r.wide, len(cells))
	b := append(r.xml[:0], `<row r="`...)
	b = strconv.AppendInt(b, int64(r.at), 10)
	if height > 0 {
		b = append(b, `" customHeight="1" ht="`...)
		b = strconv.AppendFloat(b, height, 'f', -1, 64)
	}
	b = append(b, `">`...)
	for col := range cells {
		c := &cells[col]
		if !c.holds() && c.style == 0 {
			continue
		}
		b = c.appendXML(b, col, r.at)
		if c.holds() && (r.stamp == nil || !r.stamp(col, r.at)) {
			r.sum.cell(c, col, r.at)
		}
	}
	r.xml = append(b, `</row>`...)
	_, err := r.out.Write(r.xml)
	return err
}

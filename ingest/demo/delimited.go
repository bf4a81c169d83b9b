package demo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// delimited writes the grid as a CSV file in the encoding of the format.
func delimited(g grid, f format) ([]byte, error) {
	var buf bytes.Buffer
	if f == csvBOM {
		buf.WriteString("\ufeff")
	}
	w := csv.NewWriter(&buf)
	w.UseCRLF = f != csvPlain // as Excel saves it; a plain file comes from a script
	width := 0
	for _, line := range g.lines {
		width = max(width, len(line))
	}
	record := make([]string, width)
	for _, line := range g.lines {
		clear(record)
		for j, v := range line {
			record[j] = plain(v)
		}
		if err := w.Write(record); err != nil {
			return nil, err
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return nil, err
	}
	if f == csvGB18030 {
		return simplifiedchinese.GB18030.NewEncoder().Bytes(buf.Bytes())
	}
	return buf.Bytes(), nil
}

// plain is a cell as text.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

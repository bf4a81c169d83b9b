package panel

import (
	"encoding/csv"
	"io"
)

// SafeCell keeps a spreadsheet from taking a text for a formula.
func SafeCell(s string) string {
	if s != "" && (s[0] == '=' || s[0] == '+' || s[0] == '-' || s[0] == '@' || s[0] == '\t' || s[0] == '\r') {
		return "'" + s
	}
	return s
}

// WriteCSV writes the table with exact values, in UTF-8 with the mark that
// Excel needs to see that it is.
func (r *Result) WriteCSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	places := r.Table.Written()
	record := make([]string, len(places))
	for i, at := range places {
		record[i] = SafeCell(r.Table.Columns[at].FileTitle(r.Lang))
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for _, row := range r.Table.Rows {
		for i, at := range places {
			record[i] = row.Cells[at].Exact
			if r.Table.Columns[at].FormatOf(row.Cells[at]).Kind == Text {
				record[i] = SafeCell(record[i])
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

package panel

import (
	"encoding/json"
	"io"
	"time"
)

// WriteJSON writes the result for programs. Whole numbers are numbers, other
// values exact decimals as text, missing ones null.
func (r *Result) WriteJSON(w io.Writer) error {
	type column struct {
		Key  string `json:"key"`
		ZH   string `json:"zh"`
		EN   string `json:"en"`
		Kind Kind   `json:"kind"`
		Unit string `json:"unit,omitempty"`
	}
	answer := struct {
		Page     string          `json:"page"`
		Panel    string          `json:"panel"`
		Title    string          `json:"title"`
		Period   string          `json:"period"`
		N        string          `json:"n,omitempty"`
		KnownAt  *time.Time      `json:"known_at"`
		AsOf     string          `json:"as_of"`
		KPI      string          `json:"kpi,omitempty"`
		Sentence string          `json:"sentence,omitempty"`
		Empty    string          `json:"empty,omitempty"`
		Columns  []column        `json:"columns"`
		Rows     []jsonRow       `json:"rows"`
		Total    []jsonRow       `json:"total,omitempty"`
		Chart    json.RawMessage `json:"chart,omitempty"`
	}{
		Page: r.Page, Panel: r.Name, Title: r.Caption(), Period: r.Period, N: r.N, AsOf: r.AsOf.String(), KPI: r.KPI, Sentence: r.Sentence, Empty: r.Empty,
		Columns: []column{}, Rows: []jsonRow{},
	}
	if !r.KnownAt.IsZero() {
		answer.KnownAt = &r.KnownAt
	}
	if r.Chart != nil {
		answer.Chart = json.RawMessage(r.Chart.Option)
	}
	for _, i := range r.Table.Written() {
		c := r.Table.Columns[i]
		answer.Columns = append(answer.Columns, column{c.Key, c.Head.ZH, c.Head.EN, c.Kind, c.Base})
	}
	for _, row := range r.Table.Rows {
		if row.Total {
			answer.Total = append(answer.Total, r.jsonRow(row))
		} else {
			answer.Rows = append(answer.Rows, r.jsonRow(row))
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(true)
	return e.Encode(answer)
}

type jsonRow map[string]any

func (r *Result) jsonRow(row Row) jsonRow {
	values := jsonRow{}
	for _, i := range r.Table.Written() {
		c, col := row.Cells[i], r.Table.Columns[i]
		switch f := col.FormatOf(c); {
		case c.Exact == "" && f.Kind != Text:
			values[col.Key] = nil
		case f.Kind == Integer:
			values[col.Key] = json.Number(c.Exact)
		default:
			values[col.Key] = c.Exact
		}
	}
	return values
}

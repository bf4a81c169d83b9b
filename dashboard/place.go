package dashboard

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"gatehouse"
	"gatehouse/ingest"
)

// placeData is the page of a row in the file that brought it.
type placeData struct {
	Frame
	ingest.Place
	Asked    ingest.PlaceRequest
	Original string // address of the file as it was sent, empty for those who may not have all of it
	LoadURL  string // of the page of its load, empty for them too
	Value    string // of the marked cell
	Stored   string // what it was stored as, empty for a row that was not loaded
	Marking  string // what is marked, in words
	Earlier  string // addresses of the rows beside this one
	Later    string
	More     string // address with more rows around, empty when there are enough
	Fewer    string
	Columns  []placeColumn
	Header   []placeLine
	Lines    []placeLine
	Became   []becameFact // the marked one first
	Others   []becameFact // of rows that made many
	Faults   []placeFault // why it was set aside
	Withheld bool
	Size     string
}

// placeColumn is a column with what it became in words.
type placeColumn struct {
	ingest.PlaceColumn
	Class  string
	Words  []string
	Marked bool
}

// placeFault is one reason for which the row was set aside.
type placeFault struct{ Cell, Message, Hint string }

// placeLine is a row of the table.
type placeLine struct {
	ingest.PlaceRow
	Label string // its number
	Word  string // what became of it, empty for rows that were loaded
	Span  int    // of the word where there are no cells
	Cells []placeCell
}

type placeCell struct {
	ingest.PlaceCell
	Marked bool
}

// rowURL is the address of a row in the file that brought it. Whoever lists
// facts has all of it in them.
func rowURL(at ingest.PlaceRequest) string {
	q := url.Values{"row": {strconv.Itoa(at.Row)}}
	for name, value := range map[string]string{"sheet": at.Sheet, "fact": at.Fact, "field": at.Field, "question": at.Question} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for name, n := range map[string]uint64{"attempt": at.Attempt, "brought": at.Brought, "n": uint64(max(at.Around, 0))} {
		if n != 0 {
			q.Set(name, strconv.FormatUint(n, 10))
		}
	}
	return address("/loads/"+url.PathEscape(at.LoadID)+"/rows", q)
}

// RowURL is where the bad cell of a load is shown in its file.
func (d loadData) RowURL(c ingest.QuarantinedCell) string {
	return rowURL(ingest.PlaceRequest{LoadID: d.Load.LoadID, Brought: c.Brought, Sheet: c.Sheet, Row: int(c.Row), Field: c.Field})
}

// rows shows a row in the file that brought it.
func (s *Server) rows(w http.ResponseWriter, r *http.Request) error {
	if r.PathValue("rows") != "rows" {
		return s.notFound(w, r)
	}
	now, err := s.answersNow(r.Context())
	if err != nil {
		return err
	}
	page := placeData{}
	if page.Frame, err = s.workFrame(r, now); err != nil {
		return err
	}
	if page.Asked, err = page.placeRequest(r); err != nil {
		return err
	}
	if page.Place, err = s.Loader.Place(r.Context(), page.Asked); err != nil {
		return err
	}
	page.word(s.Store != nil)
	return s.render(w, "place.html", page)
}

// placeRequest reads what the address asks for. Numbers that are none are rows
// that are not there.
func (f Frame) placeRequest(r *http.Request) (ingest.PlaceRequest, error) {
	q := r.URL.Query()
	req := ingest.PlaceRequest{
		Scope: f.Scope, Viewer: f.User.Name, LoadID: r.PathValue("id"), Sheet: q.Get("sheet"),
		Fact: q.Get("fact"), Field: q.Get("field"), Question: q.Get("question"),
	}
	req.Row, _ = strconv.Atoi(q.Get("row"))
	req.Around, _ = strconv.Atoi(q.Get("n"))
	for name, into := range map[string]*uint64{"attempt": &req.Attempt, "brought": &req.Brought} {
		if text := q.Get(name); text != "" {
			var err error
			if *into, err = strconv.ParseUint(text, 10, 64); err != nil {
				return req, gatehouse.Errorf(gatehouse.NotFound, "there is no attempt %q", text)
			}
		}
	}
	var err error
	if text := q.Get("known"); text != "" {
		req.KnownAt, err = parseInstant(text, f.Calendar.Location)
	}
	return req, err
}

// word puts the place into words; kept tells whether files can be downloaded.
func (d *placeData) word(kept bool) {
	if d.Whole {
		d.LoadURL = "/loads/" + d.LoadID
		if kept && d.Fault == nil {
			d.Original = "/originals/" + d.LoadID
		}
	}
	for i, c := range d.Place.Columns {
		column := placeColumn{PlaceColumn: c, Marked: i == d.Place.Marked}
		column.Class, column.Words = d.columnWords(c)
		d.Columns = append(d.Columns, column)
	}
	for _, row := range d.Head {
		d.Header = append(d.Header, d.line(row))
	}
	for _, row := range d.Rows {
		line := d.line(row)
		d.Withheld = d.Withheld || row.Use == ingest.RowWithheld
		if row.Asked && d.Place.Marked >= 0 {
			cell := &line.Cells[d.Place.Marked]
			cell.Marked, d.Value, d.Marking = true, cell.Text, d.In(d.Place.Columns[d.Place.Marked].Label)
			if cell.Masked {
				d.Value = d.T("已遮盖", "masked")
			}
		}
		d.Lines = append(d.Lines, line)
	}
	for _, f := range d.Place.Faults {
		e := f.Code.Explain()
		d.Faults = append(d.Faults, placeFault{Cell: d.CellPlace(ingest.QuarantinedCell{Cell: f.Cell}), Message: d.In(e.Message) + d.detail(f.Detail), Hint: d.In(e.Hint)})
	}
	d.Size = d.size(d.Bytes)
	d.factWords()
	d.beside()
	d.Title = d.rowTitle()
}

// rowTitle is the title of the page: where it is in the file.
func (d *placeData) rowTitle() string {
	if d.Cell != "" {
		return d.Cell + " · " + d.File
	}
	n := strconv.Itoa(d.Row)
	return d.T("第 "+n+" 行", "Row "+n) + " · " + d.File
}

func (d *placeData) columnWords(c ingest.PlaceColumn) (class string, words []string) {
	switch {
	case c.Use == ingest.UsePersonal:
		return "masked", []string{d.T("个人信息，不显示", "personal, not shown")}
	case c.Use == ingest.UseIgnored:
		return "unread", []string{d.T("未读取", "not read")}
	}
	// A ledger's bill and payment both have an amount; in Chinese their labels differ.
	several := d.English() && len(d.Facts) > 1 && d.Facts[0].Fact != d.Facts[len(d.Facts)-1].Fact
	seen := map[string]bool{}
	var direct, derived []string
	for _, b := range c.Became {
		text := d.In(b.Label)
		if several && b.Field == "amount" {
			text = d.FeedTitle(b.Fact) + " " + text
		}
		switch {
		case seen[text]:
		case b.Derived:
			derived = append(derived, text)
		default:
			direct = append(direct, text)
		}
		seen[text] = true
	}
	switch {
	case len(direct) > 0 || c.Use == ingest.UseQuestion:
		return "read", direct
	case len(derived) > 0:
		return "derived", []string{d.T("算出 ", "gives ") + strings.Join(derived, d.T("、", ", "))}
	}
	return "blank", []string{d.In(c.Label)}
}

// line is a row of the table in words.
func (d *placeData) line(row ingest.PlaceRow) placeLine {
	line := placeLine{PlaceRow: row, Label: strconv.Itoa(row.Number), Span: len(d.Columns)}
	if row.Number == 0 {
		line.Label = d.T("名", "names")
	}
	switch row.Use {
	case ingest.RowWithheld:
		line.Word = d.T("其他项目，不显示", "other project, withheld")
	case ingest.RowSetAside:
		line.Word = d.T("隔离", "set aside")
	case ingest.RowLeft:
		line.Word = d.T("未载入", "not loaded")
	case ingest.RowHeader:
		line.Word = d.T("表头", "header")
	case ingest.RowLoaded:
	}
	for _, c := range row.Cells {
		line.Cells = append(line.Cells, placeCell{PlaceCell: c})
	}
	return line
}

// beside makes the addresses of the rows next to this one, and of more of them.
func (d *placeData) beside() {
	at := d.Asked
	for _, row := range d.Rows {
		if row.Use != ingest.RowLoaded || row.Asked {
			continue
		}
		at.Row = row.Number
		if row.Number < d.Row {
			d.Earlier = rowURL(at)
		} else if d.Later == "" {
			d.Later = rowURL(at)
		}
	}
	at.Row = d.Row
	if at.Around < mostRows {
		at.Around = mostRows
		d.More = rowURL(at)
	} else {
		at.Around = 0
		d.Fewer = rowURL(at)
	}
}

// mostRows is how many rows before and after the page shows when asked for more.
const mostRows = 30

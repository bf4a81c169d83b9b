package dashboard

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"io"
	"net/http"
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/ingest"
)

// loadData is the page of one load.
type loadData struct {
	Frame
	Load     loadRow
	Sums     []sumRow
	Notes    []string
	Errors   []string
	Cells    []cellRow
	CellsAll int
	SizeKB   uint64
	Original string // address of the file as it was sent, empty when it is not kept
}

type sumRow struct{ Label, Amount string }

// cellRow is a bad cell with what to do about it.
type cellRow struct {
	ingest.QuarantinedCell
	Message, Hint string
}

// cellsShown is how many bad cells the page lists; the download has all.
const cellsShown = 500

func (s *Server) load(w http.ResponseWriter, r *http.Request) error {
	page, err := s.readLoad(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	page.Cells = page.Cells[:min(len(page.Cells), cellsShown)]
	return s.render(w, "load.html", page)
}

func (s *Server) readLoad(r *http.Request, id string) (loadData, error) {
	frame, err := s.frame(r)
	if err != nil {
		return loadData{}, err
	}
	page := loadData{Frame: frame}
	found, err := ingest.FindLoad(r.Context(), s.db, page.Scope, page.User.Name, id)
	if err != nil {
		return loadData{}, err
	}
	page.Load = page.loadRow(found)
	page.Nav, page.Title, page.SizeKB = "loads", page.T("载入记录", "Load"), (found.Bytes+1023)/1024
	if s.Store != nil {
		page.Original = "/originals/" + found.LoadID
	}
	for name, sum := range found.Sums {
		fen, err := gatehouse.ParseMoney(sum.StringFixed(2))
		if err != nil {
			return loadData{}, err
		}
		page.Sums = append(page.Sums, sumRow{page.sumLabel(name), moneyTable(fen)})
	}
	slices.SortFunc(page.Sums, func(a, b sumRow) int { return cmp.Compare(a.Label, b.Label) })
	page.Notes, page.Errors = page.InAll(found.Notes()), page.InAll(found.Errors())
	cells, err := ingest.Quarantined(r.Context(), s.db, page.Scope, page.User.Name, found.LoadID)
	if err != nil {
		return loadData{}, err
	}
	for _, c := range cells {
		e := c.Code.Explain()
		page.Cells = append(page.Cells, cellRow{c, page.In(e.Message), page.In(e.Hint)})
	}
	page.CellsAll = len(cells)
	return page, nil
}

// quarantineCSV is every bad cell of a load.
func (s *Server) quarantineCSV(w http.ResponseWriter, r *http.Request) error {
	id, ok := strings.CutSuffix(r.PathValue("file"), ".csv")
	if !ok {
		return gatehouse.Errorf(gatehouse.NotFound, "there is no file %s", r.PathValue("file"))
	}
	page, err := s.readLoad(r, id)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("\uFEFF")
	out := csv.NewWriter(&b)
	if err := out.Write([]string{page.T("工作表", "Sheet"), page.T("单元格", "Cell"), page.T("列名", "Header"), page.T("原值", "Value"), page.T("原因", "Reason"), page.T("处理办法", "What to do")}); err != nil {
		return err
	}
	for _, c := range page.Cells {
		if err := out.Write([]string{safeCell(c.Sheet), page.CellPlace(c.QuarantinedCell), safeCell(c.Header), safeCell(c.Value), c.Message, c.Hint}); err != nil {
			return err
		}
	}
	out.Flush()
	attach(w, "text/csv; charset=utf-8", "quarantine-"+page.Load.LoadID+".csv")
	_, err = b.WriteTo(w)
	return err
}

// original is the file as it was sent.
func (s *Server) original(w http.ResponseWriter, r *http.Request) error {
	user := userOf(r)
	found, err := ingest.FindLoad(r.Context(), s.db, user.Scope(), user.Name, r.PathValue("id"))
	if err != nil {
		return err
	}
	if s.Store == nil {
		return gatehouse.Errorf(gatehouse.NotFound, "files are not kept here")
	}
	file, err := s.Store.Open(found.SHA256)
	if err != nil {
		return err
	}
	defer file.Close()
	attach(w, "application/octet-stream", found.File)
	_, err = io.Copy(w, file)
	return err
}

// template is an empty workbook of a feed.
func (s *Server) template(w http.ResponseWriter, r *http.Request) error {
	feed, ok := strings.CutSuffix(r.PathValue("file"), ".xlsx")
	if !ok || !slices.Contains(ingest.FeedNames(), feed) {
		return gatehouse.Errorf(gatehouse.NotFound, "there is no template %s", r.PathValue("file"))
	}
	var b bytes.Buffer
	if err := ingest.WriteTemplate(&b, feed); err != nil {
		return err
	}
	attach(w, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", feed+".xlsx")
	_, err := b.WriteTo(w)
	return err
}

// CellPlace is where a bad cell is: "B47", or its row where the column is missing.
func (f Frame) CellPlace(c ingest.QuarantinedCell) string {
	if row, ok := strings.CutPrefix(c.Cell, "row "); ok {
		return f.T("第 "+row+" 行", "row "+row)
	}
	return c.Cell
}

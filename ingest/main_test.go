package ingest

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gatehouse/ingest/sheet/sandbox"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

func TestMain(m *testing.M) {
	sandbox.RunChild(Jobs())
	if os.Getenv(workerEnv) != "" {
		os.Exit(work())
	}
	os.Exit(sqltest.Run(m))
}

// site is a database and a store of its own.
type site struct {
	t     *testing.T
	db    *clickhouse.DB
	files *Store
	*Loader
}

func newSite(t *testing.T) *site {
	t.Helper()
	files, err := OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	db := sqltest.New(t)
	return &site{t: t, db: db, files: files, Loader: NewLoader(db, files, Options{})}
}

// load loads a file that must not fail.
func (s *site) load(name string, content []byte, more ...func(*Request)) Result {
	s.t.Helper()
	req := request(name, content)
	for _, m := range more {
		m(&req)
	}
	r, err := s.Load(s.t.Context(), req)
	if err != nil {
		s.t.Fatalf("load %s: %v", name, err)
	}
	return r
}

func request(name string, content []byte) Request {
	return Request{Name: name, Content: bytes.NewReader(content), Size: int64(len(content)), By: "tester"}
}

// csv makes a file of lines.
func csv(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }

// xlsx makes a workbook of one sheet a name, in order.
func xlsx(t testing.TB, sheets ...sheetOf) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, s := range sheets {
		if i == 0 {
			if err := f.SetSheetName("Sheet1", s.name); err != nil {
				t.Fatal(err)
			}
		} else if _, err := f.NewSheet(s.name); err != nil {
			t.Fatal(err)
		}
		for n, row := range s.rows {
			at, _ := excelize.CoordinatesToCellName(1, n+1)
			if err := f.SetSheetRow(s.name, at, &row); err != nil {
				t.Fatal(err)
			}
		}
		for _, edit := range s.edit {
			if err := edit(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type sheetOf struct {
	name string
	rows [][]any
	edit []func(*excelize.File) error
}

// ask runs a SELECT of one text column named answer, over what is published.
func (s *site) ask(query string) string {
	s.t.Helper()
	return strings.Join(s.askAt(s.asked(), query), "\n")
}

// askAt is ask at an instant, a row an answer.
func (s *site) askAt(asked clickhouse.Asked, query string) []string {
	s.t.Helper()
	rows, err := clickhouse.SelectText[struct {
		Answer string `ch:"answer"`
	}](context.Background(), s.db, query, asked, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	var answers []string
	for _, r := range rows {
		answers = append(answers, r.Answer)
	}
	return answers
}

// facts shows the current rows of a fact, columns joined by spaces, in order of key.
func (s *site) facts(fact string, columns ...string) string {
	s.t.Helper()
	return s.ask("-- sources: " + fact + "\nSELECT concatWithSeparator(' ', " + strings.Join(texts(columns), ", ") + ") AS answer FROM " + fact + " ORDER BY key, project_ref")
}

func texts(columns []string) []string {
	var list []string
	for _, c := range columns {
		list = append(list, "ifNull(toString("+c+"), '-')")
	}
	return list
}

// masters makes project P1, 阳光花园, known with its rooms.
func (s *site) masters(rooms ...string) {
	s.t.Helper()
	lines := []string{"项目,房号,面积"}
	for _, r := range rooms {
		lines = append(lines, "P1,"+r+",80")
	}
	s.load("project.csv", csv("项目编码,项目名称", "P1,阳光花园"))
	s.load("rooms.csv", csv(lines...))
}

package ingest

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func zipFile(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err == nil {
			_, err = f.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzFile(t *testing.T, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// An archive is its files, each a load of its own; what is wrong with the
// archive comes after them.
func TestForEachFileOfAnArchive(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	march, april := string(bills("1")), string(bills("2", "3"))
	for _, c := range []struct {
		name    string
		content []byte
		want    []string
	}{
		{"bills.csv", bills("1"), []string{"bills.csv published 1"}},
		{"bills.csv.gz", gzFile(t, bills("1")), []string{"bills.csv.gz/bills.csv already_loaded 1"}},
		{"bills.zip", zipFile(t, "a.csv", march, "P1/b.csv", april, "~$b.csv", "x"), []string{"bills.zip/a.csv already_loaded 1", "bills.zip/P1/b.csv published 2"}},
		{"nested.zip", zipFile(t, "a.csv", march, "b.zip", string(zipFile(t, "c.csv", april))), []string{"nested.zip/a.csv already_loaded 1", "refused nested.zip nested-archive"}},
		{"cut.zip", []byte("PK\x03\x04 cut"), []string{"refused cut.zip corrupt-zip"}},
	} {
		var got []string
		refused, err := s.ForEach(t.Context(), request(c.name, c.content), func(req Request) error {
			r, err := s.Load(t.Context(), req)
			got = append(got, fmt.Sprintf("%s %s %d", req.Name, r.Status, r.Loaded))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if refused != nil {
			got = append(got, fmt.Sprintf("%s %s %s", refused.Status, refused.File, refused.Errors[0].Code))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	stop := errors.New("stop")
	if refused, err := s.ForEach(t.Context(), request("a.zip", zipFile(t, "a.csv", march, "b.csv", april)), func(Request) error { return stop }); !errors.Is(err, stop) || refused != nil {
		t.Errorf("an error of the caller: %v, %v", refused, err)
	}
}

func TestTakes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"a.xlsx": true, "A.XLSX": true, "a.xlsm": true, "a.xls": true, "a.xlsb": true, "a.ods": true, "a.csv": true, "a.tsv": true, "a.txt": true,
		"a.json": true, "a.ndjson": true, "a.xml": true, "a.html": true, "a.htm": true, "a.zip": true, "a.csv.gz": true, "应收/3月.xlsx": true,
		"~$a.xlsx": false, "x/~$a.xlsx": false, ".a.xlsx": false, ".xlsx": false, "a.xlsx.part": false, "a.xlsx.tmp": false, "a.xlsx.crdownload": false,
		"a.pdf": false, "xlsx": false, "": false, "a.xlsx/b": false,
	} {
		if got := Takes(name); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

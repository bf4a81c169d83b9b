package sheet_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/ingest/sheet"
)

// unpack lists what Unpack yields, as "name: content".
func unpack(t *testing.T, name string, content []byte, limits sheet.Limits) ([]string, error) {
	t.Helper()
	var got []string
	err := sheet.Unpack(t.Context(), name, bytes.NewReader(content), int64(len(content)), limits, func(name string, r io.ReaderAt, size int64) error {
		b, err := io.ReadAll(io.NewSectionReader(r, 0, size))
		must(t, err)
		got = append(got, name+": "+string(b))
		return nil
	})
	return got, err
}

// packed in the order given: names and contents in turn.
func zipOf(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: files[i], Method: zip.Deflate, NonUTF8: true})
		must(t, err)
		_, err = f.Write([]byte(files[i+1]))
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func gzipOf(t *testing.T, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(content))
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	book := string(smallest(twoRows).zip(t))
	tests := []struct {
		name, file string
		content    []byte
		want       []string
	}{
		{"text", "a.csv", []byte("a,b"), []string{"a.csv: a,b"}},
		{"empty", "a.csv", nil, []string{"a.csv: "}},
		{"workbook", "a.zip", []byte(book), []string{"a.zip: " + book}},
		{"OpenDocument", "a.ods", odsOf(t, ""), []string{"a.ods: " + string(odsOf(t, ""))}},
		{"gzip", "a.csv.GZ", gzipOf(t, "a,b"), []string{"a.csv: a,b"}},
		{"zip", "x/all.zip", zipOf(t, "z.csv", "1", "dir/", "", "dir/a.xlsx", book, "__MACOSX/._z.csv", "x", ".DS_Store", "x", "dir/~$a.xlsx", "x"),
			[]string{"x/all.zip/z.csv: 1", "x/all.zip/dir/a.xlsx: " + book}},
		{"names of Chinese Windows", "a.zip", zipOf(t, "\xCA\xD5\xB7\xD1\\1\xD4\xC2.csv", "1"), []string{"a.zip/收费/1月.csv: 1"}},
		{"names in UTF-8", "a.zip", zipOf(t, "收费.csv", "1"), []string{"a.zip/收费.csv: 1"}},
		{"names that lead out", "a.zip", zipOf(t, "../../b.csv", "1"), []string{"a.zip/b.csv: 1"}},
	}
	for _, tt := range tests {
		got, err := unpack(t, tt.file, tt.content, sheet.DefaultLimits())
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", tt.name, err, diff)
		}
	}
}

func TestFaultsOfArchives(t *testing.T) {
	t.Parallel()
	limits := sheet.DefaultLimits()
	limits.FileBytes, limits.UnzippedBytes, limits.Entries = 1<<20, 2<<20, 10
	zeros := strings.Repeat("0", 1<<20)
	stored := zipOf(t, "a.csv", "1234567890")
	changed := bytes.Clone(stored)
	changed[bytes.Index(changed, []byte("a.csv"))+7] ^= 1
	tests := []struct {
		name    string
		content []byte
		code    sheet.Code
	}{
		{"bomb of one file", zipOf(t, "a.csv", zeros+"0"), sheet.TooLarge},
		{"bomb of many", zipOf(t, "a", zeros, "b", zeros, "c", zeros), sheet.TooLarge},
		{"bomb in gzip", gzipOf(t, zeros+"0"), sheet.TooLarge},
		{"too many files", zipOf(t, strings.Split(strings.Repeat("a,,", 11)+"a,", ",")[:22]...), sheet.TooLarge},
		{"zip in a zip", zipOf(t, "a.zip", string(stored)), sheet.NestedArchive},
		{"zip in gzip", gzipOf(t, string(stored)), sheet.NestedArchive},
		{"gzip in a zip", zipOf(t, "a.gz", string(gzipOf(t, "1"))), sheet.NestedArchive},
		{"nothing but folders", zipOf(t, "a/", ""), sheet.EmptyFile},
		{"changed", changed, ""},
		{"zip cut short", stored[:len(stored)-1], ""},
		{"gzip cut short", gzipOf(t, "1234567890")[:20], sheet.Truncated},
	}
	for _, tt := range tests {
		_, err := unpack(t, "x", tt.content, limits)
		var f *sheet.Fault
		if !errors.As(err, &f) || tt.code != "" && f.Code != tt.code {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.code)
		}
	}
}

func TestCallerStopsTheUnpacking(t *testing.T) {
	t.Parallel()
	content := zipOf(t, "a", "1", "b", "2")
	calls := 0
	err := sheet.Unpack(t.Context(), "x", bytes.NewReader(content), int64(len(content)), sheet.DefaultLimits(), func(string, io.ReaderAt, int64) error {
		calls++
		return errDisk
	})
	if calls != 1 || !errors.Is(err, errDisk) {
		t.Errorf("%d calls, %v", calls, err)
	}
}

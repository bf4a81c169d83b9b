package sheet_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"gatehouse/ingest/sheet"
)

func TestRecords(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, want string }{
		{"comma", "a,b\n1,2\n", "a|b\n1|2\n"},
		{"semicolon", "a;b\n1,5;2,5\n", "a|b\n1,5|2,5\n"},
		{"tab", "a\tb\n1\t2\n", "a|b\n1|2\n"},
		{"bar", "a|b|c\n1,5|2|3\n", "a|b|c\n1,5|2|3\n"},
		{"one column", "a\nb\n", "a\nb\n"},
		{"named delimiter", "sep=;\na;b,c\n", "a|b,c\n"},
		{"named delimiter of no use", "sep=\"\na,b\n", "sep=\"\na|b\n"},
		{"CRLF", "a,b\r\n1,2\r\n", "a|b\n1|2\n"},
		{"CR", "a,b\r1,2\r", "a|b\n1|2\n"},
		{"no line end at the end", "a,b\n1,2", "a|b\n1|2\n"},
		{"trailing commas", "a,b,,\n1,,,\n", "a|b||\n1|||\n"},
		{"trailing comma at the end", "a,b\n1,", "a|b\n1|\n"},
		{"ragged", "a,b\n1\n1,2,3\n", "a|b\n1\n1|2|3\n"},
		{"empty lines", "a,b\n\n\r\n1,2\n", "a|b\n\n\n1|2\n"},
		{"quotes", "\"a,b\",\"c\"\"d\"\n\"\",1\n", "a,b|c\"d\n|1\n"},
		{"quote at the very end", "a,\"b\"", "a|b\n"},
		{"line ends in quotes", "\"a\nb\r\nc\rd\",2\n", "a\nb\r\nc\rd|2\n"},
		{"inches", "6\" pipe,2\n", "6\" pipe|2\n"},
		{"space counts", " a , \"b\"\n", " a | \"b\"\n"},
		{"control characters", "a\x01\x0b,b\tc\n", "a\x01\x0b|b\tc\n"},
	}
	for _, tt := range tests {
		if got := show(mustRead(t, []byte(tt.file))); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Rows are numbered by the line where they start, as an editor shows it.
func TestRecordsAreNumberedByLine(t *testing.T) {
	t.Parallel()
	var lines []int
	for _, row := range mustRead(t, []byte("sep=,\r\na,\"1\r\n2\r\n3\"\r\n\r\nb,4\r\n"))[0].Rows {
		lines = append(lines, row.Number)
	}
	if want := []int{2, 5, 6}; !slices.Equal(lines, want) {
		t.Errorf("lines %v, want %v", lines, want)
	}
}

func TestFaultsOfText(t *testing.T) {
	t.Parallel()
	chinese := strings.Repeat("电费,物业管理费\n", 20)
	latin := must1(charmap.Windows1252.NewEncoder().String(strings.Repeat("Müller,Größe\n", 20)))
	tests := []struct {
		name, file string
		code       sheet.Code
		row        int
	}{
		{"empty", "", sheet.EmptyFile, 0},
		{"nothing but a mark", "\ufeff", sheet.EmptyFile, 0},
		{"quote that never closes", "a,b\n1,\"x\ny,2\nz,3\n", sheet.UnterminatedQuote, 2},
		{"quote opened as the last byte", "a,b\n1,\"", sheet.UnterminatedQuote, 2},
		{"text behind a quote", "a,b\n1,2\n\"x\"y,2\n", sheet.BadQuote, 3},
		{"NUL", "a,b\n1,\x002\n", sheet.NULByte, 2},
		{"NUL in quotes", "a,b\n1,\"\n\x002\"\n", sheet.NULByte, 3},
		{"UTF-8 by its mark, and is not", "\ufeffa,b\n1,\xff\n", sheet.EncodingError, 2},
		{"half a UTF-8 rune at the end", "a,b\n1,电"[:8], sheet.EncodingError, 2},
		{"Latin-1", latin, sheet.EncodingError, 1},
		{"Shift JIS", must1(japanese.ShiftJIS.NewEncoder().String(strings.Repeat("これはテストです\n", 20))), sheet.EncodingError, 1},
		{"UTF-8 with one byte lost", chinese[:100] + chinese[101:], sheet.EncodingError, 5},
		{"UTF-16 cut within a unit", string(inUTF16("a,b\n1,2\n", false, true)[:17]), sheet.EncodingError, 2},
		{"half a surrogate pair", string(inUTF16("a,b\n", false, true)) + "\x00\xd8a\x00", sheet.EncodingError, 2},
		{"UTF-32", "\xff\xfe\x00\x00a\x00\x00\x00", sheet.EncodingError, 0},
		{"too many columns", strings.Repeat("a,", 2000), sheet.TooLarge, 1},
		{"long record", "a\n" + strings.Repeat("x", 5<<20), sheet.TooLarge, 2},
		{"long quote", "a\n\"" + strings.Repeat("x\n", 2<<20) + "\"", sheet.UnterminatedQuote, 2},
		{"too many cells", "a,b\n1,2\n1,2\n", sheet.TooLarge, 3},
	}
	for _, tt := range tests {
		limits := sheet.DefaultLimits()
		if tt.name == "too many cells" {
			limits.Cells = 5
		}
		f := faultOf(t, []byte(tt.file), limits)
		if f.Code != tt.code || f.Row != tt.row {
			t.Errorf("%s: %s at row %d (%v), want %s at row %d", tt.name, f.Code, f.Row, f, tt.code, tt.row)
		}
	}
}

func must1(s string, err error) string {
	if err != nil {
		panic(err) // the text is the test's own
	}
	return s
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	const text = "房号,姓名,金额\r\n1-101,张三丰,12.50\r\n1-102,𠮷野,\"a\r\nb\"\r\n"
	want := mustRead(t, []byte(text))
	gb := must1(simplifiedchinese.GB18030.NewEncoder().String(text))
	tests := []struct{ encoding, file string }{
		{"utf-8", text},
		{"utf-8-bom", "\ufeff" + text},
		{"utf-16le", string(inUTF16(text, false, true))},
		{"utf-16be", string(inUTF16(text, true, true))},
		{"utf-16le", string(inUTF16(text, false, false))},
		{"utf-16be", string(inUTF16(text, true, false))},
		{"gb18030", gb},
	}
	for _, tt := range tests {
		book := mustOpen(t, []byte(tt.file))
		got, err := readBook(book)
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" || book.Encoding != tt.encoding || book.Format != sheet.CSV {
			t.Errorf("%s read as %s %s: %s", tt.encoding, book.Format, book.Encoding, diff)
		}
	}
}

// Whatever lies across the edge of a buffer is read as anywhere else: sequences
// of four bytes in GB18030, surrogate pairs, quotes and line ends.
func TestEdgesOfBuffers(t *testing.T) {
	t.Parallel()
	const probe = "电𠮷费,\"a\"\"b\r\n\"\r\n"
	line := strings.Repeat("物", 99) + ",x\r\n"
	tail := strings.Repeat(line, 20)
	for shift := range 12 {
		var b strings.Builder
		b.WriteString(strings.Repeat("y", shift) + ",x\r\n")
		for gb := b.Len(); gb < 1<<16-300; gb += 2*99 + 4 {
			b.WriteString(line)
		}
		// in GB18030 the probes cover every offset around the first 64 KB
		b.WriteString(strings.Repeat(probe, 40) + tail)
		text := b.String()
		want := show(mustRead(t, []byte(text)))
		for name, file := range map[string]string{
			"gb18030":  must1(simplifiedchinese.GB18030.NewEncoder().String(text)),
			"utf-16le": string(inUTF16(text, false, true)),
			"utf-16be": string(inUTF16(text, true, true)),
		} {
			if diff := cmp.Diff(want, show(mustRead(t, []byte(file)))); diff != "" {
				t.Fatalf("%s, shifted by %d: %s", name, shift, diff)
			}
		}
	}
}

// A file cut short within its last character is refused, not guessed at.
func TestGB18030CutWithinACharacter(t *testing.T) {
	t.Parallel()
	gb := must1(simplifiedchinese.GB18030.NewEncoder().String(strings.Repeat("物业管理费,电费\n", 10) + "𠮷"))
	for cut := 1; cut <= 3; cut++ {
		if f := faultOf(t, []byte(gb[:len(gb)-cut]), sheet.DefaultLimits()); f.Code != sheet.EncodingError {
			t.Errorf("cut by %d: %v, want %s", cut, f, sheet.EncodingError)
		}
	}
}

// Any table written with every field in quotes comes back as it was.
func TestQuotedFieldsAreAsWritten(t *testing.T) {
	t.Parallel()
	field := rapid.StringOf(rapid.RuneFrom([]rune("a1 ,;\t|\"\r\n电𠮷")))
	rapid.Check(t, func(r *rapid.T) {
		width := rapid.IntRange(2, 5).Draw(r, "width")
		grid := rapid.SliceOfN(rapid.SliceOfN(field, width, width), 1, 20).Draw(r, "grid")
		delimiter := rapid.SampledFrom([]string{",", ";", "\t", "|"}).Draw(r, "delimiter")
		end := rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(r, "end")
		var b bytes.Buffer
		for _, record := range grid {
			for i, f := range record {
				if i > 0 {
					b.WriteString(delimiter)
				}
				b.WriteString(`"` + strings.ReplaceAll(f, `"`, `""`) + `"`)
			}
			b.WriteString(end)
		}
		var got [][]string
		for _, row := range mustRead(r, b.Bytes())[0].Rows {
			var record []string
			for _, c := range row.Cells {
				record = append(record, c.Text)
			}
			got = append(got, record)
		}
		if diff := cmp.Diff(grid, got); diff != "" {
			r.Errorf("%q: %s", b.String(), diff)
		}
	})
}

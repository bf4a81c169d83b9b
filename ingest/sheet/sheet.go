package sheet

import (
	"context"
	"time"
)

// Kind of a cell as the file types it.
type Kind uint8

// A percentage, a duration or an amount is a Number; only calendar dates and
// times of one are dates.
const (
	Empty  Kind = iota // nothing, or a formula without a result
	Text               // any cell of a text file that is not empty
	Number             // a decimal literal
	Bool               // TRUE or FALSE
	Date               // a number whose style is a date, or an ISO date
	Error              // an error value such as #N/A
)

// Cell is one value as written in the file. Text of length zero is Empty, so
// that a cell cleared by hand and one that was never filled are the same.
type Cell struct {
	Kind Kind
	// Text is the text; a number's literal as written ("1234.5"); an error's
	// literal ("#N/A"); "TRUE" or "FALSE"; for a Date "2006-01-02", with
	// " 15:04:05" behind it unless that is midnight. It shares memory with
	// other texts of the row or workbook: clone it to keep one for long.
	Text string
	// Date is the wall clock in UTC, for Kind Date only.
	Date time.Time
	// Formula says that the value is a formula's cached result. A formula that
	// was never calculated, or gave an empty text, is Empty with Formula set.
	Formula bool
}

// Row is valid only until the callback returns.
type Row struct {
	// Number is the 1-based row of the sheet; in text files the line where the
	// record starts; in a Green Button feed the first of its readings, counted
	// through the file. The header of the last, and of JSON lines, is row 0.
	Number int
	Hidden bool // hidden or filtered away by whoever saved the workbook
	// Cells is indexed by 0-based column. In a workbook it ends with the last
	// cell that holds something, and merged ranges are not filled; in a text
	// file it has a cell for every field, and none for an empty line.
	Cells []Cell
}

// Range is a block of cells, ends included: rows 1-based, columns 0-based.
type Range struct {
	Row1, Col1, Row2, Col2 int
}

// Format of a file, found from its content and never from its name.
type Format string

// The formats that are read; all others are refused by name.
const (
	XLSX    Format = "xlsx"    // and .xlsm
	XLSB    Format = "xlsb"    // the binary twin of xlsx
	XLS     Format = "xls"     // Excel 5 to 2003
	XML2003 Format = "xml2003" // SpreadsheetML of Excel 2002 and 2003
	ODS     Format = "ods"     // OpenDocument
	HTML    Format = "html"    // tables of a web page
	CSV     Format = "csv"     // any delimiter
	JSON    Format = "json"    // an object a line, or an array of them

	GreenButton Format = "greenbutton" // a feed of ESPI, the interface of energy suppliers
)

// Book is an open file. It reads from the io.ReaderAt it was opened with,
// which must stay open and unchanged.
type Book struct {
	Format   Format   // one of the above
	Encoding string   // of a text file: utf-8, utf-8-bom, utf-16le, utf-16be, gb18030
	Date1904 bool     // days are counted from 1904-01-01, as old Macs did
	Sheets   []*Sheet // in the order of the tabs, those without cells (charts) left out

	// Location is whose days a Green Button feed is summed to if it does not
	// say its local time. Set it before Rows; nil refuses such a feed.
	Location *time.Location
}

// Sheet is one table of rows. A text file has exactly one, with no name.
type Sheet struct {
	Name   string // as on the tab
	Hidden bool   // hidden in the program that saved it
	Index  int    // position in Book.Sheets

	source source
}

// source is what a format has to provide.
type source interface {
	rows(ctx context.Context, yield func(Row) error) error
	merged(ctx context.Context) ([]Range, error)
}

// Rows calls yield for every row present in the file, in ascending order. Rows
// without any mark in the file are left out. An error of yield ends the
// reading and is returned unchanged; any other error means that the whole file
// is to be refused. Rows may be called again, but not at
// the same time as another method of the Sheet.
func (s *Sheet) Rows(ctx context.Context, yield func(Row) error) error {
	return s.source.rows(ctx, yield)
}

// Merged gives the merged ranges in the order of the file; nil for text files.
// After a complete Rows it costs nothing, before that one pass over the sheet.
// Ranges may reach to the last row and column that Excel knows: fill only rows
// that came.
func (s *Sheet) Merged(ctx context.Context) ([]Range, error) {
	return s.source.merged(ctx)
}

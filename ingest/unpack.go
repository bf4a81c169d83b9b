package ingest

import (
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"gatehouse/ingest/sheet"
)

// Takes tells by its name whether a file may hold data: a spreadsheet, a text
// or an archive, neither hidden nor the lock file of an open workbook. What
// browsers and copiers have begun ends in .part, .tmp or .crdownload, and is not.
func Takes(name string) bool {
	base := path.Base(name)
	if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "~$") {
		return false
	}
	switch strings.ToLower(path.Ext(base)) {
	case ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt", ".json", ".ndjson", ".xml", ".html", ".htm", ".zip", ".gz":
		return true
	}
	return false
}

// Unpack yields the files of an archive by their names in it, or a file that is
// none under the name "". Its own errors are faults of the archive; files that
// were yielded before are whole.
func (l *Loader) Unpack(ctx context.Context, name string, content io.ReaderAt, size int64, yield func(member string, content io.ReaderAt, size int64) error) error {
	return sheet.Unpack(ctx, name, content, size, l.options.Limits.Limits, func(inner string, content io.ReaderAt, size int64) error {
		if inner == name {
			inner = ""
		}
		return yield(strings.TrimPrefix(inner, name+"/"), content, size)
	})
}

// ForEach calls do for each file of the archive that is asked for, or for the
// file itself when it is none. A fault of the archive gives the Result that
// refuses it, after those of the files before it.
func (l *Loader) ForEach(ctx context.Context, req Request, do func(Request) error) (*Result, error) {
	var failed error
	err := l.Unpack(ctx, req.Name, req.Content, req.Size, func(member string, content io.ReaderAt, size int64) error {
		one := req
		one.Content, one.Size = content, size
		if member != "" {
			one.Name = req.Name + "/" + member
		}
		failed = do(one)
		return failed
	})
	var refused *refusal
	if err == nil || failed != nil || !errors.As(asRefusal(err), &refused) {
		return nil, err
	}
	result := newResult(path.Base(req.Name), "", "")
	result.Status, result.Errors, result.ErrorCount = Refused, []RowError{refused.error}, 1
	return &result, nil
}

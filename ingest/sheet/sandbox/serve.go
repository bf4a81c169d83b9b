package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"gatehouse/ingest/sheet"
)

// serve opens the file, says what is in it, and answers requests until the
// parent hangs up.
func serve(file *os.File, format sheet.Format, zone *time.Location, limits sheet.Limits, asked <-chan request) error {
	book, err := open(file, format, limits)
	if err != nil {
		return fail(err)
	}
	book.Location = zone
	content, err := json.Marshal(describe(book))
	if err != nil {
		return err
	}
	if err := writeFrame(os.Stdout, frameBook, content); err != nil {
		return err
	}
	for r := range asked {
		if err := answer(book, r); err != nil {
			return err
		}
	}
	return nil
}

func open(file *os.File, format sheet.Format, limits sheet.Limits) (*sheet.Book, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if format != "" {
		return sheet.OpenAs(format, file, info.Size(), limits)
	}
	return sheet.Open(file, info.Size(), limits)
}

func answer(book *sheet.Book, r request) error {
	if r.sheet < 0 || r.sheet >= len(book.Sheets) {
		return fail(fmt.Errorf("there is no sheet %d", r.sheet))
	}
	s, e := book.Sheets[r.sheet], newEncoder(os.Stdout)
	var err error
	switch r.kind {
	case frameRows:
		err = s.Rows(context.Background(), e.row)
	case frameMerged:
		err = mergedRanges(s, e)
	default:
		err = fmt.Errorf("there is no request %q", r.kind)
	}
	if err != nil {
		if sent := e.send(1); sent != nil {
			return sent
		}
		return fail(err)
	}
	return e.end()
}

func mergedRanges(s *sheet.Sheet, e *encoder) error {
	ranges, err := s.Merged(context.Background())
	if err != nil {
		return err
	}
	for _, r := range ranges {
		if err := e.merged(r); err != nil {
			return err
		}
	}
	return nil
}

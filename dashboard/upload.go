package dashboard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/dashboard/auth"
	"gatehouse/ingest"
)

const (
	uploadFiles = 50
	uploadSizes = 10 // of the largest file, for all files together
	fieldBytes  = 1 << 10
	errorsShown = 20
)

// uploaded is what became of one uploaded file.
type uploaded struct {
	ingest.Result
	Badge   stateBadge
	Feeds   string
	Totals  []sumRow
	Notes   []string
	Cells   []uploadError
	More    int    // errors beyond those shown
	Problem string // why nothing is known of the file, empty when it was read
}

// uploadError is a bad cell, or what is wrong with the whole file.
type uploadError struct {
	Sheet, Cell, Value, Message, Hint string
}

// upload loads the files of a form one after the other and shows what became
// of each. Sending the form again loads nothing twice.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return gatehouse.Errorf(gatehouse.Invalid, "an upload is a form of files: %w", err)
	}
	frame := Frame{Lang: s.langOf(r), User: userOf(r), Calendar: s.calendar()}
	var results []uploaded
	fields := map[string]string{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return broken(err)
		}
		if part.FileName() == "" {
			text, err := io.ReadAll(io.LimitReader(part, fieldBytes))
			if err != nil {
				return broken(err)
			}
			fields[part.FormName()] = string(text)
			continue
		}
		if len(results) == uploadFiles {
			return gatehouse.Errorf(gatehouse.Invalid, "more than %d files at once", uploadFiles)
		}
		if _, err := frame.User.Scope().Narrow(fields["project"]); err != nil {
			return err
		}
		result, err := s.loadPart(r.Context(), frame, part, fields)
		if err != nil {
			return err
		}
		results = append(results, result)
	}
	if slices.ContainsFunc(results, func(u uploaded) bool { return u.Status == ingest.Published }) {
		s.Refresh()
	}
	page, err := s.readLoads(r)
	if err != nil {
		return err
	}
	page.Results = results
	if len(results) == 0 {
		page.Notice = page.T("没有选择文件。", "No file was chosen.")
	}
	return s.render(w, "loads.html", page)
}

// broken tells a broken transfer from a broken server.
func broken(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	return gatehouse.Errorf(gatehouse.Invalid, "the upload broke off: %w", err)
}

// loadPart keeps a file on disk while it is loaded; only a broken transfer is
// an error, all else is the file's own result.
func (s *Server) loadPart(ctx context.Context, f Frame, part *multipart.Part, fields map[string]string) (uploaded, error) {
	name := part.FileName()
	file, err := os.CreateTemp("", "gatehouse-upload-")
	if err != nil {
		return uploaded{}, gatehouse.Errorf(gatehouse.Unavailable, "no room for an upload: %w", err)
	}
	defer func() {
		_ = file.Close() // read only by now
		_ = os.Remove(file.Name())
	}()
	most := s.Loader.FileBytes()
	size, err := io.Copy(file, io.LimitReader(part, most+1))
	if err != nil {
		return uploaded{}, broken(err)
	}
	if size > most {
		// What is left of it is read over by the next part.
		return f.problem(name, fmt.Sprintf(f.T("文件超过 %d MB，请拆分后上传。", "The file is larger than %d MB: split it."), most>>20)), nil
	}
	req := ingest.Request{
		Name: name, Content: file, Size: size, By: f.User.Name,
		Feed: fields["feed"], Project: fields["project"],
	}
	if f.User.Role == auth.Manager {
		req.Allow = f.User.MayLoad
	}
	result, err := s.Loader.Load(ctx, req)
	switch {
	case gatehouse.KindOf(err) == gatehouse.Unavailable:
		s.log.Error("load failed", "user", f.User.Name, "error", err)
		return f.problem(name, f.T("数据库暂时无法写入，文件未载入，可稍后再传。", "The database does not take it just now. Nothing was loaded; send it again later.")), nil
	case err != nil:
		return uploaded{}, err
	}
	s.log.Info("file loaded", "user", f.User.Name, "load", result.LoadID, "status", result.Status, "rows", result.Rows)
	return f.uploaded(result), nil
}

func (f Frame) problem(name, what string) uploaded {
	return uploaded{
		Result: ingest.Result{File: name}, Problem: what,
		Badge: stateBadge{f.T("未载入", "Not loaded"), "bad", "x"}, Feeds: missing,
	}
}

// uploaded words a result.
func (f Frame) uploaded(r ingest.Result) uploaded {
	u := uploaded{Result: r, Badge: f.Badge(r.Status, r.Quarantined), Feeds: f.FeedTitles(r.Feed)}
	for name, sum := range r.Sums {
		if fen, err := gatehouse.ParseMoney(sum); err == nil && fen != 0 {
			u.Totals = append(u.Totals, sumRow{f.sumLabel(name), moneyTable(fen)})
		}
	}
	slices.SortFunc(u.Totals, func(a, b sumRow) int { return strings.Compare(a.Label, b.Label) })
	u.Notes = f.InAll(r.Notes)
	for _, e := range r.Errors[:min(len(r.Errors), errorsShown)] {
		row := uploadError{Sheet: e.Sheet, Cell: f.CellPlace(ingest.QuarantinedCell{Cell: e.Cell}), Value: e.Value}
		if r.Status == ingest.Refused {
			row.Message = f.In(e.Message)
		} else {
			explained := e.Code.Explain()
			row.Message, row.Hint = f.In(explained.Message), f.In(explained.Hint)
		}
		u.Cells = append(u.Cells, row)
	}
	u.More = r.ErrorCount - len(u.Cells)
	return u
}

package dashboard

import (
	"context"
	"errors"
	"fmt"
	"io"
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

type sumRow struct{ Label, Amount string }

// uploadError is a bad cell, or what is wrong with the whole file.
type uploadError struct {
	Sheet, Cell, Value, Message, Hint string
}

// upload loads the files of a form one after the other and shows what became
// of each. Sending the form again loads nothing twice.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) error {
	frame := s.bareFrame(r)
	var results []uploaded
	err := receive(r, frame.User, s.Loader.FileBytes(), func(in received) error {
		if in.file == nil {
			results = append(results, frame.tooLarge(in.name, s.Loader.FileBytes()))
			return nil
		}
		req := frame.request(in.name, in.file, in.size, in.feed, in.project)
		req.Mapping = in.mapping
		loaded, err := s.loadAll(r.Context(), frame, req)
		results = append(results, loaded...)
		return err
	})
	if err != nil {
		return err
	}
	return s.showResults(w, r, results)
}

// showResults is the page of loads with what became of some files on top.
func (s *Server) showResults(w http.ResponseWriter, r *http.Request, results []uploaded) error {
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

// received is a file of a form, kept on disk while it is looked at.
type received struct {
	name    string
	file    *os.File // nil: too large, so not kept
	size    int64
	feed    string
	project string // of rows that name none; the user may load for it
	mapping string // that reads it, empty for its headers
}

// receive takes the files of a form one after the other. Only a broken
// transfer is an error of its own.
func receive(r *http.Request, user auth.User, most int64, take func(received) error) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return gatehouse.Errorf(gatehouse.Invalid, "an upload is a form of files: %w", err)
	}
	fields := map[string]string{}
	for files := 0; ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
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
		if files++; files > uploadFiles {
			return gatehouse.Errorf(gatehouse.Invalid, "more than %d files at once", uploadFiles)
		}
		if _, err := user.Scope().Narrow(fields["project"]); err != nil {
			return err
		}
		in := received{name: part.FileName(), feed: fields["feed"], project: fields["project"], mapping: fields["mapping"]}
		if err := in.keep(part, most, take); err != nil {
			return err
		}
	}
}

// keep puts the content on disk until it is taken. What is left of a file that
// is too large is read over by the next part.
func (in received) keep(content io.Reader, most int64, take func(received) error) error {
	file, err := os.CreateTemp("", "gatehouse-upload-")
	if err != nil {
		return gatehouse.Errorf(gatehouse.Unavailable, "no room for an upload: %w", err)
	}
	defer func() {
		_ = file.Close() // read only by now
		_ = os.Remove(file.Name())
	}()
	if in.size, err = io.Copy(file, io.LimitReader(content, most+1)); err != nil {
		return broken(err)
	}
	if in.size <= most {
		in.file = file
	}
	return take(in)
}

// broken tells a broken transfer from a broken server.
func broken(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	return gatehouse.Errorf(gatehouse.Invalid, "the upload broke off: %w", err)
}

// request is a file as the loader takes it, with the limits of the user.
func (f Frame) request(name string, content io.ReaderAt, size int64, feed, project string) ingest.Request {
	req := ingest.Request{Name: name, Content: content, Size: size, By: f.User.Name, Feed: feed, Project: project}
	if f.User.Role == auth.Manager {
		req.Allow = f.User.MayLoad
	}
	return req
}

// loadAll loads a file, or each file in an archive.
func (s *Server) loadAll(ctx context.Context, f Frame, req ingest.Request) ([]uploaded, error) {
	var results []uploaded
	refused, err := s.Loader.ForEach(ctx, req, func(one ingest.Request) error {
		result, err := s.loadFile(ctx, f, one)
		results = append(results, result)
		return err
	})
	if refused != nil {
		results = append(results, f.uploaded(*refused))
	}
	return results, err
}

// loadFile loads a file; what is wrong with it is its result, not an error.
func (s *Server) loadFile(ctx context.Context, f Frame, req ingest.Request) (uploaded, error) {
	result, err := s.Loader.Load(ctx, req)
	switch {
	case gatehouse.KindOf(err) == gatehouse.Unavailable:
		s.log.Error("load failed", "user", f.User.Name, "error", err)
		return f.problem(req.Name, f.T("数据库暂时无法写入，文件未载入，可稍后再传。", "The database does not take it just now. Nothing was loaded; send it again later.")), nil
	case err != nil:
		return uploaded{}, err
	}
	s.log.Info("file loaded", "user", f.User.Name, "load", result.LoadID, "status", result.Status, "rows", result.Rows)
	return f.uploaded(result), nil
}

func (f Frame) tooLarge(name string, most int64) uploaded {
	return f.problem(name, fmt.Sprintf(f.T("文件超过 %d MB，请拆分后上传。", "The file is larger than %d MB: split it."), most>>20))
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
		row.Message = f.In(e.Message)
		if r.Status != ingest.Refused {
			row.Hint = f.In(e.Code.Explain().Hint)
		}
		u.Cells = append(u.Cells, row)
	}
	u.More = r.ErrorCount - len(u.Cells)
	return u
}

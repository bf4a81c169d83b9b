package dashboard

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gatehouse/analytics"
)

// traceCSV is all rows of the list, streamed, by project and fact; what a row
// is known by stands in one column, as facts differ in it.
func (s *Server) traceCSV(w http.ResponseWriter, r *http.Request) error {
	f, ask, err := s.traceAsk(r)
	if err != nil {
		return err
	}
	attach(w, "text/csv; charset=utf-8", f.fileName("rows-"+ask.KPI, "csv"))
	started := &startedWriter{to: w}
	out := csv.NewWriter(started)
	// The mark that Excel needs to see that the file is in UTF-8.
	err = out.Write([]string{
		"\uFEFF" + f.T("指标", "KPI"), f.T("项目编码", "Project"), f.T("项目", "Project name"), f.T("数据", "Kind of row"), f.T("内容", "Row"),
		f.T("计入分子", "To numerator"), f.T("计入分母", "To denominator"), f.T("文件", "File"), f.T("工作表", "Sheet"), f.T("行号", "Row number"), f.T("载入编号", "Load"),
	})
	if err != nil {
		return err
	}
	err = s.kpis.EachLine(r.Context(), f.Scope, f.Snapshot, ask, func(l analytics.Line) error {
		return out.Write([]string{
			l.KPI, safeCell(l.Project), safeCell(f.ProjectName(l.Project)), f.FeedTitle(l.Fact), safeCell(f.known(l)),
			l.Numerator.String(), l.Denominator.String(), safeCell(l.Origin.File), safeCell(l.Origin.Sheet), strconv.FormatUint(uint64(l.Origin.Row), 10), l.Origin.Load,
		})
	})
	if err == nil {
		out.Flush()
		err = out.Error()
	}
	switch {
	case err != nil && started.started:
		s.log.Error("rows cut off", "kpi", ask.KPI, "error", err)
		panic(http.ErrAbortHandler) // so that nobody takes a part for the whole
	case err != nil:
		w.Header().Del("Content-Disposition")
		return fmt.Errorf("rows of %s: %w", ask.KPI, err)
	}
	return nil
}

// known is what a row is known by, in one text.
func (f Frame) known(l analytics.Line) string {
	var parts []string
	for i, field := range analytics.ShownOf(l.Fact) {
		if value := f.shownValue(field.Name, l.Shown[i]); value != "" {
			parts = append(parts, f.In(field.Title)+" "+value)
		}
	}
	return strings.Join(parts, f.T("，", ", "))
}

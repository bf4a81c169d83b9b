package dashboard

import (
	"net/http"
	"slices"

	"gatehouse"
	"gatehouse/ingest"
)

const pushErrors = 1000 // bad cells that an answer lists

// pushAnswer is what became of pushed rows.
type pushAnswer struct {
	Status     ingest.State      `json:"status"`
	LoadID     string            `json:"load_id"`
	Feed       string            `json:"feed"`
	SHA256     string            `json:"sha256"`
	Counts     pushCounts        `json:"counts"`
	Sums       map[string]string `json:"sums"`
	Projects   []string          `json:"projects"`
	Notes      []string          `json:"notes"`
	Errors     []pushError       `json:"errors"`
	ErrorCount int               `json:"error_count"`
}

// pushCounts are of rows: rows = loaded + quarantined + skipped.
type pushCounts struct {
	Rows        uint64 `json:"rows"`
	Loaded      uint64 `json:"loaded"`
	Quarantined uint64 `json:"quarantined"`
	Skipped     uint64 `json:"skipped"`
	Orphans     uint64 `json:"orphans"`
}

// pushError is a bad cell, or what is wrong with the whole body.
type pushError struct {
	Row     int         `json:"row,omitempty"`
	Field   string      `json:"field,omitempty"`
	Code    ingest.Code `json:"code"`
	Message string      `json:"message"`
	Hint    string      `json:"hint,omitempty"`
	Value   string      `json:"value,omitempty"`
}

// push loads the rows of a body, once however often it is sent.
func (s *Server) push(w http.ResponseWriter, r *http.Request) error {
	from, err := s.sender(r)
	if err != nil {
		return err
	}
	feed := r.PathValue("feed")
	switch {
	case !slices.Contains(ingest.FeedNames(), feed):
		return problemf(http.StatusNotFound, gatehouse.Text{ZH: "没有这种数据", EN: "There is no such feed"}, feed)
	case !slices.Contains(from.Feeds, feed):
		return problemf(http.StatusForbidden, gatehouse.Text{ZH: "该令牌不能载入这种数据", EN: "The token may not load this feed"}, feed)
	}
	leave, err := s.pushes.enter(from.Name)
	if err != nil {
		return err
	}
	defer leave()
	body, err := s.receive(r)
	if err != nil {
		return err
	}
	defer body.close()
	foreign := false
	req := ingest.Request{
		Name: from.Name + body.extension, By: "push:" + from.Name,
		Format: body.format, Feed: feed, Project: from.Project,
		Allow: func(feed, project string) bool {
			may := from.mayLoad(feed, project)
			foreign = foreign || !may
			return may
		},
	}
	key := r.Header.Get(keyHeader)
	claimed, err := s.claimKey(r.Context(), from.Name, key, req, body.sha256)
	if err != nil {
		return err
	}
	var result ingest.Result
	err = s.pushes.load(r.Context(), func() (err error) {
		result, err = s.Sources.Take(r.Context(), from.Name, body.item(feed, key), req)
		return err
	})
	if err != nil {
		return err
	}
	s.log.Info("rows pushed", "source", from.Name, "load", result.LoadID, "status", result.Status, "rows", result.Rows)
	if result.Status == ingest.Refused {
		return s.refusedPush(r, result, foreign)
	}
	if result.Status == ingest.Published {
		s.Refresh()
	}
	if claimed.replay {
		w.Header().Set("Idempotent-Replayed", "true")
		result.Status = claimed.state(result)
	}
	answer, err := s.pushAnswer(r, req.By, result)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, answer)
}

// refusedPush words the fault of a body.
func (s *Server) refusedPush(r *http.Request, result ingest.Result, foreign bool) *problem {
	f := Frame{Lang: s.langOf(r)}
	p := problemf(http.StatusUnprocessableEntity, gatehouse.Text{ZH: "内容有误，全部未载入", EN: "The body has a fault: nothing of it was loaded"}, "")
	if foreign {
		p = problemf(http.StatusForbidden, gatehouse.Text{ZH: "含有该令牌无权载入的项目，全部未载入", EN: "Rows are of a project that the token may not load: nothing was loaded"}, "")
	}
	p.LoadID = result.LoadID
	for _, e := range result.Errors {
		p.Errors = append(p.Errors, pushError{Row: e.Row, Field: e.Field, Code: e.Code, Message: f.In(e.Message), Value: e.Value})
		p.Detail = f.In(e.Message)
	}
	return p
}

// pushAnswer reads the bad cells back from quarantine, so that a repeated
// request gets them too.
func (s *Server) pushAnswer(r *http.Request, by string, result ingest.Result) (pushAnswer, error) {
	f := Frame{Lang: s.langOf(r)}
	a := pushAnswer{
		Status: result.Status, LoadID: result.LoadID, Feed: result.Feed, SHA256: result.SHA256,
		Counts: pushCounts{result.Rows, result.Loaded, result.Quarantined, result.Skipped, result.Orphans},
		Sums:   result.Sums, Projects: append([]string{}, result.Projects...), Notes: []string{}, Errors: []pushError{},
	}
	a.Notes = append(a.Notes, f.InAll(result.Notes)...)
	if result.Quarantined == 0 {
		return a, nil
	}
	cells, err := ingest.Quarantined(r.Context(), s.db, gatehouse.AllProjects(), by, result.LoadID)
	if err != nil {
		return pushAnswer{}, err
	}
	cells = slices.DeleteFunc(cells, func(c ingest.QuarantinedCell) bool { return c.Level != ingest.LevelError })
	a.ErrorCount = len(cells)
	for _, c := range cells[:min(len(cells), pushErrors)] {
		explained := c.Code.Explain()
		message := f.In(explained.Message)
		if c.Detail != "" {
			message += " (" + c.Detail + ")"
		}
		a.Errors = append(a.Errors, pushError{Row: int(c.Row), Field: c.Field, Code: c.Code, Message: message, Hint: f.In(explained.Hint), Value: c.Value})
	}
	return a, nil
}

package dashboard

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"gatehouse"
)

// apiPattern is where programs push rows. They bring a token and no cookie, so
// another site cannot make a browser do it.
const apiPattern = "POST /api/v1/feeds/{feed}"

// noAPI answers programs that ask for an address that is none.
func (s *Server) noAPI(_ http.ResponseWriter, r *http.Request) error {
	return problemf(http.StatusNotFound, gatehouse.Text{ZH: "没有这个地址", EN: "There is no such address"}, r.Method+" "+r.URL.Path)
}

// problem is an answer that says what went wrong, as RFC 9457 has it.
type problem struct {
	Type   string      `json:"type"`
	Title  string      `json:"title"`
	Status int         `json:"status"`
	Detail string      `json:"detail,omitempty"`
	LoadID string      `json:"load_id,omitempty"`
	Errors []pushError `json:"errors,omitempty"`

	words  gatehouse.Text
	header http.Header
}

func (p *problem) Error() string { return p.words.EN + ": " + p.Detail }

// problemf makes a problem whose title is worded when it is answered.
func problemf(status int, words gatehouse.Text, detail string) *problem {
	return &problem{Type: "about:blank", Status: status, Detail: detail, words: words, header: http.Header{}}
}

// api is for programs what handle is for pages.
func (s *Server) api(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.apiFail(w, r, err)
		}
	})
}

func (s *Server) apiFail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // the sender has left
	}
	p, ok := errors.AsType[*problem](err)
	if !ok {
		p = s.problemOf(err)
	}
	if p.Status >= http.StatusInternalServerError {
		s.log.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	p.Title = p.words.In(s.langOf(r))
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/problem+json")
	if err := writeJSON(w, p.Status, p); err != nil {
		s.log.Error("answer failed", "error", err)
	}
}

// problemOf words an error that is none of the API's own. What went wrong
// inside stays in the log.
func (s *Server) problemOf(err error) *problem {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return s.tooLarge()
	}
	status := statusOf(gatehouse.KindOf(err))
	detail := ""
	if status < http.StatusInternalServerError {
		detail = err.Error()
	}
	return problemf(status, failures()[status].heading, detail)
}

func (s *Server) tooLarge() *problem {
	says := gatehouse.Text{ZH: "内容超过 %d MB，请分批发送", EN: "The body is larger than %d MB: send it in parts"}
	return problemf(http.StatusRequestEntityTooLarge, says.With(s.Loader.FileBytes()>>20), "")
}

// writeJSON sets the type unless it is set already.
func writeJSON(w http.ResponseWriter, status int, v any) error {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

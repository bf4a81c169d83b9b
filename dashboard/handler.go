package dashboard

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"time"

	"gatehouse"
	"gatehouse/dashboard/auth"
)

// handler is a page: it writes its answer, or gives the error to show instead.
type handler func(w http.ResponseWriter, r *http.Request) error

// handle is the one place where an error becomes an answer.
func (s *Server) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// limit bounds the time and the body of a request.
func limit(d time.Duration, bytes int64, h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, cancel := context.WithTimeout(r.Context(), d)
		defer cancel()
		deadline := time.Now().Add(d)
		control := http.NewResponseController(w)
		_ = control.SetReadDeadline(deadline) // a test's recorder has none
		_ = control.SetWriteDeadline(deadline)
		r.Body = http.MaxBytesReader(w, r.Body, bytes)
		return h(w, r.WithContext(ctx))
	}
}

// private lets only signed-in users in; others sign in first and come back.
func (s *Server) private(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		user, ok, err := s.signedIn(r)
		if err != nil {
			return err
		}
		if ok {
			// The error page is his too, so it is written where he is known.
			known := r.WithContext(context.WithValue(r.Context(), userKey{}, user))
			if err := h(w, known); err != nil {
				s.fail(w, known, err)
			}
			return nil
		}
		if r.Method != http.MethodGet || wantsData(r) {
			w.WriteHeader(http.StatusUnauthorized)
			return nil
		}
		http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return nil
	}
}

type userKey struct{}

// userOf is the signed-in user of a private page.
func userOf(r *http.Request) auth.User {
	user, _ := r.Context().Value(userKey{}).(auth.User)
	return user
}

// wantsData tells a program's request from a reader's.
func wantsData(r *http.Request) bool {
	switch path.Ext(r.URL.Path) {
	case ".json", ".csv", ".xlsx", ".svg":
		return true
	}
	return false
}

// statusOf is the status of a kind of error.
func statusOf(kind gatehouse.Kind) int {
	switch kind {
	case gatehouse.Invalid:
		return http.StatusUnprocessableEntity
	case gatehouse.NotFound:
		return http.StatusNotFound
	case gatehouse.Forbidden:
		return http.StatusForbidden
	case gatehouse.Conflict:
		return http.StatusConflict
	case gatehouse.Unavailable:
		return http.StatusServiceUnavailable
	case gatehouse.Internal:
	}
	return http.StatusInternalServerError
}

// errorPage is what a reader sees instead of a page.
type errorPage struct {
	Frame
	Status  int
	Heading string
	Advice  string
	Detail  string // what to change, of errors that the reader may mend
}

// fail answers with the error's status and a page that says what to do. What
// went wrong inside stays in the log.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	kind := gatehouse.KindOf(err)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		kind = gatehouse.Invalid
	}
	status := statusOf(kind)
	switch {
	case r.Context().Err() != nil && errors.Is(err, context.Canceled):
		return // the reader has left
	case status >= http.StatusInternalServerError:
		s.log.Error("request failed", "method", r.Method, "path", r.URL.Path, "user", userOf(r).Name, "error", err)
	}
	header := w.Header()
	for _, name := range []string{"Content-Disposition", "Content-Type", "Cache-Control"} {
		header.Del(name)
	}
	words := failures()[status]
	lang := s.langOf(r)
	if wantsData(r) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(words.heading.In(lang) + "\n"))
		return
	}
	page := errorPage{Frame: s.bareFrame(r), Status: status, Heading: words.heading.In(lang), Advice: words.advice.In(lang)}
	page.Title = page.Heading
	if lang == gatehouse.English && status == http.StatusUnprocessableEntity {
		page.Detail = err.Error()
	}
	if err := s.renderStatus(w, status, "error.html", page); err != nil {
		s.log.Error("error page failed", "error", err)
	}
}

type failure struct{ heading, advice gatehouse.Text }

// failures are the words for each status.
func failures() map[int]failure {
	return map[int]failure{
		http.StatusForbidden: {gatehouse.Text{ZH: "无权限", EN: "No access"},
			gatehouse.Text{ZH: "该项目或内容不在您的权限范围内。如需查看，请联系总部管理员。", EN: "This project or page is not among yours. Ask head office if you need it."}},
		http.StatusNotFound: {gatehouse.Text{ZH: "找不到页面", EN: "Not found"},
			gatehouse.Text{ZH: "地址有误，或内容已不存在。", EN: "The address is wrong, or what was here is gone."}},
		http.StatusConflict: {gatehouse.Text{ZH: "内容已被更改", EN: "Changed meanwhile"},
			gatehouse.Text{ZH: "请刷新页面后再试。", EN: "Reload the page and try again."}},
		http.StatusUnprocessableEntity: {gatehouse.Text{ZH: "请求有误", EN: "That cannot be answered"},
			gatehouse.Text{ZH: "请检查期间、项目与截至时间的写法。", EN: "Check the period, project and known-at time."}},
		http.StatusServiceUnavailable: {gatehouse.Text{ZH: "暂时无法读取", EN: "Not available just now"},
			gatehouse.Text{ZH: "数据库没有应答，请稍后重试。", EN: "The database does not answer. Try again in a moment."}},
		http.StatusInternalServerError: {gatehouse.Text{ZH: "程序出错", EN: "Something went wrong"},
			gatehouse.Text{ZH: "错误已记录，请稍后重试。", EN: "It has been logged. Try again in a moment."}},
	}
}

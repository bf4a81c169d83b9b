package dashboard

import (
	"net/http"
	"time"
)

const (
	pageTime  = 60 * time.Second
	formBytes = 64 << 10
)

// routes is every address of the site. open ones need no session.
func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	open := func(pattern string, h handler) { mux.Handle(pattern, s.handle(limit(pageTime, formBytes, h))) }
	page := func(pattern string, h handler) {
		mux.Handle(pattern, s.handle(limit(pageTime, formBytes, s.private(h))))
	}

	open("GET /healthz", s.healthz)
	open("GET /readyz", s.readyz)
	open("GET /static/{hash}/{name...}", s.static)
	open("GET /favicon.ico", s.favicon)
	open("GET /login", s.loginPage)
	open("POST /login", s.login)
	open("POST /logout", s.logout)

	page("GET /{$}", s.home)
	page("/", s.notFound)
	return mux
}

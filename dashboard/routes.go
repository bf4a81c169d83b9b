package dashboard

import (
	"net/http"
	"time"
)

const (
	pageTime     = 60 * time.Second
	transferTime = 30 * time.Minute // of an upload or a workbook
	formBytes    = 64 << 10
	mappingBytes = 4 << 20 // of a form with a mapping
)

// routes is every address of the site. open ones need no session.
func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mapping := func(pattern string, h handler) {
		mux.Handle(pattern, s.handle(limit(transferTime, mappingBytes, s.private(forMappers(h)))))
	}
	open := func(pattern string, h handler) { mux.Handle(pattern, s.handle(limit(pageTime, formBytes, h))) }
	page := func(pattern string, h handler) {
		mux.Handle(pattern, s.handle(limit(pageTime, formBytes, s.private(h))))
	}
	transfer := func(pattern string, h handler) {
		mux.Handle(pattern, s.handle(limit(transferTime, uploadSizes*s.Loader.FileBytes(), s.private(h))))
	}

	open("GET /healthz", s.healthz)
	open("GET /readyz", s.readyz)
	open("GET /static/{hash}/{name...}", s.static)
	open("GET /favicon.ico", s.favicon)
	open("GET /login", s.loginPage)
	open("POST /login", s.login)
	open("POST /logout", s.logout)

	page("GET /{$}", s.home)
	page("GET /portfolio", s.portfolio)
	page("GET /project", s.project)
	page("GET /collections", s.collections)
	page("POST /collections/close", s.closePeriod)
	page("POST /collections/reopen", s.reopenPeriod)
	page("GET /collections.csv", s.collectionsCSV)
	page("GET /collections.json", s.collectionsJSON)
	transfer("GET /collections/report.xlsx", s.collectionsReport)
	page("GET /verify", s.verify)
	mux.Handle("POST /verify", s.handle(limit(transferTime, verifyBytes+formBytes, s.private(s.verifyFile))))

	s.panelRoutes(page, transfer)

	page("GET /trace", s.trace)
	transfer("GET /trace.csv", s.traceCSV)

	page("GET /loads", s.loads)
	transfer("POST /loads", s.upload)
	page("GET /loads/{id}", s.load)
	page("GET /loads/{id}/{rows}", s.rows) // only "rows"; written out it would clash with the templates
	page("GET /restated", s.restated)
	page("GET /moved/{id}", s.moved)
	page("GET /withdraw/{id}", s.askWithdraw)
	page("POST /loads/{id}/withdraw", s.withdraw)
	page("POST /loads/{id}/restore", s.restore)
	transfer("POST /preview", s.sendPreview)
	transfer("GET /preview", s.preview)
	transfer("POST /preview/load", s.loadPreviewed)
	page("GET /preview/load", s.toLoads)
	page("GET /quarantine/{file}", s.quarantineCSV)
	transfer("GET /marked/{file}", s.marked)
	transfer("GET /originals/{id}", s.original)
	page("GET /loads/template/{file}", s.template)

	mapping("GET /preview/mapping", s.mapping)
	mapping("POST /preview/mapping", s.changeMapping)
	mapping("GET /mappings", s.mappings)
	mapping("GET /mappings/{name}", s.mappings)
	mapping("GET /mappings/{name}/definition.yaml", s.mappingYAML)
	mapping("POST /mappings", s.saveMapping)

	page("GET /definitions", s.definitions)
	page("GET /definitions/{kpi}", s.definition)
	transfer("GET /definitions/next/{kpi}", forHeadOffice(s.nextDefinition))

	page("GET /sources", forHeadOffice(s.sourceList))
	page("GET /sources/{name}", forHeadOffice(s.source))
	page("POST /sources/{name}/run", forHeadOffice(s.runSource))
	page("POST /sources/{name}/restart", forHeadOffice(s.restartSource))

	page("GET /jobs", forHeadOffice(s.jobs))
	page("POST /jobs/{name}/run", forHeadOffice(s.runJob))
	page("POST /jobs/{name}/cancel", forHeadOffice(s.cancelJob))

	s.apiRoutes(mux)

	page("/", s.notFound)
	return mux
}

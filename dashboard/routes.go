package dashboard

// routes is every address of the site: who may use it, and what it tells of
// projects.
func (s *Server) routes() []route {
	ofLoad, ofForm, ofTicket := scopeRule{by: byLoad}, scopeRule{by: byForm}, scopeRule{by: byTicket}
	ofWords, ofShelf, ofAll := scopeRule{by: byWords}, scopeRule{by: byShelf}, scopeRule{by: byAudience}
	table := []route{
		{"GET /healthz", forEveryone, light, ofNothing("the process lives"), s.healthz},
		{"GET /readyz", forEveryone, light, ofNothing("the database answers"), s.readyz},
		{"GET /static/{hash}/{name...}", forEveryone, light, ofNothing("files of the program"), s.static},
		{"GET /favicon.ico", forEveryone, light, ofNothing("a file of the program"), s.favicon},
		{"GET /login", forEveryone, light, ofNothing("a form"), s.loginPage},
		{"POST /login", forEveryone, light, ofNothing("a name and a password"), s.login},
		{"POST /logout", forEveryone, light, ofNothing("ends a session"), s.logout},

		{"GET /{$}", forUsers, light, ofNothing("leads to the user's own page"), s.home},
		{"GET /today", forUsers, light, ofProject(""), s.today},
		{"GET /portfolio", forUsers, light, ofProject(""), s.portfolio},
		{"GET /compare", forUsers, light, ofProject(""), s.compare},
		{"GET /project", forUsers, light, ofProject(""), s.project},
		{"GET /service", forUsers, light, ofProject(""), s.service},
		{"GET /survey", forUsers, light, ofProject(""), s.survey},
		{"GET /collections", forUsers, light, ofProject(""), s.collections},
		{"POST /collections/close", forOfficers, light, ofAll, s.closePeriod},
		{"POST /collections/reopen", forOfficers, light, ofAll, s.reopenPeriod},
		{"GET /collections.csv", forUsers, light, ofProject(""), s.collectionsCSV},
		{"GET /collections.json", forUsers, light, ofProject(""), s.collectionsJSON},
		{"GET /collections/report.xlsx", forUsers, files, ofProject(""), s.collectionsReport},

		{"GET /panel/{page}/{file}", forUsers, light, ofProject(""), s.panelFile},

		{"GET /trace", forUsers, light, ofProject("kpi=collection_rate"), s.trace},
		{"GET /trace.csv", forUsers, files, ofProject("kpi=collection_rate"), s.traceCSV},
		{"GET /restated", forUsers, light, ofProject("kpi=collection_rate&then=2026-10-01"), s.restated},
		{"GET /moved/{id}", forUsers, light, ofLoad, s.moved},

		{"GET /verify", forUsers, light, ofNothing("a report of others is unknown to a manager: TestVerify"), s.verify},
		{"POST /verify", forUsers, reports, ofNothing("a report of others is unknown to a manager: TestVerify"), s.verifyFile},

		{"GET /search", forUsers, light, ofWords, s.search},
		{"GET /search/hits", forUsers, light, ofWords, s.searchHits},

		{"GET /views/{id}", forUsers, light, ofShelf, s.openView},
		{"POST /views", forUsers, light, ofNothing("a page is opened in its viewer's scope"), s.saveView},
		{"POST /views/{id}/delete", forUsers, light, ofShelf, s.removeView},
		{"POST /annotations", forUsers, light, scopeRule{by: byField}, s.addNote},
		{"POST /annotations/{id}/delete", forUsers, light, ofShelf, s.removeNote},

		{"GET /loads", forUsers, light, ofProject(""), s.loads},
		{"POST /loads", forUsers, files, ofForm, s.upload},
		{"GET /loads/{id}", forUsers, light, ofLoad, s.load},
		{"GET /loads/{id}/{rows}", forUsers, light, scopeRule{by: byLoad, query: "row=2"}, s.rows}, // only "rows"; written out it would clash with the templates
		{"GET /withdraw/{id}", forUsers, light, ofLoad, s.askWithdraw},
		{"POST /loads/{id}/withdraw", forUsers, light, ofLoad, s.withdraw},
		{"POST /loads/{id}/restore", forUsers, light, ofLoad, s.restore},
		{"POST /preview", forUsers, files, ofForm, s.sendPreview},
		{"GET /preview", forUsers, files, ofTicket, s.preview},
		{"POST /preview/load", forUsers, files, ofTicket, s.loadPreviewed},
		{"GET /preview/load", forUsers, light, ofNothing("leads on to the loads"), s.toLoads},
		{"GET /quarantine/{file}", forUsers, light, ofLoad, s.quarantineCSV},
		{"GET /marked/{file}", forUsers, files, ofLoad, s.marked},
		{"GET /originals/{id}", forUsers, files, ofLoad, s.original},
		{"GET /loads/template/{file}", forUsers, light, ofNothing("empty workbooks"), s.template},

		{"GET /preview/mapping", forOfficers, mappings, ofAll, s.mapping},
		{"POST /preview/mapping", forOfficers, mappings, ofAll, s.changeMapping},
		{"GET /mappings", forOfficers, mappings, ofAll, s.mappings},
		{"GET /mappings/{name}", forOfficers, mappings, ofAll, s.mappings},
		{"GET /mappings/{name}/definition.yaml", forOfficers, mappings, ofAll, s.mappingYAML},
		{"POST /mappings", forOfficers, mappings, ofAll, s.saveMapping},

		{"GET /definitions", forUsers, light, ofNothing("how KPIs are counted"), s.definitions},
		{"GET /definitions/{kpi}", forUsers, light, ofProject(""), s.definition},
		{"GET /definitions/next/{kpi}", forHeadOffice, files, ofAll, s.nextDefinition},

		{"GET /sources", forHeadOffice, light, ofAll, s.sourceList},
		{"GET /sources/{name}", forHeadOffice, light, ofAll, s.source},
		{"POST /sources/{name}/run", forHeadOffice, light, ofAll, s.runSource},
		{"POST /sources/{name}/restart", forHeadOffice, light, ofAll, s.restartSource},

		{"GET /jobs", forHeadOffice, light, ofAll, s.jobs},
		{"POST /jobs/{name}/run", forHeadOffice, light, ofAll, s.runJob},
		{"POST /jobs/{name}/cancel", forHeadOffice, light, ofAll, s.cancelJob},

		{"GET /users", forHeadOffice, light, ofAll, s.userList},
		{"POST /users", forHeadOffice, light, ofAll, s.makeUser},
		{"POST /users/change", forHeadOffice, light, ofAll, s.changeUser},
		{"POST /users/password", forHeadOffice, light, ofAll, s.resetPassword},
		{"POST /users/disable", forHeadOffice, light, ofAll, s.disableUser},
		{"POST /users/enable", forHeadOffice, light, ofAll, s.enableUser},
		{"POST /users/signout", forHeadOffice, light, ofAll, s.endSessions},
		{"GET /audit", forHeadOffice, light, ofAll, s.auditTrail},
		{"GET /audit.csv", forHeadOffice, files, ofAll, s.auditCSV},

		{apiPattern, forPrograms, pushes, ofNothing("rows come in, none go out"), s.push},
		{"GET /api/v1/openapi.json", forPrograms, light, ofNothing("how to push"), s.openAPI},
		{"/api/", forPrograms, light, ofNothing("there is no such address"), s.noAPI},

		{"/", forUsers, light, ofNothing("there is no such page"), s.notFound},
	}
	for _, p := range s.panelPages() {
		table = append(table, route{"GET /" + p.name + ".xlsx", forUsers, files, ofProject(""), s.workbookOf(p)})
	}
	return table
}

// Package dashboard serves the pages: signed-in users read KPIs and the
// collection report within their scope, and upload spreadsheets. A page is a
// handler that decides, fetches, fills a typed struct and renders one template;
// all state is in the URL. Start reading at routes.go.
package dashboard

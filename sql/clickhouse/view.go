package clickhouse

import (
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"gatehouse/sql"
)

// Arguments of the views: the instant, whose projects, and of derived rows the run.
const (
	atInstant        = "known_at = {known_at:DateTime64(6, 'UTC')}"
	ofScope          = "all_projects = {all_projects:Bool}, projects = {projects:Array(String)}"
	factArguments    = atInstant + ", " + ofScope
	derivedArguments = "series = {series:UInt64}, run = {run:UInt64}, " + ofScope
)

// fromView reads a source by its view.
func fromView(source string) string {
	switch source {
	case "fee_entry", "kpi_value":
		return fmt.Sprintf("SELECT * FROM %s_at(%s)", source, derivedArguments)
	case "published", "replaced", "project_ref", "sla":
		return fmt.Sprintf("SELECT * FROM %s_at(%s)", source, atInstant)
	}
	return fmt.Sprintf("SELECT * FROM %s_at(%s)", source, factArguments)
}

// prepared are the SELECTs of sources as the program runs them: the texts of the
// views, written out, as ClickHouse takes ten milliseconds to make sense of each
// view within a view; and with what the publications come to read from a state
// that is worked out already (state.go).
//
//nolint:gochecknoglobals // what is embedded, written out once
var prepared = sync.OnceValue(func() map[string]string {
	bodies := map[string]string{}
	var written []string
	add := func(name, body string) {
		written = append(written, name+"_at("+atInstant+")", "("+body+")", name+"_at("+factArguments+")", "("+body+")")
	}
	add("published", "SELECT attempt, load_id, published FROM state_attempt WHERE state = {state:UInt64} AND NOT replaced")
	add("replaced", "SELECT attempt, published FROM state_attempt WHERE state = {state:UInt64} AND replaced")
	add("project_ref", "SELECT ref, code FROM state_project_ref WHERE state = {state:UInt64}")
	files, _ := fs.Glob(sql.Files, "view/*.sql") // the pattern is well-formed
	for _, file := range files {
		text, err := fs.ReadFile(sql.Files, file)
		if err != nil {
			continue // it was listed just now
		}
		for _, fact := range factsOf(string(text)) {
			name, body, ok := strings.Cut(strings.ReplaceAll(stripComments(string(text)), "{{fact}}", fact), "_at AS\n")
			if !ok {
				continue
			}
			name = name[strings.LastIndexByte(name, ' ')+1:]
			body = strings.NewReplacer(written...).Replace(strings.TrimRight(strings.TrimSpace(body), ";"))
			// A source of the same name stands in front of the table, even inside another source.
			body = strings.Replace(body, "\nFROM "+fact+" AS f\n", "\nFROM {database:Identifier}."+fact+" AS f\n", 1)
			add(name, body)
			bodies[name] = body
		}
	}
	// Other sources of a query may be worked out for the query alone; what meters
	// used is kept of each run.
	for _, name := range []string{"published", "replaced", "project_ref"} {
		bodies[name] = fromView(name)
	}
	bodies["usage_of_readings"], bodies["usage"] = bodies["usage"], bodies["energy_usage"]
	return bodies
})

// factsOf are the facts that a view's text is a template for, a single "" for none.
func factsOf(text string) []string {
	if first, _, _ := strings.Cut(text, "\n"); strings.HasPrefix(first, "-- for: ") {
		return strings.Split(strings.TrimPrefix(first, "-- for: "), ", ")
	}
	return []string{""}
}

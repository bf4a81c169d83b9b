package clickhouse

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"gatehouse"
	"gatehouse/sql"
)

// Asked is what every query is about besides its own parameters: whose
// projects, and the state of knowledge to read.
type Asked struct {
	Scope   gatehouse.Scope
	KnownAt time.Time      // facts published up to this instant; zero: none
	AsOf    gatehouse.Date // the business day the question is asked on
	Series  uint64         // series of derived rows, 0 is the running one
	Run     uint64         // newest run of that series to read
}

// Params are a query's own parameters by name.
type Params map[string]any

// query is a named query; sources are views it reads by their short names.
type query struct {
	name, text string
	sources    []string
}

const sourcesHeader = "-- sources: "

func parseQueries() (map[string]query, error) {
	files, err := fs.Glob(sql.Files, "query/*.sql")
	if err != nil {
		return nil, err
	}
	queries := map[string]query{}
	for _, file := range files {
		text, err := fs.ReadFile(sql.Files, file)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(path.Base(file), ".sql")
		queries[name] = newQuery(name, string(text))
	}
	return queries, nil
}

func newQuery(name, text string) query {
	q := query{name: name, text: strings.TrimRight(strings.TrimSpace(text), ";")}
	for line := range strings.Lines(text) {
		if list, ok := strings.CutPrefix(strings.TrimSpace(line), sourcesHeader); ok {
			q.sources = strings.Split(list, ", ")
		}
	}
	return q
}

// sql is the whole statement: the sources as CTEs under their short names,
// then the text.
func (q query) sql(override map[string]string) string {
	return q.with(func(source string) string {
		if body, ok := override[source]; ok {
			return body
		}
		return prepared()[source]
	})
}

// byHand is the statement for a reader who knows the instant, but no state that
// is worked out for it.
func (q query) byHand() string { return q.with(fromView) }

func (q query) with(body func(source string) string) string {
	if len(q.sources) == 0 {
		return q.text
	}
	ctes := make([]string, len(q.sources))
	for i, source := range q.sources {
		ctes[i] = fmt.Sprintf("%s AS (%s)", source, body(source))
	}
	with := "WITH " + strings.Join(ctes, ",\n")
	// The text may go on with CTEs of its own.
	if first, rest := cutWord(stripComments(q.text)); strings.EqualFold(first, "WITH") {
		return with + ",\n" + rest
	}
	return with + "\n" + q.text
}

func stripComments(text string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "--") {
			kept.WriteString(line)
		}
	}
	return strings.TrimSpace(kept.String())
}

// cutWord splits off the first word.
func cutWord(s string) (word, rest string) {
	i := strings.IndexAny(s, " \t\n")
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+1:]
}

// arguments are the standard parameters of a statement and its own.
func (db *DB) arguments(ctx context.Context, statement string, a Asked, own Params) ([]any, error) {
	knownAt := a.KnownAt.UTC()
	if knownAt.IsZero() {
		knownAt = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC) // before any publication; DateTime64 has no year 1
	}
	args := []any{
		clickhouse.DateNamed("known_at", knownAt, clickhouse.MicroSeconds),
		clickhouse.Named("all_projects", a.Scope.All()),
		clickhouse.Named("projects", orEmpty(a.Scope.Codes())),
		clickhouse.Named("as_of", a.AsOf.String()),
		clickhouse.Named("series", a.Series),
		clickhouse.Named("run", a.Run),
		clickhouse.Named("tz", db.calendar.Location.String()),
		clickhouse.Named("year_start", uint8(db.calendar.YearStart)),
		clickhouse.Named("age_edges", db.ageEdges),
	}
	if strings.Contains(statement, "{state:UInt64}") {
		state, err := db.stateAt(ctx, knownAt)
		if err != nil {
			return nil, err
		}
		args = append(args, clickhouse.Named("state", state))
	}
	if strings.Contains(statement, "{database:Identifier}") {
		args = append(args, clickhouse.Named("database", db.database))
	}
	for name, value := range own {
		args = append(args, named(name, value))
	}
	return args, nil
}

func named(name string, value any) any {
	switch v := value.(type) {
	case time.Time:
		return clickhouse.DateNamed(name, v.UTC(), clickhouse.MicroSeconds)
	case gatehouse.Date:
		return clickhouse.Named(name, v.String())
	case gatehouse.Month:
		return clickhouse.Named(name, v.Start().String())
	case gatehouse.Money:
		return clickhouse.Named(name, v.String())
	case []string:
		return clickhouse.Named(name, orEmpty(v))
	}
	return clickhouse.Named(name, value)
}

func orEmpty(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// Select runs the query of file query/<name>.sql and gives its rows, columns
// matched to fields by their `ch` tags.
func Select[T any](ctx context.Context, db *DB, name string, a Asked, p Params) ([]T, error) {
	q, ok := db.queries[name]
	if !ok {
		return nil, gatehouse.Errorf(gatehouse.Internal, "no query %s", name)
	}
	return selectSQL[T](ctx, db, name, q.sql(nil), a, p)
}

// SelectText runs a text that is in no file as if it were in one.
func SelectText[T any](ctx context.Context, db *DB, text string, a Asked, p Params) ([]T, error) {
	return selectSQL[T](ctx, db, "query", newQuery("query", text).sql(nil), a, p)
}

func selectSQL[T any](ctx context.Context, db *DB, name, text string, a Asked, p Params) ([]T, error) {
	args, err := db.arguments(ctx, text, a, p)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var rows []T
	if err := db.conn.Select(ctx, &rows, text, args...); err != nil {
		return nil, fmt.Errorf("%s: %w", name, explain(err))
	}
	return rows, nil
}

// First gives the only row of a query, or a NotFound error.
func First[T any](ctx context.Context, db *DB, name string, a Asked, p Params) (T, error) {
	rows, err := Select[T](ctx, db, name, a, p)
	if err != nil || len(rows) == 0 {
		var none T
		if err == nil {
			err = gatehouse.Errorf(gatehouse.NotFound, "%s: nothing found", name)
		}
		return none, err
	}
	return rows[0], nil
}

// Rows is a result while Each goes through it.
type Rows = driver.Rows

// Each streams the rows of a query through scan, for results too large to keep.
func (db *DB) Each(ctx context.Context, name string, a Asked, p Params, scan func(Rows) error) error {
	q, ok := db.queries[name]
	if !ok {
		return gatehouse.Errorf(gatehouse.Internal, "no query %s", name)
	}
	rows, err := db.stream(ctx, name, q.sql(nil), a, p)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return explain(rows.Err())
}

// Exec runs a named statement that gives no rows.
func (db *DB) Exec(ctx context.Context, name string, a Asked, p Params) error {
	q, ok := db.queries[name]
	if !ok {
		return gatehouse.Errorf(gatehouse.Internal, "no query %s", name)
	}
	return db.exec(ctx, name, q.sql(nil), a, p)
}

func (db *DB) exec(ctx context.Context, name, text string, a Asked, p Params) error {
	args, err := db.arguments(ctx, text, a, p)
	if err == nil {
		err = explain(db.conn.Exec(ctx, text, args...))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (db *DB) stream(ctx context.Context, name, text string, a Asked, p Params) (Rows, error) {
	args, err := db.arguments(ctx, text, a, p)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	rows, err := db.conn.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, explain(err))
	}
	return rows, nil
}

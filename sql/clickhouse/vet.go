package clickhouse

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gatehouse"
)

// Published are the views that an operator's KPI may name as sources.
func Published() []string {
	return []string{
		"energy_reading", "fee_bill", "fee_entry", "fee_payment", "kpi_target", "meter", "project", "request", "room",
		"service_request", "sla", "survey_response", "survey_wave", "usage",
	}
}

// lineParameters are those that a KPI's text may use.
func lineParameters() []string {
	return []string{"known_at", "all_projects", "projects", "as_of", "series", "run", "tz", "year_start", "age_edges", "starts", "ends"}
}

// Vetter judges whether texts of KPIs that come from outside may be run. It
// does not read SQL itself: ClickHouse's own parser does, and what that made of
// the text is held against lists of what is allowed.
type Vetter struct {
	db        *DB
	tables    map[string]bool // of the database, views included
	functions map[string]function
}

// function is what ClickHouse says of one of its functions.
type function struct {
	Name          string   `ch:"name"`
	Alias         string   `ch:"alias_to"`
	Aggregate     bool     `ch:"aggregate"`
	AnyCase       bool     `ch:"any_case"`
	Deterministic bool     `ch:"pure"`
	Categories    []string `ch:"kinds"`
}

// NewVetter asks ClickHouse what functions and tables there are.
func NewVetter(ctx context.Context, db *DB) (*Vetter, error) {
	v := &Vetter{db: db, tables: map[string]bool{}, functions: map[string]function{}}
	type table struct {
		Name string `ch:"name"`
	}
	tables, err := selectSQL[table](ctx, db, "tables", "SELECT name FROM system.tables WHERE database = currentDatabase()", Asked{}, nil)
	if err != nil {
		return nil, err
	}
	for _, t := range tables {
		v.tables[t.Name] = true
	}
	functions, err := selectSQL[function](ctx, db, "functions", `SELECT name, alias_to, toBool(is_aggregate) AS aggregate, toBool(case_insensitive) AS any_case,
		ifNull(deterministic, 0) = 1 AS pure, splitByString(', ', categories) AS kinds
		FROM system.functions WHERE origin = 'System'`, Asked{}, nil)
	if err != nil {
		return nil, err
	}
	for _, f := range functions {
		v.functions[f.Name] = f
		if lower := strings.ToLower(f.Name); f.AnyCase {
			v.functions[lower] = f
		}
	}
	return v, nil
}

// Vet refuses a KPI's text unless it is one SELECT over its sources that can
// do nothing but compute, and gives the columns that lines need. It is run once,
// read-only and limited, on no project at all.
func (v *Vetter) Vet(ctx context.Context, k KPI, sources []string) error {
	for _, s := range sources {
		if !slices.Contains(Published(), s) {
			return gatehouse.Errorf(gatehouse.Invalid, "sources: %q is not a view that is published: choose from %s", s, strings.Join(Published(), ", "))
		}
	}
	for _, name := range append(slices.Clone(k.Slices), k.Whole) {
		if name != "" && (!columnName.MatchString(name) || slices.Contains(taken(), name)) {
			return gatehouse.Errorf(gatehouse.Invalid, "%q cannot be the name of a slice: use a word of small letters, digits and _ that is none of %s", name, strings.Join(taken(), ", "))
		}
	}
	q := newQuery(k.Name, k.SQL)
	if !slices.Equal(q.sources, sources) {
		return gatehouse.Errorf(gatehouse.Invalid, "sources are named twice: keep the line \"-- sources:\" of the header only")
	}
	body := k.Body()
	if body == "" {
		return gatehouse.Errorf(gatehouse.Invalid, "there is no SELECT after the header")
	}
	if err := v.standsAlone(ctx, body); err != nil {
		return err
	}
	root, err := v.parse(ctx, body)
	if err != nil {
		return err
	}
	if err := v.judge(root, body, sources); err != nil {
		return err
	}
	return v.try(ctx, k, q)
}

var columnName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// taken are names that lines have columns of already.
func taken() []string {
	return []string{"project", "month", "until", "numerator", "denominator", "fact", "ref", "key", "unit", "whole", "x", "y"}
}

// standsAlone refuses a text that is no whole statement by itself, so that it
// cannot reach beyond the brackets it will stand in. The text comes back in
// ClickHouse's own spelling: without comments, names in backquotes.
func (v *Vetter) standsAlone(ctx context.Context, body string) error {
	type formatted struct {
		Text string `ch:"text"`
	}
	got, err := selectSQL[formatted](ctx, v.db, "format", "SELECT formatQuerySingleLine({text:String}) AS text", Asked{}, Params{"text": body})
	if err != nil {
		return syntax(err, 0)
	}
	plain, names := unquoted(got[0].Text)
	for _, name := range names {
		if !safeName.MatchString(name) {
			return at(body, name, "the name `%s` has characters that names of KPIs may not have: use letters, digits and _", name)
		}
	}
	if strings.Contains(strings.ToUpper(plain), "WITH RECURSIVE ") {
		return at(body, "recursive", "WITH RECURSIVE may not be used")
	}
	for _, p := range parameter.FindAllStringSubmatch(plain, -1) {
		switch {
		case !slices.Contains(lineParameters(), p[1]):
			return at(body, p[1], "there is no parameter {%s}: a KPI may use %s", p[1], strings.Join(lineParameters(), ", "))
		case strings.EqualFold(strings.TrimSpace(p[2]), "Identifier"):
			return at(body, p[1], "the parameter {%s} may not stand for a name", p[1])
		}
	}
	return nil
}

var (
	safeName  = regexp.MustCompile(`^[\pL\pN_. %/·-]+$`)
	parameter = regexp.MustCompile(`\{\s*(\w+)\s*:\s*([^}]*)\}`)
)

// unquoted takes the strings out of a text in ClickHouse's own spelling, and
// gives the names that stood in backquotes.
func unquoted(text string) (plain string, names []string) {
	var kept strings.Builder
	for {
		i := strings.IndexAny(text, "'`")
		if i < 0 {
			kept.WriteString(text)
			return kept.String(), names
		}
		quote := text[i]
		kept.WriteString(text[:i] + " ")
		end := i + 1
		for end < len(text) && text[end] != quote {
			if text[end] == '\\' {
				end++
			}
			end++
		}
		if quote == '`' {
			names = append(names, text[i+1:min(end, len(text))])
		}
		text = text[min(end+1, len(text)):]
	}
}

// syntaxPlace is where ClickHouse says that a text goes wrong.
var syntaxPlace = regexp.MustCompile(`(?s)failed at position \d+ \((.*?)\)(?: \(line (\d+), col \d+\))?: `)

// syntax words a mistake that the parser found; before is how many lines stand
// in front of the text.
func syntax(err error, before int) error {
	m := syntaxPlace.FindStringSubmatch(err.Error())
	if m == nil {
		return unless(err)
	}
	line, _ := strconv.Atoi(m[2]) // none: the first
	return gatehouse.Errorf(gatehouse.Invalid, "line %d: ClickHouse cannot read on from %q: the file must be one SELECT, without SETTINGS, FORMAT or INTO OUTFILE", max(line-before, 1), m[1])
}

// unless words what ClickHouse refuses by itself; that it cannot be asked stays as it is.
func unless(err error) error {
	if kind := gatehouse.KindOf(err); kind == gatehouse.Unavailable || kind == gatehouse.Invalid {
		return err
	}
	detail := err.Error()
	if _, message, ok := strings.Cut(detail, "message: "); ok {
		detail = message
	}
	detail, _, _ = strings.Cut(detail, "\n")
	if before, _, ok := strings.Cut(detail, " In scope "); ok {
		detail = before
	}
	if before, _, ok := strings.Cut(detail, " in scope "); ok {
		detail = before
	}
	return gatehouse.Errorf(gatehouse.Invalid, "ClickHouse refuses it: %s", detail)
}

// at is a refusal with the line in which a word first stands.
func at(body, word, format string, args ...any) error {
	pattern := regexp.MustCompile(`(?i)(^|[^\pL\pN_])` + regexp.QuoteMeta(word) + `($|[^\pL\pN_])`)
	for i, line := range strings.Split(body, "\n") {
		if pattern.MatchString(line) {
			return gatehouse.Errorf(gatehouse.Invalid, "line %d: "+format, append([]any{i + 1}, args...)...)
		}
	}
	return gatehouse.Errorf(gatehouse.Invalid, format, args...)
}

// try runs the KPI once: its columns first, then all of it, on no project.
func (v *Vetter) try(ctx context.Context, k KPI, q query) error {
	ctx, cancel := limited(ctx)
	defer cancel()
	asked := Asked{AsOf: gatehouse.NewDate(2026, 1, 1)}
	none := Period{}.params(Params{})
	type column struct {
		Name       string `ch:"name"`
		Type       string `ch:"type"`
		Kind       string `ch:"default_type"`
		Expression string `ch:"default_expression"`
		Comment    string `ch:"comment"`
		Codec      string `ch:"codec_expression"`
		TTL        string `ch:"ttl_expression"`
	}
	described := q
	described.text = "SELECT * FROM\n(\n" + k.Body() + "\n)"
	columns, err := selectSQL[column](ctx, v.db, "columns", "DESCRIBE TABLE (\n"+described.sql(nil)+"\n)", asked, none)
	if err != nil {
		return unless(err)
	}
	types := map[string]string{}
	for _, c := range columns {
		types[c.Name] = c.Type
	}
	for _, want := range k.columns() {
		if types[want] == "" {
			return gatehouse.Errorf(gatehouse.Invalid, "the SELECT gives no column %s: lines need %s", want, strings.Join(k.columns(), ", "))
		}
	}
	for _, n := range []string{"numerator", "denominator"} {
		if t := inner(types[n]); !number.MatchString(t) {
			return gatehouse.Errorf(gatehouse.Invalid, "the column %s is of type %s, which is not a number", n, types[n])
		}
	}
	for _, day := range []string{"month", "until"} {
		if t := inner(types[day]); t != "" && !strings.HasPrefix(t, "Date") {
			return gatehouse.Errorf(gatehouse.Invalid, "the column %s is of type %s: give the first day of the month as a Date, such as toStartOfMonth(…)", day, types[day])
		}
	}
	if _, err := selectSQL[ownSum](ctx, v.db, k.Name, k.running(), asked, Period{}.params(Params{})); err != nil {
		return unless(tooMuch(ctx, err))
	}
	return nil
}

// columns are those that lines are made of.
func (k KPI) columns() []string {
	columns := []string{"project", "month", "numerator", "denominator", "fact", "ref", "key"}
	if k.ByPeriod {
		columns = append(columns, "until")
	}
	if k.Counts == "units" {
		columns = append(columns, "unit")
	}
	if k.Whole != "" {
		columns = append(columns, k.Whole)
	}
	return append(columns, k.Slices...)
}

var (
	number  = regexp.MustCompile(`^(U?Int|Float|Decimal|Bool)`)
	wrapper = regexp.MustCompile(`^(?:Nullable|LowCardinality)\((.*)\)$`)
)

// inner is a type without what is around it.
func inner(t string) string {
	for {
		m := wrapper.FindStringSubmatch(t)
		if m == nil {
			return t
		}
		t = m[1]
	}
}

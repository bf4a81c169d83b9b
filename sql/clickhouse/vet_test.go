package clickhouse_test

import (
	"strings"
	"testing"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

// count is a KPI's SELECT as it should be; the hostile ones are made of it.
const count = `SELECT project, toStartOfMonth(toDate(opened_at, {tz:String})) AS month, kind,
    1 AS numerator, 1 AS denominator, 'service_request' AS fact, ref, key
FROM service_request`

func vetted(t *testing.T, v *clickhouse.Vetter, text string, sources ...string) error {
	t.Helper()
	header := "-- name: 数 | Count\n"
	if len(sources) > 0 {
		header += "-- sources: " + strings.Join(sources, ", ") + "\n"
	}
	return v.Vet(t.Context(), clickhouse.KPI{
		Name: "own", Version: 1, SQL: header + text, Slices: []string{"kind"}, Counts: "denominator", Own: true,
	}, sources)
}

// Whatever can do more than compute from the sources is refused, with the reason.
func TestHostileKPIsAreRefused(t *testing.T) {
	t.Parallel()
	v, err := clickhouse.NewVetter(t.Context(), sqltest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	// with puts an expression where the numerator is, from another FROM clause.
	with := func(expression string) string {
		return strings.Replace(count, "1 AS numerator", expression+" AS numerator", 1)
	}
	from := func(tables string) string { return strings.Replace(count, "FROM service_request", "FROM "+tables, 1) }
	for _, c := range []struct{ name, text, want string }{
		// Not one SELECT.
		{"nothing", "", "no SELECT after the header"},
		{"a comment", "-- SELECT 1", "no SELECT after the header"},
		{"two statements", count + ";\nDROP TABLE fee_bill", "must be one SELECT"},
		{"insert", "INSERT INTO kpi_value SELECT * FROM kpi_value", "line 3"},
		{"insert by the back door", "INSERT INTO FUNCTION url('http://h/', CSV) " + count, "line 3"},
		{"drop", "DROP TABLE fee_bill", "line 3"},
		{"alter", "ALTER TABLE fee_bill DELETE WHERE 1", "line 3"},
		{"system", "SYSTEM SHUTDOWN", "line 3"},
		{"set", "SET readonly = 0", "line 3"},
		{"create function", "CREATE FUNCTION f AS x -> x", "line 3"},
		{"show", "SHOW TABLES", "line 3"},
		{"explain", "EXPLAIN " + count, "viewExplain"},
		{"brackets that end too soon", count + ") AS a, (" + count, "cannot read on"},
		{"string without end", count + "\nWHERE kind = 'complaint", "cannot read on"},
		{"comment without end", count + "\n/* ", "cannot read on"},
		{"comment that swallows a bracket", "SELECT 1 AS x /*\n-- */ FROM service_request) /*", "cannot read on"},
		{"string over a comment line", "SELECT '\n-- ' AS fact, name FROM system.users, (SELECT ' ')", "cannot read on"},
		{"intersect", count + " INTERSECT " + count, "INTERSECT"},
		{"settings", count + "\nSETTINGS max_execution_time = 0", "line 6: SETTINGS may not be given"},
		{"settings inside", from("(SELECT * FROM service_request SETTINGS readonly = 0)"), "line 5: SETTINGS may not be given"},
		{"settings in a part", count + " SETTINGS max_threads = 64 UNION ALL " + count, "SETTINGS may not be given"},
		{"format", count + "\nFORMAT Null", `line 6: ClickHouse cannot read on from "Null"`},
		{"outfile", count + "\nINTO OUTFILE 'x.csv'", `line 6: ClickHouse cannot read on from "OUTFILE"`},
		{"nonsense", "SELEKT 1", "cannot read on"},
		// Other places to read from.
		{"url", from("url('http://169.254.169.254/', LineAsString, 'project String')"), "line 5: url is a table function"},
		{"file", from("file('/etc/passwd', LineAsString, 'project String')"), "file is a table function"},
		{"s3", from("s3('http://h/b', CSV)"), "s3 is a table function"},
		{"remote", from("remote('127.0.0.1', currentDatabase(), fee_bill)"), "remote is a table function"},
		{"cluster", from("cluster('default', system.one)"), "cluster is a table function"},
		{"mysql", from("mysql('h', 'd', 't', 'u', 'p')"), "mysql is a table function"},
		{"executable", from("executable('id', TabSeparated, 'x String')"), "executable is a table function"},
		{"numbers", from("numbers(10)"), "numbers is a table function"},
		{"generateRandom", from("generateRandom('project String')"), "generateRandom is a table function"},
		{"values", from("VALUES('project String', 'A')"), "VALUES is a table function"},
		{"merge", from("merge(currentDatabase(), '.*')"), "merge is a table function"},
		{"view", from("view(SELECT * FROM fee_bill)"), "view is a table function"},
		{"input", from("input('project String')"), "input is a table function"},
		{"null", from("null('project String')"), "null is a table function"},
		{"dictionary as a table", from("dictionary('d')"), "dictionary is a table function"},
		{"a view with arguments of its own", from("service_request_at(known_at = now64(), all_projects = true, projects = [])"), "service_request_at is a table function"},
		{"an explanation", from("(EXPLAIN SELECT 1)"), "viewExplain is a table function"},
		{"system table", from("system.users"), "system.users is a table of another database"},
		{"system table in quotes", from("`system`.\"users\""), "system.users is a table of another database"},
		{"information_schema", from("information_schema.tables"), "another database"},
		{"another database", from("default.fee_bill"), "another database"},
		{"raw table", from("publication"), "publication is a table of the program's own"},
		{"users", from("app_user"), "app_user"},
		{"values of KPIs", from("kpi_value"), "kpi_value is a table of the program's own"},
		{"raw facts", from("fee_bill"), "fee_bill is read but not among the sources"},
		{"view by its own name", from("fee_entry_at"), "fee_entry_at is a table of the program's own"},
		{"raw facts in a join", count + " JOIN fee_payment USING (project)", "fee_payment is read but not among the sources"},
		{"raw facts in a subquery", with("(SELECT count() FROM fee_payment)"), "fee_payment is read but not among the sources"},
		{"raw facts after IN", count + "\nWHERE project IN publication", "line 6: publication is a table"},
		{"raw facts after GLOBAL NOT IN", count + "\nWHERE (project, key) GLOBAL NOT IN fee_payment", "fee_payment is read but not"},
		{"system table in()", count + "\nWHERE in(project, system.users)", "system.users is a table of another database"},
		{"raw facts beside a CTE of that name", "WITH a AS (WITH publication AS (SELECT 1 AS x) SELECT x FROM publication) SELECT * FROM a, publication", "publication is a table of the program's own"},
		{"no such table", from("nowhere"), "ClickHouse refuses it"},
		{"recursion", "WITH RECURSIVE r AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM r) " + from("service_request, r"), "WITH RECURSIVE may not be used"},
		{"recursion behind a comment", "WITH/**/RECURSIVE r AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM r) " + from("service_request, r"), "WITH RECURSIVE may not be used"},
		{"sample", from("service_request SAMPLE 0.1"), "SAMPLE may not be used"},
		// Functions that do more than compute.
		{"file()", with("length(file('/etc/passwd'))"), "line 4: the function file may not be used"},
		{"sleep", with("sleep(3)"), "the function sleep may not be used"},
		{"sleep by another case", with("SLEEP(3)"), "SLEEP"},
		{"sleepEachRow", with("sleepEachRow(1)"), "the function sleepEachRow may not be used"},
		{"sleep through APPLY", "SELECT * APPLY(sleep) FROM (" + count + ")", "APPLY may not be used"},
		{"sleep in a lambda", with("arrayMap(x -> sleep(x), [1])[1]"), "the function sleep may not be used"},
		{"sleep in a window", with("sum(1) OVER (ORDER BY sleep(1))"), "the function sleep may not be used"},
		{"getSetting", with("length(getSetting('max_threads'))"), "the function getSetting may not be used"},
		{"server setting", with("length(getServerSetting('tcp_port'))"), "the function getServerSetting may not be used"},
		{"global variable", with("@@max_allowed_packet"), "the function globalVariable may not be used"},
		{"hostName", with("length(hostName())"), "the function hostName may not be used"},
		{"currentUser", with("length(currentUser())"), "the function currentUser may not be used"},
		{"currentDatabase", with("length(currentDatabase())"), "the function currentDatabase may not be used"},
		{"dictGet", with("dictGet('d', 'a', 1)"), "the function dictGet may not be used"},
		{"joinGet", with("joinGet('j', 'a', 1)"), "the function joinGet may not be used"},
		{"hasColumnInTable", with("hasColumnInTable(currentDatabase(), 'fee_bill', 'x')"), "the function hasColumnInTable may not be used"},
		{"catboost", with("catboostEvaluate('/m', 1)"), "the function catboostEvaluate may not be used"},
		{"a model elsewhere", with("length(aiGenerate('x'))"), "the function aiGenerate may not be used"},
		{"clock", with("dateDiff('day', opened_at, now())"), "the function now may not be used"},
		{"chance", with("rand()"), "the function rand may not be used"},
		{"throwIf", with("throwIf(1)"), "the function throwIf may not be used"},
		{"aggThrow", with("aggThrow(0.5)(1)"), "the function aggThrow may not be used"},
		{"logTrace", with("logTrace('x')"), "the function logTrace may not be used"},
		{"formatRow", with("length(formatRow('Template', 1))"), "the function formatRow may not be used"},
		{"no such function", with("frobnicate(1)"), "there is no function frobnicate"},
		{"a function under an alias", "WITH (x, y) -> in(x, y) AS f " + with("f(1, publication)"), "there is no function f"},
		// Parameters and names.
		{"unknown parameter", with("{foo:UInt8}"), "line 4: there is no parameter {foo}"},
		{"parameter of the refresh", from("{kpi:Identifier}"), "there is no parameter {kpi}"},
		{"parameter for a name", from("{tz:Identifier}"), "the parameter {tz} may not stand for a name"},
		{"name over two lines", "SELECT `x\n   Function plus` FROM service_request", "has characters that names"},
		// Columns.
		{"no month", "SELECT project, kind, 1 AS numerator, 1 AS denominator, 'x' AS fact, ref, key FROM service_request", "gives no column month"},
		{"no slice", strings.Replace(count, " kind,", "", 1), "gives no column kind"},
		{"words for numbers", with("kind"), "the column numerator is of type"},
		{"a number for a month", strings.Replace(count, "toStartOfMonth(toDate(opened_at, {tz:String}))", "toYYYYMM(opened_at)", 1), "the column month is of type UInt32"},
		{"column that is not there", with("colour"), "ClickHouse refuses it: Unknown expression identifier"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := vetted(t, v, c.text, "service_request")
			if gatehouse.KindOf(err) != gatehouse.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	for name, k := range map[string]clickhouse.KPI{
		"is not a view that is published": {SQL: "-- sources: published\n" + count},
		"sources are named twice":         {SQL: "-- sources: service_request\n" + count + "\n-- sources: service_request, x AS (SELECT 1), y"},
		"cannot be the name of a slice":   {SQL: "-- sources: service_request\n" + count, Slices: []string{"kind)) AS a, (SELECT 1"}},
		`"unit" cannot be the name`:       {SQL: "-- sources: service_request\n" + count, Slices: []string{"unit"}},
		"gives no column unit":            {SQL: "-- sources: service_request\n" + count, Counts: "units"},
	} {
		sources := []string{"service_request"}
		if strings.Contains(k.SQL, "published") {
			sources = []string{"published"}
		}
		if k.Counts == "" {
			k.Counts = "denominator"
		}
		if err := v.Vet(t.Context(), k, sources); gatehouse.KindOf(err) != gatehouse.Invalid || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %q", err, name)
		}
	}
}

func TestGoodKPIsAreAccepted(t *testing.T) {
	t.Parallel()
	v, err := clickhouse.NewVetter(t.Context(), sqltest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, sources string }{
		{"plain", count, "service_request"},
		{"semicolon and comments", "-- what it is for\n" + count + ";\n-- the end\n", "service_request"},
		{"sources of its own name are its CTEs", "WITH r AS (SELECT * FROM service_request), s AS (SELECT * FROM r WHERE kind = 'repair') " + strings.Replace(count, "FROM service_request", "FROM s", 1), "service_request"},
		{"subqueries and IN", count + "\nWHERE project IN (SELECT project FROM room GROUP BY project HAVING count() > 10) AND kind IN ('repair', 'complaint') AND EXISTS (SELECT 1)", "service_request, room"},
		{"a CTE after IN", "WITH big AS (SELECT project FROM room GROUP BY project HAVING countIf(area > 90) > 10) " + count + "\nWHERE project IN big", "service_request, room"},
		{"window functions", `SELECT project, month, kind, seconds AS numerator, 1 AS denominator, 'service_request' AS fact, ref, key
FROM
(
    SELECT project, toStartOfMonth(toDate(opened_at, {tz:String})) AS month, kind, ref, key, row_number() OVER w AS i,
        ifNull(dateDiff('second', lagInFrame(toNullable(opened_at)) OVER (PARTITION BY project, room ORDER BY opened_at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), opened_at), 0) AS seconds
    FROM service_request
    WINDOW w AS (PARTITION BY project ORDER BY opened_at)
)`, "service_request"},
		{"joins and CASE", `SELECT r.project AS project, toStartOfMonth(toDate(r.opened_at, {tz:String})) AS month, r.kind AS kind,
    CASE WHEN m.area > 100 THEN 1 ELSE 0 END + CASE r.kind WHEN 'repair' THEN 1 ELSE 0 END AS numerator, 1 AS denominator, 'service_request' AS fact, r.ref AS ref, r.key AS key
FROM service_request AS r LEFT JOIN room AS m ON m.project = r.project AND m.room = r.room`, "service_request, room"},
		{"arrays", `SELECT project, arrayJoin(arrayMap(i -> addMonths(first, i), range(3))) AS month, kind, arraySum(x -> x * 2, [1, 2]) AS numerator, 1 AS denominator, 'service_request' AS fact, ref, key
FROM (SELECT *, toStartOfMonth(toDate(opened_at, {tz:String})) AS first FROM service_request) ARRAY JOIN [1, 2] AS side`, "service_request"},
		{"UNION ALL", count + "\nUNION ALL\n" + count, "service_request"},
		{"what looks bad in a string", count + "\nWHERE kind != 'SETTINGS x = 1 FORMAT sleep(3) {foo:UInt8} WITH RECURSIVE '", "service_request"},
		{"Chinese names", "SELECT *, kind AS `类型` FROM (" + count + ") AS `工 单`", "service_request"},
		{"ledger and as-of day", "SELECT project, month, kind, sum(amount) AS numerator, uniqExactIf(room, amount > 0) AS denominator, any(fact) AS fact, ref, max(key) AS key FROM fee_entry WHERE day <= {as_of:Date} GROUP BY project, month, kind, ref ORDER BY project LIMIT 5 BY project", "fee_entry"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if err := vetted(t, v, c.text, strings.Split(c.sources, ", ")...); err != nil {
				t.Error(err)
			}
		})
	}
}

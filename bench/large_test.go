package bench

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	driver "github.com/ClickHouse/clickhouse-go/v2"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/sql"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

// The large portfolio: 1,000 projects and 25 months of bills with as many
// payments, first of 40 rooms a project (1 M bills), then of 400 (10 M).
const (
	largeProjects = 1000
	largeMonths   = 25
	smallRooms    = 40
	largeRooms    = 400
)

// generate writes facts of rooms [from, to) of each project as one published
// attempt a feed and project.
func generate(b *testing.B, exec func(string), step, from, to int) {
	b.Helper()
	// Requests and answers grow with the rooms: 1 M of each at 400 rooms.
	numbers := strings.NewReplacer(
		"{projects}", strconv.Itoa(largeProjects), "{months}", strconv.Itoa(largeMonths), "{from}", strconv.Itoa(from), "{rooms}", strconv.Itoa(to-from),
		"{step}", strconv.Itoa(step), "{requests}", strconv.Itoa((to-from)*1000/largeRooms), "{meters}", strconv.Itoa(2*(to-from)))
	r := func(text string) { exec(numbers.Replace(text)) }
	if step == 1 {
		r(`INSERT INTO project (project, name, region, segment, floor_area, households, key, attempt, row_no, source_row, brought)
SELECT concat('P', leftPad(toString(number), 4, '0')) AS p, concat('项目', toString(number)), concat('区域', toString(number % 12)), '住宅', 50000 + number, 400,
    p, 1, number + 1, number + 2, 1 FROM numbers({projects})`)
		r(`INSERT INTO publication (attempt, load_id, action, projects)
SELECT 1, 'projects', 'publish', groupArray(concat('P', leftPad(toString(number), 4, '0'))) FROM numbers({projects})`)
	}
	const place = `intDiv(number, {rooms}) AS p, {from} + number % {rooms} AS r, concat('P', leftPad(toString(p), 4, '0')) AS project,
    concat(toString(1 + intDiv(r, 80)), '-', toString(1 + r % 2), '-', leftPad(toString(r), 4, '0')) AS room, toString(1 + intDiv(r, 80)) AS building`
	r(`INSERT INTO room (project, room, building, area, key, attempt, row_no, source_row, brought)
SELECT project, room, building, 90, room, 1000 * {step} * 10 + p * 10 + 1 AS attempt, r + 1, r + 2, attempt FROM (SELECT ` + place + ` FROM numbers({projects} * {rooms}))`)
	const month = `intDiv(number, {projects} * {rooms}) AS m, addMonths(toDate('2024-10-01'), m) AS month, number % ({projects} * {rooms}) AS n,
    intDiv(n, {rooms}) AS p, {from} + n % {rooms} AS r, concat('P', leftPad(toString(p), 4, '0')) AS project,
    concat(toString(1 + intDiv(r, 80)), '-', toString(1 + r % 2), '-', leftPad(toString(r), 4, '0')) AS room, cityHash64(p, r, m) AS h`
	r(`INSERT INTO fee_bill (project, room, bill_no, fee_item, period_start, period_end, month, due_on, amount, waived, kind, payer, key, attempt, row_no, source_row, sheet, brought)
SELECT project, room, concat('B', toString(p), '-', toString(r), '-', toString(m)) AS no, '物业费', month, addMonths(month, 1), month, addDays(addMonths(month, 1), -1),
    toDecimal64(180 + h % 240, 2), if(h % 97 = 0, 10, 0), 'normal', 'owner', concat('no:', no), 1000 * {step} * 10 + p * 10 + 2 AS attempt,
    m * {rooms} + r + 1, m * {rooms} + r + 2, '应收', attempt
FROM (SELECT ` + month + ` FROM numbers({projects} * {rooms} * {months})) ORDER BY project`)
	r(`INSERT INTO fee_payment (project, room, receipt_no, bill_no, fee_item, paid_on, amount, method, key, attempt, row_no, source_row, sheet, brought)
SELECT project, room, concat('R', toString(p), '-', toString(r), '-', toString(m)) AS no, if(h % 3 = 0, concat('B', toString(p), '-', toString(r), '-', toString(m)), ''), '物业费',
    least(addDays(month, h % 20 + if(h % 11 = 0, h % 300, 0)), toDate('2026-11-10')), toDecimal64(180 + h % 240, 2) - if(h % 23 = 0, 100, 0), 'wechat',
    concat('no:', no), 1000 * {step} * 10 + p * 10 + 3 AS attempt, m * {rooms} + r + 1, m * {rooms} + r + 2, '实收', attempt
FROM (SELECT ` + month + ` FROM numbers({projects} * {rooms} * {months})) ORDER BY project`)
	const some = `intDiv(number, {requests}) AS p, number % {requests} AS i, concat('P', leftPad(toString(p), 4, '0')) AS project, cityHash64(p, i, {step}) AS h`
	r(`INSERT INTO service_request (project, request_no, kind, category, room, opened_at, responded_at, closed_at, followed_up_at, follow_up, handler, status, key, attempt, row_no, source_row, sheet, brought)
SELECT project, concat('W{step}-', toString(i)) AS no, ['complaint', 'repair', 'suggestion', 'enquiry'][1 + h % 4], ['电梯', '保洁', '安保', '停车', '噪音'][1 + h % 5],
    concat('1-1-', leftPad(toString(h % 80), 4, '0')), toDateTime('2024-10-01 00:00:00', 'UTC') + h % (25 * 30 * 86400) AS opened, opened + h % 7200,
    if(h % 9 = 0, NULL, opened + h % 400000), if(h % 3 = 0, opened + 500000, NULL), if(h % 3 = 0, 'satisfied', ''), concat('客服', toString(h % 7)), '',
    concat('{step}-', toString(i)), 1000 * {step} * 10 + p * 10 + 4 AS attempt, i + 1, i + 2, '工单', attempt
FROM (SELECT ` + some + ` FROM numbers({projects} * {requests}))`)
	r(`INSERT INTO survey_response (project, wave, respondent, channel, submitted_at, question, dimension, score, scale_min, scale_max, key, attempt, row_no, source_row, sheet, brought)
SELECT project, ['2025H1', '2025H2', '2026H1'][1 + h % 3], concat('u{step}-', toString(intDiv(i, 5))), '微信', toDateTime('2025-05-01 08:00:00', 'UTC') + (h % 3) * 180 * 86400,
    concat('Q', toString(i % 5)), ['总体', '保洁', '安保', '维修', '客服'][1 + i % 5], 1 + h % 5, 1, 5, concat('{step}-', toString(i)),
    1000 * {step} * 10 + p * 10 + 5 AS attempt, i + 1, i + 2, '问卷', attempt
FROM (SELECT ` + some + ` FROM numbers({projects} * {requests}))`)
	r(`INSERT INTO meter (project, meter, energy, role, multiplier, key, attempt, row_no, source_row, brought)
SELECT concat('P', leftPad(toString(intDiv(number, {meters})), 4, '0')) AS project, concat('M{step}-', toString(number % {meters})) AS no,
    if(number % 2 = 0, 'electricity', 'water'), if(number % {meters} < 2, 'main', 'sub'), 1, no, 1000 * {step} * 10 + intDiv(number, {meters}) * 10 + 6 AS attempt, number % {meters} + 1, number % {meters} + 2, attempt
FROM numbers({projects} * {meters})`)
	r(`INSERT INTO energy_reading (project, meter, read_on, value, key, attempt, row_no, source_row, sheet, brought)
SELECT project, no, addMonths(toDate('2024-10-01'), m) AS day, toDecimal64(m * 100 + h % 60, 4), concat(no, '|', toString(day)), 1000 * {step} * 10 + p * 10 + 7 AS attempt, m * {meters} + i + 1, m * {meters} + i + 2, '读数', attempt
FROM (SELECT intDiv(number, {projects} * {meters}) AS m, number % ({projects} * {meters}) AS n, intDiv(n, {meters}) AS p, n % {meters} AS i,
    concat('P', leftPad(toString(p), 4, '0')) AS project, concat('M{step}-', toString(i)) AS no, cityHash64(p, i, m) AS h FROM numbers({projects} * {meters} * {months})) ORDER BY project`)
	r(`INSERT INTO publication (attempt, load_id, action, projects)
SELECT 1000 * {step} * 10 + intDiv(number, 7) * 10 + 1 + number % 7 AS attempt, concat('load', toString(attempt)), 'publish', [concat('P', leftPad(toString(intDiv(number, 7)), 4, '0'))]
FROM numbers({projects} * 7)`)
}

// openLarge opens an empty database, and a way to run statements as they stand.
func openLarge(b *testing.B) (db *clickhouse.DB, exec func(query string)) {
	b.Helper()
	config := sqltest.Config(b)
	db, err := clickhouse.Open(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	conn, err := driver.Open(&driver.Options{
		Addr: []string{config.Address}, Auth: driver.Auth{Database: config.Database, Username: config.User, Password: config.Password},
		ReadTimeout: time.Hour,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	return db, func(query string) {
		b.Helper()
		if err := conn.Exec(context.Background(), query); err != nil {
			b.Fatalf("%v in\n%s", err, query)
		}
	}
}

// BenchmarkLarge measures refreshes, reads and drill-downs of 1,000 projects
// with a million bills and, in the same run, with ten million.
func BenchmarkLarge(b *testing.B) {
	db, exec := openLarge(b)
	registry, err := analytics.ReadRegistry(sql.Files, "kpi")
	if err != nil {
		b.Fatal(err)
	}
	fresh := func() *analytics.Service { return analytics.New(db, registry, slog.New(slog.DiscardHandler)) }
	rooms := 0
	for step, size := range []int{smallRooms, largeRooms} {
		generate(b, exec, step+1, rooms, size)
		rooms = size
		b.Run(fmt.Sprintf("%d-million-bills", size*largeProjects*largeMonths/1_000_000), func(b *testing.B) {
			for b.Loop() {
				refreshed(b, fresh(), largeProjects, "s/refresh")
				exec(fmt.Sprintf(`INSERT INTO fee_payment (project, room, receipt_no, fee_item, paid_on, amount, key, attempt, row_no, brought)
					VALUES ('P0500', '1-1-0000', 'X', '物业费', '2026-11-01', 10, 'no:X', %[1]d, 1, %[1]d)`, 900_000_000+step))
				exec(fmt.Sprintf("INSERT INTO publication (attempt, load_id, action, projects) VALUES (%d, 'one', 'publish', ['P0500'])", 900_000_000+step))
				refreshed(b, fresh(), 1, "s/refresh-of-one")
				reads(b, registry, fresh)
			}
		})
	}
}

func refreshed(b *testing.B, s *analytics.Service, projects int, metric string) {
	b.Helper()
	r, err := s.Refresh(b.Context(), false)
	if err != nil {
		b.Fatal(err)
	}
	if len(r.Projects) != projects {
		b.Fatalf("%d projects refreshed, want %d", len(r.Projects), projects)
	}
	b.ReportMetric(r.Took.Seconds(), metric)
}

// reads measures what pages ask, each question by a service that has not heard
// it before.
func reads(b *testing.B, registry *analytics.Registry, fresh func() *analytics.Service) {
	b.Helper()
	at, err := fresh().Latest(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	month := gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 9))
	one := gatehouse.Projects("P0500")
	ask := func(scope gatehouse.Scope, byProject bool) func(s *analytics.Service) error {
		return func(s *analytics.Service) error {
			_, err := s.Values(b.Context(), scope, at, analytics.Ask{
				KPI: "collection_rate", Periods: []gatehouse.Period{month, month.YearEarlier()}, ByProject: byProject,
			})
			return err
		}
	}
	rows := func(kpi string, oneProject bool) func(s *analytics.Service) error {
		return func(s *analytics.Service) error {
			found, err := s.Lines(b.Context(), gatehouse.AllProjects(), at, analytics.LinesAsk{
				KPI: kpi, Period: month, OneProject: oneProject, Project: "P0500", Limit: 100,
			})
			if err == nil && !found.Tie() {
				return fmt.Errorf("rows of %s do not add up to the number", kpi)
			}
			return err
		}
	}
	type question struct {
		metric string
		ask    func(s *analytics.Service) error
	}
	questions := []question{
		{"ms/kpi-of-all", ask(gatehouse.AllProjects(), false)},
		{"ms/kpi-by-project", ask(gatehouse.AllProjects(), true)},
		{"ms/kpi-of-one", ask(one, false)},
		{"ms/rows-of-all:collection_rate", rows("collection_rate", false)},
	}
	for _, k := range registry.All() {
		questions = append(questions, question{"ms/rows:" + k.Name, rows(k.Name, true)})
	}
	for _, question := range questions {
		var took []time.Duration
		for range 9 {
			s := fresh()
			begin := time.Now()
			if err := question.ask(s); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(begin))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, question.metric)
	}
}

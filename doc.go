// Package gatehouse holds the words of the business: money, dates, months,
// periods, and who may see which project. It imports nothing but the standard
// library, so that every other package can speak the same language.
//
// The program is best read in the direction in which data flows:
//
//	ingest            spreadsheets become rows of a feed, checked and loaded exactly once
//	ingest/sheet      any workbook or CSV file as a stream of rows
//	sql               schema, KPI definitions and queries, as files one can run by hand
//	sql/engine        ClickHouse as a child process, when no server is configured
//	sql/clickhouse    the one door to ClickHouse: migrations, named queries, batches
//	analytics         payments allocated to bills, KPIs refreshed and read as known at an instant
//	analytics/report  workbooks for finance
//	dashboard         server-rendered pages and their charts
//	cmd/gatehouse     wiring, flags, configuration and scheduled jobs
package gatehouse

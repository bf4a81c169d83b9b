// Package sql holds the schema, the KPI definitions and every query as files
// that can be read, and run by hand, without reading Go.
package sql

import "embed"

// Files has schema/NNNN_name.sql (numbered, forward only), view/*.sql
// (replaced at every start), kpi/<kpi>.sql and query/<package>.<Function>.sql.
//
//go:embed schema/*.sql view/*.sql kpi/*.sql query/*.sql
var Files embed.FS

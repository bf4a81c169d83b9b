package analytics

import (
	"context"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// FeeMonth is what was due and received of the bills of one month.
type FeeMonth struct {
	Project  string          `ch:"project"`
	Month    gatehouse.Month `ch:"month"`
	Net      gatehouse.Money `ch:"net"`
	Received gatehouse.Money `ch:"received"`
}

// FeeMonths splits a period by project and month; months without bills are left out.
func (s *Service) FeeMonths(ctx context.Context, scope gatehouse.Scope, at Snapshot, p gatehouse.Period) ([]FeeMonth, error) {
	return answer[FeeMonth](ctx, s, "analytics.FeeMonths", at.asked(scope), clickhouse.Params{"start": p.Start, "end": p.End})
}

// FeeAge is what is outstanding of the bills of a period in one class of days
// past due: 0 is not due, class i ends at the ith of AgeEdges, the last has none.
type FeeAge struct {
	Project     string          `ch:"project"`
	Class       uint8           `ch:"class"`
	Outstanding gatehouse.Money `ch:"outstanding"`
	Bills       uint64          `ch:"bills"`
}

// FeeAges splits what is outstanding of a period by project and age.
func (s *Service) FeeAges(ctx context.Context, scope gatehouse.Scope, at Snapshot, p gatehouse.Period) ([]FeeAge, error) {
	return answer[FeeAge](ctx, s, "analytics.FeeAges", at.asked(scope), clickhouse.Params{"start": p.Start, "end": p.End})
}

// AgeEdges are the days past due at which a class of arrears ends.
func (s *Service) AgeEdges() []uint16 { return s.db.AgeEdges() }

// FeeControl is what a report is held against: sums of the ledger, and, past
// the ledger, of the rows of the files.
type FeeControl struct {
	Billed      gatehouse.Money `ch:"billed"`
	Reversed    gatehouse.Money `ch:"reversed"`
	Waived      gatehouse.Money `ch:"waived"`
	Received    gatehouse.Money `ch:"received"`
	Settled     gatehouse.Money `ch:"settled"`
	Outstanding gatehouse.Money `ch:"outstanding"`
	Late        gatehouse.Money `ch:"late"`              // late fees billed, which no other sum has
	Bills       gatehouse.Money `ch:"bills_in_files"`    // amounts of the bills' rows, reversals left out
	Payments    gatehouse.Money `ch:"payments_in_files"` // amounts of the payments' rows, settlement waivers left out
}

// FeeControl sums a period by ways of its own.
func (s *Service) FeeControl(ctx context.Context, scope gatehouse.Scope, at Snapshot, p gatehouse.Period) (FeeControl, error) {
	return onlyAnswer[FeeControl](ctx, s, "analytics.FeeControl", at.asked(scope), clickhouse.Params{"start": p.Start, "end": p.End})
}

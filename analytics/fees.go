package analytics

import (
	"context"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// FeeGroup is what a line of the collection report is about.
type FeeGroup string

const (
	FeesByProject  FeeGroup = "project"
	FeesByBuilding FeeGroup = "building"
	FeesByItem     FeeGroup = "fee_item"
)

// ParseFeeGroup reads the name of a group; empty means by project.
func ParseFeeGroup(s string) (FeeGroup, error) {
	switch g := FeeGroup(s); g {
	case "":
		return FeesByProject, nil
	case FeesByProject, FeesByBuilding, FeesByItem:
		return g, nil
	}
	return "", gatehouse.Errorf(gatehouse.Invalid, "cannot group fees by %q: choose project, building or fee_item", s)
}

// FeeLine is a line of the collection report, over the bills of a period
// without late fees: Net = Billed − Reversed − Waived is what is due, and
// Outstanding = Net − Received − Settled. Received counts up to the as-of day.
type FeeLine struct {
	Project     string          `ch:"project"`
	Group       string          `ch:"name"` // building or fee item; the project code again by project
	Rooms       uint64          `ch:"rooms"`
	Bills       uint64          `ch:"bills"`
	Billed      gatehouse.Money `ch:"billed"`
	Reversed    gatehouse.Money `ch:"reversed"`
	Waived      gatehouse.Money `ch:"waived"`
	Net         gatehouse.Money `ch:"net"`
	Received    gatehouse.Money `ch:"received"`
	OnTime      gatehouse.Money `ch:"on_time"`
	Settled     gatehouse.Money `ch:"settled"`
	Outstanding gatehouse.Money `ch:"outstanding"`
}

// Rate is the collection rate of the line, false when nothing was due.
func (l FeeLine) Rate() (float64, bool) {
	if l.Net == 0 {
		return 0, false
	}
	return float64(l.Received) / float64(l.Net), true
}

// Fees gives the lines of the collection report and their total. Buildings
// stand apart by project, fee items are summed over all projects in scope.
func (s *Service) Fees(ctx context.Context, scope gatehouse.Scope, at Snapshot, p gatehouse.Period, by FeeGroup) ([]FeeLine, FeeLine, error) {
	lines, err := answer[FeeLine](ctx, s, "analytics.Fees", at.asked(scope), clickhouse.Params{
		"start": p.Start, "end": p.End, "by": string(by),
	})
	if err != nil {
		return nil, FeeLine{}, err
	}
	var total FeeLine
	for _, l := range lines {
		total.Rooms += l.Rooms
		total.Bills += l.Bills
		total.Billed += l.Billed
		total.Reversed += l.Reversed
		total.Waived += l.Waived
		total.Net += l.Net
		total.Received += l.Received
		total.OnTime += l.OnTime
		total.Settled += l.Settled
		total.Outstanding += l.Outstanding
	}
	return lines, total, nil
}

// Receipts says what became of the money that came in during a period; the
// parts add up to Total, the sum of all receipts less refunds.
type Receipts struct {
	Current gatehouse.Money `ch:"current"` // paid bills of the period
	Arrears gatehouse.Money `ch:"arrears"` // paid bills of earlier months
	Ahead   gatehouse.Money `ch:"ahead"`   // paid bills of later months
	Late    gatehouse.Money `ch:"late"`    // paid late fees
	Prepaid gatehouse.Money `ch:"prepaid"` // waits for a bill
	Refunds gatehouse.Money `ch:"refunds"` // paid and taken back, or taken back now
	Total   gatehouse.Money `ch:"total"`
}

// Receipts sums the payments of a period by what they paid.
func (s *Service) Receipts(ctx context.Context, scope gatehouse.Scope, at Snapshot, p gatehouse.Period) (Receipts, error) {
	return onlyAnswer[Receipts](ctx, s, "analytics.Receipts", at.asked(scope), clickhouse.Params{"start": p.Start, "end": p.End})
}

package analytics

import (
	"context"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// BillLine is one bill of the report's detail, and where it stands.
type BillLine struct {
	Project     string          `ch:"project"`
	Building    string          `ch:"building"`
	Room        string          `ch:"room"`
	Item        string          `ch:"fee_item"`
	Ref         string          `ch:"ref"`  // what the file calls a project that is not known
	Bill        string          `ch:"bill"` // bill number, or the natural key where the file had none
	Month       gatehouse.Month `ch:"month"`
	DueOn       gatehouse.Date  `ch:"due_on"`
	Billed      gatehouse.Money `ch:"billed"`
	Reversed    gatehouse.Money `ch:"reversed"`
	Waived      gatehouse.Money `ch:"waived"`
	Received    gatehouse.Money `ch:"received"`
	OnTime      gatehouse.Money `ch:"on_time"`
	Settled     gatehouse.Money `ch:"settled"`
	Outstanding gatehouse.Money `ch:"outstanding"`
	PaidOn      gatehouse.Date  `ch:"paid_on"` // of the last money, 0 without
	Attempt     uint64          `ch:"source"`  // that read the file
	File        string          `ch:"file"`
	Sheet       string          `ch:"sheet"`
	Row         uint32          `ch:"source_row"`
}

// Net is what is due of the bill.
func (l BillLine) Net() gatehouse.Money { return l.Billed - l.Reversed - l.Waived }

// Bills streams the bills of a period in the order of project, building, room
// and month.
func (s *Service) Bills(ctx context.Context, scope gatehouse.Scope, at Snapshot, p gatehouse.Period, yield func(BillLine) error) error {
	return clickhouse.EachRow(ctx, s.db, "analytics.BillLines", at.asked(scope), clickhouse.Params{"start": p.Start, "end": p.End}, func(l BillLine) error {
		if l.Row == 0 {
			return gatehouse.Errorf(gatehouse.Internal, "the ledger has bill %q of project %q, which stands in no file", l.Bill, l.Project)
		}
		return yield(l)
	})
}

// BillSheet is what the bills of one sheet add up to, in the order of Bills.
type BillSheet struct {
	Bills    uint64          `ch:"bills"`
	Billed   gatehouse.Money `ch:"billed"`
	Reversed gatehouse.Money `ch:"reversed"`
	Waived   gatehouse.Money `ch:"waived"`
	Received gatehouse.Money `ch:"received"`
	OnTime   gatehouse.Money `ch:"on_time"`
	Settled  gatehouse.Money `ch:"settled"`
}

// BillSheets parts the bills of a period into sheets of so many.
func (s *Service) BillSheets(ctx context.Context, scope gatehouse.Scope, at Snapshot, p gatehouse.Period, perSheet int) ([]BillSheet, error) {
	type row struct {
		Part uint64 `ch:"part"`
		BillSheet
	}
	rows, err := answer[row](ctx, s, "analytics.BillSheets", at.asked(scope), clickhouse.Params{"start": p.Start, "end": p.End, "per_sheet": uint64(perSheet)})
	if err != nil {
		return nil, err
	}
	sheets := make([]BillSheet, len(rows))
	for i, r := range rows {
		sheets[i] = r.BillSheet
	}
	return sheets, nil
}

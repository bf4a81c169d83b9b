package analytics

import (
	"context"
	"fmt"
	"slices"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// feeFacts are the bills and payments of one project.
type feeFacts struct {
	bills    []Bill
	payments []Payment
}

// readFees reads the fee facts of the projects asked about, by project.
func readFees(ctx context.Context, db *clickhouse.DB, asked clickhouse.Asked) (map[string]*feeFacts, error) {
	fees := map[string]*feeFacts{}
	of := func(project string) *feeFacts {
		if fees[project] == nil {
			fees[project] = &feeFacts{}
		}
		return fees[project]
	}
	err := db.Each(ctx, "analytics.Bills", asked, nil, func(rows clickhouse.Rows) error {
		var project string
		var b Bill
		if err := rows.Scan(&project, &b.Ref, &b.Key, &b.Number, &b.Kind, &b.Reverses, &b.Room, &b.Building,
			&b.Item, &b.Month, &b.DueOn, &b.Amount, &b.Waived, &b.Payer); err != nil {
			return err
		}
		f := of(project)
		f.bills = append(f.bills, b)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = db.Each(ctx, "analytics.Payments", asked, nil, func(rows clickhouse.Rows) error {
		var project string
		var p Payment
		if err := rows.Scan(&project, &p.Ref, &p.Key, &p.Receipt, &p.Bill, &p.Room, &p.Building, &p.Item,
			&p.From, &p.To, &p.PaidOn, &p.Amount, &p.Waiver, &p.Reverses); err != nil {
			return err
		}
		f := of(project)
		f.payments = append(f.payments, p)
		return nil
	})
	return fees, err
}

// entryRows is a batch of fee_entry by column.
type entryRows struct {
	project, ref, kind, item, building, payer clickhouse.WordList
	room, bill, payment, reversal             clickhouse.Texts
	month, due, day                           clickhouse.Days
	late                                      []bool
	amount                                    []int64
}

// maxBatch bounds the rows of one insert.
const maxBatch = 250_000

// writeEntries inserts a run's ledger. The order of entries is deterministic,
// so a repeated insert carries the same tokens.
func writeEntries(ctx context.Context, db *clickhouse.DB, asked clickhouse.Asked, fees map[string]*feeFacts, projects []string) error {
	batch, number := &entryRows{}, 0
	flush := func() error {
		if len(batch.late) == 0 {
			return nil
		}
		token := fmt.Sprintf("entries/%d/%d/%s/%d", asked.Series, asked.Run, projects[0], number)
		err := db.Insert(ctx, "fee_entry", token, batch.columns(asked))
		batch, number = &entryRows{}, number+1
		return err
	}
	for _, project := range projects {
		f := fees[project]
		if f == nil {
			continue
		}
		for _, e := range Allocate(f.bills, f.payments) {
			batch.add(project, e)
			if len(batch.late) == maxBatch {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	return flush()
}

func (r *entryRows) add(project string, e Entry) {
	row := struct {
		ref, room, building, item, payer, bill, payment, reversal string
		month                                                     gatehouse.Month
		due                                                       gatehouse.Date
		late                                                      bool
	}{}
	if p := e.Payment; p != nil {
		row.ref, row.room, row.building, row.item, row.payment = p.Ref, p.Room, p.Building, p.Item, p.Key
		row.month, row.due, row.late = p.PaidOn.Month(), p.PaidOn, lateItem(p.Item)
	}
	if b := e.Bill; b != nil {
		row.ref, row.room, row.building, row.item, row.payer, row.bill = b.Ref, b.Room, b.Building, b.Item, b.Payer, b.Key
		row.month, row.due, row.late = b.Month, b.DueOn, b.late()
	}
	if e.Reversal != nil {
		row.reversal = e.Reversal.Key
	}
	r.project.Add(project)
	r.ref.Add(row.ref)
	r.kind.Add(string(e.Kind))
	r.item.Add(row.item)
	r.building.Add(row.building)
	r.room.Add(row.room)
	r.payer.Add(row.payer)
	r.bill.Add(row.bill)
	r.payment.Add(row.payment)
	r.reversal.Add(row.reversal)
	r.month = append(r.month, uint16(row.month.Start()))
	r.due = append(r.due, uint16(row.due))
	r.day = append(r.day, uint16(e.Day))
	r.late = append(r.late, row.late)
	r.amount = append(r.amount, int64(e.Amount))
}

func (r *entryRows) columns(asked clickhouse.Asked) []clickhouse.Column {
	return []clickhouse.Column{
		{Name: "series", Values: slices.Repeat([]uint64{asked.Series}, len(r.late))}, {Name: "run", Values: slices.Repeat([]uint64{asked.Run}, len(r.late))},
		{Name: "project", Values: r.project.Words}, {Name: "ref", Values: r.ref.Words}, {Name: "kind", Values: r.kind.Words},
		{Name: "month", Values: r.month}, {Name: "due_on", Values: r.due}, {Name: "day", Values: r.day},
		{Name: "fee_item", Values: r.item.Words}, {Name: "building", Values: r.building.Words}, {Name: "room", Values: r.room},
		{Name: "payer", Values: r.payer.Words}, {Name: "late", Values: r.late}, {Name: "amount", Values: clickhouse.Decimals{Places: 2, Counts: r.amount}},
		{Name: "bill_key", Values: r.bill}, {Name: "payment_key", Values: r.payment}, {Name: "reversal_key", Values: r.reversal},
	}
}

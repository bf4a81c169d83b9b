package analytics

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

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
	project, ref, kind, item, building, room, payer, bill, payment, reversal []string
	month, due, day                                                          []time.Time
	late                                                                     []bool
	amount                                                                   []decimal.Decimal
}

// maxBatch bounds the rows of one insert.
const maxBatch = 100_000

// writeEntries inserts a run's ledger. The order of entries is deterministic,
// so a repeated insert carries the same tokens.
func writeEntries(ctx context.Context, db *clickhouse.DB, asked clickhouse.Asked, fees map[string]*feeFacts, projects []string) error {
	batch, number := &entryRows{}, 0
	flush := func() error {
		if len(batch.project) == 0 {
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
			if len(batch.project) == maxBatch {
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
	r.project = append(r.project, project)
	r.ref = append(r.ref, row.ref)
	r.kind = append(r.kind, string(e.Kind))
	r.item = append(r.item, row.item)
	r.building = append(r.building, row.building)
	r.room = append(r.room, row.room)
	r.payer = append(r.payer, row.payer)
	r.bill = append(r.bill, row.bill)
	r.payment = append(r.payment, row.payment)
	r.reversal = append(r.reversal, row.reversal)
	r.month = append(r.month, row.month.Time())
	r.due = append(r.due, row.due.Time())
	r.day = append(r.day, e.Day.Time())
	r.late = append(r.late, row.late)
	r.amount = append(r.amount, decimal.New(int64(e.Amount), -2))
}

func (r *entryRows) columns(asked clickhouse.Asked) []clickhouse.Column {
	series, run := make([]uint64, len(r.project)), make([]uint64, len(r.project))
	for i := range series {
		series[i], run[i] = asked.Series, asked.Run
	}
	return []clickhouse.Column{
		{Name: "series", Values: series}, {Name: "run", Values: run},
		{Name: "project", Values: r.project}, {Name: "ref", Values: r.ref}, {Name: "kind", Values: r.kind},
		{Name: "month", Values: r.month}, {Name: "due_on", Values: r.due}, {Name: "day", Values: r.day},
		{Name: "fee_item", Values: r.item}, {Name: "building", Values: r.building}, {Name: "room", Values: r.room},
		{Name: "payer", Values: r.payer}, {Name: "late", Values: r.late}, {Name: "amount", Values: r.amount},
		{Name: "bill_key", Values: r.bill}, {Name: "payment_key", Values: r.payment}, {Name: "reversal_key", Values: r.reversal},
	}
}

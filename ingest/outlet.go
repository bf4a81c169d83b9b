package ingest

import (
	"context"

	"golang.org/x/sync/errgroup"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// chunkRows is the most rows of one insert. ClickHouse takes an insert of this
// size as one block, hence all or nothing.
const chunkRows = 100_000

// chunkBytes of text end a chunk early: rows of long comments.
const chunkBytes = 32 << 20

// manyRows in a batch let expect that it fills up.
const manyRows = 5_000

// outlet carries batches to the database while the file is read on: two
// batches a table, one being filled and one being written, are all the rows
// that are ever held.
type outlet struct {
	db      *clickhouse.DB
	attempt uint64
	limit   int
	step    func(Step)
	dry     bool // count only, write nothing

	group    *errgroup.Group
	ctx      context.Context // ends when an insert has failed
	queue    chan insert
	specs    map[string][]tableColumn
	tables   map[string]*outTable
	latest   *outTable // most facts go where the one before went
	rejected outQuarantine
}

// insert is a batch on its way; done gives it back.
type insert struct {
	table, token string
	columns      []clickhouse.Column
	done         func()
}

// outTable is one fact table as the attempt fills it.
type outTable struct {
	current *batch
	spare   chan *batch
	next    int // number of the next batch
	tally   tally
}

type outQuarantine struct {
	current quarantineBatch
	next    int
	count   uint64
}

func newOutlet(ctx context.Context, db *clickhouse.DB, attempt uint64, limit int, step func(Step)) *outlet {
	group, ctx := errgroup.WithContext(ctx)
	o := &outlet{
		db: db, attempt: attempt, limit: limit, step: step, group: group, ctx: ctx,
		queue: make(chan insert), specs: factTables(), tables: map[string]*outTable{},
	}
	group.Go(func() error {
		for i := range o.queue {
			if err := db.Insert(ctx, i.table, i.token, i.columns); err != nil {
				return err
			}
			i.done()
			step(StepInserted)
		}
		return nil
	})
	return o
}

func (o *outlet) table(name string) *outTable {
	if o.latest != nil && o.latest.current.table == name {
		return o.latest
	}
	t, ok := o.tables[name]
	if !ok {
		t = &outTable{current: newBatch(name, o.specs[name]), spare: make(chan *batch, 1)}
		t.tally.sums = make([]gatehouse.Money, len(o.specs[name]))
		t.spare <- newBatch(name, o.specs[name])
		o.tables[name] = t
	}
	o.latest = t
	return t
}

func (o *outlet) hash(r *record, f *fact, h *hasher) uint64 {
	return o.table(f.table).current.hash(r, f.key, h)
}

func (o *outlet) add(ctx context.Context, r *record, f *fact) error {
	t := o.table(f.table)
	t.tally.add(t.current.specs, r, f.hash)
	t.current.add(r, f.key, o.attempt, uint32(t.tally.count), f.hash)
	rows := t.current.rows()
	switch {
	case rows == o.limit, rows%1000 == 0 && t.current.size() > chunkBytes:
		return o.send(ctx, t)
	case rows == manyRows:
		t.current.grow(o.limit / manyRows)
	}
	return nil
}

// send queues the current batch and goes on with the spare one, waiting for it
// when the database is slower than the file.
func (o *outlet) send(ctx context.Context, t *outTable) error {
	b := t.current
	if o.dry {
		b.reset()
		return nil
	}
	b.number, t.next = t.next, t.next+1
	err := o.enqueue(ctx, insert{
		table: b.table, token: b.token(o.attempt), columns: b.insertion(),
		done: func() { b.reset(); t.spare <- b },
	})
	if err != nil {
		return err
	}
	select {
	case t.current = <-t.spare:
		return nil
	case <-o.ctx.Done():
		return o.ctx.Err()
	}
}

func (o *outlet) enqueue(ctx context.Context, i insert) error {
	select {
	case o.queue <- i:
		return nil
	case <-o.ctx.Done():
		return o.ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (o *outlet) quarantine(ctx context.Context, q quarantined) error {
	o.rejected.count++
	o.rejected.current.add(o.attempt, uint32(o.rejected.count), q)
	if len(o.rejected.current.cells) < o.limit {
		return nil
	}
	return o.sendQuarantine(ctx)
}

// sendQuarantine sends what is left of the quarantine.
func (o *outlet) sendQuarantine(ctx context.Context) error {
	if len(o.rejected.current.cells) == 0 {
		return nil
	}
	if o.dry {
		o.rejected.current = quarantineBatch{}
		return nil
	}
	b := o.rejected.current
	b.number = o.rejected.next
	o.rejected.next++
	o.rejected.current = quarantineBatch{}
	return o.enqueue(ctx, insert{table: "quarantine", token: b.token(o.attempt), columns: b.insertion(), done: func() {}})
}

// flush sends what is left of each fact table.
func (o *outlet) flush(ctx context.Context) error {
	for _, t := range o.tables {
		if t.current.rows() > 0 {
			if err := o.send(ctx, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// close waits until everything queued is written, and gives the error that
// stopped it.
func (o *outlet) close() error {
	close(o.queue)
	return o.group.Wait()
}

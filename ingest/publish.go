package ingest

import (
	"context"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// States of an attempt; what is neither refused nor published was abandoned.
const (
	stateStarted  = "started"
	stateRefused  = "refused"
	stateVerified = "verified"
)

// record appends the attempt's state with what is known of it.
func (a *attempt) record(ctx context.Context, state string, sums map[string]gatehouse.Money) error {
	r := &a.result
	feeds := []string{}
	if r.Feed != "" {
		feeds = strings.Split(r.Feed, "+")
	}
	var faults []string
	if state == stateRefused {
		for _, e := range r.Errors {
			faults = append(faults, e.Message)
		}
	}
	decimals := map[string]decimal.Decimal{}
	for name, sum := range sums {
		decimals[name] = decimal.New(int64(sum), -2)
	}
	return a.db.Insert(ctx, "attempt", "", []clickhouse.Column{
		{Name: "attempt", Values: []uint64{a.id}}, {Name: "load_id", Values: []string{r.LoadID}}, {Name: "state", Values: []string{state}},
		{Name: "feeds", Values: [][]string{feeds}}, {Name: "projects", Values: [][]string{r.Projects}},
		{Name: "rows", Values: []uint64{r.Rows}}, {Name: "loaded", Values: []uint64{r.Loaded}},
		{Name: "quarantined", Values: []uint64{r.Quarantined}}, {Name: "skipped", Values: []uint64{r.Skipped}},
		{Name: "orphans", Values: []uint64{r.Orphans}}, {Name: "sums", Values: []map[string]decimal.Decimal{decimals}},
		{Name: "errors", Values: [][]string{faults}}, {Name: "notes", Values: [][]string{r.Notes}},
	})
}

// publication is the visibility of a load.
type publication struct {
	Visible uint64 `ch:"visible"` // attempt that is published, 0 for none
	Changes uint64 `ch:"changes"` // publications and withdrawals so far
}

func (l *Loader) publication(ctx context.Context, loadID string) (publication, error) {
	return clickhouse.First[publication](ctx, l.db, "ingest.Publication", l.asked(), clickhouse.Params{"load_id": loadID})
}

// publish makes the attempt visible with one row, stamped by the server's
// clock. The token says which change of the load's visibility this is, so of
// two processes that load the same file at once the server takes the row of
// one; the other finds the load published.
func (a *attempt) publish(ctx context.Context) (Result, error) {
	before, err := a.publication(ctx, a.result.LoadID)
	if err != nil {
		return Result{}, err
	}
	if before.Visible == 0 {
		if err := a.change(ctx, "publish", a.id, a.result.LoadID, a.result.Projects, before.Changes); err != nil {
			return Result{}, err
		}
		if before, err = a.publication(ctx, a.result.LoadID); err != nil {
			return Result{}, err
		}
	}
	if before.Visible != a.id {
		return a.already(ctx, a.result.File, a.result.SHA256, a.result.LoadID, before.Visible)
	}
	a.step(StepPublished)
	a.result.Status = Published
	return a.result, nil
}

func (l *Loader) change(ctx context.Context, action string, attempt uint64, loadID string, projects []string, changes uint64) error {
	token := fmt.Sprintf("%s/%s/%d", action, loadID, changes)
	return l.db.Insert(ctx, "publication", token, []clickhouse.Column{
		{Name: "attempt", Values: []uint64{attempt}}, {Name: "load_id", Values: []string{loadID}},
		{Name: "action", Values: []string{action}}, {Name: "projects", Values: [][]string{projects}},
	})
}

// manifest is an attempt as its newest row on record has it.
type manifest struct {
	Feeds       []string                   `ch:"feeds"`
	Projects    []string                   `ch:"projects"`
	Rows        uint64                     `ch:"rows"`
	Loaded      uint64                     `ch:"loaded"`
	Quarantined uint64                     `ch:"quarantined"`
	Skipped     uint64                     `ch:"skipped"`
	Orphans     uint64                     `ch:"orphans"`
	Sums        map[string]decimal.Decimal `ch:"sums"`
	Notes       []string                   `ch:"notes"`
}

// already tells what an earlier load of the same file did.
func (l *Loader) already(ctx context.Context, name, sha, id string, attempt uint64) (Result, error) {
	m, err := clickhouse.First[manifest](ctx, l.db, "ingest.Attempt", l.asked(), clickhouse.Params{"attempt": attempt})
	if err != nil {
		return Result{}, err
	}
	return Result{
		File: name, Feed: strings.Join(m.Feeds, "+"), LoadID: id, Status: AlreadyLoaded, SHA256: sha, Attempt: attempt,
		Rows: m.Rows, Loaded: m.Loaded, Quarantined: m.Quarantined, Skipped: m.Skipped, Orphans: m.Orphans,
		Sums: decimalTexts(m.Sums), Errors: []RowError{}, ErrorCount: 0, Notes: m.Notes, Projects: m.Projects,
	}, nil
}

func decimalTexts(sums map[string]decimal.Decimal) map[string]string {
	texts := map[string]string{}
	for name, sum := range sums {
		texts[name] = sum.StringFixed(2)
	}
	return texts
}

// Withdraw makes a published load invisible again. What it superseded counts
// again; the load stays on record and may be loaded once more.
func (l *Loader) Withdraw(ctx context.Context, scope gatehouse.Scope, loadID string) error {
	p, err := l.publication(ctx, loadID)
	if err != nil {
		return err
	}
	if p.Visible == 0 {
		return gatehouse.Errorf(gatehouse.NotFound, "load %s is not published, so there is nothing to withdraw", loadID)
	}
	m, err := clickhouse.First[manifest](ctx, l.db, "ingest.Attempt", l.asked(), clickhouse.Params{"attempt": p.Visible})
	if err != nil {
		return err
	}
	codes, err := l.codes(ctx, m.Projects)
	if err != nil {
		return err
	}
	for _, code := range codes {
		if !scope.Allows(code) {
			return gatehouse.Errorf(gatehouse.Forbidden, "load %s has rows of projects that are not yours", loadID)
		}
	}
	return l.change(ctx, "withdraw", p.Visible, loadID, m.Projects, p.Changes)
}

type projectCode struct {
	Code string `ch:"code"`
}

// codes resolves what files call projects; ” stands for one not known.
func (l *Loader) codes(ctx context.Context, refs []string) ([]string, error) {
	rows, err := clickhouse.Select[projectCode](ctx, l.db, "ingest.Codes", l.asked(), clickhouse.Params{"refs": refs})
	var codes []string
	for _, r := range rows {
		codes = append(codes, r.Code)
	}
	return codes, err
}

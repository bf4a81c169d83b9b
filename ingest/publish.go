package ingest

import (
	"context"
	"errors"
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
func (a *attempt) record(ctx context.Context, state string, in *intake) error {
	r := &a.result
	feeds := []string{}
	if r.Feed != "" {
		feeds = strings.Split(r.Feed, "+")
	}
	var faults []gatehouse.Text
	if state == stateRefused {
		for _, e := range r.Errors {
			faults = append(faults, e.Message)
		}
	}
	sums, claimed, cells, held := sumsByName{}, sumsByName{}, sumsByName{}, sumsByName{}
	if in != nil {
		sums, claimed = toDecimals(in.out.sums()), toDecimals(in.control.claims())
		cells, held = toDecimals(in.control.cells), toDecimals(in.control.held)
	}
	return a.db.Insert(ctx, "attempt", "", []clickhouse.Column{
		{Name: "attempt", Values: []uint64{a.id}}, {Name: "load_id", Values: []string{r.LoadID}}, {Name: "state", Values: []string{state}},
		{Name: "feeds", Values: [][]string{feeds}}, {Name: "projects", Values: [][]string{r.Projects}},
		{Name: "rows", Values: []uint64{r.Rows}}, {Name: "loaded", Values: []uint64{r.Loaded}},
		{Name: "quarantined", Values: []uint64{r.Quarantined}}, {Name: "skipped", Values: []uint64{r.Skipped}},
		{Name: "orphans", Values: []uint64{r.Orphans}}, {Name: "warnings", Values: []uint64{r.Warnings}}, {Name: "corrects", Values: []string{r.Corrects}},
		{Name: "sums", Values: []sumsByName{sums}}, {Name: "claimed", Values: []sumsByName{claimed}},
		{Name: "cells", Values: []sumsByName{cells}}, {Name: "held", Values: []sumsByName{held}},
		{Name: "errors", Values: [][]string{wordings(faults, gatehouse.English)}}, {Name: "errors_zh", Values: [][]string{wordings(faults, gatehouse.Chinese)}},
		{Name: "notes", Values: [][]string{wordings(r.Notes, gatehouse.English)}}, {Name: "notes_zh", Values: [][]string{wordings(r.Notes, gatehouse.Chinese)}},
	})
}

// sumsByName are sums as the database keeps them.
type sumsByName = map[string]decimal.Decimal

func toDecimals(sums map[string]gatehouse.Money) sumsByName {
	d := sumsByName{}
	for name, sum := range sums {
		d[name] = decimal.New(int64(sum), -2)
	}
	return d
}

// publication is the visibility of a load.
type publication struct {
	Visible  uint64 `ch:"visible"`  // attempt that is published, 0 for none
	Undone   uint64 `ch:"undone"`   // newest attempt that was withdrawn, 0 for none
	Replaces uint64 `ch:"replaces"` // attempt whose place the visible one takes
	Replaced uint64 `ch:"replaced"` // attempt whose place the withdrawn one took
	Changes  uint64 `ch:"changes"`  // publications and withdrawals so far
}

func (l *Loader) publication(ctx context.Context, loadID string) (publication, error) {
	return clickhouse.First[publication](ctx, l.db, "ingest.Publication", l.asked(), clickhouse.Params{"load_id": loadID})
}

// publish makes the attempt visible with one row, stamped by the server's
// clock. The token says which change of visibility this is, so of two
// processes that load the same file, or correct the same load, at once the
// server takes the row of one; the other finds it there.
func (a *attempt) publish(ctx context.Context) (Result, error) {
	if a.replaces != 0 {
		return a.replace(ctx)
	}
	before, err := a.publication(ctx, a.result.LoadID)
	if err != nil {
		return Result{}, err
	}
	if before.Visible == 0 {
		if err := a.change(ctx, a.publishing(before.Changes)); err != nil {
			return Result{}, err
		}
		if before, err = a.publication(ctx, a.result.LoadID); err != nil {
			return Result{}, err
		}
	}
	if before.Visible != a.id {
		return a.already(ctx, a.result.File, a.result.SHA256, a.result.LoadID, before.Visible)
	}
	return a.published(), nil
}

// replace publishes a correction, unless another one came first or what it
// corrects was withdrawn meanwhile.
func (a *attempt) replace(ctx context.Context) (Result, error) {
	before, err := a.replacement(ctx, a.replaces)
	if err != nil {
		return Result{}, err
	}
	var gone *refusal
	if before.By == 0 {
		chain, err := a.lineage(ctx, a.result.Corrects)
		if errors.As(err, &gone) {
			return a.refuse(ctx, gone)
		}
		if err != nil {
			return Result{}, err
		}
		if last := chain[len(chain)-1]; last.Attempt != a.replaces {
			errors.As(overtaken(last.LoadID), &gone)
			return a.refuse(ctx, gone)
		}
		if err := a.change(ctx, a.publishing(before.Changes)); err != nil {
			return Result{}, err
		}
		if before, err = a.replacement(ctx, a.replaces); err != nil {
			return Result{}, err
		}
	}
	switch {
	case before.By == a.id:
		return a.published(), nil
	case before.LoadID == a.result.LoadID:
		return a.already(ctx, a.result.File, a.result.SHA256, a.result.LoadID, before.By)
	}
	errors.As(overtaken(before.LoadID), &gone)
	return a.refuse(ctx, gone)
}

func (a *attempt) publishing(number uint64) change {
	return change{action: "publish", attempt: a.id, loadID: a.result.LoadID, projects: a.result.Projects, replaces: a.replaces, by: a.by, number: number}
}

func (a *attempt) published() Result {
	a.step(StepPublished)
	a.result.Status = Published
	return a.result
}

// change is one change of a load's visibility, the number-th of the load or, to
// publish a correction, of the place that it takes.
type change struct {
	action   string
	attempt  uint64
	loadID   string
	projects []string
	replaces uint64
	by       string
	number   uint64
}

func (c change) token() string {
	if c.replaces != 0 && c.action == "publish" {
		return fmt.Sprintf("%s/replacing %d/%d", c.action, c.replaces, c.number)
	}
	return fmt.Sprintf("%s/%s/%d", c.action, c.loadID, c.number)
}

func (l *Loader) change(ctx context.Context, c change) error {
	return l.db.Insert(ctx, "publication", c.token(), []clickhouse.Column{
		{Name: "attempt", Values: []uint64{c.attempt}}, {Name: "load_id", Values: []string{c.loadID}},
		{Name: "action", Values: []string{c.action}}, {Name: "projects", Values: [][]string{c.projects}},
		{Name: "replaces", Values: []uint64{c.replaces}}, {Name: "changed_by", Values: []string{c.by}},
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
	Claimed     map[string]decimal.Decimal `ch:"claimed"`
	Cells       map[string]decimal.Decimal `ch:"cells"`
	Held        map[string]decimal.Decimal `ch:"held"`
	Warnings    uint64                     `ch:"warnings"`
	Corrects    string                     `ch:"corrects"`
	Notes       []string                   `ch:"notes"`
	NotesZH     []string                   `ch:"notes_zh"`
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
		Warnings: m.Warnings, Corrects: m.Corrects, Control: controlTotals(m.Claimed, m.Cells, m.Sums, m.Held),
		Sums: decimalTexts(m.Sums), Errors: []RowError{}, ErrorCount: 0, Notes: bothWordings(m.Notes, m.NotesZH), Projects: m.Projects,
	}, nil
}

func decimalTexts(sums map[string]decimal.Decimal) map[string]string {
	texts := map[string]string{}
	for name, sum := range sums {
		texts[name] = sum.StringFixed(2)
	}
	return texts
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
